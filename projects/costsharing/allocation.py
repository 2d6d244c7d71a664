"""One step of a key: an amount, members, their weights → cents, with everything an explanation needs."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from projects.costsharing.bounds import Bound, clamp
from projects.costsharing.errors import SharingError
from projects.costsharing.members import Member
from projects.costsharing.rounding import largest_remainder, whole


@dataclass(frozen=True, slots=True)
class Allocation:
    """Cents per member; those at no bound share `pool_cents` on `pool_weight`, the sum of their weights."""

    amount_cents: int
    cents: list[int]
    weights: Sequence[Fraction]
    met: Sequence[Bound]
    pool_cents: int
    pool_weight: Fraction
    extra: list[int]  # positions that received a leftover cent, first served first

    def exact(self, position: int) -> Fraction:
        """Cents before rounding and before bounds: pool × weight / sum of the weights that share it."""
        if not self.pool_weight:
            return Fraction(0)
        return self.pool_cents * self.weights[position] / self.pool_weight


def allocate(amount_cents: int, members: Sequence[Member], weights: Sequence[Fraction]) -> Allocation:
    """Share `amount_cents` ≥ 0; `zero_weight` when there is something to share and no weight to share it on."""
    numbers = whole(weights)
    met: Sequence[Bound] = [""] * len(members)
    pool = amount_cents
    if any(member.bounded for member in members):
        clamped = clamp(amount_cents, members, numbers)
        met, pool = clamped.met, clamped.pool_cents
    free = [position for position, bound in enumerate(met) if not bound]
    cents = [_at_bound(member, bound) for member, bound in zip(members, met, strict=True)]
    extra: list[int] = []
    if pool and not any(numbers):
        raise SharingError("zero_weight", "Tous les poids sont nuls : rien ne permet de partager.")
    if pool:
        rounded = largest_remainder(pool, [numbers[i] for i in free], [members[i].id for i in free])
        extra = [free[i] for i in rounded.extra]
        for position, share in zip(free, rounded.cents, strict=True):
            cents[position] = share
    pool_weight = sum((weights[i] for i in free), Fraction(0))
    return Allocation(amount_cents, cents, weights, met, pool, pool_weight, extra)


def _at_bound(member: Member, bound: Bound) -> int:
    return (bound == "cap" and member.cap_cents) or (bound == "floor" and member.floor_cents) or 0
