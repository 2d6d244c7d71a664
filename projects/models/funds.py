"""Calls for funds: the plan that the parties agree on, and each call once it is issued."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from procurement.models import Body, User
from projects import dossier
from projects.models.projects import Project

WHOLE = 10_000  # basis points


class Instalment(models.Model):
    """A call to come: its part of every share. The instalments of a project sum to WHOLE (projects.actions.funds)."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="instalments")
    rank = models.PositiveSmallIntegerField()
    label = models.CharField("intitulé", max_length=120)
    basis_points = models.PositiveSmallIntegerField("part en points de base")
    due_on = models.DateField("échéance", null=True, blank=True)
    milestone = models.CharField("évènement", max_length=160, blank=True)

    class Meta:
        verbose_name = "échéance d'appel de fonds"
        ordering = ["rank"]
        constraints = [
            models.UniqueConstraint(fields=["project", "rank"], name="instalment_rank_once"),
            models.CheckConstraint(
                condition=Q(basis_points__gte=1, basis_points__lte=WHOLE),
                name="instalment_is_a_part",
                violation_error_message="La part d'un appel est comprise entre 0,01 % et 100 %.",
            ),
            models.CheckConstraint(
                condition=Q(due_on__isnull=False) | ~Q(milestone=""),
                name="instalment_has_a_time",
                violation_error_message="Un appel a une date ou un évènement.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label}, {self.basis_points / 100:.2f} %"

    def as_fact(self) -> dossier.Instalment:
        """As a dossier keeps it."""
        due = self.due_on.isoformat() if self.due_on else ""
        return dossier.Instalment(self.label, self.basis_points, due, self.milestone)


class FundsCall(models.Model):
    """Call no. `number`: the instalment of that rank, issued. What it says never changes."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="funds_calls")
    number = models.PositiveSmallIntegerField("numéro")
    label = models.CharField("intitulé", max_length=120)
    basis_points = models.PositiveSmallIntegerField("part en points de base")
    issued_on = models.DateField("émis le")
    due_on = models.DateField("à payer avant le")
    issued_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "appel de fonds"
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["project", "number"], name="funds_call_number_once"),
            models.CheckConstraint(
                condition=Q(due_on__gte=F("issued_on")),
                name="funds_call_due_after_issue",
                violation_error_message="Un appel se paie après son émission.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project.reference}, appel n° {self.number}"


class CalledAmount(models.Model):
    """What one body is called for; `received_on` once the lead body has it. Cents."""

    call = models.ForeignKey(FundsCall, models.PROTECT, related_name="amounts")
    body = models.ForeignKey(Body, models.PROTECT, related_name="+")
    ht_cents = models.BigIntegerField("montant HT")
    vat_cents = models.BigIntegerField("TVA")
    received_on = models.DateField("reçu le", null=True, blank=True)

    class Meta:
        verbose_name = "montant appelé"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["call", "body"], name="body_called_once"),
            models.CheckConstraint(
                condition=Q(ht_cents__gte=0, vat_cents__gte=0),
                name="called_amount_not_negative",
                violation_error_message="Un montant appelé ne peut pas être négatif.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.call} à {self.body}"

    @property
    def ttc_cents(self) -> int:
        """HT and VAT."""
        return self.ht_cents + self.vat_cents
