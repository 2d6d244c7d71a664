"""What it costs, and who pays what: the lines, their keys, the shares, each with its explanation."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from procurement.access import ActorRequest, member, page
from procurement.parts import part_of
from projects import dossier as dossiers
from projects import rules
from projects.actions.projects import set_costs
from projects.assembly import assemble, sharing
from projects.dossier import Dossier
from projects.enums import CostCategory
from projects.forms.costs import (
    SUBSIDY_FIELDS,
    UNFINISHED,
    CostLineFormSet,
    SubsidyFormSet,
    TermsForm,
    initial_lines,
    initial_subsidies,
    line_fields,
)
from projects.forms.keys import KINDS, PART_KINDS, KeyForm, Shape
from projects.models import CostLine, Project
from projects.pooling.act_scale import is_count
from projects.pooling.simulation import double_counts
from projects.pooling.words import yearly
from projects.views.frame import editable_or_refused, frame, project_or_404

PART = 50  # bodies, in each of the tables


@require_safe
@page(member)
def project_costs(request: ActorRequest, ref: str) -> HttpResponse:
    """Shares of each line and in all; those of the frozen version once there is one."""
    project = project_or_404(request, ref)
    version = project.current_version()
    facts = dossiers.from_json(version.facts) if version else assemble(project)
    own = {body.siren for body in request.actor.bodies}
    buyers = [party.siren for party in facts.parties if party.buys]
    part = part_of(buyers, request.GET, size=PART, first=lambda siren: siren in own)
    shown = set(part.rows)
    context = frame(project, request.actor, "project_costs") | {
        "version": version,
        "dossier": facts,
        "part": part,
        "lines": [_line(line, facts, own, shown) for line in facts.cost_lines],
        "totals": _totals(facts, own, shown),
        "editable": rules.edits_project(project, request.actor),
        "doubles": _doubles(project) if not version else [],
    }
    return render(request, "projects/project_costs.html", context)


def _doubles(project: Project) -> list[dict[str, Any]]:
    """EPCI whose own communes weigh beside them, with the lines concerned and their places."""
    payers, rows, _ = sharing(project)
    return [
        {"double": double, "line": row, "place": place}
        for place, row in enumerate(rows, start=1)
        for double in double_counts(payers, row.key, row.terms)
    ]


def _line(line: dossiers.CostLine, facts: Dossier, own: set[str | None], shown: set[str]) -> dict[str, Any]:
    """Rows of the bodies that are shown, sums of all."""
    names = {party.siren: party.name for party in facts.parties if party.siren}
    rows = [
        {"name": names.get(share.siren, share.siren), "share": share, "mine": share.siren in own}
        | {"yearly": yearly(share.ht_cents, line.years)}
        for share in line.shares
        if share.siren in shown
    ]
    sums = {name: sum(getattr(share, name) for share in line.shares) for name in ("ht_cents", "vat_cents", "ttc_cents")}
    return {
        "line": line,
        "category": dict(CostCategory.choices).get(line.category, ""),
        "yearly": yearly(line.amount_cents, line.years),
        "rows": rows,
        "sums": sums,
    }


def _totals(facts: Dossier, own: set[str | None], shown: set[str]) -> dict[str, Any]:
    """All lines together, per body that buys, with what it makes per inhabitant (rounded half up, for reading only)."""
    rows = []
    every = [share for line in facts.cost_lines for share in line.shares]
    for party in facts.parties:
        if not party.buys or party.siren not in shown:
            continue
        shares = [share for share in every if share.siren == party.siren]
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
    sums = {name: sum(getattr(share, name) for share in every) for name in ("ht_cents", "ttc_cents")}
    return {"rows": rows, **sums}


@require_http_methods(["GET", "POST"])
@page(member)
def project_cost_lines(request: ActorRequest, ref: str) -> HttpResponse:
    """The cost lines and their keys, by the coordinator."""
    project = editable_or_refused(request, ref)
    formset = CostLineFormSet(
        request.POST or None,
        initial=initial_lines(list(project.cost_lines.all())),
        form_kwargs={"lots": list(project.lots.all())},
    )
    if request.method == "POST" and formset.is_valid():
        lines = [line for form in formset.forms if (line := form.line) is not None]
        set_costs(project, lines, subsidy_fields(project), actor=request.actor)
        messages.success(request, "Les coûts sont enregistrés.")
        return _next_key(ref, lines)
    context = {"project": project, "formset": formset}
    return render(request, "projects/project_cost_lines.html", context, status=422 if formset.is_bound else 200)


def _next_key(ref: str, lines: list[dict[str, Any]]) -> HttpResponse:
    """The page of the first key that still waits for its figures, else the costs."""
    for place, line in enumerate(lines, start=1):
        if line["key"] in UNFINISHED.values():
            return redirect("project_key", ref, place)
    return redirect("project_costs", ref)


def _line_or_404(project: Project, line: int) -> tuple[list[CostLine], CostLine]:
    rows = list(project.cost_lines.all())
    if not 1 <= line <= len(rows):
        raise Http404("pas de ligne à cette place")
    return rows, rows[line - 1]


@require_http_methods(["GET", "POST"])
@page(member)
def project_key(request: ActorRequest, ref: str, line: int) -> HttpResponse:
    """The key of the line at this position (from 1): first its kind, in the address, then its figures."""
    project = editable_or_refused(request, ref)
    rows, chosen = _line_or_404(project, line)
    payers, _, _ = sharing(project)
    form = KeyForm(
        request.POST or None,
        shape=Shape.asked(request.GET, Shape.of(chosen.key)),
        stored=chosen.key,
        bodies=[(payer.id, payer.party.name) for payer in payers],
        weights=sorted({name for payer in payers for name in payer.weights if not is_count(name)}),
    )
    if request.method == "POST" and form.is_valid():
        _save_line(request, project, rows, chosen, key=form.json)
        messages.success(request, "La clé est enregistrée.")
        return redirect("project_costs", ref)
    context = {"project": project, "form": form, "line": chosen, "place": line, "kinds": KINDS, "parts": PART_KINDS}
    return render(request, "projects/project_cost_key.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
@page(member)
def project_percents(request: ActorRequest, ref: str, line: int) -> HttpResponse:
    """The voted percentages of the line at this position (from 1), which sum to exactly 100."""
    project = editable_or_refused(request, ref)
    rows, chosen = _line_or_404(project, line)
    if chosen.key.get("kind") != "percent":
        raise Http404("pas de ligne en pourcentages à cette place")
    buyers = [(payer.id, payer.party.name) for payer in sharing(project)[0] if payer.party.siren]
    form = KeyForm(request.POST or None, shape=Shape("percent"), stored=chosen.key, bodies=buyers)
    if request.method == "POST" and form.is_valid():
        _save_line(request, project, rows, chosen, key=form.json)
        messages.success(request, "Les pourcentages sont enregistrés.")
        return redirect("project_costs", ref)
    context = {"project": project, "form": form, "line": chosen}
    return render(request, "projects/project_percents.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
@page(member)
def project_terms(request: ActorRequest, ref: str, line: int) -> HttpResponse:
    """Floors, caps, chosen populations and the lead's discount of the line at this position (from 1)."""
    project = editable_or_refused(request, ref)
    rows, chosen = _line_or_404(project, line)
    payers, _, _ = sharing(project)
    doubles = double_counts(payers, chosen.key, {})
    form = TermsForm(request.POST or None, line=chosen, payers=payers, chosen={double.epci.id for double in doubles})
    if request.method == "POST" and form.is_valid():
        _save_line(request, project, rows, chosen, **form.changes())
        messages.success(request, "Les conditions particulières sont enregistrées.")
        return redirect("project_costs", ref)
    context = {"project": project, "form": form, "line": chosen, "doubles": doubles}
    return render(request, "projects/project_cost_terms.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
@page(member)
def project_subsidies(request: ActorRequest, ref: str) -> HttpResponse:
    """Outside money, taken off before any key."""
    project = editable_or_refused(request, ref)
    formset = SubsidyFormSet(request.POST or None, initial=initial_subsidies(list(project.subsidies.all())))
    if request.method == "POST" and formset.is_valid():
        rows = [row for form in formset.forms if (row := form.row) is not None]
        set_costs(project, [line_fields(row) for row in project.cost_lines.all()], rows, actor=request.actor)
        messages.success(request, "Les subventions sont enregistrées.")
        return redirect("project_costs", ref)
    context = {"project": project, "formset": formset}
    return render(request, "projects/project_cost_subsidies.html", context, status=422 if formset.is_bound else 200)


def _save_line(request: ActorRequest, project: Project, rows: list[CostLine], changed: CostLine, **fields: Any) -> None:
    lines = [line_fields(row) | (fields if row is changed else {}) for row in rows]
    set_costs(project, lines, subsidy_fields(project), actor=request.actor)


def subsidy_fields(project: Project) -> list[dict[str, Any]]:
    """The stored subsidies as `set_costs` takes them."""
    return [dict(row) for row in project.subsidies.values(*SUBSIDY_FIELDS)]
