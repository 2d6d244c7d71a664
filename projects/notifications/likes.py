"""What is told when a need is published that is close to another body's."""

from __future__ import annotations

from django.urls import reverse

from procurement.access import Actor
from procurement.events import AbstractEvent
from procurement.models import Membership, Role
from procurement.notifications import Message, message, queue_each
from procurement.workflow import after_step
from projects.enums import NeedState
from projects.models import Event, Need
from projects.search.api import Match, alike

NeedLikeMine = message("need_like_mine", "Un besoin proche d'un des vôtres est publié")

# Likeness (0 to 1) from which two needs are worth a message. On the labelled set (tests/projects/search): of ten pairs
# told, nine belong together, and more than eight in ten of those that do are told.
WORTH_TELLING = 0.3
STILL_LOOKING = (NeedState.PUBLISHED, NeedState.POOLED)


@after_step(Need, "publish")
def _need_like_mine(need: Need, actor: Actor, event: AbstractEvent) -> None:
    """Told once for each pair: by the later one, the first time it is published. Each person hears of their closest."""
    if Event.objects.filter(need=need, step="publish").count() > 1:
        return
    found = [match for match in alike(need, actor=actor, least=WORTH_TELLING) if match.need.state in STILL_LOOKING]
    closest: dict[int, Match] = {}  # by body: the best comes first
    for match in found:
        closest.setdefault(match.need.body_id, match)
    held = Membership.objects.filter(body_id__in=closest, role=Role.AGENT).in_force()
    told: dict[int, Match] = {}
    for user_id, body_id in held.values_list("user_id", "body_id"):
        told[user_id] = max(closest[body_id], told.get(user_id, closest[body_id]), key=lambda match: match.score)
    queue_each({user_id: _like(need, match) for user_id, match in told.items()}, but=actor.user_id)


def _like(need: Need, match: Match) -> Message:
    """Under the reader's own need, so that they may stop hearing of that one. Says only what any member may read."""
    why = "\u00a0; ".join(match.why)
    return NeedLikeMine(
        topic=match.need.reference,
        topic_title=match.need.title,
        body_name=need.body.name,
        text=f"{need.body.name} publie un besoin proche du vôtre\u00a0: « {need.title} ». Pourquoi\u00a0: {why}.",
        link=reverse("need_detail", args=[need.reference]),
        verb="Voir ce besoin",
    )
