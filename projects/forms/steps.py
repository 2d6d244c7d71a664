"""What is asked with a step: its facts, and a note. A step without a form of its own asks for the note alone."""

from __future__ import annotations

from typing import Any

from django import forms

from procurement.forms import DateField, Form, MoneyField, NumberField
from procurement.workflow import Step
from projects import keys
from projects.enums import ActKind, SignatureMode
from projects.models import Participation, Project


class StepForm(Form):
    """The note of a step; subclasses add its facts. `owes_proof` when one acts for somebody else."""

    note = forms.CharField(label="Note", required=False, max_length=2_000, widget=forms.Textarea({"rows": 3}))
    facts_from: tuple[str, ...] = ()

    def __init__(self, *args: Any, step: Step, obj: Any, owes_proof: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.step, self.obj = step, obj
        note = self.fields["note"]
        if step.needs_note:
            note.label, note.required = "Motif", True
            note.error_messages["required"] = "Donnez le motif : il figure au journal."
        elif owes_proof:
            note.label, note.required = "Preuve", True
            note.help_text = "Vous agissez pour un autre organisme : courriel du…, copie reçue le…"
            note.error_messages["required"] = "Indiquez la preuve sur laquelle vous agissez."
        self.order_fields([name for name in self.fields if name != "note"])

    def facts(self) -> dict[str, Any]:
        """The keyword arguments of the step, once the form is valid."""
        return {name: self.cleaned_data[name] for name in self.facts_from}


class ExtendForm(StepForm):
    """A later cut-off date."""

    facts_from = ("cut_off",)
    cut_off = DateField(label="Nouvelle date limite", help_text="Jusqu'à 23 h 59, heure de Paris.")


class DeclareForm(StepForm):
    """An intention: own maximum, the weights that the keys use, quantities per lot."""

    maximum_cents = MoneyField(
        label="Notre maximum HT, sur toute la durée",
        help_text="Une indication qui n'engage pas : seule la convention signée engage. "
        "Écrivez 0 si vous participez sans acheter (hébergement, conseil).",
    )

    def __init__(self, *args: Any, obj: Participation, **kwargs: Any) -> None:
        known = obj.maximum_cents
        super().__init__(*args, obj=obj, initial={"maximum_cents": known}, **kwargs)
        self.names = weight_names(obj.project)
        for name in self.names:
            self.fields[f"weight_{name}"] = NumberField(
                label=keys.weight_label(name),
                initial=obj.weights.get(name),
                help_text="Sert à la clé de répartition.",
            )
        declared = {row.lot_id: row for row in obj.quantities.all()}
        self.lots = list(obj.project.lots.all())
        for lot in self.lots:
            row = declared.get(lot.pk)
            self.fields[f"quantity_{lot.number}"] = NumberField(
                label=f"{lot} : quantité", required=False, initial=row.quantity if row else None
            )
            self.fields[f"unit_{lot.number}"] = forms.CharField(
                label=f"{lot} : unité", max_length=40, required=False, initial=row.unit if row else "postes"
            )
        self.order_fields([name for name in self.fields if name != "note"])

    def facts(self) -> dict[str, Any]:
        """Exact decimal strings: facts are kept as JSON in the journal."""
        data = self.cleaned_data
        quantities = [
            {
                "lot": lot.number,
                "quantity": format(data[f"quantity_{lot.number}"], "f"),
                "unit": data[f"unit_{lot.number}"] or "unités",
            }
            for lot in self.lots
            if data[f"quantity_{lot.number}"] is not None
        ]
        weights = {name: format(data[f"weight_{name}"], "f") for name in self.names}
        return {"maximum_cents": data["maximum_cents"], "weights": weights, "quantities": quantities}


def weight_names(project: Project) -> list[str]:
    """The weights that bodies must declare for the keys of the project; population comes from the registry."""
    return sorted({name for line in project.cost_lines.all() for name in keys.declared_weights(line.key)})


class AuthoriseForm(StepForm):
    """The act that approves the frozen version."""

    facts_from = (
        "act_kind",
        "act_number",
        "act_date",
        "act_enforceable_on",
        "act_maximum_cents",
        "act_authorises_contract",
    )
    act_kind = forms.ChoiceField(
        label="Nature de l'acte",
        choices=ActKind.choices,
        widget=forms.RadioSelect,
        initial=ActKind.DELIBERATION,
        help_text="Le 4° de l'article L. 2122-22 du CGCT ne permet pas au maire de décider seul d'un groupement.",
    )
    act_number = forms.CharField(label="Numéro de l'acte", max_length=60)
    act_date = DateField(label="Date de l'acte")
    act_enforceable_on = DateField(
        label="Exécutoire le", help_text="Transmis au contrôle de légalité et publié (article L. 2131-1 du CGCT)."
    )
    act_maximum_cents = MoneyField(label="Montant maximum voté")
    act_authorises_contract = forms.BooleanField(
        label="L'acte autorise aussi à signer le marché",
        required=False,
        help_text="Signer la convention et signer le marché sont deux autorisations distinctes.",
    )

    def __init__(self, *args: Any, obj: Participation, **kwargs: Any) -> None:
        leads = obj.body_id == obj.project.lead_body_id
        initial = {"act_maximum_cents": obj.maximum_cents, "act_authorises_contract": leads}
        super().__init__(*args, obj=obj, initial=initial, **kwargs)

    def facts(self) -> dict[str, Any]:
        """On the version in force when the form is sent."""
        version = self.obj.project.current_version()
        return {**super().facts(), "act_version": version.number if version else 0}


class SignForm(StepForm):
    """The signature of the convention."""

    facts_from = ("signed_on", "signatory", "signatory_capacity", "signature_mode")
    signed_on = DateField(label="Signée le")
    signatory = forms.CharField(label="Signataire", max_length=120, help_text="Prénom et nom.")
    signatory_capacity = forms.CharField(label="Qualité", max_length=120, help_text="Maire, présidente…")
    signature_mode = forms.ChoiceField(
        label="Mode de signature",
        choices=SignatureMode.choices,
        widget=forms.RadioSelect,
        initial=SignatureMode.HANDWRITTEN,
    )


FORMS: dict[tuple[type[Project] | type[Participation], str], type[StepForm]] = {
    (Project, "extend_call"): ExtendForm,
    (Participation, "declare"): DeclareForm,
    (Participation, "authorise"): AuthoriseForm,
    (Participation, "sign"): SignForm,
}


def form_for(obj: Project | Participation, step: Step) -> type[StepForm]:
    """The form class of a step."""
    return FORMS.get((type(obj), step.name), StepForm)
