"""Amounts in words, as a commitment form states them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.contexts.words import HIGHEST, in_words

TABLE = [
    (0, "zéro euro"),
    (1, "un centime"),
    (80, "quatre-vingts centimes"),
    (1_00, "un euro"),
    (2_00, "deux euros"),
    (16_00, "seize euros"),
    (17_00, "dix-sept euros"),
    (21_00, "vingt et un euros"),
    (22_00, "vingt-deux euros"),
    (61_00, "soixante et un euros"),
    (70_00, "soixante-dix euros"),
    (71_00, "soixante et onze euros"),
    (72_00, "soixante-douze euros"),
    (79_00, "soixante-dix-neuf euros"),
    (80_00, "quatre-vingts euros"),
    (81_00, "quatre-vingt-un euros"),
    (90_00, "quatre-vingt-dix euros"),
    (91_00, "quatre-vingt-onze euros"),
    (99_00, "quatre-vingt-dix-neuf euros"),
    (100_00, "cent euros"),
    (101_00, "cent un euros"),
    (180_00, "cent quatre-vingts euros"),
    (200_00, "deux cents euros"),
    (201_00, "deux cent un euros"),
    (1_000_00, "mille euros"),
    (1_001_00, "mille un euros"),
    (2_000_00, "deux mille euros"),
    (80_000_00, "quatre-vingt mille euros"),
    (200_000_00, "deux cent mille euros"),
    (999_999_99, "neuf cent quatre-vingt-dix-neuf mille neuf cent quatre-vingt-dix-neuf euros et "
     "quatre-vingt-dix-neuf centimes"),
    (1_000_000_00, "un million d'euros"),
    (1_000_001_00, "un million un euros"),
    (80_000_000_00, "quatre-vingts millions d'euros"),
    (2_200_000_000_00, "deux milliards deux cents millions d'euros"),
    (120_000_01, "cent vingt mille euros et un centime"),
]  # fmt: skip


@pytest.mark.parametrize(("cents", "said"), TABLE)
def test_an_amount_is_said_in_words(cents: int, said: str) -> None:
    assert in_words(cents) == said


@pytest.mark.parametrize("cents", [-1, HIGHEST * 100])
def test_an_amount_out_of_reach_is_refused(cents: int) -> None:
    with pytest.raises(ValueError, match="hors de portée"):
        in_words(cents)


UNITS = {word: value for value, word in enumerate(
    "zéro un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize".split()
)} | {"vingt": 20, "vingts": 20, "trente": 30, "quarante": 40, "cinquante": 50, "soixante": 60}  # fmt: skip
SCALES = {"mille": 1000, "million": 10**6, "millions": 10**6, "milliard": 10**9, "milliards": 10**9}


def value_of(said: str) -> int:
    """An independent reading of the words: « quatre-vingt » multiplies, a scale closes what came before it."""
    total = group = 0
    for word in said.replace("-", " ").replace(" et ", " ").split():
        if word in ("vingt", "vingts") and group % 100 == 4:
            group += 76
        elif word in ("cent", "cents"):
            group = (group or 1) * 100
        elif word in SCALES:
            total, group = total + (group or 1) * SCALES[word], 0
        else:
            group += UNITS[word]
    return total + group


@given(st.integers(0, HIGHEST - 1))
def test_the_words_say_the_number(euros: int) -> None:
    said = in_words(euros * 100)
    number = said.replace(" d'euros", "").replace(" euros", "").replace(" euro", "")
    assert value_of(number) == euros
