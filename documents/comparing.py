"""Two issues side by side: what their text says, paragraph by paragraph, and word by word where one was reworded."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from html.parser import HTMLParser

BLOCKS = {"p", "li", "h1", "h2", "h3", "h4", "h5", "h6", "tr", "caption", "dt", "dd", "figcaption"}
CELLS = {"td", "th"}
SILENT = {"style", "script", "title", "svg", "head"}
AROUND = 1  # unchanged paragraphs shown on each side of a change
ALIKE = 0.4  # below this likeness two paragraphs are two, not one reworded


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words of a paragraph: kept, `removed` or `added`."""

    text: str
    removed: bool = False
    added: bool = False


@dataclass(frozen=True, slots=True)
class Pair:
    """One line of the comparison. `what`: Modifié, Retiré, Ajouté, empty for what is the same; `skipped` how many."""

    before: tuple[Piece, ...] = ()
    after: tuple[Piece, ...] = ()
    what: str = ""
    skipped: int = 0


class _Paragraphs(HTMLParser):
    """The paragraphs, headings, items and table rows of a page, as text."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._words: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in SILENT:
            self._silent += 1
        elif tag in BLOCKS:
            self.flush()
        elif tag in CELLS and self._words:
            self._words.append(" | ")
        elif tag == "br":
            self._words.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in SILENT:
            self._silent -= 1
        elif tag in BLOCKS:
            self.flush()

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self._words.append(data)

    def flush(self) -> None:
        """End the paragraph under way."""
        text = re.sub(r"\s+", " ", "".join(self._words)).strip(" |")
        if text:
            self.found.append(text)
        self._words = []


def paragraphs(html: str) -> list[str]:
    """What a page says, block by block, in reading order."""
    parser = _Paragraphs()
    parser.feed(html)
    parser.flush()
    return parser.found


def compare(before: Sequence[str], after: Sequence[str]) -> list[Pair]:
    """The changes with a paragraph of context on each side; runs that are the same are counted, not shown."""
    pairs: list[Pair] = []
    matcher = SequenceMatcher(None, list(before), list(after), autojunk=False)
    codes = matcher.get_opcodes()
    for place, (tag, a, b, c, d) in enumerate(codes):
        if tag == "equal":
            pairs.extend(_same(before[a:b], first=place == 0, last=place == len(codes) - 1))
        else:
            pairs.extend(_changed(before[a:b], after[c:d]))
    return pairs


def _same(run: Sequence[str], *, first: bool, last: bool) -> Iterator[Pair]:
    head, tail = (0 if first else AROUND), (0 if last else AROUND)
    if len(run) <= head + tail + 1:
        head, tail = len(run), 0
    yield from (_kept(text) for text in run[:head])
    if len(run) > head + tail:
        yield Pair(skipped=len(run) - head - tail)
    yield from (_kept(text) for text in run[len(run) - tail :] if tail)


def _kept(text: str) -> Pair:
    return Pair((Piece(text),), (Piece(text),))


def _changed(before: Sequence[str], after: Sequence[str]) -> Iterator[Pair]:
    """Paragraphs that resemble one another in order are one reworded; the others went or came."""
    left = list(after)
    for old in before:
        new = left[0] if left and _alike(old, left[0]) else None
        if new is None and any(_alike(old, item) for item in left[1:4]):
            while left and not _alike(old, left[0]):
                yield Pair(after=(Piece(left.pop(0), added=True),), what="Ajouté")
            new = left[0]
        if new is None:
            yield Pair(before=(Piece(old, removed=True),), what="Retiré")
        else:
            left.pop(0)
            yield _words(old, new)
    yield from (Pair(after=(Piece(new, added=True),), what="Ajouté") for new in left)


def _alike(old: str, new: str) -> bool:
    matcher = SequenceMatcher(None, old.split(), new.split(), autojunk=False)
    return matcher.quick_ratio() >= ALIKE and matcher.ratio() >= ALIKE


def _words(old: str, new: str) -> Pair:
    first, second = (re.findall(r"\S+\s*", text) for text in (old, new))
    before: list[Piece] = []
    after: list[Piece] = []
    for tag, a, b, c, d in SequenceMatcher(None, first, second, autojunk=False).get_opcodes():
        same = tag == "equal"
        if b > a:
            before.append(Piece("".join(first[a:b]), removed=not same))
        if d > c:
            after.append(Piece("".join(second[c:d]), added=not same))
    return Pair(tuple(before), tuple(after), "Modifié")
