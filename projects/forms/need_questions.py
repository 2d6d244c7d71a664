"""What a functional domain asks: a number is kept as a volume, yes or no as an answer. Stewards write the list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms

from procurement import clock
from procurement.forms import Form, NumberField
from projects.forms.need_fields import NOT_YET
from projects.forms.need_rows import YearField
from projects.models import Domain
from projects.needs.declaration import UNSURE, UNSURE_SAID
from projects.needs.overlap import digest

PREFIX = "questions"
Row = dict[str, Any]


def key_of(label: str) -> str:
    """The name of a question's field: the same for the same words, whatever their place in the list."""
    return f"q_{digest(label)}"


class QuestionsForm(Form):
    """The questions of the domain chosen; those of another one, answered before it was changed, are read too."""

    year = YearField(label="Année de ces nombres", required=False)
    unsure = forms.MultipleChoiceField(label="Je ne sais pas", widget=forms.CheckboxSelectMultiple, required=False)

    def __init__(
        self, data: Mapping[str, Any] | None, *, domain: Domain | None, domains: Iterable[Domain], **kwargs: Any
    ) -> None:
        super().__init__(data, prefix=PREFIX, **kwargs)
        self.initial.setdefault("year", clock.today().year - 1)
        self.asked: list[Mapping[str, Any]] = list(domain.questions) if domain else []
        every = {key_of(question["label"]): question for one in domains for question in one.questions}
        own = {key_of(question["label"]): question for question in self.asked}
        sent = {
            name: question for name, question in every.items() if data is not None and self.add_prefix(name) in data
        }
        self.read = {**sent, **own}
        for name, question in self.read.items():
            self.fields[name] = _field(question)
        counted = [(name, question["label"]) for name, question in self.read.items() if question["kind"] == "number"]
        if counted:
            self.fields["unsure"].choices = counted  # type: ignore[attr-defined]
        else:
            del self.fields["year"], self.fields["unsure"]
        self.own = own

    @property
    def shown(self) -> list[forms.BoundField]:
        """The questions of the domain chosen, as fields."""
        return [self[name] for name in self.own]

    @property
    def counts(self) -> bool:
        """True if one of those asks for a number."""
        return any(question["kind"] == "number" for question in self.own.values())

    @property
    def volumes(self) -> list[Row]:
        """The numbers given, once valid, as volumes."""
        return [
            _volume(question, self.cleaned_data[name], self.cleaned_data["year"])
            for name, question in self.read.items()
            if question["kind"] == "number" and self.cleaned_data[name] is not None
        ]

    @property
    def answers(self) -> dict[str, str]:
        """By question, once valid: yes, no, or UNSURE (of a number too, when none is given)."""
        unsure = self.cleaned_data.get("unsure") or ()
        found = {}
        for name, question in self.read.items():
            value = self.cleaned_data[name]
            if question["kind"] == "number":
                value = UNSURE if name in unsure and value is None else ""
            if value:
                found[question["label"]] = value
        return found

    def typed_elsewhere(self) -> list[Row]:
        """Numbers typed, unchecked, for a domain that is no longer the one chosen: rows of volumes as they stand."""
        return [
            _volume(question, self[name].value(), self["year"].value())
            for name, question in self.read.items()
            if name not in self.own and question["kind"] == "number" and self[name].value()
        ]


def _volume(question: Mapping[str, Any], quantity: Any, year: Any) -> Row:
    return {"label": question["volume"], "quantity": quantity, "unit": question["unit"], "year": year}


def _field(question: Mapping[str, Any]) -> forms.Field:
    if question["kind"] == "number":
        field = NumberField(label=question["label"], required=False)
        field.suffix = question["unit"]  # type: ignore[attr-defined]
        return field
    choices = [NOT_YET, ("yes", "Oui"), ("no", "Non"), (UNSURE, UNSURE_SAID)]
    return forms.ChoiceField(label=question["label"], choices=choices, required=False)


def split(
    domain: Domain | None, volumes: Sequence[Row], answers: Mapping[str, str]
) -> tuple[dict[str, Any], list[Row]]:
    """What the questions first show, and the volumes that none of them asks for (another year, another unit)."""
    asked = {(q["volume"], q["unit"]): q for q in (domain.questions if domain else ()) if q["kind"] == "number"}
    matching = [row for row in volumes if (row["label"], row["unit"]) in asked]
    first: dict[str, Any] = {"unsure": []}
    left = list(volumes)
    if matching:
        first["year"] = matching[0]["year"]
    for row in matching:
        name = key_of(asked[row["label"], row["unit"]]["label"])
        if row["year"] == first["year"] and name not in first:
            first[name] = row["quantity"]
            left.remove(row)
    for question in domain.questions if domain else ():
        answer, name = answers.get(question["label"], ""), key_of(question["label"])
        if question["kind"] == "yes_no":
            first[name] = answer
        elif answer == UNSURE and name not in first:
            first["unsure"].append(name)
    return first, left
