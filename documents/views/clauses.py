"""The words of a project: list of its clauses, one clause with its difference and its remarks, amending it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from documents import drafting, remarks
from documents.clauses import sheet
from documents.clauses.difference import difference
from documents.clauses.models import LATE, RULES, Model
from documents.facts import dossier_of
from documents.forms.clauses import VEHICLE_HELP, ClauseForm, RemarkForm, TermsForm
from documents.review import open_review_of
from documents.views.issues import takes_part
from procurement.access import ActorRequest, member, page
from projects.dossier import Dossier
from projects.enums import Route, Vehicle
from projects.models import AgreementTerms, ClauseComment, ClauseRevision, Project, RevisionState
from projects.models.clauses import latest_revisions
from projects.views.frame import project_or_404


def reading(request: ActorRequest, ref: str, part: str = "") -> tuple[Project, Dossier]:
    """The project and its facts, frozen ones when there are some, for those who take part; else a 404.

    `part`: the text that is read; what is put to candidates counts requirements, which the others leave aside.
    """
    project = project_or_404(request, ref)
    if not takes_part(project, request.actor):
        raise Http404("introuvable")
    return project, dossier_of(project, bare=part not in LATE)


def clause_model(dossier: Dossier, part: str, name: str) -> Model:
    """The clause that an address names, or a 404."""
    return drafting.model_of(dossier, f"{part}/{name}")


@require_safe
@page(member)
def clause_list(request: ActorRequest, ref: str) -> HttpResponse:
    """Every clause with its state: model, amended, to be read again, proposals, open remarks."""
    project, dossier = reading(request, ref)
    shared = project.route == Route.SHARED_DEVELOPMENT
    context = {
        "project": project,
        "sections": sheet.sections(project, dossier),
        "published": drafting.closed(project, RULES),
        "frozen": bool(dossier.version),
        "writes": drafting.proposes(project, request.actor) and not dossier.version,
        "review": open_review_of(project),
        "vehicle": Vehicle(project.vehicle).label if shared else "",
        "vehicle_help": VEHICLE_HELP[Vehicle(project.vehicle)] if shared else "",
    }
    return render(request, "documents/clauses/list.html", context)


@require_safe
@page(member)
def clause(request: ActorRequest, ref: str, part: str, name: str) -> HttpResponse:
    """One clause: what is printed, how it differs from the model, its history, its remarks."""
    project, dossier = reading(request, ref, part)
    model = clause_model(dossier, part, name)
    return render(request, "documents/clauses/clause.html", _clause_context(request, project, dossier, model))


def _clause_context(request: ActorRequest, project: Project, dossier: Dossier, model: Model) -> dict[str, Any]:
    rows = ClauseRevision.objects.filter(project=project, code=model.code)
    history = list(rows.select_related("made_by", "made_for", "settled_by").order_by("-number"))
    own = next((row for row in history if row.status == RevisionState.ACCEPTED), None)
    shown = sheet.clause(model, dossier, own)
    waiting = next((row for row in history if row.status == RevisionState.PROPOSED), None)
    actor, editable = request.actor, not drafting.closed(project, model.code)
    threads = _threads(project, model)
    return {
        "project": project,
        "clause": shown,
        "part_title": sheet.part_title(model, dossier),
        "history": history,
        "proposal": waiting,
        "proposal_pieces": difference(shown.text, waiting.text or shown.base) if waiting else (),
        "decides": editable and drafting.decides(project, actor),
        "writes": editable and drafting.proposes(project, actor),
        "frozen": bool(dossier.version) and not model.late,
        "published": drafting.closed(project, model.code) if model.late else "",
        "threads": [(root, answers, remarks.may_resolve(project, root, actor)) for root, answers in threads],
        "comments": remarks.may_comment(project, actor),
        "remark_form": RemarkForm(auto_id="remark_%s"),
    }


def _threads(project: Project, model: Model) -> list[tuple[ClauseComment, list[ClauseComment]]]:
    rows = ClauseComment.objects.filter(project=project, code=model.code)
    threads: dict[int, tuple[ClauseComment, list[ClauseComment]]] = {}
    for row in rows.select_related("author", "body", "resolved_by"):
        if row.answers_id is None:
            threads[row.pk] = (row, [])
        else:
            threads[row.answers_id][1].append(row)
    return list(threads.values())


@require_http_methods(["GET", "POST"])
@page(member)
def clause_edit(request: ActorRequest, ref: str, part: str, name: str) -> HttpResponse:
    """Write a clause. Two at once: the second sees what the first changed, and loses nothing."""
    project, dossier = reading(request, ref, part)
    model = clause_model(dossier, part, name)
    if not drafting.proposes(project, request.actor):
        raise PermissionDenied(drafting.NOT_YOURS)
    if reason := drafting.closed(project, model.code):
        raise PermissionDenied(reason)
    shown = sheet.clause(model, dossier, latest_revisions(project).get(model.code))
    form = ClauseForm(_sent(request), model=model, initial={"text": shown.text, "seen": shown.seen})
    stale: drafting.Stale | None = None
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            made = drafting.amend(
                project, model.code, data["text"], actor=request.actor, seen=data["seen"], reason=data["reason"]
            )
        except drafting.Stale as changed:
            stale = changed
            shown = sheet.clause(model, dossier, latest_revisions(project).get(model.code))
            form = _again(form, shown)
        else:
            messages.success(request, _said(made))
            return redirect("clause", ref, part, name)
    context = {
        "project": project,
        "clause": shown,
        "part_title": sheet.part_title(model, dossier),
        "form": form,
        "stale": stale,
        "stale_pieces": difference(shown.text, form["text"].value()) if stale else (),
        "proposing": not drafting.decides(project, request.actor),
    }
    return render(request, "documents/clauses/edit.html", context, status=409 if stale else 422 if form.errors else 200)


def _sent(request: ActorRequest) -> Any:
    """What was posted, even when it is nothing: an empty form too says what it lacks."""
    return request.POST if request.method == "POST" else None


def _again(form: ClauseForm, shown: sheet.Clause) -> ClauseForm:
    """The same form with what was typed, on the revision that is now the last."""
    typed = {"text": form.cleaned_data["text"], "reason": form.cleaned_data["reason"], "seen": shown.seen}
    return ClauseForm(model=form.model, initial=typed)


def _said(made: ClauseRevision | None) -> str:
    if made is None:
        return "Rien n'a changé."
    if made.status == RevisionState.PROPOSED:
        return "Votre texte est proposé au service juridique du coordonnateur."
    return "Le texte est enregistré." if made.text else "Le texte est revenu au modèle."


@require_POST
@page(member)
def clause_to_model(request: ActorRequest, ref: str, part: str, name: str) -> HttpResponse:
    """Print the model again."""
    project, _ = reading(request, ref)
    drafting.back_to_model(project, f"{part}/{name}", actor=request.actor)
    messages.success(request, "Le texte est revenu au modèle.")
    return redirect("clause", ref, part, name)


@require_POST
@page(member)
def clause_settle(request: ActorRequest, ref: str, pk: int) -> HttpResponse:
    """Take or refuse a proposal."""
    project, _ = reading(request, ref)
    made = drafting.settle(project, pk, accept=request.POST.get("reponse") == "retenir", actor=request.actor)
    messages.success(request, f"La proposition est {made.get_status_display().lower()}.")
    return redirect("clause", ref, *made.code.split("/"))


@require_POST
@page(member)
def clause_remark(request: ActorRequest, ref: str, part: str, name: str) -> HttpResponse:
    """Say something of a clause."""
    project, dossier = reading(request, ref, part)
    model = clause_model(dossier, part, name)
    if not remarks.may_comment(project, request.actor):
        raise PermissionDenied(remarks.NOT_A_MEMBER)
    form = RemarkForm(request.POST, auto_id="remark_%s")
    if form.is_valid():
        data = form.cleaned_data
        remarks.comment(project, model, data["text"], actor=request.actor, answers=data["answers"])
        messages.success(request, "Votre remarque est enregistrée.")
        return redirect("clause", ref, part, name)
    context = _clause_context(request, project, dossier, model) | {"remark_form": form}
    return render(request, "documents/clauses/clause.html", context, status=422)


@require_POST
@page(member)
def clause_resolve(request: ActorRequest, ref: str, pk: int) -> HttpResponse:
    """Settle a remark, or open it again."""
    project, _ = reading(request, ref)
    remark = remarks.resolve(project, pk, settled=request.POST.get("regler") != "non", actor=request.actor)
    messages.success(request, "La remarque est réglée." if remark.resolved_at else "La remarque est rouverte.")
    return redirect("clause", ref, *remark.code.split("/"))


@require_http_methods(["GET", "POST"])
@page(member)
def clause_terms(request: ActorRequest, ref: str) -> HttpResponse:
    """What the agreement says beside the framing: delays, votes, rights, licence."""
    project, _ = reading(request, ref)
    if not drafting.proposes(project, request.actor):
        raise PermissionDenied(drafting.NOT_YOURS)
    if reason := drafting.closed(project):
        raise PermissionDenied(reason)
    row = AgreementTerms.objects.filter(project=project).first() or AgreementTerms(project=project)
    form = TermsForm(_sent(request), instance=row, project=project)
    if request.method == "POST" and form.is_valid():
        drafting.set_terms(project, actor=request.actor, **form.facts())
        messages.success(request, "Les réglages sont enregistrés.")
        return redirect("clause_list", ref)
    shared = project.route == Route.SHARED_DEVELOPMENT
    vehicles = [(str(vehicle.label), VEHICLE_HELP[vehicle]) for vehicle in Vehicle] if shared else []
    context = {"project": project, "form": form, "vehicles": vehicles}
    return render(request, "documents/clauses/terms.html", context, status=422 if form.errors else 200)
