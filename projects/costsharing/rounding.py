"""From exact shares to whole cents: the largest remainder, and half up for single amounts."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

RULE = (
    "Arrondi au plus fort reste : chaque part est d'abord ramenée au centime inférieur, puis les centimes restants "
    "vont un à un aux plus grandes fractions de centime ; à égalité, au plus grand poids selon la clé, puis au plus "
    "petit identifiant. La somme des parts est exactement le montant partagé."
)


def half_up(amount: Fraction) -> int:
    """The nearest cent of an amount ≥ 0; half a cent goes up."""
    return math.floor(amount + Fraction(1, 2))


def percent_of(cents: int, percent: int | Fraction) -> int:
    """`percent` of an amount ≥ 0, half up to the cent; TypeError for a float, whose hidden error would move cents."""
    return half_up(Fraction(cents * percent, 100))


def whole(weights: Sequence[int | Fraction]) -> list[int]:
    """The same weights multiplied by their common denominator: integers make the arithmetic exact and quick."""
    scale = math.lcm(*(weight.denominator for weight in weights))
    return [weight.numerator * (scale // weight.denominator) for weight in weights]


@dataclass(frozen=True, slots=True)
class Rounded:
    """Cents per member in the given order, and the positions that received a leftover cent, first served first."""

    cents: list[int]
    extra: list[int]


def largest_remainder(total_cents: int, weights: Sequence[int], ids: Sequence[str]) -> Rounded:
    """Share `total_cents` ≥ 0 on integer weights ≥ 0 whose sum is positive; O(n log n).

    Each share is the exact one rounded down, then one cent more for the largest remainders; equal remainders go to the
    larger weight, then to the smaller id. A weight of zero has no remainder, hence never receives a cent.
    """
    weight_sum = sum(weights)
    shares = [divmod(total_cents * weight, weight_sum) for weight in weights]
    cents = [floor for floor, _ in shares]
    order = sorted(range(len(weights)), key=lambda i: (-shares[i][1], -weights[i], ids[i]))
    extra = order[: total_cents - sum(cents)]
    for position in extra:
        cents[position] += 1
    return Rounded(cents, extra)
