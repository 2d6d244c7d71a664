"""From the rows of the calls for funds to the plain facts that documents print."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterable

from documents.contexts.subject import NO_FUNDS, Call, Called, Funds
from documents.tender_facts import CARRIED_OUT
from projects.models import CalledAmount, ConventionVersion, FundsCall, Project
from projects.pooling.calling import facts_called


def funds_of(project: Project, version: ConventionVersion | None) -> Funds:
    """The plan and the calls once the contract runs, when calls are issued; NO_FUNDS before."""
    if project.state not in CARRIED_OUT or version is None:
        return NO_FUNDS
    plan = tuple(row.as_fact() for row in project.instalments.all())
    if not plan:
        return NO_FUNDS
    left = len(project.present()) < len(project.rows())
    facts = facts_called(project, version) if left else None
    return Funds(plan, _calls(project), facts)


def _calls(project: Project) -> tuple[Call, ...]:
    """First to last. One query: a call has an amount for each member that buys."""
    rows = CalledAmount.objects.filter(call__project=project).select_related("call", "body")
    each = itertools.groupby(rows.order_by("call__number", "pk"), key=lambda row: row.call)
    return tuple(_call(call, amounts) for call, amounts in each)


def _call(row: FundsCall, amounts: Iterable[CalledAmount]) -> Call:
    called = tuple(
        Called(each.body.siren or "", each.ht_cents, each.vat_cents, _iso(each.received_on)) for each in amounts
    )
    return Call(row.number, row.label, row.issued_on.isoformat(), row.due_on.isoformat(), called)


def _iso(day: dt.date | None) -> str:
    return day.isoformat() if day else ""
