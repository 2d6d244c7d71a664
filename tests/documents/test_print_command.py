"""`print`: any document, headless (interfaces.md)."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from documents import issuing
from documents.catalogue import KINDS
from documents.models import Document
from projects.enums import ProjectState
from projects.models import Project
from tests import makers

pytestmark = pytest.mark.django_db


def run(*args: str) -> tuple[int, str]:
    """Exit status and what is said."""
    out = StringIO()
    try:
        call_command("print", *args, stdout=out, stderr=out)
    except CommandError as error:
        return error.returncode, str(error)
    return 0, out.getvalue()


@pytest.fixture
def frozen() -> Project:
    """A project whose convention is issued."""
    return makers.make_project(ProjectState.AGREEMENT, frozen=True)


def test_the_list_names_every_kind_and_its_formats() -> None:
    status, said = run("--list")
    assert status == 0
    codes = [line.split("\t")[0] for line in said.splitlines()]
    assert codes == list(dict.fromkeys(kind.code for kind in KINDS))


def test_the_bytes_written_are_those_of_the_issue(
    frozen: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(issuing, "render_pdf", lambda html: b"%PDF-1.7\n%%EOF\n")
    for name in ("a.pdf", "b.pdf"):
        assert run(frozen.reference, "convention", "--to", str(tmp_path / name)) == (0, "")
    assert (tmp_path / "a.pdf").read_bytes() == (tmp_path / "b.pdf").read_bytes()
    document = Document.objects.get(project=frozen, kind="convention")
    assert (tmp_path / "a.pdf").read_bytes() == issuing.bytes_of(document)


def test_the_html_of_an_issue_is_that_of_its_stored_context(frozen: Project, tmp_path: Path) -> None:
    assert run(frozen.reference, "specification", "--to", str(tmp_path / "a.html"))[0] == 0
    html = (tmp_path / "a.html").read_text()
    assert f"{frozen.reference}/CCTP-v1" in html
    assert "PROJET, ne pas signer" not in html


@pytest.mark.parametrize("state", [ProjectState.FRAMING, ProjectState.CALL, ProjectState.AGREEMENT])
def test_a_preview_is_possible_in_every_state(state: str, tmp_path: Path) -> None:
    project = makers.make_project(state)
    assert run(project.reference, "convention", "--preview", "--to", str(tmp_path / "a.html"))[0] == 0
    assert "PROJET, ne pas signer" in (tmp_path / "a.html").read_text()
    assert Document.objects.count() == 0


def test_without_an_issue_the_line_names_preview(tmp_path: Path) -> None:
    project = makers.make_project()
    status, said = run(project.reference, "convention", "--to", str(tmp_path / "a.pdf"))
    assert status == 1
    assert "--preview" in said
    assert not (tmp_path / "a.pdf").exists()


def test_the_format_may_be_said_apart(tmp_path: Path) -> None:
    project = makers.make_project()
    file = tmp_path / "sans-fin"
    assert run(project.reference, "convention", "--preview", "--format", "html", "--to", str(file))[0] == 0
    assert file.read_text().startswith("<!doctype html>")


@pytest.mark.parametrize(
    ("args", "status", "words"),
    [
        (["P-1999-001", "convention", "--to", "x.pdf"], 1, "n'est pas un projet"),
        (["{ref}", "inconnu", "--to", "x.pdf"], 1, "n'est pas un document"),
        (["{ref}", "convention", "--to", "x.xyz"], 1, "formats possibles"),
        (["{ref}", "convention", "--to", "sans-fin"], 1, "formats possibles"),
        (["{ref}", "convention", "--body", "213801517", "--to", "x.pdf"], 1, "n'est pas propre à un organisme"),
        (["{ref}", "convention"], 2, "RÉFÉRENCE"),
        ([], 2, "RÉFÉRENCE"),
    ],
)
def test_a_call_that_cannot_be_served_gets_one_line(args: list[str], status: int, words: str) -> None:
    project = makers.make_project()
    code, said = run(*(arg.format(ref=project.reference) for arg in args))
    assert code == status
    assert words in said
    assert "\n" not in said


def test_a_file_that_cannot_be_written_gets_one_line(frozen: Project, tmp_path: Path) -> None:
    (tmp_path / "obstacle").write_text("")
    status, said = run(frozen.reference, "convention", "--to", str(tmp_path / "obstacle" / "x.html"))
    assert (status, "\n" in said) == (1, False)


@pytest.mark.parametrize("route", ["grouped_purchase", "shared_development"])
def test_every_kind_of_both_routes_has_a_preview(route: str, tmp_path: Path) -> None:
    project = makers.make_project(route=route)
    need = project.needs.latest("id")
    for kind in KINDS:
        own = ["--body", need.body.siren] if kind.per_body else []
        reference = need.reference if kind.per_need else project.reference
        status, said = run(reference, kind.code, *own, "--preview", "--to", str(tmp_path / f"{kind.prefix}.html"))
        assert (status, said) == (0, "")
    first = (tmp_path / "CONV.html").read_text()
    assert ("Accord de développement partagé" in first) == (route == "shared_development")


def test_a_document_of_one_body_needs_a_body_of_the_project(tmp_path: Path) -> None:
    project, file = makers.make_project(), str(tmp_path / "x.html")
    status, said = run(project.reference, "deliberation", "--preview", "--to", file)
    assert (status, "--body SIREN" in said) == (1, True)
    status, said = run(project.reference, "deliberation", "--preview", "--body", "213801517", "--to", file)
    assert (status, "ne participe pas" in said) == (1, True)


def test_the_deliberation_issued_at_the_freeze_is_printed_for_its_body(frozen: Project, tmp_path: Path) -> None:
    body = frozen.participations.exclude(body_id=frozen.lead_body_id)[0].body
    status, _ = run(frozen.reference, "deliberation", "--body", body.siren, "--to", str(tmp_path / "x.html"))
    assert status == 0
    assert f"{frozen.reference}/DELIB-{body.siren}-v1" in (tmp_path / "x.html").read_text()


def test_a_need_has_a_sheet_and_it_is_never_issued(tmp_path: Path) -> None:
    need = makers.make_need()
    assert run(need.reference, "need-sheet", "--preview", "--to", str(tmp_path / "x.html"))[0] == 0
    status, said = run(need.reference, "need-sheet", "--to", str(tmp_path / "x.html"))
    assert (status, "--preview" in said) == (1, True)
    status, said = run("B-1999-0001", "need-sheet", "--preview", "--to", str(tmp_path / "x.html"))
    assert (status, "n'est pas un besoin" in said) == (1, True)
