"""The consultation of a project: where it stands, its dated milestones, its contracts."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from procurement.access import ActorRequest, member, page
from projects import rules
from projects.actions.consultation import prepare_consultation, record_milestone
from projects.actions.contracts import record_contract
from projects.consultation.facts import FRAMEWORKS, ConsultationFacts
from projects.consultation.overruns import overruns
from projects.consultation.reading import all_facts, current, current_facts, facts_of
from projects.consultation.rows import contract_rows, milestone_rows
from projects.enums import OF_CONTRACT, MilestoneKind, ProjectState, Route
from projects.forms.consultation import WHY, HolderForm, MilestoneForm, PrepareForm, place_of
from projects.models import Consultation, Milestone, Project
from projects.planning import deadline_text, procedure_for
from projects.views.acting import acted, form_page
from projects.views.closing import closing_context
from projects.views.frame import frame, project_or_404, project_steps

STEPS = ("launch", "award", "no_award", "close")


@require_safe
@page(member)
def project_consultation(request: ActorRequest, ref: str) -> HttpResponse:
    """What is prepared, what happened when, with whom it was contracted, what is next."""
    project = project_or_404(request, ref)
    found = all_facts(project)
    now = found[0] if found and found[0].ending in ("", "awarded") else None
    runs = rules.runs_consultation(project, request.actor)
    inside = runs or project.participations.listed().filter(body_id__in=list(request.actor.roles)).exists()
    context = frame(project, request.actor, "project_consultation") | {
        "facts": now,
        "past": [item for item in found if item is not now],
        "advice": now.advice if now else procedure_for(project.need_cents(), project.starts_on),
        "need_cents": now.need_cents if now else project.need_cents(),
        "runs": runs,
        "inside": inside or project.state in (ProjectState.RUNNING, ProjectState.CLOSED),
        "sees_proofs": inside,
        "overruns": overruns(project, now) if now and inside else (),
        "milestones": milestone_rows(project, now, runs) if now and now.launched_on else [],
        "contracts": contract_rows(project, now, request.actor) if now and now.launched_on else [],
        "due_text": _due_text(project, request, now),
        "corrections": _corrections(now) if now and inside else [],
        "steps": project_steps(project, request.actor, STEPS),
        "shared": project.route == Route.SHARED_DEVELOPMENT,
        **closing_context(project, request.actor),
    }
    return render(request, "projects/consultation/page.html", context)


def _due_text(project: Project, request: ActorRequest, facts: ConsultationFacts | None) -> str:
    """The deadline of offers, with its zone; readers overseas see their own hour beside it."""
    if facts is None or facts.due_at is None:
        return ""
    department = request.actor.body.department if request.actor.body else ""
    return deadline_text(facts.due_at, department)


def _corrections(facts: ConsultationFacts) -> list[Milestone]:
    rows = Milestone.objects.filter(consultation_id=facts.pk).exclude(corrected_on=None)
    return list(rows.select_related("contract").order_by("corrected_on", "pk"))


def _running(project: Project, request: ActorRequest) -> None:
    if not rules.runs_consultation(project, request.actor):
        raise PermissionDenied("La consultation est conduite par le coordinateur et l'organisme coordonnateur.")


@require_http_methods(["GET", "POST"])
@page(member)
def consultation_prepare(request: ActorRequest, ref: str) -> HttpResponse:
    """Choose the procedure and the form of the contract."""
    project = project_or_404(request, ref)
    _running(project, request)
    known = current(project)
    form = PrepareForm(request.POST or None, initial=_prepared(known, project))

    def act() -> Consultation:
        return prepare_consultation(project, actor=request.actor, **form.cleaned_data)

    after = reverse("project_consultation", args=[ref])
    if acted(request, form, act, "La consultation est préparée."):
        return redirect(after)
    facts = facts_of(known, project) if known else None
    advice = facts.advice if facts else procedure_for(project.need_cents(), project.starts_on)
    why = f"Le besoin de tous les membres sur toute la durée appelle : {advice.label} ({advice.article})."
    return form_page(request, project, form, title="Préparer la consultation", verb="Enregistrer", after=after, why=why)


def _prepared(known: Consultation | None, project: Project) -> dict[str, Any]:
    if known is None:
        form = project.frozen_term("contract_form") or "contract"
        maximum = project.ceiling_cents or (project.need_cents() if form in FRAMEWORKS else None)
        return {"maximum_cents": maximum, "form": form}
    names = ("procedure", "derogation", "form", "maximum_cents", "long_reason")
    return {name: getattr(known, name) for name in names}


def _facts_or_404(project: Project) -> ConsultationFacts:
    facts = current_facts(project)
    if facts is None or facts.launched_on is None:
        raise Http404("pas de consultation en cours")
    return facts


@require_http_methods(["GET", "POST"])
@page(member)
def consultation_milestone(request: ActorRequest, ref: str, kind: str, number: int = 0) -> HttpResponse:
    """Record a milestone of the consultation, or of one of its contracts; or correct it."""
    project = project_or_404(request, ref)
    facts = _facts_or_404(project)
    if kind not in MilestoneKind.values or (kind in OF_CONTRACT) != bool(number):
        raise Http404("étape inconnue")
    wanted = MilestoneKind(kind)
    contract = next((item for item in facts.contracts if item.number == number), None)
    if number and contract is None:
        raise Http404("marché inconnu")
    if contract and not rules.records_contract(contract, project, request.actor):
        raise PermissionDenied("Ce marché est suivi par l'organisme qui le signe, ou par le coordinateur.")
    if not contract:
        _running(project, request)
    owner = contract.buyer_id if contract else project.lead_body_id
    form = MilestoneForm(
        request.POST or None,
        kind=wanted,
        old=facts.milestone(kind, number),
        owes_proof=not request.actor.belongs_to(owner),
    )
    after = reverse("project_consultation", args=[ref])

    def act() -> Milestone:
        return record_milestone(project, kind, actor=request.actor, contract=number, **form.facts())

    if acted(request, form, act, f"« {wanted.label} » : c'est enregistré."):
        return redirect(after)
    title = f"{wanted.label} : {contract.name}, {contract.buyer}" if contract else str(wanted.label)
    return form_page(request, project, form, title=title, verb="Enregistrer", after=after, why=WHY[wanted])


@require_http_methods(["GET", "POST"])
@page(member)
def consultation_contract(request: ActorRequest, ref: str, place: int) -> HttpResponse:
    """Name the holder of a lot, for one buyer; `place` is its rank among the contracts that are expected."""
    project = project_or_404(request, ref)
    facts = _facts_or_404(project)
    wanted = place_of(facts, place)
    if wanted is None:
        raise Http404("marché inconnu")
    if not rules.records_contract(wanted, project, request.actor):
        raise PermissionDenied("Ce marché est enregistré par l'organisme qui le signe, ou par le coordinateur.")
    key = (wanted.lot, wanted.buyer_id)
    old = next((item for item in facts.contracts if (item.lot, item.buyer_id) == key), None)
    owes_proof = not request.actor.belongs_to(wanted.buyer_id)
    form = HolderForm(request.POST or None, facts=facts, old=old, owes_proof=owes_proof)
    after = reverse("project_consultation", args=[ref]) + "#marches"

    def act() -> object:
        given = form.facts()
        return record_contract(project, actor=request.actor, lot=wanted.lot, buyer_id=wanted.buyer_id, **given)

    if acted(request, form, act, "Le titulaire est enregistré."):
        return redirect(after)
    why = "Un marché par lot ; sous le mandat M1, un marché par membre (article L. 2113-7 du CCP)."
    title = f"Titulaire : {wanted.name}"
    return form_page(request, project, form, title=title, verb="Enregistrer", after=after, why=why)
