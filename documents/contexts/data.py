"""The figures of the annexes as spreadsheets that a PDF/A-3 carries: what a reader would otherwise type again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from procurement.sheets.cells import Native, amount
from procurement.sheets.writing import write
from projects.dossier import CostLine, Dossier, PartyShare
from projects.pooling.words import named

SHARES, NEEDS = "financial-annex", "needs-annex"  # the kinds whose figures they are; the convention carries both


@dataclass(frozen=True, slots=True)
class DataFile:
    """A file of data: CSV with `;` and a decimal comma, as French spreadsheets read it; no cell is a formula."""

    kind: str
    name: str
    description: str
    text: str


def files(dossier: Dossier) -> tuple[DataFile, ...]:
    """The shares of every cost line, and what each party wants at most; none without a row."""
    shares, needs = _shares(dossier), _needs(dossier)
    said = "Parts de chaque membre, ligne de coût par ligne de coût"
    found = [DataFile(SHARES, "annexe-financiere.csv", said, _csv(_SHARES, shares))] if shares else []
    said = "Quantités, volumes et maximum de chaque membre"
    found += [DataFile(NEEDS, "besoins-et-maxima.csv", said, _csv(_NEEDS, needs))] if needs else []
    return tuple(found)


def _csv(header: Sequence[str], rows: Sequence[Sequence[Native]]) -> str:
    # A page is parsed as HTML, whose line ends are LF: the file has the same ones wherever it comes from.
    return write("csv", "", header, rows).decode("utf-8-sig").replace("\r\n", "\n")


_SHARES = (
    "Ligne de coût",
    "Montant HT",
    "Subvention déduite",
    "TVA (%)",
    "Clé",
    "SIREN",
    "Membre",
    "Poids exact",
    "Part HT",
    "Part TVA",
    "Part TTC",
    "Calcul",
)


def _shares(dossier: Dossier) -> list[list[Native]]:
    names = {party.siren: party.name for party in dossier.parties}
    return [_share(line, share, names) for line in dossier.cost_lines for share in line.shares]


def _share(line: CostLine, share: PartyShare, names: dict[str, str]) -> list[Native]:
    return [
        named(line.label, line.years),
        amount(line.amount_cents),
        amount(line.subsidy_cents),
        Decimal(line.vat_percent),
        line.key_label,
        share.siren,
        names.get(share.siren, ""),
        share.weight,
        amount(share.ht_cents),
        amount(share.vat_cents),
        amount(share.ttc_cents),
        share.explanation,
    ]


_NEEDS = ("SIREN", "Membre", "Nature", "Lot", "Libellé", "Quantité", "Unité", "Année", "Maximum HT")


def _needs(dossier: Dossier) -> list[list[Native]]:
    """One row per quantity, per volume, and one for the maximum: an empty cell is unknown, never zero."""
    rows: list[list[Native]] = []
    lots = {lot.number: lot.title for lot in dossier.lots}
    for party in dossier.parties:
        who: list[Native] = [party.siren, party.name]
        for item in party.quantities:
            wanted: list[Native] = [item.lot, lots.get(item.lot, ""), Decimal(item.quantity), item.unit, None, None]
            rows.append([*who, "quantité", *wanted])
        for volume in party.volumes:
            rows.append([*who, "volume", None, volume.label, Decimal(volume.quantity), volume.unit, volume.year, None])
        rows.append([*who, "maximum", None, None, None, None, None, amount(party.maximum_cents)])
    return rows
