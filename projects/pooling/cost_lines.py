"""From the cost lines of a project and those who pay to shares: the only place where a stored line meets its key."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from projects import costsharing
from projects.costsharing.french import euros, number
from projects.costsharing.rounding import largest_remainder
from projects.dossier import CostLine, Party, PartyShare, Subsidy
from projects.models import CostLine as CostLineRow
from projects.pooling import keys

TARIFFS = ("marginal", "flat")


@dataclass(frozen=True, slots=True)
class Payer:
    """A body that pays. `id` is its SIREN, or a stand-in for the few bodies without one; `weights` as it declared.

    `lots` are the numbers of those it takes part in; None while it has not said.
    """

    id: str
    party: Party
    weights: Mapping[str, str]
    lots: frozenset[int] | None = None

    def pays_for(self, lot: int | None) -> bool:
        """A line of a lot is paid by those who take part in it; who has not said yet counts everywhere."""
        return lot is None or self.lots is None or lot in self.lots

    def member(self, terms: Mapping[str, Any] | None = None) -> costsharing.Member:
        """Who shares, with the populations of the registry unless the line or the body has another figure."""
        terms = terms or {}
        weights: dict[str, Fraction | int] = {}
        known = {keys.POPULATION: self.party.population, keys.POPULATION_TOTAL: self.party.population_total}
        weights |= {name: figure for name, figure in known.items() if figure is not None}
        weights |= {name: Fraction(value) for name, value in self.weights.items()}
        if terms.get("population"):
            weights |= dict.fromkeys(known, Fraction(terms["population"]))
        floor, cap = terms.get("floor_cents"), terms.get("cap_cents")
        return costsharing.Member(self.id, self.party.name, weights, floor, cap)


def dossier_lines(
    rows: Sequence[CostLineRow], subsidies: Iterable[Subsidy], payers: Sequence[Payer]
) -> tuple[CostLine, ...]:
    """Each line net of its part of the subsidies, which follows its amount, then shared under its own key.

    A tariff takes no subsidy: what a body owes under it does not depend on the cost.
    """
    amounts = [0 if row.key.get("kind") in TARIFFS else row.amount_cents for row in rows]
    total = sum(amounts)
    granted = min(sum(subsidy.amount_cents for subsidy in subsidies), total)
    ids = [f"{position:012d}" for position in range(len(rows))]
    parts = largest_remainder(granted, amounts, ids).cents if total else [0 for _ in rows]
    return tuple(_dossier_line(row, part, payers) for row, part in zip(rows, parts, strict=True))


def _dossier_line(row: CostLineRow, subsidy: int, payers: Sequence[Payer]) -> CostLine:
    line = CostLine(
        row.label,
        row.amount_cents,
        row.vat_percent,
        row.key,
        key_label="",
        key_rule="",
        shares=(),
        subsidy_cents=subsidy,
        category=row.category,
        years=row.years,
        lot=row.lot,
    )
    payers = [payer for payer in payers if payer.pays_for(row.lot)]
    try:
        key = costsharing.key_from_json(row.key)
        result = share(row.amount_cents - subsidy, payers, key, row.terms, row.lead_discount)
        ids = [item.id for item in result.shares]
        vat = costsharing.vat_shares([item.cents for item in result.shares], Fraction(row.vat_percent), ids)
    except costsharing.SharingError as error:
        return replace(line, problem=error.message)
    shares = tuple(
        PartyShare(item.id, str(item.weight), item.cents, tax, item.cents + tax, item.explanation)
        for item, tax in zip(result.shares, vat, strict=True)
    )
    only = [f"Seuls paient les membres du lot {row.lot}."] if row.lot is not None else []
    rule = " ".join([key.rule, *only, *special_terms(row, payers)])
    return replace(line, key_label=key.label, key_rule=rule, shares=shares, trace=result.trace)


def share(
    net_cents: int,
    payers: Sequence[Payer],
    key: costsharing.Key,
    terms: Mapping[str, Any],
    discount: Mapping[str, str],
) -> costsharing.Result:
    """Shares of an amount HT after subsidies, cents; SharingError when the key refuses.

    A tariff sets what each owes whatever the cost: the sum of the shares then differs from the amount.
    """
    members = [payer.member(terms.get(payer.id)) for payer in payers]
    total = None if isinstance(key, costsharing.Tariff) else net_cents
    return costsharing.split(total, members, key, lead_discount=_discount(discount, payers))


def _discount(given: Mapping[str, str], payers: Sequence[Payer]) -> costsharing.LeadDiscount | None:
    if not given:
        return None
    lead = next((payer.id for payer in payers if payer.party.is_lead), None)
    if lead is None:
        reason = "La remise attend un coordonnateur : il n'est pas choisi, n'achète pas, ou ne prend pas part à ce lot."
        raise costsharing.SharingError("bad_input", reason)
    mode: Any = given["mode"]  # checked by LeadDiscount
    return costsharing.LeadDiscount(lead, Fraction(given["percent"]), mode)


def special_terms(row: CostLineRow, payers: Sequence[Payer]) -> list[str]:
    """What the line adds to its key, in sentences that the financial annex prints after the rule."""
    said = [line for payer in payers if (line := _special(payer, row.terms.get(payer.id) or {}))]
    if row.lead_discount:
        on = "son poids" if row.lead_discount["mode"] == "weight" else "sa part arrondie"
        percent = number(Fraction(row.lead_discount["percent"]))
        said.append(f"Le coordonnateur a une remise de {percent}\u00a0% sur {on}.")
    return said


def _special(payer: Payer, terms: Mapping[str, Any]) -> str:
    parts = []
    if terms.get("floor_cents") is not None:
        parts.append(f"au moins {euros(terms['floor_cents'])}")
    if terms.get("cap_cents") is not None:
        parts.append(f"au plus {euros(terms['cap_cents'])}")
    if terms.get("population"):
        parts.append(f"population retenue {number(Fraction(terms['population']))}")
    return f"{payer.party.name}\u00a0: {', '.join(parts)}." if parts else ""
