"""The timetable as people read it: last safe days, first possible days, who drives, what is late."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace

from projects.planning.backward import last_council, place
from projects.planning.forward import earliest_days
from projects.planning.french import typeset
from projects.planning.procedure import Level, procedure_for
from projects.planning.steps import BY_CODE, EXEMPT_LABELS, RANK
from projects.planning.thresholds import TABLE, Buyer, Kind
from projects.planning.timetable import Milestone, Placed, Request, Timetable

NEXT_COUNCILS = "calendrier des séances à compléter"
LEVELS = tuple(Level)
RANKS = {level: rank for rank, level in enumerate(LEVELS)}


def timetable(request: Request) -> Timetable:
    """The backward timetable of a request. Raises PlanningError (see Request and Durations)."""
    placed = sorted(place(request), key=lambda step: (step.day, RANK[step.code]))
    earliest = earliest_days(request)
    names = {body.id: body.name for body in request.bodies}
    milestones = tuple(_milestone(step, request, earliest[step.key], names) for step in placed)
    return Timetable(
        milestones=milestones,
        driver=next(step.cause.text for step in placed if step.code == "offers"),
        warnings=tuple(map(typeset, _warnings(request, placed))),
        feasible=not any(milestone.late or milestone.at_risk for milestone in milestones),
    )


def timetable_for_amount(
    request: Request, amount_cents: int, kind: Kind = Kind.SUPPLIES_SERVICES, buyer: Buyer = Buyer.LOCAL
) -> Timetable:
    """The timetable whose procedure is the one of `amount_cents` (HT, all members, whole duration) on its launch day.

    The procedure depends on the day of launch and the other way round: the procedures that this amount may call for
    are tried from the lightest up, the first that agrees with its own launch day is kept, the strictest when none does.
    The level and the legality control of `request` are replaced.
    """
    days = [row.starts for row in TABLE]
    advice = [procedure_for(amount_cents, day, kind, buyer) for day in days]
    *lighter, strictest = sorted({(RANKS[each.level], each.legality_control) for each in advice})
    for rank, control in lighter:
        found = timetable(replace(request, level=LEVELS[rank], legality_control=control))
        fitting = procedure_for(amount_cents, launch_day(found, request.today), kind, buyer)
        if (RANKS[fitting.level], fitting.legality_control) == (rank, control):
            return found
    rank, control = strictest
    return timetable(replace(request, level=LEVELS[rank], legality_control=control))


def launch_day(found: Timetable, today: dt.date) -> dt.date:
    """The day whose thresholds apply: the real launch, else the last safe one, never before today."""
    publication = next(milestone for milestone in found.milestones if milestone.code == "publication")
    return publication.done_on or max(publication.last_safe, today)


def _milestone(step: Placed, request: Request, earliest: dt.date, names: dict[str, str]) -> Milestone:
    words = BY_CODE[step.code]
    label = EXEMPT_LABELS.get(step.code, words.label) if request.level == Level.EXEMPT else words.label
    done_on = request.done.get(step.key)
    late = done_on is None and step.day < request.today
    return Milestone(
        key=step.key,
        code=step.code,
        body_id=step.body_id,
        label=typeset(f"{label} : {names[step.body_id]}") if step.body_id else label,
        who=names.get(step.body_id, words.who),
        last_safe=step.day,
        earliest=earliest,
        driver_id=step.cause.body_id,
        driver=step.cause.text,
        reason=words.reason,
        article=words.article,
        done_on=done_on,
        late=late,
        at_risk=done_on is None and not late and earliest > step.day,
    )


def _warnings(request: Request, placed: list[Placed]) -> Iterator[str]:
    """What makes the timetable less sure, in French."""
    councils = {step.body_id: step.day for step in placed if step.code == "deliberation"}
    for body in request.bodies:
        if body.sits and not last_council(body, councils[body.id], request.durations.council_interval):
            yield f"{body.name} : aucune séance connue avant la date sûre, {NEXT_COUNCILS}."
        if body.contract_end is None:
            yield f"{body.name} : fin de contrat non connue, elle ne compte pas dans ce calendrier."
    if request.level == Level.FORMAL and not request.legality_control:
        yield "Procédure formalisée sans contrôle de légalité : exact seulement si l'acheteur est l'État."
