"""What it costs, and who pays what: the lines, their keys, the shares, each with its explanation."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from procurement.access import ActorRequest, member, page
from projects import dossier as dossiers
from projects import rules
from projects.actions.projects import set_costs
from projects.assembly import assemble
from projects.dossier import Dossier
from projects.forms.costs import CostLineFormSet, PercentsForm, initial_lines
from projects.models import CostLine, Project
from projects.views.frame import editable_or_refused, frame, project_or_404


@require_GET
@page(member)
def project_costs(request: ActorRequest, ref: str) -> HttpResponse:
    """Shares of each line and in all; those of the frozen version once there is one."""
    project = project_or_404(request, ref)
    version = project.current_version()
    facts = dossiers.from_json(version.facts) if version else assemble(project)
    own = {body.siren for body in request.actor.bodies}
    context = frame(project, request.actor, "project_costs") | {
        "version": version,
        "dossier": facts,
        "lines": [_line(line, facts, own) for line in facts.cost_lines],
        "totals": _totals(facts, own),
        "editable": rules.edits_project(project, request.actor),
    }
    return render(request, "projects/project_costs.html", context)


def _line(line: dossiers.CostLine, facts: Dossier, own: set[str | None]) -> dict[str, Any]:
    names = {party.siren: party.name for party in facts.parties}
    rows = [
        {"name": names.get(share.siren, share.siren), "share": share, "mine": share.siren in own}
        for share in line.shares
    ]
    sums = {name: sum(getattr(share, name) for share in line.shares) for name in ("ht_cents", "vat_cents", "ttc_cents")}
    return {"line": line, "rows": rows, "sums": sums, "shared_cents": line.amount_cents - line.subsidy_cents}


def _totals(facts: Dossier, own: set[str | None]) -> dict[str, Any]:
    """All lines together, per body that buys, with what it makes per inhabitant (rounded half up, for reading only)."""
    rows = []
    for party in facts.parties:
        if not party.buys:
            continue
        shares = [share for line in facts.cost_lines for share in line.shares if share.siren == party.siren]
        ttc = sum(share.ttc_cents for share in shares)
        rows.append(
            {
                "name": party.name,
                "population": party.population,
                "ht_cents": sum(share.ht_cents for share in shares),
                "ttc_cents": ttc,
                "per_head_cents": (2 * ttc + party.population) // (2 * party.population) if party.population else None,
                "mine": party.siren in own,
            }
        )
    return {"rows": rows, "ht_cents": sum(r["ht_cents"] for r in rows), "ttc_cents": sum(r["ttc_cents"] for r in rows)}


@require_http_methods(["GET", "POST"])
@page(member)
def project_cost_lines(request: ActorRequest, ref: str) -> HttpResponse:
    """The cost lines and their keys, by the coordinator."""
    project = editable_or_refused(request, ref)
    formset = CostLineFormSet(request.POST or None, initial=initial_lines(list(project.cost_lines.all())))
    if request.method == "POST" and formset.is_valid():
        lines = [line for form in formset.forms if (line := form.line) is not None]
        set_costs(project, lines, _subsidies(project), actor=request.actor)
        messages.success(request, "Les coûts sont enregistrés.")
        return redirect("project_costs", ref)
    context = {"project": project, "formset": formset}
    return render(request, "projects/project_cost_lines.html", context, status=422 if formset.is_bound else 200)


@require_http_methods(["GET", "POST"])
@page(member)
def project_percents(request: ActorRequest, ref: str, line: int) -> HttpResponse:
    """The voted percentages of the line at this position (from 1), which sum to exactly 100."""
    project = editable_or_refused(request, ref)
    rows = list(project.cost_lines.all())
    if not 1 <= line <= len(rows) or rows[line - 1].key.get("kind") != "percent":
        raise Http404("pas de ligne en pourcentages à cette place")
    buyers = [(party.siren, party.name) for party in assemble(project).parties if party.buys and party.siren]
    chosen = rows[line - 1]
    form = PercentsForm(request.POST or None, bodies=buyers, percents=chosen.key.get("percents", {}))
    if request.method == "POST" and form.is_valid():
        chosen.key = form.key()
        set_costs(project, [_fields(row) for row in rows], _subsidies(project), actor=request.actor)
        messages.success(request, "Les pourcentages sont enregistrés.")
        return redirect("project_costs", ref)
    context = {"project": project, "form": form, "line": chosen}
    return render(request, "projects/project_percents.html", context, status=422 if form.is_bound else 200)


def _fields(row: CostLine) -> dict[str, Any]:
    return {name: getattr(row, name) for name in ("label", "amount_cents", "vat_percent", "key")}


def _subsidies(project: Project) -> list[dict[str, Any]]:
    return [dict(row) for row in project.subsidies.values("label", "rate_percent", "eligible_cents", "cap_cents")]
