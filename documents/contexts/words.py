"""Amounts in words, as a commitment form states them beside the figures (usual French spelling, before 1990)."""

from __future__ import annotations

_UNITS = (
    "zéro un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize "
    "dix-sept dix-huit dix-neuf"
).split()
_TENS = {2: "vingt", 3: "trente", 4: "quarante", 5: "cinquante", 6: "soixante", 8: "quatre-vingt"}
_SCALES = ((10**9, "milliard"), (10**6, "million"))
HIGHEST = 10**12  # euros


def in_words(cents: int) -> str:
    """`12000001` → « cent vingt mille euros et un centime ». Raises ValueError below zero or from HIGHEST euros."""
    euros, rest = divmod(cents, 100)
    if cents < 0 or euros >= HIGHEST:
        raise ValueError("montant hors de portée")
    # « un million d'euros »: a scale that ends the number is a noun, and wants its preposition.
    unit = "d'euro" if euros >= 10**6 and euros % 10**6 == 0 else "euro"
    said = [f"{cardinal(euros)} {unit}{'s' if euros > 1 else ''}"] if euros or not rest else []
    said += [f"{cardinal(rest)} centime{'s' if rest > 1 else ''}"] if rest else []
    return " et ".join(said)


def cardinal(value: int) -> str:
    """A whole number below HIGHEST."""
    parts = []
    for size, name in _SCALES:
        count, value = divmod(value, size)
        if count:
            parts.append(f"{_below_thousand(count, last=True)} {name}{'s' if count > 1 else ''}")
    thousands, value = divmod(value, 1000)
    if thousands:
        parts.append("mille" if thousands == 1 else f"{_below_thousand(thousands, last=False)} mille")
    if value or not parts:
        parts.append(_below_thousand(value, last=True))
    return " ".join(parts)


def _below_thousand(value: int, *, last: bool) -> str:
    """`last` is false before « mille », which takes the plural of cent and of vingt away."""
    hundreds, rest = divmod(value, 100)
    if not hundreds:
        return _below_hundred(rest, last=last)
    said = "cent" if hundreds == 1 else f"{_UNITS[hundreds]} cent"
    if rest:
        return f"{said} {_below_hundred(rest, last=last)}"
    return f"{said}s" if hundreds > 1 and last else said


def _below_hundred(value: int, *, last: bool) -> str:
    if value < 20:
        return _UNITS[value]
    tens, unit = divmod(value, 10)
    if tens in (7, 9):  # soixante-dix, quatre-vingt-dix: they count on from sixty and eighty
        tens, unit = tens - 1, unit + 10
    if not unit:
        return "quatre-vingts" if tens == 8 and last else _TENS[tens]
    link = " et " if unit in (1, 11) and tens != 8 else "-"
    return f"{_TENS[tens]}{link}{_UNITS[unit]}"
