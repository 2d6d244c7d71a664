"""Taking a step: one page for every step of a project or a participation, through `perform`."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from procurement.access import ActorRequest, fetch, member, page
from procurement.workflow import Blocked, Refused, Step, missing_before, perform
from projects.consultation.overruns import overruns
from projects.consultation.reading import current_facts
from projects.forms.step_base import StepForm
from projects.forms.steps import form_for
from projects.models import Participation, Project
from projects.reading import freeze_notice
from projects.requirements import row_of
from projects.views.frame import missing_item, owes_proof, project_or_404


@require_http_methods(["GET", "POST"])
@page(member)
def project_step(request: ActorRequest, ref: str, step: str) -> HttpResponse:
    """A step of the project."""
    project = project_or_404(request, ref)
    after = reverse("project_detail", args=[ref])
    return _step(request, project, project, Project.step(step), after)


@require_http_methods(["GET", "POST"])
@page(member)
def participation_step(request: ActorRequest, ref: str, pk: int, step: str) -> HttpResponse:
    """A step of one body's participation."""
    project = project_or_404(request, ref)
    rows = Participation.objects.visible_to(request.actor).select_related("body", "project")
    participation: Participation = fetch(rows.filter(project=project), pk=pk)
    after = reverse("project_participants", args=[ref]) + row_of(pk)
    return _step(request, project, participation, Participation.step(step), after)


def _step(
    request: ActorRequest, project: Project, obj: Project | Participation, step: Step, after: str
) -> HttpResponse:
    """GET asks for the facts; POST takes the step, and says what blocks it beside the right field."""
    if step.internal or not step.rule(obj, request.actor):
        raise PermissionDenied(f"« {step.label} » n'est pas dans vos droits.")
    proof = owes_proof(obj, request.actor)
    form = form_for(obj, step)(request.POST or None, step=step, obj=obj, owes_proof=proof)
    status = 200
    if request.method == "POST":
        readable = form.is_valid()
        if readable and _taken(request, obj, step, form):
            return redirect(after)
        status = 409 if readable else 422
    elif obj.state not in step.sources:
        raise Refused(obj, step, obj.past_events().exclude(target="").last())
    base = reverse("project_detail", args=[project.reference])
    proposal = obj.open_proposal(step.name) if isinstance(obj, Project) else None
    context: dict[str, Any] = {
        "proposal": proposal,
        "notice": freeze_notice(obj, step),
        "project": project,
        "participation": obj if isinstance(obj, Participation) else None,
        "step": step,
        "form": form,
        "after": after,
        "missing": [missing_item(item, base) for item in missing_before(obj, step)],
        "overruns": _overruns(obj) if step.name == "award" else (),
    }
    return render(request, "projects/step.html", context, status=status)


def _overruns(obj: Project | Participation) -> tuple[str, ...]:
    """What the contracts to be awarded pass."""
    facts = current_facts(obj) if isinstance(obj, Project) else None
    return overruns(obj, facts) if isinstance(obj, Project) and facts else ()


def _taken(request: ActorRequest, obj: Project | Participation, step: Step, form: StepForm) -> bool:
    """True when the step was taken (or just had been, by the same person); else the form says why not."""
    try:
        perform(type(obj), obj.pk, step.name, actor=request.actor, note=form.cleaned_data["note"], **form.facts())
    except Refused as refused:
        if not refused.repeats(request.actor):
            raise
        messages.info(request, f"« {step.label} » : c'est déjà fait.")
        return True
    except Blocked as blocked:
        for item in blocked.missing:
            form.add_error(item.anchor if item.anchor in form.fields else None, f"Il manque {item.label}.")
        return False
    except ValidationError as error:
        form.add_error(None, ValidationError(error.messages))
        return False
    messages.success(request, f"« {step.label} » : c'est fait.")
    return True
