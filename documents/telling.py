"""What is told when a document is issued by hand: to those it concerns, and to whoever held the one it replaces."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.urls import reverse

from documents.models import Document
from procurement.access import Actor
from procurement.models import Role
from procurement.notifications import Message, message, queue_each
from projects.models import Project
from projects.notifications.telling import people, present

DocumentIssued = message("document_issued", "Un document est émis")
DocumentReplaced = message("document_replaced", "Un document est remplacé par une nouvelle version")


def tell_issued(project: Project, issued: Sequence[Document], actor: Actor) -> None:
    """One message a person, whatever the number of their documents. Two queries a document at most."""
    theirs: dict[int, list[Document]] = {}
    for document in issued:
        bodies = [document.body_id] if document.body_id else present(project)
        for user_id in people(bodies, Role.AGENT, Role.LEGAL):
            theirs.setdefault(user_id, []).append(document)
    queue_each({user_id: _message(project, own) for user_id, own in theirs.items()}, but=actor.user_id)


def _message(project: Project, documents: Sequence[Document]) -> Message:
    replaces = any(document.number > 1 for document in documents)
    kind = DocumentReplaced if replaces else DocumentIssued
    return kind(
        topic=project.reference,
        topic_title=project.title,
        body_name=", ".join(_bodies(documents)),
        text=" ".join(_line(document) for document in documents[:5]),
        link=reverse("project_documents", args=[project.reference]),
        verb="Voir les documents",
    )


def _bodies(documents: Iterable[Document]) -> list[str]:
    return list(dict.fromkeys(document.body.name for document in documents if document.body))


def _line(document: Document) -> str:
    line = f"« {document.title} » est émis, version {document.number} ({document.reference})."
    if document.number > 1:
        line += f" Il remplace la version {document.number - 1} : ne vous servez plus de l'ancienne."
    return line
