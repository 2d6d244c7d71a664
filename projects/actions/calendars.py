"""Writing what the timetable is computed from: councils, contract ends, the list of expected bodies, mandates."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

from django.core.exceptions import PermissionDenied
from django.db import transaction

from procurement import clock
from procurement.access import Actor
from procurement.events import append, record
from procurement.models import Body, BodyKind, Role
from procurement.workflow import locked
from projects import planning, rules
from projects.models import BodyMandate, Council, ExpectedBody, Participation, Project, TimetableSettings


def record_calendar(
    participation: Participation,
    *,
    actor: Actor,
    contract_end: dt.date | None,
    notice_months: int | None,
    by_delegation: bool,
    councils: Iterable[dt.date],
) -> Participation:
    """When a body's contract ends, its notice, and its coming councils, which replace those to come.

    By whoever may leave for the body, else PermissionDenied. Past councils stay. Side effects: the row, the councils
    (one calendar for every project of the body), an event without the confidential date.
    """
    with transaction.atomic():
        row = locked(Participation, participation.pk, actor)
        if not rules.may_leave(row, actor):
            raise PermissionDenied("Le calendrier d'un organisme est tenu par lui, ou par le coordinateur.")
        row.contract_end, row.notice_months, row.by_delegation = contract_end, notice_months, by_delegation
        row.save()
        days = sorted({day for day in councils if day >= clock.today()})
        Council.objects.filter(body_id=row.body_id, day__gte=clock.today()).exclude(day__in=days).delete()
        known = set(Council.objects.filter(body_id=row.body_id, day__in=days).values_list("day", flat=True))
        Council.objects.bulk_create(Council(body_id=row.body_id, day=day) for day in days if day not in known)
        event = row.new_event()
        event.step, event.facts = "calendar", {"councils": days}
        append(event, actor=actor)
    return row


def set_durations(project: Project, *, actor: Actor, days: Mapping[str, int]) -> None:
    """How long the steps of the backward timetable take, by the coordinator; `days` holds what is not usual.

    An empty mapping goes back to the usual lengths. PlanningError for a length that cannot be, PermissionDenied.
    Side effects: a row, or none left; an event that says what changed.
    """
    planning.Durations.of(days)  # refuses what cannot be
    with transaction.atomic():
        project = locked(Project, project.pk, actor)
        if not rules.is_coordinator(project, actor):
            raise PermissionDenied("Les durées du calendrier sont tenues par le coordinateur.")
        assert actor.user is not None
        if days:
            values = {"days": dict(days), "set_by": actor.user, "set_on": clock.today()}
            TimetableSettings.objects.update_or_create(project=project, defaults=values)
        else:
            TimetableSettings.objects.filter(project=project).delete()
        _journal(project, "durations", actor, **days)


def expect_bodies(project: Project, bodies: Iterable[Body], *, actor: Actor) -> int:
    """Add bodies to the list of those whose answer is expected, by the coordinator; how many are new.

    PermissionDenied otherwise. Side effects: rows, an event when any is new. Nobody is told.
    """
    with transaction.atomic():
        project = locked(Project, project.pk, actor)
        if not rules.is_coordinator(project, actor):
            raise PermissionDenied("La liste des organismes attendus est tenue par le coordinateur.")
        known = set(project.expected.values_list("body_id", flat=True))
        new = {body.pk: body for body in bodies if body.pk not in known}
        ExpectedBody.objects.bulk_create(ExpectedBody(project=project, body=body) for body in new.values())
        if new:
            _journal(project, "expect", actor, count=len(new))
    return len(new)


def forget_expected(project: Project, expected: ExpectedBody, *, actor: Actor) -> None:
    """Take a body off the list, by the coordinator. Side effects: the row, an event."""
    with transaction.atomic():
        project = locked(Project, project.pk, actor)
        if not rules.is_coordinator(project, actor):
            raise PermissionDenied("La liste des organismes attendus est tenue par le coordinateur.")
        _journal(project, "expect_no_more", actor, body=expected.body_id)
        expected.delete()


def _journal(project: Project, step: str, actor: Actor, **facts: int) -> None:
    event = project.new_event()
    event.step, event.facts = step, facts
    append(event, actor=actor)


def give_mandate(
    *,
    actor: Actor,
    from_body: Body,
    to_body: Body,
    act_reference: str,
    starts_on: dt.date,
    ends_on: dt.date | None = None,
    project: Project | None = None,
) -> BodyMandate:
    """A commune lets an EPCI declare for it, in `project` or in all of them, by a legal officer of the commune.

    PermissionDenied otherwise. Side effects: the row, an event of the site's journal. It binds nobody: the act and the
    signature stay with the commune.
    """
    allowed = from_body.kind == BodyKind.COMMUNE and to_body.kind == BodyKind.EPCI
    if not actor.holds(Role.LEGAL, from_body.pk) or not allowed:
        raise PermissionDenied("Un mandat est donné à un EPCI par un juriste de la commune.")
    assert actor.user is not None
    with transaction.atomic():
        mandate = BodyMandate(
            from_body=from_body,
            to_body=to_body,
            project=project,
            act_reference=act_reference,
            starts_on=starts_on,
            ends_on=ends_on,
            recorded_by=actor.user,
        )
        mandate.validate_constraints()
        mandate.save()
        _record("mandate_given", mandate, actor)
    return mandate


def revoke_mandate(mandate: BodyMandate, *, actor: Actor) -> None:
    """End a mandate today, by a legal officer of either body; again does nothing. What was declared under it stays."""
    with transaction.atomic():
        found = BodyMandate.objects.select_for_update().get(pk=mandate.pk)
        if not (actor.holds(Role.LEGAL, found.from_body_id) or actor.holds(Role.LEGAL, found.to_body_id)):
            raise PermissionDenied("Un mandat est révoqué par un juriste de l'un des deux organismes.")
        if found.revoked_on is None:
            found.revoked_on = clock.today()
            found.save(update_fields=["revoked_on"])
            _record("mandate_revoked", found, actor)


def _record(step: str, mandate: BodyMandate, actor: Actor) -> None:
    note = f"{mandate.from_body} → {mandate.to_body}, {mandate.act_reference}"
    record(step, actor=actor, note=note, mandate=mandate.pk, project=mandate.project_id)
