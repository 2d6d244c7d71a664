"""The financial annex: each cost line with its key, its shares and their explanation; then what each body owes."""

from __future__ import annotations

from dataclasses import dataclass

from documents.contexts import data
from documents.contexts.common import euros, number
from procurement import money
from projects.dossier import CostLine, Dossier, PartyShare
from projects.pooling.words import whole_said, yearly


@dataclass(frozen=True, slots=True)
class ShareRow:
    """One body's share of one line."""

    name: str
    ht: str
    vat: str
    ttc: str
    explanation: str


@dataclass(frozen=True, slots=True)
class CostTable:
    """One cost line."""

    title: str
    amount: str
    subsidy: str  # empty without subsidy
    shared: str
    vat_percent: str
    key_label: str
    rule: str
    rows: tuple[ShareRow, ...]
    ht: str
    vat: str
    ttc: str
    problem: str


@dataclass(frozen=True, slots=True)
class DueRow:
    """What one body owes for all lines together."""

    name: str
    ht: str
    vat: str
    ttc: str
    maximum: str


@dataclass(frozen=True, slots=True)
class SubsidyRow:
    """Outside money taken off before the keys."""

    label: str
    rate: str
    eligible: str
    cap: str
    amount: str


@dataclass(frozen=True, slots=True)
class Costs:
    """The whole annex."""

    tables: tuple[CostTable, ...]
    dues: tuple[DueRow, ...]
    ht: str
    vat: str
    ttc: str
    subsidies: tuple[SubsidyRow, ...]
    files: tuple[data.DataFile, ...]  # the same figures, for spreadsheets


def build(dossier: Dossier) -> Costs:
    """The annex from the dossier; every total is the sum of the cents printed above it."""
    names = {party.siren: party.name for party in dossier.parties}
    shares = [share for line in dossier.cost_lines for share in line.shares]
    return Costs(
        tables=tuple(_table(line, names) for line in dossier.cost_lines),
        dues=tuple(_due(dossier, party.siren) for party in dossier.parties if party.buys),
        ht=euros(sum(share.ht_cents for share in shares)),
        vat=euros(sum(share.vat_cents for share in shares)),
        ttc=euros(sum(share.ttc_cents for share in shares)),
        subsidies=tuple(
            SubsidyRow(
                row.label,
                f"{number(row.rate_percent)}{money.NO_BREAK}%",
                euros(row.eligible_cents),
                "sans plafond" if row.cap_cents is None else euros(row.cap_cents),
                euros(row.amount_cents),
            )
            for row in dossier.subsidies
        ),
        files=data.files(dossier),
    )


def _table(line: CostLine, names: dict[str, str]) -> CostTable:
    return CostTable(
        title=line.label,
        amount=whole_said(line.amount_cents, line.years),
        subsidy=euros(line.subsidy_cents) if line.subsidy_cents else "",
        shared=euros(line.amount_cents - line.subsidy_cents),
        vat_percent=f"{number(line.vat_percent)}{money.NO_BREAK}%",
        key_label=line.key_label,
        rule=line.key_rule,
        rows=tuple(
            ShareRow(
                names.get(share.siren, share.siren),
                euros(share.ht_cents),
                euros(share.vat_cents),
                euros(share.ttc_cents),
                _explained(line, share),
            )
            for share in line.shares
        ),
        ht=euros(sum(share.ht_cents for share in line.shares)),
        vat=euros(sum(share.vat_cents for share in line.shares)),
        ttc=euros(sum(share.ttc_cents for share in line.shares)),
        problem=line.problem,
    )


def _explained(line: CostLine, share: PartyShare) -> str:
    """How the share was found; of a yearly cost, what it makes a year."""
    each = yearly(share.ht_cents, line.years)
    return f"{share.explanation} Soit {each}, hors taxes." if each else share.explanation


def _due(dossier: Dossier, siren: str) -> DueRow:
    shares = [share for line in dossier.cost_lines for share in line.shares if share.siren == siren]
    party = dossier.party(siren)
    return DueRow(
        party.name,
        euros(sum(share.ht_cents for share in shares)),
        euros(sum(share.vat_cents for share in shares)),
        euros(sum(share.ttc_cents for share in shares)),
        euros(party.maximum_cents),
    )
