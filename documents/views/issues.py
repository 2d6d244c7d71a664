"""The legal workspace, a project's documents, and the files themselves, by permission at download time."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from documents.catalogue import Kind, UnknownKind, kind_of, kinds_for
from documents.facts import subject_of
from documents.issuing import bytes_of
from documents.models import Document, DocumentState
from documents.printing import page_of, preview
from documents.render import RenderFailed, write_as
from procurement.access import Actor, ActorRequest, fetch, member, page
from procurement.keyset import keyset_page
from projects import rules
from projects.models import Participation, Project
from projects.views.frame import frame, project_or_404

PAGE_SIZE = 50
TYPES = {"pdf": "application/pdf", "odt": "application/vnd.oasis.opendocument.text"}
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
    title: str
    tone: str


def _row(document: Document) -> Row:
    return Row(document, kind_of(document.kind, document.project.route).title, TONES[DocumentState(document.state)])


@require_safe
@page(member)
def workspace(request: ActorRequest) -> HttpResponse:
    """Everything that concerns my bodies, across projects, latest first."""
    found = Document.objects.visible_to(request.actor).with_state().select_related("project", "body")
    rows = keyset_page(found, request.GET, order=("-pk",), size=PAGE_SIZE)
    context = {"page": rows, "rows": [_row(document) for document in rows.rows]}
    return render(request, "documents/workspace.html", context)


@require_safe
@page(member)
def project_documents(request: ActorRequest, ref: str) -> HttpResponse:
    """The issued documents of a project, and the drafts of those to come, for those who take part."""
    project = project_or_404(request, ref)
    concerned = takes_part(project, request.actor)
    found = (
        Document.objects.visible_to(request.actor)
        .with_state()
        .filter(project=project)
        .select_related("body", "project")
    )
    drafts = [kind for kind in kinds_for(project.route) if concerned and not kind.per_need]
    context = frame(project, request.actor, "project_documents") | {
        "rows": [_row(document) for document in found.order_by("kind", "-number")],
        "drafts": [kind for kind in drafts if not kind.per_body],
        "own_drafts": [kind for kind in drafts if kind.per_body],
        "bodies": _own_sirens(project, request.actor).items() if concerned else [],
        "concerned": concerned,
    }
    return render(request, "documents/project.html", context)


@require_safe
@page(member)
def download(request: ActorRequest, project: str, name: str, form: str) -> HttpResponse:
    """The bytes of an issue, as they were issued; or an editable copy of it, made on demand."""
    visible = Document.objects.visible_to(request.actor).select_related("project")
    document: Document = fetch(visible, reference=f"{project}/{name}")
    try:
        content = bytes_of(document) if form == "pdf" else write_as(page_of(document), form)
    except RenderFailed as failure:
        return render(request, "documents/failed.html", {"message": str(failure)}, status=503)
    return _file(content, f"{project}-{name}.{form}")


@require_safe
@page(member)
def draft(request: ActorRequest, ref: str, kind: str, form: str) -> HttpResponse:
    """A draft with its watermark, in any state, for those who take part."""
    project = project_or_404(request, ref)
    if not takes_part(project, request.actor):
        raise Http404("introuvable")
    wanted = _kind(kind, project)
    siren = request.GET.get("organisme", "") if wanted.per_body else ""
    if wanted.per_body and siren not in _own_sirens(project, request.actor):
        raise Http404("organisme inconnu")
    try:
        content = write_as(preview(wanted, subject_of(project, siren=siren)), form)
    except (RenderFailed, KeyError) as failure:  # KeyError: a body that is not in the frozen version
        return render(request, "documents/failed.html", {"message": str(failure)}, status=503)
    suffix = f"-{siren}" if siren else ""
    return _file(content, f"{ref}-{wanted.prefix}{suffix}-projet.{form}")


def _own_sirens(project: Project, actor: Actor) -> dict[str, str]:
    """SIREN → name of the bodies whose own documents the actor may read: all of them for the coordinator."""
    rows = Participation.objects.filter(project=project).present()
    if not rules.is_coordinator(project, actor):
        rows = rows.filter(body_id__in=list(actor.roles))
    return dict(rows.exclude(body__siren=None).order_by("body__name").values_list("body__siren", "body__name"))


def takes_part(project: Project, actor: Actor) -> bool:
    """True for the coordinator and for whoever works for a body that is in the project."""
    own = Participation.objects.filter(project=project, body_id__in=list(actor.roles)).present()
    return rules.is_coordinator(project, actor) or own.exists()


def _kind(code: str, project: Project) -> Kind:
    try:
        found = kind_of(code, project.route)
    except UnknownKind:
        raise Http404("document inconnu") from None
    if project.route not in found.routes or found.per_need:
        raise Http404("document d'une autre voie")
    return found


def _file(content: bytes, name: str) -> HttpResponse:
    """A file to keep: never shown inside the site, never sniffed as something else (quality.md, P5)."""
    response = HttpResponse(content, content_type=TYPES[name.rpartition(".")[2]])
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
