"""`import_sheet` and `export_sheet`, and the page that documents their columns."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from procurement.access import Actor
from procurement.sheets import CONTENT_TYPES, Scope, writing
from projects.models import Need
from projects.resources import KINDS
from projects.sheets_doc import render
from tests.makers import member
from tests.projects.sheet_tools import everything

pytestmark = pytest.mark.django_db
FORMS = list(CONTENT_TYPES)
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def agent() -> Actor:
    return member()


Said = tuple[int, dict[str, Any] | None, str]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Callable[..., Said]:
    """Run a command; its exit code, its JSON, what it said aside."""

    def call(*words: str) -> Said:
        code = 0
        try:
            call_command(*words)
        except SystemExit as stop:
            code = int(str(stop.code))
        out, err = capsys.readouterr()
        return code, json.loads(out) if out else None, err

    return call


@pytest.mark.parametrize("form", FORMS)
def test_the_commands_read_back_what_they_wrote(run: Callable[..., Said], tmp_path: Path, form: str) -> None:
    mine = everything()
    assert mine.user
    file = str(tmp_path / f"besoins.{form}")
    assert run("export_sheet", "needs", "--to", file, "--by", mine.user.email)[0] == 0
    code, said, _ = run("import_sheet", "needs", file, "--by", mine.user.email)
    assert (code, said) == (0, {"rows": 2, "created": 0, "updated": 0, "unchanged": 2, "refused": []})


def test_import_sheet_says_what_it_refuses_and_exits_1(run: Callable[..., Said], tmp_path: Path, agent: Actor) -> None:
    assert agent.user
    file = tmp_path / "besoins.csv"
    header = KINDS["needs"](Scope()).header
    good, bad = ({"intitulé": "Bon"}, {"intitulé": "Mauvais", "domaine": "rien"})
    rows = [[row.get(name, "") for name in header] for row in (good, bad)]
    file.write_bytes(writing.write("csv", "T", header, rows))
    code, said, err = run("import_sheet", "needs", str(file), "--by", agent.user.email)
    assert code == 1
    assert said
    assert {name: said[name] for name in ("rows", "created", "updated", "unchanged")} == {
        "rows": 2,
        "created": 1,
        "updated": 0,
        "unchanged": 0,
    }
    [refused] = said["refused"]
    assert (refused["line"], refused["column"]) == (3, "domaine")
    assert "rien n'est écrit" in err
    file.write_bytes(writing.write("csv", "T", header, rows[:1]))
    assert run("import_sheet", "needs", str(file), "--by", agent.user.email, "--check")[0] == 0
    assert not Need.objects.exists()
    assert run("import_sheet", "needs", str(file), "--by", agent.user.email)[0] == 0
    assert Need.objects.count() == 1


@pytest.mark.parametrize(
    ("content", "code"), [(None, 2), (b"", 2), ("é".encode("utf-16"), 2), (b"PK\x03\x04", 2), (b"a;b\n1;2", 1)]
)
def test_import_sheet_tells_unreadable_from_refused(
    run: Callable[..., Said], tmp_path: Path, content: bytes | None, code: int
) -> None:
    file = tmp_path / "f.csv"
    if content is not None:
        file.write_bytes(content)
    found, said, err = run("import_sheet", "solutions", str(file))
    assert found == code
    assert (said is None) == (code == 2)
    assert len(err.strip().splitlines()) == 1


@pytest.mark.parametrize("option", [("--by", "nul@example.org"), ("--body", "999"), ("--project", "P-0")])
def test_an_unknown_context_is_refused(run: Callable[..., Said], tmp_path: Path, option: tuple[str, str]) -> None:
    assert run("export_sheet", "needs", "--to", str(tmp_path / "f.csv"), *option)[0] == 1
    assert run("import_sheet", "needs", str(tmp_path / "f.csv"), *option)[0] == 1


def test_export_sheet_refuses_an_unknown_format_and_writes_the_template(
    run: Callable[..., Said], tmp_path: Path
) -> None:
    assert run("export_sheet", "needs", "--to", str(tmp_path / "f.pdf"))[0] == 1
    assert run("export_sheet", "needs", "--to", str(tmp_path / "no" / "f.csv"))[0] == 1
    assert run("export_sheet", "needs", "--to", str(tmp_path / "f.xlsx"), "--template")[0] == 0


def test_the_page_on_sheets_says_what_the_columns_are() -> None:
    assert (ROOT / "docs/sheets.md").read_text(encoding="utf-8") == render(), "python manage.py sheets --write"
