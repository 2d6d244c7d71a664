"""What two calculators ask: the price of each lot and the common costs; the age of a development already paid."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from procurement import money
from procurement.forms import Form, MoneyField
from projects.costsharing.newcomer import LIFE_MONTHS
from projects.models import Lot

RETROACTIVE, LINEAR = "cle", "amortissement"
RULES = (
    (RETROACTIVE, "Clé rétroactive : comme s'il avait été là dès le début"),
    (LINEAR, "Amortissement linéaire : sa part de la valeur qui reste"),
)


class OrdersForm(Form):
    """A unit price per lot, and what the orders do not cover."""

    communs = MoneyField(label="Frais communs à partager", required=False)

    def __init__(self, data: Mapping[str, Any], *, lots: Sequence[Lot], common_cents: int) -> None:
        super().__init__({"communs": money.plain(common_cents), **dict(data.items())})
        for lot in lots:
            self.fields[f"prix_{lot.number}"] = MoneyField(label=f"{lot} : prix unitaire", required=False)
        self.order_fields([name for name in self.fields if name != "communs"])


class EntryForm(Form):
    """The rule of domain.md §3, K13, and how old the development is."""

    regle = forms.ChoiceField(label="Règle", choices=RULES, required=False)
    mois = forms.IntegerField(label="Âge du développement, en mois", required=False, min_value=0, max_value=1200)
    duree = forms.IntegerField(label="Durée d'amortissement, en mois", required=False, min_value=1, max_value=1200)
    ajouter = forms.CharField(
        label="Nouvel organisme", required=False, max_length=100, help_text="Nom, code postal, INSEE ou SIREN."
    )

    def __init__(self, data: Mapping[str, Any]) -> None:
        super().__init__({"regle": RETROACTIVE, "mois": "0", "duree": str(LIFE_MONTHS), **dict(data.items())})


class ConcoursForm(Form):
    """The cost of an equipment and what others already give for it (domain.md §3, fonds de concours check)."""

    cout = MoneyField(label="Coût", required=False)
    subventions = MoneyField(label="Subventions", required=False, suffix="€")

    def __init__(self, data: Mapping[str, Any], *, cost_cents: int, subsidy_cents: int) -> None:
        shown = {"cout": money.plain(cost_cents), "subventions": money.plain(subsidy_cents)}
        super().__init__({**shown, **dict(data.items())})
