"""A long list in memory, a part at a time."""

from __future__ import annotations

import pytest
from django.http import QueryDict

from procurement.parts import part_of


def test_a_list_of_one_part_is_shown_whole_and_in_its_order() -> None:
    part = part_of([3, 1, 2], QueryDict("a-partir-de=2"), size=3, first=lambda row: row == 2)
    assert (list(part.rows), part.previous_url, part.next_url, part.summary) == ([3, 1, 2], "", "", "")


@pytest.mark.parametrize(
    ("asked", "begins"),
    [("", 1), ("a-partir-de=1", 1), ("a-partir-de=11", 11), ("a-partir-de=17", 11), ("a-partir-de=999999", 21)]
    + [(f"a-partir-de={word}", 1) for word in ("0", "-1", "x", "²", "9" * 400, "11.0")],
)
def test_the_part_is_the_one_that_holds_the_row_asked_for(asked: str, begins: int) -> None:
    part = part_of(range(1, 26), QueryDict(asked), size=10)
    assert part.rows[0] == begins
    assert part.summary == f"{begins} à {min(begins + 9, 25)} sur 25"


def test_one_goes_from_part_to_part_with_the_filters_of_the_page() -> None:
    part = part_of(range(25), QueryDict("q=mairie&a-partir-de=11"), size=10)
    assert (part.previous_url, part.next_url) == ("?q=mairie&a-partir-de=1", "?q=mairie&a-partir-de=21")
    last = part_of(range(25), QueryDict("a-partir-de=21"), size=10)
    assert (last.previous_url, last.next_url) == ("?a-partir-de=11", "")


def test_what_is_one_s_own_comes_first_and_nothing_is_lost() -> None:
    seen: list[int] = []
    for begins in (1, 11, 21):
        part = part_of(range(25), QueryDict(f"a-partir-de={begins}"), size=10, first=lambda row: row == 24)
        seen += part.rows
    assert seen == [24, *range(24)]
