"""What to keep of a long journal."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q

from procurement.forms import DateField, Form
from procurement.models import Body
from projects.models import Project

ABOUT = {
    "projet": Q(need=None, participation=None),
    "organismes": Q(participation__isnull=False),
    "besoins": Q(need__isnull=False),
}


class JournalFilters(Form):
    """By subject, body, first and last day; what is not understood filters nothing."""

    quoi = forms.ChoiceField(
        label="Sur quoi",
        required=False,
        choices=[("", "Tout"), ("projet", "Le projet"), ("organismes", "Les organismes"), ("besoins", "Les besoins")],
    )
    organisme = forms.ModelChoiceField(
        label="Organisme", required=False, queryset=Body.objects.none(), empty_label="Tous"
    )
    depuis = DateField(label="Depuis le", required=False)
    jusque = DateField(label="Jusqu'au", required=False)

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        bodies = Body.objects.filter(participations__project=project).order_by("name", "pk")
        self.fields["organisme"].queryset = bodies  # type: ignore[attr-defined]

    def condition(self) -> Q:
        """For a queryset of events."""
        self.is_valid()
        kept, found = self.cleaned_data, Q()
        if kept.get("quoi"):
            found &= ABOUT[kept["quoi"]]
        if kept.get("organisme"):
            found &= Q(body=kept["organisme"])
        if kept.get("depuis"):
            found &= Q(happened_on__gte=kept["depuis"])
        if kept.get("jusque"):
            found &= Q(happened_on__lte=kept["jusque"])
        return found
