"""`print`: any document, headless (interfaces.md)."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from documents import issuing
from documents.catalogue import KINDS
from documents.management.commands import print as command
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
    assert [line.split("\t")[0] for line in said.splitlines()] == [kind.code for kind in KINDS]


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
        (["{ref}", "convention", "--body", "213801517", "--to", "x.pdf"], 1, "commun à tous"),
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


def test_the_other_route_has_its_own_kinds(tmp_path: Path) -> None:
    project = makers.make_project(route="shared_development")
    for kind in KINDS:
        status, _ = run(project.reference, kind.code, "--preview", "--to", str(tmp_path / "x.html"))
        assert status == (0 if project.route in kind.routes else 1) or kind.per_body
    assert command.FORMATS == ("pdf", "odt", "html")
