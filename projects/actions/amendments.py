"""Amendments of a signed project: who joins a shared development, who leaves, with what it costs; how each is kept."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from procurement import clock
from procurement.access import Actor
from procurement.events import AbstractEvent
from procurement.models import Body
from procurement.workflow import Missing, after_step, perform
from projects import rules
from projects.actions.projects import interest
from projects.actions.recording import act, project_in, refuse_if, tell
from projects.agreement_terms import EntryRule
from projects.assembly import assemble
from projects.costsharing import SharingError
from projects.enums import AmendmentKind, ParticipationState, ProjectState
from projects.models import Amendment, Participation, Project
from projects.pooling.entry import Entrance, entrance
from projects.requirements.movements import TAKES_NEWCOMERS

JOINED = act("accede", "Enregistrer une adhésion par avenant", TAKES_NEWCOMERS)


def record_accession(
    project: Project,
    body: Body,
    *,
    actor: Actor,
    effective_on: dt.date,
    rule: str,
    elapsed_months: int = 0,
    note: str,
    **facts: Any,
) -> Amendment:
    """A newcomer enters a signed shared development, by the coordinator, on proof (`note`): act, signature, entry fee.

    `facts` are those of the step « accede » but the version; the fee follows K13 (domain.md §3) under `rule`, on what
    the others share today. Raises Blocked (a purchase takes nobody: QE 100136), PermissionDenied, Refused.
    Side effects: the participation, the amendment, their events.
    """
    with transaction.atomic():
        project = project_in(project, JOINED, actor)
        if not rules.is_coordinator(project, actor):
            raise PermissionDenied("Le coordinateur enregistre les avenants.")
        participation = interest(project, body, actor=actor)
        if participation.state != ParticipationState.INTERESTED:
            label = f"un nouvel organisme : {body} est déjà « {participation.state_label} » dans ce projet"
            refuse_if([Missing(label, "body")], JOINED)
        facts["act_version"] = version.number if (version := project.current_version()) else 0
        perform(Participation, participation.pk, "accede", actor=actor, note=note, **facts)
        asked = _entrance(project, body, rule, elapsed_months, facts["act_maximum_cents"])
        return add_amendment(
            project,
            AmendmentKind.JOINING,
            body,
            actor,
            effective_on=effective_on,
            reason=note,
            rule=rule,
            fee_cents=asked.fee_cents,
            refunds=asked.refunds,
            shares=asked.shares,
        )


def _entrance(project: Project, body: Body, rule: str, months: int, voted_cents: int) -> Entrance:
    """The fee, refused when it cannot be computed or when the newcomer voted less."""
    try:
        found = entrance(project, body, rule=EntryRule(rule), elapsed_months=months)
    except SharingError as error:
        refuse_if([Missing(f"un droit d'entrée calculable : {error.message}", "rule")], JOINED)
        raise
    if voted_cents < found.fee_cents:
        label = "un montant voté qui couvre le droit d'entrée"
        refuse_if([Missing(label, "act_maximum_cents")], JOINED)
    return found


def add_amendment(
    project: Project, kind: AmendmentKind, body: Body | None, actor: Actor, *, proof: str = "", **values: Any
) -> Amendment:
    """The next amendment of a signed project, whose row is locked, and its event « amendment ».

    `values` are the fields of Amendment; `proof` goes to the journal, where it is not already the reason.
    """
    version = project.current_version()
    assert version is not None  # signed projects have one
    assert actor.user is not None
    made = Amendment.objects.create(
        project=project,
        number=1 + project.amendments.count(),
        version=version.number,
        kind=kind,
        body=body,
        recorded_by=actor.user,
        **values,
    )
    told: Mapping[str, Any] = {"number": made.number, "kind": str(kind), "fee_cents": made.fee_cents}
    note, body_id = proof or made.reason, body.pk if body else None
    tell(project, "amendment", actor, {**told, "effective_on": made.effective_on}, note=note, body_id=body_id)
    return made


@after_step(Participation, "withdraw")
def _left_by_amendment(participation: Participation, actor: Actor, event: AbstractEvent) -> None:
    """A member that leaves a signed project leaves by amendment, with what each of the others then pays."""
    project = Project.objects.get(pk=participation.project_id)
    signed = project.state in (ProjectState.CONSTITUTED, ProjectState.TENDER)
    if not signed or event.source != ParticipationState.SIGNED:
        return
    facts = assemble(project)
    shared = not any(line.problem for line in facts.cost_lines)
    shares = {party.siren: facts.share_of(party.siren) for party in facts.parties} if shared else {}
    add_amendment(
        project,
        AmendmentKind.LEAVING,
        participation.body,
        actor,
        effective_on=clock.today(),
        reason=event.note,
        shares=shares,
    )
