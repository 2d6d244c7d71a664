"""The catalogue: what is shipped, found, added, used; and what a need shows of it."""

from __future__ import annotations

from typing import Any

import pytest

from procurement.models import Role
from projects.catalogue.solutions import install_solutions, shipped
from projects.models import Domain, Solution, Usage
from tests.house.browser import Browser
from tests.makers import make_body, make_need, make_project, make_steward, member
from tests.projects.need_pages import address, sign_in, text_of

pytestmark = pytest.mark.django_db
NEW = "/catalogue/nouveau/"


def add(actor: Any, **fields: Any) -> Any:
    values = {"name": "Logiciel Cimetière", "publisher": "Éditeur SA", "free": "non", **fields}
    return sign_in(actor).submit(NEW, values)


def test_the_catalogue_is_shipped_and_installing_again_changes_nothing() -> None:
    assert sum(1 for solution, _ in shipped() if solution.origin != "openMairie") >= 252
    assert Solution.objects.filter(reference__startswith="sill-").count() == 240
    count = Solution.objects.count()
    assert count >= 252
    Solution.objects.filter(reference="sill-1").update(name="7-Zip")
    install_solutions()
    assert Solution.objects.count() == count
    assert Solution.objects.get(reference="sill-1").name == "7-Zip"
    assert not Solution.objects.filter(domains=None).exists()


def test_anybody_reads_the_catalogue_but_only_members_see_who_uses_what() -> None:
    solution = Solution.objects.get(name="openElec")
    body = make_body("Ville-Témoin")
    Usage.objects.create(body=body, solution=solution, shown=True)
    page = f"/catalogue/{solution.reference}/"
    assert "Ville-Témoin" not in text_of(Browser().get(page))
    assert "Ville-Témoin" in text_of(sign_in(member()).get(page))
    Usage.objects.update(shown=False)
    assert "Ville-Témoin" not in text_of(sign_in(member()).get(page))
    assert "Ville-Témoin" in text_of(sign_in(member(body)).get(page))


@pytest.mark.parametrize(
    ("query", "found", "left_out"),
    [
        ({"q": "electorales"}, "openElec", "openADS"),
        ({"q": "OPENMAIRIE cim"}, "openCimetière", "openElec"),
        ({"domaine": "urbanisme"}, "openADS", "openElec"),
        ({"libre": "oui", "q": "openads"}, "openADS", "Éditeur SA"),
        ({"libre": "non"}, "Éditeur SA", "openElec"),
        ({"q": "rien-du-tout"}, "Aucune solution", "openElec"),
    ],
)
def test_the_filters_of_the_address_narrow_the_list(query: dict[str, str], found: str, left_out: str) -> None:
    add(member())
    page = text_of(Browser().get("/catalogue/", query))
    assert found in page
    assert left_out not in page


def test_an_agent_describes_a_proprietary_solution_once() -> None:
    actor = member()
    domain = str(Domain.objects.get(code="cimetieres").pk)
    made = Solution.objects.get(reference=add(actor, domains=[domain])["Location"].split("/")[2])
    assert not made.free
    assert made.domains.get().code == "cimetieres"
    twin = add(member(), name="LOGICIEL cimetiere")
    assert twin.status_code == 422
    assert made.reference in text_of(twin)


def test_a_form_sent_twice_adds_one_solution() -> None:
    browser = sign_in(member())
    [form] = [form for form in browser.forms(NEW) if form.method == "post" and "name" in form]
    for _ in range(2):
        assert browser.post(NEW, {**form, "name": "Une fois", "free": "oui"}).status_code == 302
    assert Solution.objects.filter(name="Une fois").count() == 1


def test_only_stewards_and_the_author_change_a_solution() -> None:
    author = member()
    page = add(author)["Location"] + "modifier/"
    assert sign_in(member()).get(page).status_code == 403
    for actor in (author, make_steward()):
        assert sign_in(actor).submit(page, {"purpose": "Concessions"}).status_code == 302
    assert sign_in(member(None, Role.VIEWER)).get(NEW).status_code == 403
    assert Browser().get(NEW).status_code == 302


@pytest.mark.parametrize("website", ["javascript:alert(1)", "ftp://example.org", "pas une adresse"])
def test_an_address_that_no_browser_should_open_is_refused(website: str) -> None:
    assert add(member(), website=website).status_code == 422


def test_a_body_says_what_it_uses_and_takes_it_back() -> None:
    actor = member()
    project = make_project(bodies=(actor.body, make_body()))  # type: ignore[arg-type]
    page = "/catalogue/openelec/"
    facts = {"version": "4.1", "since": "2020", "users": "12", "paying": "non", "shown": "on", "project": project.pk}
    assert sign_in(actor).submit(f"{page}usage/", facts).status_code == 302
    usage = Usage.objects.get()
    assert (usage.version, usage.since, usage.users, usage.paying, usage.shown) == ("4.1", 2020, 12, False, True)
    assert usage.project == project
    assert sign_in(actor).submit(f"{page}usage/", {"paying": ""}).status_code == 302
    assert Usage.objects.get().paying is None
    assert sign_in(actor).submit(f"{page}usage/", to=f"{page}usage/fin/").status_code == 302
    assert not Usage.objects.exists()


@pytest.mark.parametrize("facts", [{"since": "1500"}, {"since": "9" * 400}, {"users": "-1"}, {"users": "9" * 400}])
def test_an_impossible_usage_is_refused_at_its_field(facts: dict[str, str]) -> None:
    assert sign_in(member()).submit("/catalogue/openelec/usage/", facts).status_code == 422


def test_a_usage_through_a_project_of_others_is_refused() -> None:
    project = make_project()
    response = sign_in(member()).submit("/catalogue/openelec/usage/", {"project": project.pk})
    assert response.status_code == 422


def test_a_need_shows_free_solutions_of_its_domain_first() -> None:
    actor = member()
    domain = Domain.objects.get(code="cimetieres")
    add(actor, domains=[str(domain.pk)])
    page = text_of(sign_in(actor).get(address(make_need(body=actor.body, by=actor, domain=domain))))
    assert page.index("Réutiliser, puis acheter, puis développer") < page.index("openCimetière")
    assert page.index("openCimetière") < page.index("Logiciel Cimetière")


def test_the_list_costs_as_many_queries_with_many_rows(django_assert_num_queries: Any) -> None:
    browser = Browser()
    browser.get("/catalogue/")
    with django_assert_num_queries(3):  # domains of the filter, solutions, their domains
        assert "openADS" not in text_of(browser.get("/catalogue/"))  # further down the pages


def test_the_pages_of_the_list_follow_each_other() -> None:
    browser, page, seen = Browser(), "/catalogue/", []
    while page:
        response = browser.get(page)
        seen += [solution.reference for solution in response.context["page"]]
        page = f"/catalogue/{response.context['page'].next_url}" if response.context["page"].next_url else ""
    assert sorted(seen) == sorted(Solution.objects.values_list("reference", flat=True))
