"""What every page of a project shows around its own content: where it stands, its tabs, what I must do, the steps."""

from __future__ import annotations

from collections.abc import Container
from typing import Any

from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from procurement.access import Actor, ActorRequest, fetch
from procurement.templatetags.cordee import days_left, french_date
from procurement.workflow import Missing, Offer, StatefulModel, available_steps
from projects import rules
from projects.actions.projects import NOT_EDITABLE
from projects.awaited.todo import todos
from projects.enums import ProjectState
from projects.models import Participation, Project
from projects.models.reading import WITH_PROJECT
from projects.requirements import why_not_leave

SHOWN_STATES = (
    ProjectState.FRAMING,
    ProjectState.CALL,
    ProjectState.AGREEMENT,
    ProjectState.CONSTITUTED,
    ProjectState.TENDER,
    ProjectState.RUNNING,
)
SIGNED_STATES = (ProjectState.CONSTITUTED, ProjectState.TENDER, ProjectState.RUNNING, ProjectState.CLOSED)
TONES = {
    ProjectState.FRAMING: "draft",
    ProjectState.CALL: "info",
    ProjectState.AGREEMENT: "warn",
    ProjectState.CONSTITUTED: "ok",
    ProjectState.ABANDONED: "bad",
}
ORDERS = (("orders", "Commandes"),)  # once a contract runs
TABS = (
    ("project_detail", "Synthèse"),
    ("project_participants", "Participants"),
    ("project_costs", "Coûts"),
    ("project_specification", "Cahier des charges"),
    ("project_documents", "Documents"),
    ("project_consultation", "Consultation"),
    ("project_calendar", "Calendrier"),
    ("project_journal", "Journal"),
)


WITH_ORDERS = (ProjectState.RUNNING, ProjectState.CLOSED)
SAFE = ("GET", "HEAD")  # a page that is only read: the project may keep what it was asked


def project_or_404(request: ActorRequest, ref: str) -> Project:
    """The project of this reference, if the person asking may know of it."""
    projects = Project.objects.visible_to(request.actor).select_related("lead_body", "coordinator", *WITH_PROJECT)
    found: Project = fetch(projects, reference=ref)
    return found.at_rest() if request.method in SAFE else found


def editable_or_refused(request: ActorRequest, ref: str) -> Project:
    """The project, for pages that change it: PermissionDenied unless one coordinates it and nothing is frozen."""
    project = project_or_404(request, ref)
    if not rules.edits_project(project, request.actor):
        raise PermissionDenied(NOT_EDITABLE)
    return project


def frame(project: Project, actor: Actor, current: str) -> dict[str, Any]:
    """Context of `projects/frame.html`; `current` is the url name of the tab."""
    return {
        "project": project,
        "coordinates": rules.is_coordinator(project, actor),
        "stepper": stepper(project),
        "stepper_note": _until(project),
        "tone": TONES.get(project.state, "neutral"),
        "tabs": [
            {"label": label, "url": reverse(name, args=[project.reference]), "current": name == current}
            for name, label in (*TABS, *(ORDERS if project.state in WITH_ORDERS else ()))
            if name != "project_consultation" or project.state in SIGNED_STATES
        ],
        "todos": SimpleLazyObject(lambda: todos(actor, project)),  # only the summary shows them: the others pay nothing
    }


def stepper(project: Project) -> list[tuple[str, str]]:
    """(label, past | current | future) for the drawing of the steps."""
    if project.state not in SHOWN_STATES:
        return []
    here = SHOWN_STATES.index(project.state)
    statuses = ["past"] * here + ["current"] + ["future"] * (len(SHOWN_STATES) - here - 1)
    return [(str(state.label), status) for state, status in zip(SHOWN_STATES, statuses, strict=True)]


def _until(project: Project) -> str:
    """The line under the current step: how long the call runs."""
    if not project.calls() or project.cut_off is None:
        return ""
    return f"jusqu'au {french_date(project.cut_off)} ({days_left(project.cut_off)})"


def project_steps(project: Project, actor: Actor, only: Container[str] | None = None) -> list[dict[str, Any]]:
    """The coordinator's buttons, possible or greyed with what is missing; `only` those of these names."""
    base = reverse("project_detail", args=[project.reference])
    offers = available_steps(project, actor, only)
    return [button(offer, base, f"{base}etape/{offer.step.name}/") for offer in offers]


def participation_steps(participation: Participation, actor: Actor) -> list[dict[str, Any]]:
    """The buttons of one body's participation; none once the project can lose nobody: one line above says why."""
    if why_not_leave(participation.project):
        return []
    base = reverse("project_detail", args=[participation.project.reference])
    root = f"{base}participants/{participation.pk}/etape/"
    return [button(offer, base, f"{root}{offer.step.name}/") for offer in available_steps(participation, actor)]


def button(offer: Offer, base: str, form_url: str) -> dict[str, Any]:
    """Inputs of `components/step_button.html`."""
    leaves = offer.step.name in ("abandon", "withdraw", "unfreeze", "reopen_call", "no_award")
    return {
        "name": offer.step.name,
        "label": offer.step.label,
        "allowed": offer.possible,
        "missing": [missing_item(item, base) for item in offer.missing],
        "form_url": form_url,
        "tone": "secondary" if leaves else "primary",
    }


def missing_item(item: Missing, base: str) -> dict[str, str]:
    """A missing thing with its address: anchors with a slash lie below `base`."""
    return {"label": item.label, "url": base + item.anchor.removeprefix("../") if "/" in item.anchor else ""}


def owes_proof(obj: StatefulModel, actor: Actor) -> bool:
    """True when the person records a step for a body that is not theirs."""
    body_id = obj.body_id if isinstance(obj, Participation) else None
    return body_id is not None and not actor.belongs_to(body_id)
