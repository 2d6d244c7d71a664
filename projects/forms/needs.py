"""A need, its volumes and its requirements: typed in one page, in short sections. No row's identifier travels."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django import forms

from procurement.access import Actor
from procurement.forms import DateField, Form, MoneyField
from procurement.models import Body, BodyKind, Role
from projects.enums import NeedState
from projects.forms.need_rows import (
    BLANK_ROWS,
    EARLIEST_YEAR,
    LATEST_YEAR,
    OUT_OF_RANGE,
    RequirementRows,
    VolumeRows,
    typed,
)
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
        widget=forms.Textarea({"rows": 8}),
        help_text=f"Ce que vous voulez pouvoir faire, et pourquoi ({DESCRIPTION_MINIMUM} caractères au moins).",
    )
    current_solution = forms.CharField(
        label="Solution actuelle", max_length=255, required=False, help_text="Nom, éditeur, version si vous les savez."
    )
    contract_end = DateField(label="Fin du contrat en cours", required=False)
    maximum_cents = MoneyField(
        label="Maximum engageable",
        required=False,
        help_text="Pour toute la durée. Une indication : seule la convention signée engage.",
    )

    def __init__(self, *args: Any, actor: Actor, need: Need | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.need = need
        self.bodies = {str(body.pk): body for body in _declaring(actor)}
        self.fields["domain"].queryset = Domain.objects.all()  # type: ignore[attr-defined]
        if need is not None or len(self.bodies) == 1:
            del self.fields["body"]
        else:
            self._offer_bodies(actor)
        if need is not None:
            del self.fields["submission"]

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

    def clean_contract_end(self) -> dt.date | None:
        """A day of our times."""
        day: dt.date | None = self.cleaned_data["contract_end"]
        if day and not EARLIEST_YEAR <= day.year <= LATEST_YEAR:
            raise forms.ValidationError(OUT_OF_RANGE)
        return day

    def clean_description(self) -> str:
        """Line ends as they are stored, so that sending a text back unchanged changes nothing."""
        return str(self.cleaned_data["description"]).replace("\r\n", "\n")

    def clean(self) -> dict[str, Any]:
        """What is published stays fit to be published."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if self.need is not None and self.need.state == NeedState.PUBLISHED:
            if "domain" in data and data["domain"] is None:
                self.add_error("domain", "Un besoin publié a un domaine.")
            if "description" in data and len(data["description"].strip()) < DESCRIPTION_MINIMUM:
                self.add_error("description", f"Un besoin publié en demande {DESCRIPTION_MINIMUM} caractères au moins.")
        return data


def _declaring(actor: Actor) -> list[Body]:
    """The bodies for which one may declare: a partner has no need of its own."""
    return [body for body in actor.bodies_as(Role.AGENT) if body.kind != BodyKind.PARTNER]


@dataclass(frozen=True)
class Fault:
    """A wrong field as the summary at the top of the page names it."""

    label: str
    errors: list[str]
    id_for_label: str
    auto_id: str


Stored = list[dict[str, Any]] | None


class NeedPage:
    """The three forms of the page as one. Answers what `components/error_summary.html` asks of a form."""

    def __init__(self, *, actor: Actor, need: Need | None = None, data: Mapping[str, Any] | None = None) -> None:
        self.actor, self.need = actor, need
        first: dict[str, Any] = {"submission": uuid.uuid4()}
        volumes: Stored = None
        requirements: Stored = None
        if need is not None and data is None:  # rows are told from nothing once sent: what is the same is still wanted
            first, volumes, requirements = _stored(need)
        self.form = NeedForm(data, actor=actor, need=need, initial=first)
        self.volumes = VolumeRows(data, prefix="volumes", initial=volumes)
        self.requirements = RequirementRows(data, prefix="requirements", initial=requirements)

    def is_valid(self) -> bool:
        """True when all three are; all are checked, so that every fault is shown at once."""
        return all([self.form.is_valid(), self.volumes.is_valid(), self.requirements.is_valid()])

    def facts(self) -> dict[str, Any]:
        """The arguments of the actions, the body and the submission set apart."""
        fields = {name: value for name, value in self.form.cleaned_data.items() if name not in ("body", "submission")}
        return {**fields, "volumes": self.volumes.filled, "requirements": self.requirements.filled}

    @property
    def body(self) -> Body:
        """The body chosen, once valid."""
        return self.form.cleaned_data.get("body") or self.form.owner

    def as_typed(self) -> NeedPage:
        """The same page, unchecked, as typed, without one more row."""
        page = NeedPage(actor=self.actor, need=self.need)
        page.form = NeedForm(actor=self.actor, need=self.need, initial=typed(self.form))
        page.volumes = VolumeRows(prefix="volumes", initial=self.volumes.typed)
        page.requirements = RequirementRows(prefix="requirements", initial=self.requirements.typed)
        page.volumes.extra = page.requirements.extra = 0
        return page

    def with_more_rows(self, where: str) -> NeedPage:
        """The same, with more empty rows at the end of « volumes » or « exigences »."""
        page = self.as_typed()
        grown = page.volumes if where == "volumes" else page.requirements
        grown.extra = BLANK_ROWS
        return page

    @cached_property
    def domain(self) -> Domain | None:
        """The domain chosen so far."""
        chosen = str(self.form["domain"].value() or "")
        return next((domain for domain in self._domains if str(domain.pk) == chosen), None)

    @cached_property
    def _domains(self) -> list[Domain]:
        return list(self.form.fields["domain"].queryset)  # type: ignore[attr-defined]

    @property
    def usual_volumes(self) -> list[dict[str, str]]:
        """What is usually counted, for suggestions: in the domain chosen, else in all of them."""
        domains = [self.domain] if self.domain else self._domains
        return list({item["label"]: item for domain in domains for item in domain.volumes}.values())

    @property
    def chapters(self) -> list[str]:
        """Chapters already used in the page, suggested for the next rows."""
        return list(dict.fromkeys(row["chapter"] for row in self.requirements.typed if row["chapter"]))

    @property
    def errors(self) -> bool:
        """True if something is wrong."""
        return bool(self.visible_fields or self.non_field_errors or self.form.errors)

    @property
    def non_field_errors(self) -> list[str]:
        """What concerns no single field."""
        if not self.form.is_bound:
            return []
        both = [*self.volumes.non_form_errors(), *self.requirements.non_form_errors()]
        return [str(error) for error in [*self.form.non_field_errors(), *both]]

    @property
    def hidden_fields(self) -> list[forms.BoundField]:
        """The hidden ones."""
        return self.form.hidden_fields()

    @property
    def visible_fields(self) -> list[Fault]:
        """The wrong fields of the three forms, rows by their number."""
        named: list[tuple[str, forms.BaseForm]] = [("", self.form)]
        named += [(f"Volume {number}, ", form) for number, form in enumerate(self.volumes.forms, 1)]
        named += [(f"Exigence {number}, ", form) for number, form in enumerate(self.requirements.forms, 1)]
        wrong = [(place, field) for place, form in named for field in form.visible_fields() if field.errors]
        return [
            Fault(
                label=f"{place}{field.label}",
                errors=[str(error) for error in field.errors],
                id_for_label=field.id_for_label,
                auto_id=str(field.auto_id),
            )
            for place, field in wrong
        ]


def _stored(need: Need) -> tuple[dict[str, Any], list[dict[str, Any]], list[dict[str, Any]]]:
    """What the database holds, as the three forms show it first."""
    names = ("title", "description", "current_solution", "contract_end", "maximum_cents")
    first = {"domain": need.domain_id, **{name: getattr(need, name) for name in names}}
    volumes = [dict(row) for row in need.volumes.values("label", "quantity", "unit", "year")]
    return first, volumes, [dict(row) for row in need.requirements.values("chapter", "text", "priority", "source")]
