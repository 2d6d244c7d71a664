"""Ties and bounds by hand: the cases that random figures seldom meet."""

from typing import Any

import pytest

from projects.costsharing import Member
from projects.costsharing.bounds import clamp
from projects.costsharing.rounding import RULE, largest_remainder
from tests.projects.costsharing.examples import EQUAL, POINTS, POPULATION, people
from tests.projects.costsharing.makers import cents, shared


@pytest.mark.parametrize(
    ("total", "weights", "ids", "expected"),
    [
        (2, [1, 3], "ab", [0, 2]),  # remainders of one half each: the larger weight, not the smaller id
        (2, [3, 1], "ba", [2, 0]),
        (1, [1, 1], "ba", [0, 1]),  # equal weights: the smaller id, not the first of the list
        (1, [1, 1], ["10", "9"], [1, 0]),  # in string order
        (3, [1, 1, 0], "abc", [2, 1, 0]),
        (0, [1, 1], "ab", [0, 0]),
    ],
)
def test_ties_go_to_the_larger_weight_then_to_the_smaller_id(
    total: int, weights: list[int], ids: list[str], expected: list[int]
) -> None:
    assert largest_remainder(total, weights, list(ids)).cents == expected
    assert "au plus grand poids selon la clé, puis au plus petit identifiant" in RULE


def test_the_cents_are_listed_in_the_order_they_are_given() -> None:
    assert largest_remainder(10, [6, 5, 2], ["a", "b", "c"]).extra == [1, 0]  # remainders .62, .85, .54
    assert largest_remainder(11, [2, 5, 6], ["a", "b", "c"]).extra == [0]  # remainders .69, .23, .08


@pytest.mark.parametrize(
    ("members", "key", "more", "expected"),
    [
        # equal points: the smaller id, not the larger population behind them
        (people(1100, 3400), {"kind": "brackets", "weight": "population", "points": POINTS}, {}, [1, 0]),
        # half of 6 is the other's 3: the smaller id, not the larger weight before the discount
        (people(3, 6), POPULATION, {"lead_discount": {"id": "001", "percent": "50", "mode": "weight"}}, [1, 0]),
        # the population plays no part in equal shares
        (people(1, 9), EQUAL, {}, [1, 0]),
    ],
)
def test_the_weight_of_a_tie_is_the_one_under_the_key(
    members: list[dict[str, Any]], key: dict[str, Any], more: dict[str, Any], expected: list[int]
) -> None:
    assert cents(shared({"total_cents": 1, "participants": members, "key": key, **more})) == expected


def bounded(*bounds: tuple[int | None, int | None]) -> list[Member]:
    return [Member(str(position), "", {}, low, high) for position, (low, high) in enumerate(bounds)]


NONE = (None, None)


@pytest.mark.parametrize(
    ("total", "members", "weights", "met", "pool"),
    [
        (3, bounded((None, 1), (None, 1), NONE), [100, 101, 100], ["cap", "cap", ""], 1),  # rates 1/100 and 1/101
        (10, bounded((None, 5), NONE), [1, 1], ["cap", ""], 5),  # the exact share is the cap: met
        (10, bounded((5, None), NONE), [1, 1], ["", ""], 10),  # the exact share is the floor: nothing to raise
        (10, bounded((6, None), NONE), [1, 1], ["floor", ""], 4),
        (10, bounded((2, 2), NONE), [1, 1], ["cap", ""], 8),
        (7, bounded((3, 3), (4, 4)), [1, 1], ["cap", "cap"], 0),
        (10, bounded((None, 0), NONE), [5, 1], ["cap", ""], 10),
        (10, bounded((4, 9), NONE), [0, 1], ["floor", ""], 6),  # weight zero: its floor
        (10, bounded((4, None), (5, None)), [0, 0], ["floor", "floor"], 1),
        (0, bounded((None, 3), NONE), [1, 1], ["", ""], 0),
        # floors first, caps next would fix the third at its floor of 30 and lose the money
        (100, bounded((None, 40), (None, 30), (20, None)), [50, 40, 10], ["cap", "cap", ""], 30),
    ],
)
def test_members_at_a_bound_are_told_apart(
    total: int, members: list[Member], weights: list[int], met: list[str], pool: int
) -> None:
    clamped = clamp(total, members, weights)
    assert (clamped.met, clamped.pool_cents) == (met, pool)


def test_a_floor_can_catch_a_further_member_in_a_later_round() -> None:
    members = [{**member, "floor_cents": 30} for member in people(1, 34, 65)]
    assert cents(shared({"total_cents": 100, "participants": members, "key": POPULATION})) == [30, 30, 40]


def test_floor_and_cap_bind_together() -> None:
    first, second, third = people(10, 30, 60)
    members = [{**first, "floor_cents": 2000}, second, {**third, "cap_cents": 4500}]
    assert cents(shared({"total_cents": 10000, "participants": members, "key": POPULATION})) == [2000, 3500, 4500]
