"""Needs: find, declare, edit, read, move."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from procurement import clock
from procurement.access import Actor, ActorRequest, agent, fetch, member, page
from procurement.keyset import keyset_page
from procurement.workflow import Blocked, Missing, Offer, Refused, available_steps, perform
from projects import rules
from projects.actions.needs import EDITABLE, declare_need, edit_need
from projects.enums import NeedState
from projects.forms.needs import NeedPage
from projects.forms.search import NeedFilter, likes
from projects.forms.step_base import StepForm
from projects.models import Event, Need
from projects.queries import listed_needs, need_in_full, need_sent_before
from projects.search.api import Match, similar_needs
from projects.views.frame import missing_item

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
DONE = {
    "publish": "Besoin publié : les membres le voient.",
    "satisfy": "Besoin déclaré satisfait.",
    "withdraw": "Besoin retiré : seul votre organisme le voit encore.",
    "reopen": "Besoin repris en brouillon : seul votre organisme le voit.",
}
ALREADY = "C'est déjà fait."


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
    )
    rows = keyset_page(found, request.GET, order=("-pk",), size=PAGE_SIZE)
    context = {"form": form, "page": rows, "filtered": any(given.values()), "may_declare": agent(request.actor)}
    return render(request, "projects/needs/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@page(agent)
def need_create(request: ActorRequest) -> HttpResponse:
    """Declare a need: saved as a draft, or saved and published at once."""
    if request.method != "POST":
        return _form(request, NeedPage(actor=request.actor))
    form = NeedPage(actor=request.actor, data=request.POST)
    if "add_rows" in request.POST:
        return _form(request, form.with_more_rows(request.POST["add_rows"]))
    if "similar" in request.POST:
        return _form(request, form.as_typed())
    if not form.is_valid():
        return _form(request, form)
    submission = form.form.cleaned_data["submission"]
    if made := need_sent_before(request.actor, submission):
        messages.info(request, "Ce formulaire avait déjà été envoyé : voici le besoin qu'il a créé.")
        return redirect("need_detail", made.reference)
    with transaction.atomic():
        need = declare_need(actor=request.actor, body=form.body, submission=submission, **form.facts())
        _publish_if_asked(request, need)
    return redirect("need_detail", need.reference)


@require_POST
@page(agent)
def need_similar(request: ActorRequest, ref: str = "") -> HttpResponse:
    """The list of the form, for what is typed so far; sent, not asked for, so that no text stands in an address."""
    need = fetch(need_in_full(request.actor), reference=ref) if ref else None
    if need and not _may_edit(request, need):
        raise PermissionDenied("Seul un agent de l'organisme modifie un besoin, et tant qu'il n'est pas regroupé.")
    found = likes(NeedPage(actor=request.actor, need=need, data=request.POST))
    return render(request, "projects/needs/similar_found.html", {"similar": found, "asked": True})


@require_http_methods(["GET", "HEAD", "POST"])
@page(agent)
def need_edit(request: ActorRequest, ref: str) -> HttpResponse:
    """Change a draft or a published need of one's body."""
    need = fetch(need_in_full(request.actor), reference=ref)
    if not _may_edit(request, need):
        raise PermissionDenied("Seul un agent de l'organisme modifie un besoin, et tant qu'il n'est pas regroupé.")
    if request.method != "POST":
        return _form(request, NeedPage(actor=request.actor, need=need))
    form = NeedPage(actor=request.actor, need=need, data=request.POST)
    if "add_rows" in request.POST:
        return _form(request, form.with_more_rows(request.POST["add_rows"]))
    if "similar" in request.POST:
        return _form(request, form.as_typed())
    if not form.is_valid():
        return _form(request, form)
    with transaction.atomic():
        need = edit_need(need, actor=request.actor, **form.facts())
        _publish_if_asked(request, need)
    return redirect("need_detail", need.reference)


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


def _form(request: ActorRequest, form: NeedPage) -> HttpResponse:
    need = form.need
    context = {
        "page": form,
        "need": need,
        "draft": need is None or need.state == NeedState.DRAFT,
        "back": _base(need) if need else reverse("need_list"),
        "similar": likes(form),
        "asked": bool(form.form["title"].value() or form.form["description"].value()),
        "similar_url": reverse("need_similar", args=[need.reference] if need else []),
    }
    return render(request, "projects/needs/form.html", context, status=422 if form.errors else 200)


def _publish_if_asked(request: ActorRequest, need: Need) -> None:
    """Publish in the caller's transaction. What is missing keeps the draft, and is said."""
    if "publish" not in request.POST:
        draft = need.state == NeedState.DRAFT
        saved = "Brouillon enregistré : il n'est pas encore publié." if draft else "Besoin enregistré."
        messages.success(request, saved)
        return
    try:
        perform(Need, need.pk, "publish", actor=request.actor)
    except Blocked as stop:
        items = " ; ".join(item.label for item in stop.missing)
        messages.warning(request, f"Brouillon enregistré, mais pas publié : il manque {items}.")
    except Refused as refusal:
        if not refusal.repeats(request.actor):
            raise
        messages.info(request, ALREADY)
    else:
        messages.success(request, DONE["publish"])


def _may_edit(request: ActorRequest, need: Need) -> bool:
    return rules.is_agent_of_body(need, request.actor) and need.state in EDITABLE


def _show(request: ActorRequest, need: Need, *, blocked: Sequence[Missing] = (), status: int = 200) -> HttpResponse:
    actor = request.actor
    own, confidential = rules.works_for_body(need, actor), rules.sees_confidential(need, actor)
    events = need.past_events().select_related("user", "body").order_by("-id")
    context = {
        "need": need,
        "own": own,
        "may_edit": _may_edit(request, need),
        "confidential": confidential,
        "to_complete": need.to_complete() if own else [],
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
