"""Spreadsheets on the site: take one away, fill it in, see what it would change, confirm."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from procurement.access import ActorRequest, agent, fetch, page
from procurement.models import Role
from procurement.sheets import CONTENT_TYPES, Report, Scope, Unreadable, template
from projects.actions.catalogue import may_add
from projects.actions.uploads import confirm_upload, keep_upload, scope_of
from projects.forms.sheets import UploadForm
from projects.models import Need, SheetUpload
from projects.queries import need_in_full
from projects.resources import KINDS

SHOWN = 200  # lines of each outcome on the preview: the counts say how many there are
MOST_WRITTEN = 500  # lines in one go from a page: more is for `import_sheet`, which no server's patience limits
TITLES = {
    "needs": ("Besoins en tableur", "Les besoins de vos organismes, champs confidentiels compris."),
    "requirements": ("Exigences en tableur", "Les exigences de ce besoin."),
    "solutions": ("Catalogue en tableur", "Toutes les solutions connues du collectif."),
}
OUTCOMES = (
    ("refused", "Lignes refusées"),
    ("created", "Lignes créées"),
    ("updated", "Lignes modifiées"),
    ("unchanged", "Lignes inchangées"),
)


@require_http_methods(["GET", "HEAD", "POST"])
@page(agent)
def needs_sheet(request: ActorRequest) -> HttpResponse:
    """The needs of one's bodies."""
    return _sheet(request, "needs")


@require_http_methods(["GET", "HEAD", "POST"])
@page(agent)
def requirements_sheet(request: ActorRequest, ref: str) -> HttpResponse:
    """The requirements of a need."""
    return _sheet(request, "requirements", _own_need(request, ref))


@require_http_methods(["GET", "HEAD", "POST"])
@page(may_add)
def solutions_sheet(request: ActorRequest) -> HttpResponse:
    """The catalogue."""
    return _sheet(request, "solutions")


@require_safe
@page(agent)
def needs_file(request: ActorRequest, form: str) -> HttpResponse:
    """The needs of one's bodies, as a file."""
    return _file(request, "needs", form)


@require_safe
@page(agent)
def requirements_file(request: ActorRequest, ref: str, form: str) -> HttpResponse:
    """The requirements of a need, as a file."""
    return _file(request, "requirements", form, _own_need(request, ref))


@require_safe
@page(may_add)
def solutions_file(request: ActorRequest, form: str) -> HttpResponse:
    """The catalogue, as a file."""
    return _file(request, "solutions", form)


@require_http_methods(["GET", "HEAD", "POST"])
@page(may_add)
def upload(request: ActorRequest, token: uuid.UUID) -> HttpResponse:
    """What a file would change; then, once confirmed, what it changed. The sender alone sees it."""
    sent = fetch(SheetUpload.objects.filter(user=request.actor.user).select_related("need"), token=token)
    kind = KINDS[sent.kind]
    if request.method != "POST" and sent.confirmed_at:
        return _preview(request, sent, None)
    if request.method != "POST":
        return _preview(request, sent, kind(scope_of(sent, request.actor)).read(bytes(sent.content), check=True))
    sent, report = confirm_upload(token, kind, actor=request.actor)
    if report is not None and report.refused:
        messages.error(request, "Depuis l'aperçu, quelque chose a changé : rien n'est écrit.")
        return _preview(request, sent, report, status=409)
    messages.success(request, "Le tableur est importé.") if report else messages.info(request, "C'est déjà fait.")
    return redirect("sheet_upload", token)


def _own_need(request: ActorRequest, ref: str) -> Need:
    """A need of a body one is an agent of; Http404 otherwise."""
    need: Need = fetch(need_in_full(request.actor), reference=ref)
    if not request.actor.holds(Role.AGENT, need.body_id):
        raise Http404("introuvable")
    return need


def _sheet(request: ActorRequest, kind: str, need: Need | None = None) -> HttpResponse:
    form = UploadForm(request.POST or None, request.FILES or None) if request.method == "POST" else UploadForm()
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        content = file.read()
        try:
            report = KINDS[kind](Scope(actor=request.actor, need=need)).read(content, check=True)
        except Unreadable as reason:
            form.add_error("file", str(reason))
        else:
            counts = report.counts
            if counts["created"] + counts["updated"] > MOST_WRITTEN:
                form.add_error("file", f"Plus de {MOST_WRITTEN} lignes à écrire : importez-les en plusieurs fois.")
        if not form.errors:
            sent = keep_upload(kind, file.name, content, actor=request.actor, need=need)
            return redirect("sheet_upload", sent.token)
    title, subtitle = TITLES[kind]
    back = _back(kind, need)
    context = {
        "form": form,
        "title": title,
        "subtitle": subtitle,
        "need": need,
        "back": back,
        "back_label": _back_label(kind, need),
        "files": [(form, f"{request.path}{form}/") for form in CONTENT_TYPES],
        "template_url": f"{request.path}modele/",
    }
    return render(request, "projects/sheets/page.html", context, status=422 if form.errors else 200)


def _file(request: ActorRequest, kind: str, form: str, need: Need | None = None) -> HttpResponse:
    resource = KINDS[kind](Scope(actor=request.actor, need=need))
    if form != "modele" and form not in CONTENT_TYPES:
        raise Http404("format inconnu")
    ending = "xlsx" if form == "modele" else form
    content = template(resource) if form == "modele" else resource.write(form)
    name = f"{'modele-' if form == 'modele' else ''}{resource.title.lower()}{f'-{need.reference}' if need else ''}"
    response = HttpResponse(content, content_type=CONTENT_TYPES[ending])
    response["Content-Disposition"] = f'attachment; filename="{name}.{ending}"'
    return response


def _preview(request: ActorRequest, sent: SheetUpload, report: Report | None, status: int = 200) -> HttpResponse:
    counts = report.counts if report else sent.counts
    context: dict[str, Any] = {
        "sent": sent,
        "title": TITLES[sent.kind][0],
        "back": _back(sent.kind, sent.need),
        "back_label": _back_label(sent.kind, sent.need),
        "counts": [(label, counts.get(outcome, 0)) for outcome, label in OUTCOMES],
        "rows": counts.get("rows", 0),
        "groups": _groups(report) if report else [],
        "refused": bool(report and report.refused),
        "writes": counts.get("created", 0) + counts.get("updated", 0),
    }
    return render(request, "projects/sheets/preview.html", context, status=status)


def _groups(report: Report) -> list[tuple[str, str, list[Any], int]]:
    """Outcome, title, the first lines, how many more; what is unchanged is only counted."""
    found = [(outcome, label, report.of(outcome)) for outcome, label in OUTCOMES[:3]]
    return [(outcome, label, lines[:SHOWN], max(0, len(lines) - SHOWN)) for outcome, label, lines in found if lines]


def _back(kind: str, need: Need | None) -> str:
    if need is not None:
        return reverse("need_detail", args=[need.reference])
    return reverse("catalogue" if kind == "solutions" else "need_list")


def _back_label(kind: str, need: Need | None) -> str:
    return need.reference if need else {"solutions": "Catalogue"}.get(kind, "Besoins")
