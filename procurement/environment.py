"""What the operator may set, read once and checked: a malformed value stops the start with one French line."""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import urlsplit

import environ
from django.core.management.utils import get_random_secret_key

SECRET_KEY_MINIMUM = 50  # characters
EMAIL_SCHEMES = ("smtp", "smtp+tls", "smtp+ssl", "consolemail", "filemail")
DATABASE_SCHEMES = ("sqlite", "postgres", "postgresql")

_env = environ.Env()


def stop(name: str, reason: str) -> NoReturn:
    """End the process with one line that names the variable and the way out (exit status 2)."""
    print(f"Configuration : {name} {reason}", file=sys.stderr)
    raise SystemExit(2)


def flag(name: str, *, default: bool) -> bool:
    """Read `0` or `1`; any other value stops the start."""
    value = os.environ.get(name, "1" if default else "0")
    if value not in ("0", "1"):
        stop(name, f"vaut « {value} » : écrivez 0 ou 1.")
    return value == "1"


def number(name: str, *, default: int) -> int:
    """Read a small whole number; any other value stops the start."""
    value = os.environ.get(name) or str(default)
    if not (value.isascii() and value.isdigit() and len(value) < 3):
        stop(name, f"vaut « {value} » : écrivez un nombre entier, 0 s'il n'y en a pas.")
    return int(value)


def choice(name: str, among: tuple[str, ...]) -> str:
    """Read one of these words, the first by default; any other value stops the start."""
    value = os.environ.get(name) or among[0]
    if value not in among:
        stop(name, f"vaut « {value} » : écrivez {', '.join(among[:-1])} ou {among[-1]}.")
    return value


def words(name: str, *, default: list[str]) -> list[str]:
    """Read a list separated by commas, blanks dropped."""
    return [word.strip() for word in os.environ.get(name, ",".join(default)).split(",") if word.strip()]


def _parsed(
    name: str, default: str, schemes: tuple[str, ...], parse: Callable[[str], dict[str, Any]]
) -> dict[str, Any]:
    value = os.environ.get(name) or default
    scheme = value.partition(":")[0]
    if scheme not in schemes:
        stop(name, f"commence par « {scheme} » : les adresses admises sont {', '.join(s + '://' for s in schemes)}.")
    try:
        return parse(value)
    except Exception:  # django-environ raises many kinds; the operator needs one line, without the secret it holds
        stop(name, "n'est pas une adresse lisible : voyez docs/operations.md.")


def database(default: Path) -> dict[str, Any]:
    """The `DATABASES["default"]` entry, with the options that make SQLite safe under several writers.

    SQLite without IMMEDIATE loses two writes of three under load, and WAL alone does not help (quality.md, fact 1).
    """
    entry = _parsed("DATABASE_URL", f"sqlite:///{default}", DATABASE_SCHEMES, _env.db_url_config)
    if entry["ENGINE"].endswith("sqlite3"):
        entry["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,  # seconds a writer waits for its turn
            "init_command": (
                "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA foreign_keys=ON;PRAGMA temp_store=MEMORY;"
            ),
        }
    else:
        entry.update(CONN_MAX_AGE=600, CONN_HEALTH_CHECKS=True)
    return entry


def email() -> dict[str, Any]:
    """The Django e-mail settings of `EMAIL_URL`; messages go to the console when it is absent."""
    return _parsed("EMAIL_URL", "consolemail://", EMAIL_SCHEMES, _env.email_url_config)


def base_url() -> str:
    """The public address put into messages: never taken from a request's Host header (quality.md, F16)."""
    value = os.environ.get("BASE_URL", "http://127.0.0.1:8000").rstrip("/")
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.path:
        stop("BASE_URL", f"vaut « {value} » : écrivez une adresse comme https://cordee.exemple.fr, sans chemin.")
    return value


def folder(name: str, *, default: Path) -> Path:
    """An absolute folder path; it need not exist yet, but must not be a file."""
    path = Path(os.environ.get(name) or default).resolve()
    if path.is_file():
        stop(name, f"désigne le fichier {path} : donnez un dossier.")
    return path


def readable_folder(name: str) -> str:
    """An existing folder, or nothing when the variable is absent."""
    value = os.environ.get(name, "")
    if value and not Path(value).is_dir():
        stop(name, f"vaut « {value} », qui n'est pas un dossier : donnez celui des certificats, ou rien.")
    return value


def secret_key(beside: Path) -> str:
    """The signing key: `SECRET_KEY`, else the file `.secret_key` in folder `beside`, written on first run."""
    value = os.environ.get("SECRET_KEY", "")
    if value:
        if len(value) < SECRET_KEY_MINIMUM:
            stop("SECRET_KEY", f"a {len(value)} caractères : il en faut au moins {SECRET_KEY_MINIMUM}.")
        return value
    path = beside / ".secret_key"
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii").strip() or stop(
            "SECRET_KEY", f"est vide dans {path} : effacez ce fichier."
        )
    except OSError:
        stop("SECRET_KEY", f"manque, et {beside} n'est pas accessible en écriture : donnez SECRET_KEY.")
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        key = get_random_secret_key()
        file.write(key)
    return key
