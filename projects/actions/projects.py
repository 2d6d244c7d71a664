"""Writing projects: create from needs, pool and release needs, set lots and costs, edit."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from procurement.access import Actor
from procurement.events import AbstractEvent, append
from procurement.models import Body, User
from procurement.money import euros
from procurement.references import next_reference
from procurement.workflow import Blocked, Missing, Refused, after_step, locked, perform
from projects import rules
from projects.enums import NeedState, ProjectState
from projects.models import CostLine, Lot, Need, Participation, Project, Subsidy
from projects.wording import may_have_changed

FIELDS = (
    "title",
    "object",
    "route",
    "lead_body",
    "mandate",
    "grouping",
    "committee",
    "cpv",
    "duration_months",
    "cut_off",
    "vehicle",
    "threshold_cents",
    "ceiling_cents",
    "no_lots_reason",
    "service_on",
    "starts_on",
)

FRAMING_ONLY = ("route", "lead_body", "cut_off")  # once the call is open, others have answered on them
NOT_EDITABLE = "Le projet se modifie par son coordinateur, tant que la convention n'est pas figée."

Rows = Sequence[Mapping[str, Any]]


def create_project(
    *, actor: Actor, needs: Iterable[Need], submission: uuid.UUID | None = None, **fields: Any
) -> Project:
    """Open a project on published needs; the actor becomes its coordinator, the needs' bodies are interested.

    `fields` are those of FIELDS. Any agent with a published need may do it (design §2), else PermissionDenied.
    Side effects: the project, its reference, pooled needs, participations, events. All or nothing.
    """
    needs = list(needs)
    if not has_published_need(actor):
        raise PermissionDenied("Un projet est ouvert par un agent dont l'organisme a publié un besoin.")
    with transaction.atomic():
        reference = next_reference("P", digits=3)
        if submission and (made := Project.objects.filter(submission=submission, coordinator=actor.user).first()):
            transaction.set_rollback(True)  # a form sent twice: gives the number back
            return made
        project = Project(reference=reference, coordinator=actor.user, submission=submission or uuid.uuid4())
        _write(project, fields)
        _journal(project, "create", actor)
        pool_needs(project, needs, actor=actor)
    return project


def has_published_need(actor: Actor) -> bool:
    """True if a body of which the actor is an agent has a published or pooled need."""
    agents = [body.pk for body in actor.bodies_as("agent")]
    return Need.objects.filter(body_id__in=agents, state__in=[NeedState.PUBLISHED, NeedState.POOLED]).exists()


def pool_needs(project: Project, needs: Iterable[Need], *, actor: Actor) -> None:
    """Take published needs into the project, by its coordinator; their bodies count as interested.

    Raises Refused when a need is no longer free. Side effects: needs, participations, one event each.
    """
    with editing(project, actor) as project:
        for need in sorted(needs, key=lambda need: need.pk):
            # The condition makes two coordinators who want the same need at once a refusal for the second.
            free = Need.objects.filter(pk=need.pk, state=NeedState.PUBLISHED, project=None)
            if not free.update(project=project):
                raise Refused(need, Need.step("pool"), need.past_events().exclude(target="").last())
            perform(Need, need.pk, "pool", actor=actor)
            interest(project, need.body, actor=actor)


def interest(project: Project, body: Body, *, actor: Actor) -> Participation:
    """The body's participation, made « interested » with an event « join » if it has none."""
    participation, made = Participation.objects.get_or_create(project=project, body=body)
    if made:
        event = participation.new_event()
        event.step, event.target = "join", participation.state
        append(event, actor=actor)
    return participation


def edit_project(project: Project, *, actor: Actor, **fields: Any) -> Project:
    """Change the framing, by the coordinator, while no version is frozen. A new lead body must agree anew.

    Once the call is open, the fields of FRAMING_ONLY no longer change here (PermissionDenied).
    """
    with editing(project, actor) as project:
        changed = [name for name in FIELDS if name in fields and getattr(project, name) != fields[name]]
        if project.state != ProjectState.FRAMING and set(changed) & set(FRAMING_ONLY):
            raise PermissionDenied(
                "L'appel est ouvert : la voie, le coordonnateur et la date limite ne changent plus ici."
            )
        if "lead_body" in changed:
            project.lead_agreed_on = None
        if "ceiling_cents" in changed:
            _refuse_low_ceiling(project, fields["ceiling_cents"])
        _write(project, fields)
        _journal(project, "edit", actor, changed=changed)
    return project


def _refuse_low_ceiling(project: Project, ceiling_cents: int | None) -> None:
    """The ceiling (cents HT) stays above what was declared under it (R. 2162-4 CCP), else Blocked."""
    declared = sum(participation.maximum_cents or 0 for participation in project.listed_participations())
    if ceiling_cents is not None and ceiling_cents < declared:
        label = f"un plafond d'au moins {euros(declared)} HT : c'est la somme des maxima déjà déclarés"
        raise Blocked(Project.step("open_call"), [Missing(label, "modifier/#id_ceiling_cents")])


def hand_over(project: Project, to: User, *, actor: Actor) -> Project:
    """Name another coordinator: by the present one, or by a steward. Side effect: an event « hand_over »."""
    with transaction.atomic():
        project = locked(Project, project.pk, actor)
        if not (rules.is_coordinator(project, actor) or actor.is_steward):
            raise PermissionDenied("Le coordinateur ou l'animation nomme le coordinateur.")
        before = project.coordinator_id
        project.coordinator = to
        project.save()
        _journal(project, "hand_over", actor, before=before, after=to.pk)
    return project


def set_lots(project: Project, rows: Rows, *, actor: Actor) -> None:
    """Replace the lots (number, title, cpv). Quantities declared on a lot that stays are kept."""
    with editing(project, actor) as project:
        project.lots.exclude(number__in=[row["number"] for row in rows]).delete()
        for row in rows:
            values = {name: value for name, value in row.items() if name != "number"}
            Lot.objects.update_or_create(project=project, number=row["number"], defaults=values)
        _journal(project, "lots", actor, count=len(rows))


def set_costs(project: Project, lines: Rows, subsidies: Rows, *, actor: Actor) -> None:
    """Replace the cost lines (label, amount_cents HT, vat_percent, key) and the subsidies."""
    with editing(project, actor) as project:
        project.cost_lines.all().delete()
        project.subsidies.all().delete()
        CostLine.objects.bulk_create(CostLine(project=project, **row) for row in lines)
        Subsidy.objects.bulk_create(Subsidy(project=project, **row) for row in subsidies)
        given = {"lines": [dict(row) for row in lines], "subsidies": [dict(row) for row in subsidies]}
        _journal(project, "costs", actor, **given)


@contextmanager
def editing(project: Project, actor: Actor) -> Iterator[Project]:
    """The project, locked for the time of a change, if this actor may still change it; PermissionDenied otherwise.

    Side effect at the end, in the same transaction: who had agreed to a draft that now says something else is told.
    """
    with transaction.atomic():
        found = locked(Project, project.pk, actor)
        if not rules.edits_project(found, actor):
            raise PermissionDenied(NOT_EDITABLE)
        yield found
        may_have_changed(found, actor)


def _write(project: Project, fields: Mapping[str, Any]) -> None:
    for name in FIELDS:
        if name in fields:
            setattr(project, name, fields[name])
    project.save()


def _journal(project: Project, step: str, actor: Actor, **facts: Any) -> None:
    event = project.new_event()
    event.step, event.facts = step, facts
    append(event, actor=actor)


@after_step(Need, "release")
@after_step(Need, "reopen")
def _leave_project(need: Need, actor: Actor, event: AbstractEvent) -> None:
    """A need given back, or taken up again once met, is in no project; its event stays in the project's chain."""
    Need.objects.filter(pk=need.pk).update(project=None)


@after_step(Project, "abandon")
def _release_needs(project: Project, actor: Actor, event: AbstractEvent) -> None:
    """Needs of an abandoned project are published again (design §2)."""
    for need in project.needs.filter(state=NeedState.POOLED):
        perform(Need, need.pk, "release", actor=actor)
