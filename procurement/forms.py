"""How every form is drawn, and the fields of our own: amounts and days."""

import re
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

import django.forms
from django import forms
from django.conf import settings
from django.forms.renderers import DjangoTemplates

from procurement import money


class Renderer(DjangoTemplates):
    """Draws forms with templates/forms/, and widgets with Django's own templates unless we have a better one there."""

    form_template_name = "forms/form.html"
    field_template_name = "forms/field.html"

    @cached_property
    def engine(self) -> Any:
        """An engine of its own: widgets need no context processor, and `django.forms` is not an installed app."""
        return self.backend(
            {
                "APP_DIRS": True,
                "DIRS": [settings.ROOT / "templates", Path(django.forms.__file__).parent / "templates"],
                "NAME": "forms",
                "OPTIONS": {"builtins": ["procurement.templatetags.cordee"]},
            }
        )


class FormMixin:
    """Says what to do about an empty field, where Django only says that it is compulsory."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():  # type: ignore[attr-defined]
            if field.error_messages["required"] == forms.Field.default_error_messages["required"]:
                field.error_messages["required"] = _what_to_do(field)


def _what_to_do(field: forms.Field) -> str:
    if isinstance(field, forms.ChoiceField | forms.ModelChoiceField):
        return "Choisissez une réponse."
    return "Cochez cette case." if isinstance(field, forms.BooleanField) else "Remplissez ce champ."


class Form(FormMixin, forms.Form):
    """A form of the site."""


class ModelForm(FormMixin, forms.ModelForm):
    """A form on one of our models: name its `fields`, never all of them."""


class MoneyInput(forms.TextInput):
    """A text box for an amount; shows cents as `1234,56` and gives back what was typed when it was wrong."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"inputmode": "decimal", "autocomplete": "off", "class": "money", **(attrs or {})})

    def format_value(self, value: Any) -> str | None:
        """An integer is cents; a string is what the person typed."""
        return money.plain(value) if isinstance(value, int) else super().format_value(value)


class MoneyField(forms.Field):
    """An amount typed the French way; cleans to integer cents, or None when it may be left empty.

    `suffix` is shown after the box (« € HT »). `min_cents` refuses less, with its own sentence.
    """

    widget = MoneyInput
    default_error_messages = {"required": "Indiquez un montant, par exemple 1 234,56."}

    def __init__(self, *, suffix: str = "€ HT", min_cents: int = 0, **kwargs: Any) -> None:
        self.suffix = suffix
        self.min_cents = min_cents
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> int | None:
        """Cents, or None for nothing; refuses with the reason `parse_euros` gives."""
        if value in self.empty_values:
            return None
        try:
            cents = money.parse_euros(str(value))
        except ValueError as reason:
            raise forms.ValidationError(str(reason), code="invalid") from None
        if cents < self.min_cents:
            raise forms.ValidationError(f"Le montant doit être d'au moins {money.euros(self.min_cents)}.", code="min")
        return cents

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compares amounts, not spellings: `1 000` and `1000,00` are the same."""
        try:
            return bool(initial != self.to_python(data))
        except forms.ValidationError:
            return True


class NumberField(forms.Field):
    """A positive number typed the French way (`1 905`, `12,5`); cleans to an exact Decimal, or None when left empty.

    Refuses in a line, without computing on what is too long: `most_digits` before the comma, `decimals` after.
    """

    widget = forms.TextInput({"inputmode": "decimal", "autocomplete": "off"})

    def __init__(self, *, decimals: int = 2, most_digits: int = 12, **kwargs: Any) -> None:
        self.most_digits = most_digits
        self.pattern = re.compile(rf"(\d{{1,3}}( \d{{3}}){{1,3}}|\d+)([,.]\d{{1,{decimals}}})?")
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Decimal | None:
        """The number, or None for nothing."""
        if value in self.empty_values:
            return None
        text = re.sub(r"[\u00a0\u202f\u2009\s]+", " ", str(value)[:40]).strip()
        if re.fullmatch(r"[-\u2212] ?\d.*", text):
            raise forms.ValidationError("Ce nombre ne peut pas être négatif.", code="negative")
        if sum(character.isdigit() for character in text.partition(",")[0]) > self.most_digits:
            raise forms.ValidationError(f"{self.most_digits} chiffres au plus.", code="max_digits")
        if not text.isascii() or not self.pattern.fullmatch(text):
            raise forms.ValidationError("Écrivez un nombre comme 1 905 ou 12,5.", code="invalid")
        return Decimal(text.replace(" ", "").replace(",", "."))

    def prepare_value(self, value: Any) -> Any:
        """`Decimal("1905.00")` is shown as `1905`; what was typed stays as typed."""
        if not isinstance(value, Decimal):
            return value
        plain = f"{value:f}"
        return (plain.rstrip("0").rstrip(".") if "." in plain else plain).replace(".", ",")


class DateInput(forms.DateInput):
    """The browser's own day picker, which only speaks ISO."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class DateField(forms.DateField):
    """A day: ISO from the picker, JJ/MM/AAAA when typed in a browser that has none."""

    widget = DateInput
    default_error_messages = {"invalid": "Écrivez une date comme 30/04/2026."}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(input_formats=["%Y-%m-%d", "%d/%m/%Y"], **kwargs)
