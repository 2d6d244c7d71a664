"""Taking everything along, leaving, handing a project over; the file a steward opened for a reason."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from procurement.access import ActorRequest, member, page, steward
from procurement.models import Membership
from procurement.people.views_joining import body_of
from procurement.sheets import CONTENT_TYPES
from projects import own_export
from projects.forms.leaving import CoordinatorForm, LeaveForm
from projects.leaving import OVER, dues_of, leave, may_leave, name_coordinator
from projects.models import Project
from projects.views.frame import project_or_404

SHOWN = 100


@require_safe
@page(member)
def body_export(request: ActorRequest, ref: str, form: str) -> HttpResponse:
    """Everything that is the body's own, for any of its people."""
    body = body_of(ref)
    if not request.actor.belongs_to(body.pk):
        raise Http404("introuvable")
    found = own_export.everything_of(body)
    if form == "json":
        response: HttpResponse = JsonResponse(found, json_dumps_params={"ensure_ascii": False, "indent": 1})
    else:
        response = HttpResponse(own_export.workbook_of(found), content_type=CONTENT_TYPES["ods"])
    response["Content-Disposition"] = f'attachment; filename="cordee-{body.public_ref}.{form}"'
    return response


@require_http_methods(["GET", "POST"])
@page(member)
def body_leave(request: ActorRequest, ref: str) -> HttpResponse:
    """What the body still owes, what it hands over; then it goes."""
    body, actor = body_of(ref), request.actor
    if not actor.belongs_to(body.pk):
        raise Http404("introuvable")
    if not may_leave(body, actor):
        raise PermissionDenied("Un agent de l'organisme décide de quitter le collectif.")
    dues = dues_of(body)
    form = LeaveForm(request.POST or None, projects=dues.coordinated, led=dues.led)
    if request.method == "POST" and form.is_valid():
        note = form.cleaned_data["note"]
        leave(body, actor=actor, note=note, successors=form.successors(), leads=form.leads())
        messages.success(request, f"{body} a quitté le collectif. Vous pouvez y revenir quand vous voulez.")
        return redirect("home")
    context = {"body": body, "dues": dues, "form": form}
    return render(request, "projects/leaving/leave.html", context, status=422 if form.is_bound else 200)


@require_safe
@page(steward)
def body_file(request: ActorRequest, ref: str) -> HttpResponse:
    """The confidential file of a body, for the steward who said why, while it is open."""
    body = body_of(ref)
    if not request.actor.reads_file_of(body.pk):
        return redirect("file_open", body.public_ref)
    context = {
        "body": body,
        "needs": body.needs.select_related("domain", "project").order_by("pk")[:SHOWN],
        "participations": body.participations.select_related("project").order_by("pk")[:SHOWN],
    }
    return render(request, "projects/leaving/file.html", context)


@require_http_methods(["GET", "POST"])
@page(member)
def project_coordinator(request: ActorRequest, ref: str) -> HttpResponse:
    """Hand the project over."""
    project = project_or_404(request, ref)
    if not (project.coordinator_id == request.actor.user_id or request.actor.is_steward):
        raise PermissionDenied("Le coordinateur ou l'animation nomme le coordinateur.")
    form = CoordinatorForm(request.POST or None, project=project)
    if request.method == "POST" and form.is_valid():
        name_coordinator(project, form.cleaned_data["to"], actor=request.actor)
        messages.success(request, f"{form.cleaned_data['to']} coordonne désormais ce projet.")
        return redirect("project_detail", ref)
    context = {"project": project, "form": form}
    return render(request, "projects/leaving/coordinator.html", context, status=422 if form.is_bound else 200)


@require_safe
@page(steward)
def coordinators(request: ActorRequest) -> HttpResponse:
    """Who coordinates what; projects whose coordinator has left come first."""
    working = Membership.objects.in_force().filter(user=OuterRef("coordinator"), user__is_active=True)
    live = Project.objects.exclude(state__in=OVER).annotate(present=Exists(working))
    rows = live.select_related("coordinator", "lead_body").order_by("present", "-pk")[:SHOWN]
    return render(request, "projects/leaving/coordinators.html", {"projects": rows})
