"""Calls for funds: the plan, the calls issued, each body's share cut to the cent (domain.md §2.2 E, §4.2)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from procurement.access import ActorRequest, member, page
from procurement.forms import Form
from projects import costsharing, rules
from projects.dossier import Dossier
from projects.enums import Mandate, ProjectState
from projects.models import FundsCall, Instalment, Project
from projects.models.funds import WHOLE
from projects.pooling.calling import called_before, facts_called, issued_calls, may_change_plan, scheduled
from projects.pooling.funds import Amount, total
from projects.pooling.words import percent
from projects.views.frame import frame, project_or_404

MOST_CALLS = 12
USUAL = "40 ; 30 ; 30"
HT, TTC = "ht", "ttc"


class CallsForm(Form):
    """The percentages of the calls, in their order, and the level they are shown on."""

    parts = forms.CharField(
        label="Part de chaque appel, en %",
        max_length=120,
        help_text="Séparées par des points-virgules ; leur somme fait exactement 100.",
    )
    niveau = forms.ChoiceField(label="Montants", choices=((TTC, "TTC"), (HT, "HT")), initial=TTC)

    def clean_parts(self) -> list[int]:
        """Basis points, at most MOST_CALLS of them."""
        words = [word.strip().replace(",", ".") for word in self.cleaned_data["parts"].split(";") if word.strip()]
        if not 1 <= len(words) <= MOST_CALLS:
            raise forms.ValidationError(f"Donnez de 1 à {MOST_CALLS} appels, par exemple {USUAL}.")
        try:
            found = [Decimal(word.removesuffix("%").strip()) * 100 for word in words]
        except ArithmeticError:
            found = []
        if not found or any(not 0 <= part <= WHOLE or part != int(part) for part in found):
            raise forms.ValidationError(f"Écrivez des nombres à deux décimales au plus, par exemple {USUAL}.")
        return [int(part) for part in found]


@require_safe
@page(member)
def funds_calls(request: ActorRequest, ref: str) -> HttpResponse:
    """The plan and the calls; what each body is or would be called for, on the frozen shares if there are."""
    project = project_or_404(request, ref)
    version = project.current_version()
    facts = facts_called(project, version)
    plan, calls = list(project.instalments.all()), issued_calls(project)
    usual = " ; ".join(_typed(row.basis_points) for row in plan) or USUAL
    form = CallsForm({"parts": usual, "niveau": TTC, **request.GET.dict()})
    context: dict[str, Any] = {"form": form, "problem": "", "calls": [], "rows": [], "totals": [], "version": version}
    if form.is_valid():
        own = {body.siren for body in request.actor.bodies}
        parts = form.cleaned_data["parts"]
        stored = parts == [row.basis_points for row in plan]
        before = called_before(calls) if stored else {}
        context |= _table(facts, parts, before, form.cleaned_data["niveau"], own)
    runs = rules.runs_consultation(project, request.actor)
    context |= {
        "plan": [_planned(row, calls) for row in plan],
        "issued": [_issued(call) for call in calls],
        "may_plan": rules.is_coordinator(project, request.actor) and may_change_plan(project),
        "next_number": _next(project, plan, calls) if runs else 0,
        "direct": facts.level != Mandate.EXECUTION,
    }
    return render(request, "projects/funds_calls.html", frame(project, request.actor, "project_costs") | context)


def _typed(basis_points: int) -> str:
    return f"{Decimal(basis_points) / 100:f}".replace(".", ",")


def _planned(row: Instalment, calls: Sequence[FundsCall]) -> dict[str, Any]:
    return {"row": row, "percent": percent(row.basis_points), "issued": row.rank <= len(calls)}


def _issued(call: FundsCall) -> dict[str, Any]:
    """A call, its total and how many paid it; the lead body owes itself nothing."""
    amounts = [row for row in call.amounts.all() if row.ttc_cents and row.body_id != call.project.lead_body_id]
    return {
        "call": call,
        "total": total(Amount(row.ht_cents, row.vat_cents) for row in call.amounts.all()),
        "received": sum(row.received_on is not None for row in amounts),
        "asked": len(amounts),
    }


def _next(project: Project, plan: Sequence[Instalment], calls: Sequence[FundsCall]) -> int:
    """The call that may be issued now, 0 for none."""
    return len(calls) + 1 if project.state == ProjectState.RUNNING and len(calls) < len(plan) else 0


def _table(
    facts: Dossier, parts: list[int], before: dict[str, list[Amount]], level: str, own: set[str | None]
) -> dict[str, Any]:
    """One row per body that buys; a call's total is the sum of the cents above it."""
    try:
        found = scheduled(facts, parts, before)
    except costsharing.SharingError as error:
        return {"problem": error.message}
    rows = []
    for siren, amounts in found.items():
        cents = [item.ttc_cents if level == TTC else item.ht_cents for item in amounts]
        rows.append({"name": facts.party(siren).name, "calls": cents, "cents": sum(cents), "mine": siren in own})
    totals = [sum(column) for column in zip(*(row["calls"] for row in rows), strict=True)]
    return {"rows": rows, "calls": range(1, len(parts) + 1), "totals": totals, "total": sum(totals)}
