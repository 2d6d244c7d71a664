"""What a text has of its own against another: words added, words removed, paragraph by paragraph."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

KEPT, ADDED, REMOVED = "kept", "added", "removed"
_WORDS = re.compile(r"\s*\S+")
_BREAKS = re.compile(r"\n[ \t]*\n|\n(?=[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t])")  # a blank line, or a new item of a list


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words, and what became of them."""

    kind: str
    text: str


def difference(before: str, after: str) -> tuple[tuple[Piece, ...], ...]:
    """Paragraphs of pieces. Same words in the same order read back as `after` once the removed ones are left out."""
    old, new = _paragraphs(before), _paragraphs(after)
    return tuple(_between(old, new))


def changed(before: str, after: str) -> bool:
    """True when the words differ, white space apart."""
    return before.split() != after.split()


def _paragraphs(text: str) -> list[str]:
    return [part.strip() for part in _BREAKS.split(text) if part.strip()]


def _between(old: list[str], new: list[str]) -> Iterator[tuple[Piece, ...]]:
    for kind, i1, i2, j1, j2 in SequenceMatcher(None, old, new).get_opcodes():
        if kind == "equal":
            yield from ((Piece(KEPT, text),) for text in new[j1:j2])
            continue
        both = min(i2 - i1, j2 - j1)
        yield from (_words(old[i1 + n], new[j1 + n]) for n in range(both))
        yield from ((Piece(REMOVED, text),) for text in old[i1 + both : i2])
        yield from ((Piece(ADDED, text),) for text in new[j1 + both : j2])


def _words(before: str, after: str) -> tuple[Piece, ...]:
    """Word by word. The library's own shortcut for frequent words keeps a hostile text from taking for ever."""
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    pieces: list[Piece] = []
    for kind, i1, i2, j1, j2 in SequenceMatcher(None, old, new).get_opcodes():
        if kind == "equal":
            pieces.append(Piece(KEPT, "".join(new[j1:j2])))
            continue
        if i2 > i1:
            pieces.append(Piece(REMOVED, "".join(old[i1:i2])))
        if j2 > j1:
            pieces.append(Piece(ADDED, "".join(new[j1:j2])))
    return tuple(pieces)
