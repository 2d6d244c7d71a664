"""The rows of the consultation's page: every milestone in order, done, due or computed; every contract expected."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.urls import reverse

from procurement import clock
from procurement.access import Actor
from projects import rules
from projects.consultation.facts import ConsultationFacts, ContractFacts, Expected, MilestoneFacts
from projects.enums import MilestoneKind as K
from projects.enums import ProjectState
from projects.models import Project
from projects.planning import Reminder, WorkCalendar, timers
from projects.requirements.tender import needed_before

WHOLE = (K.PUBLICATION, K.QUESTIONS, K.OPENING, K.ANALYSIS, K.COMMITTEE, K.DECISION, K.LETTERS)
OF_EACH = (K.SIGNATURE, K.TRANSMISSION, K.NOTIFICATION, K.PREFECT, K.NOTICE, K.ESSENTIAL_DATA)


@dataclass(frozen=True)
class Row:
    """A milestone on the page; `url` when it may be recorded or corrected now, `reminder` when a day is counted."""

    kind: str
    label: str
    done: MilestoneFacts | None
    due: bool  # asked for, not only possible
    url: str
    reminder: Reminder | None = None
    computed_on: dt.date | None = None  # the end of the standstill, which nobody records


@dataclass(frozen=True)
class ContractRow:
    """A contract expected, known or not, and its own milestones."""

    expected: Expected
    facts: ContractFacts | None
    url: str
    milestones: tuple[Row, ...]


def milestone_rows(project: Project, facts: ConsultationFacts, runs: bool) -> list[Row]:
    """Those of the whole consultation, with the end of the standstill at its place."""
    rows = []
    for kind in WHOLE:
        if facts.competitive or kind in (K.PUBLICATION, K.DECISION) or facts.milestone(kind):
            may = runs and project.state == ProjectState.TENDER and _ready(facts, kind)
            url = reverse("consultation_milestone", args=[project.reference, kind]) if may else ""
            rows.append(Row(kind, kind.label, facts.milestone(kind), _due(facts, kind), url, _reminder(facts, kind)))
    if facts.standstill and facts.losers:
        label = "Fin du délai de suspension"
        rows.append(Row("standstill", label, None, True, "", facts.standstill, facts.standstill.limit))
    return rows


def contract_rows(project: Project, facts: ConsultationFacts, actor: Actor) -> list[ContractRow]:
    """One per lot and buyer."""
    known = {(item.lot, item.buyer_id): item for item in facts.contracts}
    rows = []
    for place, wanted in enumerate(facts.expected, start=1):
        contract = known.get((wanted.lot, wanted.buyer_id))
        may = rules.records_contract(wanted, project, actor)
        url = reverse("consultation_contract", args=[project.reference, place])
        url = url if may and project.state == ProjectState.TENDER else ""
        found = _of_contract(project, facts, contract, may) if contract and contract.awarded else ()
        rows.append(ContractRow(wanted, contract, url, found))
    return rows


def _of_contract(project: Project, facts: ConsultationFacts, contract: ContractFacts, may: bool) -> tuple[Row, ...]:
    rows = []
    for kind in OF_EACH:
        done = facts.milestone(kind, contract.number)
        late = kind in (K.PREFECT, K.NOTICE, K.ESSENTIAL_DATA)
        open_now = project.state == ProjectState.TENDER or (project.state == ProjectState.RUNNING and (late or done))
        url = ""
        if may and open_now and _ready(facts, kind, contract.number):
            url = reverse("contract_milestone", args=[project.reference, contract.number, kind])
        if done or _due(facts, kind) or not late:
            reminder = _reminder(facts, kind, contract.number)
            rows.append(Row(kind, kind.label, done, _due(facts, kind), url, reminder))
    return tuple(rows)


def _ready(facts: ConsultationFacts, kind: str, contract: int = 0) -> bool:
    """What comes before it is recorded."""
    return all(facts.milestone(each) or facts.milestone(each, contract) for each in needed_before(facts, kind))


def _due(facts: ConsultationFacts, kind: str) -> bool:
    """Asked for by the law or by the procedure chosen."""
    return {
        K.PUBLICATION: facts.competitive,
        K.QUESTIONS: False,
        K.COMMITTEE: facts.formal,
        K.LETTERS: facts.formal and facts.losers,
        K.TRANSMISSION: facts.legality_control,
        K.PREFECT: facts.legality_control,
        K.NOTICE: facts.formal,
        K.ESSENTIAL_DATA: facts.advice.essential_data,
    }.get(K(kind), True)


def _reminder(facts: ConsultationFacts, kind: str, contract: int = 0) -> Reminder | None:
    """The day by which it must be done, counted from what happened; None once done or when nothing counts."""
    if facts.milestone(kind, contract):
        return None
    signed, notified = facts.day(K.SIGNATURE, contract), facts.day(K.NOTIFICATION, contract)
    calendar = WorkCalendar(frozenset({facts.department} - {""}))
    if kind == K.QUESTIONS and facts.due_at:
        return timers.answers_deadline(facts.due_at.astimezone(clock.PARIS).date(), calendar)
    if kind == K.TRANSMISSION and signed and facts.legality_control:
        return timers.transmission(signed, calendar)
    if kind == K.PREFECT and notified and facts.legality_control:
        return timers.prefect_information(notified, calendar)
    if kind == K.NOTICE and signed and facts.formal:
        return timers.award_notice(signed, calendar)
    if kind == K.ESSENTIAL_DATA and notified and facts.advice.essential_data:
        return timers.essential_data(notified, calendar)
    return None
