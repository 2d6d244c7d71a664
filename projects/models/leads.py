"""Who leads in place of whom: proposed with a reason, accepted by the body proposed, then effective."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from procurement.models import Body, User
from projects.enums import LeadEnding
from projects.models.projects import Project


class LeadChangeQuerySet(models.QuerySet["LeadChange"]):
    """Replacements of lead bodies."""

    def under_way(self) -> LeadChangeQuerySet:
        """Proposed, perhaps accepted, not yet effective nor given up."""
        return self.filter(ended_on=None)


class LeadChange(models.Model):
    """The replacement of the lead body of a project whose call is open or over. One at a time."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="lead_changes")
    from_body = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name="coordonnateur remplacé")
    to_body = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name="nouveau coordonnateur")
    reason = models.TextField("motif", max_length=500)
    proposed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    proposed_on = models.DateField()
    accepted_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    accepted_on = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    ending = models.CharField("issue", max_length=10, choices=LeadEnding, blank=True)
    note = models.TextField("motif du refus ou du retrait", max_length=500, blank=True)

    objects: ClassVar[LeadChangeQuerySet] = LeadChangeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = "remplacement du coordonnateur"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["project"],
                condition=Q(ended_on=None),
                name="one_lead_change_at_a_time",
                violation_error_message="Un remplacement du coordonnateur est déjà proposé.",
            ),
            models.CheckConstraint(
                condition=~Q(from_body=F("to_body")),
                name="lead_change_between_two_bodies",
                violation_error_message="Le nouveau coordonnateur est un autre organisme.",
            ),
            models.CheckConstraint(
                condition=Q(accepted_by=None, accepted_on=None)
                | (Q(accepted_by__isnull=False, accepted_on__isnull=False) & ~Q(accepted_by=F("proposed_by"))),
                name="lead_change_accepted_by_another",
                violation_error_message="Qui a proposé n'accepte pas lui-même.",
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None, ending="") | (Q(ended_on__isnull=False) & ~Q(ending="")),
                name="lead_change_ends_once",
            ),
            models.CheckConstraint(
                condition=~Q(ending=LeadEnding.DONE) | Q(accepted_on__isnull=False),
                name="lead_change_done_is_accepted",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.from_body} → {self.to_body} ({self.project.reference})"
