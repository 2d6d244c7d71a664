"""A consultation: how the contract is sought, what happened when, and with whom it was signed.

A launch opens consultation no. N of the project; a consultation without award is ended and the next launch makes N+1.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from procurement.models import Body, User
from projects.agreement_terms import ContractForm
from projects.enums import OF_CONTRACT, Bidders, Ending, HolderId, MilestoneKind, Procedure
from projects.models.projects import Lot, Project


class Consultation(models.Model):
    """Consultation no. `number` of a project: prepared, launched, then ended. Amounts in cents HT, whole duration."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="consultations")
    number = models.PositiveSmallIntegerField("numéro")
    procedure = models.CharField("procédure", max_length=12, choices=Procedure)
    form = models.CharField("forme du contrat", max_length=12, choices=ContractForm, default=ContractForm.CONTRACT)
    maximum_cents = models.BigIntegerField("maximum de l'accord-cadre HT", null=True, blank=True)
    derogation = models.CharField("article qui permet une procédure plus légère", max_length=500, blank=True)
    long_reason = models.CharField("pourquoi plus de quatre ans", max_length=500, blank=True)
    need_cents = models.BigIntegerField("besoin au lancement HT", null=True, blank=True)  # stamped by the launch
    launched_on = models.DateField("lancée le", null=True, blank=True)
    ending = models.CharField("issue", max_length=12, choices=Ending, blank=True)
    ending_reason = models.TextField("motif", blank=True)
    ended_on = models.DateField("terminée le", null=True, blank=True)
    prepared_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    prepared_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "consultation"
        ordering = ["project", "number"]
        constraints = [
            models.UniqueConstraint(fields=["project", "number"], name="consultation_number_once"),
            models.UniqueConstraint(
                fields=["project"],
                condition=~Q(ending__in=[Ending.DROPPED, Ending.UNSUCCESSFUL]),
                name="one_consultation_at_a_time",
                violation_error_message="Une consultation de ce projet est déjà préparée.",
            ),
            models.CheckConstraint(
                condition=Q(maximum_cents=None) | Q(maximum_cents__gt=0),
                name="framework_maximum_positive",
                violation_error_message="Le maximum d'un accord-cadre est un montant positif.",
            ),
            models.CheckConstraint(
                condition=Q(ending="", ended_on=None)
                | (~Q(ending="") & Q(ended_on__isnull=False, launched_on__isnull=False)),
                name="consultation_ends_after_launch",
                violation_error_message="Une consultation se termine après son lancement, à une date.",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """What names it: P-2026-014/C1."""
        return f"{self.project.reference}/C{self.number}"


class Contract(models.Model):
    """What one lot came to, for one buyer: a contract with its holders, or no award with its reason.

    `buyer` is the body that signs: the lead body, or under M1 each member. Amount in cents HT (a framework agreement's
    maximum), whole duration.
    """

    consultation = models.ForeignKey(Consultation, models.PROTECT, related_name="contracts")
    number = models.PositiveSmallIntegerField("numéro")
    lot = models.ForeignKey(Lot, models.PROTECT, null=True, blank=True, related_name="contracts", verbose_name="lot")
    buyer = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name="acheteur")
    ending = models.CharField("issue", max_length=12, choices=Ending, default=Ending.AWARDED)
    ending_reason = models.CharField("motif", max_length=500, blank=True)
    amount_cents = models.BigIntegerField("montant HT", null=True, blank=True)
    bidders = models.CharField("forme du titulaire", max_length=8, choices=Bidders, default=Bidders.ALONE)

    class Meta:
        verbose_name = "marché"
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["consultation", "number"], name="contract_number_once"),
            models.UniqueConstraint(fields=["consultation", "lot", "buyer"], name="contract_once_per_lot_and_buyer"),
            models.UniqueConstraint(
                fields=["consultation", "buyer"], condition=Q(lot=None), name="contract_once_without_lot"
            ),
            models.CheckConstraint(
                condition=Q(ending=Ending.AWARDED, amount_cents__gte=0)
                | (~Q(ending=Ending.AWARDED) & ~Q(ending_reason="") & Q(amount_cents=None)),
                name="contract_has_amount_or_reason",
                violation_error_message="Un lot attribué a un montant ; un lot qui ne l'est pas a un motif.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.consultation.reference}/M{self.number}"


class Holder(models.Model):
    """A firm that holds a contract; the first one leads when there are several."""

    contract = models.ForeignKey(Contract, models.CASCADE, related_name="holders")
    rank = models.PositiveSmallIntegerField()
    name = models.CharField("dénomination", max_length=255)
    id_kind = models.CharField("nature de l'identifiant", max_length=8, choices=HolderId, default=HolderId.SIRET)
    identifier = models.CharField("identifiant", max_length=40)

    class Meta:
        verbose_name = "titulaire"
        ordering = ["rank"]
        constraints = [
            models.UniqueConstraint(fields=["contract", "rank"], name="holder_rank_once"),
            models.UniqueConstraint(
                fields=["contract", "id_kind", "identifier"],
                name="holder_once",
                violation_error_message="Ce titulaire figure déjà.",
            ),
            models.CheckConstraint(condition=~Q(name="") & ~Q(identifier=""), name="holder_is_named"),
        ]

    def __str__(self) -> str:
        return self.name


class MilestoneQuerySet(models.QuerySet["Milestone"]):
    """Milestones of a consultation."""

    def standing(self) -> MilestoneQuerySet:
        """Those that no correction has replaced."""
        return self.filter(corrected_on=None)


class Milestone(models.Model):
    """Something that happened on a day. A mistake is corrected by another row, with a reason: this one stays."""

    consultation = models.ForeignKey(Consultation, models.PROTECT, related_name="milestones")
    contract = models.ForeignKey(Contract, models.PROTECT, null=True, blank=True, related_name="milestones")
    kind = models.CharField("étape", max_length=20, choices=MilestoneKind)
    day = models.DateField("date")
    due_at = models.DateTimeField("date limite des offres", null=True, blank=True)  # of the publication
    count = models.PositiveIntegerField("nombre d'offres reçues", null=True, blank=True)  # of the opening
    on_paper = models.BooleanField("envoi sur papier", default=False)  # of the letters: sixteen days, not eleven
    reference = models.CharField("référence", max_length=120, blank=True)
    address = models.URLField("adresse", max_length=500, blank=True)
    note = models.TextField("précisions", max_length=2_000, blank=True)
    proof = models.CharField("preuve", max_length=500, blank=True)  # of what was done elsewhere, by somebody else
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(auto_now_add=True)
    corrected_on = models.DateField(null=True, blank=True)
    correction = models.CharField("motif de la correction", max_length=500, blank=True)

    objects: ClassVar[MilestoneQuerySet] = MilestoneQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = "étape de la consultation"
        ordering = ["day", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["consultation", "kind"],
                condition=Q(contract=None, corrected_on=None),
                name="milestone_once",
                violation_error_message="Cette étape est déjà enregistrée.",
            ),
            models.UniqueConstraint(
                fields=["contract", "kind"],
                condition=Q(contract__isnull=False, corrected_on=None),
                name="milestone_once_per_contract",
                violation_error_message="Cette étape est déjà enregistrée pour ce marché.",
            ),
            models.CheckConstraint(
                condition=Q(contract=None) ^ Q(kind__in=OF_CONTRACT),
                name="milestone_of_contract_or_consultation",
                violation_error_message="La signature, le contrôle et la notification sont ceux d'un marché.",
            ),
            models.CheckConstraint(
                condition=Q(corrected_on=None, correction="") | (Q(corrected_on__isnull=False) & ~Q(correction="")),
                name="milestone_corrected_with_reason",
                violation_error_message="Une correction a un motif.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.day:%d/%m/%Y}"


class Settlement(models.Model):
    """What a body finally paid, all invoices and refunds counted. Cents HT, and TTC where it is known."""

    participation = models.OneToOneField("projects.Participation", models.PROTECT, related_name="settlement")
    final_cents = models.BigIntegerField("montant final HT")
    settled_on = models.DateField("soldé le")
    further_act = models.CharField("acte qui autorise le dépassement", max_length=120, blank=True)
    note = models.TextField("précisions", max_length=2_000, blank=True)
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = "solde"
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(final_cents__gte=0),
                name="settlement_not_negative",
                violation_error_message="Un solde ne peut pas être négatif.",
            )
        ]

    def __str__(self) -> str:
        return f"Solde de {self.participation}"


class Proposal(models.Model):
    """A step that a first person proposes and a second confirms (two-person rule). Open while `ended_at` is null."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="proposals")
    step = models.CharField(max_length=20)
    amount_cents = models.BigIntegerField("montant HT")
    sha256 = models.CharField(max_length=64)  # of what was proposed: another content is another proposal
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = "proposition"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "step"], condition=Q(ended_at=None), name="one_open_proposal_per_step"
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=F("made_by")),
                name="nobody_confirms_their_own_proposal",
                violation_error_message="Personne ne confirme sa propre proposition.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.step} proposé par {self.made_by}"
