"""The catalogue: software known to the collective, free or not, and which body uses what."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.core.validators import MaxValueValidator, MinValueValidator, URLValidator
from django.db import models
from django.db.models import Q

from procurement.models import Body, User
from procurement.text import fold
from projects.models.needs import Domain
from projects.models.projects import Project

if TYPE_CHECKING:
    from procurement.access import Actor

web_address = URLValidator(schemes=["http", "https"], message="Écrivez une adresse qui commence par https://.")


class Solution(models.Model):
    """A software product: what it is called, who makes it, whether it is free. Nothing here is confidential."""

    reference = models.CharField("référence", max_length=40, unique=True)
    submission = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    name = models.CharField("nom", max_length=120)
    publisher = models.CharField("éditeur ou communauté", max_length=120, blank=True)
    free = models.BooleanField("logiciel libre", default=True)
    licence = models.CharField("licence (SPDX)", max_length=60, blank=True)
    website = models.CharField("site", max_length=255, blank=True, validators=[web_address])
    source_url = models.CharField("code source", max_length=255, blank=True)
    domains = models.ManyToManyField(Domain, blank=True, related_name="solutions", verbose_name="domaines")
    purpose = models.CharField("à quoi il sert", max_length=255, blank=True)
    description = models.TextField("description", max_length=5_000, blank=True)
    origin = models.CharField("origine de la fiche", max_length=120, blank=True)
    added_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    identity = models.CharField(max_length=255, unique=True, editable=False)  # folded name and publisher
    search_text = models.TextField(editable=False, default="")
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = "solution"
        ordering = ["name", "id"]
        indexes = [models.Index(fields=["name", "id"], name="solution_by_name")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(name=""), name="solution_has_name", violation_error_message="Une solution a un nom."
            )
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep what tells solutions apart, and what is searched."""
        self.identity = identity_of(self.name, self.publisher)
        self.search_text = fold(f"{self.name} {self.publisher} {self.purpose} {self.description} {self.licence}")
        super().save(*args, **kwargs)


def identity_of(name: str, publisher: str) -> str:
    """Two solutions of this same identity are one: name and publisher, without case nor accents."""
    return f"{fold(name)}|{fold(publisher)}"[:255]


class UsageQuerySet(models.QuerySet["Usage"]):
    """Usages as an actor may know them."""

    def visible_to(self, actor: Actor) -> Self:
        """Those of one's own bodies; for members, those that their body agreed to show."""
        if not actor.is_member:
            return self.none()
        return self.filter(Q(shown=True) | Q(body_id__in=list(actor.roles)))


class Usage(models.Model):
    """A body uses a solution. Members see it only if the body agrees."""

    body = models.ForeignKey(Body, models.PROTECT, related_name="usages")
    solution = models.ForeignKey(Solution, models.PROTECT, related_name="usages")
    version = models.CharField("version", max_length=40, blank=True)
    since = models.PositiveSmallIntegerField(
        "depuis l'année",
        null=True,
        blank=True,
        validators=[MinValueValidator(1970, "Année trop ancienne."), MaxValueValidator(2100, "Année trop lointaine.")],
    )
    users = models.PositiveIntegerField("utilisateurs", null=True, blank=True)
    project = models.ForeignKey(
        Project, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="au travers du projet"
    )
    paying = models.BooleanField("nous payons (licence, support, hébergement)", null=True, blank=True)
    shown = models.BooleanField("les membres peuvent voir que nous l'utilisons", default=False)
    updated_at = models.DateTimeField(auto_now=True)

    objects: ClassVar[models.Manager[Usage]] = UsageQuerySet.as_manager()

    class Meta:
        verbose_name = "usage"
        ordering = ["body__name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["body", "solution"],
                name="usage_once_per_body",
                violation_error_message="Votre organisme a déjà dit qu'il utilise cette solution.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.body} · {self.solution}"
