"""The price schedule (BPU) and the estimate of quantities (DQE), with a column per member.

Prices are the candidates' to give; quantities are those the members declared, an indication that binds nobody.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from documents.contexts.buyers import Buyers, buyers
from documents.contexts.common import number
from documents.contexts.subject import Subject
from projects.dossier import Dossier, Party

COLUMNS = 4  # members side by side on a page
COMMON = "Prestations communes"


@dataclass(frozen=True, slots=True)
class Declared:
    """What one member declared: a decimal string."""

    siren: str
    quantity: str


@dataclass(frozen=True, slots=True)
class PriceLine:
    """A price asked for, with the quantities of the members that declared one."""

    number: str
    lot: str
    designation: str
    unit: str
    quantities: tuple[Declared, ...]
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
    sirens = tuple(party.siren for party in buying)
    return Prices(
        **buyers(subject),
        buyers=tuple(party.name for party in buying),
        sirens=sirens,
        lines=lines,
        blocks=_blocks([party.name for party in buying], sirens, lines),
    )


def _lines(dossier: Dossier, buying: list[Party]) -> list[PriceLine]:
    titles = {lot.number: lot.title for lot in dossier.lots}
    wanted = dict.fromkeys((item.lot, item.unit) for party in buying for item in party.quantities)
    found: list[PriceLine] = []
    for place, (lot, unit) in enumerate(sorted(wanted), start=1):
        said = tuple(_wanted(buying, lot, unit))
        title = titles.get(lot, "")
        found.append(PriceLine(f"{lot}.{place}", f"Lot {lot}", title or f"Lot {lot}", unit, said, _total(said)))
    nobody: tuple[Declared, ...] = ()
    one = tuple(Declared(party.siren, "1") for party in buying)
    common = [
        (f"{line.label}, par an", "année", nobody, str(line.years))
        if line.years
        else (line.label, "forfait", nobody, "1")
        for line in dossier.cost_lines
    ]
    common += [
        ("Reprise des données d'un organisme", "forfait par organisme", one, _total(one)),
        ("Formation", "jour", nobody, ""),
        ("Assistance et prestations complémentaires", "jour", nobody, ""),
        ("Réversibilité, pour l'ensemble des organismes", "forfait", nobody, "1"),
        ("Réversibilité, pour un seul organisme", "forfait par organisme", nobody, ""),
    ]
    return found + [
        PriceLine(f"C.{place}", COMMON, label, unit, quantities, total)
        for place, (label, unit, quantities, total) in enumerate(common, start=1)
    ]


def _wanted(buying: list[Party], lot: int, unit: str) -> Iterator[Declared]:
    for party in buying:
        found = [Decimal(item.quantity) for item in party.quantities if (item.lot, item.unit) == (lot, unit)]
        if found:
            yield Declared(party.siren, f"{sum(found):f}")


def _total(quantities: tuple[Declared, ...]) -> str:
    return f"{sum(Decimal(item.quantity) for item in quantities):f}" if quantities else ""


def _blocks(names: list[str], sirens: tuple[str, ...], lines: tuple[PriceLine, ...]) -> tuple[Block, ...]:
    return tuple(
        Block(
            tuple(names[start : start + COLUMNS]),
            tuple(_row(line, sirens[start : start + COLUMNS]) for line in lines),
        )
        for start in range(0, len(names), COLUMNS)
    )


def _row(line: PriceLine, sirens: tuple[str, ...]) -> QuantityRow:
    known = {item.siren: item.quantity for item in line.quantities}
    shown = tuple(_shown(known.get(siren, "")) for siren in sirens)
    return QuantityRow(line.number, line.designation, line.unit, shown, _shown(line.total))


def _shown(quantity: str) -> str:
    return number(quantity) if quantity else "–"
