"""The life of a framework agreement, by hand: periods, renewals, last day, what is too long."""

import datetime as dt

import pytest

from projects.planning import PlanningError, WorkCalendar
from projects.planning.term import Term

START = dt.date(2026, 1, 31)
CALENDAR = WorkCalendar()


def term(**fields: object) -> Term:
    given = {"starts": START, "firm_months": 24, "renewals": 2, "renewal_months": 12, "notice_months": 3}
    return Term(**{**given, **fields})  # type: ignore[arg-type]


def test_periods_are_counted_from_the_first_day_so_that_no_month_end_drifts() -> None:
    assert [(period.starts, period.ends) for period in term().periods()] == [
        (dt.date(2026, 1, 31), dt.date(2028, 1, 30)),
        (dt.date(2028, 1, 31), dt.date(2029, 1, 30)),
        (dt.date(2029, 1, 31), dt.date(2030, 1, 30)),
    ]
    leap = term(starts=dt.date(2024, 2, 29), firm_months=12, renewals=1).periods()
    assert [(period.starts, period.ends) for period in leap] == [
        (dt.date(2024, 2, 29), dt.date(2025, 2, 28)),
        (dt.date(2025, 2, 28), dt.date(2026, 2, 28)),
    ]


@pytest.mark.parametrize(
    ("tacit", "decisions", "ends"),
    [
        (True, {}, dt.date(2030, 1, 30)),
        (True, {1: True}, dt.date(2030, 1, 30)),
        (True, {1: False}, dt.date(2028, 1, 30)),
        (True, {1: True, 2: False}, dt.date(2029, 1, 30)),
        (False, {}, dt.date(2028, 1, 30)),
        (False, {1: True}, dt.date(2029, 1, 30)),
        (False, {2: True}, dt.date(2028, 1, 30)),
    ],
)
def test_a_tacit_renewal_happens_without_a_word_an_express_one_does_not(
    tacit: bool, decisions: dict[int, bool], ends: dt.date
) -> None:
    assert term(tacit=tacit, decisions=decisions).ends() == ends


@pytest.mark.parametrize(
    ("today", "tacit", "decisions", "number"),
    [
        (dt.date(2026, 2, 1), True, {}, 1),
        (dt.date(2028, 1, 30), True, {}, 1),
        (dt.date(2028, 1, 31), True, {}, 2),
        (dt.date(2026, 2, 1), True, {1: True}, 2),
        (dt.date(2026, 2, 1), True, {1: False}, None),
        (dt.date(2029, 1, 31), True, {}, None),
        (dt.date(2028, 1, 31), False, {}, None),
        (dt.date(2027, 1, 31), False, {}, 1),
    ],
)
def test_what_awaits_a_decision(today: dt.date, tacit: bool, decisions: dict[int, bool], number: int | None) -> None:
    awaited = term(tacit=tacit, decisions=decisions).awaited(today)
    assert (awaited.number if awaited else None) == number


def test_the_decision_is_due_its_notice_before_the_end_on_a_working_day() -> None:
    renewal, end = term().reminders(dt.date(2026, 2, 1), CALENDAR)
    assert renewal.code == "renewal"
    assert (renewal.limit, renewal.due) == (dt.date(2027, 10, 30), dt.date(2027, 10, 29))  # a Saturday
    assert end.code == "end_of_term"
    assert end.limit == dt.date(2030, 1, 30)


def test_without_renewal_only_the_end_is_left() -> None:
    once = term(renewals=0, renewal_months=0, notice_months=0)
    assert [item.code for item in once.reminders(START, CALENDAR)] == ["end_of_term"]
    assert once.summary() == "24 mois, sans reconduction."


def test_four_years_is_the_limit_renewals_included() -> None:
    assert not term().too_long
    assert term(renewal_months=13).too_long
    assert term().summary() == "24 mois, puis 2 reconductions tacites de 12 mois\u00a0: 48 mois en tout."
    assert "1 reconduction expresse de 12 mois" in term(renewals=1, tacit=False).summary()


@pytest.mark.parametrize(
    "fields",
    [
        {"firm_months": 0},
        {"renewal_months": 0},
        {"renewals": -1},
        {"renewals": 11, "firm_months": 1, "renewal_months": 1, "notice_months": 0},
        {"notice_months": -1},
        {"notice_months": 13},
        {"renewals": 1, "notice_months": 25},
        {"firm_months": 121, "renewals": 0},
        {"decisions": {3: True}},
        {"decisions": {0: False}},
    ],
    ids=str,
)
def test_what_no_contract_can_say_is_refused(fields: dict[str, object]) -> None:
    with pytest.raises(PlanningError) as caught:
        term(**fields)
    assert caught.value.code == "bad_term"
