"""Calls for funds: each member's share cut into dated calls that sum to it exactly."""

from collections.abc import Sequence
from fractions import Fraction

from projects.costsharing.errors import SharingError, bad_input
from projects.costsharing.french import number
from projects.costsharing.rounding import largest_remainder, whole


def instalments(share_cents: int, percents: Sequence[Fraction]) -> list[int]:
    """Cents of each call, in the order of `percents`, which sum to exactly 100 (`percent_sum` otherwise).

    Largest remainder; ties go to the larger call, then to the earlier one. The calls of a negative share are negative.
    """
    if any(percent < 0 for percent in percents):
        raise bad_input("la part d'un appel de fonds ne peut pas être négative.")
    total = sum(percents, Fraction(0))
    if total != 100:
        raise SharingError(
            "percent_sum", f"Les appels de fonds totalisent {number(total)} % : il faut exactement 100 %."
        )
    order = [f"{position:09d}" for position in range(len(percents))]
    calls = largest_remainder(abs(share_cents), whole(percents), order).cents
    return [-call for call in calls] if share_cents < 0 else calls
