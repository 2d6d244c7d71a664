"""A body leaves the collective, at any time: what it still owes, what it hands over, what the law keeps.

Leaving frees nobody from a signature: a convention goes on binding the body, and its coordinator goes on recording for
it with proof. What was only said (intentions, drafts, published needs) is withdrawn, with the body's word.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from procurement import clock
from procurement.access import Actor
from procurement.events import append
from procurement.models import Body, BodyKind, Departure, Invitation, Membership, Role, User
from procurement.people.journal import note_down
from procurement.people.own_data import before_closing
from procurement.people.telling import BodyGone, page_of, stewards
from procurement.people.telling import tell as tell_of_body
from procurement.workflow import Blocked, Missing, locked, missing_before, perform
from projects.actions.leads import propose_lead
from projects.enums import NeedState, ParticipationState, ProjectState
from projects.models import BodyMandate, Need, Participation, Project
from projects.notifications.people import CoordinatorNamed, LeadLeaves
from projects.notifications.telling import tell
from projects.requirements.leads import CALLED

OVER = (ProjectState.CLOSED, ProjectState.ABANDONED)
SAID = (ParticipationState.INTERESTED, ParticipationState.INTENDED)
BOUND = (ParticipationState.AUTHORISED, ParticipationState.SIGNED)


@dataclass(frozen=True)
class Dues:
    """What a body holds and owes on the day it leaves."""

    coordinated: list[Project]  # by people who work for no other body
    led: list[Project]  # of which it is the coordonnateur
    bound: list[Participation]  # an act or a signature stands behind them
    said: list[Participation]  # an interest or an intention: withdrawn
    needs: list[Need]  # drafts and published ones: withdrawn
    pooled: list[Need]  # they stay where they are pooled

    @property
    def owes_nothing(self) -> bool:
        """True when nobody else depends on it."""
        return not (self.coordinated or self.led or self.bound)


def dues_of(body: Body) -> Dues:
    """What there is to hand over, to withdraw and to keep. Reads only."""
    live = Project.objects.exclude(state__in=OVER)
    taken = Participation.objects.filter(body=body).exclude(project__state__in=OVER).select_related("project", "body")
    needs = Need.objects.filter(body=body).select_related("project").order_by("pk")
    return Dues(
        coordinated=list(live.filter(coordinator__in=_only_here(body)).select_related("coordinator").order_by("pk")),
        led=list(live.filter(lead_body=body).select_related("coordinator").order_by("pk")),
        bound=list(taken.filter(state__in=BOUND)),
        said=list(taken.filter(state__in=SAID)),
        needs=list(needs.filter(state__in=[NeedState.DRAFT, NeedState.PUBLISHED])),
        pooled=list(needs.filter(state=NeedState.POOLED)),
    )


def _only_here(body: Body) -> QuerySet[User]:
    """The people of a body who work for no other today."""
    here = Membership.objects.in_force().filter(body=body, user=OuterRef("pk"))
    elsewhere = Membership.objects.in_force().filter(user=OuterRef("pk")).exclude(body=body)
    return User.objects.filter(Exists(here), ~Exists(elsewhere))


def may_coordinate(project: Project) -> QuerySet[User]:
    """Who may be named coordinator: the agents of the bodies present in the project."""
    present = project.participations.present().values("body_id")
    agents = Membership.objects.in_force().filter(role=Role.AGENT, body__in=present, user=OuterRef("pk"))
    return User.objects.filter(Exists(agents), is_active=True).order_by("last_name", "first_name", "pk")


def name_coordinator(project: Project, to: User, *, actor: Actor) -> None:
    """Hand the project over, by its coordinator or a steward. PermissionDenied. Side effects: event, messages."""
    if not (project.coordinator_id == actor.user_id or actor.is_steward):
        raise PermissionDenied("Le coordinateur ou l'animation nomme le coordinateur.")
    with transaction.atomic():
        _hand_over(project, to, actor)


def _hand_over(project: Project, to: User, actor: Actor) -> None:
    project = locked(Project, project.pk, actor)
    before = project.coordinator
    project.coordinator = to
    project.save()
    event = project.new_event()
    event.step, event.facts = "hand_over", {"before": before.pk, "after": to.pk}
    append(event, actor=actor)
    text = f"{to} coordonne désormais « {project.title} », à la place de {before}."
    tell(CoordinatorNamed, project, text, {to.pk, before.pk}, actor)


def may_leave(body: Body, actor: Actor) -> bool:
    """An agent of the body."""
    return actor.holds(Role.AGENT, body.pk) and body.kind != BodyKind.PARTNER and body.pk not in actor.standing_for


def leave(
    body: Body,
    *,
    actor: Actor,
    note: str,
    successors: Mapping[int, User | None],
    leads: Mapping[int, Body | None] | None = None,
) -> Departure:
    """The body leaves from now. `successors`: by project its people coordinate, who takes over; None asks a steward.

    `leads`: by project it leads and that is called or signed, the member it asks to lead; None leaves it to others.

    Raises PermissionDenied. Side effects: needs and intentions withdrawn with `note`; coordinators replaced; lead of a
    project being framed given up, of the others proposed to another body or told to its coordinator; mandates,
    invitations and memberships ended; a Departure, events, messages. All or nothing. What is signed, and the journal,
    stay.
    """
    if not may_leave(body, actor):
        raise PermissionDenied("Un agent de l'organisme décide de quitter le collectif.")
    assert actor.user is not None
    with transaction.atomic():
        Body.objects.select_for_update().get(pk=body.pk)
        dues = dues_of(body)
        for need in dues.needs:
            perform(Need, need.pk, "withdraw", actor=actor, note=note)
        for participation in dues.said:
            if not missing_before(participation, Participation.step("withdraw")):
                perform(Participation, participation.pk, "withdraw", actor=actor, note=note)
        for project in dues.coordinated:
            _replace(project, successors.get(project.pk), actor, note)
        for project in dues.led:
            _give_up_lead(project, body, actor, note, (leads or {}).get(project.pk))
        _end_rights(body)
        gone = Departure.objects.create(body=body, decided_by=actor.user, note=note)
        note_down("body_leave", body, actor=actor, note=note, bound=[taken.project_id for taken in dues.bound])
        text = f"{body} quitte le collectif. Motif : {note}"
        tell_of_body(BodyGone, body, text, stewards(), actor, link=page_of(body), verb="Voir l'organisme")
    return gone


def _replace(project: Project, to: User | None, actor: Actor, note: str) -> None:
    if to is not None and may_coordinate(project).filter(pk=to.pk).exists():
        _hand_over(project, to, actor)
        return
    event = project.new_event()
    event.step, event.note, event.facts = "coordinator_leaves", note, {"user": project.coordinator_id}
    append(event, actor=actor)
    text = f"Le coordinateur de « {project.title} » quitte le collectif : nommez quelqu'un."
    link = reverse("project_coordinator", args=[project.reference])
    tell(CoordinatorNamed, project, text, stewards(), actor, link=link, verb="Nommer un coordinateur")


def _give_up_lead(project: Project, body: Body, actor: Actor, note: str, to: Body | None) -> None:
    """While framing nothing binds: the place is free. Later another body is asked to lead, by this one or by others."""
    project = locked(Project, project.pk, actor)
    framing = project.state == ProjectState.FRAMING
    if framing:
        project.lead_body, project.lead_agreed_on = None, None
        project.save()
    elif to is not None:
        with contextlib.suppress(Blocked):  # nothing keeps a body that leaves: the others will propose
            propose_lead(project, to, actor=actor, reason=note)
    event = project.new_event()
    event.step, event.note, event.body, event.facts = "lead_leaves", note, body, {"state": project.state}
    append(event, actor=actor)
    text = f"{body}, coordonnateur, quitte le collectif. "
    if framing:
        text += "Proposez un autre coordonnateur."
    elif project.state in CALLED:
        text += "Un autre organisme doit accepter de le remplacer."
    else:
        text += "Il reste tenu par ce qu'il a signé ; un avenant doit désigner un autre coordonnateur (L. 2113-7 CCP)."
    link = reverse("project_detail" if framing else "project_lead", args=[project.reference])
    told = {project.coordinator_id, *stewards()}
    tell(LeadLeaves, project, text, told, actor, link=link, verb="Voir le coordonnateur")


def _end_rights(body: Body) -> None:
    day = clock.today()
    mandates = BodyMandate.objects.in_force().filter(Q(from_body=body) | Q(to_body=body))
    mandates.update(revoked_on=day)
    Invitation.objects.filter(body=body, used_at=None, revoked_at=None).update(revoked_at=clock.now())
    Membership.objects.filter(body=body, revoked_on=None).update(revoked_on=day)


@before_closing
def _projects_to_hand_over(user: User) -> list[Missing]:
    """A person who closes their account hands over the projects they coordinate."""
    held = Project.objects.filter(coordinator=user).exclude(state__in=OVER).order_by("pk")
    return [
        Missing(f"la coordination de « {project.title} »", reverse("project_coordinator", args=[project.reference]))
        for project in held
    ]
