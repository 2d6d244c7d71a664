"""Holidays, working days, periods and months, against dates checked by hand on a calendar."""

import datetime as dt

import pytest

from projects.planning import WorkCalendar, add_months, last_day_of_term
from projects.planning.holidays import easter, holidays

FRANCE = WorkCalendar()
STRASBOURG = WorkCalendar(frozenset({"67"}))
EASTER_SUNDAYS = """
2024-03-31 2025-04-20 2026-04-05 2027-03-28 2028-04-16 2029-04-01 2030-04-21 2031-04-13 2032-03-28
2033-04-17 2034-04-09 2035-03-25 2036-04-13 2037-04-05 2038-04-25 2039-04-10 2040-04-01
1943-04-25 2285-03-22
""".split()  # the last two are the latest and the earliest possible


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


@pytest.mark.parametrize("sunday", EASTER_SUNDAYS)
def test_easter_agrees_with_the_published_table(sunday: str) -> None:
    assert easter(day(sunday).year) == day(sunday)


def test_the_eleven_holidays_of_2026() -> None:
    expected = """2026-01-01 2026-04-06 2026-05-01 2026-05-08 2026-05-14 2026-05-25 2026-07-14 2026-08-15
    2026-11-01 2026-11-11 2026-12-25"""
    assert sorted(holidays(2026)) == [day(text) for text in expected.split()]


@pytest.mark.parametrize(("year", "count"), [(2026, 11), (2008, 10), (1997, 10)])
def test_two_holidays_on_one_day_are_one(year: int, count: int) -> None:
    assert len(holidays(year)) == count  # Ascension Day was 1 May in 2008 and 8 May in 1997


@pytest.mark.parametrize(
    ("department", "holiday"),
    [
        ("67", "2026-04-03"),  # Good Friday
        ("57", "2028-12-26"),
        ("68", "2028-12-26"),
        ("976", "2026-04-27"),
        ("972", "2026-05-22"),
        ("971", "2026-05-27"),
        ("978", "2026-05-27"),
        ("973", "2026-06-10"),
        ("977", "2026-10-09"),
        ("974", "2027-12-20"),
    ],
)
def test_a_local_holiday_counts_where_it_is_one(department: str, holiday: str) -> None:
    assert not WorkCalendar(frozenset({department})).is_working(day(holiday))
    assert FRANCE.is_working(day(holiday))


@pytest.mark.parametrize(
    ("date", "following"),
    [
        ("2026-07-14", "2026-07-15"),  # Tuesday
        ("2026-04-06", "2026-04-07"),  # Easter Monday
        ("2026-04-03", "2026-04-03"),  # Good Friday is an ordinary day outside Alsace-Moselle
        ("2033-05-01", "2033-05-02"),  # 1 May on a Sunday is not moved to the Monday
        ("2026-12-25", "2026-12-28"),  # Friday, then the week-end
        ("2027-01-01", "2027-01-04"),
        ("2028-02-29", "2028-02-29"),
    ],
)
def test_next_working_day(date: str, following: str) -> None:
    assert FRANCE.next_working(day(date)) == day(following)


@pytest.mark.parametrize(
    ("sent", "days", "end"),
    [
        ("2026-01-05", 30, "2026-02-04"),  # the day of sending is not counted
        ("2028-02-01", 30, "2028-03-02"),  # leap year
        ("2027-02-01", 30, "2027-03-03"),  # common year
        ("2026-06-14", 30, "2026-07-15"),  # ends on 14 July
        ("2026-12-21", 11, "2027-01-04"),  # ends on 1 January, a Friday
        ("2026-03-18", 11, "2026-03-30"),  # ends on the Sunday of the spring clock change
        ("2026-10-14", 11, "2026-10-26"),  # ends on the Sunday of the autumn clock change
        ("2026-03-27", 11, "2026-04-07"),  # ends on Easter Monday after four days off
    ],
)
def test_a_period_ends_on_a_working_day(sent: str, days: int, end: str) -> None:
    assert FRANCE.end_of_period(day(sent), days) == day(end)


@pytest.mark.parametrize(
    ("limit", "days", "start"),
    [
        ("2026-07-14", 30, "2026-06-12"),  # 13 July less 30 is Saturday 13 June
        ("2028-03-02", 30, "2028-02-01"),
        ("2027-03-03", 30, "2027-02-01"),
        ("2027-01-04", 11, "2026-12-24"),
    ],
)
def test_latest_start_leaves_the_whole_period(limit: str, days: int, start: str) -> None:
    assert FRANCE.latest_start(day(limit), days) == day(start)
    assert FRANCE.end_of_period(day(start), days) <= day(limit)


def test_good_friday_moves_a_start_in_alsace() -> None:
    assert FRANCE.latest_start(day("2026-04-06"), 11) == day("2026-03-23")
    assert STRASBOURG.latest_start(day("2026-04-06"), 11) == day("2026-03-20")  # 2 April less 11 is a Sunday


def test_work_skips_august_in_both_directions() -> None:
    calendar = WorkCalendar(quiet_months=(8,))
    assert calendar.after_work(day("2026-07-27"), 10) == day("2026-09-07")  # 4 days of July, 6 of September: a Sunday
    assert calendar.before_work(day("2026-09-07"), 10) == day("2026-07-28")  # 7 days of September, 3 of July
    assert calendar.previous_planned(day("2026-08-20")) == day("2026-07-31")
    assert calendar.next_planned(day("2026-08-20")) == day("2026-09-01")


@pytest.mark.parametrize(
    ("date", "months", "found"),
    [
        ("2026-12-31", 2, "2027-02-28"),
        ("2027-12-31", 2, "2028-02-29"),
        ("2027-12-31", -3, "2027-09-30"),
        ("2027-03-31", -1, "2027-02-28"),
        ("2027-01-15", -1, "2026-12-15"),
        ("2028-02-29", 48, "2032-02-29"),
        ("2028-02-29", 12, "2029-02-28"),
    ],
)
def test_months_are_counted_to_the_same_day(date: str, months: int, found: str) -> None:
    assert add_months(day(date), months) == day(found)


@pytest.mark.parametrize(
    ("start", "months", "last"),
    [
        ("2027-01-15", 48, "2031-01-14"),
        ("2027-01-01", 12, "2027-12-31"),
        ("2028-02-29", 12, "2029-02-28"),
        ("2027-03-01", 12, "2028-02-29"),
    ],
)
def test_a_term_ends_the_day_before_the_same_day(start: str, months: int, last: str) -> None:
    assert last_day_of_term(day(start), months) == day(last)
