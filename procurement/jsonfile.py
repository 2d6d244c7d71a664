"""Reading a JSON file that somebody wrote: exact numbers, no key twice, one French line when it cannot be read."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

LARGEST = 50_000_000  # bytes
DIGITS = 40  # longer numbers are a mistake or an attack, and slow to convert


class Unreadable(Exception):
    """The file cannot be read as JSON; the message is one French line."""


def read_json(path: Path) -> Any:
    """The content of `path`: integers are int, other numbers exact Decimal. Raises Unreadable."""
    try:
        if path.stat().st_size > LARGEST:
            raise Unreadable(f"{path} : fichier de plus de {LARGEST // 1_000_000} Mo.")
        text = path.read_text(encoding="utf-8-sig")
        return json.loads(
            text, object_pairs_hook=_once, parse_int=_integer, parse_float=_decimal, parse_constant=_decimal
        )
    except OSError as error:
        raise Unreadable(f"{path} : fichier illisible ({error.strerror}).") from None
    except UnicodeDecodeError:
        raise Unreadable(f"{path} : ce fichier n'est pas en UTF-8.") from None
    except json.JSONDecodeError as error:
        place = f"ligne {error.lineno}, colonne {error.colno}"
        raise Unreadable(f"{path} : ce n'est pas du JSON ({place}).") from None
    except RecursionError:
        raise Unreadable(f"{path} : listes trop profondément imbriquées.") from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise Unreadable(f"Le champ « {twice[:60]} » figure deux fois dans le même objet.")
    return found


def _integer(text: str) -> int:
    if len(text) > DIGITS:
        raise Unreadable(f"Nombre de {len(text)} chiffres : c'est trop.")
    return int(text)


def _decimal(text: str) -> Decimal:
    if len(text) > DIGITS or text in ("NaN", "Infinity", "-Infinity"):
        raise Unreadable(f"« {text[:20]} » n'est pas un nombre acceptable.")
    return Decimal(text)
