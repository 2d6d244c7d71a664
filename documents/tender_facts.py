"""From the rows of a consultation, and of what follows it, to the plain facts that documents print."""

from __future__ import annotations

import datetime as dt
from typing import Any

from documents.contexts.subject import NO_TENDER, Award, Entry, Settlement, Tender
from projects import planning
from projects.assembly import assemble
from projects.consultation import reading
from projects.consultation.facts import NOTIFICATION, SIGNATURE, TRANSMISSION, ConsultationFacts, ContractFacts
from projects.consultation.overruns import overruns
from projects.dossier import Dossier
from projects.enums import AmendmentKind, MilestoneKind, ProjectState
from projects.models import Maintenance, Project, Release
from projects.models.reading import with_project
from projects.timetable.schedule import amount_of, plan, planned_rows

AFTER = (ProjectState.CONSTITUTED, ProjectState.TENDER, ProjectState.RUNNING, ProjectState.CLOSED)
ANNOUNCED = ("publication", "offers", "award")
CARRIED_OUT = (ProjectState.RUNNING, ProjectState.CLOSED)


def tender_of(project: Project) -> Tender:
    """The consultation under way or awarded, the amendments, the accounts; NO_TENDER before the constitution."""
    if project.state not in AFTER:
        return NO_TENDER
    facts = reading.current_facts(project)
    values = _consultation(facts) | {"overruns": overruns(project, facts)} if facts else {}
    if project.state in CARRIED_OUT:
        values |= _results(project)
    elif not values.get("published_on"):
        values["planned"] = _planned(project)
    return Tender(**values, entries=_entries(project))


def _planned(project: Project) -> tuple[tuple[str, str], ...]:
    """The last safe days of what the rules of a consultation announce, those not past; none without a timetable.

    They rest on what was declared (contract ends, councils, service date), so that they do not move from day to day.
    """
    rows = planned_rows(project)
    table = plan(project, rows, amount_of(project, rows, sees_all=True)).table
    steps = table.milestones if table else ()
    return tuple((item.code, _iso(item.last_safe)) for item in steps if item.code in ANNOUNCED and not item.late)


def now_of(project: Project, frozen: Dossier) -> Dossier | None:
    """The facts of today when who takes part, or for how long, is not what was frozen; None when it is."""
    present = {row.body.siren or "" for row in project.listed()}
    same = present == {party.siren for party in frozen.parties} and project.duration_months == frozen.duration_months
    return None if same else assemble(project)


def _consultation(facts: ConsultationFacts) -> dict[str, Any]:
    letters, standstill = facts.milestone(MilestoneKind.LETTERS), facts.standstill
    return {
        "number": facts.number,
        "procedure": facts.procedure,
        "formal": facts.formal,
        "form": facts.form_label,
        "framework": facts.framework,
        "maximum_cents": facts.maximum_cents,
        "need_cents": facts.need_cents,
        "legality_control": facts.legality_control,
        "published_on": _iso(facts.day(MilestoneKind.PUBLICATION)),
        "offers_due": planning.deadline_text(facts.due_at) if facts.due_at else "",
        "opened_on": _iso(facts.day(MilestoneKind.OPENING)),
        "offers": facts.offers,
        "committee_on": _iso(facts.day(MilestoneKind.COMMITTEE)),
        "decided_on": _iso(facts.day(MilestoneKind.DECISION)),
        "letters_on": _iso(letters.day if letters else None),
        "on_paper": bool(letters and letters.on_paper),
        "standstill_ends": _iso(standstill.limit if standstill else None),
        "notified_on": _iso(facts.notified_on),
        "awards": tuple(_award(facts, contract) for contract in facts.awarded),
    }


def _award(facts: ConsultationFacts, contract: ContractFacts) -> Award:
    control = facts.milestone(TRANSMISSION, contract.number)
    return Award(
        lot=contract.lot,
        buyer=contract.buyer_siren,
        holder=", ".join(holder.name for holder in contract.holders),
        identifier=", ".join(holder.identifier for holder in contract.holders),
        amount_cents=contract.amount_cents,
        signed_on=_iso(facts.day(SIGNATURE, contract.number)),
        control_on=_iso(control.day if control else None),
        control_receipt=control.reference if control else "",
        notified_on=_iso(facts.day(NOTIFICATION, contract.number)),
    )


def _results(project: Project) -> dict[str, Any]:
    """What was paid, and what was published."""
    settled = tuple(
        Settlement(row.siren, row.final_cents, _iso(row.settled_on)) for row in reading.settlements(project)
    )
    release: Release | None = with_project(project, "release")
    care: Maintenance | None = with_project(project, "maintenance")
    found: dict[str, Any] = {"settlements": settled, "maintenance": care.provider if care else ""}
    if release:
        found |= {
            "software": f"{release.software} {release.version}",
            "licence": release.licence,
            "repository": release.repository,
            "archive": release.archive,
            "released_on": _iso(release.published_on),
        }
    return found


def _entries(project: Project) -> tuple[Entry, ...]:
    """Those signed, then the change of lead body that was accepted and is still to be signed."""
    recorded = tuple(
        Entry(
            number=row.number,
            kind=row.kind,
            siren=row.siren,
            name=row.body,
            effective_on=_iso(row.effective_on),
            reason=row.reason,
            rule=row.rule_label,
            fee_cents=row.fee_cents,
            refunds=row.refunds,
            shares=row.shares,
            act_number=row.act_number,
            act_date=_iso(row.act_date),
            replaced=row.replaced,
            signed_by=row.signed_by,
            covers=row.covers,
            months_before=row.months_before,
            months=row.months,
            contract_ends_on=_iso(row.contract_ends_on),
            added_cents=row.added_cents,
            ground=row.ground,
        )
        for row in reading.amendments(project)
    )
    return recorded + _to_sign(project, len(recorded) + 1)


def _to_sign(project: Project, number: int) -> tuple[Entry, ...]:
    change = project.lead_change()
    if change is None or change.accepted_on is None:
        return ()
    return (
        Entry(
            number=number,
            kind=AmendmentKind.LEAD,
            siren=change.to_body.siren or "",
            name=change.to_body.name,
            effective_on="",
            reason=change.reason,
            rule="",
            fee_cents=None,
            refunds=(),
            shares=(),
            act_number="",
            act_date="",
            replaced=change.from_body.name,
        ),
    )


def _iso(day: dt.date | None) -> str:
    return day.isoformat() if day else ""
