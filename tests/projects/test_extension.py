"""A longer duration by amendment: recorded with its reason and proof, it moves what depends on the end."""

from __future__ import annotations

import datetime as dt
import html
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from procurement import clock
from procurement.letters import Letter
from procurement.models import Role
from procurement.workflow import Blocked, Refused
from projects.actions.extensions import record_extension
from projects.actions.orders import decide_renewal, record_order, set_term
from projects.consultation.reading import amendments
from projects.journal import verify
from projects.models import Amendment, ContractTerm, Event, Project
from tests.makers import coordinator_of, holder, make_body, make_project

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 5, 20)
ONE = {"starts_on": DAY, "firm_months": 12, "renewals": 0, "renewal_months": 0, "notice_months": 0, "tacit": True}


def project_in(state: str, term: dict[str, Any] | None = None, **fields: Any) -> Project:
    with clock.at(DAY):
        bodies = [make_body() for _ in range(2)]
        for body in bodies:
            holder(body, Role.AGENT)
        project = make_project(state, bodies=bodies, **fields)
        if term is not None:
            set_term(project, actor=coordinator_of(project), **{**ONE, "long_reason": "", **term})
    return project


def extend(project: Project, day: dt.date = DAY, **given: Any) -> Amendment:
    facts = {"extends": "both", "months": 6, "effective_on": day, "reason": "La recette dure.", "note": "avenant reçu"}
    facts |= {"ground": "clause", "seen": True} if given.get("extends", "both") != "convention" else {}
    with clock.at(day):
        return record_extension(project, actor=coordinator_of(project), **{**facts, **given})


def fresh(project: Project) -> Project:
    return Project.objects.get(pk=project.pk)


@pytest.mark.parametrize("state", ["constituted", "tender", "running"])
def test_the_convention_lasts_longer(state: str) -> None:
    project = project_in(state)
    made = extend(project, extends="convention")
    assert fresh(project).duration_months == 54
    assert (made.months, made.months_before, made.contract_ends_on, made.body) == (6, 48, None, None)
    assert [item.title for item in amendments(fresh(project))] == ["Prolongation de 6 mois"]
    assert Event.objects.filter(project=project).order_by("-position")[0].step == "amendment"
    other = fresh(project).participations.exclude(body=project.lead_body).get().body
    assert Letter.objects.filter(user=holder(other).user, code="extended").count() == 1
    assert verify().fault == ""


def test_orders_renewals_and_reminders_follow_the_new_end_of_the_contract() -> None:
    project = project_in("running", {})
    made = extend(project, extends="contract")
    term = ContractTerm.objects.get()
    assert made.contract_ends_on == term.term.ends() == dt.date(2027, 11, 19)
    assert fresh(project).duration_months == 48  # the convention keeps its own
    client = Client()
    client.force_login(project.coordinator)
    with clock.at(DAY):
        pages = [client.get(f"/projets/{project.reference}/{page}") for page in ("calendrier/", "calendrier.ics")]
    assert "19 novembre 2027" in pages[0].content.decode()
    assert "20271119" in pages[1].content.decode()
    row = project.listed_participations()[0]
    late = dt.date(2027, 8, 1)  # after the first end, before the new one
    with clock.at(late):
        given = {"reference": "BC-1", "ordered_on": late, "amount_cents": 1_00, "lot": project.lots.first()}
        assert record_order(row, actor=holder(row.body), **given).pk


def test_both_at_once() -> None:
    project = project_in("running", {})
    extend(project)
    assert fresh(project).duration_months == 54
    assert ContractTerm.objects.get().term.months == 18


def test_a_form_sent_twice_extends_once() -> None:
    project = project_in("running", {})
    assert extend(project) == extend(project)
    assert fresh(project).duration_months == 54
    assert Event.objects.filter(project=project, step="amendment").count() == 1


AGAIN = {"renewals": 1, "renewal_months": 12}
REFUSED: list[tuple[str, dict[str, Any] | None, dict[str, Any], str]] = [
    ("running", {}, {"months": 0}, "un mois de plus"),
    ("running", {}, {"months": 109}, "120 mois au plus"),
    ("running", {}, {"reason": " "}, "un motif"),
    ("running", {}, {"note": " "}, "la preuve"),
    ("running", {}, {"ground": ""}, "le fondement"),
    ("running", {}, {"effective_on": dt.date(2099, 1, 1)}, "qui ne soit pas à venir"),
    ("running", {}, {"seen": False}, "la lecture des avertissements"),
    ("running", None, {}, "la durée du marché"),
    ("running", AGAIN, {}, "la décision sur la reconduction n° 1"),
    ("tender", None, {}, "un marché en cours d'exécution"),
    ("running", {}, {"extends": "convention", "ground": "clause"}, "la prolongation du marché"),
    ("running", {}, {"extends": "convention", "added_cents": 1}, "la prolongation du marché"),
]


@pytest.mark.parametrize(("state", "term"), [("running", {}), ("running", None), ("running", AGAIN), ("tender", None)])
def test_an_extension_that_is_not_sound_is_refused(state: str, term: dict[str, Any] | None) -> None:
    project = project_in(state, term)
    for given, missing in [row[2:] for row in REFUSED if row[:2] == (state, term)]:
        with pytest.raises(Blocked, match=missing):
            extend(project, **given)
    assert not Amendment.objects.exists()
    assert fresh(project).duration_months == 48


def test_a_contract_that_is_over_is_not_extended_and_one_whose_renewals_are_decided_is() -> None:
    project = project_in("running", AGAIN)
    with clock.at(DAY):
        decide_renewal(project, actor=coordinator_of(project), number=1, renewed=False)
    with pytest.raises(Blocked, match="ensuite on ne le prolonge plus"):
        extend(project, dt.date(2027, 5, 20))
    assert extend(project, dt.date(2027, 5, 19)).contract_ends_on == dt.date(2027, 11, 19)


@pytest.mark.parametrize("state", ["agreement", "closed"])
def test_what_is_not_signed_or_is_over_is_not_extended_by_amendment(state: str) -> None:
    project = project_in(state)
    with pytest.raises(Refused):
        extend(project, extends="convention")


def test_the_coordinator_alone_records_it() -> None:
    project = project_in("running", {})
    lead = project.lead_body
    assert lead is not None
    facts = {"extends": "convention", "months": 1, "effective_on": DAY, "reason": "x", "note": "x"}
    with pytest.raises(PermissionDenied):
        record_extension(project, actor=holder(lead, Role.LEGAL), **facts)


def test_the_page_shows_the_warnings_before_it_records() -> None:
    project = project_in("running", {})
    client = Client()
    client.force_login(project.coordinator)
    page = f"/projets/{project.reference}/consultation/prolongation/"
    data = {"extends": "both", "months": "6", "effective_on": DAY.isoformat(), "ground": "slight", "added_cents": ""}
    data |= {"reason": "La recette dure.", "note": "avenant reçu"}
    with clock.at(DAY):
        assert "J'ai lu" not in html.unescape(client.get(page).content.decode())
        answer = client.post(page, data)
        assert answer.status_code == 422
        assert "À confirmer par un juriste" in answer.content.decode()
        assert "J'ai lu les avertissements" in html.unescape(answer.content.decode())
        assert not Amendment.objects.exists()
        assert client.post(page, {**data, "seen": "on"}).status_code == 302
    assert Amendment.objects.get().ground == "slight"
    assert "Prolongation de 6 mois" in client.get(f"/projets/{project.reference}/consultation/").content.decode()
