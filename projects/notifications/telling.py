"""What every message of the business needs: whom to tell, and the link to the project."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse

from procurement.access import Actor
from procurement.models import Membership, StandIn
from procurement.notifications import Message, queue
from projects.models import Project


def people(body_ids: Iterable[int], *roles: str) -> list[int]:
    """The people who hold one of these roles in these bodies today, or stand in for one who does. One query."""
    held = Membership.objects.filter(body_id__in=list(body_ids), role__in=roles).in_force()
    standing = StandIn.objects.in_force().filter(membership__in=held).order_by().values_list("user_id", flat=True)
    return list(held.order_by().values_list("user_id", flat=True).union(standing))


def present(project: Project) -> list[int]:
    """Ids of the bodies that have not left the project. One query."""
    return list(project.participations.present().values_list("body_id", flat=True))


def tell(
    kind: type[Message], project: Project, text: str, user_ids: Iterable[int], actor: Actor, **more: object
) -> None:
    """Queue a message about a project; by default its link opens the project."""
    values = {
        "topic": project.reference,
        "topic_title": project.title,
        "body_name": "",
        "link": reverse("project_detail", args=[project.reference]),
        "verb": "Voir le projet",
    } | more
    queue(kind(text=text, **values), user_ids, but=actor.user_id)  # type: ignore[arg-type]
