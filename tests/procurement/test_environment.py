"""What the operator may set: a malformed value stops the start with one clear line and status 2."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from procurement import environment
from tests.conftest import ROOT

NAMES = (
    "DATABASE_URL",
    "SECRET_KEY",
    "DEBUG",
    "ALLOWED_HOSTS",
    "BASE_URL",
    "EMAIL_URL",
    "MEDIA_ROOT",
    "TRUSTED_PROXIES",
    "DJANGO_SETTINGS_MODULE",
)


def start(folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Read the settings in a process of its own, with these variables and no other of ours."""
    clean = {name: value for name, value in os.environ.items() if name not in NAMES}
    code = "from procurement import settings as s; print(s.DEBUG, s.DATABASES['default']['ENGINE'].split('.')[-1])"
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        cwd=folder,
        env={**clean, **variables, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("DEBUG", "true", "DEBUG vaut « true » : écrivez 0 ou 1."),
        ("DEBUG", "", "DEBUG vaut «  » : écrivez 0 ou 1."),
        ("DATABASE_URL", "mysql://x/y", "DATABASE_URL commence par « mysql »"),
        ("DATABASE_URL", "n'importe quoi", "DATABASE_URL commence par « n'importe quoi »"),
        ("DATABASE_URL", "postgres://u:secret@h:port/x", "DATABASE_URL n'est pas une adresse lisible"),
        ("EMAIL_URL", "http://x", "EMAIL_URL commence par « http »"),
        ("EMAIL_URL", "smtp://u:secret@h:port", "EMAIL_URL n'est pas une adresse lisible"),
        ("SECRET_KEY", "court", "SECRET_KEY a 5 caractères : il en faut au moins 50."),
        ("BASE_URL", "cordee.fr", "BASE_URL vaut « cordee.fr »"),
        ("BASE_URL", "https://cordee.fr/chemin", "BASE_URL vaut « https://cordee.fr/chemin »"),
        ("BASE_URL", "ftp://cordee.fr", "BASE_URL vaut « ftp://cordee.fr »"),
        ("MEDIA_ROOT", __file__, "MEDIA_ROOT désigne le fichier"),
        ("TRUSTED_PROXIES", "-1", "TRUSTED_PROXIES vaut « -1 » : écrivez un nombre entier"),
    ],
)
def test_a_malformed_value_stops_the_start_with_one_line(tmp_path: Path, name: str, value: str, said: str) -> None:
    done = start(tmp_path, **{"SECRET_KEY": "x" * 50, name: value})
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert done.stderr.startswith(f"Configuration : {said}")
    assert "secret" not in done.stderr


def test_it_starts_with_nothing_set_and_keeps_the_key_it_made(tmp_path: Path) -> None:
    done = start(tmp_path)
    assert (done.stdout, done.stderr, done.returncode) == ("False sqlite3\n", "", 0)
    key = tmp_path / ".secret_key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    kept = key.read_text()
    assert len(kept) >= environment.SECRET_KEY_MINIMUM
    assert start(tmp_path).returncode == 0
    assert key.read_text() == kept


def test_an_emptied_key_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / ".secret_key").touch()
    done = start(tmp_path)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "SECRET_KEY est vide" in done.stderr


@pytest.mark.parametrize(("value", "read"), [("a.fr", ["a.fr"]), (" a.fr , b.fr,,", ["a.fr", "b.fr"]), ("", [])])
def test_lists_are_read_between_commas(monkeypatch: pytest.MonkeyPatch, value: str, read: list[str]) -> None:
    monkeypatch.setenv("ALLOWED_HOSTS", value)
    assert environment.words("ALLOWED_HOSTS", default=["x"]) == read


def test_sqlite_is_opened_for_several_writers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    options = environment.database(Path("/x/y.sqlite3"))["OPTIONS"]
    assert options["transaction_mode"] == "IMMEDIATE"
    assert options["timeout"] >= 10
    for pragma in ("journal_mode=WAL", "foreign_keys=ON"):
        assert pragma in options["init_command"]


def test_postgresql_is_taken_from_its_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://u:p%40ss@h:5433/base")
    entry = environment.database(Path("x"))
    assert (entry["USER"], entry["PASSWORD"], entry["HOST"], entry["PORT"], entry["NAME"]) == (
        "u",
        "p@ss",
        "h",
        5433,
        "base",
    )
    assert entry["CONN_HEALTH_CHECKS"]
