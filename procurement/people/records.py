"""The rows behind joining, leaving and rights. `procurement/models.py` re-exports them."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from procurement import clock

USER, BODY = settings.AUTH_USER_MODEL, "procurement.Body"
INVITATION_DAYS = 14
CONFIRMATION_DAYS = 3


class Outcome(models.TextChoices):
    """What became of a request to join."""

    ACCEPTED = "accepted", "Acceptée"
    REFUSED = "refused", "Refusée"
    WITHDRAWN = "withdrawn", "Retirée"


class JoinRequestQuerySet(models.QuerySet["JoinRequest"]):
    """Questions asked of requests."""

    def waiting(self) -> Self:
        """Those whose address is confirmed and that nobody has answered."""
        return self.filter(confirmed_at__isnull=False, outcome="")


class JoinRequest(models.Model):
    """A person asks to work for a body. There is no account before the link sent to the address is opened."""

    body = models.ForeignKey(BODY, models.PROTECT, related_name="join_requests", verbose_name="organisme")
    user = models.ForeignKey(USER, models.CASCADE, null=True, related_name="join_requests")
    email = models.EmailField("adresse professionnelle")
    first_name = models.CharField("prénom", max_length=150)
    last_name = models.CharField("nom", max_length=150)
    roles = models.JSONField("rôles demandés", default=list)  # codes of Role
    word = models.CharField("votre fonction, et un mot pour vous présenter", max_length=500, blank=True)
    created_at = models.DateTimeField(default=clock.now)
    confirmed_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True)
    reason = models.CharField("motif", max_length=500, blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")

    objects: ClassVar[JoinRequestQuerySet] = JoinRequestQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = "demande d'adhésion"
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "body"],
                condition=Q(outcome="", user__isnull=False),
                name="one_open_request_per_body",
                violation_error_message="Votre demande attend déjà une réponse.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.full_name} → {self.body}"

    @property
    def full_name(self) -> str:
        """As the person gave it."""
        return f"{self.first_name} {self.last_name}".strip()


class InvitationQuerySet(models.QuerySet["Invitation"]):
    """Questions asked of invitations."""

    def open(self) -> Self:
        """Those that may still be used today."""
        return self.filter(used_at=None, revoked_at=None, expires_on__gte=clock.today())


class Invitation(models.Model):
    """A member of a body writes to somebody: a signed link that serves once, until a day, unless revoked."""

    body = models.ForeignKey(BODY, models.PROTECT, related_name="invitations")
    email = models.EmailField("adresse professionnelle")
    roles = models.JSONField("rôles", default=list)
    word = models.CharField("un mot", max_length=500, blank=True)
    invited_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=clock.now)
    expires_on = models.DateField("valable jusqu'au")
    used_at = models.DateTimeField(null=True)
    used_by = models.ForeignKey(USER, models.CASCADE, null=True, related_name="+")
    revoked_at = models.DateTimeField(null=True)

    objects: ClassVar[InvitationQuerySet] = InvitationQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = "invitation"
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["body", "email"],
                condition=Q(used_at=None, revoked_at=None),
                name="one_live_invitation_per_address",
                violation_error_message="Une invitation attend déjà à cette adresse.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email} → {self.body}"

    @property
    def is_open(self) -> bool:
        """True while the link serves."""
        return self.used_at is None and self.revoked_at is None and self.expires_on >= clock.today()


class DatedQuerySet(models.QuerySet["DatedRight"]):
    """Rights that count between two days."""

    def in_force(self, day: dt.date | None = None) -> Self:
        """Those that count on `day` (today by default), bounds included; a revocation counts from its day."""
        day = day or clock.today()
        ends = Q(ends_on=None) | Q(ends_on__gte=day)
        return self.filter(ends, Q(revoked_on=None) | Q(revoked_on__gt=day), starts_on__lte=day)

    def to_come_or_in_force(self) -> Self:
        """Those that are not over."""
        day = clock.today()
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=day), Q(revoked_on=None) | Q(revoked_on__gt=day))


class DatedRight(models.Model):
    """From a day, until a day, unless revoked before."""

    starts_on = models.DateField("à partir du", default=clock.today)
    ends_on = models.DateField("jusqu'au", null=True, blank=True)
    revoked_on = models.DateField("mis fin le", null=True, blank=True)

    objects: ClassVar[DatedQuerySet] = DatedQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="%(class)s_ends_after_start",
                violation_error_message="La fin précède le début.",
            )
        ]

    @property
    def counts_today(self) -> bool:
        """True if today is between the two days and nobody ended it."""
        return self.counts_on(clock.today())

    def counts_on(self, day: dt.date) -> bool:
        """The same on another day."""
        ended = self.revoked_on is not None and self.revoked_on <= day
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on) and not ended


class StandIn(DatedRight):
    """A person holds, between two days, the role that another holds in a body. It ends with the role it replaces."""

    membership = models.ForeignKey("procurement.Membership", models.PROTECT, related_name="stand_ins")
    user = models.ForeignKey(USER, models.PROTECT, related_name="stand_ins")
    made_by = models.ForeignKey(USER, models.PROTECT, related_name="+")

    class Meta(DatedRight.Meta):
        abstract = False
        verbose_name = "suppléance"
        ordering = ["starts_on", "id"]

    def __str__(self) -> str:
        return f"{self.user} pour {self.membership}"


class SignatureDelegation(DatedRight):
    """Who signs for the executive of a body, under which act (article L. 2122-19 du CGCT for a commune)."""

    body = models.ForeignKey(BODY, models.PROTECT, related_name="signature_delegations")
    delegate = models.CharField("délégataire", max_length=120)
    capacity = models.CharField("qualité", max_length=80)
    act_reference = models.CharField("acte de délégation", max_length=80)
    recorded_by = models.ForeignKey(USER, models.PROTECT, related_name="+")

    class Meta(DatedRight.Meta):
        abstract = False
        verbose_name = "délégation de signature"
        ordering = ["delegate", "id"]

    def __str__(self) -> str:
        return f"{self.delegate}, {self.full_capacity}"

    @property
    def full_capacity(self) -> str:
        """What is written under the signature."""
        return f"{self.capacity}, par délégation ({self.act_reference})"[:120]


class FileGrantQuerySet(models.QuerySet["FileGrant"]):
    """Questions asked of grants."""

    def in_force(self) -> Self:
        """Those that count now."""
        now = clock.now()
        return self.filter(opened_at__lte=now, expires_at__gt=now, closed_at=None)


class FileGrant(models.Model):
    """A steward opened a body's confidential file, for a stated reason and a short while. Never erased."""

    HOURS = 2

    body = models.ForeignKey(BODY, models.PROTECT, related_name="file_grants")
    steward = models.ForeignKey(USER, models.PROTECT, related_name="+")
    reason = models.CharField("motif", max_length=500)
    opened_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    objects: ClassVar[FileGrantQuerySet] = FileGrantQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = "ouverture d'un dossier confidentiel"
        ordering = ["-opened_at", "-id"]

    def __str__(self) -> str:
        return f"{self.steward} : {self.body}"


class Departure(models.Model):
    """A body left the collective. It may come back: its first member is then accepted anew."""

    body = models.ForeignKey(BODY, models.PROTECT, related_name="departures")
    left_on = models.DateField(default=clock.today)
    decided_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    note = models.CharField("motif", max_length=500)

    class Meta:
        verbose_name = "départ du collectif"
        ordering = ["-left_on", "-id"]

    def __str__(self) -> str:
        return f"{self.body}, {self.left_on}"
