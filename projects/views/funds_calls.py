"""Calls for funds: each body's share cut into instalments that sum to it to the cent (domain.md §2.2 E, §4.2)."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from procurement.access import ActorRequest, member, page
from procurement.forms import Form
from projects import costsharing
from projects import dossier as dossiers
from projects.assembly import assemble
from projects.dossier import Dossier
from projects.views.frame import frame, project_or_404

MOST_CALLS = 12
USUAL = "40 ; 30 ; 30"
HT, TTC = "ht", "ttc"


class CallsForm(Form):
    """The percentages of the calls, in their order, and the level they are computed on."""

    parts = forms.CharField(
        label="Part de chaque appel, en %",
        max_length=120,
        help_text="Séparées par des points-virgules ; leur somme fait exactement 100.",
    )
    niveau = forms.ChoiceField(label="Montants", choices=((TTC, "TTC"), (HT, "HT")), initial=TTC)

    def clean_parts(self) -> list[Fraction]:
        """Exact percentages, at most MOST_CALLS of them."""
        words = [word.strip().replace(",", ".") for word in self.cleaned_data["parts"].split(";") if word.strip()]
        if not 1 <= len(words) <= MOST_CALLS:
            raise forms.ValidationError(f"Donnez de 1 à {MOST_CALLS} appels, par exemple {USUAL}.")
        try:
            return [Fraction(word.removesuffix("%").strip()) for word in words]
        except (ValueError, ZeroDivisionError):
            raise forms.ValidationError(f"Écrivez des nombres, par exemple {USUAL}.") from None


@require_safe
@page(member)
def funds_calls(request: ActorRequest, ref: str) -> HttpResponse:
    """What each body would be called for, call after call, on the frozen shares if there are, else on today's."""
    project = project_or_404(request, ref)
    version = project.current_version()
    facts = dossiers.from_json(version.facts) if version else assemble(project)
    form = CallsForm({"parts": USUAL, "niveau": TTC, **request.GET.dict()})
    context: dict[str, Any] = {"form": form, "problem": "", "calls": [], "rows": [], "totals": [], "version": version}
    if form.is_valid():
        own = {body.siren for body in request.actor.bodies}
        context |= _table(facts, form.cleaned_data["parts"], form.cleaned_data["niveau"], own)
    return render(request, "projects/funds_calls.html", frame(project, request.actor, "project_costs") | context)


def _table(facts: Dossier, parts: list[Fraction], level: str, own: set[str | None]) -> dict[str, Any]:
    """One row per body that buys; a call's total is the sum of the cents above it."""
    rows: list[dict[str, Any]] = []
    try:
        for party in facts.parties:
            if not party.buys:
                continue
            shares = [share for line in facts.cost_lines for share in line.shares if share.siren == party.siren]
            due = sum(share.ttc_cents if level == TTC else share.ht_cents for share in shares)
            calls = costsharing.instalments(due, parts)
            rows.append({"name": party.name, "calls": calls, "cents": due, "mine": party.siren in own})
    except costsharing.SharingError as error:
        return {"problem": error.message}
    totals = [sum(column) for column in zip(*(row["calls"] for row in rows), strict=True)]
    return {"rows": rows, "calls": range(1, len(parts) + 1), "totals": totals, "total": sum(totals)}
