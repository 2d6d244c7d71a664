"""French words made comparable, knowing nothing of the trade: elisions, accents, stop-words, stems."""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

import snowballstemmer

from procurement.text import fold

LONGEST = 40  # letters; longer runs are addresses or keys, not words
STOP_WORDS = frozenset(
    """
    a afin ai ainsi alors apres as au aucun aussi autre autres aux avant avec avez avoir avons c ca car ce ceci cela
    celle celles celui ces cet cette ceux chaque chez ci comme comment d dans de des depuis deux deja donc dont du
    elle elles en encore entre es est et etaient etait ete etes etre eu eux fait fois font hors ici il ils j je
    jusqu jusque l la le les leur leurs lors lorsque lui m ma mais me meme memes mes moi moins mon n ne ni non nos
    notre notres nous on ont or ou par parce pas pendant peu peut peuvent plus plutot pour pourquoi puis qu quand
    que quel quelle quelles quels qui quoi s sa sans se selon sera serait ses si sinon soit son sont sous sur
    surtout t ta tandis te tel telle tels tes tous tout toute toutes toujours tres trop tu un une vers via voici
    voir vos votre vous y
    """.split()
)
# L'agent, d'état, qu'il: the article goes. PLAT'AU, aujourd'hui: the two halves are one word.
_ELISION = re.compile(r"\b(?:[ldnsjcmt]|qu|jusqu|lorsqu|puisqu)['’ʼ]", re.IGNORECASE)
_WITHIN = re.compile(r"(?<=\w)['’ʼ](?=\w)")
_DOTTED = re.compile(r"\b(?:[A-Z]\.){2,}")  # E.C., R.H.
_PIECES = re.compile(r"[\s\-_/.,;:!?()«»\"“”+*=<>\[\]{}|&#%€→·•…–—]+")
_local = threading.local()


class Word(NamedTuple):
    """A word as it was written, without its accents, and what it is compared by."""

    surface: str
    folded: str
    stem: str


def words(text: str) -> list[Word]:
    """The words that carry meaning, in order: no stop-word, no bare number, no single letter. Pure."""
    return list(_words(text))


def _words(text: str) -> Iterator[Word]:
    text = unicodedata.normalize("NFKC", text)  # no-break spaces, full-width letters, composed accents
    text = _DOTTED.sub(lambda found: found.group().replace(".", "") + " ", text)
    text = _WITHIN.sub("", _ELISION.sub(" ", text))
    for surface in _PIECES.split(text):
        yield from _piece(surface)


@lru_cache(maxsize=100_000)
def _piece(surface: str) -> tuple[Word, ...]:
    found = (piece for piece in fold(surface).split() if 1 < len(piece) <= LONGEST and not piece.isdigit())
    return tuple(Word(surface, piece, stem(piece)) for piece in found if piece not in STOP_WORDS)


def stem(folded: str) -> str:
    """The stem of a word already without accents: plural, feminine and verb endings are gone.

    Accents go first because users drop them: « été déclarée » and « ete declaree » must meet.
    """
    if any(letter.isdigit() for letter in folded) or len(folded) <= 3:
        return folded
    if folded.endswith(("ee", "ees")):  # declaree(s): the stemmer waits for an accent there
        folded = folded.rstrip("s")[:-1]
    return str(_stemmer().stemWord(folded))


def _stemmer() -> snowballstemmer.stemmer:
    """One per thread: the library's stemmers hold the word they are working on."""
    if not hasattr(_local, "french"):
        _local.french = snowballstemmer.stemmer("french")
    return _local.french
