"""Needs that belong together: « moi aussi », treated as one, split again. Both needs stay as they are."""

from __future__ import annotations

import uuid
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse

from procurement import clock
from procurement.access import Actor
from procurement.events import append
from procurement.models import Body, Role
from procurement.notifications import message, queue
from procurement.workflow import Blocked, Missing, Step, locked, perform
from projects.actions.needs import Rows, declare_need
from projects.enums import NeedState
from projects.models import LinkKind, Need, NeedLink, Project
from projects.notifications.followers import tell_followers
from projects.notifications.telling import people

NeedLinked = message("need_linked", "Un besoin est joint à l'un des vôtres")
TOLD = {  # what each owner reads; {title} is the other need
    "me_too": "Un autre organisme rejoint votre besoin : « {title} ».",
    "merge_propose": "On propose de traiter votre besoin et « {title} » comme un seul : votre accord est attendu.",
    "merge_agree": "Un organisme accepte de traiter votre besoin et « {title} » comme un seul.",
    "merge_decline": "La proposition de traiter votre besoin et « {title} » comme un seul est déclinée.",
    "merge_split": "Votre besoin et « {title} », traités ensemble, sont de nouveau séparés.",
}
FOLLOWED = {  # what the followers of each read; a proposal that is declined is nobody else's business
    "me_too": "un autre organisme le rejoint, avec « {title} ».",
    "merge_done": "il est traité avec « {title} » comme un seul besoin ; les deux restent, avec leur histoire.",
    "merge_split": "il n'est plus traité avec « {title} » : les deux besoins sont de nouveau séparés.",
}
LINKABLE = (NeedState.PUBLISHED, NeedState.POOLED)
LINK = Step("link", "Lier deux besoins", (), "", rule=lambda obj, actor: True)


def coordinates_something(actor: Actor) -> bool:
    """True for whoever animates a project, and for stewards: those who may propose that two needs be one."""
    coordinated = actor.user_id is not None and Project.objects.filter(coordinator_id=actor.user_id).exists()
    return actor.is_steward or coordinated


def me_too(need: Need, *, actor: Actor, body: Body, submission: uuid.UUID, volumes: Rows = (), **fields: Any) -> Need:
    """Publish the same need for one's own body, with its own volumes and contract end, linked to the first.

    The title, the domain and the description are those of the first (public already). PermissionDenied unless agent
    of the body, Blocked when the body is in it already. Side effects: a need, its events, a link; once a submission.
    """
    with transaction.atomic():
        need = locked(Need, need.pk, actor)
        if made := Need.objects.filter(submission=submission, body=body).first():
            return made
        if need.state not in LINKABLE:
            raise Blocked(LINK, [Missing("un besoin publié")])
        if body.pk == need.body_id or body_is_in(need, body):
            raise Blocked(LINK, [Missing(f"un autre organisme : {body} y est déjà")])
        copied: dict[str, Any] = {"title": need.title, "domain": need.domain, "description": need.description}
        own = declare_need(actor=actor, body=body, submission=submission, volumes=volumes, **copied, **fields)
        own = perform(Need, own.pk, "publish", actor=actor)
        link = _link(need, own, LinkKind.ME_TOO, actor, "")
        _tell(link, "me_too", actor)
    return own


def body_is_in(need: Need, body: Body) -> bool:
    """True if a need of this body is already linked to that one."""
    links = NeedLink.objects.of(need).select_related("first", "second")
    others = [link.other(need) for link in links]
    return any(other.body_id == body.pk and other.state in LINKABLE for other in others)


def propose_merge(need: Need, other: Need, *, actor: Actor, reason: str) -> NeedLink:
    """Propose that two needs be treated as one; both owners must agree. By a coordinator or a steward.

    PermissionDenied, or Blocked for one's self, for needs that are not published, or already linked. Side effects:
    a link, an event in the history of both.
    """
    if not coordinates_something(actor):
        raise PermissionDenied("Un coordinateur, ou l'animation, propose de traiter deux besoins comme un seul.")
    with transaction.atomic():
        first, second = (locked(Need, pk, actor) for pk in sorted((need.pk, other.pk)))
        if first == second:
            raise Blocked(LINK, [Missing("un autre besoin que celui-ci")])
        if first.state not in LINKABLE or second.state not in LINKABLE:
            raise Blocked(LINK, [Missing("deux besoins publiés")])
        link = _link(first, second, LinkKind.SAME, actor, reason.strip())
        _tell(link, "merge_propose", actor, note=link.reason)
    return link


def agree(link: NeedLink, need: Need, *, actor: Actor) -> NeedLink:
    """Agree for one of the two needs, by an agent of its body; again does nothing. Side effect: events."""
    with transaction.atomic():
        link = _locked(link, actor)
        side = _side(link, need, actor)
        if getattr(link, side) is None:
            setattr(link, side, clock.today())
            link.save()
            _tell(link, "merge_agree", actor)
    return link


def end(link: NeedLink, need: Need, *, actor: Actor, note: str = "") -> NeedLink:
    """Decline the proposal, or split what was agreed, by an agent of either body. Side effect: events."""
    with transaction.atomic():
        link = _locked(link, actor)
        _side(link, need, actor)
        step = "merge_split" if link.agreed else "merge_decline"
        link.ended_on = clock.today()
        link.save()
        _tell(link, step, actor, note=note)
    return link


def _link(need: Need, other: Need, kind: str, actor: Actor, reason: str) -> NeedLink:
    assert actor.user is not None  # the rights asked for before are those of somebody
    first, second = sorted((need, other), key=lambda one: one.pk)
    try:
        with transaction.atomic():
            return NeedLink.objects.create(first=first, second=second, kind=kind, proposed_by=actor.user, reason=reason)
    except IntegrityError:
        raise Blocked(LINK, [Missing("deux besoins qui ne soient pas déjà liés")]) from None


def _locked(link: NeedLink, actor: Actor) -> NeedLink:
    """The link, its needs locked in order; Blocked when it is over."""
    for pk in (link.first_id, link.second_id):
        locked(Need, pk, actor)
    found = NeedLink.objects.select_related("first", "second").select_for_update(of=("self",)).get(pk=link.pk)
    if found.ended_on is not None:
        raise Blocked(LINK, [Missing("un lien qui vaille encore : celui-ci est déjà défait")])
    return found


def _side(link: NeedLink, need: Need, actor: Actor) -> str:
    """The field that holds the agreement of this need's owner; PermissionDenied to anybody else."""
    if not actor.holds(Role.AGENT, need.body_id):
        raise PermissionDenied("Seul un agent de l'organisme décide pour son besoin.")
    return "first_agreed_on" if need.pk == link.first_id else "second_agreed_on"


def _tell(link: NeedLink, step: str, actor: Actor, *, note: str = "") -> None:
    """One event in the history of each need, and one message to the agents of its body."""
    for need, other in ((link.first, link.second), (link.second, link.first)):
        event = need.new_event()
        event.step, event.note, event.facts = step, note, {"other": other.reference}
        append(event, actor=actor)
        told = NeedLinked(
            topic=need.reference,
            topic_title=need.title,
            body_name=other.body.name,
            text=TOLD[step].format(title=other.title),
            link=reverse("need_detail", args=[need.reference]) + "#liens",
            verb="Voir le besoin",
        )
        queue(told, people([need.body_id], Role.AGENT), but=actor.user_id)
        followed = FOLLOWED.get("merge_done" if step == "merge_agree" and link.agreed else step)
        if followed and need.state in LINKABLE and other.state in LINKABLE:
            tell_followers(need, followed.format(title=other.title), actor)
