"""Cost lines, what each adds to its key, and the subsidies, typed by the coordinator."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms

from procurement.forms import Form, MoneyField, NumberField
from procurement.money import LIMIT
from projects.enums import CostCategory
from projects.models import CostLine, Lot, Subsidy
from projects.pooling import keys
from projects.pooling.cost_lines import TARIFFS, Payer

KEEP, EQUAL, POPULATION, WEIGHT = "keep", "equal", "population", "weight"
KEYS = (
    (EQUAL, "Parts égales"),
    (POPULATION, "Au prorata de la population municipale"),
    (WEIGHT, "Au prorata d'un autre poids, que chacun déclare"),
    ("percent", "Pourcentages votés (saisis à l'étape suivante)"),
    ("brackets", "Par points, selon des tranches (saisies à l'étape suivante)"),
    ("mixed", "Une part fixe et une part variable (saisies à l'étape suivante)"),
    ("marginal", "Tarif par tranches (saisi à l'étape suivante)"),
    ("flat", "Forfait par strate (saisi à l'étape suivante)"),
)
UNFINISHED = {  # what is stored until the next page is filled in; no key can be computed from it
    "percent": {"kind": "percent", "percents": {}},
    "brackets": {"kind": "brackets", "weight": "population", "points": []},
    "mixed": {"kind": "mixed", "fixed_percent": "50", "fixed": {"kind": "equal"}, "variable": {}},
    "marginal": {"kind": "marginal", "weight": "population", "slices": []},
    "flat": {"kind": "flat", "weight": "population", "fees": []},
}
VAT_RATES = (
    ("20", "20 %"),
    ("10", "10 %"),
    ("8.5", "8,5 % (outre-mer)"),
    ("5.5", "5,5 %"),
    ("2.1", "2,1 %"),
    ("0", "0 %"),
)
CARRIED = ("terms", "lead_discount")  # set on a page of their own, and kept by this one
LINE_FIELDS = ("label", "amount_cents", "vat_percent", "category", "key", "years", "lot", *CARRIED)
MOST_YEARS = 30
SUBSIDY_FIELDS = ("label", "rate_percent", "eligible_cents", "cap_cents")


class CostLineForm(Form):
    """A cost and the key that shares it. A key this form cannot write is kept as it is."""

    label = forms.CharField(label="Libellé", max_length=255, required=False)
    category = forms.ChoiceField(
        label="Nature", choices=(("", "Non précisée"), *CostCategory.choices), required=False, initial=""
    )
    amount_cents = MoneyField(
        label="Montant", required=False, help_text="Sur toute la durée ; par an si vous donnez un nombre d'années."
    )
    years = forms.IntegerField(
        label="Nombre d'années",
        min_value=1,
        max_value=MOST_YEARS,
        required=False,
        help_text="Pour un coût annuel : le besoin et les parts se calculent sur toutes les années.",
    )
    lot = forms.TypedChoiceField(label="Payé par", coerce=int, empty_value=None, required=False)
    vat_percent = forms.ChoiceField(label="TVA", choices=VAT_RATES, initial="20")
    key = forms.ChoiceField(label="Clé de répartition", choices=KEYS, initial=POPULATION)
    weight = forms.SlugField(
        label="Nom du poids",
        max_length=40,
        required=False,
        help_text="users, acts, agents…, pour le prorata d'un autre poids.",
    )

    def __init__(self, *args: Any, lots: Sequence[Lot] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.stored: dict[str, Any] = self.initial.pop("stored", {})
        self._offer_lots(lots)
        if self.stored:
            kept = (KEEP, f"Inchangée : {keys.key_label(self.stored['key'])}")
            self.fields["key"].choices = (kept, *KEYS)  # type: ignore[attr-defined]
            rates = [rate for rate, _ in VAT_RATES]
            if (rate := self.initial.get("vat_percent")) and rate not in rates:
                self.fields["vat_percent"].choices = (*VAT_RATES, (rate, f"{rate} %"))  # type: ignore[attr-defined]

    def _offer_lots(self, lots: Sequence[Lot]) -> None:
        """Only when the need is divided: « tous », or the members of one lot. A lot that has gone is still shown."""
        numbers = {lot.number: f"Les membres du lot {lot.number} seulement" for lot in lots}
        if (kept := self.stored.get("lot")) is not None:
            numbers.setdefault(kept, f"Les membres du lot {kept}, qui n'existe plus")
        if len(lots) > 1 or kept is not None:
            self.fields["lot"].choices = (("", "Tous les organismes"), *numbers.items())  # type: ignore[attr-defined]
        else:
            del self.fields["lot"]

    def clean(self) -> dict[str, Any]:
        """A label goes with an amount; a weight is named when it is needed; the whole of all years fits."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if bool(data.get("label")) != (data.get("amount_cents") is not None) and "amount_cents" not in self.errors:
            raise forms.ValidationError("Une ligne de coût a un libellé et un montant.")
        if (data.get("amount_cents") or 0) * (data.get("years") or 1) > LIMIT:
            self.add_error("years", "Le total de toutes les années dépasse ce que la plateforme sait enregistrer.")
        if data.get("key") == WEIGHT and not data.get("weight"):
            self.add_error("weight", "Nommez le poids que chacun déclarera, par exemple users.")
        return data

    @property
    def line(self) -> dict[str, Any] | None:
        """The fields of a CostLine, or None for an empty row."""
        data = self.cleaned_data
        if not data.get("label"):
            return None
        chosen = data["key"]
        if chosen == KEEP:
            key = self.stored["key"]
        elif chosen in UNFINISHED:
            key = UNFINISHED[chosen]
        else:
            weight = {POPULATION: "population", WEIGHT: data.get("weight")}.get(chosen)
            key = {"kind": "prorata", "weight": weight} if weight else {"kind": "equal"}
        years, whole = data.get("years"), data["amount_cents"] * (data.get("years") or 1)
        found = {"label": data["label"], "amount_cents": whole, "vat_percent": data["vat_percent"]}
        carried = {name: self.stored.get(name, {}) for name in CARRIED}
        more = {"category": data["category"], "years": years, "lot": data.get("lot")}
        return found | {"key": key} | more | carried


CostLineFormSet = forms.formset_factory(CostLineForm, extra=2, max_num=60)


def initial_lines(lines: list[CostLine]) -> list[dict[str, Any]]:
    """What the formset starts from."""
    return [_shown(line) | {"key": KEEP, "stored": line_fields(line)} for line in lines]


def _shown(line: CostLine) -> dict[str, Any]:
    """A yearly cost shows what one year costs, as it was typed; a whole that the years do not divide shows itself."""
    names = ("label", "vat_percent", "category", "lot")
    each, rest = divmod(line.amount_cents, line.years or 1)
    amount, years = (line.amount_cents, None) if rest else (each, line.years)
    return {name: getattr(line, name) for name in names} | {"amount_cents": amount, "years": years}


def line_fields(line: CostLine) -> dict[str, Any]:
    """A stored line as `set_costs` takes it."""
    return {name: getattr(line, name) for name in LINE_FIELDS}


class SubsidyForm(Form):
    """Outside money, taken off before any key (domain.md §3, K10)."""

    label = forms.CharField(label="Financeur", max_length=255, required=False)
    rate_percent = NumberField(label="Taux (%)", decimals=2, most_digits=3, required=False)
    eligible_cents = MoneyField(label="Base éligible", required=False)
    cap_cents = MoneyField(label="Plafond de la subvention", required=False, suffix="€")

    def clean_rate_percent(self) -> Decimal | None:
        """From 0 to 100."""
        rate: Decimal | None = self.cleaned_data["rate_percent"]
        if rate is not None and rate > 100:
            raise forms.ValidationError("Un taux va de 0 à 100 %.")
        return rate

    def clean(self) -> dict[str, Any]:
        """All or nothing."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        given = [data.get(name) not in (None, "") for name in ("label", "rate_percent", "eligible_cents")]
        if not self.errors and any(given) and not all(given):
            raise forms.ValidationError("Une subvention a un financeur, un taux et une base éligible.")
        return data

    @property
    def row(self) -> dict[str, Any] | None:
        """The fields of a Subsidy, or None for an empty row."""
        data = self.cleaned_data
        if not data.get("label"):
            return None
        rate = format(data["rate_percent"], "f")
        return {name: data[name] for name in SUBSIDY_FIELDS} | {"rate_percent": rate}


SubsidyFormSet = forms.formset_factory(SubsidyForm, extra=2, max_num=20)


def initial_subsidies(rows: Sequence[Subsidy]) -> list[dict[str, Any]]:
    """What the formset starts from."""
    return [
        {name: getattr(row, name) for name in SUBSIDY_FIELDS} | {"rate_percent": Decimal(row.rate_percent)}
        for row in rows
    ]


DISCOUNTS = (
    ("", "Aucune"),
    ("weight", "Sur son poids : sa part baisse, celle des autres suit la clé"),
    ("amount", "Sur sa part : elle baisse d'autant, le reste se partage entre les autres"),
    ("exempt", "Exonération : il ne paie rien"),
)


def discount_json(mode: str, percent: Decimal | None) -> dict[str, str]:
    """The lead's discount as stored: three forms, the exemption being all of the weight (K9)."""
    if not mode:
        return {}
    if mode == "exempt":
        return {"percent": "100", "mode": "weight"}
    return {"percent": format(percent or Decimal(0), "f"), "mode": mode}


class TermsForm(Form):
    """Floor and cap of each body on one line, the population chosen for those that need one, the lead's discount."""

    def __init__(self, *args: Any, line: CostLine, payers: Sequence[Payer], chosen: set[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.line, self.payers = line, payers
        exempt = line.lead_discount == {"percent": "100", "mode": "weight"}
        mode = "exempt" if exempt else line.lead_discount.get("mode", "")
        self.fields["mode"] = forms.ChoiceField(
            label="Remise du coordonnateur", choices=DISCOUNTS, required=False, initial=mode, widget=forms.RadioSelect
        )
        percent = line.lead_discount.get("percent")
        self.fields["percent"] = NumberField(
            label="Taux de la remise (%)",
            decimals=4,
            most_digits=3,
            required=False,
            initial=Decimal(percent) if percent and not exempt else None,
        )
        for place, payer in enumerate(payers):
            self.fields.update(_terms_fields(place, payer, line.terms.get(payer.id) or {}, payer.id in chosen))

    @property
    def rows(self) -> list[tuple[str, list[forms.BoundField]]]:
        """(name of the body, its fields)."""
        names = ("floor", "cap", "population")
        return [
            (payer.party.name, [self[f"{name}_{place}"] for name in names if f"{name}_{place}" in self.fields])
            for place, payer in enumerate(self.payers)
        ]

    def clean(self) -> dict[str, Any]:
        """A floor stays below its cap; neither goes with a key in two parts nor with a tariff."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        for place, _ in enumerate(self.payers):
            floor, cap = data.get(f"floor_{place}"), data.get(f"cap_{place}")
            if floor is not None and cap is not None and floor > cap:
                self.add_error(f"floor_{place}", "Le plancher dépasse le plafond.")
        if data.get("mode") in ("weight", "amount") and not data.get("percent") and "percent" not in self.errors:
            self.add_error("percent", "Indiquez le taux de la remise.")
        if (data.get("percent") or 0) > 100:
            self.add_error("percent", "Un taux va de 0 à 100 %.")
        kind = self.line.key.get("kind")
        bounded = any(value is not None for name, value in data.items() if name.startswith(("floor_", "cap_")))
        if bounded and kind == "mixed":
            raise forms.ValidationError("Une clé en deux parts ne prend ni plancher ni plafond.")
        if kind in TARIFFS and (bounded or data.get("mode")):
            raise forms.ValidationError("Un tarif ne prend ni plancher, ni plafond, ni remise.")
        return data

    def changes(self) -> dict[str, Any]:
        """`terms` and `lead_discount` of the line; what concerns bodies that are not shown here is kept."""
        shown = {payer.id for payer in self.payers}
        terms = {id_: value for id_, value in self.line.terms.items() if id_ not in shown}
        for place, payer in enumerate(self.payers):
            if own := _own_terms(place, self.cleaned_data):
                terms[payer.id] = own
        data = self.cleaned_data
        return {"terms": terms, "lead_discount": discount_json(data["mode"], data["percent"])}


def _terms_fields(place: int, payer: Payer, known: Mapping[str, Any], chooses: bool) -> dict[str, forms.Field]:
    found: dict[str, forms.Field] = {
        f"floor_{place}": MoneyField(label="Plancher", required=False, initial=known.get("floor_cents")),
        f"cap_{place}": MoneyField(label="Plafond", required=False, initial=known.get("cap_cents")),
    }
    if chooses or known.get("population") or payer.party.population is None:
        stored = known.get("population")
        found[f"population_{place}"] = NumberField(
            label="Population retenue",
            required=False,
            initial=Decimal(stored) if stored else None,
            help_text="À la place de celle du registre ; la convention dit pourquoi.",
        )
    return found


def _own_terms(place: int, data: Mapping[str, Any]) -> dict[str, Any]:
    bounds = {"floor_cents": data.get(f"floor_{place}"), "cap_cents": data.get(f"cap_{place}")}
    found: dict[str, Any] = {name: cents for name, cents in bounds.items() if cents is not None}
    if population := data.get(f"population_{place}"):
        found["population"] = format(population, "f")
    return found
