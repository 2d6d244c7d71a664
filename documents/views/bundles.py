"""Archives: asked for, watched while they are prepared, downloaded by whoever may still read what is in them."""

from __future__ import annotations

import uuid
from typing import cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from documents import background, store
from documents.bulk import ask, log_downloads, plan, progress, readable, restart
from documents.forms.workspace import ArchiveForm
from documents.freshness import Today
from documents.guarding import refuse
from documents.models import Bundle, BundleKind, BundleStatus, Document
from documents.views.files import stored_file
from documents.views.issues import own_bodies, takes_part
from procurement.access import ActorRequest, fetch, member, page
from procurement.models import Body
from procurement.steps import Blocked, Missing, Step
from projects import rules
from projects.models import Project
from projects.views.frame import project_or_404

SIGN = Step("send_to_sign", "Préparer le paquet à signer", (), "", rules.is_coordinator)


@require_POST
@page(member)
def bundle_ask(request: ActorRequest, ref: str) -> HttpResponse:
    """Ask for an archive, then watch it."""
    project = project_or_404(request, ref)
    if not takes_part(project, request.actor):
        raise Http404("introuvable")
    form = ArchiveForm(request.POST)
    if not form.is_valid():
        raise Http404("archive inconnue")
    given = form.cleaned_data
    body = None
    if given["sort"] == BundleKind.BODIES:
        if not rules.is_coordinator(project, request.actor):
            raise PermissionDenied("Les documents de tous les organismes sont réunis par le coordinateur.")
    else:
        body = _body(project, given["organisme"], request)
    documents = plan(project, given["sort"], body=body, kinds=given["nature"])
    if given["sort"] == BundleKind.BODY:
        documents = _up_to_date(project, documents, request)
    else:
        refuse(project, documents, SIGN)
    if not documents:
        raise Blocked(SIGN, [Missing("au moins un document émis")])
    return redirect("bundle", ask(project, given["sort"], documents, actor=request.actor, body=body).pk)


def _body(project: Project, siren: str, request: ActorRequest) -> Body:
    for body in own_bodies(project, request.actor):
        if body.siren == siren:
            return body
    raise Http404("organisme inconnu")


def _up_to_date(project: Project, documents: list[Document], request: ActorRequest) -> list[Document]:
    """Without those that no longer say what is so; whoever asked is told which."""
    marks = Today(project).marks(documents)
    stale = [document for document in documents if marks[document.pk].stale]
    if stale:
        names = ", ".join(document.reference for document in stale)
        messages.warning(request, f"Sans les documents périmés : {names}.")
    return [document for document in documents if document not in stale]


def _bundle(request: ActorRequest, pk: uuid.UUID) -> Bundle:
    """An archive that the person asked for, while they may read all that is in it."""
    mine = Bundle.objects.visible_to(request.actor).select_related("project", "body")
    bundle: Bundle = fetch(mine, pk=pk)
    if not readable(bundle, request.actor):
        raise Http404("introuvable")
    return bundle


@require_safe
@page(member)
def bundle(request: ActorRequest, pk: uuid.UUID) -> HttpResponse:
    """How far it is; htmx asks for the middle of the page alone."""
    found = _bundle(request, pk)
    if found.status == BundleStatus.ASKED:  # whoever watches sees that a worker that was killed is replaced
        background.wake()
    done, every = progress(found)
    context = {"bundle": found, "done": done, "every": every, "left": every - done}
    alone = request.headers.get("HX-Request") == "true"
    return render(request, "documents/bundle_progress.html" if alone else "documents/bundle.html", context)


@require_POST
@page(member)
def bundle_retry(request: ActorRequest, pk: uuid.UUID) -> HttpResponse:
    """Take an interrupted archive up again, where it stopped."""
    found = _bundle(request, pk)
    if found.failed or found.quiet:
        restart(found)
    return redirect("bundle", pk)


@require_safe
@page(member)
def bundle_download(request: ActorRequest, pk: uuid.UUID) -> HttpResponse:
    """The file, once it is whole. Every document in it is logged."""
    found = _bundle(request, pk)
    if not found.ready:
        return redirect("bundle", pk)
    if found.kind == BundleKind.SIGNING:  # facts may have changed since it was asked for
        refuse(found.project, found.documents.all(), SIGN)
    try:
        response = stored_file(store.archive_path(found.sha256), found.name)
    except OSError:  # swept since: it is made again
        restart(found)
        return redirect("bundle", pk)
    log_downloads(found.documents.defer("context").select_related("body"), request.actor, "zip")
    return cast(HttpResponse, response)  # a streaming one: what decorators do is the same
