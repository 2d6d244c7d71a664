"""Simulations that were kept: read one, set two side by side, throw one away."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from procurement.access import ActorRequest, fetch, member, page
from projects import queries
from projects.actions.simulations import delete_simulation
from projects.assembly import body_key
from projects.models import Simulation
from projects.pooling.simulation import Answer, reread
from projects.views.frame import frame, project_or_404
from projects.views.simulation import ods
from projects.views.simulation_table import table

MOST_LISTED = 100


@require_safe
@page(member)
def simulation_list(request: ActorRequest, ref: str) -> HttpResponse:
    """One's own and those shared with the members; `a` and `b` in the address set two side by side."""
    project = project_or_404(request, ref)
    saved = list(queries.saved_simulations(request.actor, project)[:MOST_LISTED])
    chosen = {str(item.pk): item for item in saved}
    first, second = (chosen.get(request.GET.get(name, "")) for name in ("a", "b"))
    context = frame(project, request.actor, "project_costs") | {
        "saved": saved,
        "first": first,
        "second": second,
        "rows": _compared(first, second, _own(request)) if first and second else [],
    }
    return render(request, "projects/simulation_list.html", context)


def _own(request: ActorRequest) -> dict[str, int | None]:
    return {body_key(body): None for body in request.actor.bodies}


def _compared(first: Simulation, second: Simulation, own: dict[str, int | None]) -> list[dict[str, Any]]:
    """One row per body of either, in the order of the first."""
    sides = [{row.id: row for row in reread(item.facts, own).rows} for item in (first, second)]
    rows = []
    for id_ in dict.fromkeys([*sides[0], *sides[1]]):
        a, b = (side[id_].then_cents if id_ in side else None for side in sides)
        known = sides[0].get(id_) or sides[1][id_]
        change = (b or 0) - (a or 0)
        rows.append({"name": known.name, "mine": known.mine, "a": a, "b": b, "change_cents": change})
    return rows


@require_safe
@page(member)
def simulation_saved(request: ActorRequest, ref: str, pk: int) -> HttpResponse:
    """Its figures of that day; `format=ods` gives them as a spreadsheet."""
    project = project_or_404(request, ref)
    saved: Simulation = fetch(queries.saved_simulations(request.actor, project), pk=pk)
    answer: Answer = reread(saved.facts, _own(request))
    if request.GET.get("format") == "ods":
        return ods(answer, ref)
    context = frame(project, request.actor, "project_costs") | {
        "saved": saved,
        "answer": answer,
        "table": table(answer, answer.rows),
        "replay_url": f"{reverse('simulation', args=[ref])}?{saved.query}",
        "erasable": saved.made_by_id == request.actor.user_id,
    }
    return render(request, "projects/simulation_saved.html", context)


@require_POST
@page(member)
def simulation_delete(request: ActorRequest, ref: str, pk: int) -> HttpResponse:
    """By whoever made it."""
    project = project_or_404(request, ref)
    delete_simulation(fetch(queries.saved_simulations(request.actor, project), pk=pk), actor=request.actor)
    messages.success(request, "La simulation est effacée.")
    return redirect("simulation_list", ref)
