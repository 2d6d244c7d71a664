"""What is put to the candidates is issued, and says what is so, before the consultation is launched (design §2)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from documents.catalogue import kind_of
from documents.guarding import COUNTING, marked, said
from documents.models import Document
from procurement.steps import Missing
from procurement.workflow import also_required
from projects.models import Project

FOR_CANDIDATES = ("specification", "consultation-rules", "ccap", "commitment-form", "price-schedule")


@also_required(Project, "launch")
def consultation_documents(project: Project, /) -> Iterable[Missing]:
    """Each of them issued on a version that stands, and up to date; read once for each project object at hand."""
    known: Any = project.__dict__.get("_for_candidates")
    if known is None:
        issues = Document.objects.filter(project=project, kind__in=FOR_CANDIDATES)
        found = {document.kind: (document, mark) for document, mark in marked(project, issues) if _counts(document)}
        known = [line for code in FOR_CANDIDATES for line in _missing(project, code, found.get(code))]
        project.__dict__["_for_candidates"] = known
    return list(known)


def _counts(document: Document) -> bool:
    return document.state in COUNTING


def _missing(project: Project, code: str, found: Any) -> Iterable[Missing]:
    if found is None:
        yield Missing(f"l'émission du document « {kind_of(code, project.route).title} »", "documents/")
    elif line := said(*found):
        yield line
