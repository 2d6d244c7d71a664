"""The editable copy: the words of the PDF in the same order, real styles, opened by LibreOffice."""

from __future__ import annotations

import io
import re
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from documents.catalogue import KINDS, Kind
from documents.odt import UnknownTag, render_odt
from documents.render import write_as
from documents.stamp import Page
from projects.dossier import Dossier
from tests.documents import makers, words
from tests.documents.odt_text import NS, blocks, part
from tests.documents.test_hostile_text import hostile, vectors

pytestmark = pytest.mark.django_db  # the demo fixture reads the database
EDITABLE = [kind for kind in KINDS if "odt" in kind.formats]


@pytest.fixture(scope="module", params=EDITABLE, ids=lambda kind: kind.prefix)
def page(request: Any, demo: Dossier) -> Page:
    """Each kind."""
    return makers.sample(request.param, demo)


def test_the_words_are_those_of_the_page_in_the_same_order(page: Page) -> None:
    assert " ".join(blocks(render_odt(page))).split() == words.of_html(page.html).split()


def test_the_zip_begins_as_the_standard_wants(page: Page) -> None:
    with zipfile.ZipFile(io.BytesIO(render_odt(page))) as file:
        first = file.infolist()[0]
        assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
        assert file.read("mimetype") == b"application/vnd.oasis.opendocument.text"
        assert file.testzip() is None


def test_headings_are_headings_and_no_outline_renumbers_them(page: Page) -> None:
    body = part(render_odt(page), "content.xml")
    headings = body.findall(".//text:h", NS)
    levels = [int(item.get(f"{{{NS['text']}}}outline-level")) for item in headings]
    assert levels.count(1) == 1
    assert all(item.get(f"{{{NS['text']}}}is-list-header") == "true" for item in headings)
    assert len(headings) == len(re.findall(r"<h[123]", page.html))


def test_every_style_that_is_used_exists(page: Page) -> None:
    odt = render_odt(page)
    content, styles = part(odt, "content.xml"), part(odt, "styles.xml")
    known = {
        item.get(f"{{{NS['style']}}}name") for tree in (content, styles) for item in tree.iter() if item.tag is not None
    }
    used = {value for item in content.iter() for name, value in item.attrib.items() if name.endswith("}style-name")}
    assert used - known == set()


def test_tables_repeat_their_headers_and_keep_their_rows_whole(page: Page) -> None:
    content = part(render_odt(page), "content.xml")
    assert len(content.findall(".//table:table", NS)) == page.html.count("<table")
    assert len(content.findall(".//table:table-header-rows", NS)) == page.html.count("<thead")
    rows = content.findall(".//style:table-row-properties", NS)
    assert all(row.get(f"{{{NS['fo']}}}keep-together") == "always" for row in rows)


def test_every_row_is_as_wide_as_its_table(page: Page) -> None:
    for table in part(render_odt(page), "content.xml").iterfind(".//table:table", NS):
        columns = len(table.findall("table:table-column", NS))
        for row in table.iter(f"{{{NS['table']}}}table-row"):
            assert len(row) == columns


def test_the_copy_says_that_it_binds_nobody_and_is_in_french(page: Page) -> None:
    styles = etree.tostring(part(render_odt(page), "styles.xml"), encoding="unicode")
    assert "Version modifiable, sans valeur" in styles
    assert 'fo:language="fr"' in styles
    assert page.stamp.reference in styles
    assert "code 0123456789abcdef" in styles


@pytest.mark.parametrize("tag", ["<img src='x'>", "<video></video>", "<dl><dt>a</dt></dl>", "<p class='autre'>a</p>"])
def test_a_tag_without_a_place_in_the_copy_stops_the_writer(tag: str) -> None:
    with pytest.raises(UnknownTag):
        render_odt(
            Page(f"<html><body><h1>Titre</h1>{tag}</body></html>", "Titre", makers.issued(makers.dossier(2)).stamp)
        )


@pytest.mark.parametrize("kind", EDITABLE, ids=lambda kind: kind.prefix)
def test_hostile_text_is_text_in_the_copy_too(kind: Kind) -> None:
    for vector in [*vectors("http://exemple.invalid"), "\x00\x0b & < ]]> \ufffe"]:
        page = makers.issued(hostile(vector, kind.routes[-1]), kind.code)
        odt = render_odt(page)
        assert " ".join(blocks(odt)).split() == words.of_html(re.sub("[\x00\x0b\ufffe]", "", page.html)).split()


def test_libreoffice_opens_every_kind_and_reads_the_same_words(demo: Dossier, tmp_path: Path) -> None:
    pages = {kind.prefix: makers.sample(kind, demo) for kind in EDITABLE}
    for code, page in pages.items():
        (tmp_path / f"{code}.odt").write_bytes(write_as(page, "odt"))
    command = ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to"]
    command += ["txt:Text (encoded):UTF8", "--outdir", str(tmp_path), *map(str, sorted(tmp_path.glob("*.odt")))]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    for code, page in pages.items():
        read = (tmp_path / f"{code}.txt").read_text(encoding="utf-8-sig").replace("•", " ")
        assert read.split() == words.of_html(page.html).split()
