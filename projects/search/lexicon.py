"""The words of the trade, read once from data: which forms mean the same, in which domain, and which say nothing."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple

from rapidfuzz import process
from rapidfuzz.distance import OSA

from procurement.text import fold
from projects.search.french import Word, stem, words

DATA = Path(__file__).parent.parent / "data"
Forms = tuple[tuple[str, tuple[str, ...]], ...]
REPAIRED_FROM = 5  # letters of a stem: a shorter one is as near to another word as to its own misspelling
TWO_SLIPS_FROM = 11


class Concept(NamedTuple):
    """What several forms mean: « EC », « état civil ». `token` is what is indexed, `label` what is shown."""

    token: str
    label: str
    domain: str
    own: bool = False  # this form is read so only in a need of this very domain: « PC » is also a computer
    upper: bool = False  # only when written in capitals: « ACTES » is a system, « actes » are documents


@dataclass(frozen=True)
class Lexicon:
    """Forms (a sequence of stems) to concepts, and the stems that every need holds."""

    forms: Mapping[tuple[str, ...], tuple[Concept, ...]]
    weak: frozenset[str]
    longest: Mapping[str, int]  # by first stem, how many stems the longest form has
    stems: Mapping[str, tuple[str, ...]]  # that a misspelt word may be repaired to, by first letter
    spellings: Mapping[str, tuple[str, ...]]  # the words behind those stems, by first letter
    ordinary: frozenset[str] = frozenset()  # well written, and not of the trade: never repaired

    def read(self, stems: tuple[str, ...], surface: str, domain: str) -> tuple[Concept, ...]:
        """What this sequence means here. A form that two domains share is read as the need's own domain does."""
        found = [
            concept
            for concept in self.forms.get(stems, ())
            if (not concept.own or concept.domain == domain) and (not concept.upper or surface.isupper())
        ]
        return tuple([concept for concept in found if concept.domain == domain] or found)

    def repair(self, word: Word) -> str:
        """The stem of the word of the trade that this one misspells, or its own.

        The stem is tried first, then the word: « deliberasion » has lost the ending that the stemmer knows.
        """
        if len(word.stem) < REPAIRED_FROM or word.stem in self.weak or word.stem in self.ordinary:
            return word.stem
        letter = word.stem[0]
        if found := _repaired(word.stem, self.stems.get(letter, ())):
            return found
        spelt = _repaired(word.folded, self.spellings.get(letter, ()))
        return stem(spelt) if spelt else word.stem


@lru_cache(maxsize=50_000)
def _repaired(written: str, known: tuple[str, ...]) -> str | None:
    return nearest(written, known)


def nearest(written: str, known: Iterable[str]) -> str | None:
    """The word of `known` within one slip of `written`, two when it is long; None when there is none.

    The first letter is the one that people do not get wrong.
    """
    slips = 2 if len(written) >= TWO_SLIPS_FROM else 1
    near = (word for word in known if word[0] == written[0] and abs(len(word) - len(written)) <= slips)
    found = process.extractOne(written, near, scorer=OSA.distance, score_cutoff=slips)
    return str(found[0]) if found else None


def lexicon() -> Lexicon:
    """The lexicon shipped with the product, with the synonyms of the taxonomy as `use` last gave it."""
    return _compiled(_taxonomy.words)


@lru_cache(maxsize=2)
def _compiled(taxonomy: Forms) -> Lexicon:
    shipped = json.loads((DATA / "lexicon.json").read_text(encoding="utf-8"))
    groups = [(domain, group) for domain, found in shipped["domains"].items() for group in found]
    groups += [(code, [form]) for code, forms in taxonomy for form in forms]
    return build(groups, weak=shipped["weak"], upper_only=shipped["upper_only"], ordinary=shipped["ordinary"])


class _Taxonomy:
    """The words of the domains that this process reads by, and the version they came with (see search/taxonomy.py)."""

    def __init__(self) -> None:
        items = json.loads((DATA / "domains.json").read_text(encoding="utf-8"))
        self.words: Forms = tuple((item["code"], (item["label"], *item["synonyms"])) for item in items)
        self.version = 0


_taxonomy = _Taxonomy()


def version() -> int:
    """The version of the taxonomy in use; 0 for the one that is shipped."""
    return _taxonomy.version


def use(words: Forms, version: int) -> None:
    """Read by this taxonomy from now on: (code, (label, synonyms…)) of each domain. Side effect: this process."""
    _taxonomy.words, _taxonomy.version = words, version


def build(
    groups: Iterable[tuple[str, list[str]]],
    *,
    weak: Iterable[str] = (),
    upper_only: Iterable[str] = (),
    ordinary: Iterable[str] = (),
) -> Lexicon:
    """Compile groups of equivalent forms, each of a domain; the first form of a group names it."""
    forms: dict[tuple[str, ...], list[Concept]] = defaultdict(list)
    spelt: set[Word] = set()
    for domain, group in groups:
        token, label = _token(group[0]), group[0].lstrip("=")
        for written in group:
            form = written.lstrip("=")
            found = words(form)
            spelt.update(found)
            key = tuple(word.stem for word in found)
            # A synonym of the taxonomy that the lexicon already places in its domain adds nothing.
            if key and not any(concept.domain == domain for concept in forms[key]):
                forms[key].append(Concept(token, label, domain, own=written != form, upper=form in upper_only))
    weak_stems = frozenset(word.stem for written in weak for word in words(written))
    trade = {word for word in spelt if len(word.stem) >= REPAIRED_FROM and word.stem not in weak_stems}
    single = {word.stem for word in trade}
    return Lexicon(
        forms={key: tuple(found) for key, found in forms.items() if found},
        weak=weak_stems,
        longest={key[0]: len(key) for key in sorted(forms, key=len)},
        stems=_by_letter(single),
        spellings=_by_letter({word.folded for word in trade}),
        ordinary=frozenset(word.stem for written in ordinary for word in words(written)) | single,
    )


def _by_letter(known: Iterable[str]) -> dict[str, tuple[str, ...]]:
    return {letter: tuple(found) for letter, found in groupby(sorted(known), key=itemgetter(0))}


def _token(form: str) -> str:
    """A single word is its own stem, so that it meets itself; several are joined, which no stem looks like."""
    found = words(form.lstrip("="))
    return found[0].stem if len(found) == 1 else fold(form.lstrip("=")).replace(" ", "")
