"""Who took which bytes of an issue, or of a copy of it, when: a log, not the journal.

A body's legal officers and the coordinator read it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

from django.db import models
from django.db.models import Q

from documents.models.issues import Document
from procurement import clock
from procurement.models import Body, Role, User

if TYPE_CHECKING:
    from procurement.access import Actor


class DownloadQuerySet(models.QuerySet["Download"]):
    """Downloads as an actor may read them."""

    def visible_to(self, actor: Actor) -> Self:
        """Those made for the bodies one is a legal officer of, and all those of the projects one coordinates."""
        if actor.user_id is None:
            return self.none()
        bodies = [body.pk for body in actor.bodies_as(Role.LEGAL)]
        return self.filter(Q(body_id__in=bodies) | Q(document__project__coordinator_id=actor.user_id))


class Download(models.Model):
    """One file given to one person: of the site, or the addressee of a personal link."""

    document = models.ForeignKey(Document, models.PROTECT, related_name="downloads")
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    addressee = models.CharField(max_length=120, blank=True)  # when a link without account gave it
    body = models.ForeignKey(Body, models.PROTECT, null=True, related_name="+")  # for which they read it, if any
    form = models.CharField(max_length=8)  # pdf, odt…, zip when it came inside an archive, copie for what was returned
    sha256 = models.CharField(max_length=64)  # of the bytes that left
    at = models.DateTimeField(default=clock.now)

    objects: ClassVar[DownloadQuerySet] = DownloadQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(user__isnull=False) | ~Q(addressee=""), name="download_has_a_reader")
        ]

    def __str__(self) -> str:
        return f"{self.reader} · {self.document} · {self.form}"

    @property
    def reader(self) -> str:
        """Who took it, for a line of the log."""
        return str(self.user) if self.user else f"{self.addressee}, par lien personnel"
