"""What waits for a person among the texts and documents of all their projects: one verb and one link each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Q
from django.urls import reverse

from documents.models import Document, OutOfDate, SignedCopy
from documents.returned import CONVENTION
from procurement.access import Actor
from procurement.models import Role
from projects.awaited.texts import text_todos
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
    """Texts to read, acts to record, signatures, copies to return or to look at, issues that no longer say what is so.

    Seven queries at most.
    """
    texts = [Waiting(*row[:4], row[5]) for row in text_todos(actor)]
    found = [*texts, *_of_legal_officer(actor), *_to_look_at(actor), *_of_coordinator(actor)]
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
    back = SignedCopy.objects.counting().filter(document__project_id__in=projects, document__kind__in=CONVENTION)
    returned = set(back.values_list("document__project_id", "body_id"))
    for row in signed:
        document = conventions.get(row.project_id)
        if document is not None and (row.project_id, row.body_id) not in returned:
            url = reverse("body_copies", args=[*document.address, row.body_id])
            text = f"La copie signée de {document.reference} n'est pas revenue."
            yield Waiting(text, "Déposer la copie", url, row.body.name, row.project_id)


def _to_look_at(actor: Actor) -> Iterator[Waiting]:
    """Copies that no machine can vouch for, for who checks them: the coordinator, the lead body's legal officer."""
    lead = [body.pk for body in actor.bodies_as(Role.LEGAL)]
    whose = Q(document__project__coordinator_id=actor.user_id) | Q(document__project__lead_body_id__in=lead)
    copies = SignedCopy.objects.filter(whose, sound=False, accepted_on=None, set_aside_on=None)
    for copy in copies.select_related("document__project", "body").defer("document__context").order_by("pk")[:MOST]:
        document = copy.document
        text = f"La copie de {document.reference} déposée pour {copy.body.name} n'est pas reconnue."
        url = reverse("body_copies", args=[*document.address, copy.body_id])
        yield Waiting(text, "Vérifier la copie", url, copy.body.name, document.project_id)


def _of_coordinator(actor: Actor) -> Iterator[Waiting]:
    mine = OutOfDate.objects.filter(document__project__coordinator_id=actor.user_id).select_related("document__project")
    for item in mine.defer("document__context").order_by("-seen_at")[:MOST]:
        document = item.document
        text = f"{document.reference} ne dit plus les données du projet."
        url = reverse("document_detail", args=document.address)
        yield Waiting(text, "Voir ce qui a changé", url, project_id=document.project_id)
