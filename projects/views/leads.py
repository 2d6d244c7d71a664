"""Another lead body, a longer duration: pages of the amendments that change a project already called or signed."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from procurement.access import Actor, ActorRequest, member, page
from projects import rules
from projects.actions.extensions import extension_of, record_extension
from projects.actions.leads import NOT_YOURS, answer_lead, give_lead_up, propose_lead, record_lead_change, under_way
from projects.enums import Committee, Mandate, ParticipationState, ProjectState
from projects.forms.leads import AnswerLeadForm, ExtensionForm, GiveLeadUpForm, LeadAmendmentForm, ProposeLeadForm
from projects.missions import level_of
from projects.models import LeadChange, Project
from projects.planning.extension import Extension
from projects.requirements.leads import CALLED, REPLACEABLE, SIGNED, signatures_needed
from projects.views.acting import acted, form_page
from projects.views.frame import project_or_404

WHY = (
    "Le coordonnateur tient son mandat de la convention (article L. 2113-7 du CCP). Un autre membre l'accepte ; une "
    "convention signée se modifie par avenant."
)


@require_http_methods(["GET", "POST"])
@page(member)
def project_lead(request: ActorRequest, ref: str) -> HttpResponse:
    """Who leads; who is asked to, and where that stands; the form that proposes another."""
    project = project_or_404(request, ref)
    form = ProposeLeadForm(request.POST or None, project=project)

    def act() -> object:
        return propose_lead(project, actor=request.actor, **form.cleaned_data)

    if request.method == "POST" and not rules.proposes_lead(project, request.actor):
        raise PermissionDenied(
            "Le coordinateur, le coordonnateur actuel ou l'animation proposent un autre coordonnateur."
        )
    if acted(request, form, act, "C'est proposé : l'organisme choisi répond."):
        return redirect("project_lead", ref)
    return _page(request, project, form)


def _page(
    request: ActorRequest, project: Project, form: ProposeLeadForm, answer: AnswerLeadForm | None = None
) -> HttpResponse:
    change, actor = under_way(project), request.actor
    context = {
        "project": project,
        "change": change,
        "past": project.lead_changes.exclude(ended_on=None).select_related("from_body", "to_body").order_by("-id"),
        "consequences": consequences(project),
        "why": WHY,
        "form": form if change is None and _may_propose(project, actor) else None,
        "answer": (answer or AnswerLeadForm()) if change and _may_answer(change, actor) else None,
        "give_up": GiveLeadUpForm() if change and _may_propose(project, actor) else None,
        "called": project.state in CALLED,
        "may_record": change is not None
        and bool(change.accepted_on)
        and project.state in SIGNED
        and rules.is_coordinator(project, actor),
        "own_words": project.state in SIGNED and signatures_needed(project, 1) is None,
    }
    bound = form.is_bound or bool(answer)
    return render(request, "projects/leading/lead.html", context, status=422 if bound else 200)


def _may_propose(project: Project, actor: Actor) -> bool:
    return project.state in REPLACEABLE and rules.proposes_lead(project, actor)


def _may_answer(change: LeadChange, actor: Actor) -> bool:
    return change.accepted_on is None and rules.answers_for_lead(change, actor)


def consequences(project: Project) -> list[str]:
    """What changing the lead body would entail now, in French sentences. A fixed number of queries."""
    if project.state not in REPLACEABLE:
        return []
    found = _of_text(project)
    if project.state == ProjectState.TENDER:
        found.append("Les candidats sont informés du changement ; les documents publiés qui le nomment sont rectifiés.")
    if project.state == ProjectState.RUNNING:
        found.append("Les marchés signés gardent leur signataire ; le titulaire est informé de qui suit le marché.")
    if project.state == ProjectState.RUNNING and level_of(project) == Mandate.EXECUTION:
        found.append("Les commandes sont passées par le nouveau coordonnateur ; celles qui le sont déjà demeurent.")
    if project.committee == Committee.LEAD:
        found.append("La commission d'appel d'offres compétente devient celle du nouveau coordonnateur, s'il en a une.")
    if any(line.lead_discount for line in project.cost_lines.all()):
        found.append("La remise du coordonnateur passe au nouveau : les parts des autres changent.")
    return found


def _of_text(project: Project) -> list[str]:
    version = project.current_version()
    if project.state in CALLED and version is None:
        return ["Rien n'est figé : le changement prend effet dès l'accord de l'organisme proposé."]
    assert version is not None
    if project.state in CALLED:
        bound = project.participations.filter(state__in=[ParticipationState.AUTHORISED, ParticipationState.SIGNED])
        said = f"La version {version.number} nomme l'ancien coordonnateur. Une fois l'autre d'accord, le coordinateur"
        lost = f"les actes et signatures pris sur elle ({bound.count()} organismes) ne valent plus"
        return [f"{said} reprend la rédaction : {lost}, et la version suivante nomme le nouveau."]
    members = project.participations.listed().count()
    needed = signatures_needed(project, members)
    by = f"par {needed} membres sur {members} au moins" if needed else "comme le dit l'article 15, écrit par le projet"
    return [
        f"La convention est signée : un avenant est dû, signé {by}, dont le nouveau coordonnateur.",
        "Les actes et signatures de la convention, les mandats et les parts demeurent ; les missions du coordonnateur "
        "passent au nouveau à la date d'effet.",
    ]


@require_POST
@page(member)
def project_lead_answer(request: ActorRequest, ref: str) -> HttpResponse:
    """The body asked says yes or no."""
    project = project_or_404(request, ref)
    change = under_way(project)
    if change is None or not rules.answers_for_lead(change, request.actor):
        raise PermissionDenied("Un agent ou un juriste de l'organisme proposé répond, s'il n'a pas proposé lui-même.")
    form = AnswerLeadForm(request.POST)

    def act() -> object:
        return answer_lead(project, actor=request.actor, **form.cleaned_data)

    if acted(request, form, act, "Votre réponse est enregistrée."):
        return redirect("project_lead", ref)
    return _page(request, project, ProposeLeadForm(project=project), form)


@require_POST
@page(member)
def project_lead_give_up(request: ActorRequest, ref: str) -> HttpResponse:
    """Take the proposal back."""
    project = project_or_404(request, ref)
    if not rules.proposes_lead(project, request.actor):
        raise PermissionDenied(NOT_YOURS)
    form = GiveLeadUpForm(request.POST)

    def act() -> None:
        give_lead_up(project, actor=request.actor, **form.cleaned_data)

    if acted(request, form, act, "La proposition est retirée."):
        return redirect("project_lead", ref)
    after = reverse("project_lead", args=[ref])
    return form_page(request, project, form, title="Retirer la proposition", verb="Retirer", after=after)


@require_http_methods(["GET", "POST"])
@page(member)
def project_lead_record(request: ActorRequest, ref: str) -> HttpResponse:
    """The signed amendment."""
    project = project_or_404(request, ref)
    if not rules.is_coordinator(project, request.actor):
        raise PermissionDenied("Le coordinateur enregistre les avenants.")
    form = LeadAmendmentForm(request.POST or None, project=project)
    after = reverse("project_lead", args=[ref])

    def act() -> object:
        return record_lead_change(project, actor=request.actor, **form.facts())

    if acted(request, form, act, "L'avenant est enregistré : le coordonnateur a changé."):
        return redirect(after)
    title = "Avenant de remplacement du coordonnateur"
    return form_page(request, project, form, title=title, verb="Enregistrer l'avenant", after=after, why=WHY)


@require_http_methods(["GET", "POST"])
@page(member)
def consultation_extension(request: ActorRequest, ref: str) -> HttpResponse:
    """A longer duration by amendment, with what it changes of the threshold and of the limits."""
    project = project_or_404(request, ref)
    if not rules.is_coordinator(project, request.actor):
        raise PermissionDenied("Le coordinateur enregistre les avenants.")
    form = ExtensionForm(request.POST or None, project=project)

    def act() -> object:
        return record_extension(project, actor=request.actor, **form.cleaned_data)

    if acted(request, form, act, "La prolongation est enregistrée."):
        return redirect(reverse("project_consultation", args=[ref]) + "#avenants")
    context = {"project": project, "form": form, "asked": _asked(project, form)}
    return render(request, "projects/leading/extension.html", context, status=422 if form.is_bound else 200)


def _asked(project: Project, form: ExtensionForm) -> Extension | None:
    """What the amendment typed would change; None before anything sound is typed."""
    if project.state not in SIGNED or not form.is_bound or {"extends", "months"} - set(form.cleaned_data):
        return None
    given = form.cleaned_data
    return extension_of(
        project,
        extends=given["extends"],
        months=given["months"],
        added_cents=given.get("added_cents", 0),
        ground=given.get("ground", ""),
    )
