"""The page of one issue, two versions side by side, the workspace and its filters, the log of downloads."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from documents import issuing
from documents.comparing import compare, paragraphs
from documents.issuing import issue_kind
from documents.models import Document, Download
from procurement.models import Body, Role
from procurement.workflow import perform
from projects.enums import ProjectState
from projects.models import Participation, Project
from tests import makers
from tests.house.browser import Browser

pytestmark = pytest.mark.django_db
TINY = b"%PDF-1.7 tiny\n%%EOF\n"


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(issuing, "render_pdf", lambda html: TINY)


@pytest.fixture
def project() -> Project:
    """Two bodies, frozen."""
    bodies = [makers.make_body("Grandval"), makers.make_body("Valmont")]
    return makers.make_project(ProjectState.AGREEMENT, bodies=bodies, frozen=True)


def other(project: Project) -> Participation:
    return project.participations.exclude(body_id=project.lead_body_id).get()


def shown(browser: Browser, address: str) -> str:
    response = browser.get(address)
    assert response.status_code == 200, address
    return str(response.content.decode())


# One issue ------------------------------------------------------------------------------------------------------------
def test_a_stale_issue_says_what_changed_to_all_and_the_way_out_to_the_coordinator(project: Project) -> None:
    Body.objects.filter(name="Valmont").update(name="Valmont-le-Haut")
    address = f"/documents/{project.reference}/CONV-v1/"
    member = Browser().sign_in(makers.holder(other(project).body).user)
    page = shown(member, address)
    for words in ("Périmé", "ne dit plus les données", "Valmont-le-Haut", "Ni vote ni signature"):
        assert words in page
    assert "sans-effet" not in page
    coordinator = Browser().sign_in(project.coordinator)
    for words in ("Reprendre la rédaction", "sans-effet", f"/projets/{project.reference}/etape/unfreeze/"):
        assert words in shown(coordinator, address)
    tab = shown(member, f"/projets/{project.reference}/documents/")
    assert "Périmé" in tab
    assert "Ce que la procédure attend" in tab


def test_from_the_page_the_coordinator_finds_the_change_without_effect(project: Project) -> None:
    Body.objects.filter(name="Valmont").update(name="Valmont-le-Haut")
    address = f"/documents/{project.reference}/CONV-v1/"
    browser = Browser().sign_in(project.coordinator)
    assert browser.submit(address, {"reason": ""}, to=f"{address}sans-effet/").status_code == 422
    browser.submit(address, {"reason": "Même commune, nouveau nom."}, to=f"{address}sans-effet/")
    page = shown(browser, address)
    assert "Des données ont changé, sans effet" in page
    assert "Même commune, nouveau nom." in page
    journal = shown(browser, f"/projets/{project.reference}/journal/")
    assert "constaté sans effet" in journal


def test_an_issue_that_may_be_issued_again_offers_it(project: Project) -> None:
    call = makers.make_project(ProjectState.CALL)
    issue_kind(call, "opportunity-note", makers.coordinator_of(call))
    makers.declare(other(call))
    browser = Browser().sign_in(call.coordinator)
    address = f"/documents/{call.reference}/OPP-v1/"
    assert "Émettez la version suivante" in shown(browser, address)
    browser.submit(address, {}, to=f"/projets/{call.reference}/documents/emettre/opportunity-note/")
    page = shown(browser, address)
    assert "Remplacé" in page
    assert "comparer/2/" in page


# Versions -------------------------------------------------------------------------------------------------------------
def again(project: Project) -> None:
    coordinator = makers.coordinator_of(project)
    perform(Project, project.pk, "unfreeze", actor=coordinator, note="un nom")
    Body.objects.filter(name="Valmont").update(name="Valmont <b>le Haut</b>")
    perform(Project, project.pk, "freeze", actor=coordinator)


def test_two_versions_side_by_side_say_in_words_what_went_and_what_came(project: Project) -> None:
    again(project)
    browser = Browser().sign_in(makers.holder(other(project).body).user)
    page = shown(browser, f"/documents/{project.reference}/CONV-v1/comparer/2/")
    for words in ("Modifié", "retiré&nbsp;: ", "ajouté&nbsp;: ", "identiques", "Données changées"):
        assert words in page
    assert "Valmont &lt;b&gt;le Haut" in page
    assert "<b>le Haut" not in page
    assert shown(browser, f"/documents/{project.reference}/CONV-v2/comparer/1/").count("Modifié") == page.count(
        "Modifié"
    )
    for wrong in ("CONV-v1/comparer/1/", "CONV-v1/comparer/3/", "CCTP-v1/comparer/9/"):
        assert browser.get(f"/documents/{project.reference}/{wrong}").status_code == 404
    stranger = Browser().sign_in(makers.member().user)
    assert stranger.get(f"/documents/{project.reference}/CONV-v1/comparer/2/").status_code == 404


def test_paragraphs_are_compared_word_by_word_and_the_same_ones_are_counted() -> None:
    before = paragraphs("<h1>Titre</h1><p>un</p><p>deux</p><p>trois</p><p>Le maire signe la convention.</p><p>fin</p>")
    after = paragraphs("<h1>Titre</h1><p>un</p><p>deux</p><p>trois</p><p>Le maire vote la convention.</p><p>suite</p>")
    assert before == ["Titre", "un", "deux", "trois", "Le maire signe la convention.", "fin"]
    pairs = compare(before, after)
    assert [(pair.what, pair.skipped) for pair in pairs] == [
        ("", 3),
        ("", 0),
        ("Modifié", 0),
        ("Retiré", 0),
        ("Ajouté", 0),
    ]
    words = pairs[2]
    assert [piece.text.strip() for piece in words.before if piece.removed] == ["signe"]
    assert [piece.text.strip() for piece in words.after if piece.added] == ["vote"]


def test_rows_of_a_table_are_paragraphs_and_style_says_nothing() -> None:
    html = "<style>p{}</style><table><tr><th>Grandval</th><td>12 €</td></tr></table><ul><li>a<br>b</li></ul>"
    assert paragraphs(html) == ["Grandval | 12 €", "a b"]


# Log ------------------------------------------------------------------------------------------------------------------
def test_a_download_is_written_down_for_the_bodys_legal_officer_and_the_coordinator(project: Project) -> None:
    row = other(project)
    agent, legal = makers.holder(row.body), makers.member(row.body, Role.LEGAL)
    Browser().sign_in(agent.user).get(f"/documents/{project.reference}/CONV-v1.pdf")
    log = Download.objects.get()
    document = Document.objects.get(project=project, kind="convention")
    assert (log.user, log.body, log.form, log.sha256) == (agent.user, row.body, "pdf", document.pdf_sha256)
    address = f"/documents/{project.reference}/CONV-v1/"
    elsewhere = makers.member(project.lead_body, Role.LEGAL)
    for actor, told in ((legal, True), (makers.coordinator_of(project), True), (elsewhere, False), (agent, False)):
        page = shown(Browser().sign_in(actor.user), address)
        assert ("Téléchargements" in page) == told
        assert (log.sha256[:16] in page.partition("Téléchargements")[2]) == told


# Workspace ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"CONV", "CCTP", "DELIB"}),
        ("?nature=convention", {"CONV"}),
        ("?etat=issued", {"CONV", "CCTP", "DELIB"}),
        ("?etat=superseded", set()),
        ("?etat=stale", set()),
        ("?q=CCTP", {"CCTP"}),
        ("?q=introuvable", set()),
        ("?attente=on", {"CONV", "CCTP", "DELIB"}),
        ("?organisme={body}", {"CONV", "CCTP", "DELIB"}),
        ("?organisme=999999", {"CONV", "CCTP", "DELIB"}),  # a wrong filter narrows nothing
        ("?etat=%27+OR+1&nature=..&q=%00", {"CONV", "CCTP", "DELIB"}),
    ],
)
def test_the_workspace_is_narrowed_by_its_filters(project: Project, query: str, found: set[str]) -> None:
    row = other(project)
    browser = Browser().sign_in(makers.holder(row.body, Role.LEGAL).user)
    page = shown(browser, f"/documents/{query.format(body=row.body_id)}").partition('role="search"')[2]
    assert {name for name in ("CONV", "CCTP", "DELIB") if f"{project.reference}/{name}-" in page} == found


def test_what_waits_for_a_legal_officer_moves_on_with_each_act(project: Project) -> None:
    row = other(project)
    browser = Browser().sign_in(makers.holder(row.body, Role.LEGAL).user)
    assert "Enregistrer l&#x27;acte" in shown(browser, "/documents/")
    makers.authorise(row)
    assert "Enregistrer la signature" in shown(browser, "/documents/")
    makers.sign(row)
    page = shown(browser, "/documents/")
    assert "Déposer la copie" in page
    assert f"/documents/{project.reference}/CONV-v1/copies/{row.body_id}/" in page


def test_the_workspace_costs_the_same_with_one_project_and_three(project: Project, browser: Any) -> None:
    row = other(project)
    legal = makers.holder(row.body, Role.LEGAL)
    browser.sign_in(legal.user)
    counts = []
    for _ in range(2):
        browser.get("/documents/")
        with CaptureQueriesContext(connection) as seen:
            shown(browser, "/documents/")
        counts.append(len(seen))
        for _ in range(2):
            makers.make_project(ProjectState.AGREEMENT, bodies=[makers.make_body(), row.body], frozen=True)
    assert counts[1] == counts[0] <= 20
