"""What the backward timetable is asked and what it answers: plain values only."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from projects.planning.errors import PlanningError
from projects.planning.french import typeset
from projects.planning.procedure import Level
from projects.planning.steps import Durations
from projects.planning.working_days import WorkCalendar

EACH_SIGNS = "M1"  # each member signs, transmits and notifies its own contract


@dataclass(frozen=True)
class BodyPlan:
    """A member: when its present contract ends, and when its assembly sits.

    `notice_months` is 0 when the contract ends by itself. `sits` is false for a body whose executive decides by
    delegation, or whose director does. `department` (`"67"`, `"974"`) brings the local holidays.
    """

    id: str
    name: str
    contract_end: dt.date | None = None
    notice_months: int = 0
    council_dates: tuple[dt.date, ...] = ()
    sits: bool = True
    department: str = ""


@dataclass(frozen=True)
class Request:
    """A timetable to compute. `done` holds the real dates of milestones already passed, by `Milestone.key`."""

    bodies: tuple[BodyPlan, ...]
    today: dt.date
    level: Level
    mandate: str = "M2"
    legality_control: bool = False
    electronic: bool = True
    target: dt.date | None = None  # wanted start of service: no member switches later
    durations: Durations = field(default_factory=Durations)
    done: Mapping[str, dt.date] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse no member, two members of one id, a negative notice, and no date at all to plan from."""
        ids = [body.id for body in self.bodies]
        if not ids:
            raise PlanningError("no_participant", typeset("Aucun organisme à planifier."))
        if len(set(ids)) < len(ids):
            raise PlanningError("duplicate_body", typeset("Un organisme figure deux fois."))
        if any(body.notice_months < 0 for body in self.bodies):
            raise PlanningError("bad_duration", typeset("Un préavis ne peut pas être négatif."))
        if self.target is None and all(body.contract_end is None for body in self.bodies):
            message = "Aucune date de fin de contrat ni de mise en service souhaitée : rien à planifier à rebours."
            raise PlanningError("no_end", typeset(message))

    @cached_property
    def calendar(self) -> WorkCalendar:
        """A day counts as working when it is one for every member."""
        departments = frozenset(body.department for body in self.bodies if body.department)
        return WorkCalendar(departments, self.durations.quiet_months)

    @property
    def each_signs(self) -> bool:
        """Mandate M1: as many contracts as members."""
        return self.mandate == EACH_SIGNS

    @property
    def standstill_days(self) -> int:
        """Calendar days between the letters and the signature of a formal procedure (R. 2182-1 CCP)."""
        return 11 if self.electronic else 16


@dataclass(frozen=True)
class Cause:
    """The member that drives a date, and why, in French. Empty `body_id` never happens: a date always has a cause."""

    body_id: str
    text: str


@dataclass(frozen=True)
class Placed:
    """A step at its last safe day; `body_id` is empty for a step of the whole grouping."""

    code: str
    body_id: str
    day: dt.date
    cause: Cause

    @property
    def key(self) -> str:
        """`offers`, or `deliberation:213801517` for a step of one body."""
        return f"{self.code}:{self.body_id}" if self.body_id else self.code


@dataclass(frozen=True)
class Milestone:
    """One line of the timetable.

    `last_safe`: later than that and the dates that follow cannot all be held. `earliest`: the first day it can happen
    when everything goes on from today. `late`: not done and the last safe day is past. `at_risk`: not late yet, but no
    longer reachable from where the project stands.
    """

    key: str
    code: str
    body_id: str
    label: str
    who: str
    last_safe: dt.date
    earliest: dt.date
    driver_id: str
    driver: str
    reason: str
    article: str
    done_on: dt.date | None
    late: bool
    at_risk: bool

    @property
    def slack_days(self) -> int:
        """Calendar days between the first possible day and the last safe one; negative when it cannot be held."""
        return (self.last_safe - self.earliest).days


@dataclass(frozen=True)
class Timetable:
    """The milestones in the order of their last safe days, and what to know before trusting them."""

    milestones: tuple[Milestone, ...]
    driver: str  # the member and the contract that command the end
    warnings: tuple[str, ...]
    feasible: bool  # everything left can still be held

    def get(self, key: str) -> Milestone | None:
        """The milestone of that key, if this timetable has one."""
        return next((milestone for milestone in self.milestones if milestone.key == key), None)
