"""The requirement library: see the starter items of a domain, and take those one wants into a need."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from procurement.access import ActorRequest, agent, fetch, page
from projects import rules
from projects.actions.needs import EDITABLE
from projects.actions.requirements import add_requirements
from projects.enums import Priority
from projects.models import Domain, Need
from projects.needs.library import Item, starter
from projects.queries import need_in_full

PRIORITIES = dict(Priority.choices)


@require_http_methods(["GET", "HEAD", "POST"])
@page(agent)
def need_library(request: ActorRequest, ref: str) -> HttpResponse:
    """The library of the need's domain, or of another one; POST takes the chosen items, or all of a chapter."""
    need = fetch(need_in_full(request.actor), reference=ref)
    if not rules.is_agent_of_body(need, request.actor) or need.state not in EDITABLE:
        raise PermissionDenied("Seul un agent de l'organisme modifie un besoin, et tant qu'il n'est pas regroupé.")
    given = request.POST if request.method == "POST" else request.GET
    domain = _domain(need, given.get("domaine", ""))
    items = starter(domain.code) if domain else ()
    if request.method == "POST":
        return _take(request, need, items, domain)
    context = {
        "need": need,
        "domain": domain,
        "domains": [one for one in Domain.objects.all() if starter(one.code)],
        "chapters": _by_chapter(need, items),
        "left": sum(not taken for _, rows in _by_chapter(need, items) for _, _, taken in rows),
    }
    return render(request, "projects/library/need.html", context)


def _domain(need: Need, code: str) -> Domain | None:
    """The one asked for, else the need's own."""
    return Domain.objects.filter(code=code[:40]).first() if code else need.domain


def _take(request: ActorRequest, need: Need, items: tuple[Item, ...], domain: Domain | None) -> HttpResponse:
    chosen = set(request.POST.getlist("item"))
    chapter = request.POST.get("chapitre", "")
    rows = [item.as_row() for item in items if str(item.number) in chosen or (chapter and item.chapter == chapter)]
    added = add_requirements(need, rows, actor=request.actor, origin=f"bibliothèque {domain.code if domain else ''}")
    if added:
        messages.success(request, f"{added} exigence{'s' if added > 1 else ''} de plus. Le texte reste modifiable.")
    else:
        messages.info(request, "Rien de nouveau à prendre : cochez des exigences.")
    if added:
        return redirect("need_edit", need.reference)
    return redirect("need_library", need.reference)


def _by_chapter(need: Need, items: tuple[Item, ...]) -> list[tuple[str, list[tuple[Item, str, bool]]]]:
    """Items with their priority in French, and whether the need holds them already, under each chapter."""
    known = {requirement.text for requirement in need.requirements.all()}
    chapters: dict[str, list[Any]] = {}
    for item in items:
        row = (item, str(PRIORITIES[item.priority]), item.text in known)
        chapters.setdefault(item.chapter, []).append(row)
    return list(chapters.items())
