"""Who may read and download: participants and the coordinator; for anybody else a document does not exist."""

from __future__ import annotations

import pytest

from documents import issuing, render
from documents.models import Document
from documents.render import RenderFailed
from procurement.access import Actor
from procurement.models import Role
from projects.enums import ProjectState
from projects.models import Project
from tests import makers
from tests.house.browser import Browser

pytestmark = pytest.mark.django_db
TINY = b"%PDF-1.7 tiny\n%%EOF\n"


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bytes are tested elsewhere: here, who gets them."""
    monkeypatch.setattr(issuing, "render_pdf", lambda html: TINY)
    monkeypatch.setattr(render, "render_pdf", lambda html: TINY)


@pytest.fixture
def project() -> Project:
    """Frozen, with its two documents."""
    return makers.make_project(ProjectState.AGREEMENT, frozen=True)


def people(project: Project) -> dict[str, Actor | None]:
    """Who comes to the door."""
    who = makers.characters(project)
    gone = makers.make_participation(project=makers.make_project(ProjectState.CALL))
    viewer = makers.member(project.participations.latest("id").body, "viewer")
    return {
        "coordinator": who.coordinator,
        "member": who.member,
        "viewer": viewer,
        "stranger": who.stranger,
        "other project": makers.holder(gone.body),
        "steward": makers.make_steward(),
        "nobody": None,
    }


def pages(project: Project) -> list[str]:
    """Every address that gives a document of the project."""
    ref = project.reference
    return [
        f"/documents/{ref}/CONV-v1.pdf",
        f"/documents/{ref}/CCTP-v1.pdf",
        f"/projets/{ref}/documents/apercu/convention.pdf",
        f"/projets/{ref}/documents/apercu/specification.pdf",
        f"/documents/{ref}/CONV-v1.odt",
        f"/projets/{ref}/documents/apercu/convention.odt",
    ]


EXPECTED = {
    "coordinator": 200,
    "member": 200,
    "viewer": 200,
    "stranger": 404,
    "other project": 404,
    "steward": 404,
    "nobody": 302,
}


def test_participants_and_coordinator_get_the_bytes_and_nobody_else(project: Project) -> None:
    for name, actor in people(project).items():
        browser = Browser().sign_in(actor.user) if actor else Browser()
        for address in pages(project):
            response = browser.get(address)
            assert response.status_code == EXPECTED[name], (name, address)
            if name == "nobody":
                assert "/comptes/connexion/" in response["Location"]


def test_a_body_that_withdrew_no_longer_reads(browser: Browser) -> None:
    project = makers.make_project(ProjectState.AGREEMENT, bodies=[makers.make_body() for _ in range(3)], frozen=True)
    participation = project.participations.exclude(body_id=project.lead_body_id).order_by("id")[0]
    member = makers.holder(participation.body)
    address = pages(project)[0]
    assert browser.sign_in(member.user).get(address).status_code == 200
    coordinator = makers.coordinator_of(project)
    makers.perform(Project, project.pk, "unfreeze", actor=coordinator, note="une voix manque")
    makers.perform(type(participation), participation.pk, "withdraw", actor=member, note="autre solution")
    assert browser.get(address).status_code == 404


def test_a_file_is_kept_never_shown_never_sniffed_never_cached(project: Project, browser: Browser) -> None:
    browser.sign_in(makers.characters(project).member.user)
    for address in pages(project):
        response = browser.get(address)
        odt = address.endswith("odt")
        assert response["Content-Type"] == ("application/vnd.oasis.opendocument.text" if odt else "application/pdf")
        assert response["Content-Disposition"].startswith('attachment; filename="')
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert "no-store" in response["Cache-Control"]
        assert response.content.startswith(b"PK") if odt else response.content == TINY


@pytest.mark.parametrize("name", ["CONV-v2", "CONV", "..", "CONV-v1%00", "%2e%2e%2fCONV-v1", "' OR 1=1 --"])
def test_a_name_that_is_no_issue_is_not_found(project: Project, browser: Browser, name: str) -> None:
    browser.sign_in(makers.characters(project).member.user)
    assert browser.get(f"/documents/{project.reference}/{name}.pdf").status_code == 404


def test_an_unknown_kind_or_one_of_another_route_has_no_preview(project: Project, browser: Browser) -> None:
    browser.sign_in(makers.characters(project).member.user)
    assert browser.get(f"/projets/{project.reference}/documents/apercu/inconnu.pdf").status_code == 404


def test_a_body_outside_the_frozen_text_is_offered_no_draft_and_told_why(browser: Browser) -> None:
    """It is interested still, and gave no intention: the deliberation has nothing to say of it."""
    bodies = [makers.make_body(name) for name in "ABC"]
    project = makers.make_project(ProjectState.CALL, bodies=bodies)
    for row in project.participations.exclude(body=bodies[2]):
        makers.declare(row)
    coordinator = makers.coordinator_of(project)
    makers.perform(Project, project.pk, "close_call", actor=coordinator, note="fin")
    makers.perform(Project, project.pk, "freeze", actor=coordinator)
    browser.sign_in(makers.holder(bodies[2], Role.LEGAL).user)
    page = browser.get(f"/projets/{project.reference}/documents/").content.decode()
    assert f"organisme={bodies[2].siren}" not in page
    address = f"/projets/{project.reference}/documents/apercu/deliberation.pdf?organisme={bodies[2].siren}"
    response = browser.get(address)
    assert response.status_code == 409
    assert "n'est pas partie au texte" in response.content.decode().replace("&#x27;", "'")
    assert "Réessayez" not in response.content.decode()


def test_a_document_that_cannot_be_made_says_so(
    project: Project, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(html: str) -> bytes:
        raise RenderFailed("Le document n'a pas pu être mis en page en 30 secondes.")

    monkeypatch.setattr(issuing, "render_pdf", fail)
    monkeypatch.setattr(render, "render_pdf", fail)
    browser.sign_in(makers.characters(project).member.user)
    for address in pages(project)[:4:2]:
        response = browser.get(address)
        assert response.status_code == 503
        assert "30 secondes" in response.content.decode()


def test_the_tab_lists_what_was_issued_with_state_and_code(project: Project, browser: Browser) -> None:
    browser.sign_in(makers.characters(project).member.user)
    page = browser.get(f"/projets/{project.reference}/documents/").content.decode()
    document = Document.objects.get(project=project, kind="convention")
    for words in ("Convention constitutive", "À jour", document.code, "/CONV-v1.pdf", "apercu/financial-annex.pdf"):
        assert words in page


def test_the_tab_tells_a_stranger_nothing(project: Project, browser: Browser) -> None:
    browser.sign_in(makers.characters(project).stranger.user)
    response = browser.get(f"/projets/{project.reference}/documents/")
    assert response.status_code in (200, 404)
    for words in ("CONV-v1", "apercu", Document.objects.first().code):
        assert words not in response.content.decode()


def test_the_workspace_holds_my_documents_only(project: Project, browser: Browser) -> None:
    other = makers.make_project(ProjectState.AGREEMENT, frozen=True)
    page = browser.sign_in(makers.characters(project).member.user).get("/documents/").content.decode()
    assert f"{project.reference}/CONV-v1" in page
    assert other.reference not in page


def test_an_empty_workspace_says_when_documents_come(browser: Browser) -> None:
    page = browser.sign_in(makers.member().user).get("/documents/").content.decode()
    assert "Aucun document n'est encore émis" in page


def test_a_document_of_one_body_stays_with_it_and_the_coordinator(project: Project, browser: Browser) -> None:
    lead, other = project.participations.order_by("id")
    own = f"/documents/{project.reference}/DELIB-{other.body.siren}-v1.pdf"
    draft = f"/projets/{project.reference}/documents/apercu/accession-form.pdf?organisme={other.body.siren}"
    viewer_of_the_lead = makers.member(lead.body, "viewer")
    for actor, status in ((makers.holder(other.body), 200), (makers.coordinator_of(project), 200)):
        assert [Browser().sign_in(actor.user).get(address).status_code for address in (own, draft)] == [status] * 2
    browser.sign_in(viewer_of_the_lead.user)
    assert [browser.get(address).status_code for address in (own, draft)] == [404, 404]
    assert other.body.siren not in browser.get(f"/projets/{project.reference}/documents/").content.decode()


@pytest.mark.parametrize("siren", ["", "213801517", "' OR 1=1", "%00"])
def test_a_draft_of_a_body_that_is_not_there_is_not_found(project: Project, browser: Browser, siren: str) -> None:
    browser.sign_in(makers.coordinator_of(project).user)
    address = f"/projets/{project.reference}/documents/apercu/deliberation.pdf?organisme={siren}"
    assert browser.get(address).status_code == 404
