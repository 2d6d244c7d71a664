"""What waits for a person among the documents of all their projects: one verb and one link each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse

from documents.models import Document, OutOfDate, SignedCopy
from procurement.access import Actor
from procurement.models import Role
from projects.enums import ParticipationState, ProjectState
from projects.models import Participation
from projects.queries import own_participations

COPIES_EXPECTED = (ProjectState.AGREEMENT, ProjectState.CONSTITUTED)
MOST = 50


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something to do about a document."""

    text: str
    verb: str
    url: str
    body: str = ""
    project_id: int = 0


def waiting(actor: Actor) -> list[Waiting]:
    """Acts to record, signatures, copies to return, issues that no longer say what is so. Four queries at most."""
    found = [*_of_legal_officer(actor), *_of_coordinator(actor)]
    return found[:MOST]


def _of_legal_officer(actor: Actor) -> Iterator[Waiting]:
    bodies = [body.pk for body in actor.bodies_as(Role.LEGAL)]
    if not bodies:
        return
    rows = own_participations(actor).filter(body_id__in=bodies, project__state__in=COPIES_EXPECTED)
    signed = []
    for row in rows:
        if row.state == ParticipationState.SIGNED:
            signed.append(row)
        elif row.project.state == ProjectState.AGREEMENT and row.frozen:  # type: ignore[attr-defined]  # annotated
            yield from _act_or_signature(row)
    yield from _copies(signed)


def _act_or_signature(row: Participation) -> Iterator[Waiting]:
    title, name, ref = row.project.title, row.body.name, row.project.reference
    if row.state == ParticipationState.INTENDED:
        url = reverse("participation_step", args=[ref, row.pk, "authorise"])
        text = f"L'acte qui approuve la convention de « {title} »."
        yield Waiting(text, "Enregistrer l'acte", url, name, row.project_id)
    elif row.state == ParticipationState.AUTHORISED:
        url = reverse("participation_step", args=[ref, row.pk, "sign"])
        text = f"La signature de la convention de « {title} »."
        yield Waiting(text, "Enregistrer la signature", url, name, row.project_id)


def _copies(signed: list[Participation]) -> Iterator[Waiting]:
    """Those who signed and whose copy of the convention has not come back."""
    projects = [row.project_id for row in signed]
    issues = Document.objects.filter(project_id__in=projects, kind="convention", version__given_up_on=None)
    conventions = {item.project_id: item for item in issues.defer("context").order_by("number")}
    back = SignedCopy.objects.counting().filter(document__project_id__in=projects, document__kind="convention")
    returned = set(back.values_list("document__project_id", "body_id"))
    for row in signed:
        document = conventions.get(row.project_id)
        if document is not None and (row.project_id, row.body_id) not in returned:
            url = reverse("body_copies", args=[*document.address, row.body_id])
            text = f"La copie signée de {document.reference} n'est pas revenue."
            yield Waiting(text, "Déposer la copie", url, row.body.name, row.project_id)


def _of_coordinator(actor: Actor) -> Iterator[Waiting]:
    mine = OutOfDate.objects.filter(document__project__coordinator_id=actor.user_id).select_related("document__project")
    for item in mine.defer("document__context").order_by("-seen_at")[:MOST]:
        document = item.document
        text = f"{document.reference} ne dit plus les données du projet."
        url = reverse("document_detail", args=document.address)
        yield Waiting(text, "Voir ce qui a changé", url, project_id=document.project_id)
