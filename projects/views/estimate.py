"""« Combien pour ma commune ? »: a public question on the projects whose coordinator allows it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from procurement.access import ActorRequest, anyone, fetch, member, page
from procurement.models import Body, BodyKind
from projects import queries
from projects.actions.simulations import allow_estimate
from projects.assembly import newcomer, sharing
from projects.enums import ProjectState
from projects.models import Project
from projects.pooling.keys import key_label
from projects.pooling.simulation import estimate
from projects.views.frame import project_or_404

OPEN_STATES = (ProjectState.FRAMING, ProjectState.CALL)
FEWEST = 3  # bodies: below, an estimate would tell who they are


@require_safe
@page(anyone)
def project_estimate(request: ActorRequest, ref: str) -> HttpResponse:
    """What a body would pay, from its population in the registry; 404 when the project does not allow the question."""
    project: Project = fetch(Project.objects.filter(public_estimate=True, state__in=OPEN_STATES), reference=ref)
    text = request.GET.get("q", "").strip()[:100]
    siren = request.GET.get("siren", "")
    known = Body.objects.filter(closed_on=None).exclude(kind=BodyKind.PARTNER)
    body = known.filter(siren=siren).first() if siren.isdigit() else None
    found = queries.bodies_like(text) if text and body is None else []
    if len(found) == 1:
        body, found = found[0], []
    context = {"project": project, "text": text, "body": body, "candidates": found, "fewest": FEWEST}
    return render(request, "projects/simulation_estimate.html", context | _answer(project, body))


def _answer(project: Project, body: Body | None) -> dict[str, Any]:
    """Whole euros: an estimate does not promise cents."""
    if body is None:
        return {"state": "ask"}
    payers, _, lines = sharing(project)
    if len(payers) < FEWEST:
        return {"state": "too_few"}
    if not body.population:
        return {"state": "no_population"}
    cents, left_out = estimate(payers, lines, newcomer(body))
    if len(left_out) == len(lines):
        return {"state": "no_key"}
    rounded = (cents + 50) // 100 * 100
    per_head = (2 * cents + body.population) // (2 * body.population)
    return {
        "state": "told",
        "rounded_cents": rounded,
        "per_head_cents": per_head,
        "left_out": [line.label for line in left_out],
        "keys": list(dict.fromkeys(key_label(line.key) for line in lines if line not in left_out)),
    }


@require_POST
@page(member)
def estimate_switch(request: ActorRequest, ref: str) -> HttpResponse:
    """Open or close the public question, by the coordinator."""
    project = project_or_404(request, ref)
    allowed = request.POST.get("allowed") == "1"
    allow_estimate(project, allowed, actor=request.actor)
    said = "Le public peut estimer le coût pour un organisme." if allowed else "L'estimation publique est fermée."
    messages.success(request, said)
    return redirect("project_costs", ref)
