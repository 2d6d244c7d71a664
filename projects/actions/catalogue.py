"""Writing the catalogue: solutions, and what bodies use. Stewards and agents do; the journal is the site's."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from procurement import events
from procurement.access import Actor, agent
from procurement.models import Body, Role
from procurement.references import next_reference
from procurement.workflow import Blocked, Missing, Step
from projects.models import Domain, Solution, Usage
from projects.models.catalogue import identity_of

FIELDS = ("name", "publisher", "free", "licence", "website", "source_url", "purpose", "description", "origin")
ADD = Step("add_solution", "Ajouter au catalogue", (), "", rule=lambda obj, actor: True)


def may_edit(solution: Solution, actor: Actor | None) -> bool:
    """A steward, or who added it; None is the operator of the commands."""
    return actor is None or actor.is_steward or (actor.user_id is not None and solution.added_by_id == actor.user_id)


def may_add(actor: Actor | None) -> bool:
    """An agent of a body, or a steward; None is the operator of the commands."""
    return actor is None or actor.is_steward or agent(actor)


def twin_of(name: str, publisher: str, *, but: Solution | None = None) -> Solution | None:
    """The other solution of the same name and publisher."""
    found = Solution.objects.filter(identity=identity_of(name, publisher))
    return (found.exclude(pk=but.pk) if but and but.pk else found).first()


def keep_solution(
    solution: Solution | None,
    *,
    actor: Actor | None,
    domains: Iterable[Domain],
    submission: uuid.UUID | None = None,
    **fields: Any,
) -> Solution:
    """Create (None) or change a solution; `fields` are those of FIELDS. The same `submission` again creates nothing.

    PermissionDenied without the right, Blocked when another has this name and publisher. Side effects: the row, its
    domains, an event of the site. `actor` None is the operator of a command.
    """
    if not (may_add(actor) if solution is None else may_edit(solution, actor)):
        raise PermissionDenied("L'animation, ou la personne qui a ajouté la fiche, la modifie.")
    with transaction.atomic():
        made = Solution.objects.filter(submission=submission).first() if submission and not solution else None
        if made:
            return made
        if other := twin_of(fields["name"], fields.get("publisher", ""), but=solution):
            raise Blocked(ADD, [Missing(f"un autre nom : « {other} » ({other.reference}) est déjà au catalogue")])
        step = "solution_edit" if solution else "solution_add"
        if solution is None:
            solution = Solution(reference=next_reference("S", digits=4), added_by=actor.user if actor else None)
            solution.submission = submission or solution.submission
        for name in FIELDS:
            if name in fields:
                setattr(solution, name, fields[name])
        solution.save()
        solution.domains.set(domains)
        events.record(step, actor=actor or Actor(), solution=solution.reference, name=solution.name)
    return solution


def record_usage(solution: Solution, body: Body, *, actor: Actor, **fields: Any) -> Usage:
    """Say, or say anew, that a body uses a solution; by one of its agents. Side effects: the row, an event."""
    if not actor.holds(Role.AGENT, body.pk):
        raise PermissionDenied("Seul un agent de l'organisme dit ce qu'il utilise.")
    with transaction.atomic():
        usage, _ = Usage.objects.update_or_create(body=body, solution=solution, defaults=fields)
        events.record("usage", actor=actor, solution=solution.reference, body=body.pk, shown=usage.shown)
    return usage


def forget_usage(usage: Usage, *, actor: Actor) -> None:
    """The body no longer uses it, or no longer wants to say so; by one of its agents. Side effect: an event."""
    if not actor.holds(Role.AGENT, usage.body_id):
        raise PermissionDenied("Seul un agent de l'organisme retire ce qu'il utilise.")
    with transaction.atomic():
        events.record("usage_end", actor=actor, solution=usage.solution.reference, body=usage.body_id)
        usage.delete()
