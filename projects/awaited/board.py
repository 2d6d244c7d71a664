"""Who blocks what: for each body and step, whether it is done, since when it is awaited, how late it is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Max

from procurement import clock
from procurement.models import Body
from projects.enums import LISTED, ParticipationState, ProjectState
from projects.models import ConventionVersion, Event, Participation, Project
from projects.models.reminders import Awaited
from projects.timetable import schedule

BOUND = (ParticipationState.AUTHORISED, ParticipationState.SIGNED)
Returned = Callable[[Project], Mapping[int, dt.date]]
_returned: list[Returned] = []


def returns_copies(finder: Returned) -> Returned:
    """Register what says which bodies returned their signed copy, and when: documents know, projects do not."""
    _returned.append(finder)
    return finder


@dataclass(frozen=True, slots=True)
class Cell:
    """One step of one body. `done_on`, else `since`: awaited from that day; neither: not its turn yet."""

    step: Awaited
    done_on: dt.date | None = None
    since: dt.date | None = None
    due: dt.date | None = None
    note: str = ""

    @property
    def awaited(self) -> bool:
        """True when the body, and nobody else, is to act."""
        return self.done_on is None and self.since is not None

    @property
    def age_days(self) -> int:
        """Days since it is awaited; 0 when it is not."""
        return (clock.today() - self.since).days if self.awaited and self.since else 0

    @property
    def late_days(self) -> int:
        """Days past the last safe day; 0 when it is not late."""
        late = self.awaited and self.due is not None and self.due < clock.today()
        return (clock.today() - self.due).days if late and self.due else 0

    @property
    def words(self) -> str:
        """Age and lateness, in French."""
        if not self.awaited:
            return ""
        age = {0: "attendue depuis aujourd'hui", 1: "attendue depuis hier"}
        said = age.get(self.age_days, f"attendue depuis {self.age_days} jours")
        if self.late_days:
            said += f", en retard de {self.late_days} jour{'s' if self.late_days > 1 else ''}"
        return said

    @property
    def may_remind(self) -> bool:
        """An act becomes enforceable by itself: there is nobody to remind of it."""
        return self.awaited and self.step != Awaited.ENFORCEABLE


@dataclass(frozen=True, slots=True)
class Line:
    """A body of the project, or one whose answer is expected (`participation` is None then)."""

    body: Body
    participation: Participation | None
    cells: tuple[Cell, ...]

    def cell(self, step: str) -> Cell:
        """The cell of a step."""
        return next(cell for cell in self.cells if cell.step == step)


def board(project: Project) -> list[Line]:
    """Every body, lead first, then those expected that never came. A fixed number of queries."""
    rows = project.present()
    here = {row.body_id for row in rows}
    facts = _facts(project, rows)
    lines = [Line(row.body, row, tuple(_cells(row, facts))) for row in rows]
    gone = {row.body_id for row in project.rows()} - here
    for expected in project.expected.select_related("body"):
        if expected.body_id not in here | gone:
            first = Cell(Awaited.INTENTION, since=facts.called(expected.added_on), due=project.cut_off)
            others = (Cell(step) for step in Awaited if step != Awaited.INTENTION)
            lines.append(Line(expected.body, None, (first, *others)))
    return lines


def silent(lines: Iterable[Line], step: str) -> list[Line]:
    """Those of whom this step is awaited."""
    return [line for line in lines if line.cell(step).may_remind]


@dataclass(frozen=True, slots=True)
class _Facts:
    """What the cells are made of, read once."""

    project: Project
    version: ConventionVersion | None
    call_opened: dt.date | None
    declared: Mapping[int, dt.date]  # by participation
    came: Mapping[int, dt.date]
    returned: Mapping[int, dt.date]  # by body
    last_safe: Mapping[str, dt.date]  # by key of the timetable

    def called(self, here_since: dt.date) -> dt.date | None:
        """From when an intention is awaited: the later of the opening of the call and the arrival; None otherwise."""
        return max(self.call_opened, here_since) if self.project.calls() and self.call_opened else None


def _facts(project: Project, rows: list[Participation]) -> _Facts:
    latest = Event.objects.filter(project=project).order_by().values("participation", "step")
    found = latest.annotate(day=Max("happened_on"))
    days: dict[tuple[int | None, str], dt.date] = {(row["participation"], row["step"]): row["day"] for row in found}
    opened = max((days[None, step] for step in ("open_call", "reopen_call") if (None, step) in days), default=None)
    plan = schedule.plan(project, schedule.planned_rows(project), schedule.Amount(project.estimate_cents(), 0))
    returned: dict[int, dt.date] = {}
    for finder in _returned:
        returned |= finder(project)
    return _Facts(
        project,
        project.current_version(),
        opened,
        {row.pk: days[row.pk, "declare"] for row in rows if (row.pk, "declare") in days},
        {row.pk: days.get((row.pk, "join"), project.starts_on) for row in rows},
        returned,
        {item.key: item.last_safe for item in plan.table.milestones} if plan.table else {},
    )


def _cells(row: Participation, facts: _Facts) -> list[Cell]:
    return [_intention(row, facts), _act(row, facts), _enforceable(row), _signature(row, facts), _copy(row, facts)]


def _intention(row: Participation, facts: _Facts) -> Cell:
    if row.state in LISTED:
        return Cell(Awaited.INTENTION, done_on=facts.declared.get(row.pk, facts.came[row.pk]))
    return Cell(Awaited.INTENTION, since=facts.called(facts.came[row.pk]), due=facts.project.cut_off)


def _act(row: Participation, facts: _Facts) -> Cell:
    if row.state in BOUND:
        return Cell(Awaited.ACT, done_on=row.act_date, note=f"n° {row.act_number}")
    awaited = (
        facts.project.state == ProjectState.AGREEMENT and facts.version and row.state == ParticipationState.INTENDED
    )
    if not awaited or facts.version is None:
        return Cell(Awaited.ACT)
    lapsed = f"l'acte n° {row.act_number} portait sur la version {row.act_version}" if row.act_number else ""
    due = facts.last_safe.get(f"deliberation:{row.body_id}")
    return Cell(Awaited.ACT, since=facts.version.frozen_on, due=due, note=lapsed)


def _enforceable(row: Participation) -> Cell:
    day = row.act_enforceable_on
    if row.state not in BOUND or day is None:
        return Cell(Awaited.ENFORCEABLE)
    if day <= clock.today():
        return Cell(Awaited.ENFORCEABLE, done_on=day)
    return Cell(Awaited.ENFORCEABLE, since=row.act_date, due=day, note="de plein droit à cette date")


def _signature(row: Participation, facts: _Facts) -> Cell:
    if row.state == ParticipationState.SIGNED:
        return Cell(Awaited.SIGNATURE, done_on=row.signed_on, note=row.signatory)
    day = row.act_enforceable_on
    if row.state != ParticipationState.AUTHORISED or day is None or day > clock.today():
        return Cell(Awaited.SIGNATURE)
    return Cell(Awaited.SIGNATURE, since=day, due=facts.last_safe.get("signatures"))


def _copy(row: Participation, facts: _Facts) -> Cell:
    if day := facts.returned.get(row.body_id):
        return Cell(Awaited.COPY, done_on=day)
    return Cell(Awaited.COPY, since=row.signed_on if row.state == ParticipationState.SIGNED else None)
