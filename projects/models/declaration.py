"""The fields of a declaration (projects/needs/declaration.py) as columns of a need, with what no row may hold."""

from __future__ import annotations

import datetime as dt
import functools
import operator
from typing import Any

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q

from projects.enums import BudgetSection
from projects.needs import declaration as asked
from projects.needs.declaration import COLUMNS, LONGEST_NOTICE
from projects.planning.working_days import add_months

AMOUNTS = tuple(one.name for one in COLUMNS if one.kind == "money")


def _choice(label: str, choices: type[models.TextChoices]) -> Any:
    return models.CharField(label, max_length=20, choices=choices, blank=True, default="")


def _cents(label: str) -> Any:
    return models.BigIntegerField(label, null=True, blank=True)


class Declaration(models.Model):
    """What a need says of today's situation and of what is wished. All may be empty, or unknown (`unknown`)."""

    current_solution = models.CharField("solution actuelle", max_length=255, blank=True)
    current_vendor = models.CharField("éditeur actuel", max_length=120, blank=True, default="")
    current_version = models.CharField("version actuelle", max_length=60, blank=True, default="")
    current_mode = _choice("mode actuel", asked.Mode)
    yearly_cost_cents = _cents("coût annuel actuel HT")
    contract_end = models.DateField("fin du contrat en cours", null=True, blank=True)
    notice_months = models.PositiveSmallIntegerField(
        "préavis, en mois", null=True, blank=True, validators=[MaxValueValidator(LONGEST_NOTICE)]
    )
    tacit_renewal = models.BooleanField("reconduction tacite", null=True, blank=True)
    change_reasons = models.JSONField("pourquoi changer", default=list, blank=True)
    hosting = _choice("hébergement souhaité", asked.Hosting)
    sso = models.JSONField("authentification", default=list, blank=True)
    data_takeover = _choice("reprise des données", asked.Takeover)
    personal_data = _choice("données personnelles", asked.PersonalData)
    free_stance = _choice("logiciel libre", asked.Stance)
    contributes = models.JSONField("prêt à contribuer", default=list, blank=True)
    estimate_min_cents = _cents("estimation basse HT")
    estimate_max_cents = _cents("estimation haute HT")
    maximum_cents = _cents("maximum engageable HT")
    yearly_maximum_cents = _cents("maximum engageable par an HT")
    budget_section = _choice("section du budget", BudgetSection)
    nature = models.JSONField("ce qu'il faut", default=list, blank=True)
    route_wish = _choice("voie souhaitée", asked.WishedRoute)
    ready_to_lead = models.BooleanField("prêt à porter le projet", null=True, blank=True)
    go_live = models.DateField("mise en service souhaitée", null=True, blank=True)
    latest_date = models.DateField("date butoir", null=True, blank=True)
    unknown = models.JSONField("ce qui n'est pas su", default=list, blank=True)  # names of fields
    answers = models.JSONField("réponses du domaine", default=dict, blank=True)  # question → yes, no or ?

    class Meta:
        abstract = True

    @property
    def notice_by(self) -> dt.date | None:
        """The last day to give notice: so many months before the contract ends; None when either is not known."""
        if self.contract_end is None or self.notice_months is None:
            return None
        return add_months(self.contract_end, -self.notice_months)

    def said(self, name: str) -> bool:
        """True if this field (of projects.needs.declaration.ASKED) has an answer other than « je ne sais pas »."""
        value = self.interfaces.all() if name == "interfaces" else getattr(self, name)  # type: ignore[attr-defined]
        return value is not None and value not in ("", []) and (name != "interfaces" or bool(value))

    def answered(self, name: str) -> bool:
        """True if this field has an answer, « je ne sais pas » included."""
        return name in self.unknown or self.said(name)

    def to_complete(self) -> list[asked.Asked]:
        """What nobody has answered yet and will help: shown « à compléter », never blocking."""
        return [one for one in asked.ASKED.values() if not self.answered(one.name)]

    def questions_to_complete(self) -> list[str]:
        """The questions of its domain that nobody has answered: a volume answers those that ask for a number."""
        domain = self.domain  # type: ignore[attr-defined]
        counted = {(volume.label, volume.unit) for volume in self.volumes.all()} if domain else set()  # type: ignore[attr-defined]
        return [
            question["label"]
            for question in (domain.questions if domain else ())
            if question["label"] not in self.answers and (question.get("volume"), question["unit"]) not in counted
        ]


def declaration_constraints() -> list[models.CheckConstraint]:
    """What no need may say, for `Meta.constraints`. Few of them: each one checked before saving is a query."""
    positive = [Q(**{name: None}) | Q(**{f"{name}__gte": 0}) for name in AMOUNTS]
    estimate = Q(estimate_min_cents=None) | Q(estimate_max_cents=None)
    days = Q(go_live=None) | Q(latest_date=None)
    in_order = (estimate | Q(estimate_min_cents__lte=F("estimate_max_cents"))) & (
        days | Q(go_live__lte=F("latest_date"))
    )
    return [
        models.CheckConstraint(
            condition=functools.reduce(operator.and_, positive),
            name="need_amounts_not_negative",
            violation_error_message="Un montant ne peut pas être négatif.",
        ),
        models.CheckConstraint(
            condition=in_order,
            name="need_answers_in_order",
            violation_error_message="L'estimation basse précède la haute, et la mise en service la date butoir.",
        ),
    ]


class Interface(models.Model):
    """Another software that the one wished must talk to."""

    need = models.ForeignKey("projects.Need", models.CASCADE, related_name="interfaces")
    software = models.CharField("logiciel", max_length=120)
    direction = models.CharField("sens", max_length=10, choices=asked.Direction, default=asked.Direction.BOTH)
    protocol = models.CharField("protocole", max_length=120, blank=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.software} ({self.get_direction_display().lower()})"
