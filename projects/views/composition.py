"""Who is expected, who waits for the next round, who speaks for whom, which route to take."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from procurement import clock
from procurement.access import ActorRequest, agent, fetch, member, page
from procurement.models import BodyKind, Role
from projects import queries, rules
from projects.actions.calendars import expect_bodies, forget_expected, give_mandate, revoke_mandate
from projects.actions.participations import wish_next_round
from projects.forms.planning import ExpectedForm, MandateForm, RouteForm
from projects.models import BodyMandate, ExpectedBody, Project
from projects.planning import advise
from projects.views.frame import project_or_404


def _coordinated(request: ActorRequest, ref: str) -> Project:
    project = project_or_404(request, ref)
    if not rules.is_coordinator(project, request.actor):
        raise PermissionDenied("La liste des organismes attendus est tenue par le coordinateur.")
    return project


@require_http_methods(["GET", "POST"])
@page(member)
def project_expected(request: ActorRequest, ref: str) -> HttpResponse:
    """Those whose answer the coordinator expects, answered or not, and who is to be reminded."""
    project = _coordinated(request, ref)
    form = ExpectedForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        count = expect_bodies(project, form.cleaned_data["bodies"], actor=request.actor)
        messages.success(request, f"{count} organisme{'s' if count > 1 else ''} de plus sur la liste.")
        return redirect("project_expected", ref)
    rows: list[Any] = list(queries.expected_bodies(project))  # with what the query adds to each
    context = {
        "project": project,
        "form": form,
        "rows": rows,
        "silent": [row for row in rows if not row.answered],
        "answered": sum(row.answered for row in rows),
    }
    return render(request, "projects/project_expected.html", context, status=422 if form.is_bound else 200)


@require_POST
@page(member)
def expected_remove(request: ActorRequest, ref: str, pk: int) -> HttpResponse:
    """Take a body off the list."""
    project = _coordinated(request, ref)
    expected = fetch(ExpectedBody.objects.filter(project=project).select_related("body"), pk=pk)
    forget_expected(project, expected, actor=request.actor)
    messages.success(request, f"{expected.body} n'est plus attendu.")
    return redirect("project_expected", ref)


@require_POST
@page(agent)
def project_wish(request: ActorRequest, ref: str) -> HttpResponse:
    """One of my bodies waits for the next procedure."""
    project = project_or_404(request, ref)
    mine = request.actor.bodies_as(Role.AGENT)
    body = next((body for body in mine if str(body.pk) == request.POST.get("body")), None)
    if body is None:
        raise Http404("organisme inconnu")
    wish_next_round(project, body, actor=request.actor)
    messages.success(request, f"C'est noté : {body} attend la prochaine procédure.")
    return redirect("project_detail", ref)


@require_http_methods(["GET", "POST"])
@page(member)
def mandates(request: ActorRequest) -> HttpResponse:
    """The mandates given and held by my bodies; a legal officer of a commune gives one."""
    actor = request.actor
    may_give = any(body.kind == BodyKind.COMMUNE for body in actor.bodies_as(Role.LEGAL))
    if request.method == "POST" and not may_give:
        raise PermissionDenied("Un mandat est donné à un EPCI par un juriste de la commune.")
    form = MandateForm(request.POST or None, actor=actor)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            given = give_mandate(actor=actor, to_body=data.pop("to_siren"), **data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, f"{given.to_body} peut désormais déclarer pour {given.from_body}.")
            return redirect("mandates")
    today = clock.today()
    rows = BodyMandate.objects.known_to(actor).select_related("from_body", "to_body", "project")
    context = {
        "form": form,
        "may_give": may_give,
        "rows": [
            {
                "mandate": row,
                "in_force": row.covers(row.project_id or 0, today),
                "revocable": row.revoked_on is None
                and (actor.holds(Role.LEGAL, row.from_body_id) or actor.holds(Role.LEGAL, row.to_body_id)),
            }
            for row in rows
        ],
    }
    return render(request, "projects/mandates.html", context, status=422 if form.is_bound else 200)


@require_POST
@page(member)
def mandate_revoke(request: ActorRequest, pk: int) -> HttpResponse:
    """End a mandate today."""
    mandate = fetch(BodyMandate.objects.known_to(request.actor), pk=pk)
    revoke_mandate(mandate, actor=request.actor)
    messages.success(request, "Le mandat est révoqué.")
    return redirect("mandates")


@require_safe
@page(member)
def project_route(request: ActorRequest, ref: str) -> HttpResponse:
    """Which legal route fits: questions, ranked answers, their reasons. Nothing is kept."""
    project = project_or_404(request, ref)
    asked = bool(request.GET)
    form = RouteForm({**RouteForm.unknown(), **request.GET.dict()} if asked else None)
    form.is_valid()
    context = {"project": project, "form": form, "advice": advise(form.answers()), "asked": asked}
    return render(request, "projects/project_route.html", context)
