"""Needs: find, read, move, follow."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from procurement import clock
from procurement.access import Actor, ActorRequest, agent, fetch, member, page
from procurement.keyset import keyset_page
from procurement.workflow import Blocked, Missing, Offer, Refused, available_steps, perform
from projects import rules
from projects.actions.followers import follow, unfollow
from projects.forms.search import NeedFilter
from projects.forms.step_base import StepForm
from projects.models import Event, Need
from projects.queries import listed_needs, need_in_full
from projects.search.api import Match, similar_needs
from projects.views.frame import missing_item
from projects.views.need_edit import ALREADY, DONE, may_edit

PAGE_SIZE = 50
TONES = {"publish": "primary", "withdraw": "danger"}
HAPPENED = {
    "create": "Besoin déclaré",
    "edit": "Besoin modifié",
    "publish": "Besoin publié",
    "pool": "Besoin regroupé dans un projet",
    "release": "Besoin rendu disponible par le projet",
    "satisfy": "Besoin satisfait",
    "withdraw": "Besoin retiré",
    "reopen": "Besoin repris en brouillon",
    "me_too": "« Moi aussi » : un autre organisme rejoint ce besoin",
    "merge_propose": "Proposition de traiter ce besoin avec un autre",
    "merge_agree": "Accord pour traiter deux besoins comme un seul",
    "merge_decline": "Proposition de traitement commun déclinée",
    "merge_split": "Besoins traités ensemble, de nouveau séparés",
}


@require_safe
@page(member)
def need_list(request: ActorRequest) -> HttpResponse:
    """Needs of everybody, and one's own drafts; the filters stand in the address."""
    form = NeedFilter(request.GET)
    form.is_valid()  # a wrong filter says so beside it, and narrows nothing
    given = form.cleaned_data
    found = listed_needs(
        request.actor,
        domain=given.get("domaine"),
        department=given.get("departement", ""),
        state=given.get("etat", ""),
        words=given.get("q", ""),
        ending_within=int(given.get("fin") or 0),
        route=given.get("voie", ""),
        followed=bool(given.get("suivis")),
    )
    rows = keyset_page(found, request.GET, order=("-pk",), size=PAGE_SIZE)
    context = {"form": form, "page": rows, "filtered": any(given.values()), "may_declare": agent(request.actor)}
    return render(request, "projects/needs/list.html", context)


@require_safe
@page(member)
def need_detail(request: ActorRequest, ref: str) -> HttpResponse:
    """A need, what may be done with it, what happened to it."""
    return _show(request, fetch(need_in_full(request.actor), reference=ref))


@require_POST
@page(member)
def need_step(request: ActorRequest, ref: str, step: str) -> HttpResponse:
    """Take a step; what is missing is listed on the need's own page (409)."""
    need = fetch(need_in_full(request.actor), reference=ref)
    wanted = Need.step(step)
    if wanted.internal:
        raise Http404("une étape que seule une autre entraîne")
    form = StepForm(request.POST, step=wanted, obj=need)
    if not form.is_valid():
        return _show(request, need, blocked=[Missing(str(e)) for e in form.errors["note"]], status=409)
    try:
        perform(Need, need.pk, step, actor=request.actor, note=form.cleaned_data["note"], **form.facts())
    except Blocked as stop:
        return _show(request, need, blocked=stop.missing, status=409)
    except Refused as refusal:
        if not refusal.repeats(request.actor):
            raise
        messages.info(request, ALREADY)
    else:
        messages.success(request, DONE[step])
    return redirect("need_detail", need.reference)


@require_POST
@page(member)
def need_follow(request: ActorRequest, ref: str) -> HttpResponse:
    """Follow a need, or stop: the button says which."""
    need = fetch(Need.objects.visible_to(request.actor), reference=ref)
    if "stop" in request.POST:
        unfollow(need, actor=request.actor)
        messages.success(request, "Vous ne suivez plus ce besoin.")
    else:
        follow(need, actor=request.actor)
        messages.success(request, "Vous suivez ce besoin : ce qui lui arrive vous sera dit.")
    return redirect("need_detail", ref)


def _show(request: ActorRequest, need: Need, *, blocked: Sequence[Missing] = (), status: int = 200) -> HttpResponse:
    actor = request.actor
    own, confidential = rules.works_for_body(need, actor), rules.sees_confidential(need, actor)
    events = need.past_events().select_related("user", "body").order_by("-id")
    context = {
        "need": need,
        "own": own,
        "may_edit": may_edit(request, need),
        "confidential": confidential,
        "volumes": [(volume, volume.quantity.normalize()) for volume in need.volumes.all()],
        "chapters": _by_chapter(need),
        "requirement_count": len(need.requirements.all()),
        "steps": [_button(need, offer) for offer in available_steps(need, actor)],
        "blocked": [missing_item(item, _base(need)) for item in blocked],
        "history": [_past(event, with_note=confidential) for event in events],
        "similar": _like(need, actor),
    }
    return render(request, "projects/needs/detail.html", context, status=status)


def _like(need: Need, actor: Actor) -> list[Match]:
    text, domain = f"{need.title}\n{need.description}", need.domain.code if need.domain else ""
    return similar_needs(text, actor=actor, domain=domain, exclude=need)


def _by_chapter(need: Need) -> dict[str, list[Any]]:
    """Requirements in the order typed, under each chapter where it first appears."""
    chapters: dict[str, list[Any]] = {}
    for requirement in need.requirements.all():
        chapters.setdefault(requirement.chapter, []).append(requirement)
    return chapters


def _base(need: Need) -> str:
    """The need's own address, below which lie the anchors of what is missing."""
    return reverse("need_detail", args=[need.reference])


def _button(need: Need, offer: Offer) -> dict[str, Any]:
    step = offer.step
    return {
        "name": step.name,
        "label": step.label,
        "allowed": offer.possible,
        "missing": [missing_item(item, _base(need)) for item in offer.missing],
        "post_url": reverse("need_step", args=[need.reference, step.name]),
        "tone": TONES.get(step.name, "secondary"),
    }


def _past(event: Event, *, with_note: bool) -> dict[str, Any]:
    """Inputs of `components/timeline.html`: an event played at its own date shows when it was recorded beside it."""
    live = event.happened_on == event.recorded_at.astimezone(clock.PARIS).date()
    return {
        "when": event.recorded_at if live else event.happened_on,
        "recorded": "" if live else event.recorded_at,
        "title": HAPPENED.get(event.step) or Need.step_label(event.step),
        "who": event.author,
        "body": event.body or "",
        "note": event.note if with_note else "",
        "url": "",
    }
