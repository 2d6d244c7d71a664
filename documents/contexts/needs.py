"""The annex of needs and maxima: quantities and volumes per body, and sums where a sum means something."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from documents.contexts.common import TO_COMPLETE, euros, number
from procurement import money
from projects.dossier import Dossier, Party, Quantity, Volume

YEARS_APART = 1  # volumes are summed for the same unit and years at most one apart (domain.md §7)


@dataclass(frozen=True, slots=True)
class MaximumRow:
    """What one body wants at most."""

    name: str
    needs: str
    quantities: str
    estimate: str  # its shares of annex 3, HT
    maximum: str
    detail: str  # yearly maximum, maxima by lot, contribution in kind


@dataclass(frozen=True, slots=True)
class VolumeRow:
    """The volumes of one body, in a line."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class SumRow:
    """A volume over all the bodies that declared it."""

    label: str
    quantity: str
    bodies: str
    years: str


def maxima(dossier: Dossier) -> tuple[MaximumRow, ...]:
    """One row per party, a missing figure shown as missing."""
    lots = {lot.number: lot.title for lot in dossier.lots}
    return tuple(
        MaximumRow(
            party.name,
            ", ".join(party.needs) or "–",
            " ; ".join(
                f"lot {item.lot}{f' ({lots[item.lot]})' if len(lots) > 1 else ''} : {_range(item)} {item.unit}"
                for item in party.quantities
            )
            or ("–" if not party.buys else TO_COMPLETE),
            estimate=euros(dossier.share_of(party.siren) if _shared_out(dossier) else None),
            maximum=euros(party.maximum_cents),
            detail=_detail(party),
        )
        for party in dossier.parties
    )


def _shared_out(dossier: Dossier) -> bool:
    return bool(dossier.cost_lines) and all(line.shares for line in dossier.cost_lines)


def _range(item: Quantity) -> str:
    return f"de {number(item.minimum)} à {number(item.quantity)}" if item.minimum else number(item.quantity)


def _detail(party: Party) -> str:
    said = [f"lot {item.lot} : {euros(item.maximum_cents)}" for item in party.lot_maxima]
    if party.yearly_maximum_cents is not None:
        said.append(f"par an : {euros(party.yearly_maximum_cents)}")
    if party.in_kind_days:
        days = f"{number(party.in_kind_days)} jours à {euros(party.in_kind_day_cents)}"
        said.append(f"apport en nature : {days}, soit {euros(party.in_kind_cents)}")
    return " ; ".join(said)


def maximum_total(dossier: Dossier) -> str:
    """The sum of the maxima, cents HT in words of euros."""
    return money.euros(sum(party.maximum_cents or 0 for party in dossier.parties))


def volumes(dossier: Dossier) -> tuple[VolumeRow, ...]:
    """Every volume declared, body by body; those who declared nothing are not listed."""
    return tuple(
        VolumeRow(party.name, " ; ".join(_said(volume) for volume in party.volumes))
        for party in dossier.parties
        if party.volumes
    )


def sums(dossier: Dossier) -> tuple[SumRow, ...]:
    """Volumes summed over the bodies, only for the same label and unit and years at most one apart.

    A body that declared nothing is counted as missing, never as zero.
    """
    found: dict[tuple[str, str], list[tuple[Party, Volume]]] = defaultdict(list)
    for party in dossier.parties:
        for volume in party.volumes:
            found[volume.label.strip(), volume.unit.strip()].append((party, volume))
    return tuple(_sum(label, unit, rows) for (label, unit), rows in found.items() if _comparable(rows))


def _comparable(rows: Sequence[tuple[Party, Volume]]) -> bool:
    years = [volume.year for _, volume in rows if volume.year is not None]
    return not years or max(years) - min(years) <= YEARS_APART


def _sum(label: str, unit: str, rows: Sequence[tuple[Party, Volume]]) -> SumRow:
    total = sum((Decimal(volume.quantity) for _, volume in rows), Decimal(0))
    bodies = len({party.siren for party, _ in rows})
    years = sorted({volume.year for _, volume in rows if volume.year is not None})
    shown = "–" if not years else "-".join(str(year) for year in (years if len(years) < 3 else (years[0], years[-1])))
    return SumRow(label, f"{money.number(total)} {unit}", str(bodies), shown)


def _said(volume: Volume) -> str:
    dated = f" ({volume.year})" if volume.year else ""
    return f"{volume.label} : {number(volume.quantity)} {volume.unit}{dated}"
