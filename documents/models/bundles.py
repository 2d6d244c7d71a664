"""Archives of several documents, made in the background. What is in one is decided when it is asked for."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import TYPE_CHECKING, ClassVar, Self

from django.db import models
from django.utils import timezone

from documents.models.issues import Document
from procurement.models import Body, User
from projects.models import Project

if TYPE_CHECKING:
    from procurement.access import Actor

KEPT = dt.timedelta(days=7)
QUIET = dt.timedelta(seconds=150)  # without progress for longer than one document may take: something was killed


class BundleKind(models.TextChoices):
    """What is in an archive."""

    BODIES = "bodies", "Documents de chaque organisme"
    BODY = "body", "Tous les documents d'un organisme"
    SIGNING = "signing", "Paquet à signer et à transmettre"


class BundleStatus(models.TextChoices):
    """Where an archive stands. Not a business state: nothing of a project depends on it."""

    ASKED = "asked", "En préparation"
    READY = "ready", "Prête"
    FAILED = "failed", "Interrompue"


class BundleQuerySet(models.QuerySet["Bundle"]):
    """Archives as an actor may read them."""

    def visible_to(self, actor: Actor) -> Self:
        """Those one asked for. What is in them is checked again when they are downloaded."""
        return self.filter(asked_by_id=actor.user_id) if actor.user_id else self.none()


class Bundle(models.Model):
    """One archive: the documents it holds, and its file once it is whole."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    project = models.ForeignKey(Project, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=BundleKind)
    body = models.ForeignKey(Body, models.PROTECT, null=True, related_name="+")
    documents = models.ManyToManyField(Document, related_name="+")
    name = models.CharField(max_length=120)  # of the file, ASCII
    key = models.CharField(max_length=64)  # of who asked for what: the same question has the same archive
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    moved_at = models.DateTimeField(default=timezone.now)  # the last sign of life of whoever prepares it
    status = models.CharField(max_length=8, choices=BundleStatus, default=BundleStatus.ASKED)
    problem = models.CharField(max_length=400, blank=True)
    sha256 = models.CharField(max_length=64, blank=True, db_index=True)  # empty until the file is on disk
    size = models.PositiveBigIntegerField(default=0)  # bytes

    objects: ClassVar[BundleQuerySet] = BundleQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-asked_at"]
        constraints = [models.UniqueConstraint(fields=["key"], name="one_archive_per_question")]

    def __str__(self) -> str:
        return self.name

    @property
    def ready(self) -> bool:
        """True once its file is whole."""
        return self.status == BundleStatus.READY

    @property
    def failed(self) -> bool:
        """True when a document could not be printed."""
        return self.status == BundleStatus.FAILED

    @property
    def quiet(self) -> bool:
        """True when nobody seems to be at work on it any more."""
        return self.status == BundleStatus.ASKED and timezone.now() - self.moved_at > QUIET
