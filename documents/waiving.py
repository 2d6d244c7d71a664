"""Finding that a change behind an issue is without effect on it, and saying why."""

from __future__ import annotations

import dataclasses

from django.core.exceptions import PermissionDenied
from django.db import transaction

from documents.freshness import Today
from documents.models import Document, Waiver
from documents.telling import tell_waived
from procurement.access import Actor
from procurement.events import append
from procurement.steps import Blocked, Missing, Step
from procurement.workflow import locked
from projects import rules
from projects.models import Project

STEP = Step("waive", "Constater que le changement est sans effet", (), "", rules.is_coordinator)


def waive(document: Document, reason: str, *, context_sha256: str, actor: Actor) -> Waiver:
    """The change that was shown (`context_sha256`) does not touch what this issue commits to; twice is once.

    By the coordinator, with a reason. The next change asks anew. Raises PermissionDenied, Blocked.
    Side effects: a row, an event « waive » with the reason, a message to those the document concerns.
    """
    with transaction.atomic():
        project = locked(Project, document.project_id, actor)
        if not rules.is_coordinator(project, actor):
            raise PermissionDenied("Ce constat revient au coordinateur du projet.")
        verdict = Today(project).verdict(document)
        known = Waiver.objects.filter(document=document, context_sha256=context_sha256).first()
        if known is not None:
            return known
        _refuse_unless_shown(verdict.context_sha256, context_sha256, reason)
        assert actor.user is not None  # a coordinator is somebody
        shown = [dataclasses.asdict(change) for change in verdict.changed]
        waiver = Waiver.objects.create(
            document=document, context_sha256=context_sha256, reason=reason.strip(), changes=shown, by=actor.user
        )
        event = project.new_event()
        event.step, event.note = "waive", waiver.reason
        event.facts = {"document": document.reference, "context": context_sha256, "changes": len(shown)}
        append(event, actor=actor)
        tell_waived(project, document, waiver.reason, actor)
    return waiver


def _refuse_unless_shown(now: str, shown: str, reason: str) -> None:
    missing = [] if reason.strip() else [Missing("un motif", "reason")]
    if not now or now != shown:
        missing.append(Missing("les changements d'aujourd'hui : relisez la liste, elle n'est plus la même"))
    if missing:
        raise Blocked(STEP, missing)
