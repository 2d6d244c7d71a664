"""The plan, the calls and the shares of a project, read together: what has been called and what is to come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db.models import Prefetch

from projects import dossier as dossiers
from projects.assembly import assemble
from projects.dossier import Dossier
from projects.enums import ProjectState
from projects.models import CalledAmount, ConventionVersion, FundsCall, Project
from projects.pooling.funds import Amount, cut, dues, schedule

SIGNED = (ProjectState.CONSTITUTED, ProjectState.TENDER, ProjectState.RUNNING)


def may_change_plan(project: Project) -> bool:
    """While nothing is frozen; afterwards where the frozen text holds no plan, until the first call."""
    if project.open_to_changes():
        return True
    version = project.current_version()
    if project.state not in SIGNED or version is None:
        return False
    return not version.facts.get("instalments") and not project.funds_calls.exists()


def facts_called(project: Project, version: ConventionVersion | None) -> Dossier:
    """The facts that are called on: as frozen; those of today while nothing is, or once a party left.

    A newcomer pays its entry fee by its amendment (domain.md §3, K13), which settles with the others: no call does.
    """
    if version is None:
        return assemble(project)
    frozen = dossiers.from_json(version.facts)
    present = set(project.participations.listed().values_list("body__siren", flat=True))
    return frozen if {party.siren for party in frozen.parties} <= present else assemble(project)


def issued_calls(project: Project) -> list[FundsCall]:
    """First to last, each with its amounts and their bodies. Two queries."""
    amounts = Prefetch("amounts", CalledAmount.objects.select_related("body"))
    return list(project.funds_calls.prefetch_related(amounts))


def called_before(calls: Sequence[FundsCall]) -> dict[str, list[Amount]]:
    """SIREN → what each call asked of it."""
    found: dict[str, list[Amount]] = {}
    for call in calls:
        for row in call.amounts.all():
            found.setdefault(row.body.siren or "", []).append(Amount(row.ht_cents, row.vat_cents))
    return found


def amounts_now(project: Project) -> dict[str, list[Amount]]:
    """SIREN → every call of the plan, those issued as they were. Raises SharingError for a plan that is not whole."""
    parts = [row.basis_points for row in project.instalments.all()]
    facts = facts_called(project, project.current_version())
    return scheduled(facts, parts, called_before(issued_calls(project)))


def scheduled(facts: Dossier, parts: Sequence[int], called: Mapping[str, Sequence[Amount]]) -> dict[str, list[Amount]]:
    """The same from what has been read."""
    cuts = cut(dues(facts), parts)
    return {siren: schedule(row, called.get(siren, ())) for siren, row in cuts.items()}
