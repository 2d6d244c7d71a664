"""What a body declares: a need, its volumes, its requirements."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, ClassVar, Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from procurement.events import AbstractEvent
from procurement.models import Body, User
from procurement.workflow import StatefulQuerySet
from projects.enums import NeedState, Priority
from projects.flows import NeedFlow
from projects.models.declaration import Declaration, declaration_constraints
from projects.models.events import Event

if TYPE_CHECKING:
    from procurement.access import Actor

HIDDEN_STATES = (NeedState.DRAFT, NeedState.WITHDRAWN)  # seen by the body alone


class Domain(models.Model):
    """A functional domain (état civil, cimetières…), its usual volumes and what it asks. Stewards edit the list.

    A question of kind `number` is answered by a volume (its `volume` label, in its `unit`), one of kind `yes_no` by
    yes or no in `Need.answers`.
    """

    code = models.SlugField(max_length=40, unique=True)
    label = models.CharField("libellé", max_length=80)
    volumes = models.JSONField("volumes usuels", default=list, blank=True)  # [{"label", "unit"}, …]
    questions = models.JSONField("questions", default=list, blank=True)  # [{"label", "unit", "kind", "volume"}, …]
    synonyms = models.JSONField("synonymes", default=list, blank=True)

    class Meta:
        verbose_name = "domaine"
        ordering = ["label"]

    def __str__(self) -> str:
        return self.label


class NeedQuerySet(StatefulQuerySet):
    """Needs as an actor may know them."""

    def visible_to(self, actor: Actor) -> Self:
        """Members see what is published or further on; drafts and withdrawn needs stay with their body."""
        if not actor.is_member:
            return self.none()
        return self.filter(~Q(state__in=HIDDEN_STATES) | Q(body_id__in=list(actor.roles)))


class Need(Declaration, NeedFlow):
    """A body needs software. Four things are enough to publish; the rest may be unknown."""

    lock_first = "project"

    reference = models.CharField(max_length=20, unique=True)
    submission = models.UUIDField(
        unique=True, default=uuid.uuid4, editable=False
    )  # one row per form sent, however often
    body = models.ForeignKey(Body, models.PROTECT, related_name="needs", verbose_name="organisme")
    declared_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    domain = models.ForeignKey(Domain, models.PROTECT, null=True, related_name="needs", verbose_name="domaine")
    title = models.CharField("intitulé", max_length=255)
    description = models.TextField("description", blank=True, max_length=20_000)
    project = models.ForeignKey("projects.Project", models.PROTECT, null=True, blank=True, related_name="needs")
    published_on = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects: ClassVar[NeedQuerySet] = NeedQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = "besoin"
        ordering = ["-id"]
        indexes = [models.Index(fields=["state", "-id"], name="need_by_state")]
        constraints = [
            *declaration_constraints(),
            models.CheckConstraint(
                condition=~Q(state=NeedState.POOLED) | Q(project__isnull=False),
                name="pooled_need_has_project",
                violation_error_message="Un besoin regroupé appartient à un projet.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} · {self.title}"

    def new_event(self) -> AbstractEvent:
        """In the chain of the project once the need is in one."""
        chain = self.project.reference if self.project else self.reference
        return Event(chain=chain, need=self, project=self.project, body_id=self.body_id)

    def past_events(self) -> models.QuerySet[Event]:
        """Oldest first, whatever the chain."""
        return Event.objects.filter(need=self).select_related("user").order_by("id")


class Volume(models.Model):
    """A quantity of a need, in a unit, for a year: « 1 905 actes en 2025 »."""

    need = models.ForeignKey(Need, models.CASCADE, related_name="volumes")
    label = models.CharField("quoi", max_length=120)
    quantity = models.DecimalField(
        "combien",
        max_digits=14,
        decimal_places=2,
        validators=[MinValueValidator(0, "Un volume ne peut pas être négatif.")],
    )
    unit = models.CharField("unité", max_length=40)
    year = models.PositiveSmallIntegerField(
        "année", null=True, blank=True, validators=[MinValueValidator(1990), MaxValueValidator(2100)]
    )

    class Meta:
        ordering = ["id"]
        constraints = [models.CheckConstraint(condition=Q(quantity__gte=0), name="volume_not_negative")]

    def __str__(self) -> str:
        return f"{self.label}: {self.quantity} {self.unit}"


class Requirement(models.Model):
    """What the software must do, in one sentence; consolidated into the specification."""

    need = models.ForeignKey(Need, models.CASCADE, related_name="requirements")
    chapter = models.CharField("chapitre", max_length=120)
    text = models.TextField("exigence", max_length=2_000)
    priority = models.CharField("priorité", max_length=10, choices=Priority, default=Priority.SHOULD)
    source = models.CharField("source", max_length=255, blank=True)

    class Meta:
        verbose_name = "exigence"
        ordering = ["id"]

    def __str__(self) -> str:
        return self.text
