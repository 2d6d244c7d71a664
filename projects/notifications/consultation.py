"""What is told when a consultation is launched, ends, and when a project is closed."""

from __future__ import annotations

from django.urls import reverse

from procurement.access import Actor
from procurement.events import AbstractEvent
from procurement.models import Role
from procurement.notifications import Message, message
from procurement.workflow import after_step
from projects.enums import Ending
from projects.models import Project
from projects.notifications.telling import people, present, tell

Launched = message("launched", "Une consultation est lancée")
Awarded = message("awarded", "Un marché est attribué")
NotAwarded = message("not_awarded", "Une consultation se termine sans attribution")
Closed = message("closed", "Un projet est clos")


def _to_members(kind: type[Message], project: Project, text: str, actor: Actor) -> None:
    told = people(present(project), Role.AGENT, Role.LEGAL)
    link = reverse("project_consultation", args=[project.reference])
    tell(kind, project, text, told, actor, link=link, verb="Voir la consultation")


@after_step(Project, "launch")
def _launched(project: Project, actor: Actor, event: AbstractEvent) -> None:
    text = "La consultation est lancée : la composition du groupement ne change plus jusqu'à l'attribution."
    _to_members(Launched, project, text, actor)


@after_step(Project, "award")
def _awarded(project: Project, actor: Actor, event: AbstractEvent) -> None:
    text = "Le marché est attribué, signé et notifié : chaque membre peut commander, dans la limite de son maximum."
    _to_members(Awarded, project, text, actor)


@after_step(Project, "no_award")
def _not_awarded(project: Project, actor: Actor, event: AbstractEvent) -> None:
    how = "déclarée sans suite" if event.facts["ending"] == Ending.DROPPED else "infructueuse"
    text = f"La consultation est {how} ; une autre pourra être lancée. Motif : {event.note}"
    _to_members(NotAwarded, project, text, actor)


@after_step(Project, "close")
def _closed(project: Project, actor: Actor, event: AbstractEvent) -> None:
    text = "Le projet est clos : tout est soldé, et vos besoins regroupés sont satisfaits."
    _to_members(Closed, project, text, actor)
