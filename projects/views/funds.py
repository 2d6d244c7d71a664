"""The plan of the calls for funds, a call, and what the lead body received."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from procurement import clock
from procurement.access import ActorRequest, fetch, member, page
from procurement.workflow import Blocked
from projects import rules
from projects.actions.funds import issue_call, record_receipt, set_plan
from projects.enums import ProjectState
from projects.forms.funds import InstalmentFormSet, IssueForm, ReceiptForm, initial_plan
from projects.models import CalledAmount, FundsCall, Project
from projects.pooling.calling import may_change_plan
from projects.pooling.funds import Amount, total
from projects.pooling.words import percent
from projects.views.acting import acted, form_page
from projects.views.frame import frame, project_or_404

RECEIVES = (ProjectState.RUNNING, ProjectState.CLOSED)


@require_http_methods(["GET", "POST"])
@page(member)
def funds_plan(request: ActorRequest, ref: str) -> HttpResponse:
    """The instalments, by the coordinator: they sum to exactly 100 %."""
    project = project_or_404(request, ref)
    if not rules.is_coordinator(project, request.actor) or not may_change_plan(project):
        raise PermissionDenied("Le plan des appels se modifie par le coordinateur, tant qu'il n'est pas figé.")
    formset = InstalmentFormSet(request.POST or None, initial=initial_plan(project.instalments.all()))
    missing: list[str] = []
    if request.method == "POST" and formset.is_valid():
        rows = [row for form in formset.forms if (row := form.row) is not None]
        try:
            set_plan(project, rows, actor=request.actor)
            return redirect("funds_calls", ref)
        except Blocked as blocked:
            missing = [item.label for item in blocked.missing]
    context = {"project": project, "formset": formset, "missing": missing}
    return render(request, "projects/funds_plan.html", context, status=422 if formset.is_bound else 200)


def _running_or_403(request: ActorRequest, ref: str) -> tuple[Project, bool]:
    """The project, and whether the person owes a proof."""
    project = project_or_404(request, ref)
    if not rules.runs_consultation(project, request.actor):
        raise PermissionDenied("Les fonds sont appelés par l'organisme coordonnateur, ou par le coordinateur.")
    return project, not request.actor.belongs_to(project.lead_body_id)


@require_http_methods(["GET", "POST"])
@page(member)
def funds_issue(request: ActorRequest, ref: str, number: int) -> HttpResponse:
    """Issue the next call of the plan."""
    project, proof = _running_or_403(request, ref)
    part = fetch(project.instalments.all(), rank=number)
    form = IssueForm(request.POST or None, planned=part.due_on, owes_proof=proof)

    def act() -> object:
        return issue_call(project, actor=request.actor, number=number, **form.cleaned_data)

    if acted(request, form, act, f"L'appel n° {number} est émis : chaque membre en est averti."):
        return redirect("funds_call", ref, number)
    title = f"Émettre l'appel n° {number} : {part.label}"
    why = (
        f"{percent(part.basis_points)} de chaque part. L'appel ne change plus une fois émis ; "
        "son document se télécharge avec ceux du projet."
    )
    after = reverse("funds_calls", args=[ref])
    return form_page(request, project, form, title=title, verb="Émettre l'appel", after=after, why=why)


@require_safe
@page(member)
def funds_call(request: ActorRequest, ref: str, number: int) -> HttpResponse:
    """What a call asks of each body, which sums to the call; who paid is known to the members of the project."""
    project = project_or_404(request, ref)
    call = _call_or_404(project, number)
    rows = list(call.amounts.select_related("body"))
    runs = rules.runs_consultation(project, request.actor)
    inside = runs or project.participations.listed().filter(body_id__in=list(request.actor.roles)).exists()
    context = frame(project, request.actor, "project_costs") | {
        "call": call,
        "percent": percent(call.basis_points),
        "rows": [_row(project, row, request, may=runs and project.state in RECEIVES) for row in rows],
        "total": total(Amount(row.ht_cents, row.vat_cents) for row in rows),
        "inside": inside,
    }
    return render(request, "projects/funds_call.html", context)


def _row(project: Project, row: CalledAmount, request: ActorRequest, *, may: bool) -> dict[str, object]:
    lead = row.body_id == project.lead_body_id
    may = may and not lead and bool(row.ttc_cents)
    return {
        "amount": row,
        "lead": lead,
        "late": not lead and row.ttc_cents and row.received_on is None and clock.today() > row.call.due_on,
        "mine": request.actor.belongs_to(row.body_id),
        "url": reverse("funds_receipt", args=[project.reference, row.call.number, row.pk]) if may else "",
    }


def _call_or_404(project: Project, number: int) -> FundsCall:
    found = project.funds_calls.filter(number=number).first()
    if found is None:
        raise Http404("pas d'appel de ce numéro")
    return found


@require_http_methods(["GET", "POST"])
@page(member)
def funds_receipt(request: ActorRequest, ref: str, number: int, pk: int) -> HttpResponse:
    """The day on which a body's money came."""
    project, proof = _running_or_403(request, ref)
    rows = CalledAmount.objects.filter(call__project=project, call__number=number).exclude(body=project.lead_body)
    row = rows.select_related("body", "call__project").filter(pk=pk).first()
    if row is None:
        raise Http404("pas de montant appelé")
    form = ReceiptForm(request.POST or None, amount=row, owes_proof=proof)

    def act() -> None:
        record_receipt(row, actor=request.actor, **form.cleaned_data)

    if acted(request, form, act, "Le versement est enregistré."):
        return redirect("funds_call", ref, number)
    title, after = f"Versement : {row.body}", reverse("funds_call", args=[ref, number])
    return form_page(request, project, form, title=title, verb="Enregistrer", after=after)
