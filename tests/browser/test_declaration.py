"""Declaring in Chromium: by keyboard alone, every section unfolded under axe at two widths, and two agents at once."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from projects.models import Domain, Need
from tests.browser.visiting import visiting
from tests.makers import N, make_body, make_need, make_steward, member

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
LONG = "Saint-Maurice-en-Trièves-et-du-Val-d'Oisans"


def tab_to(page: Page, identifier: str, *, most: int = 60) -> None:
    """Press Tab until the element is reached; what has the focus is always visible."""
    for _ in range(most):
        page.keyboard.press("Tab")
        here = page.evaluate("[document.activeElement.id, document.activeElement.getBoundingClientRect().height]")
        assert here[1] > 0, here
        if here[0] == identifier:
            return
    raise AssertionError(f"{identifier} is not reached with the keyboard")


def test_a_need_is_declared_with_the_keyboard_alone(chromium: Browser, live_server: Any) -> None:
    agent = member(make_body(LONG))
    assert agent.user is not None
    with visiting(chromium, live_server, agent.user) as visitor:
        page = visitor.page
        page.goto(f"{live_server.url}/besoins/nouveau/")
        tab_to(page, "id_domain")
        page.keyboard.type("Cime")
        expect(page.locator("#questions")).to_contain_text("Combien d'emplacements")
        tab_to(page, "id_title")
        page.keyboard.type("Remplacer le logiciel du cimetière")
        tab_to(page, "id_description")
        page.keyboard.type("Suivre les concessions, les tombes et les relances sur un plan.")
        graves = page.get_by_role("textbox", name="Combien d'emplacements comptent vos cimetières")
        tab_to(page, graves.get_attribute("id") or "")
        page.keyboard.type("1 905")
        for _ in range(40):
            page.keyboard.press("Tab")
            if "Le budget" in page.evaluate("document.activeElement.textContent"):
                break
        page.keyboard.press("Enter")
        tab_to(page, "id_maximum_cents")
        page.keyboard.type("20 000")
        for _ in range(60):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.textContent") == "Publier le besoin":
                break
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("Remplacer le logiciel du cimetière")
    need = Need.objects.get()
    assert (need.state, need.maximum_cents, need.volumes.get().quantity) == (N.PUBLISHED, 2_000_000, 1905)


@pytest.mark.parametrize("width", [320, 1280])
def test_every_page_of_a_declaration_is_accessible_and_fits(chromium: Browser, live_server: Any, width: int) -> None:
    agent, steward = member(make_body(LONG)), make_steward()
    need = make_need(
        N.PUBLISHED,
        body=agent.body,
        by=agent,
        unknown=["hosting", "contract_end"],
        current_vendor="Éditeur d'un nom interminable, société anonyme à conseil d'administration",
        answers={"La commune est-elle raccordée à COMEDEC\u00a0?": "yes"},
        interfaces=[{"software": "Gestion financière", "direction": "out", "protocol": "fichier CSV, chaque nuit"}],
        volumes=[{"label": "actes par an", "quantity": "1905", "unit": "actes", "year": 2025}],
    )
    assert agent.user is not None
    assert steward.user is not None
    with visiting(chromium, live_server, agent.user, width=width, name="declaration") as visitor:
        page = visitor.page
        edit = f"{live_server.url}/besoins/{need.reference}/modifier/"
        page.goto(f"{live_server.url}/besoins/nouveau/")
        visitor.checks("new")
        page.goto(edit)
        page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
        visitor.checks("unfolded")
        page.goto(f"{edit}?section=budget#id_maximum_cents")
        expect(page.locator("#id_maximum_cents")).to_be_in_viewport()
        page.goto(f"{live_server.url}/besoins/{need.reference}/")
        page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
        visitor.checks("detail")
        page.goto(edit)
        page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
        page.get_by_label("Intitulé", exact=False).first.fill("Mon titre")
        page.get_by_role("textbox", name="Estimation basse").fill("5")
        page.get_by_role("textbox", name="Estimation haute").fill("4")
        page.get_by_role("button", name="Enregistrer", exact=True).last.click()
        expect(page.locator(".errors")).to_be_focused()
        visitor.checks("wrong")
        page.goto(edit)
        Need.objects.update(title="Leur titre", current_vendor="Autre éditeur")
        page.get_by_label("Intitulé", exact=False).first.fill("Mon titre")
        page.get_by_role("button", name="Enregistrer", exact=True).last.click()
        expect(page.locator("#entre-temps")).to_contain_text("Leur titre")
        visitor.checks("overtaken")
        page.goto(f"{live_server.url}/recherche/?q=logiciel&etat=published&fin=12")
        visitor.checks("search")
    with visiting(chromium, live_server, steward.user, width=width, name="declaration") as visitor:
        visitor.goes_round(("", f"{Domain.objects.get(code='etat-civil').code}/"), "/besoins/domaines/")
