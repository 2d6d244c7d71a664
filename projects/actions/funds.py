"""Calls for funds: the plan that the parties agree on, the calls issued one by one, what the lead body received."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from procurement import clock
from procurement.access import Actor
from procurement.money import euros
from procurement.workflow import Missing, locked
from projects import rules
from projects.actions.recording import act, owed_proof, project_in, refuse_if, runs, tell
from projects.enums import ProjectState
from projects.models import CalledAmount, FundsCall, Instalment, Project
from projects.models.funds import WHOLE
from projects.notifications.funds import tell_called
from projects.pooling.calling import amounts_now, may_change_plan
from projects.pooling.funds import Amount, total
from projects.pooling.words import percent
from projects.requirements.words import french

RUNNING = [ProjectState.RUNNING]
PLANNED = act("funds_plan", "Enregistrer le plan des appels de fonds")
CALLED = act("funds_call", "Émettre un appel de fonds", RUNNING)
RECEIVED = act("funds_received", "Enregistrer un versement", [*RUNNING, ProjectState.CLOSED])
PAGE = "couts/appels/"

Rows = Sequence[Mapping[str, Any]]


def set_plan(project: Project, rows: Rows, *, actor: Actor) -> None:
    """Replace the instalments (label, basis_points, due_on, milestone), by the coordinator; no row takes the plan away.

    They sum to exactly 100 %, each has a date or an event, dates follow each other: Blocked otherwise. While nothing is
    frozen; afterwards only if the frozen text has no plan and no call is issued: PermissionDenied otherwise. One event.
    """
    with transaction.atomic():
        project = locked(Project, project.pk, actor)
        if not rules.is_coordinator(project, actor) or not may_change_plan(project):
            raise PermissionDenied("Le plan des appels se modifie par le coordinateur, tant qu'il n'est pas figé.")
        refuse_if(_plan_faults(rows), PLANNED)
        project.instalments.all().delete()
        Instalment.objects.bulk_create(
            Instalment(project=project, rank=rank, **row) for rank, row in enumerate(rows, start=1)
        )
        kept = [{**row, "due_on": row["due_on"].isoformat() if row["due_on"] else ""} for row in rows]
        tell(project, "funds_plan", actor, {"instalments": kept})


def _plan_faults(rows: Rows) -> Iterator[Missing]:
    whole = sum(int(row["basis_points"]) for row in rows)
    if rows and whole != WHOLE:
        yield Missing(f"une somme des parts d'exactement 100 % : elles font {percent(whole)}")
    for row in rows:
        if not row["due_on"] and not row["milestone"]:
            yield Missing(f"une date ou un évènement pour « {row['label']} »")
    days = [row["due_on"] for row in rows if row["due_on"]]
    if days != sorted(days):
        yield Missing("des échéances dans l'ordre des dates")


def issue_call(project: Project, *, actor: Actor, number: int, due_on: dt.date, proof: str = "") -> FundsCall:
    """Issue call no. `number`, the next instalment of the plan, to be paid by `due_on`.

    By those who run the consultation, the coordinator with a proof. Asked again for the same day it gives the call
    that is there. Raises Blocked with what is missing (plan, shares, a maximum that would be passed: nobody pays more
    than it voted). Side effects: the call, an amount for each member that buys, one event, messages.
    """
    with transaction.atomic():
        project = project_in(project, CALLED, actor)
        runs(project, actor)
        known = project.funds_calls.filter(number=number, due_on=due_on).first()
        if known is not None:
            return known
        plan = list(project.instalments.all())
        done = project.funds_calls.count()
        refuse_if([*_not_next(plan, done, number, due_on), *owed_proof(actor, project.lead_body_id, proof)], CALLED)
        amounts = amounts_now(project)
        refuse_if(_unsound(project, amounts, number), CALLED)
        return _issue(project, plan[done], amounts, actor=actor, due_on=due_on, proof=proof)


def _issue(
    project: Project,
    part: Instalment,
    amounts: Mapping[str, Sequence[Amount]],
    *,
    actor: Actor,
    due_on: dt.date,
    proof: str,
) -> FundsCall:
    assert actor.user is not None
    call = FundsCall.objects.create(
        project=project,
        number=part.rank,
        label=part.label,
        basis_points=part.basis_points,
        issued_on=clock.today(),
        due_on=due_on,
        issued_by=actor.user,
    )
    rows = [row for row in project.listed_participations() if row.body.siren in amounts]
    called = {row.body_id: amounts[row.body.siren or ""][part.rank - 1] for row in rows}
    CalledAmount.objects.bulk_create(
        CalledAmount(call=call, body_id=body_id, ht_cents=amount.ht_cents, vat_cents=amount.vat_cents)
        for body_id, amount in called.items()
    )
    whole = total(called.values())
    facts = {"number": call.number, "ht_cents": whole.ht_cents, "ttc_cents": whole.ttc_cents}
    tell(project, "funds_call", actor, {**facts, "due_on": due_on.isoformat(), "proof": proof.strip()})
    tell_called(call, called, actor)
    return call


def _not_next(plan: Sequence[Instalment], done: int, number: int, due_on: dt.date) -> Iterator[Missing]:
    if not plan:
        yield Missing("un plan d'appels de fonds", f"{PAGE}plan/")
    elif done >= len(plan):
        yield Missing("un appel à émettre : tous ceux du plan le sont", PAGE)
    elif number != done + 1:
        yield Missing(f"l'appel n° {done + 1}, qui est le prochain", PAGE)
    if due_on < clock.today():
        yield Missing("une échéance qui ne soit pas passée", "due_on")


def _unsound(project: Project, amounts: Mapping[str, Sequence[Amount]], number: int) -> Iterable[Missing]:
    """Nothing to call, a member called above what it voted, or one that was called for too much before."""
    if not sum(each[number - 1].ttc_cents for each in amounts.values()):
        yield Missing(
            "une somme à appeler : chaque membre paie lui-même sa part, ou aucun coût n'est réparti", "couts/"
        )
    for row in project.listed_participations():
        each = amounts.get(row.body.siren or "", ())[:number]
        if not each:
            continue
        if each[-1].ht_cents < 0 or each[-1].vat_cents < 0:
            yield Missing(f"le remboursement à {row.body} de ce qui lui a été appelé en trop : sa part a baissé", PAGE)
        summed, voted = total(each).ht_cents, row.act_maximum_cents
        if voted is not None and summed > voted:
            label = f"un nouvel acte de {row.body} : {euros(summed)} HT seraient appelés, {euros(voted)} HT sont votés"
            yield Missing(label, "participants/")


def record_receipt(
    amount: CalledAmount, *, actor: Actor, received_on: dt.date, note: str = "", proof: str = ""
) -> None:
    """The lead body has the amount since that day; again corrects the day, with a reason in `note`.

    By those who run the consultation, the coordinator with a proof. Between the issue and today. One event.
    """
    with transaction.atomic():
        project = project_in(amount.call.project, RECEIVED, actor)
        runs(project, actor)
        row = CalledAmount.objects.select_related("call", "body").get(pk=amount.pk, call__project=project)
        if row.received_on == received_on:
            return
        refuse_if(_receipt_faults(row, received_on, note), RECEIVED)
        refuse_if(owed_proof(actor, project.lead_body_id, proof), RECEIVED)
        before = {"before": row.received_on.isoformat()} if row.received_on else {}
        row.received_on = received_on
        row.save(update_fields=["received_on"])
        facts = {"number": row.call.number, "received_on": received_on.isoformat(), "proof": proof.strip(), **before}
        tell(project, "funds_received", actor, facts, note=note, body_id=row.body_id)


def _receipt_faults(row: CalledAmount, received_on: dt.date, note: str) -> Iterator[Missing]:
    if not row.call.issued_on <= received_on <= clock.today():
        label = f"un jour entre le {french(row.call.issued_on)}, date de l'appel, et aujourd'hui"
        yield Missing(label, "received_on")
    if row.received_on and not note.strip():
        yield Missing("le motif de la correction : un versement est déjà enregistré", "note")
