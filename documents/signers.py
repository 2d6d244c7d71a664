"""Who signs a document, returns it, looks at what came back: said once, for the pages, the packages, the links."""

from __future__ import annotations

from django.db.models import Q

from documents.catalogue import KINDS, UnknownKind, kind_of
from documents.kinds.base import EACH_PARTY
from documents.models import Document
from documents.models.issues import DocumentQuerySet
from procurement.access import Actor
from procurement.models import Body, Role
from projects import rules
from projects.models import Participation, Project
from projects.requirements import signs_contract

RETURNED_KINDS = frozenset(kind.code for kind in KINDS if kind.signed_by)


def signs(document: Document, project: Project, body_id: int) -> bool:
    """True when that body of the project signs this issue, so has it to sign and returns it."""
    try:
        signed_by = kind_of(document.kind, document.route).signed_by
    except UnknownKind:
        return False  # no longer in the catalogue
    if not signed_by or document.body_id not in (None, body_id):
        return False
    return signed_by == EACH_PARTY or signs_contract(project, body_id)


def returns_copies(participation: Participation, actor: Actor) -> bool:
    """An agent or legal officer of the body, or the coordinator: those who may leave may also return a copy."""
    return rules.may_leave(participation, actor)


def checks_copies(participation: Participation, actor: Actor) -> bool:
    """The coordinator, or the lead body's legal officer, looks at what the machine could not vouch for."""
    project = participation.project
    return rules.is_coordinator(project, actor) or actor.holds(Role.LEGAL, project.lead_body_id)


def issues_seen(actor: Actor) -> DocumentQuerySet:
    """The issues whose copies an actor may look at: those they read, and all those of the copies they check."""
    led = [body.pk for body in actor.bodies_as(Role.LEGAL)]
    read = Document.objects.visible_to(actor).values("pk")
    found: DocumentQuerySet = Document.objects.filter(Q(pk__in=read) | Q(project__lead_body_id__in=led))
    return found


def concerned(document: Document, actor: Actor) -> list[Participation]:
    """The signers whose copies the actor may read: their own, or all for those who check them. Lead body first."""
    project = document.project
    rows = [row for row in project.listed() if signs(document, project, row.body_id)]
    return [row for row in rows if actor.belongs_to(row.body_id) or checks_copies(row, actor)]


def participation_of(document: Document, body: Body, *, lock: bool = False) -> Participation:
    """The participation that a copy is about; DoesNotExist for a body that never took part."""
    rows = Participation.objects.select_for_update(of=("self",)) if lock else Participation.objects.all()
    return rows.select_related("project", "body").get(project_id=document.project_id, body=body)
