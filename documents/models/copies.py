"""What comes back signed, and the personal links by which it may come back without an account."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.db import models
from django.db.models import Q

from documents.models.issues import Document
from documents.signatures.inspection import Signature, signature_of
from procurement import clock
from procurement.models import Body, Role, User

if TYPE_CHECKING:
    from procurement.access import Actor


DECIDED = {f"{what}_{part}" for what in ("accepted", "set_aside") for part in ("on", "by", "reason")}


class CopyKind(models.TextChoices):
    """What a returned file is, compared with the bytes that were issued."""

    SIGNED = "signed", "Document émis, signé électroniquement"
    SCAN = "scan", "Numérisation"
    OTHER = "other", "Autre fichier, à vérifier"


class ReturnLink(models.Model):
    """Lets one addressee (a mayor's office) read and return one document for one body, without an account.

    Only the hash of its secret is kept: whoever reads the database cannot use it, and it is shown once.
    """

    document = models.ForeignKey(Document, models.PROTECT, related_name="links")
    body = models.ForeignKey(Body, models.PROTECT, related_name="+")
    addressee = models.CharField("destinataire", max_length=120)
    secret_sha256 = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=clock.now)
    ends_on = models.DateField("valable jusqu'au")
    revoked_on = models.DateField("révoqué le", null=True, blank=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.document} → {self.addressee}"

    @property
    def open(self) -> bool:
        """True from the day it is made to its last day, unless revoked; what it is about may close it too."""
        return self.revoked_on is None and clock.today() <= self.ends_on

    @staticmethod
    def hash_of(secret: str) -> str:
        """What is kept of a secret."""
        return hashlib.sha256(secret.encode()).hexdigest()


class CopyQuerySet(models.QuerySet["SignedCopy"]):
    """Returned files as an actor may read them."""

    def visible_to(self, actor: Actor) -> Self:
        """Those of one's own bodies, and of the projects one coordinates or whose lead body's legal officer one is."""
        if actor.user_id is None:
            return self.none()
        leads = [body.pk for body in actor.bodies_as(Role.LEGAL)]
        checked = Q(document__project__coordinator_id=actor.user_id) | Q(document__project__lead_body_id__in=leads)
        return self.filter(checked | Q(body_id__in=list(actor.roles)))

    def counting(self) -> Self:
        """Those that stand as the returned copy of their body: not set aside, and checked by a person if need be."""
        return self.filter(set_aside_on=None).filter(Q(sound=True) | Q(accepted_on__isnull=False))

    def update(self, **fields: Any) -> int:
        """What was received is written once; only what people decide of it may be added."""
        if not set(fields) <= DECIDED:
            raise AttributeError("Une copie reçue ne change pas.")
        return super().update(**fields)


class SignedCopy(models.Model):
    """A file that a body returned for an issue: its bytes are in the store under their hash, and never change."""

    document = models.ForeignKey(Document, models.PROTECT, related_name="copies")
    body = models.ForeignKey(Body, models.PROTECT, related_name="+")
    kind = models.CharField("nature", max_length=10, choices=CopyKind)
    sound = models.BooleanField()  # nothing in the file asks for a person's eye
    remark = models.CharField(max_length=255, blank=True)  # how it compares with what was issued
    name = models.CharField("nom du fichier", max_length=120)  # as it was sent, for people; never a path
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()  # bytes
    pages = models.PositiveIntegerField()
    signatures = models.JSONField(default=list)
    received_at = models.DateTimeField(default=clock.now)
    received_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    link = models.ForeignKey(ReturnLink, models.PROTECT, null=True, related_name="copies")
    accepted_on = models.DateField(null=True, blank=True)
    accepted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    accepted_reason = models.CharField(max_length=255, blank=True)
    set_aside_on = models.DateField(null=True, blank=True)
    set_aside_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    set_aside_reason = models.CharField(max_length=255, blank=True)

    objects: ClassVar[Any] = CopyQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["document", "body", "sha256"], name="copy_received_once"),
            models.CheckConstraint(
                condition=Q(received_by__isnull=False) | Q(link__isnull=False), name="copy_has_a_sender"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document} · {self.body} · {self.get_kind_display()}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert only."""
        if not self._state.adding:
            raise AttributeError("Une copie reçue ne change pas.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Refused: it may be set aside, with a reason."""
        raise AttributeError("Une copie reçue ne s'efface pas.")

    @property
    def counts(self) -> bool:
        """True when it stands as the returned copy."""
        return self.set_aside_on is None and (self.sound or self.accepted_on is not None)

    @property
    def sender(self) -> str:
        """Who sent it, for a sentence."""
        return f"{self.link.addressee}, par lien personnel" if self.link else str(self.received_by)

    @property
    def signed_by(self) -> list[Signature]:
        """The electronic signatures found in it, in the order of the file."""
        return [signature_of(item) for item in self.signatures]

    def signed_days(self) -> list[dt.date]:
        """The days of its electronic signatures, Paris time."""
        return [item.day for item in self.signed_by if item.day]
