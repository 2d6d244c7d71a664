"""Finding one of the 9,454 CPV codes by a word, several words, or the beginning of a code."""

from __future__ import annotations

import functools
import re

from projects.needs import cpv
from projects.search.french import words

MOST = 40
SURE = 5  # letters of a stem that are enough to tell a word


@functools.cache
def _read() -> list[tuple[str, str, tuple[str, ...]]]:
    """Code, label, and the stems of the label. Kept: stemming the whole list takes a second."""
    return [(code, label, _stems(label)) for code, label in cpv.labels().items()]


def _stems(text: str) -> tuple[str, ...]:
    return tuple(word.stem for word in words(text))


def _meet(asked: str, stem: str) -> bool:
    """A word asked begins one of the label, or differs by its ending (financière, financier)."""
    return stem.startswith(asked) or (len(stem) >= SURE and asked.startswith(stem))


def search(text: str) -> tuple[list[tuple[str, str]], bool]:
    """The codes (with their labels) that answer, best first, and whether there are more than MOST.

    Digits are the beginning of a code. Each word must begin a word of the label, accents, plurals and feminines aside.
    """
    digits = re.sub(r"[\s-]", "", text)
    if digits.isascii() and digits.isdigit():
        asked: tuple[str, ...] = ()
        found = [row for row in _read() if row[0].startswith(digits[:8])]
    else:
        asked = _stems(text)
        found = [row for row in _read() if asked and all(any(_meet(word, s) for s in row[2]) for word in asked)]
    # What is called by the word comes first; then general codes, which end in zeros, before those that they hold.
    found.sort(key=lambda row: (not (asked and row[2] and _meet(asked[0], row[2][0])), len(row[0].rstrip("0")), row[0]))
    return [(code, label) for code, label, _ in found[:MOST]], len(found) > MOST
