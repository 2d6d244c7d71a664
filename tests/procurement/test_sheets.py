"""Spreadsheets in and out: round trip, safe cells, encodings, counts, all or nothing. Tried on the sheet of bodies."""

from __future__ import annotations

import csv
import io
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from procurement.models import Body
from procurement.resources import BodyResource
from procurement.sheets import CONTENT_TYPES, Scope, cells, reading, template, writing
from procurement.sheets.report import Report
from tests.makers import luhn, make_body, make_steward, member

FORMS = list(CONTENT_TYPES)
pytestmark = pytest.mark.django_db
TRAPS = ["=1+1", "+33 4 76", "-12", "@SUM(A1)", "\t=1", "'=1", '"=1"', "''-x", "'tel", "＝1", "a=1", " =1", "- tiret"]


def load(data: bytes, *, check: bool = False, **scope: Any) -> Report:
    report = BodyResource(Scope(**scope)).read(data, check=check)
    counts = report.counts
    assert counts["rows"] == sum(counts.values()) - counts["rows"]
    assert len(report.to_json()["refused"]) == counts["refused"]
    return report


def sheet(*rows: dict[str, str], separator: str = ";", encoding: str = "utf-8") -> bytes:
    """A CSV file of bodies; what a row does not say is empty."""
    header = BodyResource(Scope()).header
    out = io.StringIO()
    writer = csv.writer(out, delimiter=separator)
    writer.writerow(header)
    writer.writerows([row.get(name, "") for name in header] for row in rows)
    return out.getvalue().encode(encoding)


def row(name: str = "Commune d'Échirolles", **other: str) -> dict[str, str]:
    return {"dénomination": name, "nature": "commune", **other}


def siren(number: int) -> str:
    return luhn(f"0009{number:04d}")


@pytest.mark.parametrize("form", FORMS)
def test_export_then_import_changes_nothing(form: str) -> None:
    for place, name in enumerate(TRAPS):
        make_body(name.strip(), population=None if place % 2 else 12)
    make_body("sans SIREN", siren=None)
    report = load(BodyResource(Scope()).write(form))
    assert report.counts == {"rows": 14, "created": 0, "updated": 0, "unchanged": 14, "refused": 0}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("text", TRAPS)
def test_no_cell_that_leaves_starts_a_formula_and_each_comes_back(form: str, text: str) -> None:
    data = writing.write(form, "T", ["a", "b"], [[text, "x"]])
    [(_, [cell, _])] = reading.read(data).lines
    assert cell.lstrip()[:1] not in tuple("=+-@\t\r")
    assert cells.restored(cell) == text.strip()


@given(st.text(alphabet=st.sampled_from("='\"+-@\t\r\n ab;,é\u00a0＝"), max_size=12))
def test_guarding_a_text_can_always_be_undone(text: str) -> None:
    assert cells.restored(cells.guarded(text)) == text


@given(st.text(max_size=60), st.sampled_from(FORMS))
def test_any_text_survives_every_format(text: str, form: str) -> None:
    data = writing.write(form, "T", ["a", "b"], [[text, "x"]])
    [(_, [cell, _])] = reading.read(data).lines
    assert cells.clean(cells.restored(cell)) == cells.clean(text)


@pytest.mark.parametrize("separator", ";,\t")
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_three_separators_and_three_encodings_are_read(separator: str, encoding: str) -> None:
    report = load(sheet(row(**{"codes postaux": "38130; 38131, 38132"}), separator=separator, encoding=encoding))
    assert report.counts["created"] == 1
    assert Body.objects.get().name == "Commune d'Échirolles"


def test_columns_come_in_any_order_and_case() -> None:
    lines = list(csv.reader(io.StringIO(sheet(row()).decode()), delimiter=";"))
    turned = "\n".join(";".join(reversed(cells)) for cells in lines).replace("dénomination", " DÉNOMINATION ")
    assert load(turned.encode()).counts["created"] == 1


def test_a_row_without_reference_is_new_and_never_updates() -> None:
    body = make_body("Grandval", siren=siren(1))
    report = load(sheet(row("Autre nom", SIREN=siren(1))))
    assert report.counts["refused"] == 1
    assert f"référence O-{body.pk}" in report.to_json()["refused"][0]["reason"]
    assert Body.objects.get().name == "Grandval"


def test_a_changed_row_is_shown_before_and_after() -> None:
    body = make_body("Grandval", siren=siren(1), population=10)
    lines = sheet(row("Grandval-le-Haut", référence=f"O-{body.pk}", SIREN=siren(1), département="38"))
    report = load(lines, check=True)
    [line] = report.of("updated")
    assert [(change.column, change.before, change.after) for change in line.changes] == [
        ("dénomination", "Grandval", "Grandval-le-Haut"),
        ("population municipale", "10", ""),
    ]
    assert Body.objects.get().name == "Grandval"  # a check writes nothing
    assert load(lines).counts["updated"] == 1
    assert Body.objects.get().name == "Grandval-le-Haut"


def test_one_bad_row_of_five_thousand_and_nothing_is_written() -> None:
    rows = [row(f"Commune {number}", SIREN=siren(number)) for number in range(4_999)]
    rows.insert(3_210, row("Fautive", nature="comune", SIREN="123456789"))
    report = load(sheet(*rows))
    assert report.counts == {"rows": 5_000, "created": 4_999, "updated": 0, "unchanged": 0, "refused": 1}
    [refused] = report.to_json()["refused"]
    assert refused["line"] == 3_212
    assert "SIREN" in refused["column"] + refused["reason"]
    assert "Vouliez-vous « Commune » ?" in refused["reason"]
    assert not Body.objects.exists()


@pytest.mark.parametrize(
    ("cells_given", "column", "reason"),
    [
        ({"SIREN": "123456789"}, "SIREN", "n'est pas un SIREN"),
        ({"population municipale": "-3"}, "population municipale", "entre 0 et"),
        ({"population municipale": "12,5"}, "population municipale", "n'est pas un nombre entier"),
        ({"population municipale": "9" * 200_000}, "population municipale", "32767 au plus"),
        ({"population municipale": "9" * 30_000}, "population municipale", "c'est trop"),
        ({"année de population": "1789"}, "année de population", "entre 1990 et 2100"),
        ({"nature": ""}, "nature", "ne peut pas rester vide"),
        ({"nature": "epicerie"}, "nature", "n'est pas dans la liste"),
        ({"dénomination": "x" * 256}, "dénomination", "255 au plus"),
        ({"référence": "O-999999"}, "référence", "est inconnu ici"),
        ({"référence": "O-" + "9" * 30}, "référence", "est inconnu ici"),
    ],
)
def test_a_wrong_cell_is_refused_with_its_line_its_column_and_why(
    cells_given: dict[str, str], column: str, reason: str
) -> None:
    report = load(sheet(row("Bonne"), row(**cells_given) if "dénomination" not in cells_given else cells_given))
    [refused] = [item for item in report.to_json()["refused"] if item["line"] == 3]
    assert column in (refused["column"], *refused["reason"].split(" : "))
    assert reason in refused["reason"]
    assert not Body.objects.exists()


def test_the_same_reference_twice_is_refused() -> None:
    body = make_body("Grandval", siren=None)
    rows = [row(f"Nom {number}", référence=f"O-{body.pk}") for number in range(2)]
    assert "déjà à la ligne 2" in load(sheet(*rows)).to_json()["refused"][0]["reason"]


def test_only_stewards_write_bodies_and_the_operator() -> None:
    assert load(sheet(row()), actor=member()).refused
    assert not load(sheet(row()), actor=make_steward()).refused


def test_the_template_has_an_example_and_lists_to_choose_from() -> None:
    book = openpyxl.load_workbook(io.BytesIO(template(BodyResource(Scope()))))
    sheet_, lists, _ = book.worksheets
    assert [cell.value for cell in sheet_[1]] == BodyResource(Scope()).header
    assert sheet_.cell(2, 4).value == "Commune d'Échirolles"
    [rule] = sheet_.data_validations.dataValidation
    assert rule.formula1 == "='Listes'!$E$1:$E$10"
    assert lists["E1"].value == "Commune"
