"""What the page of a need says section by section, and the way to follow it: `{% load needs %}`."""

from __future__ import annotations

from typing import Any

from django import template
from django.urls import reverse

from procurement.access import Actor
from projects import rules
from projects.actions.needs import EDITABLE
from projects.models import Need, NeedFollow
from projects.needs.answers import domain_answers, said_of
from projects.needs.declaration import PART_OF, PARTS, Asked

register = template.Library()


@register.inclusion_tag("projects/needs/facts.html")
def need_facts(need: Need, actor: Actor) -> dict[str, Any]:
    """The answers that the reader may see; to who may edit, what is still to complete, with the way there."""
    confidential = rules.sees_confidential(need, actor)
    edits = rules.is_agent_of_body(need, actor) and need.state in EDITABLE
    edit, found = _edit(need) if edits else "", []
    for part in PARTS:
        said = said_of(need, part.code, confidential=confidential)
        shown = [(one, _place(edit, one.asked)) for one in said if one.text or edits]
        rows = need.interfaces.all() if part.code == "technique" else ()
        unsure = part.code == "technique" and not rows and "interfaces" in need.unknown
        if shown or rows or unsure:
            found.append({"part": part, "said": shown, "interfaces": rows, "unsure": unsure})
    return {"need": need, "parts": found, "answers": domain_answers(need)}


@register.inclusion_tag("projects/needs/to_complete.html")
def need_to_complete(need: Need, actor: Actor) -> dict[str, Any]:
    """To its own body: what nobody has answered yet, by section, each with its place in the form, and how many."""
    if not rules.works_for_body(need, actor):
        return {"count": 0}
    edit = _edit(need) if rules.is_agent_of_body(need, actor) and need.state in EDITABLE else ""
    left = {one.name for one in need.to_complete()}
    groups = []
    for part in PARTS:
        items = [(one.label, _place(edit, one)) for one in part.asked if one.name in left]
        groups.append((part.title, items))
    beside = [
        ("Volumes", need.volumes.all(), "#volumes"),
        ("Exigences", need.requirements.all(), "?section=exigences#exigences"),
    ]
    rows = [(label, f"{edit}{anchor}" if edit else "") for label, found, anchor in beside if not found]
    asked = [(label, f"{edit}#questions" if edit else "") for label in need.questions_to_complete()]
    groups = [(title, items) for title, items in [*groups, ("Questions du domaine", asked), ("Listes", rows)] if items]
    return {"groups": groups, "count": sum(len(items) for _, items in groups)}


@register.inclusion_tag("projects/needs/follow.html", takes_context=True)
def need_follow_button(context: Any, need: Need, actor: Actor) -> dict[str, Any]:
    """« Suivre », or « Ne plus suivre », to whoever may: an agent of its own body is told anyway."""
    following = actor.user is not None and NeedFollow.objects.filter(need=need, user=actor.user).exists()
    offered = actor.is_member and (following or not rules.is_agent_of_body(need, actor))
    return {"need": need, "following": following, "offered": offered, "csrf_token": context["csrf_token"]}


def _edit(need: Need) -> str:
    return reverse("need_edit", args=[need.reference])


def _place(edit: str, one: Asked) -> str:
    """The field's place in the form, its section unfolded; "" for who may not edit."""
    anchors = {"rows": one.name, "choices": f"id_{one.name}_group"}
    return f"{edit}?section={PART_OF[one.name].code}#{anchors.get(one.kind, f'id_{one.name}')}" if edit else ""
