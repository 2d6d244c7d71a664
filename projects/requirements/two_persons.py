"""The two-person rule: above an amount set by the project, one proposes and another confirms."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from procurement.access import Actor
from procurement.money import euros
from procurement.workflow import Missing
from projects import rules

FREEZE, AWARD = "freeze", "award"


def at_stake(project: Any, step: str) -> int:
    """Cents HT: the whole need for a freeze, the contracts for an award."""
    cents: int = project.need_cents() if step == FREEZE else project.awarded_cents()
    return cents


def two_persons_due(project: Any, step: str) -> bool:
    """True when the rule is on and the amount is above its bound."""
    bound = project.two_person_above_cents
    return bound is not None and at_stake(project, step) > bound


def second_person_freezes(project: Any, /, *, actor: Actor, note: str, **facts: Any) -> Iterable[Missing]:
    """Whoever confirms a freeze did not propose it."""
    return _second(project, FREEZE, actor)


def second_person_awards(project: Any, /, *, actor: Actor, note: str, **facts: Any) -> Iterable[Missing]:
    """Whoever confirms an award did not propose it."""
    return _second(project, AWARD, actor)


def _second(project: Any, step: str, actor: Actor) -> Iterable[Missing]:
    if not two_persons_due(project, step):
        if not rules.is_coordinator(project, actor):
            bound = euros(project.two_person_above_cents)
            yield Missing(f"le coordinateur : la règle des deux personnes ne joue qu'au-delà de {bound} HT")
        return
    proposal = project.open_proposal(step)
    if proposal is not None and proposal.made_by_id == actor.user_id:
        yield Missing("une autre personne : vous avez proposé cette étape, quelqu'un d'autre la confirme")
