"""The durations of the backward timetable, which the coordinator may set and put back."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from procurement.access import ActorRequest, member, page
from projects import rules
from projects.actions.calendars import set_durations
from projects.forms.durations import DurationsForm
from projects.timetable import schedule
from projects.views.calendar import planned
from projects.views.frame import project_or_404


@require_http_methods(["GET", "POST"])
@page(member)
def project_durations(request: ActorRequest, ref: str) -> HttpResponse:
    """One box per step; empty is usual."""
    project = project_or_404(request, ref)
    if not rules.is_coordinator(project, request.actor):
        raise PermissionDenied("Les durées du calendrier sont tenues par le coordinateur.")
    known = schedule.durations_of(project)
    if request.method == "POST" and request.POST.get("reset"):
        set_durations(project, actor=request.actor, days={})
        messages.success(request, "Les durées usuelles sont rétablies.")
        return redirect("project_calendar", ref)
    plan, _ = planned(request, project)
    form = DurationsForm(request.POST or None, known=known, level=plan.advice.level)
    if request.method == "POST" and form.is_valid():
        set_durations(project, actor=request.actor, days=form.days())
        messages.success(request, "Les durées sont enregistrées, le calendrier est recalculé.")
        return redirect("project_calendar", ref)
    context = {"project": project, "form": form, "changed": schedule.changed_durations(known)}
    return render(request, "projects/project_durations.html", context, status=422 if form.is_bound else 200)
