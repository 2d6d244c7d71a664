"""The second demonstration: a shared development driven to its constitution, and what its documents say."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import transaction

from documents.models import Document
from procurement.validators import is_siren
from projects import dossier as dossiers
from projects.dossier import Dossier
from projects.enums import ActKind, ProjectState
from projects.models import Participation, Project
from projects.scenario import load
from tests.conftest import ROOT
from tests.documents import makers, tender, words

pytestmark = pytest.mark.django_db  # the scenario is played in the database
FILE = ROOT / "demo" / "developpement-partage.json"
DATA: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
SDIS, EPCI, DEPARTMENT = DATA["bodies"][0]["siren"], DATA["bodies"][1]["siren"], DATA["bodies"][-1]["siren"]


@pytest.fixture(scope="module")
def loaded(django_db_setup: None, django_db_blocker: Any) -> dict[str, Any]:
    """What the scenario left: state, kinds issued, acts and frozen facts. Leaves no row."""
    with django_db_blocker.unblock(), transaction.atomic():
        project = Project.objects.get(reference=load(DATA))
        version = project.current_version()
        assert version is not None
        found = {
            "state": project.state,
            "again": load(DATA) == project.reference,
            "kinds": set(Document.objects.filter(project=project).values_list("kind", flat=True)),
            "acts": dict(Participation.objects.filter(project=project).values_list("body__siren", "act_kind")),
            "facts": version.facts,
        }
        transaction.set_rollback(True)
    return found


@pytest.fixture(scope="module")
def facts(loaded: dict[str, Any]) -> Dossier:
    """Its frozen facts."""
    return dossiers.from_json(json.loads(json.dumps(loaded["facts"])))


def test_every_body_is_fictitious_and_no_address_is_real() -> None:
    assert all(is_siren(body["siren"]) and body["siren"].startswith("000") for body in DATA["bodies"])
    assert all(person["email"].endswith(".example") for person in DATA["people"])


def test_the_route_is_driven_to_the_constitution_once(loaded: dict[str, Any]) -> None:
    assert loaded["state"] == ProjectState.CONSTITUTED
    assert loaded["again"]
    assert {"convention", "specification", "deliberation", "certificate"} <= loaded["kinds"]
    assert loaded["acts"][EPCI] == ActKind.DECISION
    assert loaded["acts"][SDIS] == ActKind.DELIBERATION


def test_the_subsidy_comes_off_first_and_the_shares_sum_to_the_rest(facts: Dossier) -> None:
    assert [row.amount_cents for row in facts.subsidies] == [50_000_00]
    total = sum(line.amount_cents - line.subsidy_cents for line in facts.cost_lines)
    assert sum(facts.share_of(party.siren) for party in facts.parties) == total == 114_820_01
    assert all(facts.share_of(party.siren) <= (party.maximum_cents or 0) for party in facts.parties)
    assert sum(party.maximum_cents or 0 for party in facts.parties) >= (facts.threshold_cents or 0)


def test_contributions_in_kind_are_counted_at_their_rate(facts: Dossier) -> None:
    in_kind = {party.siren: (party.in_kind_days, party.in_kind_cents) for party in facts.parties if party.in_kind_days}
    assert in_kind == {SDIS: ("40", 15_200_00), DEPARTMENT: ("25.5", 10_455_00)}
    annex = words.of_html(makers.issued_html(facts, "needs-annex"))
    assert "apport en nature : 25,5 jours à 410,00 €, soit 10 455,00 €" in annex


AGREEMENT = [
    "SDIS des Hautes-Combes est chef de file",
    "100 000,00 € HT",
    "10 avril 2026",
    "Fonds régional",
    "coût journalier",
    "président du conseil départemental",
    "président du conseil d'administration",
]


def test_the_agreement_says_who_leads_the_threshold_and_the_money_from_outside(facts: Dossier) -> None:
    text = words.of_html(makers.issued_html(facts))
    assert [word for word in AGREEMENT if word not in text] == []


@pytest.mark.parametrize("code", ["ccap", "commitment-form", "funds-call", "transmission-slip", "decision"])
def test_the_lead_body_signs_and_pays_and_calls_for_funds(facts: Dossier, code: str) -> None:
    page = tender.printed(facts, code, siren=EPCI)
    text = words.of_html(page.html)
    said = {
        "ccap": "SDIS des Hautes-Combes",
        "commitment-form": "Président du conseil d'administration",
        "funds-call": "Appel n°",
        "transmission-slip": "CC du Val d'Orsane n'a pas à le transmettre",
        "decision": "L. 5211-10",
    }
    assert said[code] in text
    if code == "ccap":
        assert [payer["name"] for payer in page.context["invoices"]] == ["SDIS des Hautes-Combes"]


def test_the_plan_of_the_calls_is_frozen_and_printed_with_the_text(facts: Dossier) -> None:
    assert [item.basis_points for item in facts.instalments] == [4_000, 3_333, 2_667]
    text = words.of_html(makers.issued_html(facts))
    assert "appel n° 2, vérification d'aptitude : 33,33 %, à l'admission par le premier site pilote" in text
