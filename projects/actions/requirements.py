"""Writing the requirements of a need one by one: from the library, from a sheet. The form replaces them whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from procurement.access import Actor
from procurement.events import append
from procurement.models import Role
from procurement.workflow import locked
from projects.actions.needs import EDITABLE
from projects.models import Need, Requirement
from projects.notifications.followers import tell_of_edit
from projects.search import index

FIELDS = ("chapter", "text", "priority", "source")
MOST = 250  # of a need: what its form can show


def add_requirements(need: Need, rows: Sequence[Mapping[str, Any]], *, actor: Actor, origin: str) -> int:
    """Add those whose text the need does not hold yet, and return how many; by an agent of its body.

    `origin` tells the journal where they come from. PermissionDenied without the right, or beyond MOST.
    """
    with transaction.atomic():
        need = editable_need(need, actor)
        known = set(need.requirements.values_list("text", flat=True))
        wanted = {row["text"]: row for row in rows if row["text"] not in known}
        if len(known) + len(wanted) > MOST:
            raise PermissionDenied(f"Un besoin porte {MOST} exigences au plus.")
        Requirement.objects.bulk_create(
            Requirement(need=need, **{name: row[name] for name in FIELDS}) for row in wanted.values()
        )
        if wanted:
            _journal(need, actor, origin=origin, added=len(wanted))
    return len(wanted)


def keep_requirements(need: Need, requirements: Sequence[Requirement], *, actor: Actor) -> None:
    """Save requirements of a need, new or changed, as one edit; by an agent of its body. Side effect: an event."""
    with transaction.atomic():
        need = editable_need(need, actor)
        added = sum(requirement.pk is None for requirement in requirements)
        for requirement in requirements:
            requirement.need = need
            requirement.save()
        _journal(need, actor, origin="tableur", added=added, updated=len(requirements) - added)


def editable_need(need: Need, actor: Actor) -> Need:
    """The need, locked, if this actor may still change it; PermissionDenied otherwise."""
    found = locked(Need, need.pk, actor)
    if not actor.holds(Role.AGENT, found.body_id) or found.state not in EDITABLE:
        raise PermissionDenied("Ce besoin ne peut plus être modifié.")
    return found


def _journal(need: Need, actor: Actor, **facts: Any) -> None:
    event = need.new_event()
    event.step, event.facts = "edit", facts
    append(event, actor=actor)
    index.keep(need)
    tell_of_edit(need, ["requirements"], actor)
