"""The catalogue of solutions: find one, read about it, add one, say that one uses it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from procurement.access import ActorRequest, agent, anyone, fetch, page
from procurement.keyset import keyset_page
from procurement.models import Role
from procurement.workflow import Blocked
from projects.actions.catalogue import forget_usage, keep_solution, may_add, may_edit, record_usage
from projects.catalogue.queries import listed_solutions, usages_of
from projects.forms.catalogue import SolutionFilter, SolutionForm, UsageForm
from projects.models import Solution, Usage

PAGE_SIZE = 50


@require_safe
@page(anyone)
def catalogue(request: ActorRequest) -> HttpResponse:
    """Software known to the collective; the filters stand in the address."""
    form = SolutionFilter(request.GET)
    form.is_valid()  # a wrong filter says so beside it, and narrows nothing
    given = form.cleaned_data
    found = listed_solutions(words=given.get("q", ""), domain=given.get("domaine"), free=given.get("libre", ""))
    rows = keyset_page(found, request.GET, order=("name", "pk"), size=PAGE_SIZE)
    context = {"form": form, "page": rows, "filtered": any(given.values()), "may_add": may_add(request.actor)}
    return render(request, "projects/catalogue/list.html", context)


@require_safe
@page(anyone)
def solution_detail(request: ActorRequest, ref: str) -> HttpResponse:
    """A solution, and who uses it among those who agree to say so."""
    solution = _solution(ref)
    actor = request.actor
    uses = list(usages_of(solution, actor)) if actor.is_member else []
    context = {
        "solution": solution,
        "uses": uses,
        "may_edit": may_edit(solution, actor),
        "may_use": agent(actor),
        "own_use": next((use for use in uses if actor.body and use.body_id == actor.body.pk), None),
    }
    return render(request, "projects/catalogue/detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@page(may_add)
def solution_create(request: ActorRequest) -> HttpResponse:
    """Add a solution, free or not."""
    return _edit(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@page(may_add)
def solution_edit(request: ActorRequest, ref: str) -> HttpResponse:
    """Change one that one added, or as a steward."""
    solution = _solution(ref)
    if not may_edit(solution, request.actor):
        raise PermissionDenied("L'animation, ou la personne qui a ajouté la fiche, la modifie.")
    return _edit(request, solution)


@require_http_methods(["GET", "HEAD", "POST"])
@page(agent)
def solution_usage(request: ActorRequest, ref: str) -> HttpResponse:
    """What the body one acts for does with the solution."""
    solution, body = _solution(ref), request.actor.body
    if body is None or not request.actor.holds(Role.AGENT, body.pk):
        raise PermissionDenied("Choisissez un organisme dont vous êtes agent.")
    known = Usage.objects.filter(solution=solution, body=body).first()
    form = UsageForm(request.POST or None, instance=known, actor=request.actor)
    if request.method == "POST" and form.is_valid():
        record_usage(solution, body, actor=request.actor, **form.cleaned_data)
        messages.success(request, "C'est noté.")
        return redirect("solution_detail", ref)
    context = {"solution": solution, "form": form, "known": known, "body": body}
    return render(request, "projects/catalogue/usage.html", context, status=422 if form.errors else 200)


@require_POST
@page(agent)
def solution_usage_end(request: ActorRequest, ref: str) -> HttpResponse:
    """No longer say that one's body uses it."""
    body = request.actor.body
    usage = Usage.objects.filter(solution__reference=ref, body=body).select_related("solution").first()
    if usage is not None:
        forget_usage(usage, actor=request.actor)
    messages.success(request, "C'est retiré.")
    return redirect("solution_detail", ref)


def _solution(ref: str) -> Solution:
    found: Solution = fetch(Solution.objects.prefetch_related("domains"), reference=ref)
    return found


def _edit(request: ActorRequest, solution: Solution | None) -> HttpResponse:
    form = SolutionForm(request.POST or None, instance=solution)
    if request.method == "POST" and form.is_valid():
        fields: dict[str, Any] = {**form.cleaned_data, **({} if solution else {"origin": "ajoutée par un membre"})}
        domains, submission = fields.pop("domains"), fields.pop("submission")
        # The form's own instance already holds what was typed: the action starts from a fresh row.
        fresh = Solution.objects.get(pk=solution.pk) if solution else None
        try:
            kept = keep_solution(fresh, actor=request.actor, domains=domains, submission=submission, **fields)
        except Blocked as stop:
            form.add_error("name", "Il faut " + " ; ".join(item.label for item in stop.missing) + ".")
        else:
            messages.success(request, "La fiche est enregistrée.")
            return redirect("solution_detail", kept.reference)
    context = {"form": form, "solution": solution}
    return render(request, "projects/catalogue/form.html", context, status=422 if form.errors else 200)
