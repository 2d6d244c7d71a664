"""Floors and caps: each share is clamp(λ × weight, floor, cap) for the one λ at which the shares reach the total.

Fixing floors first and caps next, round by round, loses money when both bind; one λ for everybody does not.
The sum of the clamped shares grows with λ along straight pieces: sort the points where a member leaves its floor or
meets its cap, walk up until the total is passed. O(n log n), exact.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from projects.costsharing.errors import SharingError
from projects.costsharing.french import euros, plural
from projects.costsharing.members import Member

Bound = Literal["", "floor", "cap"]
NAMED = 5  # members a refusal names


@dataclass(frozen=True, slots=True)
class Clamped:
    """At which bound each member stands, and what is left for those that stand at none."""

    met: list[Bound]
    pool_cents: int


def clamp(total_cents: int, members: Sequence[Member], weights: Sequence[int]) -> Clamped:
    """Find the members at a bound when `total_cents` ≥ 0 is shared on integer weights.

    A member of weight zero pays its floor, whatever λ; when all weights are zero, what the floors leave stays in the
    pool. Raises `over_committed` when the floors pass the total,
    `uncovered` when the caps stay below it; both say how much is missing.
    """
    floors = [member.floor_cents or 0 for member in members]
    _refuse_floors_above(total_cents, floors)
    _refuse_caps_below(total_cents, members, weights, floors)
    met: list[Bound] = ["floor"] * len(members)
    fixed, free = sum(floors), 0  # at λ, the shares sum to fixed + λ × free
    for _, position, bound, cents in _turning_points(members, weights, floors):
        weight = weights[position]
        if fixed * weight + cents * free > total_cents * weight:  # the sum at this λ = cents / weight
            break
        met[position] = bound
        fixed, free = (fixed + cents, free - weight) if bound else (fixed - cents, free + weight)
    return Clamped(met, total_cents - fixed)


def _turning_points(
    members: Sequence[Member], weights: Sequence[int], floors: Sequence[int]
) -> list[tuple[int, int, Bound, int]]:
    """(λ scaled, position, state from there on, cents there), by growing λ.

    Two different λ = cents / weight are at least 1 / widest² apart: scaled by widest², their whole parts differ, so
    that integers sort them exactly and much faster than fractions would.
    """
    scale = max(weights) ** 2
    points: list[tuple[int, int, Bound, int]] = []
    for position, (member, weight) in enumerate(zip(members, weights, strict=True)):
        if not weight:
            continue
        points.append((floors[position] * scale // weight, position, "", floors[position]))
        if member.cap_cents is not None:
            points.append((member.cap_cents * scale // weight, position, "cap", member.cap_cents))
    return sorted(points)


def _refuse_floors_above(total_cents: int, floors: Sequence[int]) -> None:
    excess = sum(floors) - total_cents
    if excess > 0:
        raise SharingError(
            "over_committed",
            f"Les planchers totalisent {euros(sum(floors))} pour {euros(total_cents)} à partager : "
            f"{euros(excess)} de trop.",
            excess,
        )


def _refuse_caps_below(
    total_cents: int, members: Sequence[Member], weights: Sequence[int], floors: Sequence[int]
) -> None:
    covered, capped = 0, []
    for member, weight, floor in zip(members, weights, floors, strict=True):
        if weight and member.cap_cents is None:
            return
        if weight and member.cap_cents is not None:
            capped.append((-weight, member.id, member.name, member.cap_cents))
            covered += member.cap_cents
        else:
            covered += floor
    missing = total_cents - covered
    if capped and missing > 0:
        raise SharingError("uncovered", _remedy(total_cents, covered, missing, sorted(capped)), missing)


def _remedy(total_cents: int, covered: int, missing: int, capped: Sequence[tuple[int, str, str, int]]) -> str:
    """The refusal, and which caps would close the gap: one of them raised by all that is missing is enough."""
    raised = " ou ".join(
        f"celui de {name} de {euros(cap)} à {euros(cap + missing)}" for _, _, name, cap in capped[:NAMED]
    )
    others = len(capped) - NAMED
    more = f" (ou l'un des {others} autres)" if others > 1 else " (ou l'autre)" if others == 1 else ""
    return (
        f"Les plafonds ne couvrent que {euros(covered)} sur {euros(total_cents)} : il manque {euros(missing)}. "
        f"Relever {plural(len(capped), 'le plafond', 'un seul plafond')} suffit : {raised}{more}."
    )
