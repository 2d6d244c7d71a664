"""The form of every PDF: tags, language, title, headings, header cells, fonts, PDF/A-3a and PDF/UA-1."""

from __future__ import annotations

import itertools
import re
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from page import ValidationProfile

from documents.catalogue import KINDS
from documents.odt import render_odt
from documents.stamp import Page
from projects.dossier import Dossier
from tests.documents import makers, pdf
from tests.documents.odt_text import blocks

pytestmark = pytest.mark.django_db  # the demo fixture reads the database
OURS = ("Sans", "Serif")


@pytest.fixture(scope="module", params=KINDS, ids=lambda kind: kind.prefix)
def page(request: Any, demo: Dossier) -> Page:
    """Each kind."""
    return makers.sample(request.param, demo)


@pytest.fixture(scope="module")
def issue(page: Page) -> bytes:
    """Its PDF."""
    return pdf.pdf_of(page.html)


def test_the_file_is_sound_for_qpdf(issue: bytes, tmp_path: Path) -> None:
    assert pdf.is_sound(issue, tmp_path) == ""


@pytest.mark.parametrize("profile", [ValidationProfile.PDF_UA_1, ValidationProfile.PDF_A_3A])
def test_no_rule_of_the_standard_is_broken(issue: bytes, profile: ValidationProfile) -> None:
    assert pdf.faults(issue, profile) == []


def test_the_file_is_tagged_titled_and_in_french(issue: bytes) -> None:
    file = pdf.opened(issue)
    assert file.Root.MarkInfo.Marked == True  # noqa: E712  # a PDF boolean is not Python's
    assert str(file.Root.Lang) == "fr"
    assert file.Root.ViewerPreferences.DisplayDocTitle == True  # noqa: E712  # idem
    assert "P-2026-0" in str(file.docinfo["/Title"])
    assert all(page.get("/Tabs") == "/S" for page in file.pages)


def test_there_is_one_h1_and_no_heading_level_is_skipped(issue: bytes) -> None:
    levels = [int(tag[2:]) for tag in pdf.tags(issue) if re.fullmatch(r"/H[1-6]", tag)]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))


def test_every_header_cell_says_what_it_heads(issue: bytes) -> None:
    cells = [element for element in pdf.elements(issue) if element.S == "/TH"]
    assert all(str(cell.A.Scope) in ("/Column", "/Row") for cell in cells)


def test_every_table_has_a_header_cell_and_rows_of_equal_length(issue: bytes) -> None:
    for table in (element for element in pdf.elements(issue) if element.S == "/Table"):
        inside = list(pdf.below(table))
        rows = [row for row in inside if row.S == "/TR"]
        assert rows
        if "/TH" in [str(cell.S) for cell in inside]:
            assert len({_width(row) for row in rows}) == 1


def _width(row: Any) -> int:
    cells = [cell for cell in pdf.below(row) if cell.S in ("/TH", "/TD")]
    return sum(int(cell.get("/A", {}).get("/ColSpan", 1)) for cell in cells)


def test_every_figure_has_an_alternative_text(issue: bytes) -> None:
    assert all(element.get("/Alt") for element in pdf.elements(issue) if element.S == "/Figure")


def test_every_list_item_has_a_body(issue: bytes) -> None:
    for item in (element for element in pdf.elements(issue) if element.S == "/LI"):
        assert "/LBody" in [str(kid.S) for kid in pdf.below(item)]


def test_only_our_fonts_are_used_and_all_are_embedded(issue: bytes) -> None:
    found = pdf.fonts(issue)
    assert found
    assert all(found.values())
    assert all(name.startswith(OURS) for name in found), found


def test_nothing_runs_and_only_our_data_is_attached(issue: bytes) -> None:
    root = pdf.opened(issue).Root
    assert "/OpenAction" not in root
    assert "/AA" not in root
    assert "/AcroForm" not in root
    assert "/JavaScript" not in root.get("/Names", pikepdf.Dictionary())
    assert set(pdf.opened(issue).attachments) <= {"annexe-financiere.csv", "besoins-et-maxima.csv"}


def test_reference_state_code_and_page_number_stand_in_the_margin(issue: bytes) -> None:
    pages = pdf.pages_of(issue)
    assert all("code 0123456789abcdef" in page for page in pages)
    assert all("Émis le 04/05/2026" in page for page in pages)
    assert not any("&#" in page for page in pages)
    for number, page in enumerate(pages, start=1):
        assert f"page {number} / {len(pages)}" in page


def test_the_editable_copy_says_the_same_things_in_the_same_order(issue: bytes, page: Page) -> None:
    """Read through the structure, as a screen reader does; only header rows that a page break repeats come again."""
    spoken, place = _bare(pdf.spoken(issue)), 0
    for text in blocks(render_odt(page)):
        found = spoken.find(_bare(text), place)
        assert found >= 0, text
        place = found + len(_bare(text))


def _bare(text: str) -> str:
    """Without spaces, which lines swallow."""
    return re.sub(r"\s", "", text)


def test_no_text_is_left_to_a_template(issue: bytes) -> None:
    text = pdf.text_of(issue)
    assert "{{" not in text
    assert "{%" not in text
    assert "None" not in text


def test_a_total_never_stands_alone_on_a_page(issue: bytes) -> None:
    """After the running head and the header row that a break repeats, the first row is not the total."""
    for page in pdf.pages_of(issue)[1:]:
        lines = [line.strip() for line in page.splitlines() if line.strip()]
        assert not any(line.startswith(("Total", "Somme des parts")) for line in lines[1:4])


# Structure ------------------------------------------------------------------------------------------------------------
SHOWS_TEXT = ("Tj", "TJ", "'", '"')
STANDARD = set("Document Part Sect Div P H1 H2 H3 L LI Lbl LBody Table Caption THead TBody TFoot TR TH TD".split())
STANDARD |= {"Span", "Strong", "Em", "Figure", "NonStruct", "Code"}
HOLDERS = {
    "/TR": ("/Table", "/THead", "/TBody", "/TFoot"),
    "/TH": ("/TR",),
    "/TD": ("/TR",),
    "/LI": ("/L",),
    "/LBody": ("/LI",),
    "/Lbl": ("/LI",),
    "/Caption": ("/Table",),
}


def test_every_element_knows_who_holds_it(issue: bytes) -> None:
    assert all(child.P.objgen == parent.objgen for parent, child in pdf.parents(issue))


def test_rows_cells_and_items_stand_where_they_belong(issue: bytes) -> None:
    for parent, child in pdf.parents(issue):
        if str(child.S) in HOLDERS:
            assert str(parent.get("/S")) in HOLDERS[str(child.S)]


def test_only_standard_structure_types_are_used(issue: bytes) -> None:
    assert {tag.removeprefix("/") for tag in pdf.tags(issue)} - STANDARD == set()


def test_all_text_is_either_tagged_or_an_artifact(issue: bytes) -> None:
    for page in pdf.opened(issue).pages:
        drawn = [(number, artifact) for name, number, artifact in pdf.marked(page) if name in SHOWS_TEXT]
        assert drawn
        assert all((number is None) == artifact for number, artifact in drawn)


def test_each_piece_of_content_belongs_to_one_element(issue: bytes) -> None:
    """By page: the numbers drawn are those that the tree of parents answers for."""
    file = pdf.opened(issue)
    answers = pikepdf.NumberTree(file.Root.StructTreeRoot.ParentTree)
    for page in file.pages:
        drawn = {number for _, number, _ in pdf.marked(page) if number is not None}
        known = answers[int(page.StructParents)]
        assert drawn == set(range(len(known)))


def test_every_cell_names_headers_that_exist(issue: bytes) -> None:
    cells = [element for element in pdf.elements(issue) if element.S in ("/TH", "/TD")]
    named = {str(cell.ID) for cell in cells if "/ID" in cell}
    used = {str(name) for cell in cells for name in cell.get("/A", {}).get("/Headers", [])}
    assert used <= named


def test_every_table_has_a_caption(issue: bytes) -> None:
    """A table broken by a page becomes one per page: at least the first part carries it."""
    captions = [element for element in pdf.elements(issue) if element.S == "/Caption"]
    tables = [element for element in pdf.elements(issue) if element.S == "/Table"]
    assert bool(captions) == bool(tables)


def test_bookmarks_lead_to_every_heading(issue: bytes) -> None:
    file = pdf.opened(issue)
    with file.open_outline() as outline:
        waiting, count = list(outline.root), 0
        while waiting:
            item = waiting.pop()
            count += 1
            assert item.title.strip()
            assert item.destination is not None
            waiting += item.children
    assert count == len([tag for tag in pdf.tags(issue) if re.fullmatch(r"/H[1-6]", tag)])


def test_the_metadata_say_title_author_language_and_both_standards(issue: bytes) -> None:
    file = pdf.opened(issue)
    with file.open_metadata() as metadata:
        assert str(metadata["dc:title"]) == str(file.docinfo["/Title"])
        assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("3", "A")
        assert metadata["pdfuaid:part"] == "1"
    assert str(file.docinfo["/Author"])


def test_nothing_forbids_a_reading_aid(issue: bytes) -> None:
    assert not pdf.opened(issue).is_encrypted


def test_pages_are_a4_and_none_is_blank(issue: bytes) -> None:
    for page in pdf.opened(issue).pages:
        width, height = float(page.mediabox[2]), float(page.mediabox[3])
        assert (round(width), round(height)) == (595, 842)
    bare = [re.sub(r"\s", "", page) for page in pdf.pages_of(issue)]
    assert min(map(len, bare)) > 150  # more than the margins


def test_every_font_says_which_characters_it_draws(issue: bytes) -> None:
    """Without it, a reader hears glyph numbers."""
    kinds = [thing for thing in pdf.opened(issue).objects if isinstance(thing, pikepdf.Dictionary)]
    drawn = [font for font in kinds if font.get("/Type") == "/Font" and font.get("/Subtype") == "/Type0"]
    assert drawn
    assert all("/ToUnicode" in font for font in drawn)


def test_the_language_is_said_once_for_the_whole(issue: bytes) -> None:
    assert {str(element.Lang) for element in pdf.elements(issue) if "/Lang" in element} <= {"fr"}
