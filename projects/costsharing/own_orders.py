"""K14: the ordinary grouping (M2). Each member pays its own orders, and its share of the common costs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from projects.costsharing.base import Key
from projects.costsharing.errors import bad_input
from projects.costsharing.members import Member, is_exact
from projects.costsharing.rounding import half_up
from projects.costsharing.split import split


@dataclass(frozen=True, slots=True)
class Due:
    """What a member owes, in cents."""

    id: str
    own_cents: int
    common_cents: int

    @property
    def cents(self) -> int:
        """Both together."""
        return self.own_cents + self.common_cents


def ordered_cents(quantities: Sequence[int | Fraction], unit_prices: Sequence[int]) -> int:
    """Quantity × unit price in cents, each line half up; `bad_input` when one is missing, inexact or negative."""
    if len(quantities) != len(unit_prices):
        raise bad_input(f"{len(quantities)} quantités pour {len(unit_prices)} prix unitaires.")
    if any(not is_exact(value) or value < 0 for value in (*quantities, *unit_prices)):
        raise bad_input("une quantité ou un prix unitaire est un nombre exact, positif ou nul.")
    return sum(half_up(Fraction(quantity * price)) for quantity, price in zip(quantities, unit_prices, strict=True))


def dues(
    members: Sequence[Member],
    quantities: Mapping[str, Sequence[int | Fraction]],
    unit_prices: Sequence[int],
    common_cents: int,
    key: Key,
) -> tuple[Due, ...]:
    """Own orders by member id, plus `common_cents` shared on the key, in the order of the members."""
    common = split(common_cents, members, key)
    for member in members:
        if member.id not in quantities:
            raise bad_input(f"{member.name} ({member.id}) : les quantités commandées manquent.")
    return tuple(
        Due(share.id, ordered_cents(quantities[share.id], unit_prices), share.cents) for share in common.shares
    )
