"""What a consultation waits for next: one thing at a time, the day it is due, the form that records it.

Reads prefetched rows only (`PREFETCH`), so that a dashboard costs the same with one project or thirty.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from procurement import clock
from projects.enums import FORMAL, OF_CONTRACT, Ending, MilestoneKind, Procedure
from projects.models import Consultation, Contract, Milestone, Project
from projects.planning import Reminder, WorkCalendar, procedure_for, timers

K = MilestoneKind
PREFETCH = ("consultations__milestones", "consultations__contracts", "lead_body")
ORDER = (K.PUBLICATION, K.OPENING, K.ANALYSIS, K.COMMITTEE, K.DECISION, K.LETTERS)
SAYS = {
    K.PUBLICATION: "Publiez l'avis",
    K.OPENING: "Ouvrez les plis",
    K.ANALYSIS: "Enregistrez le rapport d'analyse",
    K.COMMITTEE: "Enregistrez la décision de la commission",
    K.DECISION: "Enregistrez la décision d'attribution",
    K.LETTERS: "Envoyez les lettres de rejet",
    K.SIGNATURE: "Enregistrez la signature du marché",
    K.TRANSMISSION: "Transmettez le marché au contrôle de légalité",
    K.NOTIFICATION: "Notifiez le marché",
    K.PREFECT: "Informez le préfet de la notification",
    K.NOTICE: "Publiez l'avis d'attribution",
    K.ESSENTIAL_DATA: "Publiez les données essentielles",
}


@dataclass(frozen=True, slots=True)
class Next:
    """A milestone awaited. `contract` is 0 for the whole consultation; `due` None when no day is counted."""

    kind: str
    contract: int = 0
    due: dt.date | None = None

    @property
    def says(self) -> str:
        """What to do, in French."""
        return SAYS[K(self.kind)]


def current(project: Project) -> Consultation | None:
    """The one under way or awarded, from the prefetched rows."""
    open_rows = [row for row in project.consultations.all() if row.ending in ("", Ending.AWARDED)]
    return open_rows[-1] if open_rows else None


def awaited(project: Project) -> list[Next]:
    """What the consultation of a launched project waits for now, soonest first."""
    row = current(project)
    if row is None or row.launched_on is None:
        return []
    done = {item.kind: item for item in row.milestones.all() if item.corrected_on is None and item.contract_id is None}
    for kind in ORDER:
        if _due(row, kind, done) and kind not in done:
            return [Next(kind, due=_offers(done) if kind == K.OPENING else None)]
    found = [item for contract in row.contracts.all() for item in _of_contract(project, row, contract, done)]
    return sorted(found, key=lambda item: item.due or dt.date.max)


def _due(row: Consultation, kind: MilestoneKind, done: dict[str, Milestone]) -> bool:
    formal, competitive = row.procedure in FORMAL, row.procedure != Procedure.DIRECT
    opened = done.get(K.OPENING)
    losers = competitive and not (opened and opened.count == 1)
    return {
        K.COMMITTEE: formal,
        K.DECISION: True,
        K.LETTERS: formal and losers,
    }.get(kind, competitive)


def _offers(done: dict[str, Milestone]) -> dt.date | None:
    published = done.get(K.PUBLICATION)
    return published.due_at.astimezone(clock.PARIS).date() if published and published.due_at else None


def _of_contract(
    project: Project, row: Consultation, contract: Contract, whole: dict[str, Milestone]
) -> Iterator[Next]:
    if contract.ending != Ending.AWARDED:
        return
    own = [item for item in row.milestones.all() if item.contract_id == contract.pk and item.corrected_on is None]
    days = {item.kind: item.day for item in own}
    calendar = WorkCalendar(frozenset({project.lead_body.department} - {""} if project.lead_body else ()))
    amounts = sum(item.amount_cents or 0 for item in row.contracts.all())
    advice = procedure_for(max(row.need_cents or 0, amounts), row.launched_on or clock.today())
    signed, notified = days.get(K.SIGNATURE), days.get(K.NOTIFICATION)
    if signed is None:
        yield Next(K.SIGNATURE, contract.number, _signature_day(whole, calendar))
        return
    wanted: list[tuple[MilestoneKind, bool, Reminder | None]] = [
        (K.TRANSMISSION, advice.legality_control, timers.transmission(signed, calendar)),
        (K.NOTIFICATION, not advice.legality_control or K.TRANSMISSION in days, None),
        (K.NOTICE, row.procedure in FORMAL, timers.award_notice(signed, calendar)),
    ]
    if notified:
        wanted.append((K.PREFECT, advice.legality_control, timers.prefect_information(notified, calendar)))
        wanted.append((K.ESSENTIAL_DATA, advice.essential_data, timers.essential_data(notified, calendar)))
    for kind, asked, reminder in wanted:
        if asked and kind not in days:
            yield Next(kind, contract.number, reminder.due if reminder else None)


def _signature_day(whole: dict[str, Milestone], calendar: WorkCalendar) -> dt.date | None:
    """The first day after the standstill, where one runs."""
    letters = whole.get(K.LETTERS)
    return timers.standstill_end(letters.day, calendar, electronic=not letters.on_paper).due if letters else None


def route_of(item: Next) -> tuple[str, list[object]]:
    """Name and arguments, after the reference, of the page that records it."""
    if item.kind in OF_CONTRACT:
        return "contract_milestone", [item.contract, item.kind]
    return "consultation_milestone", [item.kind]
