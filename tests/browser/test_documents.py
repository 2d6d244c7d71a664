"""The documents of a project, of one body, an issue, two versions and an archive in Chromium: axe, nothing sideways."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser

from documents import issuing
from documents.bulk import ask, plan, print_slice
from documents.models import Bundle, BundleKind
from procurement.models import Body, Role
from procurement.workflow import perform
from projects.enums import ProjectState
from projects.models import Project
from tests import makers
from tests.browser.visiting import visiting

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


def a_project() -> Project:
    """Frozen twice, its second version behind the facts again."""
    names = ("Grandval", "Saint-Maurice-en-Trièves-et-du-Val-d'Oisans", "Valmont")
    bodies = [makers.make_body(name) for name in names]
    project = makers.make_project(ProjectState.AGREEMENT, bodies=bodies, frozen=True)
    coordinator = makers.coordinator_of(project)
    perform(Project, project.pk, "unfreeze", actor=coordinator, note="un nom")
    Body.objects.filter(name="Valmont").update(name="Valmont-le-Haut")
    perform(Project, project.pk, "freeze", actor=coordinator)
    makers.member(project.lead_body, Role.LEGAL, user=project.coordinator)
    Body.objects.filter(name="Valmont-le-Haut").update(name="Valmont-le-Bas")
    return project


def archives(project: Project) -> list[str]:
    """One that is under way, one that is ready, one that failed."""
    coordinator = makers.coordinator_of(project)
    found = []
    for body in project.participations.order_by("id"):
        documents = plan(project, BundleKind.BODY, body=body.body)
        found.append(ask(project, BundleKind.BODY, documents, actor=coordinator, body=body.body))
    for bundle in found[1:]:
        print_slice.call(str(bundle.pk), list(bundle.documents.values_list("pk", flat=True)))
    Bundle.objects.filter(pk=found[2].pk).update(status="failed", problem="Le document n'a pas pu être mis en page.")
    return [f"documents/archives/{bundle.pk}/" for bundle in found]


@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (1280, "dark")])
def test_pages_are_sound_and_nothing_goes_sideways(
    chromium: Browser, live_server: Any, monkeypatch: pytest.MonkeyPatch, width: int, scheme: Any
) -> None:
    monkeypatch.setattr(issuing, "render_pdf", lambda html: b"%PDF-1.7\n%%EOF\n")
    project = a_project()
    ref = project.reference
    addresses = (
        f"projets/{ref}/documents/",
        f"documents/{ref}/CONV-v2/",
        f"documents/{ref}/CONV-v1/comparer/2/",
        "documents/",
        "documents/?q=rien",
        *archives(project),
    )
    where = {"width": width, "scheme": scheme, "name": "documents"}
    with visiting(chromium, live_server, project.coordinator, **where) as visitor:
        visitor.goes_round(addresses, "/")


def test_the_progress_of_an_archive_moves_by_itself(
    chromium: Browser, live_server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(issuing, "render_pdf", lambda html: b"%PDF-1.7\n%%EOF\n")
    project = a_project()
    Body.objects.filter(name="Valmont-le-Bas").update(name="Valmont-le-Haut")  # what is out of date is not sent
    with visiting(chromium, live_server, project.coordinator) as visitor:
        page = visitor.page
        page.goto(f"{live_server.url}/projets/{project.reference}/documents/")
        page.get_by_role("button", name="Documents propres à chacun (ZIP)").click()
        page.get_by_role("progressbar").wait_for()
        bundle = Bundle.objects.get()
        print_slice.call(str(bundle.pk), list(bundle.documents.values_list("pk", flat=True)))
        page.get_by_role("heading", name="L'archive est prête").wait_for()
        with page.expect_download() as download:
            page.get_by_role("link", name=f"Télécharger {bundle.name}").click()
        assert download.value.suggested_filename == bundle.name
