"""The figures of the annexes travel in the PDF as CSV (PDF/A-3), and the file stays PDF/A-3a and PDF/UA-1."""

from __future__ import annotations

import csv
import dataclasses
import io
import subprocess
from decimal import Decimal
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from page import ValidationProfile

from documents.catalogue import KINDS
from documents.render import render_pdf
from documents.render_worker import attached
from procurement import clock
from projects.dossier import Dossier
from tests.documents import makers, pdf
from tests.documents.test_hostile_text import hostile, vectors

pytestmark = pytest.mark.django_db  # the demo fixture reads the database
SHARES, NEEDS = "annexe-financiere.csv", "besoins-et-maxima.csv"
CARRIED = {"convention": [SHARES, NEEDS], "financial-annex": [SHARES], "needs-annex": [NEEDS]}


def embedded(content: bytes) -> dict[str, bytes]:
    """The files that a PDF carries, by name, as pikepdf reads them."""
    return {name: bytes(spec.get_file().read_bytes()) for name, spec in pdf.opened(content).attachments.items()}


def rows(content: bytes) -> list[dict[str, str]]:
    """A carried file, as a French spreadsheet reads it."""
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))


def cents(text: str) -> int:
    """1234,56 → 123456."""
    return int(Decimal(text.replace(",", ".")) * 100)


@pytest.fixture(scope="module")
def convention(demo: Dossier) -> bytes:
    """The demo's convention."""
    return pdf.pdf_of(makers.issued_html(demo))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.prefix)
def test_the_annexes_and_the_convention_carry_their_figures_and_no_other_kind_does(kind: Any) -> None:
    page = makers.issued(makers.dossier(2, route=kind.routes[-1], threshold_cents=100_00), kind.code)
    assert [name for name, *_ in attached(page.html)[1]] == CARRIED.get(kind.code, [])


@pytest.mark.parametrize("route", ["grouped_purchase", "shared_development"])
@pytest.mark.parametrize("code", CARRIED)
def test_the_file_is_both_pdf_a_3a_and_pdf_ua_1_with_its_data(code: str, route: str) -> None:
    content = pdf.pdf_of(makers.issued_html(makers.dossier(3, route=route, threshold_cents=100_00), code))
    for profile in (ValidationProfile.PDF_UA_1, ValidationProfile.PDF_A_3A):
        assert pdf.faults(content, profile) == []
    assert sorted(embedded(content)) == CARRIED[code]


def test_each_file_is_tied_to_the_document_as_its_data_and_dated_from_it(convention: bytes) -> None:
    root = pdf.opened(convention).Root
    assert [str(item.UF) for item in root.AF] == [SHARES, NEEDS]  # each once, though WeasyPrint lists them twice
    for item in root.AF:
        assert str(item.AFRelationship) == "/Data"
        assert str(item.F) == str(item.UF)
        assert str(item.Desc)
        stream = item.EF.F
        assert str(stream.Subtype) == "/text/csv"
        day = f"D:{clock.today():%Y%m%d}000000Z"
        assert {str(stream.Params.CreationDate), str(stream.Params.ModDate)} == {day}
        assert int(stream.Params.Size) == len(stream.read_bytes())


def test_poppler_lists_and_extracts_them(convention: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(convention)
    command = ["pdfdetach", "-saveall", "-o", str(tmp_path), str(tmp_path / "a.pdf")]
    subprocess.run(command, check=True, capture_output=True)
    assert (tmp_path / SHARES).read_bytes() == embedded(convention)[SHARES]


def test_the_data_is_that_of_the_annex_to_the_cent(convention: bytes, demo: Dossier) -> None:
    found = rows(embedded(convention)[SHARES])
    expected = [
        (line.label, share.siren, share.weight, share.ht_cents, share.vat_cents, share.ttc_cents)
        for line in demo.cost_lines
        for share in line.shares
    ]
    amounts = ("Part HT", "Part TVA", "Part TTC")
    assert [
        (row["Ligne de coût"], row["SIREN"], row["Poids exact"], *(cents(row[name]) for name in amounts))
        for row in found
    ] == expected
    total = sum(line.amount_cents - line.subsidy_cents for line in demo.cost_lines)
    assert sum(cents(row["Part HT"]) for row in found) == total


def test_an_unknown_maximum_is_an_empty_cell_and_never_zero() -> None:
    parties = (makers.party(1), makers.party(2, maximum_cents=None), makers.party(3, maximum_cents=0))
    page = makers.issued(makers.dossier(parties=parties), "needs-annex")
    content = next(text for name, _, _, text in attached(page.html)[1] if name == NEEDS)
    maxima = [row["Maximum HT"] for row in rows(content) if row["Nature"] == "maximum"]
    assert maxima == ["90000,00", "", "0,00"]


def test_nothing_typed_by_a_user_attaches_a_file_or_becomes_a_formula() -> None:
    forged = '<meta name="attachment" title="x" data-description="x" data-day="2026-01-01" content="x">'
    facts = hostile(" ".join([*vectors("http://exemple.invalid"), forged, "=1+1"]))
    files = embedded(render_pdf(makers.issued_html(facts, "financial-annex")))
    assert sorted(files) == [SHARES]
    assert forged in rows(files[SHARES])[0]["Membre"]
    named = dataclasses.replace(makers.dossier(2), parties=(makers.party(1, name="=1+1"), makers.party(2)))
    text = next(text for name, _, _, text in attached(makers.issued_html(named, "needs-annex"))[1] if name == NEEDS)
    assert {row["Membre"] for row in rows(text)} == {"'=1+1", "Commune 002"}


def test_characters_that_fonts_lack_stay_in_the_data() -> None:
    parties = (makers.party(1, name="Ville → 漢"), makers.party(2))
    content = render_pdf(makers.issued_html(makers.dossier(parties=parties), "needs-annex"))
    assert "Ville → 漢" in embedded(content)[NEEDS].decode("utf-8-sig")
    assert "Ville -> ?" in pdf.text_of(content)


def test_without_a_row_there_is_no_file() -> None:
    content = render_pdf(makers.draft_html(makers.empty(), "financial-annex"))
    assert "/AF" not in pdf.opened(content).Root
    assert "/EmbeddedFiles" not in pdf.opened(content).Root.get("/Names", pikepdf.Dictionary())
