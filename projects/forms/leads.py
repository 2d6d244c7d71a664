"""Another lead body, and a longer duration: what is asked, what a signed amendment says."""

from __future__ import annotations

from typing import Any

from django import forms

from procurement import clock
from procurement.forms import DateField, Form, MoneyField
from procurement.models import Body
from projects.actions.leads import successors
from projects.enums import Extends, ProjectState
from projects.missions import members_sign
from projects.models import Project
from projects.planning.extension import GROUNDS

PROOF_HELP = "Avenant signé reçu le…, courriel du…"


class ProposeLeadForm(Form):
    """Who should lead, and why."""

    body = forms.ModelChoiceField(
        Body.objects.none(),
        label="Nouveau coordonnateur",
        help_text="Un membre du projet dont une personne peut répondre ici.",
    )
    reason = forms.CharField(
        label="Motif", max_length=500, widget=forms.Textarea({"rows": 3}), help_text="Il est dit à tous les membres."
    )

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["body"].queryset = successors(project)  # type: ignore[attr-defined]


class AnswerLeadForm(Form):
    """Yes or no."""

    accepts = forms.TypedChoiceField(
        label="Réponse",
        choices=(("oui", "Nous acceptons d'être coordonnateur"), ("non", "Nous refusons")),
        widget=forms.RadioSelect,
        coerce=lambda text: text == "oui",
    )
    note = forms.CharField(
        label="Motif du refus",
        max_length=500,
        required=False,
        widget=forms.Textarea({"rows": 2}),
        help_text="Demandé pour un refus.",
    )


class GiveLeadUpForm(Form):
    """Why the proposal is taken back."""

    note = forms.CharField(label="Motif", max_length=500)


class LeadAmendmentForm(Form):
    """The signed amendment: who signed, the act of the new lead body."""

    signed_by = forms.ModelMultipleChoiceField(
        Body.objects.none(), label="Membres qui ont signé l'avenant", widget=forms.CheckboxSelectMultiple
    )
    act_number = forms.CharField(label="Numéro de l'acte du nouveau coordonnateur", max_length=60)
    act_date = DateField(label="Date de cet acte")
    act_enforceable_on = DateField(label="Exécutoire le", help_text="Article L. 2131-1 du CGCT.")
    authorises_contract = forms.BooleanField(
        label="Cet acte l'autorise aussi à signer le marché",
        required=False,
        help_text="L'autorisation de signer la convention n'emporte pas celle de signer le marché.",
    )
    effective_on = DateField(label="Date d'effet de l'avenant")
    note = forms.CharField(label="Preuve", max_length=2_000, help_text=PROOF_HELP)

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        super().__init__(*args, initial={"effective_on": clock.today()}, **kwargs)
        members = project.participations.listed().values("body_id")
        self.fields["signed_by"].queryset = Body.objects.filter(pk__in=members).order_by("name")  # type: ignore[attr-defined]
        if project.state == ProjectState.RUNNING or members_sign(project):
            del self.fields["authorises_contract"]

    def facts(self) -> dict[str, Any]:
        """What `record_lead_change` takes."""
        return {**self.cleaned_data, "signed_by": [body.pk for body in self.cleaned_data["signed_by"]]}


class ExtensionForm(Form):
    """What lasts longer, by how much, on what ground; a box to tick once warnings are shown."""

    extends = forms.ChoiceField(label="Ce qui est prolongé", choices=Extends.choices, widget=forms.RadioSelect)
    months = forms.IntegerField(label="Mois ajoutés", min_value=1, max_value=120)
    effective_on = DateField(label="Date d'effet de l'avenant")
    ground = forms.ChoiceField(
        label="Fondement, si le marché est prolongé",
        choices=[("", "Le marché n'est pas prolongé"), *GROUNDS],
        required=False,
    )
    added_cents = MoneyField(
        label="Montant ajouté au marché",
        required=False,
        help_text="0 si le maximum du marché ne change pas. Les maxima des membres ne changent pas ici.",
    )
    reason = forms.CharField(label="Motif", max_length=500, widget=forms.Textarea({"rows": 3}))
    note = forms.CharField(label="Preuve", max_length=2_000, help_text=PROOF_HELP)
    seen = forms.BooleanField(label="J'ai lu les avertissements ci-dessus", required=False)

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        super().__init__(*args, initial={"effective_on": clock.today()}, **kwargs)
        if not self.is_bound:
            del self.fields["seen"]  # nothing is shown yet
        if project.state != ProjectState.RUNNING:
            self.fields["extends"].choices = [(Extends.CONVENTION, Extends.CONVENTION.label)]  # type: ignore[attr-defined]
            self.fields["extends"].initial = Extends.CONVENTION
            del self.fields["ground"], self.fields["added_cents"]

    def clean_added_cents(self) -> int:
        """Nothing typed is nothing added."""
        return self.cleaned_data["added_cents"] or 0
