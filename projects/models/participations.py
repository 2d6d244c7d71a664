"""A body in a project: what it wants, what it may pay, what it voted and signed."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q

from procurement.events import AbstractEvent
from procurement.models import Body
from procurement.workflow import StatefulQuerySet
from projects.enums import ActKind, ParticipationState, SignatureMode
from projects.flows import ParticipationFlow
from projects.models.events import Event
from projects.models.projects import Lot, Project

if TYPE_CHECKING:
    from procurement.access import Actor

LISTED = (ParticipationState.INTENDED, ParticipationState.AUTHORISED, ParticipationState.SIGNED)


class ParticipationQuerySet(StatefulQuerySet):
    """Participations as an actor may act on them; pages that only name the bodies start from the project."""

    def visible_to(self, actor: Actor) -> Self:
        """One's own bodies, and everyone's in the projects one coordinates."""
        if actor.user_id is None:
            return self.none()
        coordinated = Project.objects.filter(coordinator_id=actor.user_id).values("pk")
        return self.filter(Q(body_id__in=list(actor.roles)) | Q(project_id__in=coordinated))

    def present(self) -> Self:
        """Those that have not left."""
        return self.exclude(state=ParticipationState.WITHDRAWN)

    def listed(self) -> Self:
        """Those that would be, or are, parties to the convention."""
        return self.filter(state__in=LISTED)


class Participation(ParticipationFlow):
    """What a body brings to a project. Amounts are cents HT; only a signature binds."""

    lock_first = "project"

    project = models.ForeignKey(Project, models.PROTECT, related_name="participations")
    body = models.ForeignKey(Body, models.PROTECT, related_name="participations")
    # Intention. A maximum of 0 says that the body takes part without buying (hosting partner): no key charges it.
    maximum_cents = models.BigIntegerField("maximum HT", null=True, blank=True)
    weights = models.JSONField(
        default=dict, blank=True
    )  # name → exact decimal string; population comes from the registry
    # Act
    act_kind = models.CharField("nature de l'acte", max_length=15, choices=ActKind, blank=True)
    act_number = models.CharField("numéro de l'acte", max_length=60, blank=True)
    act_date = models.DateField("date de l'acte", null=True, blank=True)
    act_enforceable_on = models.DateField("exécutoire le", null=True, blank=True)
    act_maximum_cents = models.BigIntegerField("montant voté HT", null=True, blank=True)
    act_authorises_contract = models.BooleanField("autorise à signer le marché", default=False)
    act_version = models.PositiveSmallIntegerField(null=True, blank=True)
    # Signature
    signed_on = models.DateField("signée le", null=True, blank=True)
    signatory = models.CharField("signataire", max_length=120, blank=True)
    signatory_capacity = models.CharField("qualité", max_length=120, blank=True)
    signature_mode = models.CharField("mode de signature", max_length=15, choices=SignatureMode, blank=True)
    signed_version = models.PositiveSmallIntegerField(null=True, blank=True)

    objects: ClassVar[ParticipationQuerySet] = ParticipationQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = "participation"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "body"],
                name="body_once_in_project",
                violation_error_message="Cet organisme participe déjà au projet.",
            ),
            models.CheckConstraint(
                condition=Q(maximum_cents=None) | Q(maximum_cents__gte=0),
                name="maximum_not_negative",
                violation_error_message="Le maximum ne peut pas être négatif.",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=LISTED) | Q(maximum_cents__isnull=False),
                name="intention_has_maximum",
                violation_error_message="Une intention porte un maximum.",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[ParticipationState.AUTHORISED, ParticipationState.SIGNED])
                | (
                    ~Q(act_number="")
                    & Q(act_version__isnull=False)
                    & Q(act_maximum_cents__isnull=False)
                    & Q(act_enforceable_on__gte=F("act_date"))
                ),
                name="authorised_by_an_act",
                violation_error_message="Un acte porte un numéro, une date, et une date exécutoire qui la suit.",
            ),
            models.CheckConstraint(
                condition=~Q(state=ParticipationState.SIGNED)
                | (Q(signed_on__gte=F("act_enforceable_on")) & ~Q(signatory="") & Q(signed_version=F("act_version"))),
                name="signed_after_enforceable_act",
                violation_error_message="La signature précède la date exécutoire de l'acte.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.body} dans {self.project.reference}"

    @property
    def buys(self) -> bool:
        """False for a partner that takes part without paying."""
        return self.maximum_cents != 0

    def new_event(self) -> AbstractEvent:
        """In the project's chain, for the body concerned."""
        return Event(chain=self.project.reference, project_id=self.project_id, participation=self, body_id=self.body_id)

    def past_events(self) -> models.QuerySet[Event]:
        """Oldest first."""
        return Event.objects.filter(participation=self).select_related("user").order_by("id")

    def frozen_share_cents(self) -> int:
        """What the version in force makes this body pay, cents HT; 0 when there is none."""
        version = self.project.current_version()
        return version.share_of(self.body.siren or "") if version else 0


class LotQuantity(models.Model):
    """How much of a lot a body wants: indicative."""

    participation = models.ForeignKey(Participation, models.CASCADE, related_name="quantities")
    lot = models.ForeignKey(Lot, models.CASCADE, related_name="quantities")
    quantity = models.DecimalField("quantité", max_digits=14, decimal_places=2, validators=[MinValueValidator(0)])
    unit = models.CharField("unité", max_length=40)

    class Meta:
        ordering = ["lot__number", "id"]
        constraints = [
            models.UniqueConstraint(fields=["participation", "lot", "unit"], name="lot_quantity_once"),
            models.CheckConstraint(condition=Q(quantity__gte=0), name="lot_quantity_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} {self.unit}"
