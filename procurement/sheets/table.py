"""A table as it was read: a header, lines of text cells, and what was wrong with some of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from procurement.sheets.faults import MAX_CELL, MAX_COLUMNS, MAX_ROWS, Refusal, Unreadable

FORMULA = "C'est une formule : remplacez-la par sa valeur (copier, puis collage spécial, valeurs)."


class Formula(str):
    """A cell whose content is computed."""


@dataclass
class Table:
    """Header and lines; each line has as many cells as the header. `faults` are those of the file itself."""

    header: list[str]
    lines: list[tuple[int, list[str]]] = field(default_factory=list)
    faults: list[Refusal] = field(default_factory=list)


def assembled(lines: Iterable[tuple[int, list[str]]], *, padded: bool, most: int = MAX_ROWS) -> Table:
    """The table made of these lines, the first that is not blank being the header.

    `padded` says that the program leaves the empty cells at the end out (XLSX, ODS): a short line is then no fault.
    Raises Unreadable when there are too many lines, or none.
    """
    table: Table | None = None
    for number, given in lines:
        if not any(cell.strip() for cell in given):
            continue
        if table is None:
            table = Table([cell.strip() for cell in _trimmed(given, 0)])
            if len(table.header) > MAX_COLUMNS:
                raise Unreadable(f"Ce tableau a plus de {MAX_COLUMNS} colonnes.")
            continue
        cells = _trimmed(given, 0 if padded else len(table.header))
        if len(table.lines) >= most:
            raise Unreadable(f"Plus de {most} lignes : importez ce fichier en plusieurs fois{_other(most)}.")
        _add(table, number, cells, padded)
    if table is None:
        raise Unreadable("Ce fichier est vide.")
    return table


def _odd(cells: list[str]) -> bool:
    """True if a cell of the line needs a look: asked once a line, since most need none."""
    return Formula in map(type, cells) or max(map(len, cells), default=0) > MAX_CELL


def _trimmed(cells: list[str], keep: int) -> list[str]:
    """Without the blank cells at the end, down to `keep`."""
    wide = len(cells)
    while wide > keep and not cells[wide - 1].strip():
        wide -= 1
    return cells[:wide]


def _other(most: int) -> str:
    return ", ou en .xlsx" if most < MAX_ROWS else ""


def _add(table: Table, number: int, cells: list[str], padded: bool) -> None:
    wide = len(table.header)
    if padded and len(cells) < wide:
        cells = cells + [""] * (wide - len(cells))
    if len(cells) != wide:
        reason = f"{len(cells)} cellules, alors que l'en-tête en a {wide} : vérifiez les séparateurs et les guillemets."
        table.faults.append(Refusal(number, "", reason))
        cells = (cells + [""] * wide)[:wide]
    for title, cell in zip(table.header, cells, strict=True) if _odd(cells) else ():
        if isinstance(cell, Formula):
            table.faults.append(Refusal(number, title, FORMULA))
        elif len(cell) > MAX_CELL:
            table.faults.append(Refusal(number, title, f"{len(cell)} caractères : {MAX_CELL} au plus."))
    table.lines.append((number, cells))
