"""What a simulation may change, read from its address: a field that is absent keeps what the line has now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms

from procurement import money
from procurement.forms import Form, MoneyField, NumberField
from projects.costsharing.rounding import largest_remainder
from projects.dossier import CostLine
from projects.forms.costs import DISCOUNTS, discount_json
from projects.forms.keys import EXAMPLES, KINDS, PART_KINDS, KeyForm, Shape
from projects.models import CostLine as CostLineRow
from projects.pooling.act_scale import is_count
from projects.pooling.cost_lines import TARIFFS, Payer
from projects.pooling.simulation import Question

MOST_PERCENTAGES = 60  # bodies: above, an address with a percentage for each is too long for servers
SORTS = (("", "Nom"), ("ecart", "Écart"), ("part", "Part"))


class SimulationForm(Form):
    """Amount, subsidy, bounds, discount; the kind of key, whose own fields are in `KeyForm`."""

    genre = forms.ChoiceField(label="Clé de répartition", choices=(), required=False)
    fixe = forms.ChoiceField(label="Clé de la part fixe", choices=PART_KINDS, required=False)
    variable = forms.ChoiceField(label="Clé de la part variable", choices=PART_KINDS, required=False)
    montant = MoneyField(label="Montant", required=False)
    subvention = MoneyField(label="Subventions déduites", required=False, suffix="€")
    plancher = MoneyField(label="Plancher", required=False)
    plafond = MoneyField(label="Plafond", required=False)
    pour = forms.CharField(label="Plancher et plafond pour", required=False)
    sans_bornes = forms.BooleanField(label="Oublier les planchers et plafonds actuels", required=False)
    remise = forms.ChoiceField(label="Remise du coordonnateur", choices=DISCOUNTS, required=False)
    taux = NumberField(label="Taux de la remise (%)", decimals=4, most_digits=3, required=False)
    ajouter = forms.CharField(
        label="Ajouter un organisme", required=False, max_length=100, help_text="Nom, code postal, INSEE ou SIREN."
    )
    tri = forms.ChoiceField(label="Trier par", choices=SORTS, required=False)

    def __init__(
        self, data: Mapping[str, Any], *, row: CostLineRow | None, line: CostLine | None, payers: Sequence[Payer]
    ) -> None:
        given = dict(data.items())
        super().__init__({**_present_terms(row, line), **given})
        self.row, self.line, self.payers = row, line, payers
        kinds = [kind for kind in KINDS if kind[0] != "percent" or len(payers) <= MOST_PERCENTAGES]
        current = [("", "La clé actuelle")] if row else []
        self.fields["genre"].choices = [*current, *kinds]  # type: ignore[attr-defined]
        stored = row.key if row else EXAMPLES["prorata"]
        self.shape = Shape.asked(given, Shape.of(stored))
        self.changes_key = bool(given.get("genre")) or row is None
        weights = sorted({name for payer in payers for name in payer.weights if not is_count(name)})
        bodies = [(payer.id, payer.party.name) for payer in payers]
        start = {"kind": "percent", "percents": self._percents()} if self.shape.kind == "percent" else stored
        self.key_form = KeyForm(given, shape=self.shape, stored=start, bodies=bodies, weights=weights)

    def _percents(self) -> dict[str, str]:
        """The percentages nearest to the shares of today, to start from."""
        cents = {item.siren: item.ht_cents for item in self.line.shares} if self.line else {}
        known = [cents.get(payer.id, 0) for payer in self.payers]
        weights = known if any(known) else [1] * len(known)
        hundredths = largest_remainder(10_000, weights, [payer.id for payer in self.payers]).cents if known else []
        pairs = zip(self.payers, hundredths, strict=True)
        return {payer.id: format(Decimal(part).scaleb(-2), "f") for payer, part in pairs}

    def is_valid(self) -> bool:
        """Both this form and the fields of the key."""
        key_stands = self.key_form.is_valid() if self.changes_key else True
        return super().is_valid() and key_stands

    @property
    def shows_parts(self) -> bool:
        """True when the key asked for has two parts."""
        return self.changes_key and self.shape.kind == "mixed"

    def clean_taux(self) -> Decimal | None:
        """From 0 to 100."""
        rate: Decimal | None = self.cleaned_data["taux"]
        if rate is not None and rate > 100:
            raise forms.ValidationError("Un taux va de 0 à 100 %.")
        return rate

    def question(self, removed: frozenset[str], added: tuple[Payer, ...]) -> Question:
        """What is asked, once valid."""
        data, row = self.cleaned_data, self.row
        key = self.key_form.json if self.changes_key or row is None else row.key
        discount = discount_json(data["remise"], data["taux"])
        if key.get("kind") in TARIFFS:
            discount = {}  # a tariff takes none, whatever the key of today allows
        return Question(
            amount_cents=data["montant"] or 0,
            subsidy_cents=0 if key.get("kind") in TARIFFS else data["subvention"] or 0,
            key=key,
            terms=self._terms(key, [*(p for p in self.payers if p.id not in removed), *added]),
            lead_discount=discount,
            removed=removed,
            added=added,
        )

    def _terms(self, key: Mapping[str, Any], payers: Sequence[Payer]) -> dict[str, Any]:
        """Bounds of today unless forgotten, then those asked for; none where the key takes none."""
        data = self.cleaned_data
        unbounded = data["sans_bornes"] or key.get("kind") in (*TARIFFS, "mixed")
        stored: Mapping[str, Any] = self.row.terms if self.row else {}
        names = ("population",) if unbounded else ("population", "floor_cents", "cap_cents")
        found = {id_: {name: own[name] for name in names if name in own} for id_, own in stored.items()}
        asked = {"floor_cents": data["plancher"], "cap_cents": data["plafond"]}
        asked = {name: cents for name, cents in asked.items() if cents is not None}
        for payer in payers if asked else ():
            if data["pour"] in ("", payer.id):
                found[payer.id] = found.get(payer.id, {}) | asked
        return found


def _present_terms(row: CostLineRow | None, line: CostLine | None) -> dict[str, Any]:
    """What the fields show before anything is changed."""
    if row is None or line is None:
        return {}
    discount = row.lead_discount
    exempt = discount == {"percent": "100", "mode": "weight"}
    shown: dict[str, Any] = {
        "montant": money.plain(line.amount_cents),
        "subvention": money.plain(line.subsidy_cents),
        "remise": "exempt" if exempt else discount.get("mode", ""),
    }
    if discount and not exempt:
        shown["taux"] = NumberField().prepare_value(Decimal(discount["percent"]))
    return shown


def exact_figure(text: str) -> str | None:
    """A figure typed for a body that lacks it, as an exact decimal string; None when it is not one."""
    try:
        value = NumberField(required=False).clean(text)
    except forms.ValidationError:
        return None
    return None if value is None else format(value, "f")
