"""A simulation kept under a name: the question, and the figures it gave that day."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, ClassVar, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q

from procurement import clock
from procurement.models import User
from projects.models.participations import Participation
from projects.models.projects import Project

if TYPE_CHECKING:
    from procurement.access import Actor


class SimulationQuerySet(models.QuerySet["Simulation"]):
    """Simulations as an actor may open them."""

    def visible_to(self, actor: Actor) -> Self:
        """One's own; and the shared ones of the projects in which one's bodies take part, or that one coordinates."""
        if actor.user_id is None:
            return self.none()
        mine = Q(made_by_id=actor.user_id)
        return self.filter(mine | Q(shared=True, project__in=sharing_projects(actor)))


def sharing_projects(actor: Actor) -> models.QuerySet[Project]:
    """Those whose simulations an actor shares: a body of theirs takes part or leads, or they coordinate."""
    own = list(actor.roles)
    rows = Participation.objects.present().filter(project=OuterRef("pk"), body_id__in=own)
    return Project.objects.filter(Exists(rows) | Q(lead_body_id__in=own) | Q(coordinator_id=actor.user_id or 0))


class Simulation(models.Model):
    """Its figures never change: a project that moves on is simulated anew. No maximum of any body is in them."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="simulations")
    submission = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    name = models.CharField("nom", max_length=120)
    query = models.TextField(blank=True)  # the address that asks it again
    facts = models.JSONField()  # projects.pooling.simulation.kept
    shared = models.BooleanField("partagée avec les membres du projet", default=False)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=clock.now)

    objects: ClassVar[SimulationQuerySet] = SimulationQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.name
