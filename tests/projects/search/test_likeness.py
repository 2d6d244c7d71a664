"""The score, in figures alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.search.likeness import Asked, rarity

TOKENS = st.lists(
    st.sampled_from(["paie", "conge", "logiciel", "cimetier", "tombe", "ged", "visa"]), unique=True, max_size=6
)


def asked(*tokens: str, title: tuple[str, ...] = (), domains: tuple[str, ...] = ()) -> Asked:
    return Asked({token: rarity(2, 100) for token in tokens}, title, frozenset(domains))


@given(TOKENS, TOKENS, TOKENS)
def test_a_score_lies_between_nothing_and_one(wanted: list[str], title: list[str], words: list[str]) -> None:
    assert 0 <= asked(*wanted, title=tuple(wanted[:2]), domains=("d",)).score(title, words, ["d"]) <= 1.000_001


def test_the_same_text_scores_one() -> None:
    assert asked("paie", "conge", title=("paie",), domains=("rh",)).score(["paie"], ["conge"], ["rh"]) == pytest.approx(
        1
    )


def test_nothing_in_common_scores_nothing() -> None:
    assert asked("paie", domains=("rh",)).score(["tombe"], [], ["cimetieres"]) == 0
    assert asked().score([], [], []) == 0


BETTER = {
    "a shared title": ((["paie"], ["visa"]), (["visa"], ["paie"])),
    "two shared words": ((["paie", "conge"], []), (["paie", "visa"], [])),
    "a word of the trade": ((["paie", "visa"], []), (["logiciel", "visa"], [])),
}


@pytest.mark.parametrize(("more", "less"), BETTER.values(), ids=BETTER)
def test_this_weighs_more_than_that(more: tuple[list[str], list[str]], less: tuple[list[str], list[str]]) -> None:
    wanted = asked("paie", "conge", "logiciel", title=("paie", "conge", "logiciel"))
    assert wanted.score(*more, []) > wanted.score(*less, [])


def test_a_rare_word_weighs_more_and_an_unknown_one_does_not_divide_by_zero() -> None:
    assert rarity(1, 100) > rarity(50, 100) > rarity(100, 100) > 0
    assert rarity(0, 0) == 0
