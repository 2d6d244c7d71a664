"""Freezing issues documents; an issue never changes; its bytes can always be made again."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import QuerySet

from documents import issuing, store
from documents.catalogue import kind_of
from documents.contexts.subject import Subject
from documents.issuing import bytes_of, issue
from documents.models import Document, DocumentState, Download
from documents.printing import canonical, context_of, page_of
from documents.render import RenderFailed, render_pdf
from procurement.letters import Letter
from procurement.workflow import perform
from projects import dossier as dossiers
from projects.enums import ProjectState
from projects.models import Event, Project
from tests import makers
from tests.conftest import ROOT

pytestmark = pytest.mark.django_db
Capture = Callable[..., AbstractContextManager[list[Any]]]
TINY = b"%PDF-1.7 tiny\n%%EOF\n"


@pytest.fixture
def project() -> Project:
    """In agreement, frozen; the test's own transaction never commits, so nothing is rendered yet."""
    return makers.make_project(ProjectState.AGREEMENT, frozen=True)


@pytest.fixture
def document(project: Project) -> Document:
    """Its convention."""
    return Document.objects.with_state().get(project=project, kind="convention")


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A renderer that only counts: the real one has its own tests."""
    seen: list[str] = []

    def render(html: str) -> bytes:
        seen.append(html)
        return TINY

    monkeypatch.setattr(issuing, "render_pdf", render)
    return seen


def refreeze(project: Project) -> None:
    """Give the version up, freeze the next."""
    coordinator = makers.coordinator_of(project)
    perform(Project, project.pk, "unfreeze", actor=coordinator, note="une coquille")
    perform(Project, project.pk, "freeze", actor=coordinator)


# Issuing --------------------------------------------------------------------------------------------------------------
def test_freezing_issues_the_convention_and_the_specification(project: Project) -> None:
    found = Document.objects.filter(project=project)
    deliberations = {f"{project.reference}/DELIB-{body.body.siren}-v1" for body in project.participations.all()}
    assert {document.reference for document in found} == {
        f"{project.reference}/CONV-v1",
        f"{project.reference}/CCTP-v1",
        *deliberations,
    }
    assert len(deliberations) == 2
    version = project.current_version()
    assert version is not None
    assert {document.version_id for document in found} == {version.pk}
    assert all(
        document.context_sha256 == hashlib.sha256(canonical(document.context).encode()).hexdigest()
        for document in found
    )


def test_whoever_took_a_version_is_told_of_the_next_freeze_even_outside_the_project(
    project: Project, document: Document
) -> None:
    """A person of a body that left, a viewer: those who still have the old file (F25)."""
    reader = makers.member().user
    assert reader is not None
    Download.objects.create(document=document, user=reader, form="pdf", sha256="0" * 64)
    refreeze(project)
    [letter] = Letter.objects.filter(code="document_replaced")
    assert letter.user == reader
    assert "ne vous servez plus de l'ancienne" in letter.text


def test_the_issue_is_in_the_journal(project: Project, document: Document) -> None:
    facts = [event.facts for event in Event.objects.filter(project=project, step="issue")]
    assert {"document": document.reference, "sha256": document.context_sha256} in facts


def test_bytes_are_made_after_the_commit_and_never_inside_the_transaction(
    quick: list[str], django_capture_on_commit_callbacks: Capture
) -> None:
    with django_capture_on_commit_callbacks(execute=False) as callbacks:
        project = makers.make_project(ProjectState.AGREEMENT, frozen=True)
        assert quick == []
        common = Document.objects.filter(project=project, body=None)
        assert set(common.values_list("pdf_sha256", flat=True)) == {""}
    for callback in callbacks:
        callback()
    assert len(quick) == 2
    assert "" not in set(common.values_list("pdf_sha256", flat=True))


def test_a_freeze_that_fails_issues_nothing(project: Project) -> None:
    before = Document.objects.count()
    with transaction.atomic():
        refreeze(project)
        transaction.set_rollback(True)
    assert Document.objects.count() == before


def test_every_document_of_a_version_has_a_code_of_its_own(project: Project) -> None:
    codes = [document.code for document in Document.objects.filter(project=project)]
    assert len(set(codes)) == len(codes)


# Immutable ------------------------------------------------------------------------------------------------------------
def test_a_row_cannot_be_saved_updated_or_deleted(document: Document) -> None:
    document.reference = "autre"
    with pytest.raises(AttributeError, match="ne change pas"):
        document.save()
    with pytest.raises(AttributeError, match="ne change pas"):
        Document.objects.filter(pk=document.pk).update(reference="autre")
    with pytest.raises(AttributeError, match="ne change pas"):
        Document.objects.filter(pk=document.pk).update(pdf_sha256="0" * 64, reference="autre")
    with pytest.raises(AttributeError, match="ne s'efface pas"):
        document.delete()


def test_the_hash_of_the_bytes_is_written_once(document: Document, quick: list[str]) -> None:
    bytes_of(document)
    other = Document.objects.get(pk=document.pk)
    other.pdf_sha256 = ""  # a second worker that read the row before the first wrote
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(issuing, "render_pdf", lambda html: b"%PDF-1.7 other\n%%EOF\n")
        issuing.produce(other)
    assert Document.objects.get(pk=document.pk).pdf_sha256 == hashlib.sha256(TINY).hexdigest()


# Bytes ----------------------------------------------------------------------------------------------------------------
def test_other_processes_hash_seeds_and_zones_give_the_same_bytes(document: Document) -> None:
    """The renderer reads no clock: a second later, elsewhere, the bytes are the same."""
    content = bytes_of(document)
    assert document.pdf_sha256 == hashlib.sha256(content).hexdigest()
    for seed, zone in (("0", "Pacific/Noumea"), ("random", "UTC")):
        done = subprocess.run(
            [sys.executable, "-m", "documents.render_worker"],
            input=page_of(document).html.encode(),
            capture_output=True,
            check=True,
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": "C"},
        )
        assert done.stdout == content


def test_the_context_survives_the_database(document: Document) -> None:
    """The HTML of the stored JSON is that of the dataclass just built."""
    facts = dossiers.from_json(document.version.facts)
    fresh = context_of(kind_of("convention"), Subject(facts))
    assert canonical(fresh) == canonical(document.context)


def test_a_lost_file_is_made_again_with_the_same_bytes(document: Document, quick: list[str]) -> None:
    content = bytes_of(document)
    store.path_of(document.pdf_sha256).unlink()
    assert bytes_of(document) == content
    assert store.path_of(document.pdf_sha256).exists()


def test_a_file_altered_on_disk_is_never_served(document: Document, quick: list[str]) -> None:
    content = bytes_of(document)
    store.path_of(document.pdf_sha256).write_bytes(content.replace(b"tiny", b"tinY"))
    assert store.read(document.pdf_sha256) is None
    assert bytes_of(document) == content


def test_bytes_that_come_out_otherwise_than_issued_are_refused(
    document: Document, quick: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    bytes_of(document)
    store.path_of(document.pdf_sha256).unlink()
    monkeypatch.setattr(issuing, "render_pdf", lambda html: b"%PDF-1.7 other\n%%EOF\n")
    with pytest.raises(RenderFailed, match="en diffère"):
        bytes_of(document)


@pytest.mark.parametrize("failure", [RenderFailed("panne"), OSError("disque plein")])
def test_a_failed_render_leaves_an_issue_that_the_next_download_repairs(
    failure: Exception,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Capture,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fail(html: str) -> bytes:
        raise failure

    monkeypatch.setattr(issuing, "render_pdf", fail)
    with django_capture_on_commit_callbacks(execute=True):
        project = makers.make_project(ProjectState.AGREEMENT, frozen=True)
    document = Document.objects.get(project=project, kind="convention")
    assert document.pdf_sha256 == ""
    assert "not rendered" in caplog.text
    monkeypatch.setattr(issuing, "render_pdf", lambda html: TINY)
    assert bytes_of(document) == TINY
    assert Document.objects.get(pk=document.pk).pdf_sha256 == hashlib.sha256(TINY).hexdigest()


def test_a_full_disk_leaves_no_half_file_and_no_hash(
    document: Document, quick: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(store.os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        bytes_of(document)
    assert Document.objects.get(pk=document.pk).pdf_sha256 == ""
    assert [path for path in store.path_of("0" * 64).parent.parent.rglob("*") if path.is_file()] == []


def test_a_worker_killed_at_any_moment_gives_no_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The parent sees a child that ended without its document: the same refusal as any other failure."""
    monkeypatch.setattr("documents.render.sys.executable", "/bin/false")
    with pytest.raises(RenderFailed, match="s’est arrêté"):
        render_pdf("<html></html>")


# State ----------------------------------------------------------------------------------------------------------------
def state(document: Document) -> str:
    """The derived state."""
    return Document.objects.with_state().get(pk=document.pk).state


def test_an_issue_is_issued_until_the_grouping_is_constituted(project: Project, document: Document) -> None:
    assert state(document) == DocumentState.ISSUED
    for participation in project.participations.all():
        makers.authorise(participation)
        makers.sign(participation)
    perform(Project, project.pk, "constitute", actor=makers.coordinator_of(project))
    assert state(document) == DocumentState.IN_FORCE


def test_a_version_given_up_revokes_its_issue_and_the_next_one_is_issued(project: Project, document: Document) -> None:
    refreeze(project)
    assert state(document) == DocumentState.REVOKED
    second = Document.objects.get(project=project, kind="convention", number=2)
    assert second.reference == f"{project.reference}/CONV-v2"
    assert state(second) == DocumentState.ISSUED


def test_a_later_issue_of_the_same_version_supersedes(project: Project, document: Document) -> None:
    version = project.current_version()
    assert version is not None
    facts = dossiers.from_json(version.facts)
    with transaction.atomic():
        later = issue(
            project, kind_of("convention"), Subject(facts), actor=makers.coordinator_of(project), version=version
        )
    assert (state(document), state(later)) == (DocumentState.SUPERSEDED, DocumentState.ISSUED)


def test_an_abandoned_project_revokes_its_documents(project: Project, document: Document) -> None:
    perform(Project, project.pk, "abandon", actor=makers.coordinator_of(project), note="faute de crédits")
    assert state(document) == DocumentState.REVOKED


def test_the_database_refuses_the_same_issue_twice(document: Document) -> None:
    fields = [field.attname for field in Document._meta.concrete_fields if not field.primary_key]
    copy = {name: getattr(document, name) for name in fields}
    with pytest.raises(IntegrityError), transaction.atomic():
        QuerySet(Document).create(**{**copy, "reference": "P-2026-999/CONV-v1"})
    assert connection.is_usable()
