"""The shares of an amount, with the discount of the lead body in either of its two forms (K9)."""

from collections.abc import Sequence
from fractions import Fraction

from projects.costsharing.base import SharedKey
from projects.costsharing.errors import SharingError, bad_input
from projects.costsharing.french import euros, exact_euros, number, shown, typeset
from projects.costsharing.members import Member
from projects.costsharing.outcome import Outcome, run
from projects.costsharing.reductions import LeadDiscount
from projects.costsharing.result import Share
from projects.costsharing.rounding import half_up

Told = tuple[list[Share], list[str]]  # shares in input order, lines of the trace


def share_out(amount_cents: int, members: Sequence[Member], key: SharedKey, discount: LeadDiscount | None) -> Told:
    """The shares of an amount ≥ 0 in cents, and the trace of the discount, the bounds and the rounding."""
    weights = [part.weights(members) for part in key.parts]
    if discount is None:
        outcome = _weighed(amount_cents, members, key, weights)
        return [_share(outcome, i) for i in range(len(members))], outcome.trace()
    lead = _position_of(discount.id, members)
    if discount.mode == "weight":
        return _lighter(amount_cents, members, key, weights, lead, discount)
    full = _weighed(amount_cents, members, key, weights)
    return _cheaper(full, amount_cents, weights, lead, discount)


def _lighter(
    amount_cents: int,
    members: Sequence[Member],
    key: SharedKey,
    weights: Sequence[list[Fraction]],
    lead: int,
    discount: LeadDiscount,
) -> Told:
    """The lead's weight is multiplied by what the discount leaves, in each part of the key."""
    for own in weights:
        own[lead] *= discount.kept
    outcome = _weighed(amount_cents, members, key, weights)
    said = f" (remise de {number(discount.percent)} % déduite)"
    shares = [_share(outcome, i, discount=said if i == lead else "") for i in range(len(members))]
    line = f"Remise de {number(discount.percent)} % sur le poids de {members[lead].name}."
    return shares, [line, *outcome.trace()]


def _cheaper(
    full: Outcome, amount_cents: int, weights: Sequence[list[Fraction]], lead: int, discount: LeadDiscount
) -> Told:
    """The lead's rounded share is discounted, half up, never below its floor; the others share the rest on the key."""
    name = full.members[lead].name
    own = _discounted(full, lead, discount)
    rest = amount_cents - own.cents
    others = [i for i in range(len(full.members)) if i != lead]
    if rest and not others:
        reason = f"{name} est seul : personne ne peut payer ce que la remise lui épargne."
        raise SharingError("no_participant", reason, rest)
    second = run(rest, [full.members[i] for i in others], full.key, [[part[i] for i in others] for part in weights])
    pool_text = f"{euros(amount_cents)} − {euros(own.cents)} payés par {name}"
    shares = [_share(second, i, pool_text=pool_text) for i in range(len(others))]
    line = (
        f"Remise de {number(discount.percent)} % sur la part de {name} : {euros(full.cents(lead))} ramenés à "
        f"{euros(own.cents)} ; {euros(rest)} partagés entre les autres."
    )
    return [*shares[:lead], own, *shares[lead:]], [line, *second.trace()]


def _discounted(full: Outcome, lead: int, discount: LeadDiscount) -> Share:
    member = full.members[lead]
    exact = full.cents(lead) * discount.kept
    rounded = half_up(exact)
    cents = max(rounded, member.floor_cents or 0)
    said = (
        f"{full.explain(lead)} ; remise de {number(discount.percent)} % : {euros(full.cents(lead))} × "
        f"{number(discount.kept * 100)} / 100 = {exact_euros(exact)}, arrondi à {euros(rounded)}"
    )
    if cents > rounded:
        said += f" ; relevé au plancher de {euros(cents)}"
    return Share(member.id, member.name, cents, full.weight(lead), typeset(said))


def _weighed(
    amount_cents: int, members: Sequence[Member], key: SharedKey, weights: Sequence[Sequence[Fraction]]
) -> Outcome:
    """A run over weights that are not all zero: even a total of zero needs a key that can be computed."""
    for part, own in zip(key.parts, weights, strict=True):
        if not any(own):
            raise SharingError("zero_weight", f"Partage {part.label} : tous les poids sont nuls.")
    return run(amount_cents, members, key, weights)


def _share(outcome: Outcome, position: int, *, pool_text: str = "", discount: str = "") -> Share:
    member = outcome.members[position]
    said = typeset(outcome.explain(position, pool_text=pool_text, discount=discount))
    return Share(member.id, member.name, outcome.cents(position), outcome.weight(position), said)


def _position_of(member_id: str, members: Sequence[Member]) -> int:
    for position, member in enumerate(members):
        if member.id == member_id:
            return position
    raise bad_input(f"{shown(member_id)} n'est pas un participant.", where="lead_discount.id")
