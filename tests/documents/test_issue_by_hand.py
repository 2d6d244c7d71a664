"""The coordinator issues what is due, once; whoever holds the earlier version is told of the next."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from documents import issuing
from documents.catalogue import UnknownKind, kinds_for
from documents.due import not_due, reached
from documents.issuing import issue_kind
from documents.models import Document, Download, Wording
from documents.printing import page_of
from documents.wording import digest
from procurement.letters import Letter
from procurement.models import Body
from procurement.steps import Blocked
from procurement.workflow import perform
from projects.enums import ProjectState
from projects.models import Event, Participation, Project
from tests import makers
from tests.house.browser import Browser

pytestmark = pytest.mark.django_db
TINY = b"%PDF-1.7 tiny\n%%EOF\n"


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(issuing, "render_pdf", lambda html: TINY)


@pytest.fixture
def project() -> Project:
    """Frozen."""
    return makers.make_project(ProjectState.AGREEMENT, frozen=True)


def test_a_due_kind_is_issued_once_with_its_event_and_its_messages(project: Project) -> None:
    coordinator = makers.coordinator_of(project)
    first = issue_kind(project, "financial-annex", coordinator)
    assert [document.reference for document in first] == [f"{project.reference}/FIN-v1"]
    assert issue_kind(project, "financial-annex", coordinator) == []
    events = Event.objects.filter(project=project, step="issue", facts__document=f"{project.reference}/FIN-v1")
    assert events.count() == 1
    told = set(Letter.objects.filter(code="document_issued").values_list("user_id", flat=True))
    assert told == {makers.characters(project).member.user_id}  # not the one who did it


def test_a_kind_of_each_body_is_issued_for_all_then_for_those_that_lack_it(project: Project) -> None:
    coordinator = makers.coordinator_of(project)
    body = project.participations.exclude(body_id=project.lead_body_id).get().body
    assert [item.body for item in issue_kind(project, "accession-form", coordinator, body)] == [body]
    assert [item.body for item in issue_kind(project, "accession-form", coordinator)] == [project.lead_body]
    assert issue_kind(project, "accession-form", coordinator) == []


def test_the_convention_is_not_issued_again_while_its_version_stands(project: Project) -> None:
    coordinator = makers.coordinator_of(project)
    for row in project.participations.all():
        makers.authorise(row)
    assert issue_kind(project, "convention", coordinator) == []
    assert issue_kind(project, "deliberation", coordinator) == []


@pytest.mark.parametrize("state", [s for s in ProjectState.values if s != ProjectState.FRAMING])
def test_what_may_be_issued_in_each_state_is_what_is_due(state: str) -> None:
    project = makers.make_project(state)
    coordinator = makers.coordinator_of(project)
    frozen = project.current_version() is not None
    for kind in {kind.code: kind for kind in kinds_for(project.route)}.values():
        missing = not_due(kind, project, frozen=frozen)
        assert reached(kind, state) or missing
        if missing:
            with pytest.raises(Blocked):
                issue_kind(project, kind.code, coordinator)
        else:
            issue_kind(project, kind.code, coordinator)
            assert Document.objects.filter(project=project, kind=kind.code).exists()


def test_only_the_coordinator_issues(project: Project) -> None:
    who = makers.characters(project)
    with pytest.raises(PermissionDenied):
        issue_kind(project, "financial-annex", who.member)
    with pytest.raises(UnknownKind):
        issue_kind(project, "inconnu", who.coordinator)
    stranger = makers.make_body()
    with pytest.raises(Blocked, match="partie au projet"):
        issue_kind(project, "accession-form", who.coordinator, stranger)


def test_the_next_version_is_told_to_whoever_holds_the_earlier_one() -> None:
    project = makers.make_project(ProjectState.CALL)
    coordinator = makers.coordinator_of(project)
    (first,) = issue_kind(project, "opportunity-note", coordinator)
    holder = makers.member(project.lead_body, "viewer")  # told of nothing by their role
    gone = makers.member(makers.make_body())  # has left since
    for actor in (holder, gone):
        Download.objects.create(document=first, user=actor.user, body=actor.body, form="pdf", sha256="0" * 64)
    Letter.objects.all().delete()
    row = project.participations.exclude(body_id=project.lead_body_id).get()
    makers.declare(row)
    (second,) = issue_kind(project, "opportunity-note", coordinator)
    assert (second.number, Letter.objects.filter(code="document_issued").exists()) == (2, False)
    letters = {letter.user_id: letter.text for letter in Letter.objects.filter(code="document_replaced")}
    assert {holder.user_id, gone.user_id, makers.characters(project).member.user_id} <= set(letters)
    assert all("remplace la version 1" in text for text in letters.values())


# On the page ----------------------------------------------------------------------------------------------------------
def test_the_button_issues_and_sent_twice_issues_once(project: Project, browser: Browser) -> None:
    page = f"/projets/{project.reference}/documents/"
    browser.sign_in(makers.coordinator_of(project).user)
    to = f"{page}emettre/needs-annex/"
    assert "Émettre" in browser.get(page).content.decode()
    assert "1\u00a0document émis" in browser.submit(page, {}, to=to, follow=True).content.decode()
    token = dict(browser.forms(page)[-1])
    assert "déjà fait" in browser.post(to, token, follow=True).content.decode()
    assert Document.objects.filter(project=project, kind="needs-annex").count() == 1
    refused = browser.post(f"{page}emettre/certificate/", token)
    assert refused.status_code == 409
    assert "Constitué" in refused.content.decode()


# The words of the day -------------------------------------------------------------------------------------------------
def with_other_words(document: Document, change: Any) -> Document:
    """The same issue as if its templates had been others."""
    assert document.wording is not None
    files = {name: change(text) for name, text in document.wording.files().items()}
    other = Wording.objects.create(sha256=digest(files), packed=Wording.pack(files))
    document.wording = other
    return document


def test_an_issue_is_printed_with_the_words_of_its_day(project: Project) -> None:
    document = Document.objects.select_related("wording", "project").get(project=project, kind="convention")
    today = page_of(document).html
    older = with_other_words(document, lambda text: text.replace("Code de vérification", "Code de contrôle"))
    page = page_of(older)
    assert "Code de contrôle" in page.html
    assert "Code de contrôle" not in today
    assert page.html.replace("Code de contrôle", "Code de vérification") == today
    assert page.title == document.title


def test_an_issue_finds_its_kind_whatever_became_of_the_route(project: Project) -> None:
    document = Document.objects.select_related("wording", "project").get(project=project, kind="convention")
    before = page_of(document).html
    Project.objects.filter(pk=project.pk).update(route="shared_development")
    document = Document.objects.select_related("wording", "project").get(pk=document.pk)
    assert page_of(document).html == before
    assert document.title == "Convention constitutive"


def test_one_wording_serves_all_the_issues_of_a_day(project: Project) -> None:
    assert Wording.objects.count() == 1
    wording = Wording.objects.get()
    assert wording.sha256 == digest(wording.files())
    with pytest.raises(AttributeError, match="ne change pas"):
        wording.save()


def test_a_body_that_left_is_issued_nothing(project: Project) -> None:
    body = project.participations.exclude(body_id=project.lead_body_id).get().body
    row = Participation.objects.get(project=project, body=body)
    perform(Participation, row.pk, "withdraw", actor=makers.holder(body), note="autre solution")
    issued = issue_kind(project, "accession-form", makers.coordinator_of(project))
    assert [item.body for item in issued] == [Body.objects.get(pk=project.lead_body_id)]
