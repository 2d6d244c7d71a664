"""Cost lines and their keys, typed by the coordinator."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms

from procurement.forms import Form, MoneyField, NumberField
from projects import keys
from projects.models import CostLine

KEEP, EQUAL, POPULATION, WEIGHT, PERCENT = "keep", "equal", "population", "weight", "percent"
KEYS = (
    (EQUAL, "Parts égales"),
    (POPULATION, "Au prorata de la population municipale"),
    (WEIGHT, "Au prorata d'un autre poids, que chacun déclare"),
    (PERCENT, "Pourcentages votés (saisis à l'étape suivante)"),
)
VAT_RATES = (
    ("20", "20 %"),
    ("10", "10 %"),
    ("8.5", "8,5 % (outre-mer)"),
    ("5.5", "5,5 %"),
    ("2.1", "2,1 %"),
    ("0", "0 %"),
)


class CostLineForm(Form):
    """A cost and the key that shares it. A key this form cannot write is kept as it is."""

    label = forms.CharField(label="Libellé", max_length=255, required=False)
    amount_cents = MoneyField(label="Montant", required=False)
    vat_percent = forms.ChoiceField(label="TVA", choices=VAT_RATES, initial="20")
    key = forms.ChoiceField(label="Clé de répartition", choices=KEYS, initial=POPULATION)
    weight = forms.SlugField(
        label="Nom du poids",
        max_length=40,
        required=False,
        help_text="users, acts, agents…, pour le prorata d'un autre poids.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.stored: dict[str, Any] = self.initial.pop("stored", {})
        if self.stored:
            kept = (KEEP, f"Inchangée : {keys.key_label(self.stored)}")
            self.fields["key"].choices = (kept, *KEYS)  # type: ignore[attr-defined]
            rates = [rate for rate, _ in VAT_RATES]
            if (rate := self.initial.get("vat_percent")) and rate not in rates:
                self.fields["vat_percent"].choices = (*VAT_RATES, (rate, f"{rate} %"))  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A label goes with an amount; a weight is named when it is needed."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if bool(data.get("label")) != (data.get("amount_cents") is not None) and "amount_cents" not in self.errors:
            raise forms.ValidationError("Une ligne de coût a un libellé et un montant.")
        if data.get("key") == WEIGHT and not data.get("weight"):
            self.add_error("weight", "Nommez le poids que chacun déclarera, par exemple users.")
        return data

    @property
    def line(self) -> dict[str, Any] | None:
        """The fields of a CostLine, or None for an empty row."""
        data = self.cleaned_data
        if not data.get("label"):
            return None
        written: dict[str, dict[str, Any]] = {
            KEEP: self.stored,
            EQUAL: {"kind": "equal"},
            POPULATION: {"kind": "prorata", "weight": "population"},
            WEIGHT: {"kind": "prorata", "weight": data.get("weight", "")},
            PERCENT: {"kind": "percent", "percents": {}},
        }
        names = ("label", "amount_cents", "vat_percent")
        return {name: data[name] for name in names} | {"key": written[data["key"]]}


CostLineFormSet = forms.formset_factory(CostLineForm, extra=2, max_num=60)


def initial_lines(lines: list[CostLine]) -> list[dict[str, Any]]:
    """What the formset starts from."""
    return [
        {
            "label": line.label,
            "amount_cents": line.amount_cents,
            "vat_percent": line.vat_percent,
            "key": KEEP,
            "stored": line.key,
        }
        for line in lines
    ]


class PercentsForm(Form):
    """One percentage per body that buys; they sum to exactly 100."""

    def __init__(self, *args: Any, bodies: list[tuple[str, str]], percents: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ids = [siren for siren, _ in bodies]
        for siren, name in bodies:
            self.fields[siren] = NumberField(
                label=f"{name} (%)",
                decimals=4,
                most_digits=3,
                initial=Decimal(percents[siren]) if siren in percents else None,
            )

    def clean(self) -> dict[str, Any]:
        """K12: 33,33 three times is not 100."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        total = sum((data.get(siren) or Decimal(0) for siren in self.ids), Decimal(0))
        if not self.errors and total != 100:
            shown = f"{total.normalize():f}".replace(".", ",")
            raise forms.ValidationError(f"La somme est de {shown} % : il faut exactement 100 %.")
        return data

    def key(self) -> dict[str, Any]:
        """The JSON form of the key."""
        percents = {siren: f"{self.cleaned_data[siren].normalize():f}" for siren in self.ids}
        return {"kind": "percent", "percents": percents}
