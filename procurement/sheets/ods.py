"""ODS in and out, straight from and to `content.xml`: faster than a document model, and no flood of cells."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Iterator, Sequence
from decimal import Decimal
from xml.etree.ElementTree import Element, ParseError
from xml.sax.saxutils import escape, quoteattr

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from procurement.sheets import gates
from procurement.sheets.cells import Native, as_text, from_float, guarded
from procurement.sheets.faults import MAX_COLUMNS, MAX_ROWS_ODS, Refusal, Unreadable
from procurement.sheets.table import Formula, Table, assembled

OFFICE, TABLE, TEXT = (f"urn:oasis:names:tc:opendocument:xmlns:{name}:1.0" for name in ("office", "table", "text"))
DAMAGED = "Ce classeur est abîmé : enregistrez-le à nouveau."
MIMETYPE = "application/vnd.oasis.opendocument.spreadsheet"


def read(archive: zipfile.ZipFile) -> Table:
    """The first sheet. Raises Unreadable."""
    names = set(archive.namelist())
    if "META-INF/manifest.xml" in names and b"encryption-data" in gates.part(archive, "META-INF/manifest.xml"):
        raise Unreadable("Ce classeur est protégé par un mot de passe : enregistrez-le sans mot de passe.")
    content = gates.part(archive, "content.xml")
    merged: list[int] = []
    try:
        table = assembled(_lines(content, merged), padded=True, most=MAX_ROWS_ODS)
    except (ParseError, DefusedXmlException, ValueError, LookupError, OverflowError, RecursionError):
        raise Unreadable(DAMAGED) from None
    if merged:
        reason = "Cellules fusionnées : défusionnez-les, une valeur par cellule."
        table.faults.insert(0, Refusal(merged[0], "", reason))
    return table


def _lines(content: bytes, merged: list[int]) -> Iterator[tuple[int, list[str]]]:
    """The rows of the first sheet, a row said to repeat being given as often, blank ones once."""
    number, depth = 1, 0
    for event, element in iterparse(io.BytesIO(content), events=("start", "end"), forbid_dtd=True):
        if element.tag == f"{{{TABLE}}}table":
            depth += 1 if event == "start" else -1
            if depth == 0:
                return
        elif event == "end" and element.tag == f"{{{TABLE}}}table-row":
            times = int(element.get(f"{{{TABLE}}}number-rows-repeated", "1")[:9])
            cells = _cells(element, number, merged)
            if any(cells):
                for again in range(min(times, MAX_ROWS_ODS + 2)):
                    yield number + again, list(cells)
            number += times
            element.clear()


def _cells(row: Element, number: int, merged: list[int]) -> list[str]:
    found: list[str] = []
    for cell in row:
        if cell.tag not in (f"{{{TABLE}}}table-cell", f"{{{TABLE}}}covered-table-cell"):
            continue
        spans = [cell.get(f"{{{TABLE}}}number-{what}-spanned", "1") for what in ("columns", "rows")]
        if spans != ["1", "1"]:
            merged.append(number)
        text, times = _text(cell), int(cell.get(f"{{{TABLE}}}number-columns-repeated", "1")[:9])
        found += [text] * min(times, MAX_COLUMNS + 1 - len(found))
    while found and not found[-1]:
        found.pop()
    return found


def _text(cell: Element) -> str:
    """What a cell holds: its typed value, or its paragraphs."""
    if cell.get(f"{{{TABLE}}}formula"):
        return Formula("=")
    kind = cell.get(f"{{{OFFICE}}}value-type", "")
    if kind in ("float", "currency", "percentage"):
        value = cell.get(f"{{{OFFICE}}}value", "")
        whole = value.removeprefix("-")
        return value if whole.isdigit() else from_float(float(value))
    if kind == "date":
        return as_text(dt.date.fromisoformat(cell.get(f"{{{OFFICE}}}date-value", "")[:10]))
    if kind == "boolean":
        return "oui" if cell.get(f"{{{OFFICE}}}boolean-value") == "true" else "non"
    return "\n".join(_words(paragraph) for paragraph in cell if paragraph.tag == f"{{{TEXT}}}p")


def _words(element: Element) -> str:
    """The text of a paragraph, its spaces, tabs and line breaks being elements."""
    parts = [element.text or ""]
    for child in element:
        if child.tag == f"{{{TEXT}}}s":
            parts.append(" " * min(int(child.get(f"{{{TEXT}}}c", "1")[:6]), 1_000))
        elif child.tag in (f"{{{TEXT}}}tab", f"{{{TEXT}}}line-break"):
            parts.append("\t" if child.tag.endswith("tab") else "\n")
        elif child.tag in (f"{{{TEXT}}}span", f"{{{TEXT}}}a"):
            parts.append(_words(child))
        parts.append(child.tail or "")
    return "".join(parts)


# Out ------------------------------------------------------------------------------------------------------------------
_CONTENT = """<?xml version="1.0" encoding="UTF-8"?>
<office:document-content xmlns:office="{office}" xmlns:table="{table}" xmlns:text="{text}" \
xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" \
xmlns:number="urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0" office:version="1.3"><office:automatic-styles>\
<number:number-style style:name="N1"><number:number number:decimal-places="2" number:min-integer-digits="1"/>\
</number:number-style><number:date-style style:name="N2"><number:day number:style="long"/><number:text>/</number:text>\
<number:month number:style="long"/><number:text>/</number:text><number:year number:style="long"/></number:date-style>\
<style:style style:name="amount" style:family="table-cell" style:data-style-name="N1"/>\
<style:style style:name="day" style:family="table-cell" style:data-style-name="N2"/></office:automatic-styles>\
<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"""
_MANIFEST = f"""<?xml version="1.0" encoding="UTF-8"?>
<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.3">\
<manifest:file-entry manifest:full-path="/" manifest:version="1.3" manifest:media-type="{MIMETYPE}"/>\
<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>"""


def write(title: str, header: Sequence[str], rows: Sequence[Sequence[Native]]) -> bytes:
    """A document of one sheet: numbers and days typed, texts guarded against formulas."""
    return write_book([(title, header, rows)])


def write_book(sheets: Sequence[tuple[str, Sequence[str], Sequence[Sequence[Native]]]]) -> bytes:
    """A document of several sheets, each with its title, header and rows."""
    tables = "".join(_table(title, [header, *rows]) for title, header, rows in sheets)
    content = _CONTENT.format(office=OFFICE, table=TABLE, text=TEXT, tables=tables)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", MIMETYPE, zipfile.ZIP_STORED)
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", _MANIFEST)
    return out.getvalue()


def _table(title: str, lines: Sequence[Sequence[Native]]) -> str:
    rows = "".join(f"<table:table-row>{''.join(map(_cell, row))}</table:table-row>" for row in lines)
    return f"<table:table table:name={quoteattr(title)}>{rows}</table:table>"


def _cell(value: Native) -> str:
    text = as_text(value)
    if not text:
        return "<table:table-cell/>"
    if isinstance(value, dt.date):
        typed = f' table:style-name="day" office:value-type="date" office:date-value="{value.isoformat()}"'
    elif isinstance(value, Decimal):
        typed = f' table:style-name="amount" office:value-type="float" office:value="{value:f}"'
    elif isinstance(value, int):
        typed = f' office:value-type="float" office:value="{value}"'
    else:
        typed, text = ' office:value-type="string"', guarded(text)
    paragraphs = "".join(f"<text:p>{_spaced(line)}</text:p>" for line in text.split("\n"))
    return f"<table:table-cell{typed}>{paragraphs}</table:table-cell>"


def _spaced(line: str) -> str:
    """A line whose tabs and runs of spaces survive: XML readers fold them."""
    out = escape(line).replace("\t", "<text:tab/>").replace("  ", ' <text:s text:c="1"/>')
    return '<text:s text:c="1"/>' + out[1:] if out.startswith(" ") else out
