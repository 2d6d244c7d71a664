"""Recall at five on the labelled set, held-out groups apart; the figures are printed with `-rP`."""

from __future__ import annotations

import sys

import pytest

from procurement.access import Actor
from projects.models import Need
from projects.search.api import similar_needs
from tests.makers import member
from tests.projects.search.labelled import AT, DECLARATIONS, Declaration, publish_all, recall


def everything(one: Declaration) -> tuple[str, str]:
    return f"{one.title}\n{one.description}", one.domain


def no_domain(one: Declaration) -> tuple[str, str]:
    return f"{one.title}\n{one.description}", ""


def one_line(one: Declaration) -> tuple[str, str]:
    return f"{one.title}. {one.description}", one.domain


def title_only(one: Declaration) -> tuple[str, str]:
    return one.title, one.domain


QUESTIONS = {  # what is asked, and the least recall that it must reach
    "title, description, domain": (everything, 0.9),
    "the same on one line": (one_line, 0.9),
    "without the domain": (no_domain, 0.85),
    "title and domain, while typing": (title_only, 0.75),
}


@pytest.mark.django_db
def test_recall_at_five_is_high_and_no_need_is_suggested_to_itself() -> None:
    needs, actor = publish_all(), member()
    ids = {need.pk: name for name, need in needs.items()}
    measured = {}
    for label, (question, _) in QUESTIONS.items():
        found = {one.id: _found(*question(one), actor, needs[one.id], ids) for one in DECLARATIONS}
        for held_out in (False, True):
            part = [one for one in DECLARATIONS if one.held_out == held_out]
            measured[label, held_out] = recall(found, part)
    for (label, held_out), share in measured.items():
        groups = "groupes réservés" if held_out else "groupes de réglage"
        sys.stdout.write(f"rappel à {AT}, {label}, {groups} : {share:.3f}\n")
    assert [key for key, share in measured.items() if share < QUESTIONS[key[0]][1]] == []


def _found(text: str, domain: str, actor: Actor, need: Need, ids: dict[int, str]) -> list[str]:
    matches = similar_needs(text, actor=actor, domain=domain, limit=AT, exclude=need)
    found = [ids[match.need.pk] for match in matches]
    assert ids[need.pk] not in found
    return found


def test_the_set_is_large_and_varied_enough() -> None:
    assert len(DECLARATIONS) >= 60
    assert len({one.domain for one in DECLARATIONS}) >= 12
    assert 0.3 <= sum(one.held_out for one in DECLARATIONS) / len(DECLARATIONS) <= 0.4
    assert len({one.id for one in DECLARATIONS}) == len(DECLARATIONS)
