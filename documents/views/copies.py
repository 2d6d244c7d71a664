"""Signed copies of one issue: what came back from each body, what is checked, and the personal links to return it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from documents import store
from documents.bulk import log_downloads
from documents.copies import accept, doubts, receive, set_aside
from documents.forms.copies import CopyForm, LinkForm, ReasonForm, VouchForm
from documents.models import Document, ReturnLink, SignedCopy
from documents.return_links import not_to_sign, open_link, revoke_link
from documents.signatures.inspection import Unreadable
from documents.signers import RETURNED_KINDS, checks_copies, concerned, issues_seen, participation_of, returns_copies
from documents.views.files import pdf_file
from documents.views.issues import row_of
from procurement.access import Actor, ActorRequest, fetch, member, page
from procurement.middleware import largest_body
from procurement.models import Body
from procurement.workflow import Missing
from projects.models import Participation
from projects.models.reading import WITH_PROJECT
from projects.views.frame import SAFE


@dataclass(frozen=True)
class CopyRow:
    """A returned file, with what its dates have against the tracker and what this reader may do."""

    copy: SignedCopy
    doubts: list[Missing]
    decides: bool

    @property
    def vouch(self) -> VouchForm:
        """What is asked of whoever has looked at it."""
        return VouchForm(auto_id=f"copy{self.copy.pk}_%s")


def issue_or_404(request: ActorRequest, project: str, name: str) -> Document:
    """An issue that comes back signed, if the person asking may read it, or checks its copies."""
    around = [f"project__{name}" for name in ("lead_body", "coordinator", *WITH_PROJECT)]
    seen = issues_seen(request.actor).with_state().select_related(*around, "body", "version")
    document: Document = fetch(seen, reference=f"{project}/{name}")
    if request.method in SAFE:
        document.project.at_rest()
    if document.kind not in RETURNED_KINDS:
        raise Http404("ce document ne se retourne pas signé")
    return document


def _participation(document: Document, body: int, actor: Actor) -> Participation:
    for row in concerned(document, actor):
        if row.body_id == body:
            return row
    raise Http404("organisme inconnu")


@require_safe
@page(member)
def copies(request: ActorRequest, project: str, name: str) -> HttpResponse:
    """Who has returned a signed copy of this issue; a person of one body goes straight to theirs."""
    document = issue_or_404(request, project, name)
    signers = concerned(document, request.actor)
    if len(signers) == 1:
        return redirect("body_copies", project, name, signers[0].body_id)
    received: dict[int, list[SignedCopy]] = {}
    for copy in SignedCopy.objects.filter(document=document, set_aside_on=None):
        received.setdefault(copy.body_id, []).append(copy)
    rows = [(row, next(iter(received.get(row.body_id, [])), None)) for row in signers]
    returned = sum(copy is not None and copy.counts for _, copy in rows)
    context = {"document": document, "rows": rows, "returned": returned, "state": row_of(document)}
    return render(request, "documents/copies/issue.html", context)


@largest_body("LARGEST_COPY_BYTES")
@require_http_methods(["GET", "POST"])
@page(member)
def body_copies(request: ActorRequest, project: str, name: str, body: int) -> HttpResponse:
    """The copies of one body: read them, return one, give a personal link for it."""
    document = issue_or_404(request, project, name)
    participation = _participation(document, body, request.actor)
    form, status = CopyForm(), 200
    if request.method == "POST":
        if not returns_copies(participation, request.actor):
            raise PermissionDenied("Un agent ou un juriste de l'organisme, ou le coordinateur, dépose la copie.")
        form = CopyForm(request.POST, request.FILES)
        if _kept(request, form, document, participation.body):
            return redirect("body_copies", project, name, body)
        status = 422
    return _body_page(request, document, participation, form=form, status=status)


def _kept(request: ActorRequest, form: CopyForm, document: Document, body: Body) -> bool:
    """True when the file was kept; else the form says why not."""
    if not form.is_valid():
        return False
    file = form.cleaned_data["file"]
    try:
        copy = receive(document, body, file.read(), file.name, actor=request.actor)
    except Unreadable as reason:
        form.add_error("file", str(reason))
        return False
    messages.success(request, f"Copie reçue : {copy.get_kind_display()}. {copy.remark}")
    return True


def _body_page(
    request: ActorRequest,
    document: Document,
    participation: Participation,
    *,
    form: CopyForm,
    link_form: LinkForm | None = None,
    new_link: str = "",
    status: int = 200,
) -> HttpResponse:
    actor = request.actor
    checks, returns = checks_copies(participation, actor), returns_copies(participation, actor)
    found = SignedCopy.objects.filter(document=document, body=participation.body)
    found = found.select_related("received_by", "link", "accepted_by", "set_aside_by")
    links = ReturnLink.objects.filter(document=document, body=participation.body).select_related("made_by")
    context: dict[str, Any] = {
        "document": document,
        "participation": participation,
        "rows": [CopyRow(copy, list(doubts(copy, participation)), checks) for copy in found],
        "links": links if returns else [],
        "returns": returns,
        "form": form,
        "link_form": link_form or LinkForm(prefix="link"),
        "new_link": new_link,
        "state": row_of(document),
        "not_to_sign": not_to_sign(document),
    }
    return render(request, "documents/copies/body.html", context, status=status)


@require_POST
@page(member)
def link_open(request: ActorRequest, project: str, name: str, body: int) -> HttpResponse:
    """A personal link; its address is shown on this answer and nowhere else."""
    document = issue_or_404(request, project, name)
    participation = _participation(document, body, request.actor)
    form, address = LinkForm(request.POST, prefix="link"), ""
    if form.is_valid():
        given = form.cleaned_data
        _, secret = open_link(document, participation.body, given["addressee"], given["days"], actor=request.actor)
        address = settings.BASE_URL + reverse("return_link", args=[secret])
        form = LinkForm(prefix="link")
    status = 200 if address else 422
    return _body_page(
        request, document, participation, form=CopyForm(), link_form=form, new_link=address, status=status
    )


@require_POST
@page(member)
def link_revoke(request: ActorRequest, pk: int) -> HttpResponse:
    """The link opens nothing any more."""
    links = ReturnLink.objects.filter(document__in=issues_seen(request.actor))
    link: ReturnLink = fetch(links.select_related("document__project", "body"), pk=pk)
    _participation(link.document, link.body_id, request.actor)
    revoke_link(link, actor=request.actor)
    messages.success(request, f"Le lien donné à {link.addressee} n'ouvre plus rien.")
    return redirect("body_copies", *link.document.address, link.body_id)


def _copy_or_404(request: ActorRequest, pk: int) -> SignedCopy:
    visible = SignedCopy.objects.visible_to(request.actor).select_related("document__project", "body")
    copy: SignedCopy = fetch(visible, pk=pk)
    return copy


@require_safe
@page(member)
def copy_download(request: ActorRequest, pk: int) -> HttpResponse:
    """The bytes that were received. Logged."""
    copy = _copy_or_404(request, pk)
    content = store.read(copy.sha256)
    if content is None:
        message = "Le fichier reçu manque, ou n'est plus celui qui fut reçu : prévenez l'animation de la plateforme."
        return render(request, "documents/failed.html", {"message": message}, status=503)
    log_downloads([copy.document], request.actor, "copie", copy.sha256)
    return pdf_file(content, f"{copy.document.reference.replace('/', '-')}-copie-{copy.pk}.pdf")


@require_POST
@page(member)
def copy_accept(request: ActorRequest, pk: int) -> HttpResponse:
    """A person has looked at it."""
    copy = _copy_or_404(request, pk)
    form = VouchForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    accept(copy, reason, actor=request.actor)
    messages.success(request, "La copie compte désormais comme retournée.")
    return redirect("body_copies", *copy.document.address, copy.body_id)


@require_http_methods(["GET", "POST"])
@page(member)
def copy_set_aside(request: ActorRequest, pk: int) -> HttpResponse:
    """It does not count, with the reason."""
    copy = _copy_or_404(request, pk)
    if not checks_copies(participation_of(copy.document, copy.body), request.actor):
        raise PermissionDenied("Le coordinateur, ou un juriste du coordonnateur, vérifie les copies.")
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        set_aside(copy, form.cleaned_data["reason"], actor=request.actor)
        messages.success(request, "La copie est écartée, et l'organisme prévenu.")
        return redirect("body_copies", *copy.document.address, copy.body_id)
    status = 422 if request.method == "POST" else 200
    return render(request, "documents/copies/set_aside.html", {"copy": copy, "form": form}, status=status)
