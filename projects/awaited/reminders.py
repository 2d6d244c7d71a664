"""The reminders of a project (domain.md §4), from the planned or real dates of its timetable."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from procurement import clock
from projects import planning
from projects.models import ContractTerm, Project
from projects.planning import timers
from projects.timetable.schedule import Plan


@dataclass(frozen=True)
class Dated:
    """A reminder, and whether the date it counts from has happened or is only planned."""

    reminder: planning.Reminder
    planned: bool


def reminders(
    project: Project, plan: Plan, calendar: planning.WorkCalendar, contract: ContractTerm | None = None
) -> list[Dated]:
    """What is due from today on, soonest first; empty without a timetable nor a contract. No query.

    Once the duration of the contract is recorded, its real end and renewals replace the planned ones.
    """
    found: list[Dated] = contract_reminders(contract, calendar) if contract else []
    if plan.table is not None:
        planned = [*_grouping(_Days(plan.table), calendar), *_consultation(project, plan, calendar)]
        known = {item.reminder.code for item in found}
        found += [item for item in planned if item.reminder.code not in known]
    coming = [item for item in found if item.reminder.due >= clock.today()]
    return sorted(coming, key=lambda item: item.reminder.due)


def contract_reminders(contract: ContractTerm, calendar: planning.WorkCalendar) -> list[Dated]:
    """The next renewal to decide on and the end of a contract that runs; prefetch its `decisions`."""
    return [Dated(item, False) for item in contract.term.reminders(clock.today(), calendar)]


class _Days:
    """The day of a step: the real one, else the last safe one while it can be held, else the first possible."""

    def __init__(self, table: planning.Timetable) -> None:
        self.milestones = table.milestones

    def of(self, code: str) -> tuple[dt.date, bool] | None:
        """The earliest day among the steps of that code (one per member under M1), and whether it is only planned."""
        days = [(_day(item), item.done_on is None) for item in self.milestones if item.code == code]
        return min(days, default=None)


def _day(item: planning.Milestone) -> dt.date:
    return item.done_on or (item.earliest if item.late or item.at_risk else item.last_safe)


def _grouping(days: _Days, calendar: planning.WorkCalendar) -> Iterator[Dated]:
    signatures, launch = days.of("signatures"), days.of("publication")
    if signatures and signatures[1]:
        yield Dated(timers.deliberation_deadline(signatures[0], calendar), True)
        if launch:
            yield Dated(timers.signature_deadline(launch[0], calendar), True)


def _consultation(project: Project, plan: Plan, calendar: planning.WorkCalendar) -> Iterator[Dated]:
    assert plan.table is not None
    days, formal = _Days(plan.table), plan.advice.level == planning.Level.FORMAL
    if offers := days.of("offers"):
        yield Dated(timers.answers_deadline(offers[0], calendar), offers[1])
        yield from (Dated(item, offers[1]) for item in timers.offer_validity(offers[0], calendar))
    if formal and (letters := days.of("letters")):
        yield Dated(timers.standstill_end(letters[0], calendar), letters[1])
    signed, notified = days.of("contract_signature"), days.of("notification")
    if signed and notified:
        planned = signed[1] or notified[1]
        yield from (Dated(item, planned) for item in _contract(project, plan, calendar, signed[0], notified[0]))


def _contract(
    project: Project, plan: Plan, calendar: planning.WorkCalendar, signed: dt.date, notified: dt.date
) -> Iterator[planning.Reminder]:
    if plan.advice.legality_control:
        yield timers.transmission(signed, calendar)
        yield timers.prefect_information(notified, calendar)
    if plan.advice.level == planning.Level.FORMAL:
        yield timers.award_notice(signed, calendar)
    if plan.advice.essential_data:
        yield timers.essential_data(notified, calendar)
    if project.duration_months:
        end = timers.end_of_term(notified, project.duration_months, calendar)
        yield end
        yield timers.retention_of_contract_file(end.limit, calendar)
    yield timers.retention_of_award_file(signed, notified, calendar)
