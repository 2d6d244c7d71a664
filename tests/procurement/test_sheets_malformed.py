"""Files that are not what they say, or that mean harm: a French line each, nothing written, in a second."""

from __future__ import annotations

import contextlib
import io
import time
import tracemalloc
import zipfile
from collections.abc import Callable

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from procurement.models import Body
from procurement.resources import BodyResource
from procurement.sheets import Scope, Unreadable, reading, writing
from procurement.sheets.faults import MAX_UNPACKED

pytestmark = pytest.mark.django_db
SHEET = "xl/worksheets/sheet1.xml"
MANIFEST = "META-INF/manifest.xml"
HEADER = BodyResource(Scope()).header
GOOD = ["", "", "", "Grandval", "Commune", "38", "", "", ""]
BOMB = '<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>'
XXE = '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>'


def _csv(*rows: list[str]) -> bytes:
    return "\n".join(";".join(row) for row in (HEADER, *rows)).encode()


def _xlsx(change: Callable[[openpyxl.Workbook], object] = lambda book: None) -> bytes:
    book = openpyxl.Workbook()
    book.active.append(HEADER)
    book.active.append(GOOD)
    change(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _with(data: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    """The archive with one part changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.namelist():
            content = old.read(item)
            new.writestr(item, change(content) if item == name else content)
    return out.getvalue()


def _declared(declaration: str) -> Callable[[bytes], bytes]:
    def change(content: bytes) -> bytes:
        body = content[content.index(b"?>") + 2 :] if content.startswith(b"<?xml") else content
        return f"<?xml version='1.0'?>{declaration}".encode() + body

    return change


def _ods() -> bytes:
    return writing.write("ods", "T", HEADER, [GOOD])


def _zip(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/") + ".xml", content)
    return out.getvalue()


def _sheet(old: bytes, new: bytes) -> bytes:
    """An XLSX whose sheet holds `new` where it held `old`."""
    return _with(_xlsx(), SHEET, lambda text: text.replace(old, new))


def _content(old: bytes, new: bytes, times: int = -1) -> bytes:
    """An ODS whose content holds `new` where it held `old`."""
    return _with(_ods(), "content.xml", lambda text: text.replace(old, new, times))


def _utf16(text: bytes) -> bytes:
    return _declared(XXE)(text).decode().encode("utf-16")


def _encrypted_flag(data: bytes) -> bytes:
    """The directory says that the first part is encrypted."""
    place = data.index(b"PK\x01\x02")
    return data[: place + 8] + b"\x01" + data[place + 9 :]


def _merge(book: openpyxl.Workbook) -> None:
    book.active.merge_cells("A2:B2")


def _since_1904(book: openpyxl.Workbook) -> None:
    book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904


def _formula(book: openpyxl.Workbook) -> None:
    book.active["H2"] = "=1+1"


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
HUGE_NUMBER = b"<row r='3'><c r='A3'><v>" + str(10**4_000 // 7).encode() * 40 + b"</v></c></row></sheetData>"
MANY_ROWS = b"".join(b"<row r='%d'><c t='n'><v>%d</v></c></row>" % (n, n * 7919) for n in range(3, 20_010))
REPEATED_ROW = b"<table:table-row table:number-rows-repeated='1048576'>"
REPEATED_CELL = b"<table:table-cell table:number-columns-repeated='16384' "
INFINITE = b'office:value-type="float" office:value="1e999999999"'
NESTED = b"<text:p>" + b"<text:span>" * 3_000 + b"</text:span>" * 3_000
UNREADABLE = {
    "empty": (b"", "vide"),
    "blank": (b"\xef\xbb\xbf \n\n", "vide"),
    "only separators": (b";;;\n;;;\n", "vide"),
    "UTF-16 with a mark": (_csv(GOOD).decode().encode("utf-16"), "UTF-16"),
    "UTF-16 without": (_csv(GOOD).decode().encode("utf-16-le"), "UTF-16"),
    "NUL": (_csv(GOOD).replace(b"Grandval", b"Grand\x00val"), "nuls"),
    "unknown encoding": (_csv(GOOD).replace(b"Grandval", b"Grand\x81val"), "UTF-8"),
    "quote left open": (_csv(['"ouvert', *GOOD[1:]]), "guillemet"),
    "renamed .xls": (OLE + b"\x00" * 600, ".xls"),
    "password": (OLE + "EncryptedPackage".encode("utf-16-le"), "mot de passe"),
    "password on the zip": (_encrypted_flag(_xlsx()), "mot de passe"),
    "password on the ODS": (_with(_ods(), MANIFEST, lambda text: text + b"<!--encryption-data-->"), "mot de passe"),
    "HTML renamed": (b"<html><table><tr><td>a</td></tr></table></html>", "pas un tableur"),
    "PDF renamed": (b"%PDF-1.7\n", "pas un tableur"),
    "another archive": (_zip(a=b"x"), "pas un tableur"),
    "cut archive": (_xlsx()[:-40], "abîmé"),
    "directory out of place": (_xlsx().replace(b"PK\x01\x02", b"P" * 30 + b"PK\x01\x02", 1), "abîmé"),
    "unknown encoding of a part": (_content(b'encoding="UTF-8"', b'encoding="UTF-x"'), "abîmé"),
    "damaged part": (_with(_xlsx(), SHEET, lambda text: text[:-30] + b"<<<"), "ne se lit pas"),
    "damaged ODS": (_with(_ods(), "content.xml", lambda text: text[: len(text) // 2]), "abîmé"),
    "dates since 1904": (_xlsx(_since_1904), "1904"),
    "XML bomb in an XLSX": (_with(_xlsx(), SHEET, _declared(BOMB)), "entités"),
    "XML bomb in an ODS": (_with(_ods(), "content.xml", _declared(BOMB)), "entités"),
    "XXE in an XLSX": (_with(_xlsx(), "xl/workbook.xml", _declared(XXE)), "entités"),
    "XXE in an ODS": (_with(_ods(), "content.xml", _declared(XXE)), "entités"),
    "entities in UTF-16": (_with(_ods(), "content.xml", _utf16), "entités"),
    "zip bomb by size": (_zip(xl__workbook=b"x" * (MAX_UNPACKED + 1)), "Mio"),
    "zip bomb by ratio": (_zip(xl__workbook=b"x" * 5_000_000), "100 fois"),
    "too many rows": (_csv(*[GOOD] * 20_001), "20000 lignes"),
    "too many rows in an XLSX": (_sheet(b"</sheetData>", MANY_ROWS + b"</sheetData>"), "20000 lignes"),
    "too many rows in an ODS": (writing.write("ods", "T", ["a"], [[str(n * 7919)] for n in range(5_001)]), "5000"),
    "rows said to repeat": (_content(b"<table:table-row>", REPEATED_ROW), "5000 lignes"),
    "columns said to repeat": (_content(b"<table:table-cell ", REPEATED_CELL, 1), "200 colonnes"),
    "huge number": (_sheet(b"</sheetData>", HUGE_NUMBER), "Ligne 3"),
    "infinite number": (_content(b'office:value-type="string"', INFINITE, 1), "abîmé"),
    "deep nesting": (_content(b"<text:p>", NESTED, 1), "abîmé"),
}


@pytest.mark.parametrize(("data", "said"), UNREADABLE.values(), ids=UNREADABLE)
def test_a_file_that_cannot_be_read_gives_one_french_line(data: bytes, said: str) -> None:
    start = time.perf_counter()
    with pytest.raises(Unreadable) as stop:
        BodyResource(Scope()).read(data, check=False)
    assert time.perf_counter() - start < 1
    assert said in str(stop.value)
    assert "\n" not in str(stop.value)
    assert not Body.objects.exists()


def _header(change: Callable[[list[str]], list[str]]) -> bytes:
    return "\n".join([";".join(change(list(HEADER))), ";".join(change(list(GOOD)))]).encode()


SPANNED = b" table:number-columns-spanned='2'><text:p>Grandval"
REFUSED = {
    "missing column": (_header(lambda cells: cells[:-1]), 1, "manquante"),
    "duplicate column": (_header(lambda cells: [*cells, cells[3]]), 1, "en double"),
    "extra column": (_header(lambda cells: [*cells, "Couleur"]), 1, "inconnue"),
    "misspelt column": (_csv(GOOD).replace("dénomination".encode(), b"denominatio"), 1, "Vouliez-vous"),
    "untitled column": (_header(lambda cells: [*cells[:2], "", *cells[2:]]), 1, "sans titre"),
    "short row": (_csv(GOOD, GOOD[:4]), 3, "4 cellules"),
    "long row": (_csv([*GOOD, "de trop"]), 2, "10 cellules"),
    "merged cells": (_xlsx(_merge), 2, "fusionnées"),
    "formula": (_xlsx(_formula), 2, "formule"),
    "formula in an ODS": (_content(b"><text:p>Grandval", b" table:formula='of:=1'><text:p>Grandval"), 2, "formule"),
    "merged cells in an ODS": (_content(b"><text:p>Grandval", SPANNED), 2, "fusionnées"),
}


@pytest.mark.parametrize(("data", "line", "said"), REFUSED.values(), ids=REFUSED)
def test_a_file_of_the_wrong_shape_is_refused_with_its_line(data: bytes, line: int, said: str) -> None:
    start = time.perf_counter()
    report = BodyResource(Scope()).read(data, check=False)
    assert time.perf_counter() - start < 1
    refused = report.to_json()["refused"]
    assert [item["line"] for item in refused] == [line]
    assert said in refused[0]["reason"]
    assert not Body.objects.exists()


def test_a_bomb_takes_no_memory() -> None:
    data = _zip(xl__workbook=b"x" * (MAX_UNPACKED + 1))
    tracemalloc.start()
    with pytest.raises(Unreadable):
        reading.read(data)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 2**20


def test_a_directory_that_lies_about_sizes_gives_no_more_than_it_says() -> None:
    data = bytearray(_with(_xlsx(), SHEET, lambda text: text + b" " * 3_000_000))
    place = data.index(SHEET.encode(), data.index(b"PK\x01\x02")) - 46
    data[place + 24 : place + 28] = (10).to_bytes(4, "little")
    with pytest.raises(Unreadable):
        reading.read(bytes(data))


def test_what_programs_really_write_is_read() -> None:
    """Cells typed as numbers, days and truth values, blank lines, empty columns on the right."""

    def change(book: openpyxl.Workbook) -> None:
        book.active.append([])
        book.active.append([None, 213801517, None, "Échirolles", "Commune", 38, None, 37491.0, 2023, None, None])

    report = BodyResource(Scope()).read(_xlsx(change), check=False)
    assert report.counts["created"] == 2
    assert Body.objects.get(siren="213801517").population == 37491


SOUND = {"csv": _csv(GOOD), "xlsx": _xlsx(), "ods": _ods()}


@given(st.sampled_from(sorted(SOUND)), st.lists(st.tuples(st.floats(0, 1), st.binary(max_size=4)), max_size=6))
def test_a_file_damaged_anywhere_never_ends_in_a_traceback(form: str, changes: list[tuple[float, bytes]]) -> None:
    data = SOUND[form]
    for place, replacement in changes:
        at = int(place * len(data))
        data = data[:at] + replacement + data[at + len(replacement) :]
    with contextlib.suppress(Unreadable):
        BodyResource(Scope()).read(data, check=True)


@given(st.binary(max_size=300))
def test_any_bytes_give_a_table_or_a_reason(data: bytes) -> None:
    with contextlib.suppress(Unreadable):
        BodyResource(Scope()).read(data, check=True)


@given(
    st.sampled_from(["xl/workbook.xml", SHEET, "[Content_Types].xml", "xl/styles.xml"]),
    st.floats(0, 1),
    st.text(max_size=5),
)
def test_a_part_damaged_anywhere_never_ends_in_a_traceback(part: str, place: float, text: str) -> None:
    def change(content: bytes) -> bytes:
        at = int(place * len(content))
        return content[:at] + text.encode() + content[at + len(text) :]

    with contextlib.suppress(Unreadable):
        BodyResource(Scope()).read(_with(SOUND["xlsx"], part, change), check=True)
