"""May this actor do that to this object? Predicates only: nothing is read but the object and its mandates."""

from __future__ import annotations

from typing import Any

from procurement.access import Actor
from procurement.models import Role


def works_for_body(obj: Any, actor: Actor) -> bool:
    """Any role in the body that owns the object."""
    return actor.belongs_to(obj.body_id)


def is_agent_of_body(obj: Any, actor: Actor) -> bool:
    """An agent (DSI) of the body that owns the need or the participation."""
    return actor.holds(Role.AGENT, obj.body_id)


def is_coordinator(project: Any, actor: Actor) -> bool:
    """The person who animates the project."""
    return actor.user_id is not None and project.coordinator_id == actor.user_id


def second_person(project: Any, actor: Actor) -> bool:
    """An agent or a legal officer of the lead body: who confirms what the coordinator proposes, or the reverse."""
    lead = project.lead_body_id
    return actor.holds(Role.AGENT, lead) or actor.holds(Role.LEGAL, lead)


def decides(project: Any, actor: Actor) -> bool:
    """The coordinator; where the project has the two-person rule, the lead body's people too."""
    rule = project.two_person_above_cents is not None
    return is_coordinator(project, actor) or (rule and second_person(project, actor))


def runs_consultation(project: Any, actor: Actor) -> bool:
    """The coordinator, with a proof, and the lead body's agents and legal officers: they run the procedure."""
    return is_coordinator(project, actor) or second_person(project, actor)


def records_contract(contract: Any, project: Any, actor: Actor) -> bool:
    """Those who run the consultation, and under M1 the people of the body that signs this contract."""
    buyer = contract.buyer_id
    own = actor.holds(Role.AGENT, buyer) or actor.holds(Role.LEGAL, buyer)
    return own or runs_consultation(project, actor)


def edits_project(project: Any, actor: Actor) -> bool:
    """The coordinator, while nothing is frozen."""
    return is_coordinator(project, actor) and bool(project.open_to_changes())


def coordinates_need(need: Any, actor: Actor) -> bool:
    """The coordinator of the project the need is, or is about to be, pooled in."""
    return need.project is not None and is_coordinator(need.project, actor)


def coordinates_participation(participation: Any, actor: Actor) -> bool:
    """The coordinator of the project the body takes part in."""
    return is_coordinator(participation.project, actor)


def speaks_for_body(participation: Any, actor: Actor) -> bool:
    """An agent of the body or of one it gave a mandate to; or the coordinator on its behalf, who then owes a proof."""
    own = is_agent_of_body(participation, actor) or coordinates_participation(participation, actor)
    return own or holds_mandate(participation, actor)


def holds_mandate(participation: Any, actor: Actor) -> bool:
    """An agent of a body (EPCI) that holds this body's mandate today: it declares, it neither votes nor signs."""
    return any(actor.holds(Role.AGENT, body_id) for body_id in participation.mandated_body_ids())


def commits_body(participation: Any, actor: Actor) -> bool:
    """A legal officer of the body, or the coordinator on its behalf, who then owes a proof."""
    return actor.holds(Role.LEGAL, participation.body_id) or coordinates_participation(participation, actor)


def may_leave(participation: Any, actor: Actor) -> bool:
    """An agent or a legal officer of the body, or the coordinator on its behalf."""
    return is_agent_of_body(participation, actor) or commits_body(participation, actor)


def accepts_lead(project: Any, actor: Actor) -> bool:
    """An agent or legal officer of the proposed lead body, or the coordinator, who then owes a proof."""
    lead = project.lead_body_id
    return actor.holds(Role.AGENT, lead) or actor.holds(Role.LEGAL, lead) or is_coordinator(project, actor)


def proposes_lead(project: Any, actor: Actor) -> bool:
    """Who proposes another lead body: the present one's agents and legal officers, the coordinator, a steward."""
    return is_coordinator(project, actor) or second_person(project, actor) or actor.is_steward


def answers_for_lead(change: Any, actor: Actor) -> bool:
    """An agent or a legal officer of the body proposed, but not the one who proposed it."""
    own = actor.holds(Role.AGENT, change.to_body_id) or actor.holds(Role.LEGAL, change.to_body_id)
    return own and change.proposed_by_id != actor.user_id


def sees_amounts(participation: Any, actor: Actor) -> bool:
    """A body's amounts are seen by itself, its mandatary and the coordinator until the annex is frozen (design §3)."""
    own = works_for_body(participation, actor) or coordinates_participation(participation, actor)
    return own or holds_mandate(participation, actor) or actor.reads_file_of(participation.body_id)


def sees_confidential(need: Any, actor: Actor) -> bool:
    """Supplier, cost, contract end, maximum of a need: its body, and the coordinator of the project it is pooled in."""
    return works_for_body(need, actor) or coordinates_need(need, actor) or actor.reads_file_of(need.body_id)
