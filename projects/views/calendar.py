"""The timetable of a project: procedure, last safe days, drawing, agenda; and what each body records for it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from procurement.access import ActorRequest, fetch, member, page
from procurement.parts import part_of
from projects import queries, rules
from projects.actions.calendars import record_calendar
from projects.actions.composition import MOVEMENT
from projects.awaited.reminders import Dated, reminders
from projects.forms.planning import CalendarForm
from projects.models import ContractTerm, Participation, Project
from projects.planning import Timetable, procedure_for
from projects.timetable import schedule
from projects.timetable.agenda import agenda
from projects.timetable.rows import Row, drawing, driver_for, rows_for
from projects.timetable.schedule import Plan
from projects.views.frame import frame, owes_proof, project_or_404

SHOWN_MOVEMENTS = 5
PART = 60  # lines of the timetable, in the order of the days


def planned(request: ActorRequest, project: Project) -> tuple[Plan, list[Participation]]:
    """The plan as this person may know it, and the participations it is made of."""
    rows = schedule.planned_rows(project)
    sees_all = rules.is_coordinator(project, request.actor)
    amount = schedule.amount_of(project, rows, sees_all=sees_all)
    return schedule.plan(project, rows, amount, told=schedule.ends_told(rows, request.actor, sees_all=sees_all)), rows


def visible_rows(request: ActorRequest, project: Project, table: Timetable) -> list[Row]:
    """The lines this person may know."""
    return rows_for(table, request.actor, sees_all=rules.is_coordinator(project, request.actor))


def _reminders(project: Project, plan: Plan, rows: list[Participation]) -> list[Dated]:
    contract = ContractTerm.objects.filter(project=project).prefetch_related("decisions").first()
    return reminders(project, plan, schedule.work_calendar(row.body for row in rows), contract)


@require_safe
@page(member)
def project_calendar(request: ActorRequest, ref: str) -> HttpResponse:
    """Procedure, timetable, reminders, and what arrivals and departures changed."""
    project = project_or_404(request, ref)
    actor, sees_all = request.actor, rules.is_coordinator(project, request.actor)
    plan, participations = planned(request, project)
    rows = visible_rows(request, project, plan.table) if plan.table else []
    part = part_of(rows, request.GET, size=PART)
    ceiling = project.ceiling_cents
    at_ceiling = procedure_for(ceiling, plan.launch) if ceiling and ceiling > plan.amount.cents else None
    context = frame(project, actor, "project_calendar") | {
        "plan": plan,
        "at_ceiling": at_ceiling if at_ceiling and at_ceiling.level != plan.advice.level else None,
        "rows": part.rows,
        "part": part,
        "drawing": drawing(part.rows) if rows else None,
        "late": [row for row in rows if row.status in ("late", "at_risk")],
        "driver": driver_for(plan.table, actor, sees_all=sees_all) if plan.table else "",
        "reminders": _reminders(project, plan, participations),
        "own_rows": [row for row in participations if sees_all or rules.may_leave(row, actor)],
        "durations": schedule.changed_durations(schedule.durations_of(project)),
        "movements": queries.project_events(project).filter(step=MOVEMENT).order_by("-position")[:SHOWN_MOVEMENTS],
    }
    return render(request, "projects/project_calendar.html", context)


@require_safe
@page(member)
def project_agenda(request: ActorRequest, ref: str) -> HttpResponse:
    """The same days as an iCalendar file."""
    project = project_or_404(request, ref)
    plan, participations = planned(request, project)
    rows = visible_rows(request, project, plan.table) if plan.table else []
    dated = _reminders(project, plan, participations)
    address = request.build_absolute_uri(reverse("project_calendar", args=[ref]))
    response = HttpResponse(agenda(project, rows, dated, address), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{project.reference}.ics"'
    return response


@require_http_methods(["GET", "POST"])
@page(member)
def participation_calendar(request: ActorRequest, ref: str, pk: int) -> HttpResponse:
    """What one body records: contract end, notice, councils."""
    project = project_or_404(request, ref)
    visible = Participation.objects.visible_to(request.actor).select_related("body", "project")
    row: Participation = fetch(visible.filter(project=project), pk=pk)
    if not rules.may_leave(row, request.actor):
        raise PermissionDenied("Le calendrier d'un organisme est tenu par lui, ou par le coordinateur.")
    form = CalendarForm(request.POST or None, row=row)
    if request.method == "POST" and form.is_valid():
        record_calendar(row, actor=request.actor, **form.cleaned_data)
        messages.success(request, f"Le calendrier de {row.body} est enregistré.")
        return redirect("project_calendar", ref)
    context: dict[str, Any] = {
        "project": project,
        "row": row,
        "form": form,
        "from_needs": schedule.contract_ends(project).get(row.body_id),
        "for_another": owes_proof(row, request.actor),
    }
    return render(request, "projects/participation_calendar.html", context, status=422 if form.is_bound else 200)
