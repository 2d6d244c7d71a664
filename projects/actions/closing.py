"""The end of a project: what each body finally paid, what a shared development delivered, needs that are met."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from procurement.access import Actor
from procurement.events import AbstractEvent, append
from procurement.models import Body
from procurement.workflow import Missing, after_step, perform
from projects import requirements, rules
from projects.actions.recording import act, owed_proof, project_in, refuse_if, runs, tell
from projects.agreement_terms import SPDX
from projects.consultation.reading import current_facts
from projects.enums import LISTED, NeedState, ProjectState, Route
from projects.models import Maintenance, Need, Participation, PilotSite, Project, Release, Settlement
from projects.requirements.words import french

RUNNING = [ProjectState.RUNNING]
SETTLED = act("settle", "Enregistrer le solde", RUNNING)
PILOTED = act("pilot", "Enregistrer un site pilote", RUNNING)
RELEASED = act("release", "Enregistrer la publication de la version 1", RUNNING)
MAINTAINED = act("maintenance", "Enregistrer la maintenance", RUNNING)


def settle(
    participation: Participation,
    *,
    actor: Actor,
    final_cents: int,
    settled_on: dt.date,
    further_act: str = "",
    note: str = "",
) -> Settlement:
    """What the body finally paid, cents HT, invoices and refunds counted; again corrects it, with a reason in `note`.

    By an agent or a legal officer of the body, or the coordinator with a proof in `note`. One event.
    """
    with transaction.atomic():
        project = project_in(participation.project, SETTLED, actor)
        row = Participation.objects.select_related("body", "project").get(pk=participation.pk, project=project)
        if not rules.may_leave(row, actor):  # the same people: those of the body, and the coordinator
            raise PermissionDenied("Le solde est enregistré par l'organisme, ou par le coordinateur.")
        known = Settlement.objects.filter(participation=row).first()
        facts = current_facts(project)
        given = {"final_cents": final_cents, "settled_on": settled_on, "further_act": further_act.strip()}
        if known and all(getattr(known, name) == value for name, value in given.items()):
            return known
        wrong = list(
            requirements.sound_settlement(row, **given, notified_on=facts.notified_on if facts else None)  # type: ignore[arg-type]
        )
        wrong += [Missing(item.label, "note") for item in owed_proof(actor, row.body_id, note)]
        if row.state not in LISTED:
            wrong.append(Missing(f"que {row.body} soit membre du projet"))
        if known and not note.strip():
            wrong.append(Missing("le motif de la correction : un solde est déjà enregistré", "note"))
        refuse_if(wrong, SETTLED)
        settlement = known or Settlement(participation=row)
        before = {"before_cents": known.final_cents} if known else {}
        settlement.final_cents, settlement.settled_on, settlement.further_act = final_cents, settled_on, further_act
        settlement.note, settlement.recorded_by_id = note.strip(), actor.user_id or 0
        settlement.save()
        event = row.new_event()
        _tell_body(event, actor, note, **given, **before)
    return settlement


def _tell_body(event: AbstractEvent, actor: Actor, note: str, **facts: Any) -> None:
    event.step, event.note, event.facts = "settle", note.strip(), facts
    append(event, actor=actor)


# Shared development ---------------------------------------------------------------------------------------------------
def _development(project: Project, wanted: Any, actor: Actor) -> Project:
    found = project_in(project, wanted, actor)
    runs(found, actor)
    assert actor.user is not None
    shared = found.route == Route.SHARED_DEVELOPMENT
    refuse_if([] if shared else [Missing("un développement partagé : ce projet est un achat groupé")], wanted)
    return found


def record_pilot(
    project: Project,
    body: Body,
    *,
    actor: Actor,
    starts_on: dt.date,
    verified_on: dt.date | None = None,
    outcome: str = "",
    remarks: str = "",
    proof: str = "",
) -> PilotSite:
    """A pilot site, then its decision (VA). Again replaces: a site postponed is verified again. One event."""
    with transaction.atomic():
        project = _development(project, PILOTED, actor)
        wrong = list(owed_proof(actor, project.lead_body_id, proof))
        if not project.participations.listed().filter(body=body).exists():
            wrong.append(Missing(f"un partenaire du projet ({body} ne l'est pas)", "body"))
        if (verified_on is None) != (not outcome):
            wrong.append(Missing("la décision et sa date", "outcome"))
        if verified_on and verified_on < starts_on:
            label = f"une décision le {french(starts_on)} au plus tôt : les essais commencent"
            wrong.append(Missing(label, "verified_on"))
        refuse_if(wrong, PILOTED)
        values = {"starts_on": starts_on, "verified_on": verified_on, "outcome": outcome, "remarks": remarks.strip()}
        row, _ = PilotSite.objects.update_or_create(
            project=project, body=body, defaults={**values, "recorded_by_id": actor.user_id or 0}
        )
        tell(project, "pilot", actor, {**values, "proof": proof}, body_id=body.pk)
    return row


def record_release(project: Project, *, actor: Actor, proof: str = "", correction: str = "", **values: Any) -> Release:
    """Version 1 is published: software, version, licence, repository, published_on, archive, confirmations.

    Raises Blocked for a licence outside the official list (D. 323-2-1 CRPA). A correction needs a reason. One event.
    """
    with transaction.atomic():
        project = _development(project, RELEASED, actor)
        known = Release.objects.filter(project=project).first()
        wrong = list(owed_proof(actor, project.lead_body_id, proof))
        wrong += requirements.sound_release(
            licence=values["licence"], published_on=values["published_on"], licences=SPDX
        )
        for name in ("rights_obtained", "secrets_removed", "compatible"):
            if not values[name]:
                wrong.append(Missing(str(Release._meta.get_field(name).verbose_name), name))  # type: ignore[union-attr]
        if known and not correction.strip():
            wrong.append(Missing("le motif de la correction : la publication est déjà enregistrée", "correction"))
        refuse_if(wrong, RELEASED)
        row, _ = Release.objects.update_or_create(
            project=project, defaults={**values, "recorded_by_id": actor.user_id or 0}
        )
        tell(project, "release_v1", actor, {**values, "proof": proof}, note=correction)
    return row


def record_maintenance(project: Project, *, actor: Actor, proof: str = "", **values: Any) -> Maintenance:
    """Who maintains from when: provider, starts_on, ends_on, review_on, yearly_cents HT. After version 1. One event."""
    with transaction.atomic():
        project = _development(project, MAINTAINED, actor)
        released = Release.objects.filter(project=project).first()
        wrong = list(owed_proof(actor, project.lead_body_id, proof))
        if released is None:
            wrong.append(Missing("la publication de la version 1", "consultation/version-1/"))
        elif values["starts_on"] < released.published_on:
            label = f"une maintenance le {french(released.published_on)} au plus tôt : c'est la publication"
            wrong.append(Missing(label, "starts_on"))
        if values.get("ends_on") and values["ends_on"] < values["starts_on"]:
            wrong.append(Missing("une fin de maintenance après son début", "ends_on"))
        refuse_if(wrong, MAINTAINED)
        row, _ = Maintenance.objects.update_or_create(
            project=project, defaults={**values, "recorded_by_id": actor.user_id or 0}
        )
        tell(project, "maintenance", actor, {**values, "proof": proof})
    return row


@after_step(Project, "close")
def _fulfil_needs(project: Project, actor: Actor, event: AbstractEvent) -> None:
    """The needs of the members are met; those of bodies that left are given back."""
    members = set(project.listed_participations().values_list("body_id", flat=True))
    for need in project.needs.filter(state=NeedState.POOLED).order_by("pk"):
        perform(Need, need.pk, "fulfil" if need.body_id in members else "release", actor=actor)
