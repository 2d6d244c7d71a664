"""After the signature: who joined or left by amendment, and the milestones of a shared development (domain.md §4.2)."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from procurement.models import Body, User
from projects.agreement_terms import EntryRule
from projects.enums import Acceptance, AmendmentKind, Extends
from projects.models.projects import Project
from projects.planning.extension import GROUNDS


class Amendment(models.Model):
    """Amendment no. `number` to the signed convention: a body joins, leaves or leads, or it lasts longer. Cents HT.

    `shares` (SIREN → cents) is what each pays from then on; `refunds` what the entry fee gives back to each. `body` is
    who joins, leaves or leads from then on; an extension has none. The other columns are those of its own kind.
    """

    project = models.ForeignKey(Project, models.PROTECT, related_name="amendments")
    number = models.PositiveSmallIntegerField("numéro")
    version = models.PositiveSmallIntegerField("version modifiée")
    kind = models.CharField("nature", max_length=10, choices=AmendmentKind)
    body = models.ForeignKey(Body, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="organisme")
    effective_on = models.DateField("date d'effet")
    reason = models.TextField("motif", blank=True)
    rule = models.CharField("règle du droit d'entrée", max_length=12, choices=EntryRule, blank=True)
    fee_cents = models.BigIntegerField("droit d'entrée HT", null=True, blank=True)
    refunds = models.JSONField(default=dict, blank=True)
    shares = models.JSONField(default=dict, blank=True)
    # Of a change of lead body: who led before, who signed (SIREN), the act of the one who leads from then on.
    replaced = models.ForeignKey(Body, models.PROTECT, null=True, blank=True, related_name="+")
    signed_by = models.JSONField(default=list, blank=True)
    act_number = models.CharField("numéro de l'acte", max_length=60, blank=True)
    act_date = models.DateField("date de l'acte", null=True, blank=True)
    # Of an extension: what lasts longer, by how many months, until when the contract then runs, what is added (HT).
    extends = models.CharField("ce qui est prolongé", max_length=10, choices=Extends, blank=True)
    months = models.PositiveSmallIntegerField("mois ajoutés", null=True, blank=True)
    months_before = models.PositiveSmallIntegerField("durée avant, en mois", null=True, blank=True)
    contract_ends_on = models.DateField("nouvelle fin du marché", null=True, blank=True)
    added_cents = models.BigIntegerField("montant ajouté HT", null=True, blank=True)
    ground = models.CharField("fondement", max_length=20, choices=GROUNDS, blank=True)
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "avenant"
        ordering = ["project", "number"]
        constraints = [
            models.UniqueConstraint(fields=["project", "number"], name="amendment_number_once"),
            models.CheckConstraint(
                condition=(~Q(kind=AmendmentKind.JOINING) & Q(fee_cents=None))
                | (Q(kind=AmendmentKind.JOINING, fee_cents__gte=0) & ~Q(rule="")),
                name="newcomer_pays_a_fee",
                violation_error_message="Un avenant d'adhésion porte un droit d'entrée et sa règle.",
            ),
            models.CheckConstraint(
                condition=Q(kind=AmendmentKind.EXTENSION, body=None, months__gte=1, added_cents__gte=0) & ~Q(extends="")
                | (~Q(kind=AmendmentKind.EXTENSION) & Q(body__isnull=False, months=None, added_cents=None, extends="")),
                name="extension_has_months",
                violation_error_message="Une prolongation dit ce qui dure plus longtemps, et de combien de mois.",
            ),
            models.CheckConstraint(
                condition=(~Q(kind=AmendmentKind.LEAD) & Q(replaced=None))
                | (Q(kind=AmendmentKind.LEAD, replaced__isnull=False) & ~Q(replaced=F("body"))),
                name="lead_replaces_another",
                violation_error_message="Un changement de coordonnateur dit qui est remplacé, et par un autre.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project.reference}/AV{self.number}"


class PilotSite(models.Model):
    """A body that tries the software first, and what it decided after its tests (VA)."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="pilots")
    body = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name="organisme")
    starts_on = models.DateField("début des essais")
    verified_on = models.DateField("vérification d'aptitude (VA)", null=True, blank=True)
    outcome = models.CharField("décision", max_length=10, choices=Acceptance, blank=True)
    remarks = models.TextField("réserves", max_length=2_000, blank=True)
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "site pilote"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "body"],
                name="pilot_once",
                violation_error_message="Cet organisme est déjà site pilote.",
            ),
            models.CheckConstraint(
                condition=Q(verified_on=None, outcome="") | (Q(verified_on__gte=F("starts_on")) & ~Q(outcome="")),
                name="pilot_decides_after_its_tests",
                violation_error_message="La décision vient après le début des essais, et a une date.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.body}, pilote de {self.project.reference}"


class Release(models.Model):
    """Version 1 published: a tagged release under a licence of the official list (D. 323-2-1 CRPA), archived."""

    project = models.OneToOneField(Project, models.PROTECT, related_name="release")
    software = models.CharField("nom du logiciel", max_length=120)
    version = models.CharField("version", max_length=40)
    licence = models.CharField("licence (SPDX)", max_length=40)
    repository = models.URLField("dépôt public", max_length=500)
    published_on = models.DateField("publiée le")
    archive = models.CharField("archive (adresse ou SWHID)", max_length=500)
    rights_obtained = models.BooleanField("droits obtenus sur chaque composant", default=False)
    secrets_removed = models.BooleanField("secrets et données retirés du code et de son historique", default=False)
    compatible = models.BooleanField("licences des composants compatibles", default=False)
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "publication"
        constraints = [
            models.CheckConstraint(
                condition=Q(rights_obtained=True, secrets_removed=True, compatible=True),
                name="release_may_be_published",
                violation_error_message="On publie une fois les droits obtenus, les secrets retirés et les licences "
                "compatibles.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.software} {self.version}"


class Maintenance(models.Model):
    """Who keeps the software alive after version 1, until when, and when the partners meet to decide what follows."""

    project = models.OneToOneField(Project, models.PROTECT, related_name="maintenance")
    provider = models.CharField("assurée par", max_length=255)
    starts_on = models.DateField("à partir du")
    ends_on = models.DateField("jusqu'au", null=True, blank=True)
    review_on = models.DateField("clause de rendez-vous", null=True, blank=True)
    yearly_cents = models.BigIntegerField("coût annuel HT", null=True, blank=True)
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "maintenance"
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="maintenance_ends_after_start",
                violation_error_message="La fin de la maintenance précède son début.",
            ),
            models.CheckConstraint(
                condition=Q(yearly_cents=None) | Q(yearly_cents__gte=0), name="maintenance_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"Maintenance de {self.project.reference}"
