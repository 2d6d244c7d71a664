"""Every key of the stable interfaces (`share`) typed without JSON and without script: the fields follow the kind.

The same form serves the coordinator's editor and the simulation, where a field that was never shown keeps its default.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from django import forms

from procurement.forms import Form, MoneyField, NumberField
from projects import costsharing
from projects.pooling import keys

KINDS = (
    ("equal", "Parts égales"),
    ("prorata", "Au prorata d'un poids : population, agents, actes, unités…"),
    ("brackets", "Par points, selon des tranches"),
    ("mixed", "Une part fixe et une part variable"),
    ("percent", "Pourcentages votés"),
    ("marginal", "Tarif par tranches, en euros par unité"),
    ("flat", "Forfait par strate"),
)
PART_KINDS = tuple(choice for choice in KINDS if choice[0] in ("equal", "prorata", "brackets", "percent"))
WEIGHTS = ("population", "population_total", "agents", "users", "devices", "files", "acts", "weighted_acts", "units")
OTHER = "autre"
SPARE_ROWS, FEWEST_ROWS = 2, 7

Stored = Mapping[str, Any]


class Scale(NamedTuple):
    """How a kind writes its scale: names in the JSON form, words on the page."""

    rows: str
    limit: str
    value: str
    limit_label: str
    value_label: str


SCALES = {
    "brackets": Scale("points", "below", "points", "moins de", "points"),
    "marginal": Scale("slices", "up_to", "rate_cents", "jusqu'à", "euros par unité"),
    "flat": Scale("fees", "up_to", "cents", "jusqu'à", "forfait"),
}
# Scales to start from: domain.md §3, K3, K3b (illustrative) and K4 (CDG 38, 22/08/2014, first year).
EXAMPLES: dict[str, dict[str, Any]] = {
    "equal": {"kind": "equal"},
    "prorata": {"kind": "prorata", "weight": "population"},
    "brackets": {
        "kind": "brackets",
        "weight": "population",
        "points": [
            {"below": limit, "points": points}
            for limit, points in ((1000, 1), (3500, 2), (10000, 5), (20000, 10), (None, 20))
        ],
    },
    "marginal": {
        "kind": "marginal",
        "weight": "population",
        "slices": [
            {"up_to": limit, "rate_cents": rate}
            for limit, rate in ((1000, "100"), (5000, "60"), (20000, "35"), (None, "20"))
        ],
    },
    "flat": {
        "kind": "flat",
        "weight": "population",
        "fees": [
            {"up_to": limit, "cents": cents}
            for limit, cents in ((1500, 5200), (5000, 22700), (10000, 52400), (20000, 104900), (None, 174800))
        ],
    },
    "percent": {"kind": "percent", "percents": {}},
}


@dataclass(frozen=True, slots=True)
class Shape:
    """Which fields a key needs; the two parts only matter for `mixed`."""

    kind: str = "prorata"
    fixed: str = "equal"
    variable: str = "prorata"

    @classmethod
    def of(cls, key: Stored) -> Shape:
        """The shape of a stored key."""
        parts = {name: key[name]["kind"] for name in ("fixed", "variable") if name in key}
        return cls(key.get("kind", "prorata"), **parts)

    @classmethod
    def asked(cls, data: Mapping[str, Any], default: Shape) -> Shape:
        """The shape an address asks for; what it does not know is the default's."""
        kind, fixed, variable = (data.get(name, "") for name in ("genre", "fixe", "variable"))
        return cls(
            kind if kind in dict(KINDS) else default.kind,
            fixed if fixed in dict(PART_KINDS) else default.fixed,
            variable if variable in dict(PART_KINDS) else default.variable,
        )


@dataclass(frozen=True, slots=True)
class Section:
    """The fields of one single-step key or tariff, each name after `prefix`."""

    prefix: str
    kind: str
    stored: Stored
    bodies: Sequence[tuple[str, str]]  # id, name
    weights: Sequence[str]  # names that some body has declared

    def fields(self) -> dict[str, forms.Field]:
        """By name."""
        if self.kind == "percent":
            return {self._body(id_): self._percent(id_, name) for id_, name in self.bodies}
        if self.kind == "equal":
            return {}
        return self._weight() | (self._scale(SCALES[self.kind]) if self.kind in SCALES else {})

    def _body(self, id_: str) -> str:
        return self.prefix + id_.replace(" ", "_")

    def _percent(self, id_: str, name: str) -> forms.Field:
        known = self.stored.get("percents", {}).get(id_)
        return NumberField(
            label=f"{name} (%)", decimals=10, most_digits=3, initial=None if known is None else Decimal(known)
        )

    def _weight(self) -> dict[str, forms.Field]:
        names = list(dict.fromkeys([*WEIGHTS, *self.weights, self.stored.get("weight", WEIGHTS[0])]))
        choices = [*((name, keys.weight_label(name)) for name in names), (OTHER, "Un autre poids")]
        chosen = forms.ChoiceField(label="Poids", choices=choices, initial=self.stored.get("weight", WEIGHTS[0]))
        other = forms.SlugField(
            label="Nom de cet autre poids",
            max_length=40,
            required=False,
            help_text="Un mot, sans espace : chaque organisme en déclarera la valeur avec son intention.",
        )
        return {f"{self.prefix}weight": chosen, f"{self.prefix}weight_other": other}

    def _scale(self, scale: Scale) -> dict[str, forms.Field]:
        stored = self.stored.get(scale.rows, [])
        found: dict[str, forms.Field] = {}
        for row in range(max(FEWEST_ROWS, len(stored) + SPARE_ROWS)):
            known = stored[row] if row < len(stored) else {}
            limit, value = known.get(scale.limit), known.get(scale.value)
            label = f"Tranche {row + 1}"
            found[self._cell("limit", row)] = NumberField(
                label=f"{label} : {scale.limit_label}",
                decimals=10,
                required=False,
                initial=None if limit is None else Decimal(limit),
            )
            found[self._cell("value", row)] = _value_field(self.kind, f"{label} : {scale.value_label}", value)
        return found

    def _cell(self, name: str, row: int) -> str:
        return f"{self.prefix}{self.kind}_{name}_{row}"

    def key(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """The JSON form of what was typed; `costsharing.key_from_json` says whether it stands."""
        if self.kind == "percent":
            return {"kind": "percent", "percents": {id_: _plain(data[self._body(id_)]) for id_, _ in self.bodies}}
        if self.kind == "equal":
            return {"kind": "equal"}
        weight = data[f"{self.prefix}weight"]
        key = {"kind": self.kind, "weight": data[f"{self.prefix}weight_other"] if weight == OTHER else weight}
        if self.kind in SCALES:
            key[SCALES[self.kind].rows] = list(self._rows(data))
        return key

    def _rows(self, data: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        """A row without limit is the last; a row without value must be empty."""
        scale, row = SCALES[self.kind], 0
        while self._cell("limit", row) in data:
            limit, value = data[self._cell("limit", row)], data[self._cell("value", row)]
            row += 1
            if value is None and limit is not None:
                raise forms.ValidationError(f"Tranche {row} : indiquez aussi la valeur ({scale.value_label}).")
            if value is not None:
                yield {scale.limit: None if limit is None else _figure(limit), scale.value: _value(self.kind, value)}


def _value_field(kind: str, label: str, stored: Any) -> forms.Field:
    if kind == "flat":
        return MoneyField(label=label, required=False, initial=stored)
    known = None if stored is None else Decimal(stored)
    if kind == "marginal" and known is not None:
        known = known.scaleb(-2)
    return NumberField(label=label, decimals=10, required=False, initial=known)


def _value(kind: str, typed: Any) -> int | str:
    if kind == "flat":
        return int(typed)
    return _plain(typed.scaleb(2)) if kind == "marginal" else _figure(typed)


def _plain(number: Decimal) -> str:
    """The exact decimal string of the JSON forms."""
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _figure(number: Decimal) -> int | str:
    return int(number) if number == number.to_integral() else _plain(number)


class KeyForm(Form):
    """The key of a cost line, with the fields of its `shape`; `stored` fills them when its kind is the same."""

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        shape: Shape,
        stored: Stored,
        bodies: Sequence[tuple[str, str]],
        weights: Sequence[str] = (),
    ) -> None:
        super().__init__(data)
        self.shape = shape
        self.json: dict[str, Any] = {}
        mixed = shape.kind == "mixed"
        sections = {"": shape.kind} if not mixed else {"fixed_": shape.fixed, "variable_": shape.variable}
        self.sections = [
            Section(prefix, kind, _start(kind, stored.get(prefix[:-1], {}) if prefix else stored), bodies, weights)
            for prefix, kind in sections.items()
        ]
        if mixed:
            known = stored.get("fixed_percent")
            self.fields["fixed_percent"] = NumberField(
                label="Part fixe (%)", decimals=10, most_digits=3, initial=Decimal(known or 50)
            )
        for section in self.sections:
            self.fields.update(section.fields())
        if data is not None:
            self.data = {**self._shown(), **dict(data.items())}

    def _shown(self) -> dict[str, Any]:
        """What each field would show: stands for the fields that the sender had not been shown."""
        shown: dict[str, Any] = {}
        for name, field in self.fields.items():
            is_choice = isinstance(field, forms.ChoiceField)
            value = field.initial if is_choice else field.widget.format_value(field.prepare_value(field.initial))
            if value is not None:
                shown[name] = value
        return shown

    @property
    def groups(self) -> list[tuple[str, list[forms.BoundField]]]:
        """Fields under their headings: (heading, fields)."""
        own = [self[name] for name in ("fixed_percent",) if name in self.fields]
        titles = ("Part fixe", "Part variable") if self.shape.kind == "mixed" else ("",)
        parts = zip(titles, self.sections, strict=True)
        found = [(title, [self[name] for name in section.fields()]) for title, section in parts]
        return [(title, fields) for title, fields in [("", own), *found] if fields]

    def clean(self) -> dict[str, Any]:
        """The whole key must stand: scales grow, percentages make 100."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        for section in self.sections:
            other = f"{section.prefix}weight_other"
            if data.get(f"{section.prefix}weight") == OTHER and not data.get(other) and other not in self.errors:
                self.add_error(other, "Nommez le poids que chacun déclarera.")
        if not self.errors:
            self.json = self._key(data)
            try:
                costsharing.key_from_json(self.json)
            except costsharing.SharingError as error:
                raise forms.ValidationError(error.reason) from None
        return data

    def _key(self, data: Mapping[str, Any]) -> dict[str, Any]:
        parts = [section.key(data) for section in self.sections]
        if self.shape.kind != "mixed":
            return parts[0]
        percent = _plain(data["fixed_percent"])
        return {"kind": "mixed", "fixed_percent": percent, "fixed": parts[0], "variable": parts[1]}


def _start(kind: str, stored: Stored) -> Stored:
    """What is stored, when it is of this kind and holds something; else an example to start from."""
    filled = stored.get("kind") == kind and (kind not in SCALES or stored.get(SCALES[kind].rows))
    return stored if filled else EXAMPLES[kind]
