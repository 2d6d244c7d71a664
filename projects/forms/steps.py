"""What is asked with a step: its facts, and a note. A step without a form of its own asks for the note alone."""

from __future__ import annotations

from typing import Any

from django import forms

from procurement.forms import DateField, MoneyField
from procurement.workflow import Step
from projects.enums import ActKind, Ending, SignatureMode
from projects.forms.delegations import offer_delegations, signed_by_delegation
from projects.forms.intentions import DeclareForm
from projects.forms.step_base import StepForm
from projects.models import Participation, Project
from projects.reading import NOBODY, freeze_notice


class ExtendForm(StepForm):
    """A later cut-off date."""

    facts_from = ("cut_off",)
    cut_off = DateField(label="Nouvelle date limite", help_text="Jusqu'à 23 h 59, heure de Paris.")


class FreezeForm(StepForm):
    """Why nobody was asked to read the text, when nobody was: everyone's agreement is the rule (domain.md §4.1, G3)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if freeze_notice(self.obj, self.step) == NOBODY:
            note = self.fields["note"]
            note.label, note.required = "Pourquoi figer sans l'accord des membres sur le texte", True
            note.help_text = "Sinon, ouvrez d'abord la relecture. Le motif figure au journal, que les membres lisent."
            note.error_messages["required"] = "Donnez le motif, ou ouvrez la relecture."


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

    def __init__(self, *args: Any, obj: Participation, **kwargs: Any) -> None:
        super().__init__(*args, obj=obj, **kwargs)
        offer_delegations(self, obj.body)

    def clean(self) -> dict[str, Any]:
        """A delegation chosen says who signed, and as what."""
        return signed_by_delegation(self, super().clean() or {})


class NoAwardForm(StepForm):
    """How the consultation ended without award."""

    facts_from = ("ending",)
    ending = forms.ChoiceField(
        label="Issue",
        choices=[(Ending.DROPPED, "Sans suite"), (Ending.UNSUCCESSFUL, "Infructueux")],
        widget=forms.RadioSelect,
        help_text="Sans suite : pour un motif d'intérêt général, dit aux candidats (article R. 2185-1 du CCP). "
        "Infructueux : aucune offre, ou aucune qui convienne.",
    )


FORMS: dict[tuple[type[Project] | type[Participation], str], type[StepForm]] = {
    (Project, "extend_call"): ExtendForm,
    (Project, "freeze"): FreezeForm,
    (Project, "no_award"): NoAwardForm,
    (Participation, "declare"): DeclareForm,
    (Participation, "authorise"): AuthoriseForm,
    (Participation, "sign"): SignForm,
}


def form_for(obj: Project | Participation, step: Step) -> type[StepForm]:
    """The form class of a step."""
    return FORMS.get((type(obj), step.name), StepForm)
