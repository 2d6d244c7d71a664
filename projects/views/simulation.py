"""Simulating the shares of a cost line: the address holds the whole question, so it can be sent to somebody."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from procurement.access import Actor, ActorRequest, member, page
from procurement.models import Body
from projects import dossier as dossiers
from projects import queries, rules
from projects.actions.projects import set_costs
from projects.actions.simulations import may_share, save_simulation
from projects.assembly import body_key, newcomer, sharing
from projects.dossier import CostLine
from projects.forms.costs import line_fields
from projects.forms.simulation import SimulationForm, exact_figure
from projects.models import CostLine as CostLineRow
from projects.models import Project
from projects.pooling.cost_lines import Payer
from projects.pooling.keys import weight_label
from projects.pooling.simulation import Answer, DoubleCount, Question, double_counts, kept, lacking, simulate
from projects.pooling.simulation_sheet import to_ods
from projects.views.costs import subsidy_fields
from projects.views.frame import editable_or_refused, frame, project_or_404
from projects.views.simulation_table import table

FIGURE = r"poids\.[^.]{1,40}\.[^.]{1,40}$"
MOST_ADDED = 20
MOST_TYPED = 30  # missing figures that the page lets one type
ODS = "application/vnd.oasis.opendocument.spreadsheet"
SORTED = {"ecart": lambda row: row.change_cents, "part": lambda row: -(row.then_cents or 0)}


@dataclass(frozen=True, slots=True)
class Reading:
    """An address, read: the question, its answer (None while a field is wrong), and what the page says about it."""

    data: QueryDict
    place: int | None
    lines: tuple[CostLine, ...]
    form: SimulationForm
    candidates: list[Body]
    added: tuple[Payer, ...] = ()
    question: Question | None = None
    answer: Answer | None = None
    lacking: tuple[tuple[Payer, str], ...] = ()
    doubles: tuple[DoubleCount, ...] = ()


def own_maxima(actor: Actor, payers: list[Payer]) -> dict[str, int | None]:
    """The maximum, cents HT, of each of the reader's own bodies; nobody else's leaves the rows it is stored in."""
    own: dict[str, int | None] = {body_key(body): None for body in actor.bodies}
    return own | {payer.id: payer.party.maximum_cents for payer in payers if payer.id in own}


def read(project: Project, actor: Actor, given: QueryDict) -> Reading:
    """What an address asks. A fixed number of queries, whatever the number of bodies."""
    payers, stored, lines = sharing(project)
    if version := project.current_version():
        lines = dossiers.from_json(version.facts).cost_lines
    place = place_of(given, lines)
    row = stored[place] if place is not None else None
    payers = [payer for payer in payers if payer.pays_for(row.lot if row else None)]
    data, candidates = added_by_name(given, {payer.id for payer in payers})
    added = [newcomer(body) for body in bodies_of(data.getlist("avec"), {payer.id for payer in payers})]
    payers, added = [_typed(payer, data) for payer in payers], [_typed(payer, data) for payer in added]
    form = SimulationForm(data, row=row, line=lines[place] if place is not None else None, payers=payers)
    found = Reading(data, place, lines, form, candidates, tuple(added))
    if not form.is_valid():
        return found
    removed = frozenset(data.getlist("sans")) & {payer.id for payer in payers}
    asked = form.question(removed, tuple(added))
    members = [*(payer for payer in payers if payer.id not in removed), *added]
    return replace(
        found,
        question=asked,
        answer=simulate(payers, lines, place, asked, own_maxima(actor, payers)),
        lacking=tuple(lacking(members, asked.key, asked.terms)),
        doubles=tuple(double_counts(members, asked.key, asked.terms)),
    )


def place_of(data: QueryDict, lines: tuple[CostLine, ...]) -> int | None:
    """The line asked for (from 1), else the largest; None when the project has none."""
    asked = data.get("ligne", "")
    if asked.isascii() and asked.isdigit() and 1 <= int(asked[:4]) <= len(lines):
        return int(asked[:4]) - 1
    return max(range(len(lines)), key=lambda place: lines[place].amount_cents) if lines else None


def added_by_name(given: QueryDict, present: set[str]) -> tuple[QueryDict, list[Body]]:
    """A name that fits one body adds it; that fits several, they are the candidates."""
    data = given.copy()
    text = data.get("ajouter", "").strip()
    found = [body for body in queries.bodies_like(text) if body_key(body) not in present] if text else []
    if len(found) == 1 and found[0].siren:
        data.appendlist("avec", found[0].siren)
    if text:
        data["ajouter"] = "" if len(found) == 1 else text
    return data, found if len(found) > 1 else []


def bodies_of(sirens: list[str], present: set[str]) -> list[Body]:
    """The bodies of these SIREN that the registry knows and the project has not."""
    wanted = [siren for siren in dict.fromkeys(sirens) if re.fullmatch(r"[0-9]{9}", siren) and siren not in present]
    wanted = wanted[:MOST_ADDED]
    known = {body.siren: body for body in Body.objects.filter(siren__in=wanted, closed_on=None)} if wanted else {}
    return [known[siren] for siren in wanted if siren in known]


def _typed(payer: Payer, data: QueryDict) -> Payer:
    """With the figures that the reader supposes for it, under names such as `poids.users.213801517`."""
    ending = f".{payer.id}"
    names = [name for name in data if name.endswith(ending) and re.match(FIGURE, name)]
    figures = {name.split(".")[1]: figure for name in names if (figure := exact_figure(data.get(name, "")))}
    return replace(payer, weights={**payer.weights, **figures}) if figures else payer


@require_safe
@page(member)
def simulation(request: ActorRequest, ref: str) -> HttpResponse:
    """Now beside then, body by body; `format=ods` gives the same as a spreadsheet."""
    project = project_or_404(request, ref)
    found = read(project, request.actor, request.GET)
    if request.GET.get("format") == "ods" and found.answer and not found.answer.problem:
        return ods(found.answer, ref)
    editable = rules.edits_project(project, request.actor)
    context = frame(project, request.actor, "project_costs") | _context(project, found, editable)
    context["may_share"] = may_share(project, request.actor)
    return render(request, "projects/simulation.html", context)


def ods(answer: Answer, ref: str) -> HttpResponse:
    """The spreadsheet, to be saved."""
    response = HttpResponse(to_ods(answer, "Simulation"), content_type=ODS)
    response["Content-Disposition"] = f'attachment; filename="{ref}-simulation.ods"'
    return response


def _context(project: Project, found: Reading, editable: bool) -> dict[str, Any]:
    answer, form = found.answer, found.form
    rows = list(answer.rows) if answer else []
    if form.is_valid() and (order := SORTED.get(form.cleaned_data["tri"])):
        rows.sort(key=order)
    query = _without(found.data, "format", "csrfmiddlewaretoken").urlencode()
    base = reverse("simulation", args=[project.reference])
    return {
        "form": form,
        "key_form": form.key_form if form.changes_key else None,
        "payers": [(payer.id, payer.party.name) for payer in form.payers],
        "chosen_for": next((payer for payer in form.payers if payer.id == found.data.get("pour")), None),
        "bounded": bool(form.row and form.row.terms),
        "line": found.lines[found.place] if found.place is not None else None,
        "line_number": (found.place or 0) + 1,
        "line_tabs": _line_tabs(base, found) if len(found.lines) > 1 else [],
        "answer": answer,
        "table": table(answer, rows) if answer else [],
        "mine": [row for row in rows if row.mine and row.under_maximum is not None],
        "candidates": [(body, f"{base}?{with_body(found.data, body)}") for body in found.candidates],
        "figures": _figures(found),
        "lacking_count": len(found.lacking),
        "added": [payer.id for payer in found.added],
        "doubles": found.doubles,
        "query": query,
        "ods_url": f"{base}?{query}&format=ods",
        "adoptable": editable and found.place is not None,
        "submission": uuid.uuid4(),
    }


def _figures(found: Reading) -> list[dict[str, str]]:
    """Boxes for the figures that bodies have not declared, and for those the reader already supposed."""
    names = {payer.id: payer.party.name for payer in (*found.form.payers, *found.added)}
    supposed = [key.split(".", 2)[1:] for key, value in found.data.items() if re.match(FIGURE, key) and value]
    wanted = [*((name, id_) for name, id_ in supposed if id_ in names), *((n, p.id) for p, n in found.lacking)]
    return [
        {
            "field": f"poids.{name}.{id_}",
            "label": f"{names[id_]} : {weight_label(name).lower()}",
            "value": found.data.get(f"poids.{name}.{id_}", ""),
        }
        for name, id_ in dict.fromkeys((name, id_) for name, id_ in wanted)
    ][:MOST_TYPED]


def _line_tabs(base: str, found: Reading) -> list[dict[str, Any]]:
    return [
        {"label": line.label, "url": f"{base}?{urlencode({'ligne': place + 1})}", "current": place == found.place}
        for place, line in enumerate(found.lines)
    ]


def _without(data: QueryDict, *names: str) -> QueryDict:
    kept_ones = data.copy()
    for name in names:
        kept_ones.pop(name, None)
    return kept_ones


def with_body(data: QueryDict, body: Body) -> str:
    """The same address, with one more body."""
    asked = _without(data, "ajouter")
    asked.appendlist("avec", body.siren or "")
    return asked.urlencode()


def _asked(request: ActorRequest, project: Project) -> Reading:
    """The simulation that a form of the page sends back; 404 when it no longer says anything."""
    found = read(project, request.actor, QueryDict(request.POST.get("query", "")[:20_000]))
    if found.answer is None or found.answer.problem:
        raise Http404("simulation impossible")
    return found


@require_POST
@page(member)
def simulation_save(request: ActorRequest, ref: str) -> HttpResponse:
    """Keep the figures under a name."""
    project = project_or_404(request, ref)
    found = _asked(request, project)
    assert found.answer is not None
    try:
        submission = uuid.UUID(request.POST.get("submission", ""))
    except ValueError:
        submission = uuid.uuid4()
    made = save_simulation(
        project,
        actor=request.actor,
        name=request.POST.get("name", "").replace("\0", "").strip()[:120] or "Sans nom",
        shared=request.POST.get("shared") == "on",
        query=found.data.urlencode(),
        facts=kept(found.answer),
        submission=submission,
    )
    messages.success(request, "La simulation est enregistrée.")
    return redirect("simulation_saved", ref, made.pk)


@require_POST
@page(member)
def simulation_adopt(request: ActorRequest, ref: str) -> HttpResponse:
    """Make its key, bounds and discount those of the line; neither the amount nor the bodies change."""
    project = editable_or_refused(request, ref)
    found = _asked(request, project)
    rows: list[CostLineRow] = list(project.cost_lines.all())
    if found.question is None or found.place is None:
        raise Http404("aucune ligne de coût")
    lines = [line_fields(row) for row in rows]
    asked = found.question
    terms = {id_: own for id_, own in asked.terms.items() if own}
    lines[found.place] |= {"key": asked.key, "terms": terms, "lead_discount": dict(asked.lead_discount)}
    set_costs(project, lines, subsidy_fields(project), actor=request.actor)
    messages.success(request, f"La clé simulée est maintenant celle de « {rows[found.place].label} ».")
    return redirect("project_costs", ref)
