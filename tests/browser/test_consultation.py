"""The pages of the consultation in Chromium: axe, nothing sideways, every form, at two widths."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from procurement import clock
from projects.actions.closing import record_maintenance, record_pilot, record_release
from projects.actions.two_persons import propose, set_two_person_rule
from projects.models import Project
from tests import makers

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
SHOTS = os.environ.get("CORDEE_SHOTS", "")  # a folder: to look at the pages
LONG = "Saint-Maurice-en-Trièves-et-du-Val-d'Oisans"


def a_development() -> Project:
    """Running, with a pilot, a release, its maintenance and a milestone corrected."""
    project = makers.make_project(
        "running", bodies=[makers.make_body(name) for name in ("Grandval", LONG, "Valmont")], route="shared_development"
    )
    actor, body = makers.coordinator_of(project), project.participations.order_by("-id")[0].body
    tested = {"starts_on": clock.today(), "verified_on": clock.today(), "outcome": "reserved", "remarks": "lent"}
    record_pilot(project, body, actor=actor, **tested)
    record_release(project, actor=actor, published_on=clock.today(), **makers.SOFTWARE)
    record_maintenance(project, actor=actor, provider="Libre et Cie", starts_on=clock.today(), review_on=clock.today())
    makers.milestone(project, "decision", day=clock.today(), reference="D-2", correction="numéro oublié")
    return project


def pages(width: int) -> list[tuple[Project, list[str]]]:
    """Projects and their addresses; the forms once, on the wide screen."""
    running = a_development()
    launched = makers.make_project("constituted", bodies=[makers.make_body(name) for name in ("Amont", LONG)])
    makers.launch(launched, "adapted")
    asked = makers.make_project("agreement")
    set_two_person_rule(asked, actor=makers.coordinator_of(asked), above_cents=1)
    propose(asked, "freeze", actor=makers.coordinator_of(asked))
    pk = running.participations.all()[0].pk
    forms = ["preparer/", "etape/decision/", "titulaire/1/", "marches/1/decp/", f"solde/{pk}/", "pilote/", "version-1/"]
    found = [
        (running, ["consultation/", *[f"consultation/{name}" for name in (*forms, "maintenance/", "adhesion/")]]),
        (launched, ["consultation/", "consultation/etape/publication/", "etape/no_award/"]),
        (asked, ["decision/freeze/", "regles/"]),
    ]
    return found if width > 400 else [(project, names[:2]) for project, names in found]


@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (1280, "dark")])
def test_pages_are_sound_and_nothing_goes_sideways(
    chromium: Browser, live_server: Any, width: int, scheme: Any
) -> None:
    for project, addresses in pages(width):
        context = chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
        page = context.new_page()
        complaints: list[str] = []
        page.on(
            "console", lambda message, said=complaints: said.append(message.text) if message.type == "error" else None
        )
        page.goto(f"{live_server.url}/comptes/connexion/")
        page.get_by_label("Courriel").fill(project.coordinator.email)
        page.get_by_label("Mot de passe", exact=True).fill("mot de passe")
        page.get_by_role("main").get_by_role("button", name="Se connecter").click()
        for address in addresses:
            answer = page.goto(f"{live_server.url}/projets/{project.reference}/{address}")
            assert answer
            assert answer.status == 200, address
            violations = Axe().run(page, options=RULES).response["violations"]
            assert [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in violations] == [], address
            assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), address
            if SHOTS:
                name = f"{width}-{project.state}-{address.replace('/', '_')}.png"
                page.screenshot(path=str(Path(SHOTS) / name), full_page=True)
        assert complaints == []
        context.close()
