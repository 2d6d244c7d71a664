"""What actions that are not steps share: a locked project, a refusal in the words of a step, an event."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.core.exceptions import PermissionDenied

from procurement.access import Actor
from procurement.events import append
from procurement.workflow import Blocked, Missing, Refused, Step, locked
from projects import rules
from projects.consultation.facts import ConsultationFacts
from projects.consultation.reading import current, facts_of
from projects.models import Consultation, Project


def act(name: str, label: str, states: Collection[str] = ()) -> Step:
    """An action as its refusals name it; `states` are those of the project in which it is possible."""
    return Step(name, label, tuple(states), "", rules.is_coordinator)


def project_in(project: Project, wanted: Step, actor: Actor) -> Project:
    """The project, locked, in a state that the action starts from; Refused says who moved it otherwise."""
    found = locked(Project, project.pk, actor)
    if found.state not in wanted.sources:
        raise Refused(found, wanted, found.past_events().exclude(target="").last())
    return found


def refuse_if(missing: Iterable[Missing], wanted: Step) -> None:
    """Blocked when anything is missing."""
    found = list(missing)
    if found:
        raise Blocked(wanted, found)


def tell(
    project: Project,
    step: str,
    actor: Actor,
    facts: Mapping[str, Any],
    *,
    note: str = "",
    body_id: int | None = None,
) -> None:
    """Append an event of the project itself that moves nothing."""
    event = project.new_event()
    event.step, event.note, event.facts, event.body_id = step, note.strip(), dict(facts), body_id
    append(event, actor=actor)


def owed_proof(actor: Actor, body_id: int | None, proof: str) -> Iterable[Missing]:
    """Who records what another body did says on what proof: notice no., letter of …, copy received on …"""
    if not actor.belongs_to(body_id) and not proof.strip():
        yield Missing("la preuve de ce qui a été fait ailleurs (avis n°…, courriel du…, copie reçue le…)", "proof")


def runs(project: Project, actor: Actor) -> None:
    """PermissionDenied unless the person conducts the consultation."""
    if not rules.runs_consultation(project, actor):
        raise PermissionDenied("La consultation est conduite par le coordinateur et l'organisme coordonnateur.")


def under_way(project: Project) -> tuple[Consultation, ConsultationFacts]:
    """The consultation of a project in tender, as a row and as facts."""
    row = current(project)
    assert row is not None  # a project in tender has one: the launch asks for it
    return row, facts_of(row, project)
