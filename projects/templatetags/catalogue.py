"""What the catalogue, the library and the links add to the pages of a need: `{% load catalogue %}`."""

from __future__ import annotations

from typing import Any

from django import template

from procurement.access import Actor
from projects import rules
from projects.actions.links import LINKABLE, coordinates_something
from projects.actions.needs import EDITABLE
from projects.catalogue.queries import NEAR, solutions_for
from projects.models import Need, NeedLink
from projects.needs.library import starter
from projects.timetable.windows import Half, Row

register = template.Library()


@register.inclusion_tag("projects/catalogue/for_need.html")
def need_solutions(need: Need, actor: Actor) -> dict[str, Any]:
    """What exists already in the need's domain."""
    found = list(solutions_for(need, actor)[: NEAR * 4])
    free, bought = [one for one in found if one.free], [one for one in found if not one.free]
    more = len(free) > NEAR or len(bought) > NEAR
    return {"need": need, "free": free[:NEAR], "bought": bought[:NEAR], "more": more}


@register.inclusion_tag("projects/library/on_need.html")
def need_library_panel(need: Need, actor: Actor) -> dict[str, Any]:
    """The way to the starter requirements and to the spreadsheet, for who may edit the need."""
    may = rules.is_agent_of_body(need, actor) and need.state in EDITABLE
    count = len(starter(need.domain.code)) if need.domain else 0
    return {"need": need, "may": may, "agent": rules.is_agent_of_body(need, actor), "count": count}


@register.inclusion_tag("projects/library/links.html")
def need_links(need: Need, actor: Actor) -> dict[str, Any]:
    """The needs that this one is, or might be, treated as one with; and the gestures."""
    own = rules.is_agent_of_body(need, actor)
    links = NeedLink.objects.visible_to(actor).of(need)
    rows = [
        {"link": link, "other": link.other(need), "mine": _answered(link, need)}
        for link in links.select_related("first__body", "second__body", "proposed_by")
    ]
    return {
        "need": need,
        "own": own,
        "rows": rows,
        "may_join": need.state in LINKABLE and bool(actor.bodies_as("agent")) and not rules.works_for_body(need, actor),
        "may_merge": need.state in LINKABLE and coordinates_something(actor),
    }


def _answered(link: NeedLink, need: Need) -> bool:
    return bool(link.first_agreed_on if need.pk == link.first_id else link.second_agreed_on)


@register.filter
def paired(row: Row, halves: list[Half]) -> list[tuple[Half, int | None]]:
    """Each half-year with its count."""
    return list(zip(halves, row.counts, strict=True))
