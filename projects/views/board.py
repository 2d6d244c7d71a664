"""Who blocks what, for the coordinator: bodies × steps, reminders in one gesture, the words of the reminders."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from procurement.access import ActorRequest, member, page
from procurement.parts import part_of
from procurement.templatetags.cordee import plural
from projects import rules
from projects.actions.reminders import NOT_YOURS, Outcome, edit_text, listed_blanks, remind
from projects.awaited.board import board, silent
from projects.forms.reminders import ReminderTextForm
from projects.models import Project
from projects.models.reminders import Awaited
from projects.notifications.reminders import Reminded, reminder, words_for
from projects.views.frame import frame, project_or_404

PART = 100  # bodies
REMINDABLE = [step for step in Awaited if step != Awaited.ENFORCEABLE]


def _coordinated(request: ActorRequest, ref: str) -> Project:
    project = project_or_404(request, ref)
    if not rules.is_coordinator(project, request.actor):
        raise PermissionDenied(NOT_YOURS)
    return project


def _step(name: str) -> Awaited:
    if name not in REMINDABLE:
        raise Http404("étape inconnue")
    return Awaited(name)


@require_safe
@page(member)
def project_board(request: ActorRequest, ref: str) -> HttpResponse:
    """Each body, each step: done on such a day, or awaited since such a day, late or not."""
    project = _coordinated(request, ref)
    lines = board(project)
    columns = [{"step": step, "silent": silent(lines, step)} for step in REMINDABLE]
    context = frame(project, request.actor, "project_participants") | {
        "part": part_of(lines, request.GET, size=PART),
        "steps": list(Awaited),
        "columns": columns,
        "late": [(line, cell) for line in lines for cell in line.cells if cell.late_days],
    }
    return render(request, "projects/project_board.html", context)


@require_POST
@page(member)
def project_remind(request: ActorRequest, ref: str, step: str) -> HttpResponse:
    """Remind one body (`body`, its number) or all those of whom the step is awaited."""
    project = _coordinated(request, ref)
    wanted = request.POST.get("body", "")
    if wanted and not (wanted.isascii() and wanted.isdigit()):
        raise Http404("organisme inconnu")
    done = remind(project, _step(step), actor=request.actor, body_id=int(wanted) if wanted else None)
    tell = messages.success if done.letters else messages.info
    tell(request, _said(done))
    return redirect("project_board", ref)


def _said(done: Outcome) -> str:
    said = [plural(done.letters, "message en attente d'envoi,messages en attente d'envoi") + "."]
    if done.already:
        said.append(
            plural(done.already, "personne déjà relancée aujourd'hui,personnes déjà relancées aujourd'hui") + "."
        )
    if done.nobody:
        said.append(f"Personne n'est inscrit pour {', '.join(done.nobody)} : relancez autrement.")
    return " ".join(said)


@require_http_methods(["GET", "POST"])
@page(member)
def project_reminder_text(request: ActorRequest, ref: str, step: str) -> HttpResponse:
    """The words of one reminder, and what the first body concerned would read."""
    project, wanted = _coordinated(request, ref), _step(step)
    words = words_for(project, wanted)
    form = ReminderTextForm(request.POST or None, initial={"text": words})
    if request.method == "POST" and form.is_valid():
        edit_text(project, wanted, form.cleaned_data["text"], actor=request.actor)
        messages.success(request, "Le message de relance est enregistré.")
        return redirect("project_reminder_text", ref, step)
    lines = board(project)
    example = (silent(lines, wanted) or lines)[:1]
    context = {
        "project": project,
        "form": form,
        "step": wanted,
        "blanks": listed_blanks(),
        "example": reminder(Reminded, project, example, wanted, words).text if example else "",
    }
    return render(request, "projects/reminder_text.html", context, status=422 if form.is_bound else 200)
