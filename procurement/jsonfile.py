"""Reading a JSON file that somebody wrote: exact numbers, no key twice, one French line when it cannot be read."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

LARGEST = 50_000_000  # bytes
DEEPEST = 50  # levels of lists and objects
DIGITS = 40  # longer numbers are a mistake or an attack, and slow to convert


class Unreadable(Exception):
    """The file cannot be read as JSON; the message is one French line."""


def read_json(path: Path) -> Any:
    """The content of `path`: integers are int, other numbers exact Decimal. Raises Unreadable."""
    try:
        if path.stat().st_size > LARGEST:
            raise Unreadable(f"{path} : fichier de plus de {LARGEST // 1_000_000} Mo.")
        text = path.read_text(encoding="utf-8-sig")
        data = json.loads(
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
    _check(data, path)
    return data


def _check(data: Any, path: Path) -> None:
    """Refuse what Python reads but what cannot be stored or walked: deep nesting, half characters, NUL."""
    level = [data]
    for _ in range(DEEPEST):
        for text in (item for item in level if isinstance(item, str)):
            if "\0" in text or not _is_unicode(text):
                raise Unreadable(f"{path} : « {ascii(text[:30])[1:-1]} » contient un caractère qui ne s'écrit pas.")
        level = [child for item in level for child in _children(item)]
        if not level:
            return
    raise Unreadable(f"{path} : plus de {DEEPEST} niveaux de listes ou d'objets imbriqués.")


def _children(item: Any) -> list[Any]:
    if isinstance(item, dict):
        return [*item, *item.values()]
    return item if isinstance(item, list) else []


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:  # half of a surrogate pair
        return False
    return True


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
