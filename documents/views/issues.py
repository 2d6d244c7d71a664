"""The legal workspace, a project's documents, and the files themselves, by permission at download time."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from documents.bulk import log_downloads
from documents.catalogue import Kind, UnknownKind, kind_of
from documents.facts import subject_of
from documents.forms.workspace import DocumentFilter
from documents.issuing import bytes_of
from documents.models import Document, DocumentState
from documents.printing import page_of, preview
from documents.render import RenderFailed, write_as
from documents.reserve import for_reader
from documents.views.files import file
from documents.waiting import waiting
from procurement.access import Actor, ActorRequest, fetch, member, page
from procurement.keyset import keyset_page
from procurement.models import Body
from projects import rules
from projects.models import Participation, Project
from projects.views.frame import project_or_404

PAGE_SIZE = 50
TONES = {
    DocumentState.ISSUED: "info",
    DocumentState.IN_FORCE: "ok",
    DocumentState.SUPERSEDED: "neutral",
    DocumentState.REVOKED: "bad",
}


@dataclass(frozen=True)
class Row:
    """A document in a list."""

    document: Document
    tone: str
    stale: bool = False  # seen by the nightly look; a project's own pages read the facts themselves


def row_of(document: Document, *, stale: bool = False) -> Row:
    """The line of a document that carries its state."""
    return Row(document, TONES[DocumentState(document.state)], stale)


@require_safe
@page(member)
def workspace(request: ActorRequest) -> HttpResponse:
    """Everything that concerns my bodies, across projects, latest first; what waits for me comes before."""
    waits = waiting(request.actor)
    form = DocumentFilter(request.GET, actor=request.actor)
    visible = Document.objects.visible_to(request.actor).with_state().defer("context")
    found = form.narrow(visible, [item.project_id for item in waits])
    found = found.select_related("project", "body", "out_of_date")
    rows = keyset_page(found, request.GET, order=("-pk",), size=PAGE_SIZE)
    context = {
        "form": form,
        "page": rows,
        "rows": [row_of(document, stale=hasattr(document, "out_of_date")) for document in rows.rows],
        "waits": waits,
        "filtered": any(form.cleaned_data.values()),
    }
    return render(request, "documents/workspace.html", context)


@require_safe
@page(member)
def download(request: ActorRequest, project: str, name: str, form: str) -> HttpResponse:
    """The bytes of an issue, as they were issued; or an editable copy of it, made on demand. Logged."""
    visible = Document.objects.visible_to(request.actor).select_related("project", "body", "wording")
    document: Document = fetch(visible, reference=f"{project}/{name}")
    _formats(document.kind, document.route, form)
    try:
        content = bytes_of(document) if form == "pdf" else write_as(page_of(document), form)
    except RenderFailed as failure:
        return render(request, "documents/failed.html", {"message": str(failure)}, status=503)
    log_downloads([document], request.actor, form, hashlib.sha256(content).hexdigest())
    return file(content, f"{project}-{name}.{form}")


@require_safe
@page(member)
def draft(request: ActorRequest, ref: str, kind: str, form: str) -> HttpResponse:
    """A draft with its watermark, in any state, for those who take part."""
    project = project_or_404(request, ref)
    if not takes_part(project, request.actor):
        raise Http404("introuvable")
    wanted = _kind(kind, project)
    _formats(kind, project.route, form)
    siren = request.GET.get("organisme", "") if wanted.per_body else ""
    if wanted.per_body and siren not in {body.siren for body in own_bodies(project, request.actor)}:
        raise Http404("organisme inconnu")
    try:
        subject = for_reader(subject_of(project, siren=siren), project, request.actor)
        content = write_as(preview(wanted, subject), form)
    except KeyError:
        message = "Cet organisme n'est pas partie au texte : il l'est après une nouvelle version, ou un avenant."
        return render(request, "documents/failed.html", {"message": message, "final": True}, status=409)
    except RenderFailed as failure:
        return render(request, "documents/failed.html", {"message": str(failure)}, status=503)
    suffix = f"-{siren}" if siren else ""
    return file(content, f"{ref}-{wanted.prefix}{suffix}-projet.{form}")


def takes_part(project: Project, actor: Actor) -> bool:
    """True for the coordinator and for whoever works for a body that is in the project."""
    own = Participation.objects.filter(project=project, body_id__in=list(actor.roles)).present()
    return rules.is_coordinator(project, actor) or own.exists()


def own_bodies(project: Project, actor: Actor) -> list[Body]:
    """The bodies whose own documents the actor may read: all of them for the coordinator."""
    every = rules.is_coordinator(project, actor)
    found = [row.body for row in project.present() if every or actor.belongs_to(row.body_id)]
    return sorted((body for body in found if body.siren), key=lambda body: body.name)


def _formats(code: str, route: str, form: str) -> None:
    """Http404 when this kind is not written in this format."""
    try:
        known = kind_of(code, route).formats
    except UnknownKind:
        known = ("pdf",)
    if form not in known:
        raise Http404("format inconnu")


def _kind(code: str, project: Project) -> Kind:
    try:
        found = kind_of(code, project.route)
    except UnknownKind:
        raise Http404("document inconnu") from None
    if project.route not in found.routes or found.per_need:
        raise Http404("document d'une autre voie")
    return found
