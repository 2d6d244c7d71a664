"""The coordinator's forms: framing, needs to pool, lots, costs."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import QuerySet

from procurement.forms import DateField, Form, ModelForm, MoneyField
from procurement.models import Body
from projects.actions.projects import FRAMING_ONLY
from projects.enums import ProjectState, Route
from projects.models import Need, Project
from projects.needs import cpv


class NeedChoice(forms.ModelMultipleChoiceField):
    """Needs to tick, shown with their body."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: Any) -> str:
        """Title, body, domain."""
        return f"{obj.title} · {obj.body} · {obj.domain or 'sans domaine'}"


class PoolForm(Form):
    """The needs to take into a project."""

    needs = NeedChoice(queryset=Need.objects.none(), label="Besoins à regrouper")

    def __init__(self, *args: Any, needs: QuerySet[Need], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["needs"].queryset = needs  # type: ignore[attr-defined]


class ProjectCreateForm(PoolForm):
    """Open a project: a title, a route, and needs; the rest comes while framing."""

    title = forms.CharField(label="Intitulé du projet", max_length=255)
    route = forms.ChoiceField(
        label="Voie", choices=Route.choices, widget=forms.RadioSelect, initial=Route.GROUPED_PURCHASE
    )
    submission = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    field_order = ("title", "route", "needs")


class ProjectForm(ModelForm):
    """The framing of a project."""

    cut_off = DateField(label="Date limite de réponse", required=False, help_text="Jusqu'à 23 h 59, heure de Paris.")
    service_on = DateField(
        label="Mise en service souhaitée",
        required=False,
        help_text="Le calendrier à rebours part de la plus proche : cette date, ou la fin d'un contrat d'un membre.",
    )
    threshold_cents = MoneyField(
        label="Seuil de déclenchement",
        required=False,
        help_text="Somme des maxima à atteindre pour clore l'appel. Laissez vide s'il n'y en a pas.",
    )
    ceiling_cents = MoneyField(
        label="Plafond",
        required=False,
        help_text="Maximum de l'accord-cadre : la somme des maxima ne le dépasse pas (article R. 2162-4 du CCP).",
    )

    class Meta:
        model = Project
        fields = (
            "title",
            "object",
            "route",
            "lead_body",
            "mandate",
            "grouping",
            "committee",
            "cpv",
            "duration_months",
            "cut_off",
            "service_on",
            "threshold_cents",
            "ceiling_cents",
            "no_lots_reason",
        )
        widgets = {"object": forms.Textarea({"rows": 4}), "no_lots_reason": forms.Textarea({"rows": 2})}
        help_texts = {
            "lead_body": "La personne morale mandatée par la convention ; à ne pas confondre avec vous, qui animez.",
            "cpv": "Huit chiffres, par exemple 48000000 (logiciels).",
            "no_lots_reason": "L'allotissement est la règle : dites pourquoi y déroger (article L. 2113-11 du CCP).",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        present = self.instance.participations.present().values("body_id")
        self.fields["lead_body"].queryset = Body.objects.filter(pk__in=present)  # type: ignore[attr-defined]
        if self.instance.state != ProjectState.FRAMING:
            for name in FRAMING_ONLY:
                del self.fields[name]

    def clean_cpv(self) -> str:
        """The eight digits of an existing code."""
        code = self.cleaned_data["cpv"]
        try:
            return cpv.normalise(code) if code else ""
        except ValueError as error:
            raise forms.ValidationError(str(error)) from None


class LotForm(Form):
    """A lot; an empty row is no lot."""

    number = forms.IntegerField(label="Numéro", min_value=1, max_value=999, required=False)
    title = forms.CharField(label="Intitulé", max_length=255, required=False)
    cpv = forms.CharField(label="Code CPV", max_length=10, required=False)

    def clean(self) -> dict[str, Any]:
        """A number goes with a title; a code exists."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if bool(data.get("number")) != bool(data.get("title")):
            raise forms.ValidationError("Un lot a un numéro et un intitulé.")
        if data.get("cpv"):
            try:
                data["cpv"] = cpv.normalise(data["cpv"])
            except ValueError as error:
                self.add_error("cpv", str(error))
        return data


if TYPE_CHECKING:
    LotForms = forms.BaseFormSet[LotForm]  # Django's own class takes no parameter when it runs
else:
    LotForms = forms.BaseFormSet


class BaseLotFormSet(LotForms):
    """Lots, each number once. Rows carry no identifier: those that are filled replace those that were."""

    def clean(self) -> None:
        """A number may not come twice."""
        numbers = [form.cleaned_data.get("number") for form in self.forms if form.is_valid()]
        for number in numbers:
            if number is not None and numbers.count(number) > 1:
                raise forms.ValidationError(f"Le lot {number} figure deux fois.")


LotFormSet = forms.formset_factory(LotForm, formset=BaseLotFormSet, extra=2, max_num=60)


def lot_rows(formset: LotForms) -> list[dict[str, Any]]:
    """The lots that were filled, cleaned."""
    return [form.cleaned_data for form in formset.forms if form.cleaned_data.get("title")]
