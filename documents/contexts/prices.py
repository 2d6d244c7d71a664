"""The price schedule (BPU) and the estimate of quantities (DQE), with a column per member.

Prices are the candidates' to give; quantities are those the members declared, an indication that binds nobody.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from documents.contexts.buyers import Buyers, buyers
from documents.contexts.common import number
from documents.contexts.subject import Subject
from projects.dossier import Dossier, Party

COLUMNS = 4  # members side by side on a page
COMMON = "Prestations communes"


@dataclass(frozen=True, slots=True)
class PriceLine:
    """A price asked for; `quantities` are decimal strings, one per member, "" when it declared none."""

    number: str
    lot: str
    designation: str
    unit: str
    quantities: tuple[str, ...]
    total: str  # decimal string, "" when nobody declared any


@dataclass(frozen=True, slots=True)
class QuantityRow:
    """A line of the DQE on a page, for some of the members."""

    number: str
    designation: str
    unit: str
    quantities: tuple[str, ...]
    total: str


@dataclass(frozen=True, slots=True)
class Block:
    """Members that stand side by side on a page."""

    names: tuple[str, ...]
    rows: tuple[QuantityRow, ...]


@dataclass(frozen=True, slots=True)
class Prices(Buyers):
    """The price schedule."""

    buyers: tuple[str, ...]  # names, in the order of the columns
    sirens: tuple[str, ...]
    lines: tuple[PriceLine, ...]
    blocks: tuple[Block, ...]


def build(subject: Subject) -> Prices:
    """One line per lot and unit declared, then what every contract of this kind prices."""
    dossier = subject.dossier
    buying = [party for party in dossier.parties if party.buys]
    lines = tuple(_lines(dossier, buying))
    return Prices(
        **buyers(subject),
        buyers=tuple(party.name for party in buying),
        sirens=tuple(party.siren for party in buying),
        lines=lines,
        blocks=_blocks([party.name for party in buying], lines),
    )


def _lines(dossier: Dossier, buying: list[Party]) -> list[PriceLine]:
    titles = {lot.number: lot.title for lot in dossier.lots}
    wanted = dict.fromkeys((item.lot, item.unit) for party in buying for item in party.quantities)
    found: list[PriceLine] = []
    for place, (lot, unit) in enumerate(sorted(wanted), start=1):
        said = tuple(_wanted(party, lot, unit) for party in buying)
        title = titles.get(lot, "")
        found.append(PriceLine(f"{lot}.{place}", f"Lot {lot}", title or f"Lot {lot}", unit, said, _total(said)))
    nobody, one = ("",) * len(buying), ("1",) * len(buying)
    common = [(line.label, "forfait", nobody, "1") for line in dossier.cost_lines]
    common += [
        ("Reprise des données d'un organisme", "forfait par organisme", one, _total(one)),
        ("Formation", "jour", nobody, ""),
        ("Assistance et prestations complémentaires", "jour", nobody, ""),
        ("Réversibilité, pour l'ensemble du groupement", "forfait", nobody, "1"),
        ("Réversibilité, pour un seul organisme", "forfait par organisme", nobody, ""),
    ]
    return found + [
        PriceLine(f"C.{place}", COMMON, label, unit, quantities, total)
        for place, (label, unit, quantities, total) in enumerate(common, start=1)
    ]


def _wanted(party: Party, lot: int, unit: str) -> str:
    found = [Decimal(item.quantity) for item in party.quantities if (item.lot, item.unit) == (lot, unit)]
    return f"{sum(found):f}" if found else ""


def _total(quantities: tuple[str, ...]) -> str:
    known = [Decimal(quantity) for quantity in quantities if quantity]
    return f"{sum(known):f}" if known else ""


def _blocks(names: list[str], lines: tuple[PriceLine, ...]) -> tuple[Block, ...]:
    return tuple(
        Block(
            tuple(names[start : start + COLUMNS]),
            tuple(
                QuantityRow(
                    line.number,
                    line.designation,
                    line.unit,
                    tuple(_shown(quantity) for quantity in line.quantities[start : start + COLUMNS]),
                    _shown(line.total),
                )
                for line in lines
            ),
        )
        for start in range(0, len(names), COLUMNS)
    )


def _shown(quantity: str) -> str:
    return number(quantity) if quantity else "–"
