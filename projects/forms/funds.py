"""What is asked for the calls for funds: the plan, the next call, what was received."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms

from procurement import clock
from procurement.forms import DateField, Form, NumberField
from projects.forms.consultation import ProofMixin
from projects.models import CalledAmount, Instalment

MOST_CALLS = 12
USUAL_DAYS = 30


class InstalmentForm(Form):
    """One call of the plan; an empty row is left out."""

    label = forms.CharField(label="Intitulé", max_length=120, required=False)
    percent = NumberField(label="Part, en %", required=False, help_text="Deux décimales au plus ; la somme fait 100.")
    due_on = DateField(label="Échéance", required=False)
    milestone = forms.CharField(
        label="Ou évènement",
        max_length=160,
        required=False,
        help_text="Par exemple : à la notification du marché.",
    )

    def clean(self) -> dict[str, Any]:
        """A row that says anything says its label, its part, and when."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if not any(data.get(name) for name in self.fields) or self.errors:
            return data
        if not data.get("label"):
            self.add_error("label", "Donnez un intitulé à cet appel.")
        if not 0 < (data.get("percent") or 0) <= 100:
            self.add_error("percent", "Donnez une part comprise entre 0,01 et 100 %.")
        if not data.get("due_on") and not data.get("milestone"):
            self.add_error("due_on", "Donnez une échéance ou un évènement.")
        return data

    @property
    def row(self) -> dict[str, Any] | None:
        """The fields of an Instalment, None for an empty row."""
        data = self.cleaned_data
        if not data.get("label"):
            return None
        kept = {name: data[name] for name in ("label", "due_on", "milestone")}
        return {**kept, "basis_points": int(data["percent"] * 100)}


InstalmentFormSet = forms.formset_factory(InstalmentForm, extra=3, max_num=MOST_CALLS, validate_max=True)


def initial_plan(rows: Iterable[Instalment]) -> list[dict[str, Any]]:
    """What the formset starts from."""
    return [
        {
            "label": row.label,
            "percent": Decimal(row.basis_points) / 100,
            "due_on": row.due_on,
            "milestone": row.milestone,
        }
        for row in rows
    ]


class IssueForm(ProofMixin):
    """The next call."""

    due_on = DateField(label="À payer avant le")

    def __init__(self, *args: Any, planned: dt.date | None, owes_proof: bool, **kwargs: Any) -> None:
        usual = clock.today() + dt.timedelta(days=USUAL_DAYS)
        super().__init__(*args, initial={"due_on": max(planned or usual, usual)}, **kwargs)
        self.owe(proof=owes_proof, correction=False)


class ReceiptForm(ProofMixin):
    """The day on which the lead body had the money."""

    received_on = DateField(label="Reçu le")

    def __init__(self, *args: Any, amount: CalledAmount, owes_proof: bool, **kwargs: Any) -> None:
        super().__init__(*args, initial={"received_on": amount.received_on or clock.today()}, **kwargs)
        if amount.received_on:
            self.fields["note"] = forms.CharField(label="Motif de la correction", max_length=500)
        self.owe(proof=owes_proof, correction=False)
