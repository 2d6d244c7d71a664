"""Finding: needs by their words whatever the spelling, projects without accents, one page over both."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from procurement import clock
from procurement.folding import Fold
from procurement.models import Body
from procurement.text import fold
from projects.enums import NeedState, ProjectState, Route
from projects.models import Domain, Need, Project, Solution
from tests.makers import coordinator_of, make_body, make_need, make_project, make_steward, member
from tests.projects.need_pages import CANARIES, CANARY, sign_in, text_of

pytestmark = pytest.mark.django_db


def titles(response: Any) -> list[str]:
    return [row.title for row in response.context["page"]]


def groups(response: Any) -> dict[str, list[str]]:
    return {group["title"]: [item["title"] for item in group["items"]] for group in response.context["groups"]}


# Needs ----------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "words", ["cimetières", "CIMETIERE", "concesions", "concess", "tombe", "B-2026-{}", "cimetiere tombes"]
)
def test_a_need_is_found_by_stem_without_accents_misspelt_or_by_reference(words: str) -> None:
    wanted = make_need(
        NeedState.PUBLISHED, title="Plan du cimetière", description="Suivre les concessions et les tombes, par allée."
    )
    make_need(NeedState.PUBLISHED, title="Paie des agents", description="Bulletins, carrières et cotisations du mois.")
    words = wanted.reference.lower() if "{}" in words else words
    assert titles(sign_in(member()).get("/besoins/", {"q": words})) == [wanted.title]


def test_an_abbreviation_of_the_trade_is_read() -> None:
    make_need(NeedState.PUBLISHED, title="Gestion des ressources humaines", description="Paie, carrières, absences.")
    assert titles(sign_in(member()).get("/besoins/?q=SIRH")) == ["Gestion des ressources humaines"]


def test_the_window_of_contract_ends_shows_ones_own_needs_only() -> None:
    mine, theirs = member(), member()
    soon, late = clock.today() + dt.timedelta(days=100), clock.today() + dt.timedelta(days=500)
    for owner, day, title in ((mine, soon, "Bientôt"), (mine, late, "Plus tard"), (theirs, soon, "Chez eux")):
        make_need(NeedState.PUBLISHED, body=owner.body, by=owner, title=title, contract_end=day)
    browser = sign_in(mine)
    found = {months: titles(browser.get(f"/besoins/?fin={months}")) for months in ("6", "24", "999")}
    assert found == {"6": ["Bientôt"], "24": ["Plus tard", "Bientôt"], "999": ["Chez eux", "Plus tard", "Bientôt"]}
    assert titles(sign_in(make_steward()).get("/besoins/?fin=24")) == []


# Projects -------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("text", ["État civil", "  ÉTÉ—à l'Œuvre ", "ß æ Æ", "100 %", "", "日本", "e\u0301te"])
def test_the_database_folds_as_we_do(text: str) -> None:
    make_body("Une seule")
    Body.objects.update(name=text or " ")
    assert Body.objects.values_list(Fold("name"), flat=True).get() == fold(text)


def test_projects_are_found_without_accents_by_stem_by_domain_and_by_department() -> None:
    one = make_project(title="Œuvres et cimetières", object="Concessions funéraires", route=Route.SHARED_DEVELOPMENT)
    two = make_project(title="Portail des familles", object="Cantines")
    Need.objects.filter(project=two).update(domain=Domain.objects.get(code="enfance"))
    Body.objects.filter(pk=two.lead_body_id).update(department="2A")
    browser = sign_in(member())
    expected = {
        "q=OEUVRES": [one],
        "q=cimetiere": [one],
        "q=familles portails": [two],
        f"q={one.reference.lower()}": [one],
        "q=100%25": [],
        "q=%25": [],
        "q=_": [],
        "domaine=enfance": [two],
        "departement=2a": [two],
        "domaine=zzz": [],
        f"voie={one.route}&q=funeraire": [one],
        "": [two, one],
    }
    assert {query: browser.get(f"/projets/?{query}").context["page"].rows for query in expected} == expected


# One page -------------------------------------------------------------------------------------------------------------
def test_one_page_finds_needs_and_projects_and_leads_to_the_whole_lists() -> None:
    project = make_project(title="Cimetières de la vallée")
    for number in range(10):
        make_need(NeedState.PUBLISHED, title=f"Cimetière {number}", domain=Domain.objects.get(code="cimetieres"))
    browser = sign_in(member())
    for query in ("q=cimetieres", "q=cimetieres&domaine=cimetieres", "domaine=cimetieres&departement=38"):
        response = browser.get(f"/recherche/?{query}")
        found = groups(response)
        assert len(found["Besoins"]) == 8
        more = response.context["groups"][0]["more"]
        assert more == f"/besoins/?{query}"
        assert more.replace("&", "&amp;") in response.content.decode()
        assert len(titles(browser.get(more))) == 10
    assert groups(browser.get("/recherche/?q=cimetieres"))["Projets"] == [project.title]
    assert groups(browser.get(f"/recherche/?q={project.reference}"))["Projets"] == [project.title]


def test_the_catalogue_is_searched_too_and_left_out_by_the_filters_it_does_not_know() -> None:
    Solution.objects.create(reference="zebu-1", name="Zébulon", purpose="Compter les zébus", publisher="Collectif")
    browser = sign_in(member())
    assert groups(browser.get("/recherche/?q=zebus")) == {"Besoins": [], "Projets": [], "Catalogue": ["Zébulon"]}
    assert "openCimetière" in groups(browser.get("/recherche/?q=cimetieres"))["Catalogue"]
    assert set(groups(browser.get("/recherche/?q=zebus&departement=38"))) == {"Besoins", "Projets"}
    assert set(groups(browser.get(f"/recherche/?voie={Route.GROUPED_PURCHASE}"))) == {"Besoins", "Projets"}


def test_state_route_and_contract_end_narrow_what_they_can() -> None:
    mine, theirs = member(), member()
    soon = clock.today() + dt.timedelta(days=100)
    for owner, title in ((mine, "Chez nous"), (theirs, "Chez eux")):
        make_need(NeedState.PUBLISHED, body=owner.body, by=owner, title=title, contract_end=soon)
    project = make_project(ProjectState.CALL, title="Ensemble", route=Route.SHARED_DEVELOPMENT)
    pooled = [need.title for need in project.needs.all()]
    browser = sign_in(mine)
    found = {
        query: groups(browser.get(f"/recherche/?{query}"))
        for query in ("etat=published", "etat=call", "fin=6", "voie=shared_development")
    }
    assert found["etat=published"] == {"Besoins": ["Chez eux", "Chez nous"]}
    assert found["etat=call"] == {"Projets": ["Ensemble"]}
    assert found["fin=6"] == {"Besoins": ["Chez nous"]}  # others' ends are confidential
    assert found["voie=shared_development"] == {"Besoins": pooled, "Projets": ["Ensemble"]}
    Need.objects.filter(pk=project.needs.first().pk).update(contract_end=soon)  # type: ignore[union-attr]
    coordinator = sign_in(coordinator_of(project))
    assert groups(coordinator.get("/recherche/?fin=6"))["Besoins"] == pooled[:1]


def test_the_page_without_a_question_only_asks() -> None:
    make_need(NeedState.PUBLISHED)
    assert "groups" not in sign_in(member()).get("/recherche/").context


@pytest.mark.parametrize("query", ["q=%00", f"q={'x' * 200}", "domaine=zzz", "departement=999999", "voie=zzz", "q=%27"])
def test_a_wrong_question_says_so_and_breaks_nothing(query: str) -> None:
    make_project()
    assert sign_in(member()).get(f"/recherche/?{query}").status_code == 200


def test_only_members_search() -> None:
    owner = member()
    draft = make_need(body=owner.body, by=owner, title="Zébus", description="Des zébus en nombre dans le pré communal.")
    assert groups(sign_in(owner).get("/recherche/?q=zebus&departement=38"))["Besoins"] == [draft.title]
    for reader in (member(), make_steward()):
        for query in ("q=zebus", "q=zebus&departement=38", f"q={draft.reference}"):
            assert groups(sign_in(reader).get(f"/recherche/?{query}"))["Besoins"] == []
    assert sign_in(owner).get("/recherche/?q=zebus").status_code == 200
    assert owner.user is not None
    owner.user.memberships.all().delete()
    assert sign_in(owner).get("/recherche/?q=zebus").status_code == 403


def test_confidential_fields_answer_no_search() -> None:
    make_need(NeedState.PUBLISHED, **CANARIES)
    for stranger in (member(), make_steward(), member(make_body(kind="partenaire"))):
        for query in ("q=canari-editeur", "q=9876543210", "q=2031-07-14", "q=logiciel", "fin=24", "departement=38"):
            for page in ("/besoins/", "/projets/", "/recherche/"):
                text = text_of(sign_in(stranger).get(f"{page}?{query}"))
                asked = query.partition("=")[2]
                assert not CANARY.search(text.replace(f'value="{asked}"', "").replace(asked, "")), (page, query)


@pytest.mark.parametrize("page", ["/recherche/?q=logiciel", "/recherche/?q=civil&departement=38", "/projets/?q=civil"])
def test_a_search_costs_the_same_with_few_and_many_rows(page: str) -> None:
    browser, counts = sign_in(member()), []
    for more in (1, 2):
        for _ in range(more):
            make_project(ProjectState.FRAMING)
            make_need(NeedState.PUBLISHED)
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(page).status_code == 200
        counts.append(len(queries))
    assert counts[1] <= counts[0] <= 20  # with few rows, titles are not enough and one more question is asked
    assert Project.objects.count() == 3
