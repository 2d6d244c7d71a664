"""What is put to the candidates is issued, and says what is so, before the consultation is launched (design §2)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from documents.catalogue import kind_of
from documents.freshness import Today
from documents.guarding import said, standing_issues
from documents.models import Document
from procurement.steps import Missing
from procurement.workflow import also_required
from projects.models import Project

FOR_CANDIDATES = ("specification", "consultation-rules", "ccap", "commitment-form", "price-schedule")


@also_required(Project, "launch")
def consultation_documents(project: Project, /) -> Iterable[Missing]:
    """Each of them issued on a version that stands, then up to date; read once for each project object at hand."""
    known: Any = project.__dict__.get("_for_candidates")
    if known is None:
        known = project.__dict__["_for_candidates"] = list(_missing(project))
    return list(known)


def _missing(project: Project) -> Iterable[Missing]:
    issues = Document.objects.filter(project=project, kind__in=FOR_CANDIDATES)
    found = {document.kind: document for document in standing_issues(issues)}
    absent = [code for code in FOR_CANDIDATES if code not in found]
    for code in absent:
        yield Missing(f"l'émission du document « {kind_of(code, project.route).title} »", "documents/")
    if not absent:  # the facts are not read before there is something to hold against them
        marks = Today(project).marks(found.values())
        yield from filter(None, (said(found[code], marks[found[code].pk]) for code in FOR_CANDIDATES))
