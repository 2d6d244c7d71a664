"""Pages without account: is this the document that was issued; and the personal link that returns one signed."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import add_never_cache_headers
from django.views.decorators.http import require_http_methods, require_safe

from documents.copies import receive
from documents.forms.copies import CodeForm, CopyForm, FileForm
from documents.issuing import bytes_of
from documents.models import Document, ReturnLink, SignedCopy
from documents.render import RenderFailed
from documents.return_links import log_taken, why_closed
from documents.signatures.inspection import Unreadable, signature_of
from documents.verification import title_of, verify
from documents.views.files import pdf_file
from documents.views.issues import row_of
from procurement.access import ActorRequest, anyone, fetch, page
from procurement.accounts import limited
from procurement.middleware import largest_body

NO_SUCH_CODE = "Aucun document émis ne porte ce code : relisez-le, caractère par caractère."


@largest_body("LARGEST_COPY_BYTES")
@require_http_methods(["GET", "POST"])
@page(anyone)
def verify_page(request: ActorRequest) -> HttpResponse:
    """By the code of the footer, or by the file itself. Says only what the document already says of itself."""
    asked = "code" in request.GET
    code_form, file_form = CodeForm(request.GET if asked else None), FileForm()
    context: dict[str, Any] = {"found": [], "reason": "", "sound": True, "signatures": [], "asked": asked}
    status = 200
    if request.method == "POST":
        limited(request, "verify_file")  # what is refused counts too
        file_form = FileForm(request.POST, request.FILES)
        context["asked"] = file_form.is_valid()
        status = 200 if file_form.is_valid() else 422
        if file_form.is_valid():
            context |= _of_file(file_form.cleaned_data["file"].read())
    elif asked and code_form.is_valid():
        limited(request, "verify_code")
        issued = Document.objects.with_state().select_related("project", "body")
        found = issued.filter(context_sha256__startswith=code_form.cleaned_data["code"])
        context["found"] = [(document, title_of(document)) for document in found[:5]]
        context["reason"] = "" if found else NO_SUCH_CODE
    context |= {"code_form": code_form, "file_form": file_form}
    return render(request, "documents/verify.html", context, status=status)


def _of_file(content: bytes) -> dict[str, Any]:
    verdict = verify(content)
    document = verdict.document
    if document is None:
        return {"reason": verdict.reason[:1].upper() + verdict.reason[1:]}
    signatures = [signature_of(item) for item in verdict.found.found] if verdict.found else []
    found = [(document, title_of(document))]
    return {"found": found, "reason": verdict.reason, "sound": verdict.sound, "signatures": signatures}


def _link_or_404(request: ActorRequest, secret: str) -> ReturnLink:
    """A secret that opens nothing counts against the address it comes from; a true one is never kept waiting."""
    links = ReturnLink.objects.select_related("document__project", "body", "made_by")
    try:
        return fetch(links, secret_sha256=ReturnLink.hash_of(secret))
    except Http404:
        limited(request, "return_wrong")
        raise


@largest_body("LARGEST_COPY_BYTES")
@require_http_methods(["GET", "POST"])
@page(anyone)
def return_link(request: ActorRequest, secret: str) -> HttpResponse:
    """One document, for one addressee: read it, sign it elsewhere, return it here."""
    link = _link_or_404(request, secret)
    document: Document = Document.objects.with_state().select_related("project").get(pk=link.document_id)
    if why := why_closed(link):
        return _closed(request, link, why)
    form, status = CopyForm(), 200
    if request.method == "POST":
        limited(request, "return_copy")
        form = CopyForm(request.POST, request.FILES)
        if _received(form, link):
            return redirect("return_link", secret)
        status = 422
    context = {
        "link": link,
        "document": document,
        "title": title_of(document),
        "state": row_of(document),
        "secret": secret,
        "copies": SignedCopy.objects.filter(link=link),
        "form": form,
    }
    return _never_kept(render(request, "documents/copies/link.html", context, status=status))


def _received(form: CopyForm, link: ReturnLink) -> bool:
    if not form.is_valid():
        return False
    file = form.cleaned_data["file"]
    try:
        receive(link.document, link.body, file.read(), file.name, link=link)
    except (Unreadable, PermissionDenied) as reason:
        form.add_error("file", str(reason))
        return False
    return True


@require_safe
@page(anyone)
def return_link_file(request: ActorRequest, secret: str) -> HttpResponse:
    """The issue that the link is about, and nothing else. Logged, with its addressee."""
    link = _link_or_404(request, secret)
    if why := why_closed(link):
        return _closed(request, link, why)
    try:
        content = bytes_of(link.document)
    except RenderFailed as failure:
        return render(request, "documents/failed.html", {"message": str(failure)}, status=503)
    log_taken(link, link.document.pdf_sha256)
    return _never_kept(pdf_file(content, f"{link.document.reference.replace('/', '-')}.pdf"))


def _closed(request: ActorRequest, link: ReturnLink, why: str) -> HttpResponse:
    return _never_kept(render(request, "documents/copies/link_closed.html", {"link": link, "why": why}, status=410))


def _never_kept(response: HttpResponse) -> HttpResponse:
    """The address is a secret: nothing of it stays in a cache (the site's own policy tells it to no other site)."""
    add_never_cache_headers(response)
    return response
