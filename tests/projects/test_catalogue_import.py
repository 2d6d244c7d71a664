"""Solutions from elsewhere: the Comptoir du Libre's export, and publiccode.yml."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from projects.catalogue.publiccode import NotPubliccode, read_publiccode
from projects.models import Solution

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]
MINIMAL = """\
publiccodeYmlVersion: "0.4"
name: 'L''Outil: libre'   # a comment
url: https://example.org/outil.git
landingURL: "https://example.org/caf\\u00e9"
legal:
  license: AGPL-3.0-or-later
platforms: [web, "linux"]
usedBy: []
description:
  en:
    shortDescription: An English text
  fr:
    shortDescription: >
      Un texte plié
      sur deux lignes.
    longDescription: |
      Première ligne.
        En retrait.
    features:
    - une
    - deux: plus
      trois: encore
maintenance:
  type: community
  contacts:
    - name: Ada
      email: ada@example.org
    - name: un nom
        qui continue
"""


def test_the_yaml_of_a_publiccode_is_read() -> None:
    data = read_publiccode(MINIMAL)
    assert data["name"] == "L'Outil: libre"
    assert data["url"] == "https://example.org/outil.git"
    assert data["landingURL"] == "https://example.org/café"
    assert data["platforms"] == ["web", "linux"]
    assert data["usedBy"] == []
    assert data["description"]["fr"] == {
        "shortDescription": "Un texte plié sur deux lignes.",
        "longDescription": "Première ligne.\n  En retrait.",
        "features": ["une", {"deux": "plus", "trois": "encore"}],
    }
    assert data["maintenance"]["contacts"] == [
        {"name": "Ada", "email": "ada@example.org"},
        {"name": "un nom qui continue"},
    ]


def test_our_own_publiccode_is_read() -> None:
    data = read_publiccode((ROOT / "publiccode.yml").read_text(encoding="utf-8"))
    assert data["name"] == "Cordée"
    assert data["categories"][0] == "procurement"
    assert data["description"]["fr"]["longDescription"].startswith("Cordée réunit")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "texte",
        "a: b",
        "publiccodeYmlVersion: &a x",
        "publiccodeYmlVersion: *a",
        "publiccodeYmlVersion: !!python/object x",
        "publiccodeYmlVersion: {a: b}",
        "publiccodeYmlVersion: 'x",
        "publiccodeYmlVersion: x\npubliccodeYmlVersion: y",
        "publiccodeYmlVersion: x\n\tname: y",
        "publiccodeYmlVersion: x\n  name: y\n z: 1",
        "publiccodeYmlVersion: x\n" + "".join("  " * depth + "a:\n" for depth in range(40)),
        "- " * 3_000 + "a",
        "a" * (2**20 + 1),
    ],
)
def test_what_is_no_publiccode_is_refused_in_a_line(text: str) -> None:
    with pytest.raises(NotPubliccode) as refusal:
        read_publiccode(text)
    assert "\n" not in str(refusal.value)


Said = tuple[int, dict[str, Any] | None, str]


@pytest.fixture
def load(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Callable[..., Said]:
    """Write a file, import it, give back the exit code, the JSON and what was said aside."""

    def call(name: str, content: str, *options: str) -> Said:
        code = 0
        (tmp_path / name).write_text(content, encoding="utf-8")
        try:
            call_command("import_catalogue", str(tmp_path / name), *options)
        except SystemExit as stop:
            code = int(str(stop.code))
        out, err = capsys.readouterr()
        return code, json.loads(out) if out else None, err

    return call


def counts(said: dict[str, Any] | None) -> tuple[int, int, int, int, int]:
    assert said is not None
    found = tuple(said[name] for name in ("rows", "created", "updated", "unchanged"))
    assert found[0] == sum(found[1:]) + len(said["refused"])
    return (*found, len(said["refused"]))  # type: ignore[return-value]


def export(*softwares: dict[str, Any]) -> str:
    return json.dumps({"date_of_export": "2026-01-01", "number_of_software": 1, "softwares": softwares})


NEW = {
    "id": 999,
    "name": "Logiciel neuf",
    "licence": "GNU AGPLv3",
    "url": "https://example.org/999",
    "external_resources": {"website": "https://neuf.example.org", "repository": "https://example.org/neuf.git"},
    "providers": [],
    "users": [],
}


def test_the_export_of_the_comptoir_adds_what_is_not_known_yet(load: Callable[..., Said]) -> None:
    known = {**NEW, "name": "qgis", "external_resources": {}}
    assert load("cdl.json", export(NEW, known), "--check")[0] == 0
    assert not Solution.objects.filter(name="Logiciel neuf").exists()
    code, said, _ = load("cdl.json", export(NEW, known))
    assert (code, counts(said)) == (0, (2, 1, 0, 1, 0))
    made = Solution.objects.get(name="Logiciel neuf")
    assert (made.website, made.source_url, made.origin, made.free) == (
        "https://neuf.example.org",
        "https://example.org/neuf.git",
        "Comptoir du Libre",
        True,
    )
    assert counts(load("cdl.json", export({**NEW, "licence": "MIT"}))[1]) == (1, 0, 1, 0, 0)
    assert counts(load("cdl.json", export({**NEW, "licence": "MIT"}))[1]) == (1, 0, 0, 1, 0)


def test_one_refused_solution_and_nothing_is_written(load: Callable[..., Said]) -> None:
    wrong = {**NEW, "name": "Autre", "external_resources": {"website": "javascript:alert(1)"}}
    code, said, _ = load("cdl.json", export(NEW, wrong, {**NEW, "name": ""}, NEW))
    assert (code, counts(said)) == (1, (4, 1, 0, 0, 3))
    assert not Solution.objects.filter(name="Logiciel neuf").exists()


@pytest.mark.parametrize(
    ("name", "content"), [("a.json", "{"), ("a.json", "[]"), ("a.json", '{"softwares": [1]}'), ("a.yml", "a: b")]
)
def test_a_file_of_another_kind_exits_2(load: Callable[..., Said], name: str, content: str) -> None:
    code, said, err = load(name, content)
    assert (code, said, len(err.strip().splitlines())) == (2, None, 1)


def test_a_publiccode_adds_one_solution_in_french(load: Callable[..., Said]) -> None:
    assert counts(load("publiccode.yml", MINIMAL)[1]) == (1, 1, 0, 0, 0)
    made = Solution.objects.get(name="L'Outil: libre")
    assert (made.purpose, made.licence) == ("Un texte plié sur deux lignes.", "AGPL-3.0-or-later")
    again = MINIMAL.replace("deux lignes", "trois lignes")
    assert counts(load("publiccode.yml", again)[1]) == (1, 0, 1, 0, 0)
    assert counts(load("publiccode.yml", MINIMAL.replace("L''Outil", "Un nouveau nom"))[1]) == (1, 0, 1, 0, 0)
    assert Solution.objects.filter(source_url="https://example.org/outil.git").count() == 1


def test_a_publiccode_without_a_name_is_refused(load: Callable[..., Said]) -> None:
    assert load("publiccode.yml", 'publiccodeYmlVersion: "0"\nurl: x\n')[0] == 1
