"""The costs of a scenario file: lines with their keys, bounds and discounts, and subsidies."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field

from projects.enums import CostCategory
from projects.pooling.cost_lines import TARIFFS
from projects.pooling.words import percent
from projects.scenario.values import Cents, Day, Part, Percent, Siren, Title, sharing_key

UNBOUNDED = (*TARIFFS, "mixed")


class TermsPart(Part):
    """What one body pays at least and at most of a line, cents HT."""

    floor_cents: Cents | None = None
    cap_cents: Cents | None = None


class LeadDiscountPart(Part):
    """The discount of the lead body (domain.md §3, K9); 100 % on the weight is the exemption."""

    percent: Percent
    mode: Literal["weight", "amount"]


class CostLinePart(Part):
    """A cost and its key. With `years`, the amount is that of all of them; with `lot`, its members alone pay."""

    label: Title
    amount_cents: Cents
    vat_percent: Percent = "20"
    key: Annotated[dict[str, Any], AfterValidator(sharing_key)]
    category: Literal[tuple(CostCategory.values)] | None = None  # type: ignore[valid-type]
    terms: Annotated[dict[Siren, TermsPart], Field(max_length=5_000)] = {}
    lead_discount: LeadDiscountPart | None = None
    years: Annotated[int, Field(ge=1, le=30)] | None = None
    lot: Annotated[int, Field(ge=1, le=999)] | None = None

    @property
    def stored(self) -> dict[str, Any]:
        """The fields of a CostLine."""
        found = self.model_dump(exclude={"category", "terms", "lead_discount"})
        terms = {siren: part.model_dump(exclude_none=True) for siren, part in self.terms.items()}
        discount = self.lead_discount.model_dump() if self.lead_discount else {}
        return found | {"category": self.category or "", "terms": terms, "lead_discount": discount}


class InstalmentPart(Part):
    """A call for funds: its part of every share, and its day or its event."""

    label: Annotated[str, Field(min_length=1, max_length=120)]
    percent: Percent
    due_on: Day | None = None
    milestone: Annotated[str, Field(max_length=160)] = ""

    @property
    def stored(self) -> dict[str, Any]:
        """The fields of an Instalment."""
        return {
            "label": self.label,
            "basis_points": int(Fraction(self.percent) * 100),
            "due_on": self.due_on,
            "milestone": self.milestone,
        }


def refuse_plan(parts: Sequence[InstalmentPart]) -> None:
    """Percentages have two decimals at most and sum to 100; each call has a day or an event."""
    for index, part in enumerate(parts):
        where = f"project.instalments[{index}]"
        if Fraction(part.percent) * 100 % 1 or not Fraction(part.percent):
            raise ValueError(f"{where}.percent : de 0.01 à 100, deux décimales au plus (valeur : « {part.percent} »)")
        if part.due_on is None and not part.milestone:
            raise ValueError(f"{where}.due_on : une date ou un évènement (milestone) est attendu")
    whole = sum(Fraction(part.percent) for part in parts)
    if parts and whole != 100:
        raise ValueError(
            f"project.instalments : les appels totalisent {percent(int(whole * 100))}, il faut exactement 100 %"
        )


class SubsidyPart(Part):
    """Outside money, taken off before the keys."""

    label: Title
    rate_percent: Percent
    eligible_cents: Cents
    cap_cents: Cents | None = None


def refuse_terms(lines: Sequence[CostLinePart], known: AbstractSet[str], lots: AbstractSet[int]) -> None:
    """Bounds and discounts name bodies and a lot of the file, and go with a key that takes them (interfaces.md)."""
    for index, line in enumerate(lines):
        where, kind = f"project.cost_lines[{index}]", line.key["kind"]
        if line.lot is not None and line.lot not in lots:
            raise ValueError(f"{where}.lot : le lot {line.lot} n'existe pas")
        for siren, terms in line.terms.items():
            if siren not in known:
                raise ValueError(f"{where}.terms : « {siren} » ne prend pas part au projet")
            floor, cap = terms.floor_cents, terms.cap_cents
            if floor is not None and cap is not None and floor > cap:
                raise ValueError(f"{where}.terms.{siren} : le plancher {floor} dépasse le plafond {cap}")
        if line.terms and kind in UNBOUNDED:
            raise ValueError(f"{where}.terms : une clé « {kind} » ne prend ni plancher ni plafond")
        if line.lead_discount and kind in TARIFFS:
            raise ValueError(f"{where}.lead_discount : un tarif « {kind} » ne prend pas de remise")
