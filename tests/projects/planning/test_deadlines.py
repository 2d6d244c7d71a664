"""Deadlines to the second, on both clock-change days, seen from any zone."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from projects.planning import PlanningError, deadline, deadline_text, has_passed

NOON = dt.time(12)
SPRING, AUTUMN = dt.date(2026, 3, 29), dt.date(2026, 10, 25)
SECOND = dt.timedelta(seconds=1)


@pytest.mark.parametrize(
    ("day", "hour", "utc"),
    [
        (dt.date(2026, 3, 28), NOON, "2026-03-28T11:00:00+00:00"),
        (SPRING, NOON, "2026-03-29T10:00:00+00:00"),
        (SPRING, dt.time(1, 59, 59), "2026-03-29T00:59:59+00:00"),
        (SPRING, dt.time(3), "2026-03-29T01:00:00+00:00"),
        (AUTUMN, dt.time(1, 59, 59), "2026-10-24T23:59:59+00:00"),
        (AUTUMN, dt.time(3), "2026-10-25T02:00:00+00:00"),
        (AUTUMN, NOON, "2026-10-25T11:00:00+00:00"),
        (dt.date(2028, 2, 29), dt.time(23, 59, 59), "2028-02-29T22:59:59+00:00"),
        (dt.date(2026, 12, 31), dt.time(23, 59, 59), "2026-12-31T22:59:59+00:00"),
    ],
)
def test_a_deadline_is_an_hour_of_paris(day: dt.date, hour: dt.time, utc: str) -> None:
    assert deadline(day, hour).isoformat() == utc


@pytest.mark.parametrize(
    ("day", "hour", "words"),
    [
        (SPRING, dt.time(2), "2 h 00 n'existe pas"),
        (SPRING, dt.time(2, 30), "2 h 30 n'existe pas"),
        (AUTUMN, dt.time(2), "2 h 00 existe deux fois"),
        (AUTUMN, dt.time(2, 59, 59), "2 h 59 min 59 s existe deux fois"),
    ],
)
def test_an_hour_that_is_skipped_or_repeated_is_refused(day: dt.date, hour: dt.time, words: str) -> None:
    with pytest.raises(PlanningError, match=words) as caught:
        deadline(day, hour)
    assert caught.value.code == "clock_change"


@pytest.mark.parametrize("day", [SPRING, AUTUMN, dt.date(2026, 7, 14)])
@pytest.mark.parametrize("zone", ["UTC", "America/Martinique", "Indian/Reunion"])
def test_the_last_second_still_counts_whatever_the_zone_of_the_server(day: dt.date, zone: str) -> None:
    limit = deadline(day, NOON)
    seen = limit.astimezone(ZoneInfo(zone))
    assert [has_passed(limit, seen + offset * SECOND) for offset in (-1, 0, 1)] == [False, False, True]


@pytest.mark.parametrize(
    ("instant", "said"),
    [
        ("2026-10-25T00:30:00+00:00", "25 octobre 2026 à 2 h 30 (heure d'été, Paris)"),
        ("2026-10-25T01:30:00+00:00", "25 octobre 2026 à 2 h 30 (heure d'hiver, Paris)"),
        ("2026-10-25T02:00:00+00:00", "25 octobre 2026 à 3 h 00 (heure de Paris)"),
        ("2026-03-29T01:00:00+00:00", "29 mars 2026 à 3 h 00 (heure de Paris)"),
    ],
)
def test_the_hour_that_comes_twice_says_which_it_is(instant: str, said: str) -> None:
    assert deadline_text(dt.datetime.fromisoformat(instant)) == said


@pytest.mark.parametrize(
    ("department", "hour", "text"),
    [
        ("38", NOON, "3 mars 2026 à 12 h 00 (heure de Paris)"),
        ("972", NOON, "3 mars 2026 à 12 h 00 (heure de Paris), 7 h 00 en Martinique"),
        ("974", NOON, "3 mars 2026 à 12 h 00 (heure de Paris), 15 h 00 à La Réunion"),
        ("987", dt.time(9), "3 mars 2026 à 9 h 00 (heure de Paris), le 2 mars 2026 à 22 h 00 en Polynésie française"),
    ],
)
def test_overseas_bodies_read_both_hours(department: str, hour: dt.time, text: str) -> None:
    assert deadline_text(deadline(dt.date(2026, 3, 3), hour), department) == text
