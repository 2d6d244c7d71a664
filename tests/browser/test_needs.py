"""Besoins semblables in Chromium: typed for real under the strict policy, accessible, quiet, nothing sideways."""

from __future__ import annotations

import os
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from projects.models import Need
from tests.browser.test_simulation import RULES, sign_in
from tests.makers import make_body, make_project, member
from tests.projects.need_pages import cemetery

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
LONG = "Saint-Maurice-en-Trièves-et-du-Val-d'Oisans"


def shot(page: Any, name: str) -> None:
    if folder := os.environ.get("CORDEE_SHOTS"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


@pytest.mark.parametrize("width", [360, 1280])
def test_likes_appear_while_one_types(chromium: Browser, live_server: Any, width: int) -> None:
    for number in range(6):
        cemetery(body=make_body(LONG if number == 3 else ""))
    make_project(title="Gestion partagée des cimetières")
    agent = member()
    context = chromium.new_context(viewport={"width": width, "height": 900})
    page = context.new_page()
    said, sent = [], []
    page.on("console", lambda message: said.append(message.text))
    page.on("request", lambda request: sent.append(request) if "/semblables/" in request.url else None)
    assert agent.user is not None
    sign_in(page, live_server.url, agent.user)
    page.goto(f"{live_server.url}/besoins/nouveau/")
    status = page.locator("#semblables-dit")
    expect(status).to_contain_text("s'affichent ici")
    page.get_by_label("Intitulé").press_sequentially("Cimetierre et consessions", delay=30)
    expect(status).to_contain_text("5 besoins publiés")
    expect(page.locator("#semblables-liste li")).to_have_count(5)
    expect(page.get_by_label("Intitulé")).to_be_focused()
    assert len(sent) < 8  # not one for each key
    fields = {part.partition("=")[0] for part in (sent[-1].post_data or "").split("&")}
    assert fields <= {"csrfmiddlewaretoken", "domain", "title", "description", "current_solution", "contract_end"}
    shot(page, f"form-{width}")
    page.get_by_label("Intitulé").fill("Téléphonie")
    expect(status).to_contain_text("Aucun besoin publié ne ressemble")
    expect(page.locator("#semblables-liste li")).to_have_count(0)
    page.get_by_label("Description").press_sequentially("Les tombes", delay=30)
    expect(page.locator("#semblables-liste li")).to_have_count(5)
    faults = [item["id"] for item in Axe().run(page, options=RULES).response["violations"]]
    for name, path in {
        "need": f"/besoins/{Need.objects.earliest('pk').reference}/",
        "list": "/besoins/?q=cimetiere&fin=6",
        "search": "/recherche/?q=cimetieres",
        "projects": "/projets/?q=cimetieres",
    }.items():
        page.goto(f"{live_server.url}{path}")
        shot(page, f"{name}-{width}")
        faults += [f"{name} {item['id']}" for item in Axe().run(page, options=RULES).response["violations"]]
        if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            faults.append(f"{name} scrolls sideways")
    context.close()
    assert faults == []
    assert said == []


def test_without_script_the_button_shows_them(chromium: Browser, live_server: Any) -> None:
    cemetery()
    agent = member()
    assert agent.user is not None
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    sign_in(page, live_server.url, agent.user)
    page.goto(f"{live_server.url}/besoins/nouveau/")
    page.get_by_label("Intitulé").fill("Cimetierre")
    page.get_by_role("button", name="Chercher des besoins semblables").click()
    expect(page.locator("#semblables-liste li")).to_have_count(1)
    expect(page.get_by_label("Intitulé")).to_have_value("Cimetierre")
    context.close()
