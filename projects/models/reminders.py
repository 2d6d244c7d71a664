"""What the coordinator writes to those who have not acted, and to whom it went, on which day."""

from __future__ import annotations

from django.db import models

from procurement import clock
from procurement.models import User
from projects.models.projects import Project


class Awaited(models.TextChoices):
    """What may be awaited of a body, in order."""

    INTENTION = "intention", "Intention"
    ACT = "act", "Délibération"
    ENFORCEABLE = "enforceable", "Exécutoire"
    SIGNATURE = "signature", "Signature"
    COPY = "copy", "Copie rendue"


class ReminderText(models.Model):
    """The coordinator's own words for one step of one project; without a row, ours."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="reminder_texts")
    step = models.CharField(max_length=15, choices=Awaited)
    text = models.TextField("message", max_length=1_000)
    edited_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["project", "step"], name="one_reminder_text_per_step")]

    def __str__(self) -> str:
        return f"{self.project.reference} {self.step}"


class ReminderSent(models.Model):
    """A person was reminded: by the coordinator on a day (`on`), or before a cut-off date (`on`, step « j-14 »…)."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="+")
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    step = models.CharField(max_length=15)
    on = models.DateField(default=clock.today)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["project", "user", "step", "on"], name="reminded_once_a_day")]

    def __str__(self) -> str:
        return f"{self.user} {self.step} {self.on}"
