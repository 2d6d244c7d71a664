"""A body in a project: what it wants, what it may pay, what it voted and signed."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, ClassVar, Self

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from procurement.events import AbstractEvent
from procurement.models import Body
from procurement.workflow import StatefulQuerySet
from projects.enums import LISTED, ActKind, BudgetSection, ParticipationState, SignatureMode
from projects.flows import ParticipationFlow
from projects.models.events import Event
from projects.models.mandates import BodyMandate
from projects.models.projects import Lot, Project

if TYPE_CHECKING:
    from procurement.access import Actor


class ParticipationQuerySet(StatefulQuerySet):
    """Participations as an actor may act on them; pages that only name the bodies start from the project."""

    def visible_to(self, actor: Actor) -> Self:
        """One's own bodies, those one holds a mandate of, and everyone's in the projects one coordinates."""
        if actor.user_id is None:
            return self.none()
        coordinated = Project.objects.filter(coordinator_id=actor.user_id).values("pk")
        mandated = BodyMandate.objects.held_by(actor).in_force().filter(from_body=OuterRef("body_id"))
        mandated = mandated.filter(Q(project=None) | Q(project=OuterRef("project_id")))
        mine = Q(body_id__in=list(actor.roles)) | Q(project_id__in=coordinated)
        return self.filter(mine | Exists(mandated))

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
    yearly_maximum_cents = models.BigIntegerField("maximum annuel HT", null=True, blank=True)
    budget_section = models.CharField("section budgétaire", max_length=12, choices=BudgetSection, blank=True)
    in_kind_days = models.DecimalField(
        "apport en nature, en jours", max_digits=7, decimal_places=2, null=True, blank=True
    )
    in_kind_day_cents = models.BigIntegerField("valeur d'une journée", null=True, blank=True)
    # Timetable. The end of the contract is as confidential as the need's (design §3).
    contract_end = models.DateField("fin du contrat en cours", null=True, blank=True)
    notice_months = models.PositiveSmallIntegerField("préavis en mois", null=True, blank=True)
    by_delegation = models.BooleanField("l'exécutif décide par délégation", default=False)
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
                condition=Q(yearly_maximum_cents=None) | Q(yearly_maximum_cents__gte=0),
                name="yearly_maximum_not_negative",
                violation_error_message="Le maximum annuel ne peut pas être négatif.",
            ),
            models.CheckConstraint(
                condition=Q(in_kind_days=None, in_kind_day_cents=None)
                | Q(in_kind_days__gte=0, in_kind_day_cents__gte=0),
                name="in_kind_is_days_and_rate",
                violation_error_message="Un apport en nature a un nombre de jours et la valeur d'une journée.",
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

    def in_kind_cents(self) -> int:
        """Value of the contribution in kind, days × day rate, half a cent up; 0 when there is none."""
        if self.in_kind_days is None or self.in_kind_day_cents is None:
            return 0
        return int((self.in_kind_days * self.in_kind_day_cents).quantize(Decimal(1), ROUND_HALF_UP))

    def mandated_body_ids(self) -> set[int]:
        """Bodies that may speak for this one here today, under a mandate; prefetch `body__mandates_given` in lists."""
        given = self.body.mandates_given.all()
        return {mandate.to_body_id for mandate in given if mandate.covers(self.project_id)}

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
    """How much of a lot a body wants, « au moins … jusqu'à … »: indicative."""

    participation = models.ForeignKey(Participation, models.CASCADE, related_name="quantities")
    lot = models.ForeignKey(Lot, models.CASCADE, related_name="quantities")
    minimum = models.DecimalField(
        "au moins", max_digits=14, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    quantity = models.DecimalField("jusqu'à", max_digits=14, decimal_places=2, validators=[MinValueValidator(0)])
    unit = models.CharField("unité", max_length=40)

    class Meta:
        ordering = ["lot__number", "id"]
        constraints = [
            models.UniqueConstraint(fields=["participation", "lot", "unit"], name="lot_quantity_once"),
            models.CheckConstraint(condition=Q(quantity__gte=0), name="lot_quantity_not_negative"),
            models.CheckConstraint(
                condition=Q(minimum=None) | Q(minimum__gte=0, minimum__lte=F("quantity")),
                name="lot_minimum_within_quantity",
                violation_error_message="Le minimum d'une quantité ne dépasse pas son maximum.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} {self.unit}"


class LotMaximum(models.Model):
    """A body takes part in this lot, up to so much (cents HT, whole duration). Without any row, nothing is said yet."""

    participation = models.ForeignKey(Participation, models.CASCADE, related_name="lot_maxima")
    lot = models.ForeignKey(Lot, models.CASCADE, related_name="maxima")
    maximum_cents = models.BigIntegerField("maximum HT")

    class Meta:
        ordering = ["lot__number"]
        constraints = [
            models.UniqueConstraint(fields=["participation", "lot"], name="lot_maximum_once"),
            models.CheckConstraint(condition=Q(maximum_cents__gte=0), name="lot_maximum_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.lot} : {self.maximum_cents}"
