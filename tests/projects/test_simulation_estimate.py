"""« Combien pour ma commune ? »: open only where the coordinator says so, from public figures alone."""

from __future__ import annotations

from html import unescape
from typing import Any

import pytest

from projects.actions.projects import set_costs
from projects.actions.simulations import allow_estimate
from projects.enums import ProjectState
from projects.models import Event, Project
from tests.house.browser import Browser
from tests.makers import characters, coordinator_of, declare, make_body, make_project

pytestmark = pytest.mark.django_db
POPULATION = {"kind": "prorata", "weight": "population"}
PEOPLE = {"Grandval": 36512, "Rochebrune": 8615, "Valmont": 1240}


def three(*, keys: tuple[dict[str, Any], ...] = (POPULATION,), size: int = 3, state: str = "call") -> Project:
    bodies = [make_body(name, population=count) for name, count in list(PEOPLE.items())[:size]]
    project = make_project(state, bodies=bodies)
    if state == "call":
        lines = [
            {"label": f"Ligne {n}", "amount_cents": 60_000_00, "vat_percent": "20", "key": key}
            for n, key in enumerate(keys, start=1)
        ]
        set_costs(project, lines, [], actor=coordinator_of(project))
    make_body("Montclair", population=20_400)
    allow_estimate(project, True, actor=coordinator_of(project))
    return project


def ask(browser: Browser, project: Project, status: int = 200, **asked: str) -> str:
    response = browser.get(f"/projets/{project.reference}/estimer/", asked)
    assert response.status_code == status
    return unescape(response.content.decode()).replace("\u00a0", " ").replace("\u202f", " ")


def test_a_visitor_reads_an_estimate_marked_as_one(browser: Browser) -> None:
    """K13: 18 332,41 € for D beside A, B and C; the estimate keeps the euros."""
    html = ask(browser, three(), q="montclair")
    assert "Environ <strong>18 332 € HT</strong>" in html
    assert "0,90 € par habitant" in html
    assert "C'est une estimation, pas un engagement." in html


def test_it_is_closed_until_the_coordinator_opens_it(browser: Browser) -> None:
    project = three()
    allow_estimate(project, False, actor=coordinator_of(project))
    ask(browser, project, status=404)
    ask(browser, Project(reference="P-1999-001"), status=404)
    address = f"/projets/{project.reference}/couts/"
    target = f"{address}estimation/"
    them = characters(project)
    assert them.member.user is not None
    browser.sign_in(them.member.user)
    token = next(f for f in browser.forms("/besoins/nouveau/") if f.method == "post")["csrfmiddlewaretoken"]
    assert browser.post(target, {"allowed": "1", "csrfmiddlewaretoken": token}).status_code == 403
    browser.sign_in(project.coordinator)
    assert browser.submit(address, {}, to=target).status_code == 302
    browser.logout()
    ask(browser, project)
    assert Event.objects.filter(project=project, step="public_estimate").count() == 3


def test_it_closes_with_the_call(browser: Browser) -> None:
    ask(browser, three(state=ProjectState.AGREEMENT), status=404)


def test_it_names_nobody_and_no_confidential_figure_changes_it(browser: Browser) -> None:
    project = three()
    before = ask(browser, project, q="Montclair")
    for row in project.participations.select_related("body"):
        row.weights = {"population": "77777"}
        row.save()
        declare(row, maximum_cents=9_876_54)
    line = project.cost_lines.get()
    siren = str(project.participations.get(body__name="Valmont").body.siren)
    line.terms = {siren: {"cap_cents": 1_00, "population": "5"}}
    line.lead_discount = {"percent": "100", "mode": "weight"}
    line.save()
    assert ask(browser, project, q="Montclair") == before
    for secret in (*PEOPLE, "9 876,54", "60 000"):
        assert secret not in before
    asked = ask(browser, project, q="Valmont")
    assert "Environ <strong>1 605 € HT</strong>" in asked  # its share by the key, not its cap


def test_below_three_bodies_it_says_nothing(browser: Browser) -> None:
    html = ask(browser, three(size=2), q="Montclair")
    assert "quand 3 organismes participeront" in html
    assert "Environ" not in html


def test_lines_that_need_other_figures_are_left_out_and_named(browser: Browser) -> None:
    users = {"kind": "prorata", "weight": "users"}
    html = ask(browser, three(keys=(POPULATION, users)), q="Montclair")
    assert "18 332 € HT" in html
    assert "faute de chiffres au registre : Ligne 2" in html
    assert "n'est pas encore possible d'estimer" in ask(browser, _other(users), q="Montclair")


def _other(key: dict[str, Any]) -> Project:
    project = Project.objects.get()
    set_costs(
        project,
        [{"label": "Ligne", "amount_cents": 1_00, "vat_percent": "20", "key": key}],
        [],
        actor=coordinator_of(project),
    )
    return project


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"q": "Nulle-Part"}, "Aucun organisme du registre"),
        ({"q": "<script>alert(1)</script>"}, "Aucun organisme du registre"),
        ({"siren": "²²²"}, "Combien pour ma commune"),
        ({"siren": "9" * 4000}, "Combien pour ma commune"),
        ({"q": "\x00"}, "Aucun organisme du registre"),
    ],
)
def test_what_names_no_body_is_answered_quietly(browser: Browser, asked: dict[str, str], said: str) -> None:
    assert said in ask(browser, three(), **asked)


def test_several_bodies_of_that_name_are_offered(browser: Browser) -> None:
    project = three()
    first, second = make_body("Sainte-Foy"), make_body("Sainte-Foy-la-Grande", population=None)
    html = ask(browser, project, q="sainte foy")
    assert f"?siren={first.siren}" in html
    assert "ne donne pas de population" in ask(browser, project, siren=str(second.siren))
