"""The rows of a need's page: volumes, interfaces, requirements. No row's identifier ever travels (quality.md, F10)."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any, cast

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator

from procurement.forms import Form
from projects.enums import Priority
from projects.needs.declaration import Direction

MOST_VOLUMES, MOST_REQUIREMENTS = 60, 250  # rows; together well under DATA_UPLOAD_MAX_NUMBER_FIELDS
MOST_INTERFACES = 40
BLANK_ROWS = 3
MOST_DIGITS = 12  # before the comma: what the database column holds
EARLIEST_YEAR, LATEST_YEAR = 1990, 2100
OUT_OF_RANGE = f"Écrivez une année entre {EARLIEST_YEAR} et {LATEST_YEAR}."

_QUANTITY = re.compile(r"(\d{1,3}( \d{3}){1,3}|\d{1,12})([,.]\d{1,2})?")


class QuantityField(forms.Field):
    """A quantity typed the French way (`1 905`, `12,5`); cleans to an exact Decimal of at most 12 + 2 digits."""

    widget = forms.TextInput({"inputmode": "decimal", "autocomplete": "off"})

    def to_python(self, value: Any) -> Decimal | None:
        """The number, or None for nothing. Refuses in a line, without computing on what is too long."""
        if value in self.empty_values:
            return None
        text = re.sub(r"[\u00a0\u202f\u2009\s]+", " ", str(value)[:40]).strip()
        if re.fullmatch(r"[-\u2212] ?\d.*", text):
            raise forms.ValidationError("Un volume ne peut pas être négatif.", code="negative")
        if sum(character.isdigit() for character in text.partition(",")[0]) > MOST_DIGITS:
            raise forms.ValidationError(f"{MOST_DIGITS} chiffres au plus.", code="max_digits")
        if not text.isascii() or not _QUANTITY.fullmatch(text):
            raise forms.ValidationError("Écrivez un nombre comme 1 905 ou 12,5.", code="invalid")
        return Decimal(text.replace(" ", "").replace(",", "."))

    def prepare_value(self, value: Any) -> Any:
        """`Decimal("1905.00")` is shown as `1905`; what was typed stays as typed."""
        if not isinstance(value, Decimal):
            return value
        plain = f"{value:f}"
        return (plain.rstrip("0").rstrip(".") if "." in plain else plain).replace(".", ",")


class YearField(forms.IntegerField):
    """A year within reach."""

    default_error_messages = {"invalid": OUT_OF_RANGE}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.validators += [
            MinValueValidator(EARLIEST_YEAR, OUT_OF_RANGE),
            MaxValueValidator(LATEST_YEAR, OUT_OF_RANGE),
        ]


class VolumeForm(Form):
    """How much of what: `actes par an`, 1 905, `actes`, 2025."""

    label = forms.CharField(label="Quoi", max_length=120, widget=forms.TextInput({"list": "volumes-usuels"}))
    quantity = QuantityField(label="Combien")
    unit = forms.CharField(label="Unité", max_length=40)
    year = YearField(label="Année", required=False)


class RequirementForm(Form):
    """What the software must do, in a sentence."""

    chapter = forms.CharField(label="Chapitre", max_length=120, widget=forms.TextInput({"list": "chapitres"}))
    text = forms.CharField(label="Exigence", max_length=2_000, widget=forms.Textarea({"rows": 2}))
    priority = forms.ChoiceField(label="Priorité", choices=Priority.choices, initial=Priority.SHOULD)
    source = forms.CharField(label="Source", max_length=255, required=False)

    def clean_text(self) -> str:
        """Line ends as they are stored."""
        return str(self.cleaned_data["text"]).replace("\r\n", "\n")


class InterfaceForm(Form):
    """Another software to talk to: which, which way, how."""

    software = forms.CharField(label="Logiciel", max_length=120)
    direction = forms.ChoiceField(label="Sens", choices=Direction.choices, initial=Direction.BOTH)
    protocol = forms.CharField(label="Protocole ou format", max_length=120, required=False)


class Rows(forms.BaseFormSet):
    """Rows that replace those there were: a row left empty, or emptied, does not count."""

    def initial_form_count(self) -> int:
        """Once sent, every row may be empty, whatever the page says of those it started with."""
        return 0 if self.is_bound else super().initial_form_count()

    @property
    def filled(self) -> list[dict[str, Any]]:
        """The rows that count, cleaned."""
        return [form.cleaned_data for form in self.forms if form.has_changed()]

    @property
    def typed(self) -> list[dict[str, Any]]:
        """What was typed in each row, unchecked."""
        return [typed(form) for form in self.forms]


def _rows(form: type[Form], most: int) -> type[Rows]:
    made = forms.formset_factory(
        form, formset=Rows, extra=BLANK_ROWS, max_num=most, absolute_max=most, validate_max=True
    )
    return cast(type[Rows], made)


VolumeRows = _rows(VolumeForm, MOST_VOLUMES)
RequirementRows = _rows(RequirementForm, MOST_REQUIREMENTS)
InterfaceRows = _rows(InterfaceForm, MOST_INTERFACES)


def typed(form: forms.BaseForm) -> dict[str, Any]:
    """What was typed in a form, unchecked, or what it first shows."""
    return {name: form[name].value() for name in form.fields}
