"""The fields of a need: the four that publishing asks for, and those that may wait."""

from __future__ import annotations

import json
from typing import Any

from django import forms

from procurement.access import Actor
from procurement.forms import Form
from procurement.models import Body, BodyKind, Role
from projects.enums import NeedState
from projects.forms.need_fields import cleaned_values, declaration_fields
from projects.models import Domain, Need
from projects.requirements import DESCRIPTION_MINIMUM


class _WantedLater:
    """Shown as compulsory, since publishing asks for it, but a draft may be saved without."""

    def validate(self, value: Any) -> None:
        if value not in forms.Field.empty_values:
            super().validate(value)  # type: ignore[misc]


class LaterText(_WantedLater, forms.CharField):
    """A text that only publishing asks for."""


class LaterDomain(_WantedLater, forms.ModelChoiceField):
    """A domain that only publishing asks for."""


class NeedForm(Form):
    """What the body needs, and what it knows of today's situation."""

    submission = forms.UUIDField(widget=forms.HiddenInput)
    base = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40_000)
    body = forms.TypedChoiceField(label="Organisme", help_text="Celui qui a ce besoin.")
    domain = LaterDomain(label="Domaine", queryset=Domain.objects.none(), empty_label="Choisissez un domaine")
    title = forms.CharField(
        label="Intitulé",
        max_length=255,
        help_text="Ce qu'un collègue chercherait, par exemple « Remplacer le logiciel d'état civil ».",
    )
    description = LaterText(
        label="Description",
        max_length=20_000,
        widget=forms.Textarea({"rows": 6}),
        help_text=f"Ce que vous voulez pouvoir faire, et pourquoi ({DESCRIPTION_MINIMUM} caractères au moins).",
    )

    def __init__(self, *args: Any, actor: Actor, need: Need | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.update(declaration_fields())
        self.need = need
        self.bodies = {str(body.pk): body for body in _declaring(actor)}
        self.fields["domain"].queryset = Domain.objects.all()  # type: ignore[attr-defined]
        if need is not None or len(self.bodies) == 1:
            del self.fields["body"]
        else:
            self._offer_bodies(actor)
        del self.fields["base" if need is None else "submission"]

    def _offer_bodies(self, actor: Actor) -> None:
        field = self.fields["body"]
        field.choices = [(pk, body.name) for pk, body in self.bodies.items()]  # type: ignore[attr-defined]
        field.coerce = self.bodies.__getitem__  # type: ignore[attr-defined]
        if actor.body is not None:
            self.initial.setdefault("body", str(actor.body.pk))

    @property
    def owner(self) -> Body:
        """The body of the need, shown as text when there is no choice."""
        return self.need.body if self.need else next(iter(self.bodies.values()))

    def clean_description(self) -> str:
        """Line ends as they are stored, so that sending a text back unchanged changes nothing."""
        return str(self.cleaned_data["description"]).replace("\r\n", "\n")

    def clean_base(self) -> dict[str, Any] | None:
        """What the page showed, as digests; None when it does not say."""
        try:
            found = json.loads(self.cleaned_data["base"] or "null")
        except ValueError:
            return None
        return found if isinstance(found, dict) else None

    def clean(self) -> dict[str, Any]:
        """What is published stays fit to be published; what is told of money and days holds together."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if self.need is not None and self.need.state == NeedState.PUBLISHED:
            if "domain" in data and data["domain"] is None:
                self.add_error("domain", "Un besoin publié a un domaine.")
            if "description" in data and len(data["description"].strip()) < DESCRIPTION_MINIMUM:
                self.add_error("description", f"Un besoin publié en demande {DESCRIPTION_MINIMUM} caractères au moins.")
        if _reversed(data, "estimate_min_cents", "estimate_max_cents"):
            self.add_error("estimate_max_cents", "L'estimation haute est plus petite que la basse.")
        if _reversed(data, "go_live", "latest_date"):
            self.add_error("latest_date", "La date butoir vient avant la mise en service souhaitée.")
        return data

    @property
    def values(self) -> dict[str, Any]:
        """What is stored, once valid: the fields of a need, the rows and the questions set apart."""
        four = {name: self.cleaned_data[name] for name in ("domain", "title", "description")}
        return {**four, **cleaned_values(self.cleaned_data)}


def _reversed(data: dict[str, Any], low: str, high: str) -> bool:
    first, second = data.get(low), data.get(high)
    return first is not None and second is not None and first > second


def _declaring(actor: Actor) -> list[Body]:
    """The bodies for which one may declare: a partner has no need of its own."""
    return [body for body in actor.bodies_as(Role.AGENT) if body.kind != BodyKind.PARTNER]
