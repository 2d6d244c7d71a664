"""What is ordered once the contract runs, and how long it runs."""

from __future__ import annotations

import uuid

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from procurement.models import User
from projects.models.participations import Participation
from projects.models.projects import LONGEST_MONTHS, Lot, Project
from projects.planning.term import MOST_RENEWALS, Term


class OrderQuerySet(models.QuerySet["Order"]):
    """Orders of a running contract."""

    def standing(self) -> OrderQuerySet:
        """Those that were not cancelled: what counts against the maxima."""
        return self.filter(cancelled_on=None)


class Order(models.Model):
    """A purchase order of a body. Cents HT. A mistake is cancelled with its reason, never erased nor edited."""

    participation = models.ForeignKey(Participation, models.PROTECT, related_name="orders")
    lot = models.ForeignKey(Lot, models.PROTECT, null=True, blank=True, related_name="orders", verbose_name="lot")
    submission = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    reference = models.CharField("référence", max_length=60)
    label = models.CharField("objet", max_length=255, blank=True)
    ordered_on = models.DateField("date de la commande")
    amount_cents = models.BigIntegerField("montant HT")
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(auto_now_add=True)
    cancelled_on = models.DateField("annulée le", null=True, blank=True)
    cancel_reason = models.CharField("motif de l'annulation", max_length=500, blank=True)

    objects = OrderQuerySet.as_manager()

    class Meta:
        verbose_name = "commande"
        ordering = ["-ordered_on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_cents__gt=0),
                name="order_is_positive",
                violation_error_message="Une commande a un montant positif.",
            ),
            models.UniqueConstraint(
                fields=["participation", "reference"],
                condition=Q(cancelled_on=None),
                name="order_reference_once",
                violation_error_message="Cet organisme a déjà une commande de cette référence.",
            ),
            models.CheckConstraint(
                condition=Q(cancelled_on=None, cancel_reason="")
                | (Q(cancelled_on__isnull=False) & ~Q(cancel_reason="")),
                name="order_cancelled_with_reason",
                violation_error_message="Une commande s'annule avec un motif.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} du {self.ordered_on:%d/%m/%Y}"


class ContractTerm(models.Model):
    """How long the contract of a project runs, from its notification, and how it is renewed."""

    project = models.OneToOneField(Project, models.CASCADE, related_name="contract_term")
    starts_on = models.DateField("notifié le")
    firm_months = models.PositiveSmallIntegerField(
        "durée ferme en mois", validators=[MinValueValidator(1), MaxValueValidator(LONGEST_MONTHS)]
    )
    renewals = models.PositiveSmallIntegerField(
        "nombre de reconductions", default=0, validators=[MaxValueValidator(MOST_RENEWALS)]
    )
    renewal_months = models.PositiveSmallIntegerField("durée d'une reconduction en mois", default=0)
    notice_months = models.PositiveSmallIntegerField("préavis de la décision en mois", default=0)
    tacit = models.BooleanField("reconduction tacite", default=True)
    extension_months = models.PositiveSmallIntegerField("prolongation en mois", default=0)  # by amendment only
    long_reason = models.CharField("motif d'une durée de plus de quatre ans", max_length=500, blank=True)

    class Meta:
        verbose_name = "durée du marché"

    def __str__(self) -> str:
        return f"{self.project.reference} depuis le {self.starts_on:%d/%m/%Y}"

    @property
    def term(self) -> Term:
        """As the pure rules read it, with what was decided; prefetch `decisions` in lists."""
        return Term(
            starts=self.starts_on,
            firm_months=self.firm_months,
            renewals=self.renewals,
            renewal_months=self.renewal_months,
            notice_months=self.notice_months,
            tacit=self.tacit,
            extension_months=self.extension_months,
            decisions={row.number: row.renewed for row in self.decisions.all()},
        )


class RenewalDecision(models.Model):
    """What was decided of one renewal of the contract."""

    contract = models.ForeignKey(ContractTerm, models.CASCADE, related_name="decisions")
    number = models.PositiveSmallIntegerField("reconduction n°")
    renewed = models.BooleanField("reconduit")
    decided_on = models.DateField("décidé le")

    class Meta:
        verbose_name = "décision de reconduction"
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["contract", "number"], name="renewal_decided_once")]

    def __str__(self) -> str:
        return f"reconduction {self.number} : {'oui' if self.renewed else 'non'}"
