"""The documents of one project: which are due, issued, out of date; issuing them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from documents.catalogue import UnknownKind
from documents.freshness import Today
from documents.issuing import issue_kind
from documents.models import Document, DocumentState
from documents.standing import followed, stages, to_do
from documents.views.issues import own_bodies, row_of, takes_part
from procurement.access import Actor, ActorRequest, member, page
from procurement.models import Body
from procurement.parts import part_of
from procurement.templatetags.cordee import plural
from projects import rules
from projects.models import Project
from projects.views.frame import frame, project_or_404

PART = 50  # bodies, under each kind that there is one of for each


@require_safe
@page(member)
def project_documents(request: ActorRequest, ref: str) -> HttpResponse:
    """Every kind of document by stage, with where it stands and what to do, for those who take part."""
    project = project_or_404(request, ref)
    bodies = own_bodies(project, request.actor)
    concerned = bool(bodies) or takes_part(project, request.actor)
    part = part_of(bodies, request.GET, size=PART, first=lambda body: request.actor.belongs_to(body.pk))
    context = frame(project, request.actor, "project_documents") | {"concerned": concerned, "part": part}
    if concerned:
        context |= _documents(project, request.actor, bodies, shown=part.rows)
    return render(request, "documents/project.html", context)


def _documents(project: Project, actor: Actor, bodies: list[Body], *, shown: Sequence[Body]) -> dict[str, Any]:
    """What stands and what is due of all these bodies; past versions of those that are shown."""
    visible = Document.objects.visible_to(actor).with_state().filter(project=project)
    visible = visible.select_related("body", "version").defer(
        "context", "version__facts"
    )  # each as long as a convention
    documents = list(visible.order_by("kind", "body__name", "-number"))
    today = Today(project)
    found = stages(project, documents, bodies, today)
    past = [item for item in documents if item.state in (DocumentState.SUPERSEDED, DocumentState.REVOKED)]
    return {
        "stages": found,
        "to_do": to_do(found),
        "past": [row_of(item) for item in past if item.body is None or item.body in shown],
        "followed": [row_of(item) for item in followed(documents, today) if item.body is None or item.body in shown],
        "bodies": [body for body in shown if actor.belongs_to(body.pk) or rules.is_coordinator(project, actor)],
        "any_own": any(item.body_id for item in documents),
        "any": bool(documents),
    }


@require_POST
@page(member)
def document_issue(request: ActorRequest, ref: str, kind: str) -> HttpResponse:
    """Issue a kind; for one body when the form names it. Sent twice, it issues once."""
    project = project_or_404(request, ref)
    siren = request.POST.get("organisme", "")
    body = next((item for item in own_bodies(project, request.actor) if item.siren == siren), None) if siren else None
    if siren and body is None:
        raise Http404("organisme inconnu")
    try:
        issued = issue_kind(project, kind, request.actor, body)
    except UnknownKind:
        raise Http404("document inconnu") from None
    if issued:
        messages.success(request, f"{issued[0].title} : {plural(len(issued), 'document émis,documents émis')}.")
    else:
        messages.info(request, "C'est déjà fait : la dernière version dit les données d'aujourd'hui.")
    return redirect("project_documents", ref)
