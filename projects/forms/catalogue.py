"""The catalogue: filters, a solution, what a body uses; a word to find a CPV code; needs that belong together."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator

from procurement import clock
from procurement.access import Actor
from procurement.forms import DateField, Form, ModelForm, MoneyField
from procurement.models import BodyKind, Role
from projects.forms.need_rows import EARLIEST_YEAR, LATEST_YEAR, OUT_OF_RANGE, VolumeRows
from projects.models import Domain, Need, Project, Solution, Usage

FREE = (("", "Libres et propriétaires"), ("oui", "Libres"), ("non", "Propriétaires"))
EARLIEST_USE = 1970


class SolutionFilter(Form):
    """What the catalogue may be narrowed to. The address holds it, so that it can be shared."""

    q = forms.CharField(label="Nom, éditeur, usage", max_length=100, required=False)
    domaine = forms.ModelChoiceField(
        label="Domaine", queryset=Domain.objects.all(), to_field_name="code", required=False, empty_label="Tous"
    )
    libre = forms.ChoiceField(label="Licence", choices=FREE, required=False)


class SolutionForm(ModelForm):
    """A software product, free or not: what anybody may read about it."""

    submission = forms.UUIDField(widget=forms.HiddenInput, required=False)
    free = forms.TypedChoiceField(
        label="Nature",
        choices=[("oui", "Logiciel libre"), ("non", "Propriétaire")],
        coerce=lambda value: value == "oui",
        widget=forms.RadioSelect,
    )

    class Meta:
        model = Solution
        fields = ("name", "publisher", "licence", "website", "source_url", "domains", "purpose", "description")
        widgets = {
            "domains": forms.CheckboxSelectMultiple,
            "description": forms.Textarea({"rows": 4}),
        }
        help_texts = {
            "licence": "Son identifiant SPDX s'il est libre, par exemple AGPL-3.0-or-later.",
            "website": "Adresse qui commence par https://.",
        }

    field_order = ("name", "publisher", "free", "licence", "purpose", "domains", "website", "source_url", "description")

    def __init__(self, *args: Any, instance: Solution | None = None, **kwargs: Any) -> None:
        first = {"submission": uuid.uuid4(), "free": "oui" if instance is None or instance.free else "non"}
        super().__init__(*args, instance=instance, initial=first, **kwargs)


class UsageForm(ModelForm):
    """What one's body does with a solution."""

    since = forms.IntegerField(
        label="Depuis l'année",
        required=False,
        validators=[
            MinValueValidator(EARLIEST_USE, f"Écrivez une année à partir de {EARLIEST_USE}."),
            MaxValueValidator(LATEST_YEAR, f"Écrivez une année jusqu'à {LATEST_YEAR}."),
        ],
    )
    users = forms.IntegerField(
        label="Utilisateurs",
        required=False,
        min_value=0,
        max_value=10_000_000,
        error_messages={"min_value": "Ce nombre ne peut pas être négatif.", "max_value": "Dix millions au plus."},
    )
    paying = forms.TypedChoiceField(
        label="Payez-vous pour l'utiliser ?",
        choices=[("", "Je ne sais pas"), ("oui", "Oui : licence, support ou hébergement"), ("non", "Non")],
        coerce=lambda value: value == "oui",
        empty_value=None,
        required=False,
    )

    class Meta:
        model = Usage
        fields = ("version", "since", "users", "project", "paying", "shown")
        help_texts = {"shown": "Sans votre accord, votre organisme est seul à le voir."}

    def __init__(self, *args: Any, actor: Actor, instance: Usage | None = None, **kwargs: Any) -> None:
        known = {None: "", True: "oui", False: "non"}[instance.paying if instance else None]
        super().__init__(*args, instance=instance, initial={"paying": known}, **kwargs)
        field: Any = self.fields["project"]
        field.queryset = Project.objects.filter(participations__body_id__in=list(actor.roles)).distinct()
        field.empty_label = "Seuls"


class MeTooForm(Form):
    """« Moi aussi » : one's own volumes and contract end, on a need that somebody else described."""

    submission = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    body = forms.TypedChoiceField(label="Organisme")
    current_solution = forms.CharField(label="Solution actuelle", max_length=255, required=False)
    contract_end = DateField(label="Fin du contrat en cours", required=False)
    maximum_cents = MoneyField(
        label="Maximum engageable", required=False, help_text="Une indication : seule la convention signée engage."
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.bodies = {str(b.pk): b for b in actor.bodies_as(Role.AGENT) if b.kind != BodyKind.PARTNER}
        field: Any = self.fields["body"]
        field.choices, field.coerce = [(pk, body.name) for pk, body in self.bodies.items()], self.bodies.__getitem__
        if actor.body is not None:
            self.initial.setdefault("body", str(actor.body.pk))

    def clean_contract_end(self) -> Any:
        """A day of our times."""
        day = self.cleaned_data["contract_end"]
        if day and not EARLIEST_YEAR <= day.year <= LATEST_YEAR:
            raise forms.ValidationError(OUT_OF_RANGE)
        return day


def me_too_volumes(need: Need, data: Mapping[str, Any] | None = None) -> Any:
    """Rows for one's own volumes: what the first need counts is asked for; a row left without a number is dropped."""
    if data is not None:
        return VolumeRows(_without_empty_rows(data), prefix="volumes")
    asked = [
        {"label": volume.label, "unit": volume.unit, "year": clock.today().year - 1} for volume in need.volumes.all()
    ]
    return VolumeRows(prefix="volumes", initial=asked)


def _without_empty_rows(data: Mapping[str, Any]) -> dict[str, Any]:
    """What was sent, the rows whose quantity is empty being emptied whole."""
    kept = dict(data.items())
    for name in [name for name in kept if name.startswith("volumes-") and name.endswith("-quantity")]:
        if not str(kept[name]).strip():
            row = name.removesuffix("quantity")
            kept |= {f"{row}{other}": "" for other in ("label", "unit", "year")}
    return kept


class MergeForm(Form):
    """The other need, and why both are one."""

    other = forms.CharField(label="Référence de l'autre besoin", max_length=20, help_text="Par exemple B-2026-0142.")
    reason = forms.CharField(label="Pourquoi", max_length=1_000, widget=forms.Textarea({"rows": 3}))
