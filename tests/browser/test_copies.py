"""The signed copy by a personal link, as a mayor's secretary does it in Chromium; axe on every page on the way."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from documents import issuing
from documents.issuing import bytes_of
from documents.models import Document, SignedCopy
from procurement.models import Role
from projects.enums import ProjectState
from tests import makers
from tests.browser.visiting import visiting
from tests.documents import pdf, signing
from tests.documents.makers import dossier, issued_html

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


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

    with (
        visiting(chromium, live_server, legal.user, width=width, name="copies") as body_side,
        visiting(chromium, live_server, width=width, name="personal-link") as mayor_side,
    ):
        page, mayor = body_side.page, mayor_side.page
        body_side.goes(f"/documents/{document.reference}/copies/")
        page.get_by_label("Pour qui").fill("Secrétariat de la mairie")
        page.get_by_role("button", name="Créer le lien").click()
        body_side.checks("created")
        mayor_side.goes(page.locator(".callout-ok code").inner_text().removeprefix(live_server.url))
        mayor.get_by_label("Copie signée (PDF)").set_input_files(signed)
        mayor.get_by_role("button", name="Déposer la copie").click()
        assert "Copie reçue" in mayor.locator(".callout-ok").inner_text()
        mayor_side.checks("received")
        mayor_side.goes(f"/verifier/?code={document.code}")
        assert document.reference in mayor.locator(".callout-ok").inner_text()
        body_side.goes(f"/documents/{document.reference}/copies/")
        assert "Anne Le Guen" in page.get_by_role("main").inner_text()
        page.goto(f"{live_server.url}/projets/{project.reference}/journal/")
        assert "Copie signée reçue" in page.get_by_role("main").inner_text()
    assert SignedCopy.objects.get().counts
