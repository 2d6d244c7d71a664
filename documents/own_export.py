"""The documents of a body, for « Tout exporter »: those of its projects, and its own copies."""

from __future__ import annotations

from django.db.models import Q

from documents.models import Document
from procurement.models import Body
from projects.models import Participation
from projects.own_export import Rows, also_exports


@also_exports("documents")
def documents_of(body: Body) -> Rows:
    """One line each: what it is, when it was issued, the hash of its bytes."""
    joined = Participation.objects.filter(body=body).present().values("project_id")
    shared = Q(project_id__in=joined, body=None)
    found = Document.objects.filter(shared | Q(body=body)).select_related("project").order_by("issued_at", "pk")
    return [
        {
            "référence": document.reference,
            "projet": document.project.reference,
            "nature": document.kind,
            "version": document.number,
            "émis le": document.issued_on.isoformat(),
            "sha256 du PDF": document.pdf_sha256,
        }
        for document in found
    ]
