"""The consultation documents: rules (RC), administrative clauses (CCAP), commitment form (AE).

They are public: nothing here tells an estimate, a member's maximum or a current supplier (domain.md §8, trap 17).
The overall maximum is told, for the law wants it (R. 2162-4 CCP).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from documents.contexts.common import (
    TO_COMPLETE,
    PartyLine,
    day,
    euros,
    in_pairs,
    join,
    lead_name,
    or_complete,
    party_line,
)
from documents.contexts.subject import Award, Subject, Tender
from documents.contexts.words import in_words
from projects import planning
from projects.dossier import Dossier
from projects.enums import Mandate

BLANK = "……………………"


@dataclass(frozen=True, slots=True)
class LotLine:
    """A lot as candidates see it."""

    number: str
    title: str
    cpv: str


@dataclass(frozen=True, slots=True)
class Buyers:
    """What every consultation document says of the buyers and of the contract."""

    reference: str
    project_title: str
    object: str
    lead: str
    version: str
    frozen_on: str
    shared_development: bool
    lead_line: PartyLine | None
    parties: tuple[PartyLine, ...]
    signatories: tuple[PartyLine, ...]  # who signs the contract: under M1 each buyer, else the lead body
    payers: tuple[PartyLine, ...]  # who pays the holder: under M3 the lead body alone, else each buyer
    members: str
    mandate: str
    permanent: bool
    committee: str
    cpv: str
    duration: str
    lots: tuple[LotLine, ...]
    no_lots_reason: str
    maximum: str  # of the framework agreement, HT; to complete while unknown
    maximum_words: str
    civil_registry: bool
    consultation: str  # number of the consultation, "" before the first


def buyers(subject: Subject) -> dict[str, Any]:
    """The fields of Buyers."""
    dossier = subject.dossier
    lines = [party_line(party) for party in dossier.parties]
    buying = tuple(line for line in lines if line.buys)
    lead = next((line for line in lines if line.is_lead), None)
    maximum = maximum_cents(dossier)
    return {
        "reference": dossier.reference,
        "project_title": dossier.title,
        "object": or_complete(dossier.object),
        "lead": lead_name(dossier),
        "version": str(dossier.version) if dossier.version else "de travail",
        "frozen_on": day(dossier.frozen_on) if dossier.frozen_on else "",
        "shared_development": dossier.route == "shared_development",
        "lead_line": lead,
        "parties": tuple(lines),
        "signatories": buying if dossier.mandate == Mandate.AWARD else (lead,) if lead else (),
        "payers": (lead,) if dossier.mandate == Mandate.EXECUTION and lead else buying,
        "members": join([line.name for line in buying]) or TO_COMPLETE,
        "mandate": dossier.mandate,
        "permanent": dossier.grouping == "permanent",
        "committee": dossier.cao,
        "cpv": f"{dossier.cpv} ({dossier.cpv_label})" if dossier.cpv else TO_COMPLETE,
        "duration": f"{dossier.duration_months} mois" if dossier.duration_months else TO_COMPLETE,
        "lots": tuple(LotLine(str(lot.number), lot.title, lot.cpv or dossier.cpv) for lot in dossier.lots),
        "no_lots_reason": or_complete(dossier.no_lots_reason),
        "maximum": euros(maximum),
        "maximum_words": in_words(maximum) if maximum else BLANK,
        "civil_registry": dossier.domain_code == "etat-civil",
        "consultation": str(subject.tender.number or ""),
    }


def maximum_cents(dossier: Dossier) -> int | None:
    """The maximum of the framework agreement: the project's own, else the sum of the members' maxima."""
    if dossier.ceiling_cents is not None:
        return dossier.ceiling_cents
    known = [party.maximum_cents for party in dossier.parties if party.maximum_cents is not None]
    return sum(known) or None


def advice_of(subject: Subject) -> planning.Advice | None:
    """The procedure for the maximum over the whole duration, at the day of publication or of the cut-off."""
    dossier = subject.dossier
    amount, launch = maximum_cents(dossier), subject.tender.published_on or dossier.cut_off or dossier.starts_on
    return planning.procedure_for(amount, dt.date.fromisoformat(launch)) if amount and launch else None


# Rules of the consultation --------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Rules(Buyers):
    """The rules: procedure, deadlines, criteria."""

    procedure: str
    article: str
    formal: bool
    minimum_days: str
    minimum_is_legal: bool
    published_on: str
    offers_due: str
    must_have: str  # how many requirements condition the admission of an offer


def rules(subject: Subject) -> Rules:
    """The RC; what the planner does not know is a marked blank."""
    advice, tender = advice_of(subject), subject.tender
    return Rules(
        **buyers(subject),
        procedure=tender.procedure or (advice.label if advice else TO_COMPLETE),
        article=advice.article if advice else TO_COMPLETE,
        formal=bool(advice and advice.level == planning.Level.FORMAL),
        minimum_days=str(advice.minimum_days) if advice else TO_COMPLETE,
        minimum_is_legal=bool(advice and advice.minimum_is_legal),
        published_on=day(tender.published_on),
        offers_due=or_complete(tender.offers_due),
        must_have=str(len([item for item in subject.dossier.requirements if item.priority == "must"])),
    )


# Administrative clauses -----------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Payer:
    """The data that an invoice on Chorus Pro needs, body by body; what the planner does not hold is blank."""

    name: str
    siret: str
    service: str
    engagement: str


@dataclass(frozen=True, slots=True)
class Clauses(Buyers):
    """The CCAP."""

    invoices: tuple[Payer, ...]


def clauses(subject: Subject) -> Clauses:
    """The CCAP."""
    shared = buyers(subject)
    invoices = tuple(Payer(line.name, line.siret or BLANK, BLANK, BLANK) for line in shared["payers"])
    return Clauses(**shared, invoices=invoices)


# Commitment form ------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Engagement:
    """A contract to sign: its lot, its holder and its amount once awarded, blanks before."""

    title: str
    buyer: str
    holder: str
    identifier: str
    amount: str
    amount_words: str


@dataclass(frozen=True, slots=True)
class Commitment(Buyers):
    """The AE."""

    engagements: tuple[Engagement, ...]
    awarded: bool
    signatory_rows: tuple[tuple[PartyLine | None, ...], ...]  # two blocks a row


def commitment(subject: Subject) -> Commitment:
    """The AE: one block per contract awarded, else one per lot to be filled in by the candidate."""
    shared = buyers(subject)
    titles = {lot.number: f"Lot {lot.number} : {lot.title}" for lot in subject.dossier.lots}
    awarded = awards(subject.tender, subject.dossier)
    blank = tuple(Engagement(title, "", BLANK, BLANK, BLANK, BLANK) for title in titles.values() or ["Marché unique"])
    rows = in_pairs(list(shared["signatories"]))
    return Commitment(**shared, engagements=awarded or blank, awarded=bool(awarded), signatory_rows=rows)


def awards(tender: Tender, dossier: Dossier) -> tuple[Engagement, ...]:
    """Every contract awarded, as documents name it."""
    names = {party.siren: party.name for party in dossier.parties}
    titles = {lot.number: f"Lot {lot.number} : {lot.title}" for lot in dossier.lots}
    return tuple(_engagement(award, names, titles) for award in tender.awards)


def _engagement(award: Award, names: dict[str, str], titles: dict[int, str]) -> Engagement:
    known = award.amount_cents is not None
    return Engagement(
        title=titles.get(award.lot or 0, "Marché unique" if award.lot is None else f"Lot {award.lot}"),
        buyer=names.get(award.buyer, ""),
        holder=or_complete(award.holder),
        identifier=or_complete(award.identifier),
        amount=euros(award.amount_cents),
        amount_words=in_words(award.amount_cents) if known and award.amount_cents is not None else BLANK,
    )
