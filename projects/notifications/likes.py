"""What is told when a need is published that is close to another body's."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Min
from django.urls import reverse

from procurement.access import Actor, actor_for
from procurement.events import AbstractEvent
from procurement.models import Membership, Role
from procurement.notifications import Message, is_muted, message, queue_each
from procurement.post import before_sending
from procurement.workflow import after_step
from projects.enums import NeedState
from projects.models import Event, LikesDue, Need
from projects.search.api import Match, alike

NeedLikeMine = message("need_like_mine", "Un besoin proche d'un des vôtres est publié")

# Likeness (0 to 1) from which two needs are worth a message. On the labelled set (tests/projects/search): of ten pairs
# told, nine belong together, and more than eight in ten of those that do are told.
WORTH_TELLING = 0.3
AT_ONCE = 200  # needs looked at in a run of the sender
STILL_LOOKING = (NeedState.PUBLISHED, NeedState.POOLED)


@after_step(Need, "publish")
def _due(need: Need, actor: Actor, event: AbstractEvent) -> None:
    """Note it for the sender of messages: looking for likes would slow whoever publishes, a sheet above all."""
    first = Event.objects.filter(need=need, step="publish").count() == 1  # told once: the first time it is published
    if first and actor.user is not None and not is_muted():
        LikesDue.objects.get_or_create(need=need, defaults={"by": actor.user})


def tell_likes_due(most: int = AT_ONCE) -> int:
    """Write the messages of the needs published since the last run, the oldest first; return how many were looked at.

    One transaction each: killed in between, it tells none twice. Side effects: letters; the notes of what was done go.
    """
    done = 0
    for pk in list(LikesDue.objects.values_list("pk", flat=True)[:most]):
        with transaction.atomic():
            rows = LikesDue.objects.select_for_update(of=("self",)).select_related("need__body", "by")
            due = rows.filter(pk=pk).first()
            if due is not None:  # else another sender was faster
                if due.need.state in STILL_LOOKING:
                    _tell(due.need, actor_for(due.by))
                due.delete()
                done += 1
    return done


before_sending.append(tell_likes_due)


def _tell(need: Need, actor: Actor) -> None:
    """Each person hears of the closest of their needs, once for each pair: when the later one appears."""
    found = [match for match in alike(need, actor=actor, least=WORTH_TELLING) if match.need.state in STILL_LOOKING]
    first = _first_published([need, *(match.need for match in found)])
    closest: dict[int, Match] = {}  # by body: the best comes first
    for match in found:
        if first.get(match.need.pk, 0) < first[need.pk]:
            closest.setdefault(match.need.body_id, match)
    held = Membership.objects.filter(body_id__in=closest, role=Role.AGENT).in_force()
    told: dict[int, Match] = {}
    for user_id, body_id in held.values_list("user_id", "body_id"):
        told[user_id] = max(closest[body_id], told.get(user_id, closest[body_id]), key=lambda match: match.score)
    queue_each({user_id: _like(need, match) for user_id, match in told.items()}, but=actor.user_id)


def _first_published(needs: list[Need]) -> dict[int, int]:
    """For each need, the event of its first publication: the lower, the earlier."""
    events = Event.objects.filter(need__in=needs, step="publish").values_list("need_id")
    return dict(events.annotate(first=Min("id")).order_by())


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
