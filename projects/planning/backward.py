"""From the end of the members' contracts back to the call: the last safe day of each step.

Every move back is monotone (an earlier limit never gives a later day), so an earlier contract end cannot make any
date later. A legal period counts calendar days and ends on a working day; the work of people skips quiet months.
"""

import datetime as dt
from dataclasses import dataclass

from projects.planning.french import long_date, plural, typeset
from projects.planning.procedure import Level
from projects.planning.steps import LEGALITY_DAYS
from projects.planning.timetable import BodyPlan, Cause, Placed, Request
from projects.planning.working_days import DAY, WorkCalendar, add_months


@dataclass(frozen=True)
class _Limit:
    """A day not to pass, and what commands it."""

    day: dt.date
    cause: Cause


def place(request: Request) -> list[Placed]:
    """Every step of the request at its last safe day, from the last to the first."""
    ends = [limit for body in request.bodies if (limit := _end(request, body))]
    placed = [Placed("switch", limit.cause.body_id, limit.day, limit.cause) for limit in ends]
    notices = [notice for body in request.bodies if (notice := _notice(request, body))]
    placed += notices
    limits = _notification_limits(request, ends, notices)
    contracts, signed = _contracts(request, limits)
    consultation, dce = _consultation(request, signed)
    return placed + contracts + consultation + _grouping(request, dce)


def _end(request: Request, body: BodyPlan) -> _Limit | None:
    """The last day on which a body must have switched: its contract's end, or the wanted start when that is earlier."""
    dates = [day for day in (body.contract_end, request.target) if day]
    if not dates:
        return None
    day = min(dates)
    what = "contrat jusqu'au" if day == body.contract_end else "mise en service souhaitée le"
    cause = Cause(body.id, typeset(f"{body.name} : {what} {long_date(day)}"))
    return _Limit(request.calendar.previous_working(day), cause)


def _notice(request: Request, body: BodyPlan) -> Placed | None:
    """The last day on which a body can send its notice, so that its contract is not renewed."""
    if not body.contract_end or not body.notice_months:
        return None
    received = add_months(body.contract_end, -body.notice_months)
    sent = request.calendar.previous_working(received - request.durations.notice_post * DAY)
    notice = f"préavis de {plural(body.notice_months, 'mois')} avant le {long_date(body.contract_end)}"
    return Placed("notice", body.id, sent, Cause(body.id, typeset(f"{body.name} : {notice}")))


def _notification_limits(request: Request, ends: list[_Limit], notices: list[Placed]) -> dict[str, _Limit]:
    """For each body, when its contract must be notified; under the key "" the earliest of all."""
    work, calendar = request.durations.deployment, request.calendar
    found = {end.cause.body_id: _Limit(calendar.before_work(end.day, work), end.cause) for end in ends}
    for notice in notices if request.durations.notify_before_notice else ():
        limit = _Limit(calendar.previous_planned(notice.day), notice.cause)
        found[notice.body_id] = min(found[notice.body_id], limit, key=_day)
    return {**found, "": min(found.values(), key=_day)}


def _contracts(request: Request, limits: dict[str, _Limit]) -> tuple[list[Placed], _Limit]:
    """Notification, transmission and signature: once, or once per member under M1. And the earliest signature."""
    keys = [body.id for body in request.bodies] if request.each_signs else [""]
    placed: list[Placed] = []
    signatures: list[_Limit] = []
    for key in keys:
        limit = limits.get(key, limits[""])
        # The prefect has the contract before its notification: a day at least stands between.
        days = max(1, request.durations.legality) if request.legality_control else request.durations.notification
        day = request.calendar.previous_planned(request.calendar.latest_start(limit.day, days))
        placed.append(Placed("notification", key, limit.day, limit.cause))
        if request.legality_control:
            placed.append(Placed("transmission", key, _transmission(request, day, limit.day), limit.cause))
        placed.append(Placed("contract_signature", key, day, limit.cause))
        signatures.append(_Limit(day, limit.cause))
    return placed, min(signatures, key=_day)


def _transmission(request: Request, signed: dt.date, notified: dt.date) -> dt.date:
    """Within fifteen days of the signature, and before the day of notification."""
    before = request.calendar.previous_working(notified - DAY)
    return min(before, request.calendar.previous_working(signed + LEGALITY_DAYS * DAY))


def _consultation(request: Request, signed: _Limit) -> tuple[list[Placed], _Limit]:
    """Letters, award, offers, publication, documents: once for the grouping. And the limit of the documents."""
    calendar, durations, cause = request.calendar, request.durations, signed.cause
    placed: list[Placed] = []

    def add(code: str, day: dt.date) -> dt.date:
        placed.append(Placed(code, "", day, cause))
        return day

    if request.level == Level.FORMAL:
        # The signature comes the day after the last one of the standstill.
        letters = calendar.latest_start(signed.day - DAY, request.standstill_days)
        day = calendar.before_work(add("letters", calendar.previous_planned(letters)), durations.award_to_letters)
    else:
        day = calendar.before_work(signed.day, durations.letters_to_signature)
    day = calendar.before_work(add("award", day), durations.analysis_days(request.level))
    day = calendar.latest_start(add("offers", day), durations.offers_days(request.level))
    day = calendar.before_work(add("publication", calendar.previous_planned(day)), durations.publication)
    return placed, _Limit(add("dce_ready", day), cause)


def _grouping(request: Request, dce: _Limit) -> list[Placed]:
    """From the documents back to the opening of the call."""
    calendar, durations = request.calendar, request.durations
    constituted = calendar.before_work(dce.day, durations.dce)
    signatures = calendar.before_work(constituted, durations.constitution)
    limit = calendar.before_work(signatures, durations.signing + durations.enforceable)
    councils = [_council(body, _Limit(limit, dce.cause), request) for body in request.bodies]
    # The body whose council comes first commands the text; those that decide any day leave the command upstream.
    first = min((entry for _, entry in councils), key=_day)
    frozen = calendar.before_work(first.day, durations.agenda)
    close = calendar.before_work(frozen, durations.convention)
    return [
        Placed("constituted", "", constituted, dce.cause),
        Placed("signatures", "", signatures, dce.cause),
        *(council for council, _ in councils),
        Placed("convention_frozen", "", frozen, first.cause),
        Placed("call_close", "", close, first.cause),
        Placed("call_open", "", calendar.before_work(close, durations.call), first.cause),
    ]


def _council(body: BodyPlan, limit: _Limit, request: Request) -> tuple[Placed, _Limit]:
    """The last council of a body in time, and the day before which the text must be frozen for it."""
    if not body.sits:
        return Placed("deliberation", body.id, limit.day, limit.cause), limit
    council = last_council(body, limit.day, request.durations.council_interval)
    if council:
        cause = Cause(body.id, typeset(f"{body.name} : séance du {long_date(council)}"))
        return Placed("deliberation", body.id, council, cause), _Limit(council, cause)
    cause = Cause(body.id, typeset(f"{body.name} : aucune séance connue"))
    # Some council will sit in the interval before the limit: the text must be ready for the first day of it.
    ready = limit.day - request.durations.council_interval * DAY
    return Placed("deliberation", body.id, limit.day, cause), _Limit(ready, cause)


def last_council(body: BodyPlan, limit: dt.date, interval: int) -> dt.date | None:
    """The last known council on or before `limit`; None when no date is known in the `interval` days before either.

    A calendar that stops long before the limit says nothing of the councils that will follow.
    """
    before = [day for day in body.council_dates if day <= limit]
    if not before or limit > max(body.council_dates) + interval * DAY:
        return None
    return max(before)


def _day(limit: _Limit) -> dt.date:
    return limit.day


def planned_from(calendar: WorkCalendar, day: dt.date, days: int) -> dt.date:
    """The first planned day once a legal period of `days` from `day` is over, its last day included."""
    return calendar.next_planned(calendar.end_of_period(day, days))
