"""One issue: what it is worth, what changed since, its versions, who took it; two versions side by side."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from documents.catalogue import UnknownKind, kind_of
from documents.changes import changes
from documents.comparing import compare, paragraphs
from documents.copies import RETURNED_KINDS
from documents.forms.workspace import WaiveForm
from documents.freshness import Today
from documents.models import Document, Download
from documents.printing import page_of
from documents.views.issues import row_of
from documents.waiving import waive
from procurement.access import ActorRequest, fetch, member, page
from procurement.keyset import keyset_page
from projects import rules
from projects.models.reading import WITH_PROJECT
from projects.views.frame import SAFE

LOG_SIZE = 20


def issue_or_404(request: ActorRequest, project: str, name: str) -> Document:
    """An issue that the person asking may read, with its state."""
    visible = Document.objects.visible_to(request.actor).with_state()
    around = [f"project__{name}" for name in ("lead_body", "coordinator", *WITH_PROJECT)]
    found: Document = fetch(
        visible.select_related(*around, "body", "version", "wording", "issued_by"), reference=f"{project}/{name}"
    )
    if request.method in SAFE:
        found.project.at_rest()
    return found


@require_safe
@page(member)
def document_detail(request: ActorRequest, project: str, name: str) -> HttpResponse:
    """Everything about one issue."""
    return _detail(request, issue_or_404(request, project, name))


def _detail(request: ActorRequest, document: Document, form: WaiveForm | None = None) -> HttpResponse:
    verdict = Today(document.project).verdict(document)
    coordinates = rules.is_coordinator(document.project, request.actor)
    same = Document.objects.visible_to(request.actor).with_state().defer("context")
    versions = same.filter(**_same(document)).order_by("-number")
    log = Download.objects.filter(document=document).visible_to(request.actor).select_related("user", "body")
    context: dict[str, Any] = {
        "document": document,
        "row": row_of(document),
        "verdict": verdict,
        "coordinates": coordinates,
        "versions": [row_of(item) for item in versions],
        "log": keyset_page(log, request.GET, order=("-pk",), size=LOG_SIZE),
        "form": form or WaiveForm(initial={"context": verdict.context_sha256}),
        "may_waive": coordinates and verdict.stale and bool(verdict.context_sha256) and not verdict.reissue,
        "formats": _formats(document),
        "returns": document.kind in RETURNED_KINDS,
    }
    status = 422 if form is not None and form.is_bound else 200
    return render(request, "documents/detail.html", context, status=status)


def _same(document: Document) -> dict[str, Any]:
    """What the versions of one document share."""
    return {name: getattr(document, name) for name in ("project", "kind", "body", "series")}


def _formats(document: Document) -> list[str]:
    """The editable formats it may be had in."""
    try:
        known = kind_of(document.kind, document.route).formats
    except UnknownKind:
        return []
    return [form for form in known if form not in ("pdf", "html")]


@require_POST
@page(member)
def document_waive(request: ActorRequest, project: str, name: str) -> HttpResponse:
    """Find that the change which was shown is without effect."""
    document = issue_or_404(request, project, name)
    if not rules.is_coordinator(document.project, request.actor):
        raise PermissionDenied("Ce constat revient au coordinateur du projet.")
    form = WaiveForm(request.POST)
    if not form.is_valid():
        return _detail(request, document, form)
    given = form.cleaned_data
    waive(document, given["reason"], context_sha256=given["context"], actor=request.actor)
    return redirect("document_detail", project, name)


@require_safe
@page(member)
def document_compare(request: ActorRequest, project: str, name: str, other: int) -> HttpResponse:
    """Two issues of the same document: the facts that changed, then the text side by side, the older on the left."""
    document = issue_or_404(request, project, name)
    same = Document.objects.visible_to(request.actor).filter(**_same(document))
    with_it: Document = fetch(same.select_related("project", "body", "version", "wording"), number=other)
    if with_it == document:
        raise Http404("la même version")
    old, new = sorted((document, with_it), key=lambda item: item.number)
    pairs = compare(*(paragraphs(page_of(item).html) for item in (old, new)))
    context = {
        "document": document,
        "old": old,
        "new": new,
        "facts": changes(old.context, new.context),
        "pairs": pairs,
        "changed": sum(1 for pair in pairs if pair.what),
    }
    return render(request, "documents/compare.html", context)
