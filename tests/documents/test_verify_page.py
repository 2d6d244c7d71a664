"""The public page that says whether a document was issued: by its code, by its file, and nothing more than that."""

from __future__ import annotations

import time
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from documents import issuing
from documents.issuing import bytes_of
from documents.models import Document
from documents.verification import verify
from projects.enums import ProjectState
from tests import makers
from tests.documents import pdf, signing
from tests.documents.continued import page_redrawn, updated
from tests.documents.makers import dossier, issued_html
from tests.house.browser import Browser

pytestmark = pytest.mark.django_db


@pytest.fixture
def document(monkeypatch: pytest.MonkeyPatch) -> Document:
    """A convention just issued."""
    project = makers.make_project(ProjectState.AGREEMENT, frozen=True)
    found: Document = Document.objects.get(project=project, kind="convention")
    page = issued_html(dossier(2, reference=project.reference))
    monkeypatch.setattr(issuing, "render_pdf", lambda html: pdf.pdf_of(page))
    bytes_of(found)
    return found


def by_file(content: bytes) -> Any:
    return Browser().submit("/verifier/", {"file": SimpleUploadedFile("x.pdf", content, "application/pdf")})


@pytest.mark.parametrize("spell", [str, str.upper, lambda code: f"  {code} "])
def test_the_code_of_the_footer_names_the_issue(document: Document, spell: Any) -> None:
    response = Browser().get("/verifier/", {"code": spell(document.code)})
    text = response.content.decode()
    assert response.status_code == 200
    assert document.reference in text
    assert document.pdf_sha256 in text


def test_neither_title_nor_parties_nor_amounts_are_told(document: Document) -> None:
    project = document.project
    project.title = "CANARI"
    project.save()
    text = Browser().get("/verifier/", {"code": document.code}).content.decode()
    names = [row.body.name for row in project.participations.select_related("body")]
    assert not [word for word in ["CANARI", "6 000", *names] if word in text]


@pytest.mark.parametrize("code", ["0" * 16, "xyz", "", "' OR 1=1 --", "0" * 15, "\x00" * 16])
def test_an_unknown_code_is_said_to_be_so(document: Document, code: str) -> None:
    response = Browser().get("/verifier/", {"code": code})
    assert response.status_code == 200
    assert document.reference not in response.content.decode()


def test_the_file_is_recognised_and_its_signatures_listed(document: Document) -> None:
    assert document.reference in by_file(bytes_of(document)).content.decode()
    text = by_file(signing.signed(bytes_of(document))).content.decode()
    assert document.reference in text
    assert "Anne Le Guen" in text


def test_an_altered_file_is_warned_of_even_when_it_is_signed(document: Document) -> None:
    text = by_file(signing.signed(updated(bytes_of(document), page_redrawn))).content.decode()
    assert "modifié après son émission" in text
    assert "callout-warn" in text
    assert "Document reconnu" not in text


def test_a_changed_file_is_not_recognised(document: Document) -> None:
    content = bytearray(bytes_of(document))
    content[5000] ^= 1
    text = by_file(bytes(content)).content.decode()
    assert "non reconnu" in text
    assert "octet 5001" in text


def test_a_file_made_of_ends_is_read_once(document: Document) -> None:
    hostile = b"%PDF-1.7\n" + b"%%EOF\n" * 3_000_000
    start = time.process_time()
    assert verify(hostile).document is None
    assert time.process_time() - start < 5
