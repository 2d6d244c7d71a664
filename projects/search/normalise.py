"""A French text as a search sees it: stems, misspellings of the trade repaired, abbreviations read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from projects.search.french import Word, words
from projects.search.lexicon import Concept, Lexicon, lexicon

NO_DOMAIN = "autre"


@dataclass(frozen=True)
class Unit:
    """One thing said: a word, or several that mean one thing of the trade. Any of `tokens` stands for it."""

    tokens: tuple[str, ...]  # what is compared; several when an abbreviation has several meanings
    written: tuple[str, ...]  # the stems as they were written
    label: str  # as it was written, or the name of what it means
    weak: bool = False


@dataclass(frozen=True)
class Reading:
    """What a text says. `tokens` are compared, `written` are further words that a search may also find."""

    units: tuple[Unit, ...]
    votes: Mapping[str, int] = field(default_factory=dict)  # how many of its words belong to each domain

    @property
    def tokens(self) -> tuple[str, ...]:
        """Each once, in order."""
        return tuple(dict.fromkeys(token for unit in self.units for token in unit.tokens))

    @property
    def written(self) -> tuple[str, ...]:
        """Stems that were read as something else."""
        known = set(self.tokens)
        return tuple(dict.fromkeys(stem for unit in self.units for stem in unit.written if stem not in known))

    @property
    def labels(self) -> dict[str, str]:
        """How to name each token to the reader."""
        return {token: unit.label for unit in reversed(self.units) for token in unit.tokens}


@dataclass
class _Reader:
    lexicon: Lexicon
    domain: str
    votes: Counter[str] = field(default_factory=Counter)

    def units(self, found: Sequence[Word]) -> Iterator[Unit]:
        """The longest form of the trade at each place, else the word itself."""
        stems = [self.lexicon.repair(word) for word in found]
        place = 0
        while place < len(found):
            length, concepts = self._form(found, stems, place)
            written = found[place : place + length]
            yield self._unit(concepts, written, stems[place])
            place += length

    def _form(self, found: Sequence[Word], stems: list[str], place: int) -> tuple[int, tuple[Concept, ...]]:
        longest = self.lexicon.longest.get(stems[place], 0)
        for length in range(min(longest, len(found) - place), 0, -1):
            concepts = self.lexicon.read(tuple(stems[place : place + length]), found[place].surface, self.domain)
            if concepts:
                return length, concepts
        return 1, ()

    def _unit(self, concepts: tuple[Concept, ...], written: Sequence[Word], stem: str) -> Unit:
        as_written = tuple(word.stem for word in written)
        if not concepts:
            return Unit((stem,), as_written, written[0].surface.lower(), weak=stem in self.lexicon.weak)
        self.votes.update({concept.domain for concept in concepts} - {NO_DOMAIN})
        return Unit(tuple(dict.fromkeys(concept.token for concept in concepts)), as_written, concepts[0].label)


def read(text: str, domain: str = "") -> Reading:
    """What `text` says, in a need of the functional domain `domain` when it is known. Pure."""
    reader = _Reader(lexicon(), domain)
    return Reading(tuple(reader.units(words(text))), reader.votes)


def evoked(*readings: Reading) -> list[str]:
    """The domains that these texts speak of most; several when they are level."""
    votes: Counter[str] = Counter()
    for reading in readings:
        votes.update(reading.votes)
    most = max(votes.values(), default=0)
    return sorted(code for code, count in votes.items() if count == most)


def normalise(text: str, domain: str = "") -> tuple[str, ...]:
    """The tokens of a text, each once, in order: what is the same need has the same tokens. Pure."""
    return read(text, domain).tokens
