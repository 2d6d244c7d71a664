"""The journal of the business: one chain per project, or per need while it is in none."""

from django.db import models

from procurement.events import AbstractEvent


class Event(AbstractEvent):
    """Something that happened to a need, a project or a participation."""

    need = models.ForeignKey("projects.Need", models.PROTECT, null=True, related_name="events")
    project = models.ForeignKey("projects.Project", models.PROTECT, null=True, related_name="events")
    participation = models.ForeignKey("projects.Participation", models.PROTECT, null=True, related_name="events")

    subjects = ("need", "project", "participation")

    class Meta(AbstractEvent.Meta):
        verbose_name = "événement"
