"""The order of operations: subsidy, discount, key with its bounds, rounding. A tariff has none of the first two."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from projects.costsharing.base import Key, SharedKey
from projects.costsharing.errors import SharingError, bad_input
from projects.costsharing.french import euros, exact_euros, number, shown, typeset
from projects.costsharing.members import Member, check_members, is_cents
from projects.costsharing.outcome import Outcome, run
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
    shares, trace = _share_out(abs(net), members, key, lead_discount)
    opening = [f"Montant : {euros(total_cents)}."]
    if subsidy:
        opening += [subsidy.trace(), f"Reste à partager : {euros(net)}."]
    if net < 0:
        shares = [_negated(share) for share in shares]
        opening.append("Avoir : le montant est partagé en valeur absolue, puis chaque part change de signe.")
    lines = [*opening, f"Partage {key.label}.", *trace, f"Total des parts : {euros(net)}."]
    return Result(total_cents, total_cents - net, net, tuple(shares), tuple(map(typeset, lines)))


def _share_out(
    amount_cents: int, members: Sequence[Member], key: SharedKey, discount: LeadDiscount | None
) -> tuple[list[Share], list[str]]:
    """The shares of an amount ≥ 0, and the trace of the discount, the bounds and the rounding."""
    weights = [part.weights(members) for part in key.parts]
    if discount is None:
        outcome = _run_weighed(amount_cents, members, key, weights)
        return [_share(outcome, i) for i in range(len(members))], outcome.trace()
    lead = _position_of(discount.id, members)
    if discount.mode == "amount":
        return _discount_amount(amount_cents, members, key, weights, lead, discount)
    for own in weights:
        own[lead] *= discount.kept
    outcome = _run_weighed(amount_cents, members, key, weights)
    said = f" (remise de {number(discount.percent)} % déduite)"
    shares = [_share(outcome, i, discount=said if i == lead else "") for i in range(len(members))]
    line = f"Remise de {number(discount.percent)} % sur le poids de {members[lead].name}."
    return shares, [line, *outcome.trace()]


def _discount_amount(
    amount_cents: int,
    members: Sequence[Member],
    key: SharedKey,
    weights: Sequence[list[Fraction]],
    lead: int,
    discount: LeadDiscount,
) -> tuple[list[Share], list[str]]:
    """The lead's rounded share is discounted, half up, never below its floor; the others share the rest on the key."""
    outcome = _run_weighed(amount_cents, members, key, weights)
    full = outcome.cents(lead)
    exact = full * discount.kept
    paid = max(half_up(exact), members[lead].floor_cents or 0)
    others = [i for i in range(len(members)) if i != lead]
    rest = amount_cents - paid
    if rest and not others:
        raise SharingError(
            "no_participant",
            f"Personne d'autre que {members[lead].name} pour payer ce que la remise lui épargne.",
            rest,
        )
    second = run(rest, [members[i] for i in others], key, [[own[i] for i in others] for own in weights])
    said = (
        f"{outcome.explain(lead)} ; remise de {number(discount.percent)} % : {euros(full)} × "
        f"{number(discount.kept * 100)} / 100 = {exact_euros(exact)}, arrondi à {euros(half_up(exact))}"
    )
    if paid > half_up(exact):
        said += f" ; relevé au plancher de {euros(paid)}"
    pool_text = f"{euros(amount_cents)} − {euros(paid)} payés par {members[lead].name}"
    shares = [_share(second, i, pool_text=pool_text) for i in range(len(others))]
    own = Share(members[lead].id, members[lead].name, paid, outcome.weight(lead), typeset(said))
    line = (
        f"Remise de {number(discount.percent)} % sur la part de {members[lead].name} : {euros(full)} ramenés à "
        f"{euros(paid)} ; {euros(rest)} partagés entre les autres."
    )
    return [*shares[:lead], own, *shares[lead:]], [line, *second.trace()]


def _run_weighed(
    amount_cents: int, members: Sequence[Member], key: SharedKey, weights: Sequence[Sequence[Fraction]]
) -> Outcome:
    """A run over weights that are not all zero: even a total of zero needs a key that can be computed."""
    for part, own in zip(key.parts, weights, strict=True):
        if not any(own):
            raise SharingError("zero_weight", f"Partage {part.label} : tous les poids sont nuls.")
    return run(amount_cents, members, key, weights)


def _share(outcome: Outcome, position: int, *, pool_text: str = "", discount: str = "") -> Share:
    member = outcome.members[position]
    explanation = outcome.explain(position, pool_text=pool_text, discount=discount)
    return Share(member.id, member.name, outcome.cents(position), outcome.weight(position), typeset(explanation))


def _negated(share: Share) -> Share:
    said = typeset(f"{share.explanation} ; avoir : {euros(-share.cents)}")
    return replace(share, cents=-share.cents, explanation=said)


def _position_of(member_id: str, members: Sequence[Member]) -> int:
    for position, member in enumerate(members):
        if member.id == member_id:
            return position
    raise bad_input(f"{shown(member_id)} n'est pas un participant.", where="lead_discount.id")


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
