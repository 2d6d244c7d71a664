"""What is out of date or replaced leaves by no door: launch, archives, packages prepared before (D3, F25)."""

from __future__ import annotations

import pytest
from django.db.models import QuerySet

from documents import issuing
from documents.bulk import ask, plan, print_slice
from documents.issuing import issue_kind
from documents.models import Bundle, BundleKind, Document
from procurement.models import Body
from procurement.steps import Blocked
from procurement.workflow import missing_before, perform
from projects.enums import ProjectState
from projects.models import Consultation, Participation, Project
from tests import makers
from tests.house.browser import Browser

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages instead of PDFs."""
    monkeypatch.setattr(issuing, "render_pdf", lambda html: b"%PDF-1.7 " + html.encode() + b"\n%%EOF\n")


def test_a_consultation_whose_documents_are_behind_is_not_launched() -> None:
    project = makers.make_project(ProjectState.CONSTITUTED)
    makers.prepare(project)
    assert missing_before(Project.objects.get(pk=project.pk), Project.step("launch")) == []
    QuerySet(Consultation).update(procedure="open", form="orders", maximum_cents=990_000_00)
    project = Project.objects.get(pk=project.pk)
    said = [line.label for line in missing_before(project, Project.step("launch"))]
    for title in ("Règlement de la consultation", "Cahier des clauses administratives", "Acte d'engagement"):
        assert any(f"une version à jour de « {title}" in line for line in said), (title, said)
    with pytest.raises(Blocked):
        perform(Project, project.pk, "launch", actor=makers.coordinator_of(project))
    for code in ("consultation-rules", "ccap", "commitment-form", "price-schedule"):
        issue_kind(project, code, makers.coordinator_of(project))
    assert missing_before(Project.objects.get(pk=project.pk), Project.step("launch")) == []


@pytest.fixture
def frozen() -> Project:
    """A frozen convention, to be voted."""
    return makers.make_project(ProjectState.AGREEMENT, frozen=True)


def test_models_of_acts_that_are_behind_are_not_sent_to_the_assemblies(frozen: Project) -> None:
    browser = Browser().sign_in(makers.coordinator_of(frozen).user)
    page, address = f"/projets/{frozen.reference}/documents/", f"/projets/{frozen.reference}/documents/archives/"
    Body.objects.filter(pk=frozen.lead_body_id).update(name="Autre nom")
    response = browser.submit(page, {"sort": "bodies"}, to=address)
    assert response.status_code == 409
    assert "une version à jour de « Modèle de délibération »" in response.content.decode()


def test_a_package_prepared_before_the_change_is_not_given_any_more(frozen: Project) -> None:
    row = frozen.participations.exclude(body_id=frozen.lead_body_id).get()
    actor = makers.holder(row.body)
    documents = plan(frozen, BundleKind.SIGNING, body=row.body)
    bundle = ask(frozen, BundleKind.SIGNING, documents, actor=actor, body=row.body)
    print_slice.call(str(bundle.pk), list(Document.objects.values_list("pk", flat=True)))
    browser, address = Browser().sign_in(actor.user), f"/documents/archives/{bundle.pk}/archive.zip"
    assert Bundle.objects.get().ready
    assert b"".join(browser.get(address).streaming_content).startswith(b"PK")
    Body.objects.filter(pk=row.body_id).update(name="Autre nom")
    refused = browser.get(address)
    assert refused.status_code == 409
    assert "est périmée" in refused.content.decode()


def test_the_bundle_of_a_body_leaves_out_what_is_behind_and_says_so(frozen: Project) -> None:
    row = frozen.participations.exclude(body_id=frozen.lead_body_id).get()
    browser = Browser().sign_in(makers.holder(row.body).user)
    page, address = f"/projets/{frozen.reference}/documents/", f"/projets/{frozen.reference}/documents/archives/"
    QuerySet(Participation).filter(pk=row.pk).update(maximum_cents=4_000_00)
    response = browser.submit(page, {"sort": "body", "organisme": row.body.siren}, to=address)
    convention = Document.objects.get(project=frozen, kind="convention")
    said = response.content.decode().partition("Sans les documents périmés")[2].partition("</")[0]
    assert convention.reference in said
    assert response.status_code == 409  # nothing is left to send
    assert not Bundle.objects.exists()
