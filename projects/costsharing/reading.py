"""From the JSON of the stable interfaces to exact values: strict, and every refusal names its place.

JSON decimals never arrive here as numbers: whoever parses the file hands over what is neither an integer nor a string
as something else, which is refused. Integers and decimal strings only.
"""

import re
from collections.abc import Callable, Collection
from fractions import Fraction
from typing import Any, TypeVar

from projects.costsharing.errors import SharingError, bad_input
from projects.costsharing.french import shown
from projects.costsharing.members import is_cents

MAX_DIGITS = 30  # on each side of the point: far above any public budget, far below what would hold a processor
_DECIMAL = re.compile(r"-?[0-9]{1,30}(\.[0-9]{1,30})?", re.ASCII)

T = TypeVar("T")


def fields(data: object, where: str, required: Collection[str], optional: Collection[str] = ()) -> dict[str, Any]:
    """An object with all of the required fields and none but these; `bad_input` otherwise."""
    if not isinstance(data, dict):
        raise bad_input("attendu : un objet.", where=where)
    for name in data:
        if name not in required and name not in optional:
            raise bad_input(f"champ inconnu {shown(name)}.", where=where)
    for name in required:
        if name not in data:
            raise bad_input(f"le champ {shown(name)} manque.", where=where)
    return data


def listing(value: object, where: str) -> list[Any]:
    """A list; `bad_input` otherwise."""
    if not isinstance(value, list):
        raise bad_input("attendu : une liste.", where=where)
    return value


def text(value: object, where: str) -> str:
    """A string that holds something; `bad_input` otherwise."""
    if not isinstance(value, str) or not value.strip():
        raise bad_input("attendu : un texte non vide.", where=where)
    return value


def cents(value: object, where: str, *, negative: bool = False) -> int:
    """An amount in cents: an integer, never a string nor a decimal number; below zero only where `negative`."""
    if not is_cents(value):
        raise bad_input("attendu : un nombre entier de centimes.", where=where)
    if abs(value) >= 10**MAX_DIGITS:
        raise bad_input(f"un nombre a au plus {MAX_DIGITS} chiffres.", where=where)
    if value < 0 and not negative:
        raise bad_input("un montant négatif n'a pas de sens ici.", where=where)
    return value


def decimal(value: object, where: str) -> Fraction:
    """An exact decimal ≥ 0 from its string: "33.33"; a comma or an exponent is refused."""
    if not isinstance(value, str) or not _DECIMAL.fullmatch(value):
        raise bad_input('attendu : un décimal écrit en chaîne, comme "33.33".', where=where)
    number = Fraction(value)
    if number < 0:
        raise bad_input("un nombre négatif n'a pas de sens ici.", where=where)
    return number


def figure(value: object, where: str) -> int | Fraction:
    """A weight, a limit or points: an integer ≥ 0 or a decimal string ≥ 0."""
    if isinstance(value, str):
        return decimal(value, where)
    if not is_cents(value):
        raise bad_input('attendu : un entier, ou un décimal écrit en chaîne comme "1.5".', where=where)
    return cents(value, where)


def optional(value: object, where: str, read: Callable[[object, str], T]) -> T | None:
    """None for null, else what `read` makes of the value."""
    return None if value is None else read(value, where)


def placed(where: str, build: Callable[..., T], *args: Any) -> T:
    """Build a value that checks itself; its refusal gets the place in the file in front of its own."""
    try:
        return build(*args)
    except SharingError as error:
        if error.code != "bad_input":
            raise
        raise bad_input(error.reason, where=".".join(filter(None, (where, error.place)))) from None
