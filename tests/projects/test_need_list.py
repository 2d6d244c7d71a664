"""The list of needs: filters in the address, pages, the same cost for one row and for many."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from procurement.models import Body
from projects.enums import NeedState
from projects.models import Domain
from tests.makers import make_body, make_need, make_steward, member
from tests.projects.need_pages import CREATE, address, sign_in, text_of

pytestmark = pytest.mark.django_db


# Finding --------------------------------------------------------------------------------------------------------------
def titles(response: Any) -> list[str]:
    return [need.title for need in response.context["page"]]


def test_the_list_is_narrowed_by_a_shareable_address() -> None:
    cemetery = Domain.objects.get(code="cimetieres")
    make_need(NeedState.PUBLISHED, title="Plan du cimetière", domain=cemetery)
    make_need(NeedState.MET, title="Logiciel d'état civil")
    away = make_body("Ajaccio")
    Body.objects.filter(pk=away.pk).update(department="2A")
    make_need(NeedState.PUBLISHED, title="Logiciel des élections", body=away)
    browser = sign_in(member())
    expected = {
        "": ["Logiciel des élections", "Logiciel d'état civil", "Plan du cimetière"],
        "?domaine=cimetieres": ["Plan du cimetière"],
        "?departement=2a": ["Logiciel des élections"],
        "?departement= 38 &q=cimetieres": ["Plan du cimetière"],
        "?etat=met": ["Logiciel d'état civil"],
        "?etat=draft": [],
        "?q=logiciel élec": ["Logiciel des élections"],
        "?q=zzz": [],
    }
    assert {query: titles(browser.get(f"/besoins/{query}")) for query in expected} == expected


@pytest.mark.parametrize(
    "query",
    ["domaine=zzz", "departement=999999", "etat=frozen", "q=%00", f"q={'x' * 200}", "domaine=%00", "apres=forged"],
)
def test_a_wrong_filter_says_so_and_breaks_nothing(query: str) -> None:
    make_need(NeedState.PUBLISHED)
    response = sign_in(member()).get(f"/besoins/?{query}")
    assert response.status_code == 200
    assert len(titles(response)) == 1
    assert ("field-error" in text_of(response)) == (not query.startswith("apres"))


def test_ones_own_drafts_are_in_the_list_and_marked() -> None:
    agent = member()
    make_need(body=agent.body, by=agent)
    make_need(NeedState.WITHDRAWN, body=agent.body, by=agent, title="Retiré")
    page = sign_in(agent).get("/besoins/")
    assert titles(page) == ["Logiciel d'état civil"]
    assert "tag-draft" in text_of(page)
    assert titles(sign_in(agent).get("/besoins/?etat=withdrawn")) == ["Retiré"]


def test_an_empty_list_invites_those_who_may_declare() -> None:
    assert CREATE in text_of(sign_in(member()).get("/besoins/?q=rien")).split("<main")[1]
    for reader in (make_steward(), member(make_body(kind="partenaire"))):
        assert CREATE not in text_of(sign_in(reader).get("/besoins/?q=rien"))
        assert sign_in(reader).get(CREATE).status_code == 403


def test_the_list_goes_on_page_after_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("projects.views.needs.PAGE_SIZE", 2)
    agent = member()
    for number in range(5):
        make_need(NeedState.PUBLISHED, body=agent.body, by=agent, title=f"Logiciel {number}")
    browser, seen, query = sign_in(member()), [], "?q=logiciel"
    while query:
        response = browser.get(f"/besoins/{query}")
        seen += titles(response)
        query = response.context["page"].next_url
        assert not query or "q=logiciel" in query
    assert seen == [f"Logiciel {number}" for number in reversed(range(5))]


@pytest.mark.parametrize("page", ["/besoins/", "/besoins/?q=logiciel&domaine=etat-civil"])
def test_the_list_costs_the_same_with_one_and_three_rows(page: str) -> None:
    browser = sign_in(member())
    counts = []
    for more in (1, 2):
        for _ in range(more):
            make_need(NeedState.PUBLISHED)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert browser.get(page).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("below", ["", "modifier/"])
def test_a_need_costs_the_same_with_one_and_many_rows(below: str) -> None:
    agent = member()
    counts = []
    for size in (1, 4):
        rows = [{"chapter": f"Chapitre {n}", "text": "Texte", "priority": "must", "source": ""} for n in range(size)]
        volumes = [{"label": f"v{n}", "quantity": 1, "unit": "u", "year": None} for n in range(size)]
        need = make_need(body=agent.body, by=agent, requirements=rows, volumes=volumes)
        browser = sign_in(agent)
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(address(need, below)).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
