"""What no longer says what is so, or was replaced, is not sent, voted, signed or shown to candidates (D3, F25)."""

from __future__ import annotations

from collections.abc import Iterable

from documents.freshness import Mark, Today
from documents.models import Document
from documents.models.issues import COUNTING, DocumentQuerySet
from procurement.steps import Blocked, Missing, Step
from projects.models import Project


def standing_issues(wanted: DocumentQuerySet) -> list[Document]:
    """Those of these issues that neither a later one nor an abandoned version undid. One query."""
    return [document for document in _read(wanted) if document.state in COUNTING]


def _read(wanted: DocumentQuerySet) -> list[Document]:
    found = wanted.with_state().select_related("body", "version", "project").defer("context", "version__facts")
    return list(found)


def not_to_leave(project: Project, documents: Iterable[Document]) -> list[Missing]:
    """One line for each of these issues that must not be sent any more; empty when all may be."""
    wanted: DocumentQuerySet = Document.objects.filter(pk__in=[document.pk for document in documents])
    found = _read(wanted)
    marks = Today(project).marks(document for document in found if document.state in COUNTING)
    return [line for document in found if (line := said(document, marks.get(document.pk, Mark.FRESH)))]


def said(document: Document, mark: Mark) -> Missing | None:
    """What stands against sending this issue, None when nothing does."""
    if document.state not in COUNTING:
        return Missing(
            f"la version en vigueur de « {document.title} » : {document.reference} est remplacée ou caduque",
            "documents/",
        )
    if mark.stale:
        return Missing(f"une version à jour de « {document.title} » : {document.reference} est périmée", "documents/")
    return None


def refuse(project: Project, documents: Iterable[Document], step: Step) -> None:
    """Raise Blocked when one of these issues must not leave."""
    if missing := not_to_leave(project, documents):
        raise Blocked(step, missing)
