"""The rules of the domain reference, §3, written a second time, slowly and with fractions only."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from math import floor


def ideal(total: int, weights: Sequence[Fraction], floors: Sequence[int], caps: Sequence[int | None]) -> list[Fraction]:
    """clamp(λ × weight, floor, cap) for the λ that reaches the total, found by trying every turning point."""

    def shares(rate: Fraction) -> list[Fraction]:
        clamped = [max(rate * weight, Fraction(low)) for weight, low in zip(weights, floors, strict=True)]
        return [share if cap is None else min(share, Fraction(cap)) for share, cap in zip(clamped, caps, strict=True)]

    points = {Fraction(0)}
    for weight, low, cap in zip(weights, floors, caps, strict=True):
        if weight:
            points |= {low / weight, (cap or 0) / weight}
    ordered = sorted(points)
    ordered.append(ordered[-1] + total + 1)  # beyond the last turning point the sum grows along one line
    free = sum(weight for weight, cap in zip(weights, caps, strict=True) if cap is None)
    if free:
        ordered[-1] += Fraction(total) / free
    for below, above in pairwise(ordered):
        low_sum, high_sum = sum(shares(below)), sum(shares(above))
        if low_sum <= total <= high_sum:
            if low_sum == high_sum:
                return shares(below)
            return shares(below + (total - low_sum) * (above - below) / (high_sum - low_sum))
    raise AssertionError("nothing reaches the total")


def to_cents(total: int, exact: Sequence[Fraction], weights: Sequence[Fraction], ids: Sequence[str]) -> list[int]:
    """Largest remainder: cents one by one, the best placed first."""
    cents = [floor(share) for share in exact]
    rank = sorted(range(len(ids)), key=lambda i: (cents[i] - exact[i], -weights[i], ids[i]))
    for position in rank[: total - sum(cents)]:
        cents[position] += 1
    return cents
