"""Reminders against dates checked by hand."""

import datetime as dt
from collections.abc import Callable

import pytest

from projects.planning import PlanningError, Reminder, WorkCalendar, timers

FRANCE = WorkCalendar()


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def on(text: str, function: Callable[..., Reminder], **options: int | bool) -> Callable[[], Reminder]:
    return lambda: function(day(text), calendar=FRANCE, **options)


@pytest.mark.parametrize(
    ("reminder", "due", "limit"),
    [
        (on("2026-05-27", timers.deliberation_deadline), "2026-05-20", "2026-05-20"),
        (on("2026-05-26", timers.signature_deadline), "2026-05-22", "2026-05-25"),  # the eve is Whit Monday
        (on("2026-07-20", timers.answers_deadline), "2026-07-13", "2026-07-14"),
        (on("2026-03-18", timers.standstill_end), "2026-03-31", "2026-03-30"),  # over the spring clock change
        (on("2026-10-14", timers.standstill_end), "2026-10-27", "2026-10-26"),  # over the autumn one
        (on("2028-02-21", timers.standstill_end), "2028-03-06", "2028-03-03"),  # 29 February counts
        (on("2026-12-21", timers.standstill_end), "2027-01-05", "2027-01-04"),
        (on("2026-06-01", timers.standstill_end, electronic=False), "2026-06-18", "2026-06-17"),
        (on("2026-06-29", timers.transmission), "2026-07-13", "2026-07-14"),
        (on("2026-04-21", timers.prefect_information), "2026-05-06", "2026-05-06"),
        (on("2026-07-15", timers.award_notice), "2026-08-14", "2026-08-14"),
        (on("2026-12-31", timers.essential_data), "2027-02-26", "2027-02-28"),
        (on("2027-12-31", timers.essential_data), "2028-02-29", "2028-02-29"),
        (on("2027-12-31", timers.renewal_decision, notice_months=3), "2027-09-30", "2027-09-30"),
        (on("2027-01-15", timers.end_of_term, months=48), "2031-01-14", "2031-01-14"),
        (on("2033-05-02", timers.end_of_term, months=12), "2034-04-28", "2034-05-01"),  # 1 May, a Monday
        (on("2027-03-05", timers.retention_of_contract_file), "2037-03-05", "2037-03-05"),
    ],
)
def test_a_reminder_falls_on_its_day(reminder: Callable[[], Reminder], due: str, limit: str) -> None:
    found = reminder()
    assert (found.due, found.limit) == (day(due), day(limit))
    assert FRANCE.is_working(found.due)
    assert found.article


def test_the_standstill_is_never_shorter_than_what_the_conseil_d_etat_judged() -> None:
    """Sent on 28 December 2010 on paper, signed on 13 January 2011: judged valid (n° 347526). Ours: one day more."""
    assert timers.standstill_end(day("2010-12-28"), FRANCE, electronic=False).due == day("2011-01-14")


def test_offers_lapse_after_a_warning() -> None:
    warning, last = timers.offer_validity(day("2026-06-15"), FRANCE)
    assert (warning.due, last.due) == (day("2026-09-11"), day("2026-10-13"))


def test_the_award_file_is_kept_from_the_later_of_signature_and_notification() -> None:
    found = timers.retention_of_award_file(day("2027-02-12"), day("2027-03-01"), FRANCE)
    assert (found.due, found.limit) == (day("2032-03-01"), day("2032-03-01"))


@pytest.mark.parametrize(
    ("ordered", "code"),
    [(0, None), (7_999_999, None), (8_000_000, "framework_80"), (9_999_999, "framework_80"),
     (10_000_000, "framework_100"), (10_000_001, "framework_100")],
)  # fmt: skip
def test_a_framework_agreement_alerts_at_80_and_100_percent_to_the_cent(ordered: int, code: str | None) -> None:
    alert = timers.framework_alert(ordered, 10_000_000, day("2026-06-15"))
    assert (alert and alert.code) == code


def test_a_framework_agreement_without_maximum_is_refused() -> None:
    with pytest.raises(PlanningError):
        timers.framework_alert(1, 0, day("2026-06-15"))


def test_more_than_four_years_must_be_justified() -> None:
    four, more = (timers.end_of_term(day("2027-01-15"), months, FRANCE) for months in (48, 49))
    assert "justifiée" not in four.reason
    assert not four.to_confirm
    assert "justifiée" in more.reason
    assert more.to_confirm
    assert "justifiée" not in timers.end_of_term(day("2027-01-15"), 60, FRANCE, framework=False).reason
