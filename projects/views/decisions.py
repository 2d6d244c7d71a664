"""What two persons decide, and the rules of a project: the two-person amount, the matrix of the mandate."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from procurement.access import ActorRequest, member, page
from procurement.workflow import Blocked
from projects import rules
from projects.actions.missions import set_missions
from projects.actions.two_persons import STATES, give_proposal_up, propose, set_two_person_rule
from projects.consultation.overruns import overruns
from projects.consultation.reading import current_facts
from projects.forms.closing import MissionsForm, TwoPersonForm
from projects.models import Project
from projects.requirements.two_persons import at_stake, two_persons_due
from projects.views.acting import acted
from projects.views.frame import missing_item, project_or_404


@require_http_methods(["GET", "POST"])
@page(member)
def project_decision(request: ActorRequest, ref: str, step: str) -> HttpResponse:
    """Propose a step that another person confirms, see who proposed what and when, take it back."""
    project = project_or_404(request, ref)
    if step not in STATES:
        raise Http404("pas de décision à deux")
    if not rules.decides(project, request.actor):
        raise PermissionDenied("Le coordinateur et l'organisme coordonnateur proposent et confirment.")
    missing = []
    if request.method == "POST":
        try:
            if "retirer" in request.POST:
                give_proposal_up(project, step, actor=request.actor, note=request.POST.get("note", ""))
                messages.success(request, "La proposition est retirée.")
            else:
                propose(project, step, actor=request.actor)
                messages.success(request, "C'est proposé : une autre personne doit confirmer.")
            return redirect("project_decision", ref, step)
        except Blocked as blocked:
            missing = blocked.missing
    base = reverse("project_detail", args=[ref])
    context = {
        "project": project,
        "step": Project.step(step),
        "due": two_persons_due(project, step),
        "stake_cents": at_stake(project, step),
        "proposal": project.open_proposal(step),
        "missing": [missing_item(item, base) for item in missing],
        "overruns": overruns(project, facts) if step == "award" and (facts := current_facts(project)) else (),
    }
    return render(request, "projects/consultation/decision.html", context, status=409 if missing else 200)


@require_http_methods(["GET", "POST"])
@page(member)
def project_rules(request: ActorRequest, ref: str) -> HttpResponse:
    """The two-person amount and the matrix of the mandate; the matrix changes while nothing is frozen."""
    project = project_or_404(request, ref)
    may_rule, may_share = rules.runs_consultation(project, request.actor), rules.edits_project(project, request.actor)
    data = request.POST or None
    asked = request.POST.get("form")
    two = TwoPersonForm(data if asked == "two" else None, initial={"above_cents": project.two_person_above_cents})
    members = list(project.participations.present().select_related("body").order_by("body__name"))
    missions = MissionsForm(data if asked == "missions" else None, project=project, members=members)

    def rule() -> None:
        set_two_person_rule(project, actor=request.actor, **two.cleaned_data)

    def share() -> object:
        return set_missions(project, missions.chosen(), actor=request.actor)

    if may_rule and two.is_bound and acted(request, two, rule, "La règle est enregistrée."):
        return redirect("project_rules", ref)
    if may_share and missions.is_bound and acted(request, missions, share, "Les missions sont réparties."):
        return redirect("project_rules", ref)
    if request.method == "POST" and not (may_rule if asked == "two" else may_share):
        raise PermissionDenied("Ces règles ne sont pas dans vos droits, ou la convention est figée.")
    context = {
        "project": project,
        "two": two,
        "missions": missions,
        "may_rule": may_rule,
        "may_share": may_share,
        "rows": missions.as_chosen(),
    }
    return render(
        request, "projects/consultation/rules.html", context, status=422 if two.is_bound or missions.is_bound else 200
    )
