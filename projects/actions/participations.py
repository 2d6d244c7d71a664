"""Writing participations: join a project, keep the quantities of an intention."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db import transaction

from procurement.access import Actor
from procurement.events import AbstractEvent, append
from procurement.models import Body, BodyKind, Role
from procurement.workflow import Blocked, Missing, Step, after_step, locked
from projects.actions.projects import interest
from projects.models import BodyMandate, Lot, LotMaximum, LotQuantity, Participation, Project, Wish
from projects.notifications.reminders import tell_of_wish
from projects.pooling.joining import closed_to
from projects.rules import works_for_body

# Not a step of any machine, but refused like one: its label opens the sentence of the refusal.
JOIN = Step("join", "Rejoindre le projet", (), "", rule=works_for_body)


def join_project(project: Project, body: Body, *, actor: Actor) -> Participation:
    """Say that a body is interested, by one of its agents or of the EPCI that has its mandate; again does nothing.

    Raises Blocked once the call is closed, with the legal reason (QE 100136, 17/05/2011; see `joining`).
    """
    if not speaks_for(body, project, actor) or body.kind == BodyKind.PARTNER:
        raise PermissionDenied("Seul un agent de l'organisme dit son intérêt.")
    with transaction.atomic():
        project = locked(Project, project.pk, actor)
        if closed := closed_to(project):
            article = f" ({closed.article})" if closed.article else ""
            raise Blocked(JOIN, [Missing(f"un appel ouvert. {closed.reason}{article}")])
        return interest(project, body, actor=actor)


def speaks_for(body: Body, project: Project, actor: Actor) -> bool:
    """An agent of the body, or of a body that holds its mandate for this project today."""
    if actor.holds(Role.AGENT, body.pk):
        return True
    held = BodyMandate.objects.held_by(actor).in_force().filter(from_body=body)
    return any(mandate.covers(project.pk) for mandate in held)


def wish_next_round(project: Project, body: Body, *, actor: Actor) -> None:
    """Ask to be told of the next procedure of a permanent grouping; again does nothing.

    PermissionDenied unless agent of the body and the project has such a next round. Side effects: a row, an event.
    """
    with transaction.atomic():
        project = locked(Project, project.pk, actor)
        closed = closed_to(project)
        if not actor.holds(Role.AGENT, body.pk) or closed is None or not closed.next_round:
            raise PermissionDenied("Seul un groupement permanent a une prochaine procédure à attendre.")
        assert actor.user is not None
        _, made = Wish.objects.get_or_create(project=project, body=body, defaults={"made_by": actor.user})
        if made:
            event = project.new_event()
            event.step, event.body_id = "wish", body.pk
            append(event, actor=actor)
            tell_of_wish(project, body, actor)


@after_step(Participation, "declare")
def _keep_quantities(participation: Participation, actor: Actor, event: AbstractEvent) -> None:
    """Quantities and maxima per lot replace those declared before."""
    lots = {lot.number: lot for lot in Lot.objects.filter(project_id=participation.project_id)}
    participation.quantities.all().delete()
    participation.lot_maxima.all().delete()
    LotQuantity.objects.bulk_create(
        LotQuantity(
            participation=participation,
            lot=lots[row["lot"]],
            minimum=row.get("minimum"),
            quantity=row["quantity"],
            unit=row["unit"],
        )
        for row in event.facts["quantities"]
    )
    LotMaximum.objects.bulk_create(
        LotMaximum(participation=participation, lot=lots[row["lot"]], maximum_cents=row["maximum_cents"])
        for row in event.facts.get("lot_maxima") or ()
    )
