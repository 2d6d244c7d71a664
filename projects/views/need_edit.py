"""Needs: declare, edit, see meanwhile what resembles them, and meet whoever edits at the same time."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from procurement.access import ActorRequest, agent, fetch, page
from procurement.workflow import Blocked, Refused, perform
from projects import rules
from projects.actions.needs import EDITABLE, declare_need, edit_need
from projects.enums import NeedState
from projects.forms.need_merge import Note, merged
from projects.forms.needs import NeedPage
from projects.forms.search import likes
from projects.models import Need
from projects.needs.overlap import Overtaken
from projects.queries import need_in_full, need_sent_before

NOT_YOURS = "Seul un agent de l'organisme modifie un besoin, et tant qu'il n'est pas regroupé."
DONE = {
    "publish": "Besoin publié : les membres le voient.",
    "satisfy": "Besoin déclaré satisfait.",
    "withdraw": "Besoin retiré : seul votre organisme le voit encore.",
    "reopen": "Besoin repris en brouillon : seul votre organisme le voit.",
}
ALREADY = "C'est déjà fait."


@require_http_methods(["GET", "HEAD", "POST"])
@page(agent)
def need_create(request: ActorRequest) -> HttpResponse:
    """Declare a need: saved as a draft, or saved and published at once."""
    if request.method != "POST":
        return _form(request, NeedPage(actor=request.actor, unfold=request.GET.get("section", "")))
    form = NeedPage(actor=request.actor, data=request.POST)
    if again := _unsaved(request, form):
        return again
    submission = form.form.cleaned_data["submission"]
    if made := need_sent_before(request.actor, submission):
        messages.info(request, "Ce formulaire avait déjà été envoyé : voici le besoin qu'il a créé.")
        return redirect("need_detail", made.reference)
    with transaction.atomic():
        need = declare_need(actor=request.actor, body=form.body, submission=submission, **form.facts())
        _publish_if_asked(request, need)
    return redirect("need_detail", need.reference)


@require_http_methods(["GET", "HEAD", "POST"])
@page(agent)
def need_edit(request: ActorRequest, ref: str) -> HttpResponse:
    """Change a draft or a published need of one's body; what somebody else changed meanwhile comes back (409)."""
    need = fetch(need_in_full(request.actor), reference=ref)
    if not may_edit(request, need):
        raise PermissionDenied(NOT_YOURS)
    if request.method != "POST":
        return _form(request, NeedPage(actor=request.actor, need=need, unfold=request.GET.get("section", "")))
    form = NeedPage(actor=request.actor, need=need, data=request.POST)
    if again := _unsaved(request, form):
        return again
    try:
        with transaction.atomic():
            need = edit_need(need, actor=request.actor, base=form.base, **form.facts())
            _publish_if_asked(request, need)
    except Overtaken as stop:
        both, notes = merged(form, stop.need)
        return _form(request, both, notes=notes, status=409)
    return redirect("need_detail", need.reference)


@require_POST
@page(agent)
def need_similar(request: ActorRequest, ref: str = "") -> HttpResponse:
    """The list of the form, for what is typed so far; sent, not asked for, so that no text stands in an address."""
    need = fetch(need_in_full(request.actor), reference=ref) if ref else None
    if need and not may_edit(request, need):
        raise PermissionDenied(NOT_YOURS)
    found = likes(NeedPage(actor=request.actor, need=need, data=request.POST))
    return render(request, "projects/needs/similar_found.html", {"similar": found, "asked": True})


def may_edit(request: ActorRequest, need: Need) -> bool:
    """True for an agent of its body, until the need is pooled."""
    return rules.is_agent_of_body(need, request.actor) and need.state in EDITABLE


def _unsaved(request: ActorRequest, form: NeedPage) -> HttpResponse | None:
    """The page again, nothing written: more rows, likes, another domain's questions, or what is wrong."""
    if "add_rows" in request.POST:
        return _form(request, form.with_more_rows(request.POST["add_rows"]))
    if "similar" in request.POST or "choose_domain" in request.POST:
        return _form(request, form.as_typed())
    return None if form.is_valid() else _form(request, form)


def _form(request: ActorRequest, form: NeedPage, *, notes: Sequence[Note] = (), status: int = 200) -> HttpResponse:
    need = form.need
    context = {
        "page": form,
        "need": need,
        "draft": need is None or need.state == NeedState.DRAFT,
        "back": reverse("need_detail", args=[need.reference]) if need else reverse("need_list"),
        "similar": likes(form),
        "asked": bool(form.form["title"].value() or form.form["description"].value()),
        "similar_url": reverse("need_similar", args=[need.reference] if need else []),
        "overtaken": status == 409,
        "notes": notes,
        "last": need.past_events().last() if need and status == 409 else None,
    }
    return render(request, "projects/needs/form.html", context, status=422 if form.errors else status)


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
