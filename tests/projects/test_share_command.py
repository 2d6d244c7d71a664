"""`manage.py share` as a script sees it: one JSON line, an exit code, no traceback, no database."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from tests.projects.costsharing.examples import ABC, EQUAL, EXAMPLES, POPULATION, Example, capped

ROOT = Path(__file__).resolve().parents[2]
REQUEST: dict[str, Any] = {"total_cents": 9000000, "participants": ABC, "key": POPULATION}


def share(path: Path | str) -> tuple[int, str, str]:
    """Exit code, standard output and standard error; a database access would fail the test."""
    out, err = io.StringIO(), io.StringIO()
    code: Any = 0
    try:
        call_command("share", str(path), stdout=out, stderr=err)
    except SystemExit as stop:
        code = stop.code
    return code, out.getvalue(), err.getvalue()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "partage.json"


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_the_worked_example_comes_out_of_the_command(example: Example, file: Path) -> None:
    file.write_text(json.dumps(example.request), encoding="utf-8")
    code, out, err = share(file)
    answer = json.loads(out)
    assert (code, err, out.count("\n")) == (0, "", 1)
    assert list(answer) == ["total_cents", "subsidy_cents", "shared_cents", "shares"]
    assert [given["cents"] for given in answer["shares"]] == example.cents
    assert answer["shared_cents"] == sum(example.cents) == answer["total_cents"] - answer["subsidy_cents"]
    for given, member in zip(answer["shares"], example.request["participants"], strict=True):
        assert list(given) == ["id", "name", "cents", "explanation"]
        assert (given["id"], given["name"]) == (member["id"], member["name"])
        assert "€" in given["explanation"] or "rien à payer" in given["explanation"]


@pytest.mark.parametrize(
    ("changes", "code", "missing"),
    [
        ({"participants": []}, "no_participant", None),
        ({"key": {"kind": "prorata", "weight": "population", "year": 2023}}, "bad_input", None),
        ({"participants": capped(2999999, *ABC)}, "uncovered", 3),
        ({"total_cents": 1.5}, "bad_input", None),
    ],
)
def test_a_refusal_is_one_json_line_and_exit_1(
    changes: dict[str, Any], code: str, missing: int | None, file: Path
) -> None:
    file.write_text(json.dumps({**REQUEST, **changes}), encoding="utf-8")
    status, out, err = share(file)
    error = json.loads(out)["error"]
    assert (status, err, out.count("\n")) == (1, "", 1)
    assert list(error) == ["code", "message", "missing_cents"]
    assert (error["code"], error["missing_cents"]) == (code, missing)


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"{", "JSON (ligne 1, colonne 2)"), (b"\xff", "UTF-8"), (b"[" * 100_000, "niveaux"), (None, "introuvable")],
    ids=["not json", "not utf-8", "deep", "absent"],
)
def test_what_cannot_be_read_is_one_french_line_and_exit_2(content: bytes | None, said: str, file: Path) -> None:
    if content is not None:
        file.write_bytes(content)
    status, out, err = share(file)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert said in err
    assert file.name in err


@pytest.mark.parametrize("name", ["", ".", "a\0b", "ligne\ncoupée", "x" * 5000])
def test_a_name_that_is_no_file_is_one_french_line_and_exit_2(name: str) -> None:
    status, out, err = share(name)
    assert (status, out, err.count("\n")) == (2, "", 1)


def test_lone_surrogates_and_poor_terminals_do_not_break_the_line(file: Path) -> None:
    members = [{"id": "a", "name": "\ud800"}]
    file.write_text(json.dumps({"total_cents": 100, "participants": members, "key": EQUAL}), encoding="utf-8")
    _, out, _ = share(file)
    assert json.loads(out)["shares"][0]["name"] == "\ud800"


@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
@pytest.mark.parametrize(("content", "status"), [(json.dumps(REQUEST), 0), ("{}", 1), ("{", 2)])
def test_the_command_needs_no_database_and_shows_no_traceback(
    encoding: str, content: str, status: int, file: Path
) -> None:
    file.write_text(content, encoding="utf-8")
    environment = {
        **os.environ,
        "DEBUG": "0",
        "DATABASE_URL": "postgres://nobody@127.0.0.1:1/nothing",
        "SECRET_KEY": "x" * 60,
        "PYTHONIOENCODING": encoding,
    }
    done = subprocess.run(
        [sys.executable, "manage.py", "share", str(file)], cwd=ROOT, env=environment, capture_output=True, check=False
    )
    assert done.returncode == status, done.stderr
    assert b"Traceback" not in done.stderr
    assert done.stdout.count(b"\n") == (status != 2)
    if status != 2:
        json.loads(done.stdout.decode(encoding))
