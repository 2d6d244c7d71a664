"""Who records an order, and what it counts against. A leaf: it reads the objects at hand."""

from __future__ import annotations

from typing import Any

from procurement.access import Actor
from procurement.models import Role
from projects import missions, rules
from projects.enums import ProjectState


def runs(project: Any) -> bool:
    """True while the contract runs: orders are placed then, neither before nor after."""
    return bool(project.state == ProjectState.RUNNING)


def ordering_body(participation: Any) -> int:
    """Who orders, as the matrix of missions has it: each member for itself, or one of them for all (L. 2113-7 CCP)."""
    project = participation.project
    who = missions.who_does("orders", project.mandate, project.missions)
    if who == missions.LEAD or not missions.grouped(project):
        return int(project.lead_body_id)
    return int(participation.body_id if who == missions.EACH else who)


def records_orders(participation: Any, actor: Actor) -> bool:
    """An agent or a legal officer of the body that orders; or the coordinator, who then owes a proof."""
    orders = ordering_body(participation)
    own = actor.holds(Role.AGENT, orders) or actor.holds(Role.LEGAL, orders)
    return own or rules.coordinates_participation(participation, actor)


def owes_order_proof(participation: Any, actor: Actor) -> bool:
    """True for who records without working for the body that orders."""
    return not actor.belongs_to(ordering_body(participation))


def reads_orders(participation: Any, actor: Actor) -> bool:
    """The lines of a body's orders: itself, the lead body, the coordinator. Its total is known to every member."""
    own = actor.belongs_to(participation.body_id) or actor.belongs_to(participation.project.lead_body_id)
    return own or rules.coordinates_participation(participation, actor)


def runs_contract(project: Any, actor: Actor) -> bool:
    """Who records the duration and the renewals of the contract: the coordinator, an agent or lawyer of the lead."""
    lead = project.lead_body_id
    return rules.is_coordinator(project, actor) or actor.holds(Role.AGENT, lead) or actor.holds(Role.LEGAL, lead)


def own_limit(participation: Any) -> int:
    """Cents HT that a body may order in all: what it voted and what the convention says, the smaller of the two."""
    known = (participation.act_maximum_cents, participation.maximum_cents)
    return min((cents for cents in known if cents is not None), default=0)
