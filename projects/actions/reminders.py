"""Reminding those who have not acted: at the coordinator's gesture, and each day before cut-off dates."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from procurement import clock
from procurement.access import ANONYMOUS, Actor
from procurement.events import append
from procurement.notifications import queue_each
from procurement.placeholders import unknown
from procurement.workflow import locked
from projects import rules
from projects.awaited.board import Line, board, silent
from projects.enums import ProjectState
from projects.models import Project
from projects.models.reminders import Awaited, ReminderSent, ReminderText
from projects.notifications.reminders import (
    BLANKS,
    CutOffNear,
    Reminded,
    days_before,
    draft_owners,
    reminder,
    tell_of_draft,
    who_answers,
    words_for,
)

NOT_YOURS = "Les relances sont faites par le coordinateur du projet."


@dataclass(frozen=True, slots=True)
class Outcome:
    """Of one gesture: letters queued, people already reminded today, bodies for which nobody is signed up."""

    letters: int
    already: int
    nobody: tuple[str, ...]


def remind(project: Project, step: str, *, actor: Actor, body_id: int | None = None) -> Outcome:
    """Remind those of whom `step` is awaited now, or one body of them; once a day at most per person and step.

    By the coordinator, else PermissionDenied; they do not remind themselves. Side effects: letters at each person's
    rhythm (none at « jamais »), a row per person, an event when anybody was reminded.
    """
    with transaction.atomic():
        project = locked(Project, project.pk, actor)
        if not rules.is_coordinator(project, actor):
            raise PermissionDenied(NOT_YOURS)
        lines = [line for line in silent(board(project), step) if body_id in (None, line.body.pk)]
        answering = who_answers(project, lines, step)
        others = [user_id for user_id in answering if user_id != actor.user_id]
        new = _not_yet(project, others, step, clock.today())
        text = words_for(project, step)
        told = {user_id: reminder(Reminded, project, answering[user_id], step, text) for user_id in new}
        letters = queue_each(told)
        if new:
            _journal(project, "remind", actor, step, [line for user_id in new for line in answering[user_id]])
    reached = {line.body.pk for mine in answering.values() for line in mine}
    nobody = tuple(line.body.name for line in lines if line.body.pk not in reached)
    return Outcome(letters, len(others) - len(new), nobody)


def edit_text(project: Project, step: str, text: str, *, actor: Actor) -> None:
    """Keep the coordinator's words for a step; empty words bring ours back.

    PermissionDenied unless coordinator; ValidationError for a blank that is not one of BLANKS. Side effects: a row, an
    event.
    """
    if wrong := unknown(text, BLANKS):
        raise ValidationError(f"Repère inconnu : {{{wrong[0]}}}. Ceux qui existent : {listed_blanks()}.")
    with transaction.atomic():
        project = locked(Project, project.pk, actor)
        if not rules.is_coordinator(project, actor) or actor.user is None:
            raise PermissionDenied(NOT_YOURS)
        if text.strip():
            values = {"text": text.strip(), "edited_by": actor.user}
            ReminderText.objects.update_or_create(project=project, step=Awaited(step).value, defaults=values)
        else:
            ReminderText.objects.filter(project=project, step=step).delete()
        event = project.new_event()
        event.step, event.facts = "reminder_text", {"step": step, "text": text.strip()}
        append(event, actor=actor)


def listed_blanks() -> str:
    """« {organisme}, {projet}… », for sentences."""
    return ", ".join(f"{{{name}}}" for name in BLANKS)


def remind_before_cut_offs() -> int:
    """What the `remind` command does each day: how many letters were queued. Running it again queues none.

    14, 7 and 2 days before the cut-off date of an open call: those who have not answered, those expected, the
    mandataries, and the owners of drafts in the same domain. A day that was missed is made up for. Side effects:
    letters, a row per person, one event per project.
    """
    calling = Project.objects.filter(state=ProjectState.CALL, cut_off__gte=clock.today()).order_by("pk")
    due = [
        pk for pk, cut_off in calling.values_list("pk", "cut_off") if cut_off and days_before(cut_off, clock.today())
    ]
    return sum(_remind_of_cut_off(pk) for pk in due)


def _remind_of_cut_off(pk: int) -> int:
    with transaction.atomic():
        project = Project.objects.select_for_update().get(pk=pk)
        mark = days_before(project.cut_off, clock.today()) if project.calls() and project.cut_off else None
        if mark is None or project.cut_off is None:
            return 0
        answering = who_answers(project, silent(board(project), Awaited.INTENTION), Awaited.INTENTION)
        new = _not_yet(project, answering, f"j-{mark}", project.cut_off)
        text = words_for(project, Awaited.INTENTION)
        told = {user_id: reminder(CutOffNear, project, answering[user_id], Awaited.INTENTION, text) for user_id in new}
        letters = queue_each(told)
        owners = {pk: need for pk, need in draft_owners(project).items() if pk not in answering}
        kept = _not_yet(project, owners, f"draft-j-{mark}", project.cut_off)
        letters += tell_of_draft(project, {user_id: owners[user_id] for user_id in kept})
        if new:
            lines = [line for user_id in new for line in answering[user_id]]
            _journal(project, "remind", ANONYMOUS, f"j-{mark}", lines)
    return letters


def _not_yet(project: Project, user_ids: Collection[int], step: str, on: dt.date) -> list[int]:
    """Those who were not reminded of this on that day; they are from now on. The project is locked."""
    sent = ReminderSent.objects.filter(project=project, step=step, on=on, user_id__in=user_ids)
    done = set(sent.values_list("user_id", flat=True))
    new = sorted(set(user_ids) - done)
    ReminderSent.objects.bulk_create(ReminderSent(project=project, user_id=pk, step=step, on=on) for pk in new)
    return new


def _journal(project: Project, name: str, actor: Actor, step: str, lines: Iterable[Line]) -> None:
    """Who was reminded of what: bodies, not people."""
    event = project.new_event()
    bodies = {line.body.pk: line for line in lines}
    event.step, event.facts = name, {"step": step, "bodies": sorted(bodies)}
    # Everybody reads the journal, and only the coordinator knows whom they expect: those are counted, not named.
    names = sorted(line.body.name for line in bodies.values() if line.participation)
    if expected := len(bodies) - len(names):
        names.append(f"{expected} organisme{'s' if expected > 1 else ''} attendu{'s' if expected > 1 else ''}")
    event.note = f"{LABELS.get(step, 'Date limite')} : {', '.join(names)}."
    append(event, actor=actor)


LABELS: dict[str, str] = dict(Awaited.choices)
