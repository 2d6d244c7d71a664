"""The workbook that candidates fill in: it computes, in LibreOffice too, and runs nothing that a user typed."""

from __future__ import annotations

import dataclasses
import io
import subprocess
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from documents.price_book import PRICES, QUANTITIES, price_book
from documents.render import write_as
from documents.workbook import Place, Sheet, write_workbook
from projects.dossier import Quantity
from tests.documents import makers

FORMS = ("ods", "xlsx")
UNIT_PRICE = Decimal("12.50")


def filled(sheets: list[Sheet]) -> list[Sheet]:
    """What a candidate sends back: the same unit price on every line."""
    return [
        dataclasses.replace(
            sheet, rows=(sheet.rows[0], *((*row[:4], UNIT_PRICE, Decimal(20)) for row in sheet.rows[1:]))
        )
        if sheet.name == PRICES
        else sheet
        for sheet in sheets
    ]


def calculated(content: bytes, form: str, folder: Path) -> dict[str, list[list[str]]]:
    """Every sheet as LibreOffice computes it."""
    file = folder / f"offre.{form}"
    file.write_bytes(content)
    command = ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to"]
    command += ["csv:Text - txt - csv (StarCalc):59,34,76,1,,0,false,true,false,false,false,-1", "--outdir"]
    subprocess.run([*command, str(folder), str(file)], check=True, capture_output=True, timeout=120)
    return {
        found.stem.partition("-")[2]: [line.split(";") for line in found.read_text(encoding="utf-8").splitlines()]
        for found in folder.glob("offre-*.csv")
    }


@pytest.mark.parametrize("form", FORMS)
def test_totals_compute_themselves_once_the_prices_are_given(form: str, tmp_path: Path) -> None:
    page = makers.issued(makers.dossier(3), "price-schedule")
    sheets = calculated(write_workbook(form, filled(price_book(page))), form, tmp_path)
    quantities = sheets[QUANTITIES]
    # 6 seats, 2 lump sums of the cost lines, 3 recoveries of data, 1 reversibility: 12 units at 12.50.
    assert quantities[0][3:6] == ["Commune 001", "Commune 002", "Commune 003"]
    assert [row[6] for row in quantities[1:5]] == ["6", "1", "1", "3"]
    assert Decimal(quantities[-1][-1].replace(",", ".")) == 12 * UNIT_PRICE
    own = {row[0]: Decimal(row[2].replace(",", ".")) for row in sheets["Membres"][1:]}
    assert own == {f"Commune {n:03d}": (n + 1) * UNIT_PRICE for n in (1, 2, 3)}


def test_the_workbook_is_read_by_another_library_with_numbers_and_formulas() -> None:
    page = makers.issued(makers.dossier(3), "price-schedule")
    book = openpyxl.load_workbook(io.BytesIO(write_as(page, "xlsx")))
    assert book.sheetnames == ["Notice", PRICES, QUANTITIES, "Membres"]
    sheet = book[QUANTITIES]
    assert [sheet.cell(2, column).value for column in (4, 5, 6)] == [1, 2, 3]
    assert sheet["G2"].value == "=SUM(D2:F2)"
    assert sheet["H2"].value == "=BPU!E2"
    assert sheet["I2"].value == "=G2*H2"
    assert book["Membres"]["C2"].value == "=SUMPRODUCT(DQE!D2:D9,DQE!H2:H9)"
    assert all(cell.value is None for cell in (book[PRICES]["E2"], book[PRICES]["F2"]))
    assert page.stamp.reference in str(book["Notice"]["B1"].value)


HOSTILE = ("=1+1", "+cmd|' /C calc'!A0", "@SUM(A1)", "-2+3", "\t=1", '=HYPERLINK("http://x")', "<b>&\x00\x0b")


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_that_a_user_typed_is_a_formula(form: str, text: str) -> None:
    parties = tuple(
        makers.party(number, name=f"{text}{number}", quantities=(Quantity(1, "3", text),)) for number in (1, 2)
    )
    facts = makers.dossier(parties=parties, title=text)
    content = write_as(makers.issued(facts, "price-schedule"), form)
    if form == "xlsx":
        book: Any = openpyxl.load_workbook(io.BytesIO(content))
        cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
        assert all(set(str(cell.value)) <= set("=SUMPRODCTBQE!0123456789ABCDEFGHI:,*()") for cell in cells)
    else:
        with zipfile.ZipFile(io.BytesIO(content)) as file:
            xml = file.read("content.xml").decode()
        formulas = [part.partition('"')[0] for part in xml.split('table:formula="')[1:]]
        assert formulas
        assert all(set(formula) <= set("of:=SUMPRODCTBQE0123456789ABCDEFGHI:;*()[].$") for formula in formulas)


@pytest.mark.parametrize("form", FORMS)
def test_the_same_schedule_gives_the_same_bytes(form: str) -> None:
    page = makers.issued(makers.dossier(3), "price-schedule")
    assert write_as(page, form) == write_as(page, form)


@pytest.mark.parametrize("members", [0, 1, 300])
@pytest.mark.parametrize("form", FORMS)
def test_a_workbook_holds_any_number_of_members(members: int, form: str) -> None:
    facts = makers.dossier(members) if members else makers.empty()
    content = write_as(makers.issued(facts, "price-schedule"), form)
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        assert file.testzip() is None
    if form == "xlsx":
        book = openpyxl.load_workbook(io.BytesIO(content))
        assert book[QUANTITIES].max_column == 6 + members


@pytest.mark.parametrize(("column", "name"), [(0, "A1"), (25, "Z1"), (26, "AA1"), (701, "ZZ1"), (702, "AAA1")])
def test_columns_have_the_letters_of_spreadsheets(column: int, name: str) -> None:
    assert Place(column, 0).name == name
