"""The review board: who has agreed to the draft, who returned it, who is silent."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from documents import review, undoing
from documents.forms.clauses import AnswerForm, OpenReviewForm, WaiveForm
from documents.reserve import own_of
from documents.views.clauses import reading
from procurement.access import ActorRequest, fetch, member, page
from procurement.models import Body
from projects import rules
from projects.dossier import Dossier
from projects.enums import ProjectState
from projects.models import Project, Review, Verdict

CHANGED = "Le texte a changé pendant votre lecture. Relisez-le : votre réponse n'a pas été enregistrée."


@require_safe
@page(member)
def clause_review(request: ActorRequest, ref: str) -> HttpResponse:
    """The board, and what the reader may do: open, answer, go on without."""
    project, dossier = reading(request, ref)
    return render(request, "documents/clauses/review.html", _context(request, project, dossier))


def _context(request: ActorRequest, project: Project, dossier: Dossier) -> dict[str, Any]:
    opened = review.open_review_of(project)
    coordinates = rules.is_coordinator(project, request.actor)
    draft = review.draft_digest(dossier) if opened else ""
    rows = review.standings(project, opened, draft) if opened else []
    may = [row.body for row in rows if review.may_answer(project, row.body, request.actor) and not row.agrees]
    void = any(row.answer and not row.present for row in rows)
    closed = Review.objects.filter(project=project).exclude(closed_on=None).order_by("-pk") if not opened else None
    return {
        "project": project,
        "review": opened,
        "rows": rows,
        "changed": undoing.since(project, rows, dossier, own_of(project, request.actor)) if void else [],
        "agreed": sum(row.agrees for row in rows),
        "waived": bool(opened and opened.waived_draft == draft),
        "opens": coordinates and not opened and project.state == ProjectState.AGREEMENT and not dossier.version,
        "coordinates": coordinates,
        "forms": sorted(
            ((body, _answer_form(request, body, draft)) for body in may), key=lambda pair: pair[1].owes_proof
        ),
        "open_form": OpenReviewForm(auto_id="open_%s"),
        "waive_form": WaiveForm(auto_id="waive_%s", initial={"draft": draft}),
        "last": closed.first() if closed is not None else None,
        "frozen": bool(dossier.version),
    }


def _answer_form(request: ActorRequest, body: Body, draft: str, data: Any = None) -> AnswerForm:
    return AnswerForm(
        data, owes_proof=not request.actor.belongs_to(body.pk), initial={"draft": draft}, auto_id=f"body{body.pk}_%s"
    )


@require_POST
@page(member)
def clause_review_open(request: ActorRequest, ref: str) -> HttpResponse:
    """Ask every member."""
    project, dossier = reading(request, ref)
    if not rules.is_coordinator(project, request.actor):
        raise PermissionDenied(review.NOT_COORDINATOR)
    form = OpenReviewForm(request.POST, auto_id="open_%s")
    if not form.is_valid():
        context = _context(request, project, dossier) | {"open_form": form}
        return render(request, "documents/clauses/review.html", context, status=422)
    review.open_review(project, answer_by=form.cleaned_data["answer_by"], actor=request.actor)
    messages.success(request, "La relecture est ouverte : les services juridiques des membres sont prévenus.")
    return redirect("clause_review", ref)


@require_POST
@page(member)
def clause_review_answer(request: ActorRequest, ref: str, body: int) -> HttpResponse:
    """Agree, or return with remarks."""
    project, dossier = reading(request, ref)
    listed = [row.body_id for row in project.listed_participations()] if review.open_review_of(project) else []
    answering = fetch(Body.objects.filter(pk__in=listed), pk=body)
    if not review.may_answer(project, answering, request.actor):
        raise PermissionDenied(review.NOT_LEGAL)
    form = _answer_form(request, answering, "", request.POST)
    if form.is_valid():
        data = form.cleaned_data
        try:
            made = review.answer(project, answering, actor=request.actor, **data)
        except review.DraftChanged:
            messages.error(request, CHANGED)
            return redirect("clause_review", ref)
        agreed = made.verdict == Verdict.AGREED
        messages.success(request, "L'accord est enregistré." if agreed else "Vos remarques sont transmises.")
        return redirect("clause_review", ref)
    context = _context(request, project, dossier)
    context["forms"] = [(who, form if who == answering else other) for who, other in context["forms"]]
    return render(request, "documents/clauses/review.html", context, status=422)


@require_POST
@page(member)
def clause_review_waive(request: ActorRequest, ref: str) -> HttpResponse:
    """Go on without the missing agreements, saying why."""
    project, dossier = reading(request, ref)
    if not rules.is_coordinator(project, request.actor):
        raise PermissionDenied(review.NOT_COORDINATOR)
    form = WaiveForm(request.POST, auto_id="waive_%s")
    if not form.is_valid():
        context = _context(request, project, dossier) | {"waive_form": form}
        return render(request, "documents/clauses/review.html", context, status=422)
    try:
        review.waive(project, actor=request.actor, **form.cleaned_data)
    except review.DraftChanged:
        messages.error(request, CHANGED)
    else:
        messages.success(request, "Le motif est enregistré : le gel est possible sur ce projet de texte.")
    return redirect("clause_review", ref)
