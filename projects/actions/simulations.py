"""Writing simulations: keep one, throw it away; let the public ask what it would cost their body."""

from __future__ import annotations

import uuid
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from procurement.access import Actor
from procurement.events import append
from procurement.workflow import locked
from projects import rules
from projects.models import Project, Simulation
from projects.models.simulations import sharing_projects


def save_simulation(
    project: Project,
    *,
    actor: Actor,
    name: str,
    shared: bool,
    query: str,
    facts: dict[str, Any],
    submission: uuid.UUID,
) -> Simulation:
    """Keep the figures of today under a name; the same form sent twice makes one. `shared`: members may open it.

    PermissionDenied for who shares in a project of which they are no member: there they keep private ones.
    """
    if actor.user is None:
        raise PermissionDenied("Une simulation est gardée au nom d'une personne.")
    if shared and not may_share(project, actor):
        raise PermissionDenied("Une simulation est partagée par un membre du projet ; gardez la vôtre pour vous.")
    values = {"name": name, "shared": shared, "query": query, "facts": facts}
    made, _ = Simulation.objects.get_or_create(
        submission=submission, project=project, made_by=actor.user, defaults=values
    )
    return made


def may_share(project: Project, actor: Actor) -> bool:
    """The people of the bodies that take part and of the lead body, and the coordinator. One query."""
    return sharing_projects(actor).filter(pk=project.pk).exists()


def delete_simulation(simulation: Simulation, *, actor: Actor) -> None:
    """By whoever made it."""
    if simulation.made_by_id != actor.user_id:
        raise PermissionDenied("Une simulation est effacée par la personne qui l'a faite.")
    simulation.delete()


def allow_estimate(project: Project, allowed: bool, *, actor: Actor) -> None:
    """Open or close the public question, by the coordinator. Side effect: an event « public_estimate »."""
    with transaction.atomic():
        project = locked(Project, project.pk, actor)
        if not rules.is_coordinator(project, actor):
            raise PermissionDenied("L'estimation publique est ouverte ou fermée par le coordinateur.")
        project.public_estimate = allowed
        project.save()
        event = project.new_event()
        event.step, event.facts = "public_estimate", {"allowed": allowed}
        append(event, actor=actor)
