"""The board, its words, the journal and one's agenda in Chromium: axe, nothing sideways, nothing refused, no script."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from procurement import clock
from projects.models import ExpectedBody, Project
from tests.makers import P, declare, make_body, make_project

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
KEPT = Path(os.environ["SCREENSHOTS"]) if "SCREENSHOTS" in os.environ else None


@pytest.fixture
def project() -> Project:
    """An open call, past its cut-off date for one body that never came."""
    with clock.at(clock.today() - dt.timedelta(40)):
        bodies = [make_body(name) for name in ("Grandval", "Rochebrune-les-Deux-Églises", "Valmont")]
        found = make_project(P.CALL, bodies=bodies)
        declare(found.participations.all()[0])
        ExpectedBody.objects.create(project=found, body=make_body("Saint-Rémy-des-Monts-d'Avrène"))
    return found


@pytest.mark.parametrize("width", [320, 1280])
def test_the_pages_are_sound_at_both_widths(
    chromium: Browser, live_server: LiveServer, project: Project, width: int
) -> None:
    context = chromium.new_context(viewport={"width": width, "height": 900}, java_script_enabled=True)
    client = Client()
    client.force_login(project.coordinator)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    base = f"{live_server.url}/projets/{project.reference}/"
    for address in (
        f"{base}suivi/",
        f"{base}suivi/intention/message/",
        f"{base}journal/",
        f"{live_server.url}/comptes/agenda/",
    ):
        page.goto(address)
        if KEPT:
            page.screenshot(path=KEPT / f"{address.split('/')[-2]}-{width}.png", full_page=True)
        found = Axe().run(page, options={"runOnly": RULES}).response["violations"]
        assert [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found] == [], address
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), address
    assert complaints == []
    context.close()


def test_a_reminder_takes_one_gesture_without_script(
    chromium: Browser, live_server: LiveServer, project: Project
) -> None:
    context = chromium.new_context(java_script_enabled=False)
    client = Client()
    client.force_login(project.coordinator)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
    page = context.new_page()
    page.goto(f"{live_server.url}/projets/{project.reference}/suivi/")
    expect(page.get_by_text("attendue depuis 40 jours, en retard de 10 jours").first).to_be_visible()
    page.get_by_role("button", name="Relancer pour « Intention »").click()
    expect(page.get_by_text("2 messages en attente d'envoi")).to_be_visible()
    expect(page.get_by_text("Personne n'est inscrit pour Saint-Rémy-des-Monts-d'Avrène")).to_be_visible()
    context.close()
