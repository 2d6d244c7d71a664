"""Amendments to the convention or the agreement: who joins, leaves or leads, how long it lasts; the new shares."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from documents.clauses.values import MAJORITIES
from documents.contexts import amended, before_after, convention, in_force
from documents.contexts.common import (
    TO_COMPLETE,
    PartyLine,
    day,
    euros,
    in_pairs,
    join,
    lead_name,
    party_line,
    shares_development,
)
from documents.contexts.convention import Annexes
from documents.contexts.subject import Entry, Subject
from projects.agreement_terms import VoteRule
from projects.dossier import Dossier, Party
from projects.enums import Extends, Grouping

JOINING, LEAVING, EXTENSION, LEAD = "joining", "leaving", "extension", "lead"


@dataclass(frozen=True, slots=True)
class Refund:
    """What the entry fee of a newcomer gives back to a party, HT."""

    name: str
    amount: str


@dataclass(frozen=True, slots=True)
class Recorded:
    """The amendment as the coordinator recorded it; everything to complete while nobody did."""

    number: str
    name: str
    act: str
    effective_on: str
    reason: str
    fee: str
    rule: str
    refunds: tuple[Refund, ...]


@dataclass(frozen=True, slots=True)
class NewLead:
    """Who leads in place of whom, and how the amendment is signed."""

    name: str
    replaced: str
    majority: str  # « à la majorité des deux tiers »
    signed_by: str


@dataclass(frozen=True, slots=True)
class Longer:
    """What an extension adds, beside the two durations."""

    what: str  # « de la convention et du marché »
    reason: str
    ends: str
    added: str
    ground: str


NUMBER = "…………"  # while there is none
NOT_RECORDED = Recorded(
    NUMBER, TO_COMPLETE, TO_COMPLETE, TO_COMPLETE, TO_COMPLETE, TO_COMPLETE, TO_COMPLETE, refunds=()
)


@dataclass(frozen=True, slots=True)
class Amendment:
    """Display-ready values of an amendment. `causes`: those that apply, the first three when nothing tells."""

    reference: str
    project_title: str
    lead: str
    version: str
    frozen_on: str
    shared_development: bool
    permanent: bool
    causes: tuple[str, ...]
    modified: amended.Modified
    outside: bool  # who joins the agreement now stays out of the grouping, and of its contract
    guessed: bool  # the causes were found in the facts, or asked for: nothing is to be struck out
    launched: bool
    recorded: Recorded
    joining: tuple[PartyLine, ...]
    joining_names: str
    leaving_names: str
    duration_before: str
    duration_after: str
    changes: tuple[before_after.Change, ...]
    total_before: str
    total_after: str
    maximum_before: str
    maximum_after: str
    effect: str  # percent of the sum of the maxima, signed
    in_force_by: str
    quick: bool  # signed by the newcomer and the lead body alone
    signature_rows: tuple[tuple[PartyLine | None, ...], ...]
    new_lead: NewLead
    longer: Longer
    annexes: Annexes | None  # annexes 2 and 3 with the facts of today, once who takes part has changed
    costs_annexed: bool  # annex 3 says what article 3 says; else article 3 alone


def builder(cause: str) -> Callable[[Subject], Amendment]:
    """The context of an amendment of that cause; "" finds the causes in what changed since the freeze."""

    def build(subject: Subject) -> Amendment:
        return _build(subject, cause)

    return build


def number_of(cause: str, subject: Subject) -> str:
    """The number of the amendment of that cause that is printed now: the last recorded, else the next one."""
    entry = _entry(subject, cause)
    return str(entry.number if entry else len(subject.tender.entries) + 1)


def _entry(subject: Subject, cause: str) -> Entry | None:
    return next((row for row in reversed(subject.tender.entries) if cause in ("", row.kind)), None)


def _build(subject: Subject, cause: str) -> Amendment:
    before, after = subject.dossier, subject.now or subject.dossier
    entry = _entry(subject, cause)
    known, staying = ({party.siren for party in facts.parties} for facts in (before, after))
    joining = [party for party in after.parties if party.siren not in known]
    leaving = [party.name for party in before.parties if party.siren not in staying]
    longer = before.duration_months != after.duration_months
    causes = (cause,) if cause else _causes(entry, bool(joining), bool(leaving), longer)
    old, new = before_after.shares(before), before_after.shares(after)
    if entry:
        joining = [party for party in joining if party.siren == entry.siren]
        old, new = before_after.found(subject, entry, old), dict(entry.shares) or new
    if entry and entry.kind == EXTENSION:
        joining, leaving = [], []
    outside = shares_development(before) and before.grouped and bool(subject.tender.published_on)
    quick = causes == (JOINING,) and _quick(before)
    annexed = _annexed(subject, causes)
    return Amendment(
        reference=before.reference,
        project_title=before.title,
        lead=_led_by(subject, entry) or lead_name(before),
        version=str(before.version) if before.version else "de travail",
        frozen_on=day(before.frozen_on) if before.frozen_on else "",
        shared_development=before.route == "shared_development",
        permanent=before.grouping == "permanent",
        causes=causes or (JOINING, LEAVING, EXTENSION),
        modified=amended.modified(
            before, grouping=not outside or LEAVING in causes, contract_alone=_contract_alone(entry)
        ),
        outside=outside and JOINING in (causes or (JOINING,)),
        guessed=bool(causes),
        launched=bool(subject.tender.published_on),
        recorded=_recorded(entry, {party.siren: party.name for party in (*before.parties, *after.parties)}),
        joining=tuple(party_line(party) for party in joining),
        joining_names=_names(entry, JOINING) or join([party.name for party in joining]) or TO_COMPLETE,
        leaving_names=_names(entry, LEAVING) or join(leaving) or TO_COMPLETE,
        duration_before=_duration(entry.months_before) if entry and entry.months else _months(before),
        duration_after=_after(entry) or (_months(after) if longer else TO_COMPLETE),
        changes=before_after.changes(before, after, old, new),
        total_before=euros(sum(old.values())),
        total_after=euros(sum(new.values())),
        maximum_before=euros(before_after.maximum(before)),
        maximum_after=euros(before_after.maximum(after)),
        effect=before_after.effect(before_after.maximum(before), before_after.maximum(after)),
        in_force_by=in_force.of_amendment(before),
        quick=quick,
        signature_rows=in_pairs(_signatories(before, joining if JOINING in causes else [], quick=quick)),
        new_lead=_new_lead(before, entry),
        longer=_longer(entry),
        annexes=annexed,
        costs_annexed=annexed is not None and new == before_after.shares(after),
    )


def _contract_alone(entry: Entry | None) -> bool:
    return entry is not None and entry.covers == Extends.CONTRACT


def _quick(before: Dossier) -> bool:
    """Article 13 of the convention of a permanent grouping may let the lead body sign for the others."""
    return not shares_development(before) and before.grouping == Grouping.PERMANENT and before.terms.quick_joining


def _signatories(before: Dossier, joining: list[Party], *, quick: bool) -> list[PartyLine]:
    if not quick:
        return [party_line(party) for party in (*before.parties, *joining)]
    lead = [party_line(party) for party in before.parties if party.is_lead]
    blank = [dataclasses.replace(line, name="[à compléter\u00a0: nouveau membre]", executive="") for line in lead]
    return ([party_line(party) for party in joining] or blank) + lead


def _annexed(subject: Subject, causes: tuple[str, ...]) -> Annexes | None:
    """The annexes that take the place of those signed; their figures are not attached twice."""
    if subject.now is None or not {JOINING, LEAVING} & set(causes):
        return None
    found = convention.build(dataclasses.replace(subject, dossier=subject.now))
    return dataclasses.replace(found, costs=dataclasses.replace(found.costs, files=()))


def _led_by(subject: Subject, entry: Entry | None) -> str:
    """The lead body when this amendment was made, if amendments before it changed it; else ""."""
    number = entry.number if entry else len(subject.tender.entries) + 1
    known = [row for row in subject.tender.entries if row.kind == LEAD and row.effective_on and row.number < number]
    return known[-1].name if known else ""


def _new_lead(before: Dossier, entry: Entry | None) -> NewLead:
    majority = "" if before.route == "shared_development" else MAJORITIES[VoteRule(before.terms.vote_rule)]
    if entry is None or entry.kind != LEAD:
        return NewLead(TO_COMPLETE, lead_name(before), majority, "")
    names = {party.siren: party.name for party in before.parties}
    return NewLead(entry.name, entry.replaced, majority, join([names.get(item, item) for item in entry.signed_by]))


def _after(entry: Entry | None) -> str:
    return _duration(entry.months_before + entry.months) if entry and entry.months and entry.months_before else ""


def _duration(months: int | None) -> str:
    return f"{months} mois" if months else TO_COMPLETE


WHAT = {
    Extends.CONVENTION: "",
    Extends.CONTRACT: "du marché ",
    Extends.BOTH: "de la convention et du marché ",
}


def _longer(entry: Entry | None) -> Longer:
    if entry is None or entry.kind != EXTENSION:
        return Longer("", f"{TO_COMPLETE}.", "", "", "")
    return Longer(
        what=WHAT[Extends(entry.covers)],
        reason=f"{entry.reason.rstrip(' .')}.",
        ends=day(entry.contract_ends_on) if entry.contract_ends_on else "",
        added=euros(entry.added_cents) if entry.added_cents else "",
        ground=entry.ground,
    )


def _causes(entry: Entry | None, joining: bool, leaving: bool, longer: bool) -> tuple[str, ...]:
    """What happened: the amendment recorded last, else what differs from the frozen facts."""
    if entry:
        return (entry.kind,)
    return tuple(name for name, true in ((JOINING, joining), (LEAVING, leaving), (EXTENSION, longer)) if true)


def _names(entry: Entry | None, kind: str) -> str:
    return entry.name if entry and entry.kind == kind else ""


def _recorded(entry: Entry | None, names: Mapping[str, str]) -> Recorded:
    if entry is None:
        return NOT_RECORDED
    act = f"n°\u00a0{entry.act_number} du {day(entry.act_date)}" if entry.act_number else TO_COMPLETE
    return Recorded(
        number=str(entry.number),
        name=entry.name,
        act=act,
        effective_on=day(entry.effective_on),
        reason=entry.reason or TO_COMPLETE,
        fee=euros(entry.fee_cents),
        rule=entry.rule or TO_COMPLETE,
        refunds=tuple(Refund(names.get(siren, siren), euros(cents)) for siren, cents in entry.refunds),
    )


def _months(dossier: Dossier) -> str:
    return f"{dossier.duration_months} mois" if dossier.duration_months else TO_COMPLETE
