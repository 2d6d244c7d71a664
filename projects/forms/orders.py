"""An order, its cancellation, the duration of the contract and the decision to renew it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError

from procurement import clock
from procurement.access import Actor
from procurement.forms import DateField, Form, ModelForm, MoneyField
from projects.models import ContractTerm, Lot, Order, Participation, Project
from projects.orders.rules import owes_order_proof
from projects.planning.term import MOST_RENEWALS

PROOF_HELP = "Vous agissez pour un autre organisme : courriel du…, copie reçue le…"
LONGEST_NOTICE = 24  # months


class RefusedFields(Form):
    """A form that can show what an action refused beside the fields it named."""

    def refuse(self, error: ValidationError) -> None:
        """Fields that this form does not show go above it."""
        found: Mapping[str, list[str]] = getattr(error, "message_dict", {NON_FIELD_ERRORS: error.messages})
        for name, lines in found.items():
            for line in lines:
                self.add_error(name if name in self.fields else None, line)


class OrderForm(RefusedFields):
    """One order of one of the bodies for which this person records."""

    participation = forms.TypedChoiceField(label="Organisme qui commande", coerce=int)
    lot = forms.TypedChoiceField(label="Lot", coerce=int, empty_value=None, required=False)
    reference = forms.CharField(
        label="Référence", max_length=60, help_text="Celle de votre bon de commande ou de votre engagement."
    )
    label = forms.CharField(label="Objet", max_length=255, required=False)
    ordered_on = DateField(label="Date de la commande")
    amount_cents = MoneyField(label="Montant", min_cents=1)
    note = forms.CharField(label="Preuve", max_length=500, required=False)
    submission = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, *args: Any, rows: Sequence[Participation], lots: Sequence[Lot], actor: Actor, **kwargs: Any
    ) -> None:
        super().__init__(*args, initial={"submission": uuid.uuid4(), "ordered_on": clock.today()}, **kwargs)
        self.rows, self.lots = {row.pk: row for row in rows}, {lot.pk: lot for lot in lots}
        self.fields["participation"].choices = [(row.pk, str(row.body)) for row in rows]  # type: ignore[attr-defined]
        if len(lots) > 1:
            choices = [("", "Choisir"), *((lot.pk, str(lot)) for lot in lots)]
            self.fields["lot"].choices = choices  # type: ignore[attr-defined]
            self.fields["lot"].required = True
        else:
            del self.fields["lot"]
        if any(owes_order_proof(row, actor) for row in rows):
            self.fields["note"].help_text = PROOF_HELP
        else:
            del self.fields["note"]

    def facts(self) -> tuple[Participation, dict[str, Any]]:
        """What `record_order` takes."""
        data = self.cleaned_data
        only = next(iter(self.lots.values()), None) if len(self.lots) == 1 else None
        lot = self.lots.get(data.get("lot") or 0, only)
        names = ("reference", "label", "ordered_on", "amount_cents", "submission")
        found = {name: data[name] for name in names} | {"lot": lot, "note": data.get("note", "")}
        return self.rows[data["participation"]], found


class CancelOrderForm(RefusedFields):
    """Why an order no longer counts."""

    reason = forms.CharField(label="Motif", max_length=500, help_text="Saisie en double, commande abandonnée…")
    note = forms.CharField(label="Preuve", max_length=500, required=False, help_text=PROOF_HELP)

    def __init__(self, *args: Any, order: Order, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not owes_order_proof(order.participation, actor):
            del self.fields["note"]


class TermForm(ModelForm, RefusedFields):
    """How long the contract runs. A project already knows its duration, and often the day of notification."""

    class Meta:
        model = ContractTerm
        fields = (
            "starts_on",
            "firm_months",
            "renewals",
            "renewal_months",
            "notice_months",
            "tacit",
            "long_reason",
        )
        field_classes = {"starts_on": DateField}
        help_texts = {
            "starts_on": "La durée court de la notification, sauf clause contraire.",
            "renewals": f"0 s'il n'y en a pas, {MOST_RENEWALS} au plus.",
            "notice_months": "Combien de mois avant la fin d'une période la décision se prend.",
            "tacit": "Sauf clause contraire, la reconduction est tacite (article R. 2112-4 du CCP).",
            "long_reason": "Au-delà de quatre ans, reconductions comprises (article L. 2125-1 du CCP).",
        }

    def __init__(self, *args: Any, project: Project, term: ContractTerm | None, notified: dt.date | None) -> None:
        known = {"starts_on": notified, "firm_months": project.duration_months} if term is None else {}
        super().__init__(*args, instance=term or ContractTerm(project=project), initial=known)
        for name in ("renewals", "renewal_months", "notice_months", "long_reason"):
            self.fields[name].required = False

    def clean(self) -> dict[str, Any]:
        """An empty number is none."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        for name in ("renewals", "renewal_months", "notice_months"):
            if name in data and data[name] is None:
                data[name] = 0
        return data

    def facts(self) -> dict[str, Any]:
        """What `set_term` takes."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


class RenewalForm(RefusedFields):
    """Renewed or not."""

    renewed = forms.TypedChoiceField(
        label="Décision",
        choices=(("oui", "Le marché est reconduit"), ("non", "Le marché n'est pas reconduit")),
        widget=forms.RadioSelect,
        coerce=lambda text: text == "oui",
    )
    note = forms.CharField(label="Note", max_length=500, required=False, help_text="Décision ou délibération du…")
