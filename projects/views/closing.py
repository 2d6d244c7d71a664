"""The end of a project: settlements, and what a shared development delivers; newcomers by amendment."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from procurement.access import Actor, ActorRequest, fetch, member, page
from projects import rules
from projects.actions.amendments import record_accession
from projects.actions.closing import record_maintenance, record_pilot, record_release, settle
from projects.consultation.reading import amendments, shares_now
from projects.enums import ProjectState, Route
from projects.forms.closing import AccessionForm, MaintenanceForm, PilotForm, ReleaseForm, SettlementForm
from projects.forms.consultation import ProofMixin
from projects.models import Maintenance, Participation, PilotSite, Project, Release, Settlement
from projects.models.reading import with_project
from projects.requirements.leads import SIGNED
from projects.requirements.movements import TAKES_NEWCOMERS
from projects.views.acting import acted, form_page
from projects.views.frame import project_or_404


def closing_context(project: Project, actor: Actor) -> dict[str, Any]:
    """What the consultation's page shows once the contract runs. A fixed number of queries."""
    running = project.state in (ProjectState.RUNNING, ProjectState.CLOSED)
    shared = project.route == Route.SHARED_DEVELOPMENT
    coordinates = rules.is_coordinator(project, actor)
    return {
        "settlements": _settlements(project, actor) if running else [],
        "amendments": amendments(project),
        "pilots": list(project.pilots.select_related("body")) if shared and running else [],
        "release": with_project(project, "release") if shared and running else None,
        "maintenance": with_project(project, "maintenance") if shared and running else None,
        "may_deliver": rules.runs_consultation(project, actor) and project.state == ProjectState.RUNNING,
        "may_admit": coordinates and shared and project.state in TAKES_NEWCOMERS,
        "may_extend": coordinates and project.state in SIGNED,
    }


def _settlements(project: Project, actor: Actor) -> list[dict[str, Any]]:
    shares = shares_now(project)
    rows = []
    for row in project.listed():
        may = project.state == ProjectState.RUNNING and rules.may_leave(row, actor)
        rows.append(
            {
                "row": row,
                "settlement": getattr(row, "settlement", None),
                "share": shares.get(row.body.siren or "", 0),
                "mine": actor.belongs_to(row.body_id),
                "url": reverse("consultation_settlement", args=[project.reference, row.pk]) if may else "",
            }
        )
    return rows


@require_http_methods(["GET", "POST"])
@page(member)
def consultation_settlement(request: ActorRequest, ref: str, pk: int) -> HttpResponse:
    """What one body finally paid."""
    project = project_or_404(request, ref)
    rows = Participation.objects.visible_to(request.actor).select_related("body", "project")
    row: Participation = fetch(rows.filter(project=project), pk=pk)
    if not rules.may_leave(row, request.actor):
        raise PermissionDenied("Le solde est enregistré par l'organisme, ou par le coordinateur.")
    old = Settlement.objects.filter(participation=row).first()
    form = SettlementForm(request.POST or None, old=old, owes_proof=not request.actor.belongs_to(row.body_id))
    after = reverse("project_consultation", args=[ref]) + "#soldes"
    if acted(request, form, lambda: settle(row, actor=request.actor, **form.cleaned_data), "Le solde est enregistré."):
        return redirect(after)
    why = "Personne ne paie plus que ce que son assemblée a voté, sauf nouvelle délibération."
    return form_page(request, project, form, title=f"Solde : {row.body}", verb="Enregistrer", after=after, why=why)


def _delivering(request: ActorRequest, ref: str) -> tuple[Project, bool]:
    """The shared development, and whether the person owes a proof."""
    project = project_or_404(request, ref)
    if project.route != Route.SHARED_DEVELOPMENT:
        raise Http404("ce projet n'est pas un développement partagé")
    if not rules.runs_consultation(project, request.actor):
        raise PermissionDenied("Le coordinateur et l'organisme coordonnateur suivent le développement.")
    return project, not request.actor.belongs_to(project.lead_body_id)


def _deliver(
    request: ActorRequest, project: Project, form: ProofMixin, act: Callable[[], object], title: str, why: str
) -> HttpResponse:
    after = reverse("project_consultation", args=[project.reference]) + "#livraison"
    if acted(request, form, act, f"« {title} » : c'est enregistré."):
        return redirect(after)
    return form_page(request, project, form, title=title, verb="Enregistrer", after=after, why=why)


@require_http_methods(["GET", "POST"])
@page(member)
def consultation_pilot(request: ActorRequest, ref: str, pk: int = 0) -> HttpResponse:
    """A pilot site, new or known."""
    project, proof = _delivering(request, ref)
    old = fetch(PilotSite.objects.filter(project=project), pk=pk) if pk else None
    form = PilotForm(request.POST or None, project=project, owes_proof=proof, old=old)

    def act() -> object:
        return record_pilot(project, actor=request.actor, **form.cleaned_data)

    why = "Chaque site pilote décide après ses essais : admission, ajournement, réfaction ou rejet (CCAG-TIC)."
    return _deliver(request, project, form, act, "Site pilote", why)


@require_http_methods(["GET", "POST"])
@page(member)
def consultation_release(request: ActorRequest, ref: str) -> HttpResponse:
    """Version 1 published."""
    project, proof = _delivering(request, ref)
    old = Release.objects.filter(project=project).first()
    form = ReleaseForm(request.POST or None, project=project, owes_proof=proof, old=old)

    def act() -> object:
        return record_release(project, actor=request.actor, **form.cleaned_data)

    why = "Une licence de la liste officielle (article D. 323-2-1 du CRPA), un dépôt public, une archive pérenne."
    return _deliver(request, project, form, act, "Publication de la version 1", why)


@require_http_methods(["GET", "POST"])
@page(member)
def consultation_maintenance(request: ActorRequest, ref: str) -> HttpResponse:
    """Who maintains after version 1."""
    project, proof = _delivering(request, ref)
    old = Maintenance.objects.filter(project=project).first()
    form = MaintenanceForm(request.POST or None, owes_proof=proof, old=old)

    def act() -> object:
        return record_maintenance(project, actor=request.actor, **form.cleaned_data)

    why = "La clé peut différer de celle du développement ; la clause de rendez-vous fixe quand on en reparle."
    return _deliver(request, project, form, act, "Maintenance", why)


@require_http_methods(["GET", "POST"])
@page(member)
def consultation_accession(request: ActorRequest, ref: str) -> HttpResponse:
    """A newcomer enters a signed shared development by amendment."""
    project, _ = _delivering(request, ref)
    if not rules.is_coordinator(project, request.actor):
        raise PermissionDenied("Le coordinateur enregistre les avenants.")
    form = AccessionForm(request.POST or None, project=project)
    after = reverse("project_consultation", args=[ref]) + "#avenants"

    def act() -> object:
        return record_accession(project, actor=request.actor, **form.cleaned_data)

    if acted(request, form, act, "L'avenant est enregistré."):
        return redirect(after)
    why = "Le droit d'entrée ouvre un siège dans la gouvernance ; le logiciel, libre, sert déjà à tous."
    return form_page(
        request, project, form, title="Adhésion par avenant", verb="Enregistrer l'avenant", after=after, why=why
    )
