"""What is put to the candidates is issued before the consultation is launched (design §2, `launch`)."""

from __future__ import annotations

from collections.abc import Iterable

from documents.catalogue import kind_of
from documents.models import Document
from procurement.steps import Missing
from procurement.workflow import also_required
from projects.models import Project

FOR_CANDIDATES = ("specification", "consultation-rules", "ccap", "commitment-form", "price-schedule")


@also_required(Project, "launch")
def consultation_documents(project: Project, /) -> Iterable[Missing]:
    """Each of them issued at least once, on a version that stands; one query."""
    issued = Document.objects.filter(project=project, kind__in=FOR_CANDIDATES)
    known = set(issued.exclude(version__given_up_on__isnull=False).values_list("kind", flat=True))
    for code in FOR_CANDIDATES:
        if code not in known:
            yield Missing(f"l'émission du document « {kind_of(code, project.route).title} »", "documents/")
