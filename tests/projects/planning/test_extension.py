"""What an extension by amendment changes: the threshold over the whole duration, the limits of articles R. 2194."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from projects.planning import Level, PlanningError, WorkCalendar
from projects.planning.extension import CLAUSE, FURTHER, SLIGHT, SMALL, UNFORESEEN, Extension
from projects.planning.term import Term

DAY = dt.date(2026, 5, 20)


def extension(**changes: Any) -> Extension:
    given = {"need_cents": 100_000_00, "counted_on": DAY, "contract_cents": 100_000_00, "added_before_cents": 0}
    return Extension(**{**given, "added_cents": 0, "months": 48, "framework": True, "ground": "", **changes})


def said(**changes: Any) -> str:
    return " ".join(extension(**changes).warnings()).replace("\u00a0", " ").replace("\u202f", " ")


def test_an_extension_that_adds_nothing_and_stays_within_four_years_warns_of_nothing() -> None:
    assert extension().warnings() == ()


@pytest.mark.parametrize(
    ("added", "level"), [(115_999_99, Level.ADAPTED_PUBLISHED), (116_000_00, Level.FORMAL)]
)  # 216 000 € in 2026
def test_the_threshold_is_read_on_the_whole_duration_to_the_cent(added: int, level: Level) -> None:
    asked = extension(added_cents=added)
    assert asked.after.level == level
    assert ("la procédure change" in said(added_cents=added)) == (level == Level.FORMAL)


def test_earlier_amendments_count() -> None:
    assert extension(added_before_cents=60_000_00, added_cents=56_000_00).after.level == Level.FORMAL
    assert extension(added_before_cents=60_000_00).before.level == Level.ADAPTED_PUBLISHED


@pytest.mark.parametrize(
    ("ground", "before", "added", "words"),
    [
        (SMALL, 0, 9_999_99, ""),
        (SMALL, 0, 10_000_00, "10,00 % du marché : moins de 10 % au total (R. 2194-8)"),
        (SMALL, 6_000_00, 4_000_00, "10,00 % du marché"),
        (FURTHER, 40_000_00, 50_000_00, ""),  # each modification on its own
        (FURTHER, 0, 50_000_01, "50,00 % du marché : 50 % au plus (R. 2194-3)"),
        (UNFORESEEN, 0, 50_000_01, "50 % au plus"),
        (CLAUSE, 0, 90_000_00, "claire, précise et sans équivoque"),
        (SLIGHT, 0, 0, "À confirmer par un juriste"),
    ],
)
def test_each_ground_has_its_limit(ground: str, before: int, added: int, words: str) -> None:
    found = said(ground=ground, added_before_cents=before, added_cents=added)
    assert words in found if words else found == ""


def test_a_small_modification_of_a_large_contract_stays_below_the_european_threshold() -> None:
    large = {"need_cents": 5_000_000_00, "contract_cents": 5_000_000_00, "ground": SMALL}
    assert said(**large, added_cents=215_999_99) == ""
    assert "216 000 € HT" in said(**large, added_cents=216_000_00)


def test_nothing_is_compared_with_a_contract_that_does_not_exist_yet() -> None:
    assert said(contract_cents=0, ground=SMALL, added_cents=50_000_00) == ""


@pytest.mark.parametrize(("months", "framework", "warns"), [(48, True, False), (49, True, True), (60, False, False)])
def test_only_a_framework_agreement_is_held_to_four_years(months: int, framework: bool, warns: bool) -> None:
    assert ("L. 2125-1" in said(months=months, framework=framework)) == warns


# The term of a contract -----------------------------------------------------------------------------------------------
def test_an_extension_moves_the_last_day_and_what_is_reminded() -> None:
    term = Term(DAY, 12, renewals=1, renewal_months=12, decisions={1: True}, extension_months=6)
    assert term.ends() == dt.date(2028, 11, 19)
    assert term.months == 30
    assert [period.ends for period in term.periods()] == [dt.date(2027, 5, 19), dt.date(2028, 11, 19)]
    assert [item.limit for item in term.reminders(DAY, WorkCalendar())] == [dt.date(2028, 11, 19)]
    assert "prolongés de 6 mois par avenant" in term.summary().replace("\u00a0", " ")


def test_a_renewal_that_did_not_happen_is_not_extended() -> None:
    term = Term(DAY, 12, renewals=1, renewal_months=12, decisions={1: False}, extension_months=6)
    assert term.ends() == dt.date(2027, 11, 19)


def test_an_extension_adds_and_stays_within_ten_years() -> None:
    with pytest.raises(PlanningError):
        Term(DAY, 12, extension_months=-1)
    with pytest.raises(PlanningError):
        Term(DAY, 115, extension_months=6)
