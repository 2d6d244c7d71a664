"""What the followers of a need are told: published again, changed, pooled, given back, met, withdrawn, merged, split.

Only what any member may read: a change of a confidential field alone is told to nobody, for that would say much.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q
from django.urls import reverse

from procurement.access import Actor
from procurement.events import AbstractEvent
from procurement.models import Membership, Role, User
from procurement.notifications import message, queue
from procurement.preferences import SHOWN_TOPICS, also_followed
from procurement.workflow import after_step
from projects.enums import NeedState
from projects.models import Need, NeedFollow
from projects.models.needs import HIDDEN_STATES
from projects.needs.declaration import ASKED
from projects.notifications.telling import people

NeedFollowed = message("need_followed", "Du nouveau sur un besoin que vous suivez")

PUBLIC = {  # what a message may name, in French
    "domain": "le domaine",
    "title": "l'intitulé",
    "description": "la description",
    "volumes": "les volumes",
    "requirements": "les exigences",
    **{name: f"« {one.label} »" for name, one in ASKED.items() if not one.confidential},
}
TOLD = {
    "publish": "Le besoin est publié.",
    "release": "Le projet rend ce besoin : il est de nouveau seul.",
    "satisfy": "Le besoin est satisfait.",
    "withdraw": "Le besoin est retiré : sa page n'est plus visible des autres organismes.",
    "reopen": "Le besoin est repris en brouillon : sa page n'est plus visible des autres organismes.",
}


def _followed(user: User) -> dict[str, str]:
    """For the page of preferences: the latest ones."""
    rows = NeedFollow.objects.filter(user=user).exclude(need__state__in=HIDDEN_STATES).order_by("-pk")
    return dict(rows.values_list("need__reference", "need__title")[:SHOWN_TOPICS])


also_followed.append(_followed)


def followers(need: Need) -> list[int]:
    """The people who follow a need and are still members; the agents of its body have messages of their own."""
    following = set(NeedFollow.objects.filter(need=need).values_list("user_id", flat=True))
    if not following:
        return []
    working = Membership.objects.filter(user_id__in=following).in_force().values("user_id")
    members = User.objects.filter(Q(is_steward=True) | Q(pk__in=working), pk__in=following, is_active=True)
    told = set(members.values_list("pk", flat=True)) - set(people([need.body_id], Role.AGENT))
    return sorted(told)


def tell_followers(need: Need, text: str, actor: Actor, *, link: str = "", verb: str = "Voir le besoin") -> None:
    """Queue a message to the followers of a need. Runs in the transaction of what it tells."""
    told = NeedFollowed(
        topic=need.reference,
        topic_title=need.title,
        body_name=need.body.name,
        text=f"« {need.title} » : {text}",
        link=link or reverse("need_detail", args=[need.reference]),
        verb=verb,
    )
    queue(told, followers(need), but=actor.user_id)


def tell_of_edit(need: Need, changed: Iterable[str], actor: Actor) -> None:
    """Tell what changed in a need that others see, unless all that changed is confidential."""
    named = [PUBLIC[name] for name in changed if name in PUBLIC]
    if need.state not in HIDDEN_STATES and named:
        tell_followers(need, f"l'organisme a revu {', '.join(named)}.", actor)


def _tell_step(need: Need, actor: Actor, event: AbstractEvent) -> None:
    if event.source == NeedState.DRAFT and event.step == "withdraw":
        return  # nobody else ever saw it
    tell_followers(need, TOLD[event.step], actor)


for _step in TOLD:
    after_step(Need, _step)(_tell_step)


@after_step(Need, "pool")
def _tell_pooled(need: Need, actor: Actor, event: AbstractEvent) -> None:
    """The project is the place to go on."""
    assert need.project is not None
    link = reverse("project_detail", args=[need.project.reference])
    tell_followers(need, f"il rejoint le projet « {need.project.title} ».", actor, link=link, verb="Voir le projet")
