"""The one clock: Paris days, whatever moment is played."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
from django.utils import timezone

from procurement import clock
from procurement.events import Event

DAY = dt.date(2026, 3, 29)


def test_the_real_moment_by_default() -> None:
    before = timezone.now()
    assert before <= clock.now() <= timezone.now()


def test_a_day_is_played_at_noon_in_paris_and_the_clock_is_put_back() -> None:
    with clock.at(DAY):
        assert clock.now() == dt.datetime(2026, 3, 29, 10, tzinfo=dt.UTC)
        with clock.at(DAY + dt.timedelta(days=1)):
            assert clock.today().day == 30
        assert clock.today() == DAY
    assert clock.now() > dt.datetime(2026, 4, 1, tzinfo=dt.UTC)


def test_the_clock_is_put_back_after_a_failure() -> None:
    with pytest.raises(RuntimeError), clock.at(dt.date(1999, 1, 1)):
        raise RuntimeError
    assert clock.today().year > 2020


@pytest.mark.parametrize(
    ("utc", "day"),
    [
        ("2026-03-28T22:59:59", "2026-03-28"),
        ("2026-03-28T23:00:00", "2026-03-29"),
        ("2026-03-29T21:59:59", "2026-03-29"),
        ("2026-03-29T22:00:00", "2026-03-30"),
        ("2026-10-24T22:00:00", "2026-10-25"),
        ("2026-10-25T22:59:59", "2026-10-25"),
        ("2026-10-25T23:00:00", "2026-10-26"),
        ("2026-12-31T23:00:00", "2027-01-01"),
    ],
)
def test_a_day_begins_at_midnight_in_paris(utc: str, day: str) -> None:
    with clock.at(dt.datetime.fromisoformat(utc).replace(tzinfo=dt.UTC)):
        assert clock.today().isoformat() == day


@pytest.mark.parametrize(
    ("day", "hours"), [(dt.date(2026, 3, 29), 23), (dt.date(2026, 10, 25), 25), (DAY.replace(day=5), 24)]
)
def test_a_day_lasts_what_it_lasts(day: dt.date, hours: int) -> None:
    def utc(date: dt.date) -> dt.datetime:
        return clock.end_of(date).astimezone(dt.UTC)

    assert utc(day) - utc(day - dt.timedelta(days=1)) == dt.timedelta(hours=hours)


def test_the_hour_that_comes_twice_is_told_apart() -> None:
    """02:30 in Paris on 25 October 2026: the same words, two moments, one day."""
    first, second = (dt.datetime(2026, 10, 25, hour, 30, tzinfo=dt.UTC) for hour in (0, 1))
    assert {f"{moment.astimezone(clock.PARIS):%H:%M}" for moment in (first, second)} == {"02:30"}
    for moment in (first, second):
        with clock.at(moment):
            assert (clock.today(), clock.now()) == (dt.date(2026, 10, 25), moment)


def test_playing_a_day_in_one_thread_leaves_the_others_alone() -> None:
    seen: list[int] = []
    with clock.at(dt.date(1999, 1, 1)):
        thread = threading.Thread(target=lambda: seen.append(clock.today().year))
        thread.start()
        thread.join()
    assert seen[0] > 2020


@pytest.mark.parametrize(
    ("hour", "said"),
    [
        ("2026-10-25T00:00", "heure d'été"),
        ("2026-10-25T00:59", "heure d'été"),
        ("2026-10-25T01:00", "heure d'hiver"),
        ("2026-10-24T23:59", ""),
        ("2026-10-25T02:00", ""),
        ("2026-03-29T01:00", ""),
        ("2026-07-14T10:00", ""),
    ],
)
def test_only_the_hour_that_comes_twice_says_which_it_is(hour: str, said: str) -> None:
    moment = dt.datetime.fromisoformat(f"{hour}:00+00:00")
    assert clock.which_hour(moment) == said
    assert Event(recorded_at=moment).moment.partition(" (")[2] == (f"{said})" if said else "")
