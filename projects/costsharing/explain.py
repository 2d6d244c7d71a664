"""Each share in French, with the formula and figures a finance officer can redo on a calculator."""

from collections.abc import Sequence

from projects.costsharing.allocation import Allocation
from projects.costsharing.base import WeightKey
from projects.costsharing.french import euros, exact_euros, number
from projects.costsharing.members import Member

LISTED = 50  # names in one line of a trace; the rest are counted
_BOUND_TEXTS = {"": "", "cap": "ramené au plafond de ", "floor": "relevé au plancher de "}


def listed(names: list[str]) -> str:
    """The first names, then how many more."""
    more = len(names) - LISTED
    return ", ".join(names[:LISTED]) + (f" et {more} de plus" if more > 0 else "")


def explain(
    key: WeightKey, member: Member, allocation: Allocation, position: int, *, pool_text: str = "", discount: str
) -> str:
    """One share of one step. `pool_text` says what the amount to share is made of, `discount` what cut the weight."""
    cents = allocation.cents[position]
    weight = allocation.weights[position]
    weighed = key.weighed(member, weight) + discount
    if not weight:
        return f"{weighed} : {f'plancher de {euros(cents)}' if cents else 'rien à payer'}"
    bound = _bound(allocation, position)
    if bound and not allocation.pool_weight:
        return f"{weighed} : {bound}"
    exact = allocation.exact(position)
    formula = (
        f"{_pool(allocation, pool_text)} × {number(weight)} / {number(allocation.pool_weight)} = {exact_euros(exact)}"
    )
    if bound:
        return f"{weighed}, au même taux que les participants sans borne atteinte : {formula}, {bound}"
    rounded = "" if exact.denominator == 1 else f", arrondi au plus fort reste à {euros(cents)}"
    return f"{weighed} sur {number(allocation.pool_weight)} : {formula}{rounded}"


def _pool(allocation: Allocation, pool_text: str) -> str:
    bounds = allocation.amount_cents - allocation.pool_cents
    pool = pool_text or euros(allocation.amount_cents)
    if not bounds:
        return f"({pool})" if pool_text else pool
    return f"({pool} − {euros(bounds)} dus aux planchers et plafonds)"


def _bound(allocation: Allocation, position: int) -> str:
    said = _BOUND_TEXTS[allocation.met[position]]
    return said and said + euros(allocation.cents[position])


def trace_bounds(members: Sequence[Member], allocation: Allocation) -> list[str]:
    """Who stands at a floor or a cap."""
    lines = []
    for bound, title in (("floor", "Planchers appliqués"), ("cap", "Plafonds atteints")):
        met = [
            f"{member.name} ({euros(cents)})"
            for member, cents, state in zip(members, allocation.cents, allocation.met, strict=True)
            if state == bound and (bound == "cap" or member.floor_cents)
        ]
        if met:
            lines.append(f"{title} : {listed(met)}.")
    return lines


def trace_remainder(members: Sequence[Member], allocation: Allocation) -> str:
    """Who received the leftover cents, in the order they were given."""
    if not allocation.extra:
        return "Aucun centime restant : les parts tombent juste ou sont à leur borne."
    names = []
    for position in allocation.extra[:LISTED]:
        exact = allocation.exact(position)
        fraction = exact - exact.numerator // exact.denominator
        ten_thousandths = fraction.numerator * 10_000 // fraction.denominator
        names.append(f"{members[position].name} (reste 0,{ten_thousandths:04d} centime)")
    names += [members[position].name for position in allocation.extra[LISTED:]]
    count = len(allocation.extra)
    what = "1 centime restant attribué à" if count == 1 else f"{number(count)} centimes restants attribués à"
    return f"{what} {listed(names)}."
