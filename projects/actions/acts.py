"""Writing what each kind of act weighs in a project."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.exceptions import ValidationError

from procurement.access import Actor
from procurement.events import append
from projects.actions.projects import editing
from projects.models import ActScale, Project
from projects.pooling.act_scale import name_of


def set_act_scale(project: Project, rows: Sequence[tuple[str, str]], *, actor: Actor) -> None:
    """Replace the kinds of acts (label, weight as an exact decimal), by the coordinator while nothing is frozen.

    No row takes the scale away. ValidationError for two kinds that cannot be told apart. Bodies that had declared
    their acts declare them again: their weight does not change by itself. Side effects: a row, an event.
    """
    names = [name_of(label) for label, _ in rows]
    if len(set(names)) < len(names):
        raise ValidationError("Deux natures d'actes ont le même nom.")
    with editing(project, actor) as project:
        stored = [{"label": label, "weight": weight} for label, weight in rows]
        ActScale.objects.filter(project=project).delete()
        if stored:
            ActScale.objects.create(project=project, rows=stored)
        event = project.new_event()
        event.step, event.facts = "act_scale", {"rows": stored}
        append(event, actor=actor)
