"""What a project's agreement settles, one row at most per project: no row means the defaults of the model."""

from __future__ import annotations

import dataclasses
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator, URLValidator
from django.db import models

from procurement.models import Body
from projects import agreement_terms as lists
from projects.agreement_terms import NO_TERMS as DEFAULTS
from projects.agreement_terms import SPDX, Terms
from projects.models.projects import Project
from projects.models.reading import with_project

LONGEST_DAYS = 730


def _days(label: str, default: int) -> Any:
    bounds = [MinValueValidator(1), MaxValueValidator(LONGEST_DAYS)]
    return models.PositiveSmallIntegerField(label, default=default, validators=bounds)


def _number(label: str, default: int, highest: int) -> Any:
    bounds = [MinValueValidator(0), MaxValueValidator(highest)]
    return models.PositiveSmallIntegerField(label, default=default, validators=bounds)


def _choice(label: str, choices: type[models.TextChoices], default: str = "") -> Any:
    return models.CharField(label, max_length=20, choices=choices, default=default, blank=not default)


def _body(label: str) -> Any:
    return models.ForeignKey(Body, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=label)


class AgreementTerms(models.Model):
    """The terms of one project. Fields have the names of `projects.agreement_terms.Terms`."""

    project = models.OneToOneField(Project, models.CASCADE, related_name="terms")
    answer_days = _days("délai de réponse au coordonnateur (jours)", DEFAULTS.answer_days)
    dce_days = _days("délai d'avis sur le dossier de consultation (jours)", DEFAULTS.dce_days)
    notice_days = _days("préavis de retrait (jours)", DEFAULTS.notice_days)
    cure_days = _days("délai après mise en demeure (jours)", DEFAULTS.cure_days)
    refund_days = _days("délai de paiement des appels de fonds (jours)", DEFAULTS.refund_days)
    mediation_days = _days("recherche d'un accord amiable (jours)", DEFAULTS.mediation_days)
    vote_rule = _choice("majorité des décisions graves", lists.VoteRule, DEFAULTS.vote_rule)
    court = models.CharField("tribunal administratif", max_length=80, blank=True)
    entry = _choice("entrée en vigueur", lists.EntryIntoForce, DEFAULTS.entry)
    lead_pay = _choice("rémunération du coordonnateur", lists.LeadPay, DEFAULTS.lead_pay)
    lead_pay_cents = models.BigIntegerField("forfait annuel HT", null=True, blank=True)
    lead_pay_percent = models.CharField("pourcentage", max_length=6, blank=True)  # exact decimal
    deputy = _body("suppléant du coordonnateur")
    depositary = _body("dépositaire des archives")
    litigation = _choice("partage des frais de contentieux", lists.Split, DEFAULTS.litigation)
    contract_form = _choice("forme du marché", lists.ContractForm)
    launch_on = models.DateField("lancement prévu de la consultation", null=True, blank=True)
    families = models.TextField("familles d'achat", max_length=500, blank=True)
    schedule = models.TextField("échéancier", max_length=500, blank=True)
    leave_after_launch = models.BooleanField("retrait possible après le lancement", default=DEFAULTS.leave_after_launch)
    departure_keeps_acts = models.BooleanField(
        "un départ laisse valoir les actes des autres", default=DEFAULTS.departure_keeps_acts
    )
    quick_joining = models.BooleanField("adhésion par avenant simplifié", default=DEFAULTS.quick_joining)
    software_name = models.CharField("nom du logiciel", max_length=120, blank=True)
    scope = models.TextField("périmètre de la première version", max_length=2_000, blank=True)
    base_software = models.CharField("logiciel libre réutilisé", max_length=255, blank=True)
    licence = models.CharField("licence du logiciel", max_length=20, blank=True, choices=[(s, s) for s in SPDX])
    docs_licence = _choice("licence de la documentation", lists.DocsLicence, DEFAULTS.docs_licence)
    dco = models.BooleanField("certificat d'origine des apports (DCO)", default=DEFAULTS.dco)
    forge_url = models.CharField(
        "adresse du dépôt", max_length=255, blank=True, validators=[URLValidator(schemes=["https"])]
    )
    publication = _choice("publication du code", lists.Publication, DEFAULTS.publication)
    embargo_days = _number("retenue d'un correctif de sécurité (jours)", DEFAULTS.embargo_days, 365)
    ownership = _choice("propriété des résultats", lists.Ownership, DEFAULTS.ownership)
    assignment = _choice("droits obtenus du titulaire", lists.Assignment, DEFAULTS.assignment)
    vote_mode = _choice("vote au comité de pilotage", lists.VoteMode, DEFAULTS.vote_mode)
    quorum_percent = _number("quorum du comité de pilotage (%)", DEFAULTS.quorum_percent, 100)
    meetings = _number("réunions du comité par an", DEFAULTS.meetings, 52)
    minutes_days = _days("diffusion du relevé de décisions (jours)", DEFAULTS.minutes_days)
    pilots = models.TextField("sites pilotes", max_length=1_000, blank=True)
    va_days = _days("vérification d'aptitude (jours)", DEFAULTS.va_days)
    vsr_days = _days("vérification de service régulier (jours)", DEFAULTS.vsr_days)
    review_months = _number("rendez-vous sur la maintenance (mois avant la fin)", DEFAULTS.review_months, 36)
    entry_rule = _choice("droit d'entrée d'un nouveau partenaire", lists.EntryRule, DEFAULTS.entry_rule)
    depreciation_years = _number("amortissement (années)", DEFAULTS.depreciation_years, 15)
    tolerance_percent = _number("tolérance de dépassement (%)", DEFAULTS.tolerance_percent, 50)
    brand = _choice("titulaire du nom", lists.Brand, DEFAULTS.brand)

    class Meta:
        verbose_name = "réglages de la convention"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(lead_pay_cents=None) | models.Q(lead_pay_cents__gte=0),
                name="lead_pay_not_negative",
                violation_error_message="Un forfait ne peut pas être négatif.",
            )
        ]

    def __str__(self) -> str:
        return f"réglages de {self.project_id}"

    def as_terms(self) -> Terms:
        """Plain values: bodies by name, the date in ISO 8601."""
        values = {field.name: getattr(self, field.name) for field in dataclasses.fields(Terms)}
        values["deputy"] = self.deputy.name if self.deputy else ""
        values["depositary"] = self.depositary.name if self.depositary else ""
        values["launch_on"] = self.launch_on.isoformat() if self.launch_on else ""
        return Terms(**values)


def terms_of(project: Project) -> Terms:
    """The terms of a project, those of the model while nobody has set any. One query."""
    row: AgreementTerms | None = with_project(project, "terms", "deputy", "depositary")
    return row.as_terms() if row else DEFAULTS
