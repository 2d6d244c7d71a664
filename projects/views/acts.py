"""Weighted acts: the calculator for everybody, the scale for the coordinator."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from procurement.access import ActorRequest, member, page
from projects import rules
from projects.actions.acts import set_act_scale
from projects.forms.acts import CountsForm, ScaleForm
from projects.pooling import act_scale as scales
from projects.views.frame import editable_or_refused, frame, project_or_404


@require_safe
@page(member)
def weighted_acts(request: ActorRequest, ref: str) -> HttpResponse:
    """What the acts of a body weigh under the project's scale, or under the illustrative one while it has none."""
    project = project_or_404(request, ref)
    own = scales.kinds_of(project)
    scale = own or scales.example()
    form = CountsForm(request.GET or None, scale=scale)
    weight = scales.weigh(scale, form.cleaned_data) if form.is_valid() else ""
    context = frame(project, request.actor, "project_costs") | {
        "form": form,
        "scale": scale,
        "own": bool(own),
        "weight": weight.replace(".", ","),
        "editable": rules.edits_project(project, request.actor),
    }
    return render(request, "projects/weighted_acts.html", context)


@require_http_methods(["GET", "POST"])
@page(member)
def act_scale(request: ActorRequest, ref: str) -> HttpResponse:
    """What each kind of act weighs."""
    project = editable_or_refused(request, ref)
    known = scales.kinds_of(project)
    form = ScaleForm(request.POST or None, scale=known or scales.example())
    if request.method == "POST" and form.is_valid():
        try:
            set_act_scale(project, form.rows(), actor=request.actor)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, "Le barème est enregistré : chacun déclare ses actes avec son intention.")
            return redirect("weighted_acts", ref)
    context = {"project": project, "form": form, "known": bool(known)}
    return render(request, "projects/act_scale.html", context, status=422 if form.is_bound else 200)
