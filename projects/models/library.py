"""Needs that belong together, and files of rows on their way in."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, ClassVar, Self

from django.db import models
from django.db.models import F, Q

from procurement import clock
from procurement.models import Body, User
from projects.models.needs import HIDDEN_STATES, Need

if TYPE_CHECKING:
    from procurement.access import Actor


class LinkKind(models.TextChoices):
    """Why two needs are linked."""

    SAME = "same", "Traités comme un seul besoin"
    ME_TOO = "me_too", "Moi aussi"


class NeedLinkQuerySet(models.QuerySet["NeedLink"]):
    """Links as an actor may know them."""

    def visible_to(self, actor: Actor) -> Self:
        """Both needs must be within the actor's sight."""
        if not actor.is_member:
            return self.none()
        own = list(actor.roles)
        first = ~Q(first__state__in=HIDDEN_STATES) | Q(first__body_id__in=own)
        second = ~Q(second__state__in=HIDDEN_STATES) | Q(second__body_id__in=own)
        return self.filter(first, second)

    def of(self, need: Need) -> Self:
        """Those that name this need and were neither declined nor split."""
        return self.filter(Q(first=need) | Q(second=need), ended_on=None)

    def agreed(self) -> Self:
        """Those to which both owners agreed (« moi aussi » needs nobody's leave)."""
        return self.filter(Q(kind=LinkKind.ME_TOO) | Q(first_agreed_on__isnull=False, second_agreed_on__isnull=False))


class NeedLink(models.Model):
    """Two needs, one matter. Both stay as they are; each move leaves an event in the history of both."""

    first = models.ForeignKey(Need, models.PROTECT, related_name="+")
    second = models.ForeignKey(Need, models.PROTECT, related_name="+")
    kind = models.CharField("lien", max_length=10, choices=LinkKind)
    proposed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    proposed_on = models.DateField(default=clock.today)
    reason = models.TextField("pourquoi", max_length=1_000, blank=True)
    first_agreed_on = models.DateField(null=True, blank=True)
    second_agreed_on = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)  # declined before the agreement, split after

    objects: ClassVar[NeedLinkQuerySet] = NeedLinkQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["first", "second"],
                condition=Q(ended_on=None),
                name="needs_linked_once",
                violation_error_message="Ces deux besoins sont déjà liés.",
            ),
            models.CheckConstraint(
                condition=Q(first__lt=F("second")),
                name="need_link_in_order",
                violation_error_message="Un besoin ne se lie pas à lui-même.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first.reference} – {self.second.reference}"

    @property
    def agreed(self) -> bool:
        """True once nobody's agreement is missing."""
        return self.kind == LinkKind.ME_TOO or bool(self.first_agreed_on and self.second_agreed_on)

    def other(self, need: Need) -> Need:
        """The need at the other end."""
        return self.second if need.pk == self.first_id else self.first


class SheetUpload(models.Model):
    """A file between its preview and its confirmation. Kept a day; its bytes go once it is confirmed."""

    token = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=20)
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    body = models.ForeignKey(Body, models.CASCADE, null=True, related_name="+")
    need = models.ForeignKey(Need, models.CASCADE, null=True, related_name="+")
    name = models.CharField(max_length=255)
    content = models.BinaryField(default=bytes)
    counts = models.JSONField(default=dict)
    made_at = models.DateTimeField(default=clock.now)
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.name
