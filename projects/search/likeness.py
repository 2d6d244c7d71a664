"""How alike a text and an entry are, in figures. Pure: what few needs hold weighs, in a title above all."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from projects.search.lexicon import lexicon

IN_TITLE = 2.0  # a word of a title says more than one of a description
WEAK = 0.1  # « logiciel », « remplacer » are in every need
OF_WORDS, OF_DOMAIN = 0.8, 0.2  # shares of the score


@dataclass(frozen=True)
class Asked:
    """What is looked for: how rare each of its tokens is, which are in its title, and its domains (as tokens)."""

    rarities: Mapping[str, float]
    title: Collection[str] = ()
    domains: frozenset[str] = frozenset()
    factors: Mapping[str, float] = field(init=False)
    norm: float = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "factors", factors(self.rarities, self.title))
        object.__setattr__(self, "norm", math.hypot(*(self.weight(token) for token in self.rarities)))

    def weight(self, token: str) -> float:
        """How much this token matters in what is asked."""
        return self.rarities[token] * self.factors[token]

    def score(self, title: Collection[str], words: Collection[str], domains: Collection[str]) -> float:
        """From 0 (nothing in common) to 1: the cosine of the two texts, and the share of domains in common.

        The rarity of the words that only the entry holds is not looked up: they are taken as rare as those asked.
        """
        held = factors([*title, *words], title)
        shared = sum(
            self.rarities[token] * self.weight(token) * factor
            for token, factor in held.items()
            if token in self.rarities
        )
        mean = math.hypot(*self.rarities.values()) / math.sqrt(len(self.rarities) or 1)
        cosine = shared / ((self.norm * mean * math.hypot(*held.values())) or 1.0)
        either = self.domains | set(domains)
        return OF_WORDS * min(1.0, cosine) + OF_DOMAIN * len(self.domains & set(domains)) / (len(either) or 1)


def factors(tokens: Collection[str], title: Collection[str]) -> dict[str, float]:
    """How much each token counts by where it stands and by what it says."""
    weak, first = lexicon().weak, set(title)
    return {token: (IN_TITLE if token in first else 1.0) * (WEAK if token in weak else 1.0) for token in tokens}


def rarity(needs: int, total: int) -> float:
    """The weight of a word that `needs` of `total` needs hold."""
    return math.log(1 + total / max(1, needs))
