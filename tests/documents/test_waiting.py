"""« Ce qui vous attend » : a text to read, a proposal to settle, a copy to look at, a copy to return."""

from __future__ import annotations

import zlib

import pytest

from documents import drafting, issuing, review
from documents.copies import receive
from documents.issuing import bytes_of, issue_kind
from documents.models import Document
from documents.waiting import waiting
from procurement.access import Actor
from procurement.models import Role
from projects.awaited.todo import todos
from projects.enums import ProjectState
from projects.models import Participation, Project
from tests import makers
from tests.documents import makers as papers
from tests.documents import pdf, signing

pytestmark = pytest.mark.django_db


def verbs(actor: Actor) -> list[str]:
    """What the workspace asks of a person."""
    return [item.verb for item in waiting(actor)]


def other(project: Project) -> Participation:
    """The party that does not lead."""
    return project.participations.exclude(body_id=project.lead_body_id).get()


def test_a_reading_waits_for_each_body_until_it_answers() -> None:
    project = makers.make_project(ProjectState.AGREEMENT)
    row = other(project)
    legal, agent = makers.holder(row.body, Role.LEGAL), makers.holder(row.body, Role.AGENT)
    assert "Relire le texte" not in verbs(legal)
    review.open_review(project, answer_by=None, actor=makers.coordinator_of(project))
    assert "Relire le texte" in verbs(legal)
    assert "Relire le texte" in [item.verb for item in todos(legal)]
    assert "Relire le texte" not in verbs(agent)
    draft = review.draft_digest(review.assemble(Project.objects.get(pk=project.pk), bare=True))
    review.answer(project, row.body, verdict="remarks", draft=draft, text="À revoir.", actor=legal)
    assert "Relire le texte" not in verbs(legal)


def test_a_proposal_waits_for_the_legal_team_of_the_lead_body() -> None:
    project = makers.make_project(ProjectState.AGREEMENT)
    assert project.lead_body is not None
    legal, stranger = makers.holder(project.lead_body, Role.LEGAL), makers.holder(other(project).body, Role.LEGAL)
    made = drafting.amend(
        project, "convention/14-retrait", "Premier jet.", actor=makers.coordinator_of(project), seen=0
    )
    assert made is not None
    for found in (waiting(legal), todos(legal)):
        [item] = [item for item in found if item.verb == "Lire la proposition"]
        assert item.url.endswith("/clauses/convention/14-retrait/#proposition")
    assert "Lire la proposition" not in verbs(stranger)
    drafting.settle(project, made.pk, accept=True, actor=legal)
    assert "Lire la proposition" not in verbs(legal)


@pytest.fixture
def signed(monkeypatch: pytest.MonkeyPatch) -> Project:
    """A constituted grouping whose documents are one page each."""

    def short(html: str) -> bytes:
        return pdf.pdf_of(papers.issued_html(papers.dossier(2, title=str(zlib.crc32(html.encode()))), "certificate"))

    monkeypatch.setattr(issuing, "render_pdf", short)
    return makers.make_project(ProjectState.CONSTITUTED)


def test_a_copy_that_is_not_recognised_waits_for_who_checks_it(signed: Project) -> None:
    document = Document.objects.get(project=signed, kind="convention")
    row = other(signed)
    assert signed.lead_body is not None
    checkers = [makers.coordinator_of(signed), makers.holder(signed.lead_body, Role.LEGAL)]
    annotated = signing.annotated(bytes_of(document))
    receive(document, row.body, annotated, "x.pdf", actor=makers.holder(row.body, Role.LEGAL))
    for checker in checkers:
        assert "Vérifier la copie" in verbs(checker)
    assert "Vérifier la copie" not in verbs(makers.holder(row.body, Role.LEGAL))


def test_who_returned_the_accession_form_is_not_asked_for_the_convention(signed: Project) -> None:
    row = other(signed)
    legal = makers.holder(row.body, Role.LEGAL)
    assert "Déposer la copie" in verbs(legal)
    issue_kind(signed, "accession-form", makers.coordinator_of(signed))
    form = Document.objects.get(project=signed, kind="accession-form", body=row.body)
    copy = receive(form, row.body, signing.scanned(), "scan.pdf", actor=legal)
    assert copy.counts
    assert "Déposer la copie" not in verbs(legal)
