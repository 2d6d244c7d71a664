"""The board, its words, the journal and one's agenda in Chromium: axe, nothing sideways, nothing refused, no script."""

from __future__ import annotations

import datetime as dt

import pytest
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from procurement import clock
from projects.models import ExpectedBody, Project
from tests.browser.visiting import visiting
from tests.makers import P, declare, make_body, make_project

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


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
    with visiting(chromium, live_server, project.coordinator, width=width, name="board") as visitor:
        visitor.goes_round(("suivi/", "suivi/intention/message/", "journal/"), f"/projets/{project.reference}/")
        visitor.goes("/comptes/agenda/")


def test_a_reminder_takes_one_gesture_without_script(
    chromium: Browser, live_server: LiveServer, project: Project
) -> None:
    with visiting(chromium, live_server, project.coordinator, script=False) as visitor:
        page = visitor.page
        page.goto(f"{live_server.url}/projets/{project.reference}/suivi/")
        expect(page.get_by_text("attendue depuis 40 jours, en retard de 10 jours").first).to_be_visible()
        page.get_by_role("button", name="Relancer pour « Intention »").click()
        expect(page.get_by_text("2 messages en attente d'envoi")).to_be_visible()
        expect(page.get_by_text("Personne n'est inscrit pour Saint-Rémy-des-Monts-d'Avrène")).to_be_visible()
