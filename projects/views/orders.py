"""The orders of a running contract: what each maximum still allows, each line, the duration and its renewals."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from procurement import clock
from procurement.access import ActorRequest, fetch, member, page
from projects import queries
from projects.actions import orders as actions
from projects.awaited.reminders import contract_reminders
from projects.enums import ProjectState
from projects.forms.orders import CancelOrderForm, OrderForm, RefusedFields, RenewalForm, TermForm
from projects.models import ContractTerm, Order, Project
from projects.orders import rules as order_rules
from projects.orders.consumption import buyers, consumption, notified_on
from projects.timetable import schedule
from projects.views.frame import frame, project_or_404

SHOWN = (ProjectState.RUNNING, ProjectState.CLOSED)


@require_safe
@page(member)
def orders(request: ActorRequest, ref: str) -> HttpResponse:
    """Gauges for everybody; the lines for those who may read them."""
    project = project_or_404(request, ref)
    if project.state not in SHOWN:
        raise Http404("pas encore de marché")
    found = consumption(project)
    rows = [share.participation for share in found.shares]
    for row in rows:
        row.project = project  # one object, already read
    readable = [row for row in rows if order_rules.reads_orders(row, request.actor)]
    bodies = [row.body for row in rows]
    term = ContractTerm.objects.filter(project=project).prefetch_related("decisions").first()
    runs = order_rules.runs(project)
    context = frame(project, request.actor, "orders") | {
        "found": found,
        "own": {body.pk for body in request.actor.bodies},
        "lines": queries.orders_of(readable),
        "reads_all": len(readable) == len(found.shares),
        "records": runs and any(order_rules.records_orders(row, request.actor) for row in readable),
        "cancels": {row.pk for row in readable if runs and order_rules.records_orders(row, request.actor)},
        "term": term,
        "periods": term.term.periods() if term else [],
        "awaited": term.term.awaited(clock.today()) if term else None,
        "reminders": contract_reminders(term, schedule.work_calendar(bodies)) if term and runs else [],
        "runs_contract": runs and order_rules.runs_contract(project, request.actor),
    }
    return render(request, "projects/orders.html", context)


def _running(request: ActorRequest, ref: str) -> Project:
    project = project_or_404(request, ref)
    if not order_rules.runs(project):
        raise PermissionDenied(actions.RUNNING_ONLY.format(project.state_label))
    return project


@require_http_methods(["GET", "POST"])
@page(member)
def order_create(request: ActorRequest, ref: str) -> HttpResponse:
    """A new order of one of the bodies for which one records."""
    project = _running(request, ref)
    rows = [row for row in buyers(project) if order_rules.records_orders(row, request.actor)]
    if not rows:
        raise PermissionDenied(actions.NOT_YOURS)
    form = OrderForm(request.POST or None, rows=rows, lots=list(project.lots.all()), actor=request.actor)
    if request.method == "POST" and form.is_valid():
        row, facts = form.facts()
        try:
            order = actions.record_order(row, actor=request.actor, **facts)
        except ValidationError as error:
            form.refuse(error)
        else:
            messages.success(request, f"La commande {order.reference} est enregistrée.")
            return redirect("orders", ref)
    return _form_page(request, project, form, "Enregistrer une commande", "Enregistrer la commande")


@require_http_methods(["GET", "POST"])
@page(member)
def order_cancel(request: ActorRequest, ref: str, pk: int) -> HttpResponse:
    """An order that no longer counts."""
    project = _running(request, ref)
    order = fetch(Order.objects.filter(participation__project=project).select_related("participation__body"), pk=pk)
    order.participation.project = project
    if not order_rules.reads_orders(order.participation, request.actor):
        raise Http404("introuvable")
    if not order_rules.records_orders(order.participation, request.actor):
        raise PermissionDenied(actions.NOT_YOURS)
    form = CancelOrderForm(request.POST or None, order=order, actor=request.actor)
    if request.method == "POST" and form.is_valid():
        try:
            actions.cancel_order(order, actor=request.actor, **form.cleaned_data)
        except ValidationError as error:
            form.refuse(error)
        else:
            messages.success(request, f"La commande {order.reference} est annulée : son montant peut être recommandé.")
            return redirect("orders", ref)
    return _form_page(request, project, form, f"Annuler la commande {order.reference}", "Annuler la commande", "danger")


@require_http_methods(["GET", "POST"])
@page(member)
def contract_term(request: ActorRequest, ref: str) -> HttpResponse:
    """How long the contract runs."""
    project = _running(request, ref)
    if not order_rules.runs_contract(project, request.actor):
        raise PermissionDenied(actions.TERM_RULE)
    known = ContractTerm.objects.filter(project=project).first()
    form = TermForm(request.POST or None, project=project, term=known, notified=notified_on(project))
    if request.method == "POST" and form.is_valid():
        try:
            actions.set_term(project, actor=request.actor, **form.facts())
        except ValidationError as error:
            form.refuse(error)
        else:
            messages.success(request, "La durée du marché est enregistrée.")
            return redirect("orders", ref)
    return _form_page(request, project, form, "Durée du marché", "Enregistrer la durée")


@require_http_methods(["GET", "POST"])
@page(member)
def renewal(request: ActorRequest, ref: str, number: int) -> HttpResponse:
    """The next renewal to decide on."""
    project = _running(request, ref)
    if not order_rules.runs_contract(project, request.actor):
        raise PermissionDenied(actions.TERM_RULE)
    form = RenewalForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.decide_renewal(project, actor=request.actor, number=number, **form.cleaned_data)
        except ValidationError as error:
            form.refuse(error)
        else:
            messages.success(request, "La décision est enregistrée, les membres sont prévenus.")
            return redirect("orders", ref)
    return _form_page(request, project, form, f"Reconduction n° {number}", "Enregistrer la décision")


def _form_page(
    request: ActorRequest, project: Project, form: RefusedFields, title: str, verb: str, tone: str = "primary"
) -> HttpResponse:
    context = {"project": project, "form": form, "title": title, "verb": verb, "tone": tone}
    return render(request, "projects/order_form.html", context, status=422 if form.is_bound else 200)
