"""Who comes and who leaves: what it changes is told to everybody, on the page and in the journal."""

from __future__ import annotations

from dataclasses import replace

from procurement.access import Actor
from procurement.events import AbstractEvent, append
from procurement.models import Role
from procurement.workflow import after_step
from projects import rules
from projects.enums import LISTED
from projects.models import Participation
from projects.pooling.situation import Situation, changes, departure, situation

MOVEMENT = "movement"  # an event of the project, read by all: never an amount over fewer than three bodies


@after_step(Participation, "withdraw")
def _tell_of_departure(participation: Participation, actor: Actor, event: AbstractEvent) -> None:
    """Shares, maxima, threshold, procedure and committee, as they are without the body."""
    now = situation(participation.project)
    before = now
    if event.source in LISTED:
        before = replace(
            now,
            bodies=(*now.bodies, participation.body),
            total_cents=now.total_cents + (participation.maximum_cents or 0),
        )
    _tell(participation, actor, departure(participation, before, now))


@after_step(Participation, "declare")
def _tell_of_arrival(participation: Participation, actor: Actor, event: AbstractEvent) -> None:
    """Only when something changes for everybody: the procedure, the committee."""
    now = situation(participation.project)
    said = changes(f"Avec l'intention de {participation.body}", _before(participation, now, event), now)
    if said:
        _tell(participation, actor, said)


def _before(participation: Participation, now: Situation, event: AbstractEvent) -> Situation:
    """The situation before an intention, or before the one that it replaces."""
    earlier = participation.past_events().filter(step="declare", position__lt=event.position).last()
    replaced = event.source in LISTED and earlier is not None
    was = int(earlier.facts["maximum_cents"]) if replaced and earlier else 0
    total = now.total_cents - (participation.maximum_cents or 0) + was
    others = tuple(body for body in now.bodies if replaced or body.pk != participation.body_id)
    return replace(now, bodies=others, total_cents=total)


def _tell(participation: Participation, actor: Actor, said: list[str]) -> None:
    event = participation.project.new_event()
    event.step, event.note, event.body_id = MOVEMENT, " ".join(said), participation.body_id
    append(event, actor=actor)


@after_step(Participation, "declare")
@after_step(Participation, "rejoin")
def _name_the_mandate(participation: Participation, actor: Actor, event: AbstractEvent) -> None:
    """Who spoke under a mandate leaves its act in the journal."""
    if rules.is_agent_of_body(participation, actor) or rules.coordinates_participation(participation, actor):
        return
    given = participation.body.mandates_given.select_related("to_body")
    held = [
        item for item in given if item.covers(participation.project_id) and actor.holds(Role.AGENT, item.to_body_id)
    ]
    if not held:
        return
    mandate = held[0]
    trace = participation.new_event()
    trace.step, trace.facts = "mandated", {"mandate": mandate.pk, "by": mandate.to_body_id}
    trace.note = f"Déclaré par {mandate.to_body} au titre de son mandat ({mandate.act_reference})."
    append(trace, actor=actor)
