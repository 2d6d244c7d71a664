"""A consultation from its preparation to its end: dated milestones, and corrections that stay in the journal."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from procurement import clock
from procurement.access import Actor, fetch
from procurement.events import AbstractEvent
from procurement.workflow import Missing, after_step, also_required
from projects import requirements, rules
from projects.actions.recording import act, owed_proof, project_in, refuse_if, runs, tell, under_way
from projects.consultation.facts import ConsultationFacts, MilestoneFacts
from projects.consultation.reading import current, current_facts
from projects.enums import AFTER_AWARD, Ending, MilestoneKind, ProjectState
from projects.models import Consultation, Contract, Milestone, Project

PREPARED = act("prepare_consultation", "Préparer la consultation", [ProjectState.CONSTITUTED])
NO_CONSULTATION = Missing("une consultation préparée : procédure et forme du contrat", "consultation/preparer/")
EVENT = "tender_"  # + kind of the milestone: step of its event


# Preparation ----------------------------------------------------------------------------------------------------------
def prepare_consultation(
    project: Project,
    *,
    actor: Actor,
    procedure: str,
    form: str,
    maximum_cents: int | None = None,
    derogation: str = "",
    long_reason: str = "",
) -> Consultation:
    """Choose the procedure and the form of the contract, before the launch; again replaces what was chosen.

    By the coordinator or the lead body's people. `maximum_cents` HT is that of a framework agreement. One event.
    """
    with transaction.atomic():
        project = project_in(project, PREPARED, actor)
        runs(project, actor)
        row = current(project)
        if row is None:
            assert actor.user is not None
            row = Consultation(project=project, number=1 + project.consultations.count(), prepared_by=actor.user)
        row.procedure, row.form, row.maximum_cents = procedure, form, maximum_cents
        row.derogation, row.long_reason = derogation.strip(), long_reason.strip()
        row.save()
        chosen = {"procedure": procedure, "form": form, "maximum_cents": maximum_cents}
        tell(project, "prepare_consultation", actor, {"consultation": row.number, "derogation": derogation, **chosen})
    return row


@also_required(Project, "launch")
def prepared_consultation(project: Project, /) -> Iterable[Missing]:
    """A procedure consistent with the threshold of all members and years; the maximum of a framework agreement."""
    facts = current_facts(project)
    return [NO_CONSULTATION] if facts is None else requirements.sound_preparation(facts)


@after_step(Project, "launch")
def _launched(project: Project, actor: Actor, event: AbstractEvent) -> None:
    """The need on which the procedure was chosen is kept."""
    row = current(project)
    assert row is not None
    row.launched_on, row.need_cents = clock.today(), project.need_cents()
    row.save()


# Milestones -----------------------------------------------------------------------------------------------------------
def record_milestone(
    project: Project,
    kind: str,
    *,
    actor: Actor,
    day: dt.date,
    contract: int = 0,
    due_at: dt.datetime | None = None,
    count: int | None = None,
    on_paper: bool = False,
    reference: str = "",
    address: str = "",
    note: str = "",
    proof: str = "",
    correction: str = "",
) -> Milestone:
    """Record that something happened on a day, or correct it with a reason: the row corrected stays, so does its event.

    `contract` is the number of the contract for those of `OF_CONTRACT`, 0 otherwise. The very same facts again do
    nothing. Raises Blocked (absent before it, dated out of order, no proof), PermissionDenied, Refused, Http404.
    """
    kind = MilestoneKind(kind)
    states = [ProjectState.TENDER, *([ProjectState.RUNNING] if kind in AFTER_AWARD or correction.strip() else [])]
    wanted = act(EVENT + kind, str(kind.label), states)
    given: dict[str, Any] = {"day": day, "due_at": due_at, "count": count, "on_paper": on_paper}
    given |= {"reference": reference.strip(), "address": address.strip(), "note": note.strip(), "proof": proof.strip()}
    with transaction.atomic():
        project = project_in(project, wanted, actor)
        row, facts = under_way(project)
        target = fetch(row.contracts.all(), number=contract) if contract else None
        _may_record(project, target, actor)
        old = row.milestones.standing().filter(kind=kind, contract=target).first()
        if old and all(getattr(old, name) == value for name, value in given.items()):
            return old
        candidate = MilestoneFacts(kind, str(kind.label), contract=contract, **given)
        concerned = target.buyer_id if target else project.lead_body_id
        wrong = [*owed_proof(actor, concerned, proof), *_owed_reason(old, correction), *_new_faults(facts, candidate)]
        refuse_if(wrong, wanted)
        made = _keep(row, target, kind, given, old, correction, actor)
        told = _told(given, contract, old)
        tell(project, EVENT + kind, actor, told, note=correction, body_id=concerned)
    return made


def _told(given: dict[str, Any], contract: int, old: Milestone | None) -> dict[str, Any]:
    """The facts of the event: what was given, the contract it is about, and the day it corrects."""
    told = {name: value for name, value in given.items() if value not in (None, "", False)}
    return told | {"contract": contract} | ({"corrects": old.day} if old else {})


def _may_record(project: Project, target: Contract | None, actor: Actor) -> None:
    if target is None:
        runs(project, actor)
    elif not rules.records_contract(target, project, actor):
        raise PermissionDenied("Ce marché est suivi par l'organisme qui le signe, ou par le coordinateur.")


def _owed_reason(old: Milestone | None, correction: str) -> Iterable[Missing]:
    if old and not correction.strip():
        label = f"le motif de la correction : cette étape est enregistrée au {old.day:%d/%m/%Y}"
        yield Missing(label, "correction")


def _new_faults(facts: ConsultationFacts, item: MilestoneFacts) -> list[Missing]:
    """What the new row makes wrong that was not wrong before."""
    others = tuple(each for each in facts.milestones if (each.kind, each.contract) != (item.kind, item.contract))
    before = [fault.label for fault in requirements.faults(dataclasses.replace(facts, milestones=others))]
    after = dataclasses.replace(facts, milestones=(*others, item))
    if facts.launched_on and item.kind == MilestoneKind.PUBLICATION:
        after = dataclasses.replace(after, counted_on=item.day)
    return [fault for fault in requirements.faults(after) if fault.label not in before]


def _keep(
    row: Consultation,
    target: Contract | None,
    kind: MilestoneKind,
    given: Mapping[str, Any],
    old: Milestone | None,
    correction: str,
    actor: Actor,
) -> Milestone:
    if old:
        old.corrected_on, old.correction = clock.today(), correction.strip()
        old.save()
    assert actor.user is not None
    made = Milestone(consultation=row, contract=target, kind=kind, recorded_by=actor.user, **given)
    made.full_clean(exclude=["consultation", "contract", "recorded_by"])
    made.save()
    return made


# End ------------------------------------------------------------------------------------------------------------------
@also_required(Project, "award")
def complete_award(project: Project, /) -> Iterable[Missing]:
    """Decision, end of the standstill, signature, receipt where due, notification, in that order; holders, amounts."""
    facts = current_facts(project)
    return [NO_CONSULTATION] if facts is None else requirements.complete_award(facts)


@also_required(Project, "no_award")
def nothing_contracted(project: Project, /) -> Iterable[Missing]:
    """Before any signature."""
    facts = current_facts(project)
    return [] if facts is None else requirements.nothing_contracted(facts)


@after_step(Project, "award")
def _awarded(project: Project, actor: Actor, event: AbstractEvent) -> None:
    _end(project, Ending.AWARDED, "")


@after_step(Project, "no_award")
def _not_awarded(project: Project, actor: Actor, event: AbstractEvent) -> None:
    """The consultation is over; the next launch makes the next one."""
    _end(project, event.facts["ending"], event.note)


def _end(project: Project, ending: str, reason: str) -> None:
    row = current(project)
    if row is None:  # a project brought to its tender before consultations were kept
        return
    row.ending, row.ending_reason, row.ended_on = ending, reason, clock.today()
    row.save()
