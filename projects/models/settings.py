"""What a coordinator sets for a project beside its framing: how long steps take, what each kind of act weighs."""

from __future__ import annotations

from django.db import models

from procurement.models import User
from projects.models.projects import Project


class TimetableSettings(models.Model):
    """Durations of the backward timetable that differ from the usual ones (names of `planning.Durations`)."""

    project = models.OneToOneField(Project, models.CASCADE, related_name="timetable_settings")
    days = models.JSONField(default=dict)  # name → days; what is absent is usual
    set_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    set_on = models.DateField()

    class Meta:
        verbose_name = "réglages du calendrier"

    def __str__(self) -> str:
        return f"réglages du calendrier de {self.project}"


class ActScale(models.Model):
    """What each kind of act weighs in this project (domain.md §3, K5c): a choice of the members, no official scale."""

    project = models.OneToOneField(Project, models.CASCADE, related_name="act_scale")
    rows = models.JSONField(default=list)  # [{"label", "weight": exact decimal}], in the order of the page

    class Meta:
        verbose_name = "barème d'actes"

    def __str__(self) -> str:
        return f"barème d'actes de {self.project}"
