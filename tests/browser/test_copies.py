"""The signed copy by a personal link, as a mayor's secretary does it in Chromium; axe on every page on the way."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from documents import issuing
from documents.issuing import bytes_of
from documents.models import Document, SignedCopy
from procurement.models import Role
from projects.enums import ProjectState
from tests import makers
from tests.documents import pdf, signing
from tests.documents.makers import dossier, issued_html

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
SHOTS = os.environ.get("CORDEE_SHOTS", "")  # a folder: the pages are drawn there, to be looked at


def sound(page: Page, name: str) -> None:
    violations = Axe().run(page, options=RULES).response["violations"]
    assert [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in violations] == [], page.url
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), page.url
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)


@pytest.mark.parametrize("width", [320, 1280])
def test_a_copy_comes_back_by_a_personal_link(
    chromium: Browser, live_server: Any, width: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.BASE_URL = live_server.url
    project = makers.make_project(ProjectState.AGREEMENT, frozen=True)
    document: Document = Document.objects.get(project=project, kind="convention")
    html = issued_html(dossier(2, reference=project.reference))
    monkeypatch.setattr(issuing, "render_pdf", lambda _: pdf.pdf_of(html))
    signed = tmp_path / "convention signée.pdf"
    with ThreadPoolExecutor(1) as elsewhere:  # signing starts a loop of its own, and Playwright's runs in this thread
        signed.write_bytes(elsewhere.submit(signing.signed, bytes_of(document)).result())
    body = project.participations.exclude(body_id=project.lead_body_id).get().body
    legal = makers.holder(body, Role.LEGAL)
    assert legal.user

    page = chromium.new_context(viewport={"width": width, "height": 900}).new_page()
    page.goto(f"{live_server.url}/comptes/connexion/")
    page.get_by_label("Courriel").fill(legal.user.email)
    page.get_by_label("Mot de passe", exact=True).fill("mot de passe")
    page.get_by_role("main").get_by_role("button", name="Se connecter").click()
    page.goto(f"{live_server.url}/documents/{document.reference}/copies/")
    sound(page, f"corps-{width}")
    page.get_by_label("Pour qui").fill("Secrétariat de la mairie")
    page.get_by_role("button", name="Créer le lien").click()
    sound(page, f"lien-cree-{width}")
    link = page.locator(".callout-ok code").inner_text()

    mayor = chromium.new_context(viewport={"width": width, "height": 900}).new_page()
    mayor.goto(link)
    sound(mayor, f"lien-{width}")
    mayor.get_by_label("Copie signée (PDF)").set_input_files(signed)
    mayor.get_by_role("button", name="Déposer la copie").click()
    assert "Copie reçue" in mayor.locator(".callout-ok").inner_text()
    sound(mayor, f"lien-recu-{width}")
    mayor.goto(f"{live_server.url}/verifier/?code={document.code}")
    sound(mayor, f"verifier-{width}")
    assert document.reference in mayor.locator(".callout-ok").inner_text()

    page.goto(f"{live_server.url}/documents/{document.reference}/copies/")
    assert "Anne Le Guen" in page.get_by_role("main").inner_text()
    sound(page, f"recue-{width}")
    page.goto(f"{live_server.url}/projets/{project.reference}/journal/")
    assert "Copie signée reçue" in page.get_by_role("main").inner_text()
    assert SignedCopy.objects.get().counts
