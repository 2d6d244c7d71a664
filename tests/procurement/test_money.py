"""Amounts: what people type in French, and what they read."""

from __future__ import annotations

import contextlib
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procurement.money import LIMIT, euros, number, parse_euros, plain

READ = {
    "0": 0,
    "0,01": 1,
    "1": 100,
    "12,5": 1250,
    "1234,56": 123_456,
    "1 234,56": 123_456,
    "1 234,56 €": 123_456,
    "1\u00a0234,56\u00a0€": 123_456,
    "1\u202f234,56\u00a0€": 123_456,
    "1\u2009234": 123_400,
    "1.234,56": 123_456,
    "1.234.567,8": 123_456_780,
    "1234.5": 123_450,
    "1234.56": 123_456,
    "1 234.56": 123_456,
    "12 345 678": 1_234_567_800,
    "  42  ": 4_200,
    "42€": 4_200,
    "42 EUR": 4_200,
    "007": 700,
    "10000000000000": LIMIT,
}
REFUSED = (
    "",
    " ",
    "€",
    "-5",
    "-0,01",
    "\u22125",
    "+5",
    "1.234",
    "1,234.56",
    "1,2,3",
    "1 23",
    "12 34,56",
    "1.23.456",
    "1 234.567,89",
    "1,",
    "1,234",
    ",5",
    ".5",
    "1.",
    "1e5",
    "0x10",
    "douze",
    "1/2",
    "12 %",
    "١٢",
    "１２",
    "5 $",
    "10000000000000,01",
    "9" * 31,
    "1\u0000",
)


@pytest.mark.parametrize(("text", "cents"), READ.items())
def test_amounts_are_read_as_people_write_them(text: str, cents: int) -> None:
    assert parse_euros(text) == cents


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_not_surely_an_amount_is_refused_in_french(text: str) -> None:
    with pytest.raises(ValueError, match=r"[Mm]ontant|centimes"):
        parse_euros(text)


@given(st.integers(0, LIMIT))
def test_what_is_shown_is_read_back(cents: int) -> None:
    assert parse_euros(euros(cents)) == parse_euros(plain(cents)) == cents


@given(st.text("0123456789 .,-+€EURe\u00a0\u202f\u2212x", max_size=40))
def test_no_text_makes_it_fail_otherwise(text: str) -> None:
    with contextlib.suppress(ValueError):
        assert 0 <= parse_euros(text) <= LIMIT


@pytest.mark.parametrize(
    ("cents", "shown", "typed"),
    [
        (None, "", ""),
        (0, "0,00 €", "0,00"),
        (5, "0,05 €", "0,05"),
        (123_456, "1 234,56 €", "1234,56"),
        (-123_456, "\u22121 234,56 €", "-1234,56"),
        (-5, "\u22120,05 €", "-0,05"),
        (10**13, "100 000 000 000,00 €", "100000000000,00"),
        (2**63, "92 233 720 368 547 758,08 €", "92233720368547758,08"),
    ],
)
def test_amounts_are_shown_in_french(cents: int | None, shown: str, typed: str) -> None:
    assert euros(cents).replace("\u202f", " ").replace("\u00a0", " ") == shown
    assert plain(cents) == typed


def test_thousands_and_the_unit_do_not_part_at_the_end_of_a_line() -> None:
    assert euros(123_456) == "1\u202f234,56\u00a0€"


@pytest.mark.parametrize(
    ("value", "shown"),
    [(1905, "1\u202f905"), (Decimal("0.5"), "0,5"), (Decimal("1E+3"), "1\u202f000"), (-12, "\u221212")],
)
def test_numbers_are_shown_in_french(value: int | Decimal, shown: str) -> None:
    assert number(value) == shown
