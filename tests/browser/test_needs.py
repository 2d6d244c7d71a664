"""Besoins semblables in Chromium: typed for real under the strict policy, accessible, quiet, nothing sideways."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from projects.models import Need
from tests.browser.visiting import visiting
from tests.makers import make_body, make_project, member
from tests.projects.need_pages import cemetery

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
LONG = "Saint-Maurice-en-Trièves-et-du-Val-d'Oisans"


@pytest.mark.parametrize("width", [360, 1280])
def test_likes_appear_while_one_types(chromium: Browser, live_server: Any, width: int) -> None:
    for number in range(6):
        cemetery(body=make_body(LONG if number == 3 else ""))
    make_project(title="Gestion partagée des cimetières")
    agent = member()
    assert agent.user is not None
    with visiting(chromium, live_server, agent.user, width=width, name="needs") as visitor:
        page, sent = visitor.page, []
        page.on("request", lambda request: sent.append(request) if "/semblables/" in request.url else None)
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
        visitor.checks("form")
        page.get_by_label("Intitulé").fill("Téléphonie")
        expect(status).to_contain_text("Aucun besoin publié ne ressemble")
        expect(page.locator("#semblables-liste li")).to_have_count(0)
        page.get_by_label("Description").press_sequentially("Les tombes", delay=30)
        expect(page.locator("#semblables-liste li")).to_have_count(5)
        need = Need.objects.earliest("pk").reference
        visitor.goes_round(
            (f"/besoins/{need}/", "/besoins/?q=cimetiere&fin=6", "/recherche/?q=cimetieres", "/projets/?q=cimetieres")
        )


def test_without_script_the_button_shows_them(chromium: Browser, live_server: Any) -> None:
    cemetery()
    agent = member()
    assert agent.user is not None
    with visiting(chromium, live_server, agent.user, script=False) as visitor:
        page = visitor.page
        page.goto(f"{live_server.url}/besoins/nouveau/")
        page.get_by_label("Intitulé").fill("Cimetierre")
        page.get_by_role("button", name="Chercher des besoins semblables").click()
        expect(page.locator("#semblables-liste li")).to_have_count(1)
        expect(page.get_by_label("Intitulé")).to_have_value("Cimetierre")
