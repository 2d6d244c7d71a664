"""XLSX in and out. The archive has passed the gates; what openpyxl cannot read is told in one line."""

from __future__ import annotations

import datetime as dt
import io
import re
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

import openpyxl
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.utils.exceptions import InvalidFileException

from procurement.sheets import gates
from procurement.sheets.cells import Native, as_text, from_float, guarded
from procurement.sheets.faults import MAX_COLUMNS, MAX_ROWS, Refusal, Unreadable
from procurement.sheets.table import Formula, Table, assembled

DAMAGED = "Ce classeur est abîmé : enregistrez-le à nouveau."
# What a workbook that is not one makes openpyxl raise.
WRONG = (*gates.BROKEN, TypeError, AttributeError, AssertionError, SyntaxError, InvalidFileException)
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell [^>]*ref="[A-Z]*(\d{1,7})[^"]*"')
_ROW = re.compile(rb"<(?:\w+:)?row[ >/]")


def read(data: bytes, archive: zipfile.ZipFile) -> Table:
    """The first sheet. Raises Unreadable (dates counted from 1904 included: they would be four years off)."""
    merged = _check_parts(archive)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl speaks of extensions it leaves out
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=False, keep_links=False)
    except WRONG:
        raise Unreadable(DAMAGED) from None
    if book.epoch == CALENDAR_MAC_1904:
        raise Unreadable(
            "Ce classeur compte les dates depuis 1904 : décochez « Calendrier depuis 1904 » dans ses options, "
            "ou enregistrez-le en CSV."
        )
    if not book.worksheets:
        raise Unreadable("Ce classeur n'a pas de feuille de calcul.")
    table = assembled(_lines(book.worksheets[0]), padded=True)
    book.close()
    if merged:
        reason = "Cellules fusionnées : défusionnez-les, une valeur par cellule."
        table.faults.insert(0, Refusal(merged, "", reason))
    return table


def _check_parts(archive: zipfile.ZipFile) -> int:
    """Count the rows and look for merged cells in the raw first sheet; the line of the first merge, or 0."""
    sheets = sorted(name for name in archive.namelist() if name.startswith("xl/worksheets/") and name.endswith(".xml"))
    merged = 0
    for name in sheets:
        content = gates.part(archive, name)
        if len(_ROW.findall(content)) > MAX_ROWS + 1:
            raise Unreadable(f"Plus de {MAX_ROWS} lignes : importez ce fichier en plusieurs fois.")
        if name == sheets[0] and (found := _MERGED.search(content)):
            merged = int(found[1])
    return merged


def _lines(sheet: Any) -> Iterator[tuple[int, list[str]]]:
    number = 0
    try:
        for number, row in enumerate(sheet.iter_rows(max_col=MAX_COLUMNS + 1), 1):
            yield number, [_text(cell) for cell in row]
    except WRONG:
        raise Unreadable(f"Ligne {number + 1} : une cellule ne se lit pas. Réécrivez cette ligne.") from None


def _text(cell: Any) -> str:
    value = cell.value
    if value is None:
        return ""
    if cell.data_type == "f":
        return Formula("=")
    if cell.data_type == "e":
        return str(value)
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, dt.datetime | dt.date):
        return as_text(value.date() if isinstance(value, dt.datetime) else value)
    return from_float(value) if isinstance(value, float) else str(value)


def write(title: str, header: Sequence[str], rows: Sequence[Sequence[Native]]) -> bytes:
    """A workbook of one sheet: numbers and days typed, texts guarded against formulas and typed as texts."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    bold = Font(bold=True)
    sheet.append([_header(sheet, name, bold) for name in header])
    for row in rows:
        sheet.append([cell_of(sheet, value) for value in row])
    return saved(book)


def _header(sheet: Any, name: str, font: Font) -> Any:
    cell = WriteOnlyCell(sheet, name)
    cell.font = font
    return cell


def cell_of(sheet: Any, value: Native) -> Any:
    """A cell of the right type."""
    if isinstance(value, str):
        cell = WriteOnlyCell(sheet, guarded(as_text(value)))
        cell.data_type = "s"
        return cell
    cell = WriteOnlyCell(sheet, value)
    if isinstance(value, dt.date):
        cell.number_format = "dd/mm/yyyy"
    elif isinstance(value, Decimal):
        cell.number_format = "0.00"
    return cell


def saved(book: Any) -> bytes:
    """The bytes of a workbook."""
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
