"""Sums of domain.md §3: own orders with common costs (K14), the entry fee of a newcomer (K13), fonds de concours."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from procurement.access import ActorRequest, member, page
from projects import costsharing, rules
from projects.assembly import body_key, newcomer, sharing
from projects.costsharing.newcomer import LIFE_MONTHS
from projects.enums import CostCategory
from projects.forms.calculators import RETROACTIVE, ConcoursForm, EntryForm, OrdersForm
from projects.models import CostLine, LotQuantity, Project
from projects.pooling.cost_lines import Payer
from projects.views.frame import frame, project_or_404
from projects.views.simulation import added_by_name, bodies_of, place_of, with_body

POPULATION = {"kind": "prorata", "weight": "population"}
SHOWN_FROM = 3  # bodies: a total over fewer would tell what one of them orders (design §3)


@require_safe
@page(member)
def own_orders(request: ActorRequest, ref: str) -> HttpResponse:
    """What each owes: its quantities × unit prices, and its share of the common costs under the key of their line.

    Quantities of others stay theirs until the annex is frozen: a member then reads its own bodies and the totals.
    """
    project = project_or_404(request, ref)
    payers, lines, _ = sharing(project)
    common = next((line for line in lines if line.category == CostCategory.PROCEDURE), None)
    lots = list(project.lots.all())
    form = OrdersForm(request.GET, lots=lots, common_cents=common.amount_cents if common else 0)
    rows: list[dict[str, Any]] = []
    problem = ""
    if form.is_valid():
        prices = [form.cleaned_data[f"prix_{lot.number}"] or 0 for lot in lots]
        try:
            rows = _dues(project, payers, [lot.pk for lot in lots], prices, form.cleaned_data["communs"] or 0, common)
        except costsharing.SharingError as error:
            problem = error.message
    own = {body_key(body) for body in request.actor.bodies}
    sees_all = rules.is_coordinator(project, request.actor) or project.current_version() is not None
    context = frame(project, request.actor, "project_costs") | {
        "form": form,
        "problem": problem,
        "rows": [row | {"mine": row["id"] in own} for row in rows if sees_all or row["id"] in own],
        "hides": not sees_all,
        "totals": {name: sum(row[name] for row in rows) for name in ("own_cents", "common_cents", "cents")}
        if sees_all or len(rows) >= SHOWN_FROM
        else None,
        "lots": lots,
    }
    return render(request, "projects/simulation_orders.html", context)


def _dues(
    project: Project, payers: list[Payer], lots: list[int], prices: list[int], common: int, line: CostLine | None
) -> list[dict[str, Any]]:
    key = costsharing.key_from_json(line.key if line else POPULATION)
    ordered = LotQuantity.objects.filter(participation__project=project).exclude(participation__state="withdrawn")
    ordered = ordered.select_related("participation__body")
    known = {(body_key(row.participation.body), row.lot_id): Fraction(row.quantity) for row in ordered}
    quantities = {payer.id: [known.get((payer.id, lot), Fraction(0)) for lot in lots] for payer in payers}
    members = [payer.member(line.terms.get(payer.id) if line else None) for payer in payers]
    found = costsharing.dues(members, quantities, prices, common, key)
    return [
        {"id": due.id, "name": payer.party.name, "own_cents": due.own_cents}
        | {"common_cents": due.common_cents, "cents": due.cents}
        for due, payer in zip(found, payers, strict=True)
    ]


@require_safe
@page(member)
def entry_fee(request: ActorRequest, ref: str) -> HttpResponse:
    """What a body that joins a development already paid would owe, and what goes back to each of the others."""
    project = project_or_404(request, ref)
    payers, rows, lines = sharing(project)
    present = {payer.id for payer in payers}
    data, candidates = added_by_name(request.GET, present)
    found = bodies_of(data.getlist("avec")[-1:], present)
    place = place_of(data, lines)
    form = EntryForm(data)
    context: dict[str, Any] = {"entry": None, "problem": "", "rows": []}
    if form.is_valid() and found and place is not None:
        context |= _entry(form, rows[place], payers, newcomer(found[0]))
    base = reverse("entry_fee", args=[ref])
    return render(
        request,
        "projects/simulation_entry.html",
        frame(project, request.actor, "project_costs")
        | context
        | {
            "form": form,
            "newcomer": found[0] if found else None,
            "line": lines[place] if place is not None else None,
            "line_number": (place or 0) + 1,
            "choices": list(enumerate(lines, start=1)),
            "candidates": [(body, f"{base}?{with_body(data, body)}") for body in candidates],
        },
    )


def _entry(form: EntryForm, line: CostLine, payers: list[Payer], new: Payer) -> dict[str, Any]:
    members = [payer.member(line.terms.get(payer.id)) for payer in payers]
    asked = form.cleaned_data
    try:
        key = costsharing.key_from_json(line.key)
        if not isinstance(key, costsharing.SharedKey):
            return {"problem": "Un tarif n'a pas de droit d'entrée : le nouvel organisme paie le tarif."}
        if asked["regle"] in ("", RETROACTIVE):
            entry = costsharing.retroactive_fee(line.amount_cents, members, new.member(), key)
        else:
            entry = costsharing.depreciated_fee(
                line.amount_cents,
                members,
                new.member(),
                key,
                elapsed_months=asked["mois"] or 0,
                life_months=asked["duree"] or LIFE_MONTHS,
            )
    except costsharing.SharingError as error:
        return {"problem": error.message}
    pairs = zip(payers, entry.refunds, strict=True)
    return {"entry": entry, "rows": [{"name": payer.party.name, "cents": refund} for payer, refund in pairs]}


@require_safe
@page(member)
def concours(request: ActorRequest, ref: str) -> HttpResponse:
    """The most that an EPCI and its communes may bring to one another, with the warning that goes before."""
    project = project_or_404(request, ref)
    payers, _, lines = sharing(project)
    granted = sum(line.subsidy_cents for line in lines)
    cost = sum(line.amount_cents for line in lines)
    form = ConcoursForm(request.GET, cost_cents=cost, subsidy_cents=granted)
    context: dict[str, Any] = {"form": form, "ceiling": None, "rest": None, "problem": "", "pairs": territories(payers)}
    if form.is_valid():
        cost, granted = form.cleaned_data["cout"] or 0, form.cleaned_data["subventions"] or 0
        try:
            ceiling = costsharing.concours_ceiling(cost, granted)
            context |= {"ceiling": ceiling, "rest": cost - granted - ceiling}
        except costsharing.SharingError as error:
            context["problem"] = error.message
    return render(
        request, "projects/simulation_concours.html", frame(project, request.actor, "project_costs") | context
    )


def territories(payers: Sequence[Payer]) -> list[tuple[str, list[str]]]:
    """(EPCI, its communes) among those of the project, as the registry places them."""
    communes: dict[str, list[str]] = {}
    for payer in payers:
        communes.setdefault(payer.party.epci, []).append(payer.party.name)
    found = [(payer.party.name, communes[payer.id]) for payer in payers if payer.id in communes]
    return sorted(found)
