"""Workbooks that candidates fill in: several sheets, our own formulas over cells, texts that nothing runs.

A formula is made of cell addresses only: no text of a user ever enters one. Its result is not stored, so that every
program computes it when it opens the file. The same workbook gives the same bytes.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from xml.sax.saxutils import escape, quoteattr

from procurement.sheets.cells import clean, guarded


@dataclass(frozen=True, slots=True)
class Place:
    """A cell, counted from 0; `sheet` "" for the same sheet."""

    column: int
    row: int
    sheet: str = ""

    @property
    def name(self) -> str:
        """`B5`."""
        letters, column = "", self.column + 1
        while column:
            column, rest = divmod(column - 1, 26)
            letters = chr(65 + rest) + letters
        return f"{letters}{self.row + 1}"


@dataclass(frozen=True, slots=True)
class Sum:
    """The sum of a range of the same sheet."""

    first: Place
    last: Place


@dataclass(frozen=True, slots=True)
class Product:
    """Two cells multiplied."""

    left: Place
    right: Place


@dataclass(frozen=True, slots=True)
class SumProduct:
    """Two ranges multiplied cell by cell, then summed."""

    first: tuple[Place, Place]
    second: tuple[Place, Place]


@dataclass(frozen=True, slots=True)
class Same:
    """The value of another cell."""

    place: Place


Formula = Sum | Product | SumProduct | Same
Cell = str | Decimal | Formula | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: `heads` rows at the top are bold; `to_fill` are the cells left to the candidate (column numbers)."""

    name: str  # of our own words: it stands in formulas
    rows: tuple[tuple[Cell, ...], ...]
    heads: int = 1
    to_fill: tuple[int, ...] = ()
    widths: tuple[int, ...] = ()  # millimetres, the last one for all that follow


def write_workbook(form: str, sheets: Sequence[Sheet]) -> bytes:
    """The bytes of an `ods` or an `xlsx` file."""
    return _zip(_ods(sheets) if form == "ods" else _xlsx(sheets))


def _zip(parts: dict[str, str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            info = zipfile.ZipInfo(name)  # dated 1980: no clock in the file
            info.compress_type = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            archive.writestr(info, text)
    return out.getvalue()


def _width(sheet: Sheet, column: int) -> int:
    return sheet.widths[min(column, len(sheet.widths) - 1)] if sheet.widths else 30


def _columns(sheet: Sheet) -> int:
    return max((len(row) for row in sheet.rows), default=1)


def _style(sheet: Sheet, row: int, column: int) -> int:
    """0 plain, 1 heading, 2 to be filled in."""
    return 1 if row < sheet.heads else 2 if column in sheet.to_fill and sheet.rows[row][column] is None else 0


# ODS ------------------------------------------------------------------------------------------------------------------
_ODS = "application/vnd.oasis.opendocument.spreadsheet"
_NAMES = ("office", "table", "text", "style", "fo:xsl-fo-compatible", "number:datastyle")
_NAMESPACES = " ".join(
    f'xmlns:{name.partition(":")[0]}="urn:oasis:names:tc:opendocument:xmlns:{name.partition(":")[2] or name}:1.0"'
    for name in _NAMES
)
_NAMESPACES += ' xmlns:of="urn:oasis:names:tc:opendocument:xmlns:of:1.2"'  # that of formulas
_MANIFEST = (
    '<?xml version="1.0" encoding="UTF-8"?><manifest:manifest '
    'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.3">'
    f'<manifest:file-entry manifest:full-path="/" manifest:version="1.3" manifest:media-type="{_ODS}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
)
_CELL_STYLES = (
    '<number:number-style style:name="N"><number:number number:decimal-places="2" number:min-decimal-places="0" '
    'number:min-integer-digits="1" number:grouping="true"/></number:number-style>'
    '<style:style style:name="c0" style:family="table-cell" style:data-style-name="N">'
    '<style:table-cell-properties fo:wrap-option="wrap"/></style:style>'
    '<style:style style:name="c1" style:family="table-cell"><style:table-cell-properties fo:wrap-option="wrap" '
    'fo:background-color="#e4f1ee"/><style:text-properties fo:font-weight="bold"/></style:style>'
    '<style:style style:name="c2" style:family="table-cell" style:data-style-name="N">'
    '<style:table-cell-properties fo:background-color="#fbf0da" fo:border="0.4pt solid #7c8782"/></style:style>'
)


def _ods(sheets: Sequence[Sheet]) -> dict[str, str]:
    widths = sorted({_width(sheet, column) for sheet in sheets for column in range(_columns(sheet))})
    styles = "".join(
        f'<style:style style:name="w{width}" style:family="table-column">'
        f'<style:table-column-properties style:column-width="{width}mm"/></style:style>'
        for width in widths
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {_NAMESPACES} office:version="1.3">'
        f"<office:automatic-styles>{_CELL_STYLES}{styles}</office:automatic-styles><office:body><office:spreadsheet>"
        f"{''.join(map(_ods_table, sheets))}</office:spreadsheet></office:body></office:document-content>"
    )
    return {"mimetype": _ODS, "content.xml": content, "META-INF/manifest.xml": _MANIFEST}


def _ods_table(sheet: Sheet) -> str:
    columns = "".join(
        f'<table:table-column table:style-name="w{_width(sheet, column)}"/>' for column in range(_columns(sheet))
    )
    rows = "".join(
        f"<table:table-row>{''.join(_ods_cell(sheet, row, column) for column in range(len(cells)))}</table:table-row>"
        for row, cells in enumerate(sheet.rows)
    )
    return f"<table:table table:name={quoteattr(sheet.name)}>{columns}{rows}</table:table>"


def _ods_cell(sheet: Sheet, row: int, column: int) -> str:
    value, style = sheet.rows[row][column], f' table:style-name="c{_style(sheet, row, column)}"'
    if value is None:
        return f"<table:table-cell{style}/>"
    if isinstance(value, str):
        text = f"<text:p>{escape(guarded(clean(value)))}</text:p>"
        return f'<table:table-cell{style} office:value-type="string">{text}</table:table-cell>'
    if isinstance(value, Decimal):
        return f'<table:table-cell{style} office:value-type="float" office:value="{value:f}"/>'
    formula = quoteattr(f"of:={_ods_formula(value)}")
    return f"<table:table-cell{style} table:formula={formula}/>"


def _ods_place(place: Place) -> str:
    return f"{'$' + place.sheet if place.sheet else ''}.{place.name}"


def _ods_formula(formula: Formula) -> str:
    if isinstance(formula, Sum):
        return f"SUM([{_ods_place(formula.first)}:{_ods_place(formula.last)}])"
    if isinstance(formula, Product):
        return f"[{_ods_place(formula.left)}]*[{_ods_place(formula.right)}]"
    if isinstance(formula, Same):
        return f"[{_ods_place(formula.place)}]"
    ranges = (f"[{_ods_place(first)}:.{last.name}]" for first, last in (formula.first, formula.second))
    return f"SUMPRODUCT({';'.join(ranges)})"


# XLSX -----------------------------------------------------------------------------------------------------------------
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_STYLES = (
    f'{_HEAD}<styleSheet xmlns="{_MAIN}"><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="4"><fill><patternFill '
    'patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill><fill><patternFill '
    'patternType="solid"><fgColor rgb="FFE4F1EE"/></patternFill></fill><fill><patternFill patternType="solid">'
    '<fgColor rgb="FFFBF0DA"/></patternFill></fill></fills><borders count="1"><border/></borders>'
    '<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="3">'
    '<xf numFmtId="4" applyNumberFormat="1" applyAlignment="1"><alignment wrapText="1" vertical="top"/></xf>'
    '<xf fontId="1" fillId="2" applyFont="1" applyFill="1" applyAlignment="1"><alignment wrapText="1"/></xf>'
    '<xf numFmtId="4" fillId="3" applyNumberFormat="1" applyFill="1"/></cellXfs><cellStyles count="1">'
    '<cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)


def _xlsx(sheets: Sequence[Sheet]) -> dict[str, str]:
    count = range(1, len(sheets) + 1)
    overrides = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{_TYPE}.worksheet+xml"/>' for n in count
    )
    names = "".join(
        f'<sheet name={quoteattr(sheet.name)} sheetId="{n}" r:id="rId{n}"/>'
        for n, sheet in zip(count, sheets, strict=True)
    )
    related = "".join(
        f'<Relationship Id="rId{n}" Type="{_RELATIONS}/worksheet" Target="worksheets/sheet{n}.xml"/>' for n in count
    )
    styles = f'<Relationship Id="rId0" Type="{_RELATIONS}/styles" Target="styles.xml"/>'
    root = f'<Relationship Id="rId1" Type="{_RELATIONS}/officeDocument" Target="xl/workbook.xml"/>'
    return {
        "[Content_Types].xml": f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override '
        f'PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/><Override PartName="/xl/styles.xml" '
        f'ContentType="{_TYPE}.styles+xml"/>{overrides}</Types>',
        "_rels/.rels": f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{root}</Relationships>',
        "xl/workbook.xml": f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_RELATIONS}"><sheets>{names}</sheets>'
        '<calcPr fullCalcOnLoad="1"/></workbook>',
        "xl/_rels/workbook.xml.rels": f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{styles}{related}'
        "</Relationships>",
        "xl/styles.xml": _STYLES,
        **{f"xl/worksheets/sheet{n}.xml": _xlsx_sheet(sheet) for n, sheet in zip(count, sheets, strict=True)},
    }


def _xlsx_sheet(sheet: Sheet) -> str:
    columns = "".join(
        f'<col min="{column + 1}" max="{column + 1}" width="{_width(sheet, column) / 2:g}" customWidth="1"/>'
        for column in range(_columns(sheet))
    )
    rows = "".join(
        f'<row r="{row + 1}">{"".join(_xlsx_cell(sheet, row, column) for column in range(len(cells)))}</row>'
        for row, cells in enumerate(sheet.rows)
    )
    return f'{_HEAD}<worksheet xmlns="{_MAIN}"><cols>{columns}</cols><sheetData>{rows}</sheetData></worksheet>'


def _xlsx_cell(sheet: Sheet, row: int, column: int) -> str:
    value, where = sheet.rows[row][column], f'r="{Place(column, row).name}" s="{_style(sheet, row, column)}"'
    if value is None:
        return f"<c {where}/>"
    if isinstance(value, str):
        text = f'<t xml:space="preserve">{escape(guarded(clean(value)))}</t>'
        return f'<c {where} t="inlineStr"><is>{text}</is></c>'
    if isinstance(value, Decimal):
        return f"<c {where}><v>{value:f}</v></c>"
    return f"<c {where}><f>{escape(_xlsx_formula(value))}</f></c>"


def _xlsx_place(place: Place) -> str:
    return f"{place.sheet}!{place.name}" if place.sheet else place.name


def _xlsx_formula(formula: Formula) -> str:
    if isinstance(formula, Sum):
        return f"SUM({_xlsx_place(formula.first)}:{_xlsx_place(formula.last)})"
    if isinstance(formula, Product):
        return f"{_xlsx_place(formula.left)}*{_xlsx_place(formula.right)}"
    if isinstance(formula, Same):
        return _xlsx_place(formula.place)
    ranges = (f"{_xlsx_place(first)}:{last.name}" for first, last in (formula.first, formula.second))
    return f"SUMPRODUCT({','.join(ranges)})"
