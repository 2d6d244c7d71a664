"""`verify`: the same bytes, a signed continuation, or what differs (interfaces.md)."""

from __future__ import annotations

import io
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pikepdf
import pytest
from django.core.management import CommandError, call_command

from documents import issuing
from documents.issuing import bytes_of
from documents.models import Document
from documents.verification import REFERENCE
from projects.enums import ProjectState
from tests import makers
from tests.documents import pdf, signing
from tests.documents.continued import page_redrawn, updated
from tests.documents.makers import dossier, issued_html

pytestmark = pytest.mark.django_db


def run(file: Path) -> tuple[int, str]:
    """Exit status and what is said."""
    out = StringIO()
    try:
        call_command("verify", str(file), stdout=out, stderr=out)
    except CommandError as error:
        return error.returncode, str(error)
    return 0, out.getvalue()


@pytest.fixture
def document(monkeypatch: pytest.MonkeyPatch) -> Document:
    """A convention just issued; its bytes are a real PDF that names it, rendered once for all these tests."""
    project = makers.make_project(ProjectState.AGREEMENT, frozen=True)
    found: Document = Document.objects.get(project=project, kind="convention")
    page = issued_html(dossier(2, reference=project.reference))
    monkeypatch.setattr(issuing, "render_pdf", lambda html: pdf.pdf_of(page))
    bytes_of(found)
    return found


def write(folder: Path, content: bytes) -> Path:
    """A file of this content."""
    file = folder / "fichier.pdf"
    file.write_bytes(content)
    return file


def continued(content: bytes, number: int = 9000) -> bytes:
    """The shape of an incremental update, as a signing tool appends it: an object, its cross-reference, a trailer."""
    earlier = int(content[content.rindex(b"startxref") + len(b"startxref") :].split()[0])
    body = content + b"%d 0 obj\n<< /Type /Sig >>\nendobj\n" % number
    table = b"xref\n%d 1\n%010d 00000 n \ntrailer\n<< /Size %d /Prev %d >>\n"
    return body + table % (number, len(content), number + 1, earlier) + b"startxref\n%d\n%%%%EOF\n" % len(body)


def test_the_file_is_recognised_and_so_it_is_once_signed(document: Document, tmp_path: Path) -> None:
    content = bytes_of(document)
    status, said = run(write(tmp_path, content))
    assert status == 0
    assert said.strip().split("\t") == [document.reference, "version 1", "Émis", f"sha256 {document.pdf_sha256}"]
    status, said = run(write(tmp_path, signing.signed(content)))
    assert status == 0
    assert "continue le document émis" in said


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (continued, "sa suite est illisible"),  # an object of the shape of a signature, that signs nothing
        (lambda content: updated(content, page_redrawn), "modifié après son émission : page 1"),
        (lambda content: signing.signed(updated(content, page_redrawn)), "modifié après son émission : page 1"),
        (lambda content: updated(signing.signed(content), page_redrawn), "modifié après son émission : page 1"),
    ],
    ids=["not signed", "altered", "altered, then signed", "signed, then altered"],
)
def test_what_follows_the_issue_must_be_a_signature(
    document: Document, tmp_path: Path, change: Callable[[bytes], bytes], said: str
) -> None:
    status, answer = run(write(tmp_path, change(bytes_of(document))))
    assert (status, document.reference in answer, said in answer) == (1, True, True)


def test_any_altered_byte_is_found(document: Document, tmp_path: Path) -> None:
    content = bytes_of(document)
    for place in range(0, len(content), len(content) // 60):
        altered = content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]
        status, said = run(write(tmp_path, altered))
        assert (status, "\n" in said) == (1, False)
        assert "modifié" in said or "inconnu" in said


def test_one_changed_byte_is_located(document: Document, tmp_path: Path) -> None:
    content = bytearray(bytes_of(document))
    content[5000] ^= 1
    status, said = run(write(tmp_path, bytes(content)))
    assert status == 1
    assert f"se dit {document.reference}" in said
    assert "dès l'octet 5001 (même taille)" in said


def test_an_altered_beginning_under_a_signature_is_found(document: Document, tmp_path: Path) -> None:
    content = bytearray(continued(bytes_of(document)))
    content[5000] ^= 1
    assert run(write(tmp_path, bytes(content)))[0] == 1


@pytest.mark.parametrize("name", ["CONV-v1", "DELIB-213801517-v12", "APPEL-2-213801517-v1", "AVNRET-1-v1"])
def test_a_reference_of_any_kind_is_read(name: str) -> None:
    assert REFERENCE.fullmatch(f"P-2026-014/{name}".encode())


@pytest.mark.parametrize("kept", [10, 1000, 0.5, -1])
def test_a_truncated_file_is_refused(document: Document, tmp_path: Path, kept: float) -> None:
    content = bytes_of(document)
    end = int(len(content) * kept) if 0 < kept < 1 else int(kept)
    status, said = run(write(tmp_path, content[:end]))
    assert status == 1
    assert "modifié" in said or "inconnu" in said


@pytest.mark.parametrize("tail", [b"x", b"\n%%EOF\n", b"PK\x03\x04", b"<script>alert(1)</script>%%EOF"])
def test_bytes_added_that_are_no_update_of_the_pdf_are_refused(document: Document, tmp_path: Path, tail: bytes) -> None:
    status, said = run(write(tmp_path, bytes_of(document) + tail))
    assert status == 1
    assert "modifié" in said


def test_the_same_pages_written_anew_are_not_the_document(document: Document, tmp_path: Path) -> None:
    again = io.BytesIO()
    pikepdf.open(io.BytesIO(bytes_of(document))).save(again)
    status, said = run(write(tmp_path, again.getvalue()))
    assert status == 1
    assert "modifié" in said or "inconnu" in said


@pytest.mark.parametrize("content", [b"", b"bonjour", b"PK\x03\x04", b"%PDF-1.7\n%%EOF\n"])
def test_another_file_is_unknown(content: bytes, tmp_path: Path) -> None:
    status, said = run(write(tmp_path, content))
    assert status == 1
    assert said.startswith("inconnu")


def test_a_missing_file_cannot_be_read(tmp_path: Path) -> None:
    status, said = run(tmp_path / "absent.pdf")
    assert (status, "illisible" in said) == (2, True)
