"""Replacing the lead body once the call is open: proposed, accepted by the other, then effective.

While nothing is frozen the acceptance is enough. A frozen version names the former lead body: the coordinator takes the
text up again, which gives up what was voted on it, and the other leads in the next version. Once all have signed, an
amendment is due (L. 2113-7 CCP): the coordinator records it, signed as the frozen text asks.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet

from procurement import clock
from procurement.access import Actor
from procurement.events import AbstractEvent
from procurement.models import Body, Membership, Role
from procurement.workflow import Missing, after_step
from projects import rules
from projects.actions.amendments import add_amendment
from projects.actions.recording import act, project_in, refuse_if, tell
from projects.assembly import assemble
from projects.consultation.reading import current, current_facts
from projects.enums import AmendmentKind, LeadEnding, ProjectState
from projects.missions import BY_CODE, LEAD, members_sign, preset
from projects.models import AgreementTerms, Amendment, Contract, LeadChange, Participation, Project
from projects.notifications import leads as told
from projects.requirements.leads import (
    CALLED,
    REPLACEABLE,
    SIGNED,
    covered_shares,
    nothing_half_signed,
    signed_amendment,
    sound_lead_act,
    sound_successor,
)

PROPOSED = act("propose_lead", "Proposer un autre coordonnateur", REPLACEABLE)
ANSWERED = act("answer_lead", "Répondre à la proposition", REPLACEABLE)
TAKEN_BACK = act("give_lead_up", "Retirer la proposition", REPLACEABLE)
EFFECTIVE = act("replace_lead", "Enregistrer le changement de coordonnateur", SIGNED)
NOT_YOURS = "Le coordinateur, le coordonnateur actuel ou l'animation proposent un autre coordonnateur."


def successors(project: Project) -> QuerySet[Body]:
    """The bodies that may lead in place of the present one: the members in which somebody may answer for them."""
    rows = project.participations.present() if project.state == ProjectState.CALL else project.participations.listed()
    able = Membership.objects.in_force().filter(role__in=[Role.AGENT, Role.LEGAL]).values("body_id")
    found = Body.objects.filter(pk__in=rows.values("body_id")).filter(pk__in=able)
    return found.exclude(pk=project.lead_body_id or 0).order_by("name", "pk")


def under_way(project: Project) -> LeadChange | None:
    """The replacement that is proposed or accepted and not yet effective, or None."""
    return project.lead_changes.under_way().select_related("from_body", "to_body", "proposed_by").first()


def propose_lead(project: Project, body: Body, *, actor: Actor, reason: str) -> LeadChange:
    """Propose that another member leads, with the reason. The same again does nothing; another waits for the first.

    Raises Blocked, PermissionDenied, Refused. Side effects: a row, one event, a message to who is asked.
    """
    with transaction.atomic():
        project = project_in(project, PROPOSED, actor)
        if not rules.proposes_lead(project, actor):
            raise PermissionDenied(NOT_YOURS)
        known = under_way(project)
        if known and known.to_body_id == body.pk:
            return known
        wrong = [Missing(f"le retrait de la proposition faite à {known.to_body}", "body")] if known else []
        wrong += sound_successor(project, body, set(successors(project)), reason)
        if project.state == ProjectState.TENDER:
            wrong += nothing_half_signed(current_facts(project))
        refuse_if(wrong, PROPOSED)
        assert project.lead_body is not None and actor.user is not None  # noqa: PT018
        made = LeadChange.objects.create(
            project=project,
            from_body=project.lead_body,
            to_body=body,
            reason=reason.strip(),
            proposed_by=actor.user,
            proposed_on=clock.today(),
        )
        tell(project, "propose_lead", actor, {"to": body.pk}, note=made.reason, body_id=body.pk)
        told.proposed(made, actor)
    return made


def answer_lead(project: Project, *, actor: Actor, accepts: bool, note: str = "") -> LeadChange:
    """The body proposed says yes or no, by an agent or a legal officer who did not propose it.

    Yes makes it effective at once while nothing is frozen; then it waits for the next version, or for the amendment.
    Raises Blocked, PermissionDenied, Refused. Side effects: as `_take_over`, one event, messages.
    """
    with transaction.atomic():
        project = project_in(project, ANSWERED, actor)
        change = _pending(project, ANSWERED)
        if not rules.answers_for_lead(change, actor):
            raise PermissionDenied(
                "Un agent ou un juriste de l'organisme proposé répond, s'il n'a pas proposé lui-même."
            )
        if change.accepted_on:
            return change
        refuse_if([] if accepts or note.strip() else [Missing("le motif du refus", "note")], ANSWERED)
        if not accepts:
            _end(change, LeadEnding.REFUSED, note)
            tell(project, "refuse_lead", actor, {"to": change.to_body_id}, note=note, body_id=change.to_body_id)
            told.refused(change, actor)
            return change
        change.accepted_by, change.accepted_on = actor.user, clock.today()
        change.save()
        tell(project, "accept_lead_change", actor, {"to": change.to_body_id}, note=note, body_id=change.to_body_id)
        if project.state in CALLED and project.current_version() is None:
            _take_over(project, change, actor)
        else:
            told.accepted(change, actor)
    return change


def give_lead_up(project: Project, *, actor: Actor, note: str) -> None:
    """Take the proposal back, by who may propose, with a reason; nothing when there is none. One event, messages."""
    with transaction.atomic():
        project = project_in(project, TAKEN_BACK, actor)
        if not rules.proposes_lead(project, actor):
            raise PermissionDenied(NOT_YOURS)
        refuse_if([] if note.strip() else [Missing("un motif", "note")], TAKEN_BACK)
        if change := under_way(project):
            _end(change, LeadEnding.GIVEN_UP, note)
            tell(project, "give_lead_up", actor, {"to": change.to_body_id}, note=note, body_id=change.to_body_id)
            told.given_up(change, actor)


def record_lead_change(
    project: Project, *, actor: Actor, effective_on: dt.date, signed_by: Collection[int], note: str, **voted: Any
) -> Amendment:
    """The signed amendment by which the accepted body leads, recorded by the coordinator on proof (`note`).

    `signed_by`: ids of the bodies that signed it. `voted`, of the new lead body: `act_number`, `act_date`,
    `act_enforceable_on`, `authorises_contract`. Raises Blocked, PermissionDenied, Refused. Side effects: as
    `_take_over`, the amendment, its event, messages to everyone.
    """
    with transaction.atomic():
        project = project_in(project, EFFECTIVE, actor)
        if not rules.is_coordinator(project, actor):
            raise PermissionDenied("Le coordinateur enregistre les avenants.")
        change = _pending(project, EFFECTIVE)
        members = list(project.listed_participations())
        refuse_if(
            _wrong(project, change, [row.body_id for row in members], signed_by, effective_on, note, voted), EFFECTIVE
        )
        if voted.get("authorises_contract"):
            Participation.objects.filter(project=project, body=change.to_body).update(act_authorises_contract=True)
        shares = _take_over(project, change, actor)
        refuse_if(covered_shares(members, shares), EFFECTIVE)
        return add_amendment(
            project,
            AmendmentKind.LEAD,
            change.to_body,
            actor,
            proof=note,
            effective_on=effective_on,
            reason=change.reason,
            replaced=change.from_body,
            signed_by=sorted(row.body.siren or "" for row in members if row.body_id in signed_by),
            act_number=voted["act_number"],
            act_date=voted["act_date"],
            shares=shares,
        )


def _wrong(
    project: Project,
    change: LeadChange,
    members: Collection[int],
    signed_by: Collection[int],
    effective_on: dt.date,
    proof: str,
    voted: Mapping[str, Any],
) -> Iterator[Missing]:
    if change.accepted_on is None:
        yield Missing(f"l'accord de {change.to_body}", "coordonnateur/")
        return
    yield from signed_amendment(project, change.to_body_id, members, signed_by)
    yield from sound_lead_act(
        project,
        accepted_on=change.accepted_on,
        act_date=voted["act_date"],
        act_enforceable_on=voted["act_enforceable_on"],
        effective_on=effective_on,
        authorises_contract=bool(voted.get("authorises_contract")),
        proof=proof,
    )
    if project.state == ProjectState.TENDER:
        yield from nothing_half_signed(current_facts(project))


def _pending(project: Project, wanted: Any) -> LeadChange:
    change = under_way(project)
    if change is None:
        refuse_if([Missing("un autre coordonnateur proposé", "coordonnateur/")], wanted)
    assert change is not None
    return change


def _take_over(project: Project, change: LeadChange, actor: Actor) -> dict[str, int]:
    """The body leads from now: rights, missions and orders follow the role.

    Contracts that nobody has signed are for the new one to sign; those signed keep their buyer. Returns the new shares
    (SIREN → cents HT) where a discount goes with the role, else {}.
    """
    project.lead_body, project.lead_agreed_on = change.to_body, clock.today()
    project.missions = _missions_under(project, change.to_body_id)
    project.save()
    if project.state in CALLED:
        AgreementTerms.objects.filter(project=project, deputy=change.to_body).update(deputy=None)
    elif project.state == ProjectState.TENDER and not members_sign(project):
        consultation = current(project)
        Contract.objects.filter(consultation=consultation, buyer=change.from_body).update(buyer=change.to_body)
    _end(change, LeadEnding.DONE)
    tell(
        project,
        "replace_lead",
        actor,
        {"from": change.from_body_id, "to": change.to_body_id},
        note=change.reason,
        body_id=change.to_body_id,
    )
    told.effective(change, actor)
    return _shares_moved(project) if project.state in SIGNED else {}


def _missions_under(project: Project, lead_id: int) -> dict[str, str]:
    """What the new lead body did as a mandated member it does as lead body."""
    own = {code: LEAD if who == str(lead_id) else who for code, who in project.missions.items()}
    return {code: who for code, who in own.items() if who != preset(BY_CODE[code], project.mandate)}


def _shares_moved(project: Project) -> dict[str, int]:
    if not any(line.lead_discount for line in project.cost_lines.all()):
        return {}
    facts = assemble(project)
    return {party.siren: facts.share_of(party.siren) for party in facts.parties}


def _end(change: LeadChange, ending: str, note: str = "") -> None:
    change.ended_on, change.ending, change.note = clock.today(), ending, note.strip()
    change.save()


@after_step(Project, "unfreeze")
def _accepted_in_time(project: Project, actor: Actor, event: AbstractEvent) -> None:
    """The text is taken up again: the body that has accepted leads in the next version, without amendment."""
    if (change := under_way(project)) and change.accepted_on:
        change.project = project
        _take_over(project, change, actor)


@after_step(Project, "close")
@after_step(Project, "abandon")
def _nothing_left_to_lead(project: Project, actor: Actor, event: AbstractEvent) -> None:
    if change := under_way(project):
        _end(change, LeadEnding.GIVEN_UP, event.note or event.step)


@after_step(Participation, "withdraw")
def _successor_left(participation: Participation, actor: Actor, event: AbstractEvent) -> None:
    """Who leaves the project no longer takes the lead of it."""
    change = LeadChange.objects.under_way().filter(project=participation.project_id, to_body=participation.body_id)
    for found in change:
        _end(found, LeadEnding.GIVEN_UP, event.note)
