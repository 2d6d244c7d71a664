"""One run of a key over some members: its parts allocated to the cent and added."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from projects.costsharing.allocation import Allocation, allocate
from projects.costsharing.base import SharedKey
from projects.costsharing.explain import explain, trace_bounds, trace_remainder
from projects.costsharing.french import euros
from projects.costsharing.members import Member

PART_NAMES = ("part fixe", "part variable")


@dataclass(frozen=True, slots=True)
class Outcome:
    """One allocation per part of the key, over the same members."""

    key: SharedKey
    members: Sequence[Member]
    allocations: tuple[Allocation, ...]

    def cents(self, position: int) -> int:
        """What a member pays, all parts added."""
        return sum(allocation.cents[position] for allocation in self.allocations)

    def weight(self, position: int) -> Fraction:
        """The weight under a single-step key; under several parts, the percentage of the amount."""
        if len(self.allocations) == 1:
            return self.allocations[0].weights[position]
        amount = sum(allocation.amount_cents for allocation in self.allocations)
        exact = sum((allocation.exact(position) for allocation in self.allocations), Fraction(0))
        return exact * 100 / amount if amount else Fraction(0)

    def explain(self, position: int, *, pool_text: str = "", discount: str = "") -> str:
        """The share of a member in French; see `explain.explain` for the two options."""
        member = self.members[position]
        if len(self.allocations) == 1:
            (part,), (allocation,) = self.key.parts, self.allocations
            return explain(part, member, allocation, position, pool_text=pool_text, discount=discount)
        said = []
        for name, part, allocation in zip(PART_NAMES, self.key.parts, self.allocations, strict=True):
            why = explain(part, member, allocation, position, discount=discount)
            said.append(f"{name} de {euros(allocation.amount_cents)} : {why}")
        before = f"reste à partager {pool_text} ; " if pool_text else ""
        return f"{before}{' ; '.join(said)} ; total {euros(self.cents(position))}"

    def trace(self) -> list[str]:
        """Bounds met and leftover cents, part by part."""
        lines: list[str] = []
        for name, allocation in zip(PART_NAMES, self.allocations, strict=False):
            remainder = trace_remainder(self.members, allocation)
            if len(self.allocations) > 1:
                remainder = f"{name.capitalize()} de {euros(allocation.amount_cents)} : {remainder}"
            lines += [*trace_bounds(self.members, allocation), remainder]
        return lines


def run(amount_cents: int, members: Sequence[Member], key: SharedKey, weights: Sequence[Sequence[Fraction]]) -> Outcome:
    """Allocate each part of the key on its weights (one list per part, members in order); amount ≥ 0 in cents."""
    amounts = key.amounts(amount_cents)
    return Outcome(
        key, members, tuple(allocate(part, members, own) for part, own in zip(amounts, weights, strict=True))
    )
