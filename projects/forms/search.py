"""What searches read: the words over everything, and the need being written."""

from __future__ import annotations

import datetime as dt

from django import forms

from procurement.forms import Form
from projects.enums import NeedState, ProjectState, Route
from projects.forms.needs import NeedPage
from projects.models import Domain
from projects.search.api import Match, similar_needs

ENDING = [("", "Peu importe"), ("6", "D'ici 6 mois"), ("12", "D'ici 12 mois"), ("24", "D'ici 24 mois")]


class Filter(Form):
    """What any list is narrowed by. The address holds it, so that it can be shared."""

    q = forms.CharField(label="Mots ou référence", max_length=100, required=False)
    domaine = forms.ModelChoiceField(
        label="Domaine", queryset=Domain.objects.all(), to_field_name="code", required=False, empty_label="Tous"
    )
    departement = forms.RegexField(
        r"^\s*(\d{2,3}|2[aAbB])\s*$",
        label="Département (numéro)",
        required=False,
        error_messages={"invalid": "Écrivez son numéro : 38, 2A, 974."},
        widget=forms.TextInput({"size": 4, "autocomplete": "off"}),
    )


class NeedFilter(Filter):
    """The list of needs. « Fin de votre contrat » keeps one's own: those of others are confidential."""

    etat = forms.ChoiceField(label="État", choices=[("", "Tous"), *NeedState.choices], required=False)
    fin = forms.ChoiceField(label="Fin de votre contrat", choices=ENDING, required=False)
    voie = forms.ChoiceField(label="Voie", choices=[("", "Toutes"), *Route.choices], required=False)
    suivis = forms.BooleanField(label="Ceux que je suis", required=False)


class SearchFilter(Filter):
    """One box over needs, projects and the catalogue.

    « Fin de votre contrat » keeps the needs of one's own bodies and of the projects one coordinates: the ends of the
    others' contracts are confidential, and only counted, from three bodies up, on the page of contract ends.
    """

    voie = forms.ChoiceField(label="Voie", choices=[("", "Toutes"), *Route.choices], required=False)
    etat = forms.ChoiceField(
        label="État",
        choices=[("", "Tous"), ("Besoins", NeedState.choices), ("Projets", ProjectState.choices)],
        required=False,
    )
    fin = forms.ChoiceField(label="Fin de votre contrat", choices=ENDING, required=False)


def likes(page: NeedPage) -> list[Match]:
    """The published needs that resemble the one being written, as it is typed: nothing in it is checked yet."""
    form = page.form
    contract_end = form["contract_end"].value()
    return similar_needs(
        f"{form['title'].value() or ''}\n{form['description'].value() or ''}",
        actor=page.actor,
        domain=page.domain.code if page.domain else "",
        exclude=page.need,
        current_solution=str(form["current_solution"].value() or ""),
        contract_end=contract_end if isinstance(contract_end, dt.date) else _day(form, str(contract_end or "")),
    )


def _day(form: forms.BaseForm, text: str) -> dt.date | None:
    try:
        day: dt.date | None = form.fields["contract_end"].clean(text)
    except forms.ValidationError:
        return None
    return day
