"""An EPCI that speaks for communes, under a dated mandate that can be revoked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.db import models
from django.db.models import F, Q

from procurement import clock
from procurement.models import Body, Role, User

if TYPE_CHECKING:
    from procurement.access import Actor


class BodyMandateQuerySet(models.QuerySet["BodyMandate"]):
    """Questions asked of mandates."""

    def in_force(self, day: dt.date | None = None) -> Self:
        """Those that count on `day` (today by default), bounds included; a revocation counts from its day."""
        day = day or clock.today()
        ends = Q(ends_on=None) | Q(ends_on__gte=day)
        return self.filter(ends, Q(revoked_on=None) | Q(revoked_on__gt=day), starts_on__lte=day)

    def held_by(self, actor: Actor) -> Self:
        """Those given to a body of which the person is an agent."""
        return self.filter(to_body_id__in=[body.pk for body in actor.bodies_as(Role.AGENT)])

    def known_to(self, actor: Actor) -> Self:
        """Those given or received by the bodies one works for."""
        mine = list(actor.roles)
        return self.filter(Q(from_body_id__in=mine) | Q(to_body_id__in=mine))


def with_mandates(rows: Sequence[Any]) -> None:
    """Fetch at once the mandates that the bodies of these participations gave; none of them is asked again."""
    given = BodyMandate.objects.select_related("to_body")
    models.prefetch_related_objects(rows, models.Prefetch("body__mandates_given", given))


class BodyMandate(models.Model):
    """`to_body` declares the intentions of `from_body`: in one project, or in all of them when `project` is empty.

    It declares only. The act and the signature stay with the body itself: a mandate here never binds anybody.
    """

    from_body = models.ForeignKey(Body, models.PROTECT, related_name="mandates_given", verbose_name="commune")
    to_body = models.ForeignKey(Body, models.PROTECT, related_name="mandates_held", verbose_name="EPCI")
    project = models.ForeignKey(
        "projects.Project", models.PROTECT, null=True, blank=True, related_name="body_mandates", verbose_name="projet"
    )
    starts_on = models.DateField("à partir du", default=clock.today)
    ends_on = models.DateField("jusqu'au", null=True, blank=True)
    revoked_on = models.DateField("révoqué le", null=True, blank=True)
    act_reference = models.CharField("acte", max_length=120)
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    objects: ClassVar[BodyMandateQuerySet] = BodyMandateQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = "mandat"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(from_body=F("to_body")),
                name="mandate_to_another_body",
                violation_error_message="Un organisme ne se donne pas mandat à lui-même.",
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="mandate_ends_after_start",
                violation_error_message="La fin du mandat précède son début.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.from_body} → {self.to_body} ({self.act_reference})"

    def covers(self, project_id: int, day: dt.date | None = None) -> bool:
        """True if it counts in that project on `day` (today by default)."""
        day = day or clock.today()
        dated = self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)
        revoked = self.revoked_on is not None and self.revoked_on <= day
        return dated and not revoked and self.project_id in (None, project_id)
