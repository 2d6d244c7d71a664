"""The fields of a declaration as a form asks them: from projects/needs/declaration.py, « je ne sais pas » included."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator

from procurement.forms import DateField, MoneyField
from projects.forms.need_rows import EARLIEST_YEAR, LATEST_YEAR, OUT_OF_RANGE
from projects.needs.declaration import ASKED, COLUMNS, LONGEST_NOTICE, PARTS, UNSURE, UNSURE_SAID, Asked, Part

YES_NO = {True: "yes", False: "no", None: ""}
NOT_YET = ("", "Pas encore répondu")
MONTHS_SAID = f"Écrivez un nombre de mois entre 0 et {LONGEST_NOTICE}."


class DayField(DateField):
    """A day of our times."""

    def validate(self, value: dt.date | None) -> None:
        """Refuse years that can only be slips."""
        super().validate(value)
        if value and not EARLIEST_YEAR <= value.year <= LATEST_YEAR:
            raise forms.ValidationError(OUT_OF_RANGE)


class MonthsField(forms.IntegerField):
    """A number of months."""

    default_error_messages = {"invalid": MONTHS_SAID}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.validators += [MinValueValidator(0, MONTHS_SAID), MaxValueValidator(LONGEST_NOTICE, MONTHS_SAID)]


def field_for(one: Asked) -> forms.Field:
    """The form field of an answer; none is ever compulsory."""
    said: dict[str, Any] = {"label": one.label, "required": False, "help_text": one.hint}
    if one.kind == "text":
        return forms.CharField(max_length=one.longest, **said)
    if one.kind in _PLAIN:
        return _PLAIN[one.kind](**said)
    unsure = (UNSURE, UNSURE_SAID)
    if one.kind == "yes_no":
        return forms.ChoiceField(choices=[NOT_YET, ("yes", "Oui"), ("no", "Non"), unsure], **said)
    assert one.choices is not None  # the two kinds left are lists
    if one.kind == "choice":
        return forms.ChoiceField(choices=[NOT_YET, *one.choices.choices, unsure], **said)
    return forms.MultipleChoiceField(
        choices=[*one.choices.choices, unsure], widget=forms.CheckboxSelectMultiple, **said
    )


_PLAIN: dict[str, Any] = {"day": DayField, "money": MoneyField, "months": MonthsField}


def declaration_fields() -> dict[str, forms.Field]:
    """Every answer's field, and for each section what its author does not know, in order."""
    made: dict[str, forms.Field] = {}
    for part in PARTS:
        made |= {one.name: field_for(one) for one in part.asked if one.kind != "rows"}
        if any(one.open for one in part.asked):
            made[unsure_name(part)] = forms.MultipleChoiceField(
                label="Je ne sais pas",
                choices=[(one.name, one.label) for one in part.asked if one.open],
                widget=forms.CheckboxSelectMultiple,
                required=False,
                help_text="Une réponse aussi : elle n'est plus demandée.",
            )
    return made


def unsure_name(part: Part) -> str:
    """The field that holds what is not known of a section."""
    return f"unsure_{part.code}"


def first_values(plain: Mapping[str, Any]) -> dict[str, Any]:
    """What the fields first show for the stored values `plain` (fields of a need, `unknown` among them)."""
    unknown = set(plain["unknown"])
    shown: dict[str, Any] = {}
    for one in COLUMNS:
        value = plain[one.name]
        unsure = one.name in unknown and not one.open
        if one.kind == "yes_no":
            shown[one.name] = UNSURE if unsure else YES_NO[value]
        elif unsure:
            shown[one.name] = [UNSURE] if one.kind == "choices" else UNSURE
        else:
            shown[one.name] = value
    for part in PARTS:
        shown[unsure_name(part)] = [one.name for one in part.asked if one.open and one.name in unknown]
    return shown


def cleaned_values(data: Mapping[str, Any]) -> dict[str, Any]:
    """From cleaned fields to what is stored: the values, and `unknown`. Who answers and is unsure has answered."""
    ticked = {name for part in PARTS for name in data.get(unsure_name(part)) or ()}
    values: dict[str, Any] = {}
    for one in COLUMNS:
        value = data.get(one.name)
        if value == UNSURE or value == [UNSURE]:
            ticked.add(one.name)
            value = "" if one.kind == "choice" else [] if one.kind == "choices" else None
        elif one.kind == "yes_no":
            value = {"yes": True, "no": False}.get(value or "")
        elif one.kind == "choices":
            value = [code for code in value or () if code != UNSURE]
        values[one.name] = value
    unknown = [name for name in ASKED if name in ticked and values.get(name) in (None, "", [])]
    return {**values, "unknown": unknown}
