"""What the parties are called: as their agreement has it in what they sign, as buyers in what candidates read."""

from __future__ import annotations

from typing import Any

import pytest

from tests.documents import makers
from tests.documents.tender import READERS

SHARED = {"route": "shared_development", "threshold_cents": 100_000_00, "mandate": "M1", "cao": "grouping"}
PROJECTS: dict[str, dict[str, Any]] = {
    "purchase": {"cao": "grouping"},
    "grouping": {**SHARED, "vehicle": "grouping", "mandate": "M2"},
    "co-funding": {**SHARED, "vehicle": "co_funding"},
    "cooperation": {**SHARED, "vehicle": "cooperation"},
}
COORDINATOR, LEADER = ["Commune 001 Coordonnateur", "Commune 002 Membre"], ["Commune 001 Chef de file", "Partenaire"]
GROUPING_SITS = ["commission d'appel d'offres du groupement"]
ALONE: dict[str, tuple[list[str], list[str]]] = {  # kind → said, unsaid where the lead body of an agreement buys alone
    "consultation-rules": (
        ["Commune Chef de file", "Commune Partenaire", "La commission d'appel d'offres du chef de file choisit"],
        ["oordonnateur", *GROUPING_SITS, "Membre"],
    ),
    "award-minutes": (
        ["commission d'appel d'offres de Commune 001, chef de file"],
        ["oordonnateur", *GROUPING_SITS],
    ),
    "notification-letter": (
        ["Partenaires : Commune 001, Commune 002 et Commune 003."],
        ["oordonnateur", "Membres du groupement", "donne la part de chacun"],
    ),
    "price-schedule": (["Réversibilité, pour l'ensemble des organismes"], ["oordonnateur", "groupement"]),
    "deliberation": (
        ["La commission d'appel d'offres compétente est celle de Commune 001"],
        ["Sont élus", *GROUPING_SITS],
    ),
    "convention": (["Annexe 1. Partenaires", *LEADER], ["oordonnateur", "membre", *GROUPING_SITS]),
    "financial-annex": (["Annexe 1. Partenaires", *LEADER], ["oordonnateur", "embre"]),
    "needs-annex": (["Somme des parts et des maxima"], ["oordonnateur", "embre"]),
    "certificate": (LEADER, ["oordonnateur", "Membre"]),
}
GROUPED = {  # kind → said of a grouped purchase, said of an agreement that has a grouping
    "consultation-rules": (["Commune Coordonnateur", "Commune Membre"], ["Commune Coordonnateur", "Commune Membre"]),
    "award-minutes": (GROUPING_SITS, GROUPING_SITS),
    "notification-letter": (["Membres du groupement : Commune 001"], ["Membres du groupement : Commune 001"]),
    "convention": (["Annexe 1. Membres du groupement", *COORDINATOR], ["Annexe 1. Partenaires", *LEADER]),
    "certificate": (COORDINATOR, LEADER),
}


def said(name: str, code: str, form: str = "odt") -> str:
    """The words of a document of that project."""
    return READERS[form](makers.issued(makers.dossier(3, **PROJECTS[name]), code))


@pytest.mark.parametrize("name", ["co-funding", "cooperation"])
@pytest.mark.parametrize("code", ALONE)
def test_a_lead_body_that_buys_alone_is_no_coordinator_of_a_grouping(name: str, code: str) -> None:
    text = said(name, code)
    assert [word for word in ALONE[code][0] if word not in text] == []
    assert [word for word in ALONE[code][1] if word in text] == []


@pytest.mark.parametrize("code", ["consultation-rules", "award-minutes", "notification-letter", "certificate"])
def test_the_same_in_the_pdf(code: str) -> None:
    text = said("co-funding", code, "pdf")
    assert [word for word in ALONE[code][0] if word not in text] == []
    assert [word for word in ALONE[code][1] if word in text] == []


@pytest.mark.parametrize("code", GROUPED)
def test_a_grouping_keeps_its_words_and_the_agreement_that_has_one_both(code: str) -> None:
    for name, expected in zip(("purchase", "grouping"), GROUPED[code], strict=True):
        assert [word for word in expected if word not in said(name, code)] == [], name
