"""The pages of projects: list, opening, summary, framing, needs, lots, specification, journal."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from procurement.access import ActorRequest, agent, member, page
from procurement.keyset import keyset_page
from procurement.parts import part_of
from procurement.text import typed
from projects import queries, rules
from projects.actions.composition import MOVEMENT
from projects.actions.projects import create_project, edit_project, has_published_need, pool_needs, set_lots
from projects.assembly import assemble
from projects.awaited.reminders import reminders
from projects.enums import LISTED, ProjectState, Route
from projects.forms.projects import LotFormSet, PoolForm, ProjectCreateForm, ProjectForm, lot_rows
from projects.models import Domain, Project
from projects.models.reading import with_project
from projects.pooling.decision import decision
from projects.pooling.joining import closed_to
from projects.requirements.leads import REPLACEABLE
from projects.timetable.schedule import SHOWN_FROM, work_calendar
from projects.views.calendar import planned
from projects.views.frame import editable_or_refused, frame, project_or_404, project_steps

PAGE_SIZE = 30


@require_safe
@page(member)
def project_list(request: ActorRequest) -> HttpResponse:
    """Every project, latest first, filtered by words, state and route."""
    asked = {name: typed(request.GET, key) for name, key in FILTERS.items()}
    rows = keyset_page(queries.listed_projects(request.actor, **asked), request.GET, order=("-pk",), size=PAGE_SIZE)
    context = {
        "page": rows,
        "asked": asked,
        "filtered": any(asked.values()),
        "states": ProjectState.choices,
        "routes": Route.choices,
        "domains": Domain.objects.values_list("code", "label"),
        "may_open": has_published_need(request.actor),
    }
    return render(request, "projects/project_list.html", context)


FILTERS = {"text": "q", "state": "etat", "route": "voie", "domain": "domaine", "department": "departement"}


@require_http_methods(["GET", "POST"])
@page(agent)
def project_create(request: ActorRequest) -> HttpResponse:
    """Open a project on published needs; whoever opens it coordinates it."""
    domain = typed(request.GET, "domaine")
    needs = queries.poolable_needs(request.actor, domain=domain)
    form = ProjectCreateForm(request.POST or None, needs=needs, initial={"submission": uuid.uuid4()})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        project = create_project(
            actor=request.actor,
            needs=data["needs"],
            submission=data["submission"],
            title=data["title"],
            route=data["route"],
        )
        messages.success(request, f"Le projet {project.reference} est ouvert : vous en êtes le coordinateur.")
        return redirect("project_detail", project.reference)
    if request.method == "POST" and (made := _already_made(request)):
        return redirect("project_detail", made.reference)  # the same form, sent twice: its needs are taken by the first
    context = {
        "form": form,
        "domain": domain,
        "domains": Domain.objects.all(),
        "may_open": has_published_need(request.actor),
        "any_need": needs.exists(),
    }
    return render(request, "projects/project_create.html", context, status=422 if form.is_bound else 200)


def _already_made(request: ActorRequest) -> Project | None:
    try:
        submission = uuid.UUID(request.POST.get("submission", ""))
    except ValueError:
        return None
    return Project.objects.filter(submission=submission, coordinator=request.actor.user).first()


@require_safe
@page(member)
def project_detail(request: ActorRequest, ref: str) -> HttpResponse:
    """Where it stands, what waits for whom, what I must do."""
    project = project_or_404(request, ref)
    actor = request.actor
    plan, rows = planned(request, project)
    listed = [row for row in rows if row.state in LISTED]
    taking_part = {row.body_id for row in project.present()}
    coordinates = rules.is_coordinator(project, actor)
    closed = closed_to(project)
    outside = [body for body in queries.spoken_for(actor, project) if body.pk not in taking_part]
    part = part_of(project.pooled(), request.GET, size=PAGE_SIZE, first=lambda need: actor.belongs_to(need.body_id))
    context = frame(project, actor, "project_detail") | {
        "steps": project_steps(project, actor),
        "gauge": {
            "threshold": project.threshold_cents or 0,
            "current": sum(item.maximum_cents or 0 for item in listed),
            "shown": len(listed) >= SHOWN_FROM or coordinates,
        },
        "counts": {"present": len(taking_part), "listed": len(listed), "silent": len(taking_part) - len(listed)},
        "editable": rules.edits_project(project, actor),
        "replaceable": project.state in REPLACEABLE and rules.proposes_lead(project, actor),
        "lots": project.all_lots(),
        "needs": part.rows,
        "part": part,
        "joinable": [] if closed else outside,
        "closed": closed if outside else None,
        "waiting": outside if closed and closed.next_round else [],
        "waited": set(project.wishes.values_list("body_id", flat=True)) if closed and closed.next_round else set(),
        "decision": decision(project, listed, sees_amounts=coordinates or len(listed) >= SHOWN_FROM),
        "reminders": reminders(
            project, plan, work_calendar(row.body for row in rows), with_project(project, "contract_term")
        )[:SHOWN_REMINDERS],
        "movement": queries.project_events(project).filter(step=MOVEMENT).order_by("-position").first()
        if project.may_lose_members()
        else None,
    }
    return render(request, "projects/project_detail.html", context)


SHOWN_REMINDERS = 4


@require_http_methods(["GET", "POST"])
@page(member)
def project_edit(request: ActorRequest, ref: str) -> HttpResponse:
    """The framing, by the coordinator."""
    project = editable_or_refused(request, ref)
    form = ProjectForm(request.POST or None, instance=project)
    if request.method == "POST" and form.is_valid():
        # A fresh row is edited under its lock; the form's own instance is never saved.
        edit_project(project, actor=request.actor, **form.cleaned_data)
        messages.success(request, "Le cadrage est enregistré.")
        return redirect("project_detail", ref)
    context = {"project": project, "form": form}
    return render(request, "projects/project_edit.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
@page(member)
def project_needs(request: ActorRequest, ref: str) -> HttpResponse:
    """Take more published needs into the project."""
    project = editable_or_refused(request, ref)
    domain = typed(request.GET, "domaine")
    needs = queries.poolable_needs(request.actor, domain=domain)
    form = PoolForm(request.POST or None, needs=needs)
    if request.method == "POST" and form.is_valid():
        pool_needs(project, form.cleaned_data["needs"], actor=request.actor)
        messages.success(request, "Les besoins sont regroupés ; leurs organismes sont intéressés.")
        return redirect("project_detail", ref)
    context = {
        "project": project,
        "form": form,
        "domain": domain,
        "domains": Domain.objects.all(),
        "any_need": needs.exists(),
        "pooled": project.needs.select_related("body"),
    }
    return render(request, "projects/project_needs.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
@page(member)
def project_lots(request: ActorRequest, ref: str) -> HttpResponse:
    """The lots of the consultation."""
    project = editable_or_refused(request, ref)
    initial = [{"number": lot.number, "title": lot.title, "cpv": lot.cpv} for lot in project.lots.all()]
    formset = LotFormSet(request.POST or None, initial=initial)
    if request.method == "POST" and formset.is_valid():
        set_lots(project, lot_rows(formset), actor=request.actor)
        messages.success(request, "Les lots sont enregistrés.")
        return redirect("project_detail", ref)
    context = {"project": project, "formset": formset}
    return render(request, "projects/project_lots.html", context, status=422 if formset.is_bound else 200)


@require_safe
@page(member)
def project_specification(request: ActorRequest, ref: str) -> HttpResponse:
    """The requirements of the pooled needs, once each, with those who asked for them."""
    project = project_or_404(request, ref)
    dossier = assemble(project)
    names = {party.siren: party.name for party in dossier.parties}
    chapters: dict[str, list[dict[str, Any]]] = {}
    for item in dossier.requirements:
        asked_by = [names[siren] for siren in item.asked_by if siren in names]
        chapters.setdefault(item.chapter, []).append({"item": item, "asked_by": asked_by})
    context = frame(project, request.actor, "project_specification") | {
        "chapters": list(chapters.items()),
        "dossier": dossier,
        "count": len(dossier.requirements),
    }
    return render(request, "projects/project_specification.html", context)
