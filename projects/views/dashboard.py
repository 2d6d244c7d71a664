"""The first page of a member: what to do, what falls due, my needs, my projects. Nothing else."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from procurement import clock
from procurement.access import ActorRequest, agent, member, page
from projects import queries
from projects.awaited.todo import todos
from projects.enums import ProjectState

SHOWN = 20


@require_safe
@page(member)
def dashboard(request: ActorRequest) -> HttpResponse:
    """À faire, échéances, mes besoins, mes projets."""
    actor = request.actor
    projects = list(queries.projects_of(actor)[:SHOWN])
    due = [p for p in projects if p.state == ProjectState.CALL and p.cut_off and p.cut_off >= clock.today()]
    context = {
        "todos": todos(actor),
        "due": due,
        "needs": queries.own_needs(actor)[:SHOWN],
        "projects": projects,
        "may_declare": agent(actor),
    }
    return render(request, "projects/dashboard.html", context)
