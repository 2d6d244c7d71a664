"""What is asked to prepare a consultation, to name a holder, to record a milestone."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms

from procurement import clock
from procurement.forms import DateField, Form, MoneyField
from projects import planning
from projects.agreement_terms import ContractForm as Shape
from projects.consultation.facts import ConsultationFacts, ContractFacts, Expected, MilestoneFacts
from projects.enums import Bidders, Ending, HolderId, MilestoneKind, Procedure
from projects.planning.deadlines import PARIS

HOLDERS = 4  # firms of one group that the form takes; more are rare
REFERENCES = {
    MilestoneKind.PUBLICATION: "Numéro de l'avis (BOAMP, JOUE)",
    MilestoneKind.COMMITTEE: "Référence du procès-verbal",
    MilestoneKind.DECISION: "Numéro de la décision ou de la délibération",
    MilestoneKind.TRANSMISSION: "Numéro du reçu (ACTES)",
    MilestoneKind.NOTICE: "Numéro de l'avis",
    MilestoneKind.ESSENTIAL_DATA: "Identifiant du marché publié",
}
ADDRESSED = (MilestoneKind.PUBLICATION, MilestoneKind.NOTICE, MilestoneKind.ESSENTIAL_DATA)
WHY = {
    MilestoneKind.PUBLICATION: "Le délai de remise des offres court le lendemain de l'envoi. Rien ne se publie "
    "avant que la convention soit signée de tous (article L. 2113-7 du CCP).",
    MilestoneKind.QUESTIONS: "Les réponses vont à tous les candidats, six jours au plus tard avant la date limite en "
    "procédure formalisée (article R. 2132-6 du CCP).",
    MilestoneKind.OPENING: "Aucun pli ne s'ouvre avant la date limite. Une seule offre dispense du délai de suspension "
    "(article R. 2182-2 du CCP).",
    MilestoneKind.ANALYSIS: "Le rapport note chaque offre sur les critères publiés, et sur eux seuls. Il contient des "
    "secrets d'affaires : il ne se dépose pas ici.",
    MilestoneKind.COMMITTEE: "La commission choisit le titulaire à partir des seuils européens (article L. 1414-2 du "
    "CGCT) ; en procédure adaptée, son avis est facultatif.",
    MilestoneKind.DECISION: "Délibération, ou décision de l'exécutif s'il en a reçu délégation.",
    MilestoneKind.LETTERS: "En procédure formalisée, la signature attend onze jours après l'envoi électronique des "
    "lettres, seize sur papier (article R. 2182-1 du CCP).",
    MilestoneKind.SIGNATURE: "Une fois le délai de suspension écoulé, par qui l'assemblée a autorisé à signer.",
    MilestoneKind.TRANSMISSION: "Dans les quinze jours de la signature et avant la notification, à partir du seuil de "
    "l'article D. 2131-5-1 du CGCT, tous lots additionnés.",
    MilestoneKind.NOTIFICATION: "Le marché prend effet à sa notification (article R. 2182-4 du CCP).",
    MilestoneKind.PREFECT: "Le préfet apprend la notification dans les quinze jours (article L. 2131-13 du CGCT).",
    MilestoneKind.NOTICE: "Dans les trente jours de la signature, en procédure formalisée (article R. 2183-1 du CCP).",
    MilestoneKind.ESSENTIAL_DATA: "Dans les deux mois de la notification, pour un besoin de 40 000 € HT ou plus "
    "(article R. 2196-1 du CCP).",
}


class HourField(forms.TimeField):
    """An hour of Paris, `12:00` or `12 h 00`."""

    default_error_messages = {"invalid": "Écrivez une heure comme 12:00."}

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TimeInput({"type": "time"}, format="%H:%M")
        super().__init__(input_formats=["%H:%M", "%H h %M"], widget=widget, **kwargs)


class PrepareForm(Form):
    """How the contract will be sought."""

    procedure = forms.ChoiceField(label="Procédure", choices=Procedure.choices, widget=forms.RadioSelect)
    derogation = forms.CharField(
        label="Article qui permet une procédure plus légère que le seuil",
        max_length=500,
        required=False,
        help_text="Par exemple : article R. 2123-1 2° du CCP (petits lots), avec ce qui le justifie.",
    )
    form = forms.ChoiceField(label="Forme du contrat", choices=Shape.choices, widget=forms.RadioSelect)
    maximum_cents = MoneyField(
        label="Maximum de l'accord-cadre",
        required=False,
        help_text="Obligatoire pour un accord-cadre : tous les membres, toute la durée (article R. 2162-4 du CCP).",
    )
    long_reason = forms.CharField(
        label="Pourquoi plus de quatre ans",
        max_length=500,
        required=False,
        help_text="Pour un accord-cadre seulement (article L. 2125-1 du CCP).",
    )


class ProofMixin(Form):
    """Adds the proof owed for what somebody else did, and the reason of a correction, when they are."""

    def owe(self, *, proof: bool, correction: bool) -> None:
        """To be called last: the fields come at the end."""
        self.fields["proof"] = forms.CharField(
            label="Preuve",
            max_length=500,
            required=proof,
            error_messages={"required": "Indiquez la preuve sur laquelle vous agissez."},
            help_text="Fait ailleurs, par un autre organisme : avis n°…, courriel du…, copie reçue le…"
            if proof
            else "Si c'est fait ailleurs : avis n°…, courriel du…, copie reçue le…",
        )
        if correction:
            self.fields["correction"] = forms.CharField(
                label="Motif de la correction",
                max_length=500,
                error_messages={"required": "Donnez le motif : il figure au journal."},
                help_text="Ce qui est corrigé reste au journal, avec ce motif.",
            )


class MilestoneForm(ProofMixin):
    """A milestone, or its correction. Hours are hours of Paris, and must exist once."""

    day = DateField(label="Date")

    def __init__(
        self, *args: Any, kind: MilestoneKind, old: MilestoneFacts | None, owes_proof: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, initial=_initial(old) if old else {"day": clock.today()}, **kwargs)
        self.kind = kind
        if kind == MilestoneKind.PUBLICATION:
            self.fields["due_day"] = DateField(label="Date limite des offres")
            self.fields["due_hour"] = HourField(label="Heure limite", help_text="Heure de Paris.")
        if kind == MilestoneKind.OPENING:
            self.fields["count"] = forms.IntegerField(label="Nombre d'offres reçues", min_value=0, max_value=10_000)
        if kind == MilestoneKind.LETTERS:
            self.fields["on_paper"] = forms.BooleanField(
                label="Envoi sur papier", required=False, help_text="Seize jours de suspension au lieu de onze."
            )
        if kind in REFERENCES:
            required = kind == MilestoneKind.TRANSMISSION
            self.fields["reference"] = forms.CharField(label=REFERENCES[kind], max_length=120, required=required)
        if kind in ADDRESSED:
            self.fields["address"] = forms.URLField(
                label="Adresse de la publication", required=False, max_length=500, assume_scheme="https"
            )
        self.fields["note"] = forms.CharField(
            label="Précisions", required=False, max_length=2_000, widget=forms.Textarea({"rows": 3})
        )
        self.owe(proof=owes_proof, correction=old is not None)

    def clean(self) -> dict[str, Any]:
        """The instant of the deadline: an hour that the clock change skips or repeats is refused."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        day, hour = data.get("due_day"), data.get("due_hour")
        if isinstance(day, dt.date) and isinstance(hour, dt.time):
            try:
                data["due_at"] = planning.deadline(day, hour)
            except planning.PlanningError as error:
                self.add_error("due_hour", error.message)
        return data

    def facts(self) -> dict[str, Any]:
        """The keyword arguments of `record_milestone`, once valid."""
        return {name: value for name, value in self.cleaned_data.items() if name not in ("due_day", "due_hour")}


def _initial(old: MilestoneFacts) -> dict[str, Any]:
    due = old.due_at.astimezone(PARIS) if old.due_at else None
    return {
        "day": old.day,
        "due_day": due.date() if due else None,
        "due_hour": due.time() if due else None,
        "count": old.count,
        "on_paper": old.on_paper,
        "reference": old.reference,
        "address": old.address,
        "note": old.note,
        "proof": old.proof,
    }


class HolderForm(ProofMixin):
    """With whom a lot is contracted, or why it is not."""

    ending = forms.ChoiceField(label="Issue", choices=Ending.choices, widget=forms.RadioSelect, initial=Ending.AWARDED)
    ending_reason = forms.CharField(label="Motif, si le lot n'est pas attribué", max_length=500, required=False)
    amount_cents = MoneyField(
        label="Montant",
        required=False,
        help_text="Toute la durée, reconductions comprises, ou le maximum.",
    )
    bidders = forms.ChoiceField(
        label="Titulaire",
        choices=Bidders.choices,
        widget=forms.RadioSelect,
        initial=Bidders.ALONE,
        help_text="Un groupement d'entreprises n'a rien à voir avec le groupement des acheteurs.",
    )

    def __init__(
        self, *args: Any, facts: ConsultationFacts, old: ContractFacts | None, owes_proof: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, initial=_contract_initial(old) if old else None, **kwargs)
        for rank in range(1, HOLDERS + 1):
            who = "du titulaire" if rank == 1 else f"de l'entreprise {rank} du groupement"
            self.fields[f"name_{rank}"] = forms.CharField(label=f"Dénomination {who}", max_length=255, required=False)
            self.fields[f"id_kind_{rank}"] = forms.ChoiceField(
                label=f"Nature de l'identifiant {who}", choices=HolderId.choices, required=False
            )
            self.fields[f"identifier_{rank}"] = forms.CharField(
                label=f"Identifiant {who}", max_length=40, required=False
            )
        signed = old is not None and facts.day(MilestoneKind.SIGNATURE, old.number) is not None
        self.owe(proof=owes_proof, correction=signed)

    def facts(self) -> dict[str, Any]:
        """The keyword arguments of `record_contract` but the lot and the buyer, once valid."""
        data = self.cleaned_data
        names = ("ending", "ending_reason", "amount_cents", "bidders", "proof", "correction")
        given = {name: data[name] for name in names if name in data}
        if given["ending"] != Ending.AWARDED:
            given["amount_cents"] = None
        return given | {"holders": [holder for rank in range(1, HOLDERS + 1) if (holder := self._holder(rank))]}

    def _holder(self, rank: int) -> dict[str, str] | None:
        data = self.cleaned_data
        name, identifier = data[f"name_{rank}"].strip(), data[f"identifier_{rank}"].replace(" ", "")
        if not name and not identifier:
            return None
        return {"name": name, "id_kind": data[f"id_kind_{rank}"] or HolderId.SIRET, "identifier": identifier}


def _contract_initial(old: ContractFacts) -> dict[str, Any]:
    values: dict[str, Any] = {
        "ending": old.ending,
        "ending_reason": old.ending_reason,
        "amount_cents": old.amount_cents,
        "bidders": old.bidders,
    }
    for rank, holder in enumerate(old.holders, start=1):
        values |= {f"name_{rank}": holder.name, f"id_kind_{rank}": holder.id_kind}
        values[f"identifier_{rank}"] = holder.identifier
    return values


def place_of(facts: ConsultationFacts, number: int) -> Expected | None:
    """The contract that is expected at this place (from 1), or None."""
    return facts.expected[number - 1] if 0 < number <= len(facts.expected) else None
