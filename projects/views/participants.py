"""Who takes part, how far each has gone, and joining."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from procurement.access import Actor, ActorRequest, agent, member, page
from procurement.parts import part_of
from projects import queries, rules
from projects.actions.participations import join_project
from projects.enums import LISTED
from projects.models import Participation
from projects.pooling.committee import majority, mismatch
from projects.pooling.lots import lot_table
from projects.requirements import row_of, why_not_leave
from projects.timetable.schedule import SHOWN_FROM
from projects.views.frame import frame, participation_steps, project_or_404

PART = 100  # bodies
TONES = {"interested": "neutral", "intended": "info", "authorised": "warn", "signed": "ok", "withdrawn": "bad"}


@require_safe
@page(member)
def project_participants(request: ActorRequest, ref: str) -> HttpResponse:
    """The tracker: who has declared, voted and signed which version."""
    project = project_or_404(request, ref)
    version = project.current_version()
    rows = queries.tracker(project)
    listed = [row for row in rows if row.state in LISTED]
    sees_all = rules.is_coordinator(project, request.actor) or version is not None
    committee = majority(row.body for row in listed)
    asked = request.GET.get("ligne", "")
    part = part_of(
        rows, request.GET, size=PART, first=lambda row: str(row.pk) == asked or request.actor.belongs_to(row.body_id)
    )
    context = frame(project, request.actor, "project_participants") | {
        "rows": [_row(row, request.actor, frozen=version is not None) for row in part.rows],
        "part": part,
        "version": version,
        "total": sum(row.maximum_cents or 0 for row in listed),
        "no_steps": why_not_leave(project).partition(" : ")[2],
        "lots": lot_table(project, listed, sees_all=sees_all),
        "committee": committee if listed else None,
        "committee_mismatch": mismatch(project.committee, committee) if listed else "",
        "wishes": project.wishes.select_related("body") if rules.is_coordinator(project, request.actor) else [],
        "total_shown": len(listed) >= SHOWN_FROM,
    }
    return render(request, "projects/project_participants.html", context)


def _row(row: Participation, actor: Actor, *, frozen: bool) -> dict[str, Any]:
    """A line of the tracker; amounts only for those who may see them, steps only for those who may take them."""
    acts = rules.may_leave(row, actor)
    return {
        "row": row,
        "tone": TONES[row.state],
        "mine": actor.belongs_to(row.body_id),
        "amounts": frozen or rules.sees_amounts(row, actor),
        "steps": participation_steps(row, actor) if acts or rules.speaks_for_body(row, actor) else [],
        "mandates": [item for item in row.body.mandates_given.all() if item.covers(row.project_id)],
    }


@require_POST
@page(agent)
def project_join(request: ActorRequest, ref: str) -> HttpResponse:
    """One of my bodies is interested."""
    project = project_or_404(request, ref)
    mine = queries.spoken_for(request.actor, project)
    body = next((body for body in mine if str(body.pk) == request.POST.get("body")), None)
    if body is None:
        raise Http404("organisme inconnu")
    participation = join_project(project, body, actor=request.actor)
    messages.success(request, f"{body} est intéressé : dites maintenant ses volumes et son maximum.")
    if project.calls():
        return redirect("participation_step", ref, participation.pk, "declare")
    return redirect(reverse("project_participants", args=[ref]) + row_of(participation.pk))
