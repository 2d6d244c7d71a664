"""The file to fill in: headers, an example, drop-down lists, and a page that explains each column."""

from __future__ import annotations

from typing import Any

import openpyxl
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation

from procurement.sheets.cells import guarded
from procurement.sheets.columns import Column
from procurement.sheets.resource import SheetResource
from procurement.sheets.xlsx import saved

LISTS, HELP = "Listes", "Mode d'emploi"
LINES_WITH_LISTS = 1_000
DO_NOT_FILL = PatternFill("solid", fgColor="FFEFEFEF")


def template(resource: SheetResource) -> bytes:
    """An XLSX of three sheets: the table to fill in with one example line, the lists, and the explanations."""
    resource.begin()
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title, sheet.freeze_panes = resource.title, "A2"
    lists, page = book.create_sheet(LISTS), book.create_sheet(HELP)
    page.append(["Colonne", "Ce qu'elle contient", "Obligatoire", "Exemple"])
    for place, column in enumerate(resource.fields.values(), 1):
        _head(sheet, place, column)
        if column.widget.choices:
            _offer(sheet, lists, place, list(column.widget.choices))
        page.append([column.column_name, described(column), "oui" if column.required else "non", column.example])
    for cell in page[1]:
        cell.font = Font(bold=True)
    page.column_dimensions["A"].width, page.column_dimensions["B"].width = 28, 70
    return saved(book)


def _head(sheet: Any, place: int, column: Column) -> None:
    top, below = sheet.cell(1, place, column.column_name), sheet.cell(2, place, guarded(column.example))
    below.data_type = "s"
    below.alignment = Alignment(wrap_text=True, vertical="top")
    top.font = Font(bold=True)
    if column.readonly:
        top.fill = DO_NOT_FILL
    sheet.column_dimensions[get_column_letter(place)].width = max(14, min(len(column.column_name) + 4, 40))


def _offer(sheet: Any, lists: Any, place: int, choices: list[str]) -> None:
    """A drop-down list whose words stand in the second sheet (a list within the rule itself holds 255 characters)."""
    letter = get_column_letter(place)
    for line, choice in enumerate(choices, 1):
        lists.cell(line, place, choice)
    source = f"{quote_sheetname(LISTS)}!${letter}$1:${letter}${len(choices)}"
    rule = DataValidation(type="list", formula1=f"={source}", allow_blank=True, showErrorMessage=True)
    rule.errorTitle, rule.error = "Choix inconnu", "Choisissez dans la liste."
    rule.add(f"{letter}2:{letter}{LINES_WITH_LISTS}")
    sheet.add_data_validation(rule)


def described(column: Column) -> str:
    """What the column holds, in a sentence."""
    parts = [column.widget.type_label, column.note, "lecture seule" if column.readonly else ""]
    return " ; ".join(part for part in parts if part)
