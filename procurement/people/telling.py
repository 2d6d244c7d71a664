"""What is told to people about people: requests, invitations, rights, files opened."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse

from procurement.access import Actor
from procurement.models import Body, Membership, Role, User
from procurement.notifications import Message, message, queue

JoinAsked = message("join_asked", "Quelqu'un demande à rejoindre votre organisme")
JoinAnswered = message("join_answered", "Votre demande d'adhésion a une réponse")
RolesChanged = message("roles_changed", "Les droits de quelqu'un changent dans votre organisme")
StandingIn = message("standing_in", "Une suppléance vous concerne")
FileOpened = message("file_opened", "L'animation ouvre votre dossier confidentiel")
NobodyLeft = message("nobody_left", "Un organisme n'a plus d'agent")
BodyGone = message("body_gone", "Un organisme quitte le collectif")


def deciders(body: Body) -> list[int]:
    """The people who answer for a body: its agents and legal officers of today. One query."""
    held = Membership.objects.filter(body=body, role__in=[Role.AGENT, Role.LEGAL]).in_force()
    return list(held.values_list("user_id", flat=True).distinct())


def stewards() -> list[int]:
    """Those who tend the platform."""
    return list(User.objects.filter(is_steward=True, is_active=True).values_list("pk", flat=True))


def tell(
    kind: type[Message], body: Body, text: str, user_ids: Iterable[int], actor: Actor | None, *, link: str, verb: str
) -> None:
    """Queue a message about a body; its topic is the body, so that one may mute it."""
    made = kind(
        topic=f"organisme {body.public_ref}",
        topic_title=body.name,
        body_name=body.name,
        text=text,
        link=link,
        verb=verb,
    )
    queue(made, user_ids, but=actor.user_id if actor else None)


def page_of(body: Body) -> str:
    """The page of a body."""
    return reverse("body_detail", args=[body.public_ref])
