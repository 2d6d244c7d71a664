"""A release that prints more, or calls the parties otherwise, puts no issue out of date; a fact that changed does."""

from __future__ import annotations

import copy
from typing import Any

from documents.catalogue import kind_of
from documents.changes import as_issued, changes
from documents.contexts.subject import Subject
from documents.printing import context_of, digest
from projects.dossier import Dossier
from tests.documents import makers


def context(facts: Dossier) -> dict[str, Any]:
    """What an issue of today would store."""
    return context_of(kind_of("convention", facts.route), Subject(facts))


def older(facts: Dossier) -> dict[str, Any]:
    """The same as an issue of an older release stored it: fewer fields, the words of a grouping."""
    found = copy.deepcopy(context(facts))
    for name in ("schedule", "shared_development"):
        del found[name]
    for row in found["maxima"]:
        del row["estimate"]
    for party in found["parties"]:
        party["role"] = "Coordonnateur" if party["is_lead"] else "Membre"
    return found


SHARED = makers.dossier(3, route="shared_development", vehicle="co_funding")


def test_what_was_issued_by_an_older_release_still_says_what_is_so() -> None:
    issued = older(SHARED)
    assert digest(as_issued(issued, context(SHARED))) == digest(issued)


def test_a_fact_that_changed_is_still_told() -> None:
    parties = (SHARED.parties[0], makers.party(2, population=4), makers.party(4))
    issued, today = (
        older(SHARED),
        context(makers.dossier(route="shared_development", vehicle="co_funding", parties=parties)),
    )
    found = {change.label for change in changes(issued, as_issued(issued, today))}
    assert any("Population" in label for label in found)
    assert any("Commune 004" in label for label in found)
    assert not any("Rôle" in label or "Estimation" in label or "chéancier" in label for label in found)


def test_who_leads_is_a_fact() -> None:
    parties = tuple(makers.party(number, is_lead=number == 2) for number in (1, 2, 3))
    today = context(makers.dossier(route="shared_development", vehicle="co_funding", parties=parties))
    issued = older(SHARED)
    assert any("Coordonnateur" in change.label for change in changes(issued, as_issued(issued, today)))
