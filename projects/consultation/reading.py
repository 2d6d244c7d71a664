"""From rows to the plain facts of a consultation: one door for requirements, pages and documents."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db.models import prefetch_related_objects

from procurement import clock
from projects.consultation.facts import (
    AmendmentFacts,
    ConsultationFacts,
    ContractFacts,
    Expected,
    HolderFacts,
    MilestoneFacts,
    SettlementFacts,
)
from projects.enums import AmendmentKind, Ending, MilestoneKind, ProjectState
from projects.missions import members_sign
from projects.models import Amendment, Consultation, Contract, Lot, Milestone, Participation, Project

UNDER_WAY = ("", Ending.AWARDED)  # how a consultation that counts has ended: not yet, or by contracts


def current(project: Project) -> Consultation | None:
    """The consultation that is prepared, under way or awarded; None when the last one ended without award."""
    return next((row for row in project.tenders() if row.ending in UNDER_WAY), None)


def current_facts(project: Project) -> ConsultationFacts | None:
    """The same as plain values. A fixed number of queries."""
    consultation = current(project)
    return facts_of(consultation, project) if consultation else None


def all_facts(project: Project) -> list[ConsultationFacts]:
    """Every consultation of the project, latest first."""
    rows = project.tenders()
    prefetch_related_objects([contract for row in rows for contract in row.contracts.all()], "holders")
    return [facts_of(row, project) for row in reversed(rows)]


def facts_of(row: Consultation, project: Project) -> ConsultationFacts:
    """One consultation. Its need is the one stamped at launch, the present one before."""
    contracts = list(row.contracts.all())
    prefetch_related_objects(contracts, "holders")
    milestones = [item for item in row.milestones.all() if item.corrected_on is None]
    numbers = {contract.pk: contract.number for contract in contracts}
    return ConsultationFacts(
        project=project.reference,
        number=row.number,
        reference=f"{project.reference}/C{row.number}",
        procedure=row.procedure,
        procedure_label=row.get_procedure_display(),
        form=row.form,
        form_label=row.get_form_display(),
        maximum_cents=row.maximum_cents,
        duration_months=project.duration_months,
        derogation=row.derogation,
        long_reason=row.long_reason,
        need_cents=project.need_cents() if row.need_cents is None else row.need_cents,
        counted_on=_counted_on(row, milestones),
        launched_on=row.launched_on,
        agreed_on=project.agreed_on(),
        ending=row.ending,
        ending_label=row.get_ending_display(),
        ending_reason=row.ending_reason,
        ended_on=row.ended_on,
        department=project.lead_body.department if project.lead_body else "",
        milestones=tuple(milestone_facts(item, numbers) for item in milestones),
        contracts=tuple(contract_facts(project, contract) for contract in contracts),
        expected=expected_contracts(project, project.all_lots(), project.listed()),
        pk=row.pk,
    )


def _counted_on(row: Consultation, milestones: Iterable[Milestone]) -> dt.date:
    """The day whose thresholds apply: when the notice was sent, else when the launch was recorded, else today."""
    published = [item.day for item in milestones if item.kind == MilestoneKind.PUBLICATION]
    return published[0] if published else row.launched_on or clock.today()


def expected_contracts(project: Project, lots: list[Lot], members: list[Participation]) -> tuple[Expected, ...]:
    """One contract per lot; where each member signs (M1), one per lot and member that takes part in it."""
    each = members_sign(project)
    found = []
    wanted: list[Lot | None] = [*lots] or [None]
    for lot in wanted:
        if not each:
            assert project.lead_body is not None
            buyers = [(project.lead_body.pk, project.lead_body.name)]
        else:
            buyers = [(row.body_id, row.body.name) for row in members if row.buys and _takes(row, lot, lots)]
        found += [Expected(lot.number if lot else None, pk, name, each) for pk, name in buyers]
    return tuple(found)


def _takes(member: Participation, lot: Lot | None, lots: list[Lot]) -> bool:
    """With one lot everybody is in it; a member that has not split its maximum is in all of them."""
    chosen = {item.lot_id for item in member.lot_maxima.all()}
    return lot is None or len(lots) == 1 or not chosen or lot.pk in chosen


def milestone_facts(row: Milestone, numbers: dict[int, int]) -> MilestoneFacts:
    """`numbers`: contract id → its number."""
    return MilestoneFacts(
        kind=row.kind,
        label=row.get_kind_display(),
        day=row.day,
        contract=numbers[row.contract_id] if row.contract_id else 0,
        due_at=row.due_at,
        count=row.count,
        on_paper=row.on_paper,
        reference=row.reference,
        address=row.address,
        note=row.note,
        proof=row.proof,
        pk=row.pk,
    )


def contract_facts(project: Project, row: Contract) -> ContractFacts:
    """With its holders, first the leading one."""
    return ContractFacts(
        number=row.number,
        reference=f"{project.reference}/M{row.number}",
        lot=row.lot.number if row.lot else None,
        lot_title=row.lot.title if row.lot else "",
        buyer=row.buyer.name,
        buyer_siren=row.buyer.siren or "",
        buyer_siret=row.buyer.siret,
        ending=row.ending,
        ending_reason=row.ending_reason,
        amount_cents=row.amount_cents,
        bidders=row.bidders,
        bidders_label=row.get_bidders_display(),
        holders=tuple(HolderFacts(item.name, item.id_kind, item.identifier) for item in row.holders.all()),
        pk=row.pk,
        buyer_id=row.buyer_id,
    )


def done_days(project: Project) -> dict[str, dt.date]:
    """The real days of the consultation, by key of the timetable (projects.planning): what is done is not planned."""
    if project.state not in (ProjectState.TENDER, ProjectState.RUNNING):
        return {}
    each = members_sign(project)
    rows = [item for tender in project.tenders() if tender.ending in UNDER_WAY for item in tender.milestones.all()]
    days: dict[str, dt.date] = {}
    for row in [item for item in rows if item.corrected_on is None]:
        code = "award" if row.kind == MilestoneKind.DECISION else str(row.kind)
        key = f"{code}:{row.contract.buyer_id}" if each and row.contract else code
        days[key] = max(row.day, days.get(key, row.day))
        if row.due_at:
            days["offers"] = row.due_at.astimezone(clock.PARIS).date()
    return days


# Around the consultation ----------------------------------------------------------------------------------------------
def settlements(project: Project) -> tuple[SettlementFacts, ...]:
    """What each body finally paid, lead first; only those recorded."""
    rows = sorted((row.settlement for row in project.rows() if hasattr(row, "settlement")), key=lambda row: row.pk)
    shares = shares_now(project)
    return tuple(
        SettlementFacts(
            body=row.participation.body.name,
            siren=row.participation.body.siren or "",
            share_cents=shares.get(row.participation.body.siren or "", 0),
            voted_cents=row.participation.act_maximum_cents,
            final_cents=row.final_cents,
            settled_on=row.settled_on,
            further_act=row.further_act,
            note=row.note,
        )
        for row in rows
    )


def shares_now(project: Project) -> dict[str, int]:
    """SIREN → cents HT that each pays: of the version in force, as the last amendment left them."""
    version = project.current_version()
    last = next((row for row in reversed(project.all_amendments()) if row.shares), None)
    if last is not None:
        return {siren: int(cents) for siren, cents in last.shares.items()}
    return {siren: int(cents) for siren, cents in version.shares.items()} if version else {}


def amendments(project: Project) -> tuple[AmendmentFacts, ...]:
    """Every amendment, first to last."""
    signed: dict[int | None, Participation] = {row.body_id: row for row in project.rows()}
    rows = project.all_amendments()
    return tuple(amendment_facts(project, row, signed.get(row.body_id)) for row in rows)


def amendment_facts(project: Project, row: Amendment, participation: Participation | None) -> AmendmentFacts:
    """`participation` holds the act and the signature of the body concerned."""
    if row.kind == AmendmentKind.LEAD:
        participation = None  # its act on the convention is another one
    act_date: dt.date | None = participation.act_date if participation else row.act_date
    return AmendmentFacts(
        number=row.number,
        reference=f"{project.reference}/AV{row.number}",
        kind=row.kind,
        kind_label=row.get_kind_display(),
        body=row.body.name if row.body else "",
        siren=(row.body.siren or "") if row.body else "",
        effective_on=row.effective_on,
        reason=row.reason,
        rule=row.rule,
        rule_label=row.get_rule_display(),
        fee_cents=row.fee_cents,
        refunds=tuple((siren, int(cents)) for siren, cents in row.refunds.items()),
        shares=tuple((siren, int(cents)) for siren, cents in row.shares.items()),
        act_number=participation.act_number if participation else row.act_number,
        act_date=act_date,
        signed_on=participation.signed_on if participation else None,
        signatory=participation.signatory if participation else "",
        replaced=row.replaced.name if row.replaced else "",
        signed_by=tuple(row.signed_by),
        extends=row.get_extends_display(),
        covers=row.extends,
        months_before=row.months_before,
        months=row.months,
        contract_ends_on=row.contract_ends_on,
        added_cents=row.added_cents,
        ground=row.get_ground_display(),
    )
