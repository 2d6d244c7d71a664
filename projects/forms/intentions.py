"""The intention of a body: its maximum, in all, per year and per lot; its quantities; what it brings in kind."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms

from procurement.forms import MoneyField, NumberField
from projects.enums import BudgetSection
from projects.forms.acts import count_field
from projects.forms.step_base import StepForm
from projects.models import Lot, LotQuantity, Participation, Project
from projects.pooling import keys
from projects.pooling.act_scale import WEIGHT, kinds_of, weigh


class DeclareForm(StepForm):
    """An intention. Only the whole maximum is asked of everybody; the rest helps, and may wait."""

    maximum_cents = MoneyField(
        label="Notre maximum HT, sur toute la durée",
        help_text="Une indication qui n'engage pas : seule la convention signée engage. "
        "Écrivez 0 si vous participez sans acheter (hébergement, conseil).",
    )
    yearly_maximum_cents = MoneyField(label="Dont par an, au plus", required=False)
    budget_section = forms.ChoiceField(
        label="Section budgétaire",
        choices=[("", "Pas encore décidé"), *BudgetSection.choices],
        required=False,
        help_text="Votre service financier tranche.",
    )
    in_kind_days = NumberField(
        label="Apport en nature : jours",
        required=False,
        most_digits=4,
        help_text="Le temps de vos agents, sur toute la durée.",
    )
    in_kind_day_cents = MoneyField(
        label="Apport en nature : valeur d'une journée",
        required=False,
        suffix="€",
        help_text="Elle se justifie : coût réel d'un agent, jamais une subvention déguisée.",
    )

    def __init__(self, *args: Any, obj: Participation, **kwargs: Any) -> None:
        names = ("maximum_cents", "yearly_maximum_cents", "budget_section", "in_kind_days", "in_kind_day_cents")
        super().__init__(*args, obj=obj, initial={name: getattr(obj, name) for name in names}, **kwargs)
        self.names = weight_names(obj.project)
        self.acts = kinds_of(obj.project) if WEIGHT in self.names else []
        for name in self.names:
            if self.acts and name == WEIGHT:
                known = obj.weights
                self.fields.update({kind.name: count_field(kind, known.get(kind.name)) for kind in self.acts})
                continue
            self.fields[f"weight_{name}"] = NumberField(
                label=keys.weight_label(name),
                initial=obj.weights.get(name),
                help_text="Sert à la clé de répartition.",
            )
        declared = {row.lot_id: row for row in obj.quantities.all()}
        maxima = {row.lot_id: row.maximum_cents for row in obj.lot_maxima.all()}
        self.lots = list(obj.project.lots.all())
        for lot in self.lots:
            self._add_lot(lot, declared.get(lot.pk), maxima.get(lot.pk))
        last = ("in_kind_days", "in_kind_day_cents", "note")
        self.order_fields([*(name for name in self.fields if name not in last), *last])

    def _add_lot(self, lot: Lot, row: LotQuantity | None, maximum_cents: int | None) -> None:
        """Quantities « au moins … jusqu'à … »; with several lots, the maximum of each says who takes part in which."""
        number = lot.number
        if len(self.lots) > 1:
            self.fields[f"lot_maximum_{number}"] = MoneyField(
                label=f"{lot} : maximum HT",
                required=False,
                initial=maximum_cents,
                help_text="Laissez vide si vous ne prenez pas part à ce lot. La somme des lots est notre maximum.",
            )
        self.fields[f"minimum_{number}"] = NumberField(
            label=f"{lot} : au moins", required=False, initial=row.minimum if row else None
        )
        self.fields[f"quantity_{number}"] = NumberField(
            label=f"{lot} : jusqu'à", required=False, initial=row.quantity if row else None
        )
        self.fields[f"unit_{number}"] = forms.CharField(
            label=f"{lot} : unité", max_length=40, required=False, initial=row.unit if row else "postes"
        )

    def clean(self) -> dict[str, Any]:
        """« Au moins » goes with « jusqu'à »: a purchase without a maximum quantity says nothing."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        for lot in self.lots:
            if data.get(f"minimum_{lot.number}") is not None and data.get(f"quantity_{lot.number}") is None:
                self.add_error(f"quantity_{lot.number}", "Donnez aussi la quantité maximale.")
        return data

    def facts(self) -> dict[str, Any]:
        """Exact decimal strings: facts are kept as JSON in the journal."""
        data = self.cleaned_data
        quantities = [
            {
                "lot": lot.number,
                "minimum": _exact(data[f"minimum_{lot.number}"]),
                "quantity": _exact(data[f"quantity_{lot.number}"]),
                "unit": data[f"unit_{lot.number}"] or "unités",
            }
            for lot in self.lots
            if data[f"quantity_{lot.number}"] is not None
        ]
        maxima = {lot.number: data.get(f"lot_maximum_{lot.number}") for lot in self.lots}
        return {
            "maximum_cents": data["maximum_cents"],
            "weights": self._weights(),
            "quantities": quantities,
            "lot_maxima": [{"lot": lot, "maximum_cents": cents} for lot, cents in maxima.items() if cents is not None],
            "yearly_maximum_cents": data["yearly_maximum_cents"],
            "budget_section": data["budget_section"],
            "in_kind_days": _exact(data["in_kind_days"]),
            "in_kind_day_cents": data["in_kind_day_cents"],
        }

    def _weights(self) -> dict[str, str]:
        """By name. Acts are kept one by one beside the figure they weigh, so that the form can be taken up again."""
        plain = [name for name in self.names if f"weight_{name}" in self.fields]
        found = {name: format(self.cleaned_data[f"weight_{name}"], "f") for name in plain}
        if self.acts:
            counts = {kind.name: self.cleaned_data[kind.name] for kind in self.acts}
            found |= {name: str(count) for name, count in counts.items()} | {WEIGHT: weigh(self.acts, counts)}
        return found


def _exact(number: Decimal | None) -> str | None:
    return None if number is None else format(number, "f")


def weight_names(project: Project) -> list[str]:
    """The weights that bodies must declare for the keys of the project; population comes from the registry."""
    return sorted({name for line in project.cost_lines.all() for name in keys.declared_weights(line.key)})
