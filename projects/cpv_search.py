"""Finding one of the 9,454 CPV codes by a word, several words, or the beginning of a code."""

from __future__ import annotations

import functools
import re

from projects import cpv
from projects.search.french import words

MOST = 40


@functools.cache
def _read() -> list[tuple[str, str, str]]:
    """Code, label, and the words of the label as they are compared, each after a space. Half a second, once."""
    return [(code, label, _comparable(label)) for code, label in cpv.labels().items()]


def _comparable(label: str) -> str:
    return "".join(f" {word.stem}" for word in words(label))


def search(text: str) -> tuple[list[tuple[str, str]], bool]:
    """The codes (with their labels) that answer, best first, and whether there are more than MOST.

    Digits are the beginning of a code. Each word must begin a word of the label, accents, plurals and feminines aside.
    """
    digits = re.sub(r"[\s-]", "", text)
    if digits.isascii() and digits.isdigit():
        found = [(code, label, "") for code, label, _ in _read() if code.startswith(digits[:8])]
        asked = []
    else:
        asked = [f" {word.stem}" for word in words(text)]
        found = [row for row in _read() if asked and all(word in row[2] for word in asked)]
    # What is called by the word comes first; then general codes, which end in zeros, before those that they hold.
    found.sort(key=lambda row: (not asked or not row[2].startswith(asked[0]), len(row[0].rstrip("0")), row[0]))
    return [(code, label) for code, label, _ in found[:MOST]], len(found) > MOST
