"""One box over everything a member may know: needs, projects, the catalogue."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from procurement.access import Actor, ActorRequest, member, page
from projects import queries
from projects.catalogue.queries import listed_solutions
from projects.enums import NeedState, ProjectState
from projects.forms.search import SearchFilter
from projects.models import Need
from projects.search.api import best_needs

Find = Callable[[Actor, dict[str, Any]], dict[str, Any]]
SHOWN = 8  # of each kind; the lists hold the rest


@require_GET
@page(member)
def search(request: ActorRequest) -> HttpResponse:
    """What answers the words best, of each kind, and the way to the whole lists with the same filters."""
    form = SearchFilter(request.GET)
    form.is_valid()  # a wrong filter says so beside it, and narrows nothing
    given = {name: value for name, value in form.cleaned_data.items() if value}
    context: dict[str, Any] = {"form": form, "asked": bool(given)}
    if given:
        context["groups"] = [
            find(request.actor, given)
            for filters, states, find in KINDS
            if set(given) <= set(filters) and given.get("etat", "") in ("", *states)
        ]
    return render(request, "projects/search.html", context)


def _needs(actor: Actor, given: dict[str, Any]) -> dict[str, Any]:
    found: list[Need]
    if set(given) == {"q"}:
        found = best_needs(actor, given["q"], SHOWN + 1)
    else:
        rows = queries.listed_needs(
            actor,
            domain=given.get("domaine"),
            department=given.get("departement", ""),
            words=given.get("q", ""),
            state=given.get("etat", ""),
            route=given.get("voie", ""),
            ending_within=int(given.get("fin") or 0),
        )
        found = list(rows.order_by("-pk")[: SHOWN + 1])
    items = [
        {
            "url": reverse("need_detail", args=[need.reference]),
            "title": need.title,
            "facts": [need.body.name, need.domain.label if need.domain else "", need.state_label],
        }
        for need in found
    ]
    return _group("Besoins", "need_list", items, given)


def _projects(actor: Actor, given: dict[str, Any]) -> dict[str, Any]:
    found = queries.listed_projects(
        actor,
        text=given.get("q", ""),
        route=given.get("voie", ""),
        state=given.get("etat", ""),
        domain=given["domaine"].code if "domaine" in given else "",
        department=given.get("departement", ""),
    )
    items = [
        {
            "url": reverse("project_detail", args=[project.reference]),
            "title": project.title,
            "facts": [project.reference, project.state_label, project.get_route_display()],
        }
        for project in found.order_by("-pk")[: SHOWN + 1]
    ]
    return _group("Projets", "project_list", items, given)


def _solutions(actor: Actor, given: dict[str, Any]) -> dict[str, Any]:
    found = listed_solutions(words=given.get("q", ""), domain=given.get("domaine"))
    items = [
        {
            "url": reverse("solution_detail", args=[solution.reference]),
            "title": solution.name,
            "facts": ["Libre" if solution.free else "Propriétaire", solution.publisher, solution.purpose],
        }
        for solution in found.prefetch_related(None).order_by("name", "pk")[: SHOWN + 1]
    ]
    return _group("Catalogue", "catalogue", items, given)


# What each kind may be narrowed by: with a filter, or a state, that it does not know, it is left out.
KINDS: tuple[tuple[tuple[str, ...], Collection[str], Find], ...] = (
    (("q", "domaine", "departement", "voie", "etat", "fin"), NeedState.values, _needs),
    (("q", "domaine", "departement", "voie", "etat"), ProjectState.values, _projects),
    (("q", "domaine"), (), _solutions),
)


def _group(title: str, route: str, items: list[dict[str, Any]], given: dict[str, Any]) -> dict[str, Any]:
    """A section of the page. `more` is the whole list's address when it holds more than is shown."""
    kept = {name: getattr(value, "code", value) for name, value in given.items()}
    more = f"{reverse(route)}?{urlencode(kept)}" if len(items) > SHOWN else ""
    return {"title": title, "items": items[:SHOWN], "more": more}
