"""Bytes → table. The format is known by the content; whatever is wrong is one French line."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterator

from procurement.sheets import gates, ods, xlsx
from procurement.sheets.faults import MAX_CELL, MAX_ROWS, Unreadable
from procurement.sheets.table import Table, assembled

SEPARATORS = ";,\t"


def read(data: bytes, expected: Collection[str] = ()) -> Table:
    """The table in `data`: CSV (UTF-8, with or without BOM, Windows-1252; `;` `,` or tab), XLSX or ODS.

    `expected` headers settle which separator a CSV file uses. Raises Unreadable.
    """
    if gates.kind_of(data) == "text":
        return _csv(data, expected)
    archive = gates.opened(data)
    gates.refuse_entities(archive)
    names = set(archive.namelist())
    if "xl/workbook.xml" in names:
        return xlsx.read(data, archive)
    if "content.xml" in names:
        return ods.read(archive)
    raise Unreadable("Cette archive n'est pas un tableur : envoyez un fichier .csv, .xlsx ou .ods.")


def _csv(data: bytes, expected: Collection[str]) -> Table:
    text = _decoded(data)
    separator = _separator(text, expected)
    if sum(any(cells) for _, cells in _lines(text, separator)) > MAX_ROWS + 1:
        raise Unreadable(f"Plus de {MAX_ROWS} lignes : importez ce fichier en plusieurs fois.")
    return assembled(_lines(text, separator), padded=False)


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:
        raise Unreadable("Codage inconnu : enregistrez ce fichier en CSV UTF-8.") from None


def _separator(text: str, expected: Collection[str]) -> str:
    """The one that finds the most expected headers in the first line, then the one that cuts it most."""
    first = next((line for line in text.splitlines()[:50] if line.strip()), "")[: MAX_CELL * 4]
    known = {title.casefold() for title in expected}

    def found(separator: str) -> tuple[int, int]:
        cells = first.split(separator)
        return sum(cell.strip().strip('"').strip().casefold() in known for cell in cells), len(cells)

    return max(SEPARATORS, key=found)


def _lines(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """Each record with the number of the line on which it starts."""
    limit = csv.field_size_limit(2**24)  # what is too long is told with its line, in `assembled`
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
        start = 1
        for cells in reader:
            yield start, cells
            start = reader.line_num + 1
    except csv.Error:
        raise Unreadable(
            f"À partir de la ligne {start}, un guillemet n'est pas refermé : doublez les guillemets du texte."
        ) from None
    finally:
        csv.field_size_limit(limit)
