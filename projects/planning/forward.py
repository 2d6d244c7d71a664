"""From today towards the switch: the first day each step can happen, with the same durations as the way back."""

import datetime as dt
from dataclasses import dataclass, field

from projects.planning.backward import planned_from
from projects.planning.procedure import Level
from projects.planning.timetable import BodyPlan, Request
from projects.planning.working_days import DAY


@dataclass
class _Walk:
    """The days found so far. A step that is done keeps its real day."""

    request: Request
    days: dict[str, dt.date] = field(default_factory=dict)

    def at(self, key: str, day: dt.date) -> dt.date:
        """Keep `day` for `key`, or today when it is past; a step that is done keeps its own. The day to go on from."""
        not_before = self.request.calendar.next_working(self.request.today)
        self.days[key] = self.request.done.get(key) or max(day, not_before)
        return self.days[key]

    def work(self, key: str, start: dt.date, days: int) -> dt.date:
        """Place `key` at the end of a work of people."""
        calendar = self.request.calendar
        return self.at(key, max(calendar.after_work(start, days), calendar.next_planned(self.request.today)))


def earliest_days(request: Request) -> dict[str, dt.date]:
    """First possible day of each step, by key, when everything goes on from today without a lost day."""
    walk = _Walk(request)
    constituted = _grouping(walk)
    award = _consultation(walk, constituted)
    _contracts(walk, award)
    return walk.days


def _grouping(walk: _Walk) -> dt.date:
    request, durations = walk.request, walk.request.durations
    day = walk.at("call_open", request.calendar.next_planned(request.today))
    day = walk.work("call_close", day, durations.call)
    frozen = walk.work("convention_frozen", day, durations.convention)
    councils = [_council(walk, body, frozen) for body in request.bodies]
    day = walk.work("signatures", max(councils), durations.enforceable + durations.signing)
    return walk.work("constituted", day, durations.constitution)


def _council(walk: _Walk, body: BodyPlan, frozen: dt.date) -> dt.date:
    """The first known council after the frozen text could be put on its agenda; else the first day of that time."""
    request = walk.request
    ready = request.calendar.after_work(frozen, request.durations.agenda) if body.sits else frozen
    ready = max(ready, request.today)  # a council of last month cannot vote any more
    known = [day for day in body.council_dates if day >= ready] if body.sits else []
    return walk.at(f"deliberation:{body.id}", min(known, default=ready))


def _consultation(walk: _Walk, constituted: dt.date) -> dt.date:
    """The first day on which contracts may be signed."""
    request, durations, calendar = walk.request, walk.request.durations, walk.request.calendar
    day = walk.work("dce_ready", constituted, durations.dce)
    day = walk.work("publication", day, durations.publication)
    day = walk.at("offers", planned_from(calendar, day, durations.offers_days(request.level)))
    award = walk.work("award", day, durations.analysis_days(request.level))
    if request.level != Level.FORMAL:
        return calendar.after_work(award, durations.letters_to_signature)
    letters = walk.work("letters", award, durations.award_to_letters)
    return calendar.next_planned(calendar.end_of_period(letters, request.standstill_days) + DAY)


def _contracts(walk: _Walk, signable: dt.date) -> None:
    request, durations, calendar = walk.request, walk.request.durations, walk.request.calendar
    notified: dict[str, dt.date] = {}
    for key in [body.id for body in request.bodies] if request.each_signs else [""]:
        suffix = f":{key}" if key else ""
        day = walk.at(f"contract_signature{suffix}", signable)
        if request.legality_control:
            day = walk.at(f"transmission{suffix}", calendar.next_working(day))
            day = calendar.next_planned(day + DAY)
        else:
            day = planned_from(calendar, day, durations.notification)
        notified[key] = walk.at(f"notification{suffix}", day)
    for body in request.bodies:
        day = notified.get(body.id, notified.get("", signable))
        walk.at(f"switch:{body.id}", calendar.after_work(day, durations.deployment))
        free = calendar.next_working(request.today)
        walk.at(f"notice:{body.id}", calendar.next_working(day) if durations.notify_before_notice else free)
