"""From the rows of a project to its procedure and its timetable: the one place where `planning` meets the database."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from django.db.models import prefetch_related_objects

from procurement import clock
from procurement.access import Actor
from procurement.models import Body
from projects import planning
from projects.consultation.reading import done_days
from projects.enums import LISTED, ActKind, ParticipationState, ProjectState
from projects.missions import level_of
from projects.models import Event, Participation, Project, TimetableSettings
from projects.models.reading import with_project
from projects.planning.steps import EDITABLE

OVER = (ProjectState.CLOSED, ProjectState.ABANDONED)
YEARS = (2000, 2200)  # a contract that ends outside is a typing error, and no calendar goes that far
SHOWN_FROM = 3  # bodies: a total over fewer would tell what one of them pays (design §3)
# The step of the journal that shows a milestone of the whole grouping as done.
DONE_BY = {"open_call": "call_open", "close_call": "call_close", "constitute": "constituted"}


@dataclass(frozen=True)
class Amount:
    """What the procedure is chosen on, cents HT: all members, whole duration."""

    cents: int
    members: int  # how many intentions it sums; 0 when it is the estimate

    @property
    def is_estimate(self) -> bool:
        """True while there is no sum of maxima that this reader may know."""
        return self.members == 0


@dataclass(frozen=True)
class Plan:
    """The procedure that the amount calls for, when it would be launched, and the timetable when dates are known."""

    amount: Amount
    launch: dt.date
    advice: planning.Advice
    launch_note: str
    table: planning.Timetable | None
    no_table: str  # why there is none, in French
    partial: bool = False  # contract ends that this reader may not know are left out


def plan(
    project: Project, rows: Sequence[Participation], amount: Amount, *, told: Collection[int] | None = None
) -> Plan:
    """`rows` as `planned_rows` gives them. A fixed number of queries, whatever the number of bodies.

    `told`: the bodies whose contract ends count, all of them when it is None (see `ends_told`).
    """
    table, no_table = _table(project, rows, amount.cents, told)
    launch = planning.launch_day(table, clock.today()) if table else clock.today()
    advice = planning.procedure_for(amount.cents, launch)
    return Plan(amount, launch, advice, planning.launch_note(launch), table, no_table, told is not None)


def ends_told(rows: Sequence[Participation], actor: Actor, *, sees_all: bool) -> frozenset[int] | None:
    """Whose contract ends may command the days that this reader is shown; None: everybody's.

    Every day is counted back from the earliest end: with two bodies it would tell one the other's (design §3). Below
    three, who does not see all gets a timetable made of their own bodies' ends.
    """
    if sees_all or len(rows) >= SHOWN_FROM:
        return None
    return frozenset(row.body_id for row in rows if actor.belongs_to(row.body_id))


def planned_rows(project: Project) -> list[Participation]:
    """Those who would be parties, lead first: while the call runs the interested too, then the listed ones."""
    calls = project.state in (ProjectState.FRAMING, ProjectState.CALL)
    rows = project.present() if calls else project.listed()
    prefetch_related_objects(rows, "body__councils")
    return rows


def amount_of(project: Project, rows: Iterable[Participation], *, sees_all: bool) -> Amount:
    """The sum of own maxima; the estimate while nobody has declared, or too few for this reader to know the sum."""
    maxima = [row.maximum_cents or 0 for row in rows if row.state in LISTED]
    estimate = project.estimate_cents()  # asked for in any case: a page costs the same whoever has declared
    if maxima and (sees_all or len(maxima) >= SHOWN_FROM):
        return Amount(sum(maxima), len(maxima))
    return Amount(estimate, 0)


def _table(
    project: Project, rows: Sequence[Participation], cents: int, told: Collection[int] | None
) -> tuple[planning.Timetable | None, str]:
    if project.state in OVER:
        return None, f"Le projet est à l'étape « {project.state_label} » : plus rien n'est à planifier."
    try:
        return planning.timetable_for_amount(_request(project, rows, told), cents), ""
    except planning.PlanningError as error:
        return None, error.message


def _request(project: Project, rows: Sequence[Participation], told: Collection[int] | None) -> planning.Request:
    known = contract_ends(project)
    ends = {row.body_id: row.contract_end or known.get(row.body_id) for row in rows}
    if told is not None:
        ends = {body_id: day for body_id, day in ends.items() if body_id in told}
    return planning.Request(
        tuple(_body_plan(row, ends.get(row.body_id)) for row in rows),
        clock.today(),
        planning.Level.EXEMPT,  # replaced by the level of the amount
        mandate=level_of(project),
        target=project.service_on,
        done=_done(project, rows),
        durations=durations_of(project),
    )


def durations_of(project: Project) -> planning.Durations:
    """The usual lengths, with those that the coordinator changed. One query."""
    settings: TimetableSettings | None = with_project(project, "timetable_settings")
    return planning.Durations.of(settings.days if settings else {})


def changed_durations(known: planning.Durations) -> list[tuple[str, int, int]]:
    """(label, days, usual days) of what the coordinator changed; 0 stands for the usual time of the procedure."""
    usual = planning.Durations.usual()
    pairs = ((label, getattr(known, name), usual[name]) for name, label in EDITABLE.items())
    return [(label, days, before) for label, days, before in pairs if days != before]


def contract_ends(project: Project) -> dict[int, dt.date]:
    """The earliest contract end that each body declared in its pooled needs, by id of the body."""
    ends: dict[int, dt.date] = {}
    for need in project.pooled():
        day = need.contract_end
        if day is not None and YEARS[0] <= day.year <= YEARS[1]:
            ends[need.body_id] = min(day, ends.get(need.body_id, day))
    return ends


def _body_plan(row: Participation, contract_end: dt.date | None) -> planning.BodyPlan:
    return planning.BodyPlan(
        id=str(row.body_id),
        name=row.body.name,
        contract_end=contract_end,
        notice_months=row.notice_months or 0,  # counts for nothing without the end
        council_dates=tuple(council.day for council in row.body.councils.all()),
        sits=not (row.by_delegation or row.act_kind == ActKind.DECISION),
        department=row.body.department,
    )


def _done(project: Project, rows: Sequence[Participation]) -> dict[str, dt.date]:
    """The real dates of what has happened; what was undone since (a call reopened) does not count."""
    states = list(ProjectState)
    done: dict[str, dt.date] = {}
    moves = Event.objects.filter(project=project, need=None, participation=None, step__in=DONE_BY).order_by("id")
    for step, target, day in moves.values_list("step", "target", "happened_on"):
        if target in states and states.index(ProjectState(target)) <= states.index(ProjectState(project.state)):
            done[DONE_BY[step]] = day
    if version := project.current_version():
        done["convention_frozen"] = version.frozen_on
    bound = (ParticipationState.AUTHORISED, ParticipationState.SIGNED)
    done |= {f"deliberation:{row.body_id}": row.act_date for row in rows if row.state in bound and row.act_date}
    signed = [row.signed_on for row in rows if row.state == ParticipationState.SIGNED and row.signed_on]
    if signed and len(signed) == len(rows):
        done["signatures"] = max(signed)
    return done | done_days(project)


def work_calendar(bodies: Iterable[Body]) -> planning.WorkCalendar:
    """The days that count for these bodies."""
    return planning.WorkCalendar(frozenset(body.department for body in bodies if body.department))
