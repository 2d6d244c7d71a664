"""The order of operations: subsidy, discount, key with its bounds, rounding. A tariff has none of the first two."""

from collections.abc import Sequence
from dataclasses import replace

from projects.costsharing.base import Key, SharedKey
from projects.costsharing.discount import share_out
from projects.costsharing.errors import bad_input
from projects.costsharing.french import euros, exact_euros, typeset
from projects.costsharing.members import Member, check_members, is_cents
from projects.costsharing.reductions import LeadDiscount, Subsidy, net_of_subsidy
from projects.costsharing.result import Result, Share
from projects.costsharing.rounding import half_up
from projects.costsharing.tariffs import Tariff


def split(
    total_cents: int | None,
    members: Sequence[Member],
    key: Key,
    *,
    subsidy: Subsidy | None = None,
    lead_discount: LeadDiscount | None = None,
) -> Result:
    """Share a cost in cents among members; `total_cents` is None for a tariff, whose sum is reported.

    A negative total is a credit note: its absolute value is shared and negated. Raises `SharingError` with the codes
    of the stable interfaces (`share`); never returns a sum that differs from the amount by a cent.
    """
    check_members(members)
    if isinstance(key, Tariff):
        _refuse_on_tariff(total_cents, members, subsidy, lead_discount)
        return _charge(members, key)
    if not isinstance(key, SharedKey):
        raise TypeError(f"not a sharing key: {key!r}")
    if total_cents is None or not is_cents(total_cents):
        raise bad_input("attendu : un nombre entier de centimes.", where="total_cents")
    if len(key.parts) > 1 and any(member.bounded for member in members):
        raise bad_input("plancher et plafond ne s'appliquent pas à une clé mixte.")
    net = net_of_subsidy(total_cents, subsidy)
    shares, trace = share_out(abs(net), members, key, lead_discount)
    opening = [f"Montant : {euros(total_cents)}."]
    if subsidy:
        opening += [subsidy.trace(), f"Reste à partager : {euros(net)}."]
    if net < 0:
        shares = [_negated(share) for share in shares]
        opening.append("Avoir : le montant est partagé en valeur absolue, puis chaque part change de signe.")
    lines = [*opening, f"Partage {key.label}.", *trace, f"Total des parts : {euros(net)}."]
    return Result(total_cents, total_cents - net, net, tuple(shares), tuple(map(typeset, lines)))


def _negated(share: Share) -> Share:
    said = typeset(f"{share.explanation} ; avoir : {euros(-share.cents)}")
    return replace(share, cents=-share.cents, explanation=said)


def _refuse_on_tariff(
    total_cents: int | None, members: Sequence[Member], subsidy: Subsidy | None, discount: LeadDiscount | None
) -> None:
    if total_cents is not None:
        raise bad_input("un tarif ne partage pas un montant : attendu null.", where="total_cents")
    if any(member.bounded for member in members):
        raise bad_input("plancher et plafond ne s'appliquent pas à un tarif.")
    for where, given in (("subsidy", subsidy), ("lead_discount", discount)):
        if given:
            raise bad_input("ne s'applique pas à un tarif.", where=where)


def _charge(members: Sequence[Member], key: Tariff) -> Result:
    """Each member's fee, half up to the cent; the total is their sum."""
    shares = []
    for member in members:
        fee = key.fee(member)
        cents = half_up(fee)
        rounded = "" if fee.denominator == 1 else f", arrondi à {euros(cents)}"
        said = typeset(f"{key.detail(member)} = {exact_euros(fee)}{rounded}")
        shares.append(Share(member.id, member.name, cents, member.weight(key.weight), said))
    total = sum(share.cents for share in shares)
    trace = (typeset(f"Montants dus {key.label}."), typeset(f"Somme des montants : {euros(total)}."))
    return Result(total, 0, total, tuple(shares), trace)
