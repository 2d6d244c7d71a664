"""Finding one of the 9,454 CPV codes by a word, several words, or the beginning of a code."""

from __future__ import annotations

import functools
import re

from procurement.text import fold
from projects import cpv

MOST = 40


@functools.cache
def _folded() -> list[tuple[str, str, str]]:
    """Code, label, folded label with a space before each word."""
    return [(code, label, f" {fold(label)}") for code, label in cpv.labels().items()]


def search(text: str) -> tuple[list[tuple[str, str]], bool]:
    """The codes (with their labels) that answer, general ones first, and whether there are more.

    Digits are the beginning of a code; words must each begin a word of the label, accents and plurals aside.
    """
    digits = re.sub(r"[\s-]", "", text)
    if digits.isascii() and digits.isdigit():
        found = [(code, label) for code, label, _ in _folded() if code.startswith(digits[:8])]
    else:
        words = [f" {word.rstrip('sx') or word}" for word in fold(text).split()]
        found = [(code, label) for code, label, folded in _folded() if words and all(w in folded for w in words)]
    # A general code ends in zeros: it comes before those that it holds.
    found.sort(key=lambda row: (len(row[0].rstrip("0")), row[0]))
    return found[:MOST], len(found) > MOST
