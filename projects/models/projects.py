"""A pooled project: what is bought or built together, its lots, its costs, its frozen versions."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from procurement import clock
from procurement.events import AbstractEvent
from procurement.models import Body, User
from procurement.workflow import StatefulQuerySet
from projects.enums import Committee, CostCategory, Grouping, Mandate, ProjectState, Route, Vehicle
from projects.flows import ProjectFlow
from projects.models.commitments import Commitments
from projects.models.events import Event
from projects.models.reading import Reading

if TYPE_CHECKING:
    from procurement.access import Actor
    from projects.models.participations import Participation

LONGEST_MONTHS = 120


class ProjectQuerySet(StatefulQuerySet):
    """Projects as an actor may know them."""

    def visible_to(self, actor: Actor) -> Self:
        """Every member sees every project: finding others is what the place is for. Amounts are another matter."""
        return self if actor.is_member else self.none()


class Project(Commitments, Reading, ProjectFlow):
    """Several bodies buy together, or fund a development together."""

    reference = models.CharField(max_length=20, unique=True)
    submission = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    title = models.CharField("intitulé", max_length=255)
    object = models.TextField("objet", max_length=1_000, blank=True)
    route = models.CharField("voie", max_length=20, choices=Route, default=Route.GROUPED_PURCHASE)
    coordinator = models.ForeignKey(User, models.PROTECT, related_name="coordinated", verbose_name="coordinateur")
    lead_body = models.ForeignKey(
        Body, models.PROTECT, null=True, blank=True, related_name="led", verbose_name="organisme coordonnateur"
    )
    lead_agreed_on = models.DateField(null=True, blank=True)
    mandate = models.CharField("mandat", max_length=2, choices=Mandate, default=Mandate.SIGNATURE)
    grouping = models.CharField("groupement", max_length=10, choices=Grouping, default=Grouping.ONE_OFF)
    committee = models.CharField(
        "commission d'appel d'offres", max_length=10, choices=Committee, default=Committee.LEAD
    )
    vehicle = models.CharField("véhicule juridique", max_length=15, choices=Vehicle, default=Vehicle.GROUPING)
    cpv = models.CharField("code CPV", max_length=10, blank=True)
    duration_months = models.PositiveSmallIntegerField(
        "durée en mois", null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(LONGEST_MONTHS)]
    )
    cut_off = models.DateField("date limite de réponse", null=True, blank=True)
    threshold_cents = models.BigIntegerField("seuil de déclenchement HT", null=True, blank=True)
    ceiling_cents = models.BigIntegerField("plafond HT", null=True, blank=True)
    no_lots_reason = models.TextField("pourquoi un seul lot", max_length=1_000, blank=True)
    two_person_above_cents = models.BigIntegerField("deux personnes au-delà de (HT)", null=True, blank=True)
    missions = models.JSONField("missions", default=dict, blank=True)  # operation → who, where not the mandate's preset
    public_estimate = models.BooleanField("estimation publique", default=False)
    service_on = models.DateField("mise en service souhaitée", null=True, blank=True)
    starts_on = models.DateField("ouvert le", default=clock.today)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects: ClassVar[ProjectQuerySet] = ProjectQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = "projet"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(threshold_cents=None) | Q(threshold_cents__gte=0),
                name="threshold_not_negative",
                violation_error_message="Le seuil ne peut pas être négatif.",
            ),
            models.CheckConstraint(
                condition=Q(ceiling_cents=None) | Q(ceiling_cents__gte=0),
                name="ceiling_not_negative",
                violation_error_message="Le plafond ne peut pas être négatif.",
            ),
            models.CheckConstraint(
                condition=Q(two_person_above_cents=None) | Q(two_person_above_cents__gte=0),
                name="two_person_amount_not_negative",
                violation_error_message="Le montant de la règle des deux personnes ne peut pas être négatif.",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[ProjectState.FRAMING, ProjectState.ABANDONED])
                | (Q(lead_body__isnull=False) & Q(cut_off__isnull=False) & Q(lead_agreed_on__isnull=False)),
                name="called_project_has_lead_and_cut_off",
                violation_error_message="Un projet en appel a un coordonnateur d'accord et une date limite.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} · {self.title}"

    def new_event(self) -> AbstractEvent:
        """In the project's own chain."""
        return Event(chain=self.reference, project=self)

    def past_events(self) -> models.QuerySet[Event]:
        """The moves of the project itself, oldest first."""
        own = Event.objects.filter(project=self, need=None, participation=None)
        return own.select_related("user").order_by("id")

    def calls(self) -> bool:
        """True while intentions may be declared."""
        return self.state == ProjectState.CALL

    def open_to_changes(self) -> bool:
        """True while its framing, lots and costs may change: nothing is frozen, the grouping does not exist."""
        return self.may_lose_members() and self.current_version() is None

    def may_lose_members(self) -> bool:
        """True until the grouping exists."""
        return self.state in (ProjectState.FRAMING, ProjectState.CALL, ProjectState.AGREEMENT)

    def bodies_present(self) -> int:
        """How many bodies are interested or further."""
        return len(self.present())

    def listed_participations(self) -> models.QuerySet[Participation]:
        """Those that would be parties: an intention at least. Lead body first, then by name."""
        return self.with_lead_first(self.participations.listed().select_related("body", "project"))

    def with_lead_first(self, rows: models.QuerySet[Participation]) -> models.QuerySet[Participation]:
        """The same participations in the order in which they are printed."""
        lead_first = models.Case(models.When(body_id=self.lead_body_id, then=0), default=1)
        return rows.order_by(lead_first, "body__name", "id")

    def estimate_cents(self) -> int:
        """Sum of the cost lines, cents HT."""
        return sum(line.amount_cents for line in self.lines())


class Lot(models.Model):
    """A lot of the consultation (L. 2113-10 CCP)."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="lots")
    number = models.PositiveSmallIntegerField("numéro")
    title = models.CharField("intitulé", max_length=255)
    cpv = models.CharField("code CPV", max_length=10, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "number"],
                name="lot_number_once",
                violation_error_message="Ce numéro de lot existe déjà.",
            )
        ]

    def __str__(self) -> str:
        return f"Lot {self.number} · {self.title}"


class CostLine(models.Model):
    """A cost shared among the members under one key (JSON form of interfaces.md, `share`)."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="cost_lines")
    label = models.CharField("libellé", max_length=255)
    amount_cents = models.BigIntegerField("montant HT")
    vat_percent = models.CharField("TVA %", max_length=6, default="20")  # exact decimal
    key = models.JSONField("clé de répartition", default=dict)
    category = models.CharField("nature", max_length=15, choices=CostCategory, blank=True, default="")
    # By id of the body: floor_cents and cap_cents, and population, the figure chosen in place of the registry's.
    terms = models.JSONField("conditions particulières", default=dict, blank=True)
    # Of the lead body, whoever leads: percent (exact decimal) and mode, weight or amount (domain.md §3, K9).
    lead_discount = models.JSONField("remise du coordonnateur", default=dict, blank=True)
    # A cost that comes back every year: the amount is that of the whole duration, what the thresholds count.
    years = models.PositiveSmallIntegerField("nombre d'années", null=True, blank=True)
    # Number of the lot, when only the bodies that take part in it pay: lots are rewritten with the framing.
    lot = models.PositiveSmallIntegerField("lot", null=True, blank=True)

    class Meta:
        verbose_name = "ligne de coût"
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_cents__gte=0),
                name="cost_not_negative",
                violation_error_message="Un coût ne peut pas être négatif.",
            ),
            models.CheckConstraint(
                condition=Q(years=None) | Q(years__gte=1),
                name="cost_years_positive",
                violation_error_message="Un coût annuel dure au moins une année.",
            ),
        ]

    def __str__(self) -> str:
        return self.label


class Subsidy(models.Model):
    """Outside money, taken off before any key: min(rate × eligible base, cap) (domain.md §3, K10)."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="subsidies")
    label = models.CharField("financeur", max_length=255)
    rate_percent = models.CharField("taux %", max_length=6)  # exact decimal
    eligible_cents = models.BigIntegerField("base éligible HT")
    cap_cents = models.BigIntegerField("plafond", null=True, blank=True)

    class Meta:
        verbose_name = "subvention"
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(eligible_cents__gte=0) & (Q(cap_cents=None) | Q(cap_cents__gte=0)),
                name="subsidy_not_negative",
                violation_error_message="Une subvention ne peut pas être négative.",
            )
        ]

    def __str__(self) -> str:
        return self.label


class ConventionVersion(models.Model):
    """A frozen version: the facts every act and signature refers to. Its rows never change but to be given up."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    facts = models.JSONField()  # projects.dossier, as JSON
    sha256 = models.CharField(max_length=64)  # of the canonical JSON of the facts
    frozen_on = models.DateField()
    frozen_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    party_ids = models.JSONField(default=list)  # primary keys of the bodies that are parties
    shares = models.JSONField(default=dict)  # SIREN → own share of all cost lines, cents HT
    given_up_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["project", "number"], name="version_number_once"),
            models.UniqueConstraint(fields=["project"], condition=Q(given_up_on=None), name="one_version_in_force"),
        ]

    def __str__(self) -> str:
        return f"{self.project.reference} version {self.number}"

    def share_of(self, siren: str) -> int:
        """Cents HT that a party pays of everything shared; 0 for a partner that buys nothing."""
        shares: dict[str, Any] = self.shares
        return int(shares.get(siren, 0))

    def given_up(self, day: dt.date) -> None:
        """Write on the row that this version no longer counts."""
        ConventionVersion.objects.filter(pk=self.pk).update(given_up_on=day)
