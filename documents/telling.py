"""What is told when a document is issued by hand: to those it concerns, and to whoever holds the one it replaces."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db.models import Q
from django.urls import reverse

from documents.models import Document, Download
from procurement.access import Actor
from procurement.models import Role
from procurement.notifications import Message, message, queue_each
from projects.models import Project
from projects.notifications.telling import people, present, tell

DocumentIssued = message("document_issued", "Un document est émis")
DocumentReplaced = message("document_replaced", "Un document est remplacé par une nouvelle version")
DocumentWaived = message("document_waived", "Un changement est dit sans effet sur un document")
DocumentBehind = message("document_behind", "Un document ne dit plus les données du projet")


def tell_issued(project: Project, issued: Sequence[Document], actor: Actor) -> None:
    """One message a person, whatever the number of their documents."""
    everyone = people(present(project), Role.AGENT, Role.LEGAL) if any(not d.body_id for d in issued) else []
    theirs: dict[int, list[Document]] = {}
    for document in issued:
        for user_id in people([document.body_id], Role.AGENT, Role.LEGAL) if document.body_id else everyone:
            theirs.setdefault(user_id, []).append(document)
    for user_id, document in holders(issued):
        if document not in theirs.setdefault(user_id, []):
            theirs[user_id].append(document)
    queue_each({user_id: _message(project, own) for user_id, own in theirs.items()}, but=actor.user_id)


def tell_holders(project: Project, issued: Sequence[Document], actor: Actor) -> None:
    """Whoever holds an issue that these replace, and they alone; one message a person."""
    theirs: dict[int, list[Document]] = {}
    for user_id, document in holders(issued):
        theirs.setdefault(user_id, []).append(document)
    queue_each({user_id: _message(project, own) for user_id, own in theirs.items()}, but=actor.user_id)


def holders(issued: Sequence[Document]) -> list[tuple[int, Document]]:
    """(person, new issue) for whoever downloaded an earlier issue of the same document. One query."""
    later = [document for document in issued if document.number > 1]
    by_name = {(document.kind, document.body_id, document.series): document for document in later}
    if not by_name:
        return []
    same = Q()
    for kind, body_id, series in by_name:
        same |= Q(document__kind=kind, document__body_id=body_id, document__series=series)
    rows = Download.objects.filter(same, document__project_id=issued[0].project_id, user__isnull=False)
    names = ("user_id", "document__kind", "document__body_id", "document__series")
    taken = rows.order_by("user_id").values_list(*names).distinct()
    return [(user_id, by_name[kind, body_id, series]) for user_id, kind, body_id, series in taken]


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


def tell_waived(project: Project, document: Document, reason: str, actor: Actor) -> None:
    """The people of the bodies that vote and sign: they are told what was looked at and why it changes nothing."""
    text = f"Des données ont changé depuis {document.reference} ; le coordinateur constate que c'est sans effet. "
    bodies = [document.body_id] if document.body_id else present(project)
    told = people(bodies, Role.AGENT, Role.LEGAL)
    link = reverse("document_detail", args=document.address)
    tell(DocumentWaived, project, f"{text}Motif : {reason}", told, actor, link=link, verb="Voir ce qui a changé")


def tell_behind(project: Project, document: Document, what: str, actor: Actor) -> None:
    """The coordinator, once for each new state of the facts: see the command `documents`."""
    text = f"{document.reference} ne dit plus les données du projet : {what}"
    link = reverse("document_detail", args=document.address)
    told = [project.coordinator_id]
    tell(DocumentBehind, project, text, told, actor, link=link, verb="Voir ce qui a changé")
