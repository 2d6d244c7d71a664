"""Who is expected in a project, who waits for the next one, and when assemblies sit."""

from __future__ import annotations

from django.db import models

from procurement import clock
from procurement.models import Body, User
from projects.models.projects import Project


class ExpectedBody(models.Model):
    """A body whose answer the coordinator expects: on the list, whether or not it has ever come."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="expected")
    body = models.ForeignKey(Body, models.PROTECT, related_name="+")
    added_on = models.DateField(default=clock.today)

    class Meta:
        ordering = ["body__name", "id"]
        constraints = [models.UniqueConstraint(fields=["project", "body"], name="body_expected_once")]

    def __str__(self) -> str:
        return f"{self.body} attendu dans {self.project.reference}"


class Wish(models.Model):
    """A body that came too late, and asks to be told of the next procedure of a permanent grouping."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="wishes")
    body = models.ForeignKey(Body, models.PROTECT, related_name="+")
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    made_on = models.DateField(default=clock.today)

    class Meta:
        ordering = ["made_on", "id"]
        constraints = [models.UniqueConstraint(fields=["project", "body"], name="wish_once")]

    def __str__(self) -> str:
        return f"{self.body} attend la suite de {self.project.reference}"


class Council(models.Model):
    """A day on which a body's assembly sits: sessions are public, one calendar serves every project."""

    body = models.ForeignKey(Body, models.CASCADE, related_name="councils")
    day = models.DateField("séance")

    class Meta:
        verbose_name = "séance"
        ordering = ["day"]
        constraints = [models.UniqueConstraint(fields=["body", "day"], name="council_once")]

    def __str__(self) -> str:
        return f"{self.body} {self.day}"
