"""Writing participations: join a project, keep the quantities of an intention."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db import transaction

from procurement.access import Actor
from procurement.events import AbstractEvent
from procurement.models import Body, BodyKind, Role
from procurement.workflow import Blocked, Missing, after_step, locked
from projects.actions.projects import interest
from projects.enums import ProjectState
from projects.models import Lot, LotMaximum, LotQuantity, Participation, Project

OPEN_TO_JOINING = (ProjectState.FRAMING, ProjectState.CALL)


def join_project(project: Project, body: Body, *, actor: Actor) -> Participation:
    """Say that a body is interested, by one of its agents; again does nothing.

    Raises Blocked once the call is closed: a one-off grouping takes no new member after launch, and between the two
    the list of parties is being settled (QE 100136, 17/05/2011).
    """
    if not actor.holds(Role.AGENT, body.pk) or body.kind == BodyKind.PARTNER:
        raise PermissionDenied("Seul un agent de l'organisme dit son intérêt.")
    with transaction.atomic():
        project = locked(Project, project.pk, actor)
        if project.state not in OPEN_TO_JOINING:
            reason = "un appel ouvert : la composition d'un groupement se fixe à la clôture de l'appel"
            raise Blocked(Project.step("open_call"), [Missing(reason)])
        return interest(project, body, actor=actor)


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
