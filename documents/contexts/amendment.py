"""Amendments to the convention or the agreement: who joins, leaves or leads, how long it lasts; the new shares."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from documents.clauses.values import MAJORITIES
from documents.contexts.common import TO_COMPLETE, PartyLine, day, euros, in_pairs, join, lead_name, party_line
from documents.contexts.subject import Entry, Subject
from procurement import money
from projects.agreement_terms import VoteRule
from projects.dossier import Dossier
from projects.enums import Extends

JOINING, LEAVING, EXTENSION, LEAD = "joining", "leaving", "extension", "lead"


@dataclass(frozen=True, slots=True)
class Change:
    """A party's share HT before and after."""

    name: str
    before: str
    after: str
    difference: str


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
    guessed: bool  # the causes were found in the facts, or asked for: nothing is to be struck out
    launched: bool
    recorded: Recorded
    joining: tuple[PartyLine, ...]
    joining_names: str
    leaving_names: str
    duration_before: str
    duration_after: str
    changes: tuple[Change, ...]
    total_before: str
    total_after: str
    maximum_before: str
    maximum_after: str
    effect: str  # percent of the sum of the maxima, signed
    signature_rows: tuple[tuple[PartyLine | None, ...], ...]
    new_lead: NewLead
    longer: Longer


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
    old, new = _shares(before), _shares(after)
    if entry:
        joining = [party for party in joining if party.siren == entry.siren]
        old, new = _before(subject, entry, old), dict(entry.shares) or new
    if entry and entry.kind == EXTENSION:
        joining, leaving = [], []
    lines = [party_line(party) for party in before.parties]
    lines += [party_line(party) for party in joining] if JOINING in causes else []
    return Amendment(
        reference=before.reference,
        project_title=before.title,
        lead=_led_by(subject, entry) or lead_name(before),
        version=str(before.version) if before.version else "de travail",
        frozen_on=day(before.frozen_on) if before.frozen_on else "",
        shared_development=before.route == "shared_development",
        permanent=before.grouping == "permanent",
        causes=causes or (JOINING, LEAVING, EXTENSION),
        guessed=bool(causes),
        launched=bool(subject.tender.published_on),
        recorded=_recorded(entry, {party.siren: party.name for party in (*before.parties, *after.parties)}),
        joining=tuple(party_line(party) for party in joining),
        joining_names=_names(entry, JOINING) or join([party.name for party in joining]) or TO_COMPLETE,
        leaving_names=_names(entry, LEAVING) or join(leaving) or TO_COMPLETE,
        duration_before=_duration(entry.months_before) if entry and entry.months else _months(before),
        duration_after=_after(entry) or (_months(after) if longer else TO_COMPLETE),
        changes=_changes(before, after, old, new),
        total_before=euros(sum(old.values())),
        total_after=euros(sum(new.values())),
        maximum_before=euros(_maximum(before)),
        maximum_after=euros(_maximum(after)),
        effect=_effect(_maximum(before), _maximum(after)),
        signature_rows=in_pairs(lines),
        new_lead=_new_lead(before, entry),
        longer=_longer(entry),
    )


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


def _shares(dossier: Dossier) -> dict[str, int]:
    return {party.siren: dossier.share_of(party.siren) for party in dossier.parties if party.buys}


def _before(subject: Subject, entry: Entry, frozen: dict[str, int]) -> dict[str, int]:
    """The shares that this amendment found: those of the one before it, else the frozen ones."""
    earlier = [row for row in subject.tender.entries if row.number < entry.number and row.shares]
    return dict(earlier[-1].shares) if earlier else frozen


def _changes(before: Dossier, after: Dossier, old: dict[str, int], new: dict[str, int]) -> tuple[Change, ...]:
    """Every buyer of either day; the cents of a column sum to the total printed under it."""
    names = {party.siren: party.name for party in (*before.parties, *after.parties)}
    return tuple(
        Change(
            names.get(siren, siren),
            euros(old.get(siren, 0)),
            euros(new.get(siren, 0)),
            f"{'+' if new.get(siren, 0) > old.get(siren, 0) else ''}{euros(new.get(siren, 0) - old.get(siren, 0))}",
        )
        for siren in dict.fromkeys([*old, *new])
    )


def _maximum(dossier: Dossier) -> int:
    return sum(party.maximum_cents or 0 for party in dossier.parties)


def _effect(before: int, after: int) -> str:
    """`+12,50 %`, two decimals, half away from zero; to complete when there is nothing to compare with."""
    if not before:
        return TO_COMPLETE
    whole = int(Fraction(abs(after - before) * 10_000, before) + Fraction(1, 2))
    sign = "" if after == before else "+" if after > before else money.MINUS
    return f"{sign}{money.plain(whole)}{money.NO_BREAK}%"
