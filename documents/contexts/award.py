"""What the award calls for: minutes of the committee, letters to the candidates, notification to the holders."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from documents.contexts.buyers import Buyers, buyers, goes_to_prefect, is_formal
from documents.contexts.common import TO_COMPLETE, buying_roles, day, join, lead_name
from documents.contexts.subject import Subject, Tender
from documents.contexts.tender import Engagement, awards
from projects.dossier import Dossier
from projects.enums import Committee

DAYS_ELECTRONIC, DAYS_PAPER = 11, 16  # of standstill, R. 2182-1 CCP


@dataclass(frozen=True, slots=True)
class Minutes(Buyers):
    """The frame of the minutes; who sat, what was said and voted is never filled in."""

    competent: str  # which committee sits
    seats: tuple[str, ...]  # bodies that have a seat in the committee of the grouping
    formal: bool
    committee_on: str
    offers: str  # how many came in
    to_check: tuple[str, ...]  # before anything is signed: the ceilings that the contracts pass
    engagements: tuple[Engagement, ...]


def minutes(subject: Subject) -> Minutes:
    """The minutes of the award committee, or of the advisory committee of an adapted procedure."""
    dossier = subject.dossier
    grouping = dossier.committee == Committee.GROUPING
    return Minutes(
        **buyers(subject),
        competent=_competent(dossier),
        seats=tuple(party.name for party in dossier.parties if party.buys) if grouping else (),
        formal=is_formal(subject),
        committee_on=day(subject.tender.committee_on),
        offers="…………" if subject.tender.offers is None else str(subject.tender.offers),
        to_check=subject.tender.overruns,
        engagements=awards(subject.tender, dossier),
    )


def _competent(dossier: Dossier) -> str:
    lead, role = lead_name(dossier), buying_roles(dossier).lead
    return {
        Committee.GROUPING: "commission d'appel d'offres du groupement (article L. 1414-3, I, du code général des "
        "collectivités territoriales), présidée par le représentant du coordonnateur",
        Committee.NONE: f"commission consultative réunie par {lead} : la procédure adaptée ne requiert pas de "
        "commission d'appel d'offres, son avis ne lie pas l'acheteur",
    }.get(Committee(dossier.committee), f"commission d'appel d'offres de {lead}, {role}").replace("L. ", "L.\u00a0")


@dataclass(frozen=True, slots=True)
class Letter(Buyers):
    """A letter to a candidate, chosen or not."""

    formal: bool
    standstill_days: str
    standstill_ends: str  # the first day on which the contract may be signed follows it
    letters_on: str
    decided_on: str
    control: bool  # the contract goes to the prefect before it is notified
    notified_on: str
    holders: str
    engagements: tuple[Engagement, ...]


def letter(subject: Subject) -> Letter:
    """The facts of both letters; one contract at least, blank while nothing is awarded."""
    tender = subject.tender
    found = awards(tender, subject.dossier)
    blank = Engagement("Marché", "", *[TO_COMPLETE] * 7)
    return Letter(
        **buyers(subject),
        formal=is_formal(subject),
        standstill_days=str(DAYS_PAPER if tender.on_paper else DAYS_ELECTRONIC),
        standstill_ends=_standstill(tender),
        letters_on=day(tender.letters_on),
        decided_on=day(tender.decided_on),
        control=goes_to_prefect(subject),
        notified_on=day(tender.notified_on),
        holders=join(list(dict.fromkeys(row.holder for row in found))) or TO_COMPLETE,
        engagements=found or (blank,),
    )


def _standstill(tender: Tender) -> str:
    """The last day of the standstill: as recorded, else counted from the day after the letters left."""
    if tender.standstill_ends or not tender.letters_on:
        return day(tender.standstill_ends)
    days = dt.timedelta(days=DAYS_PAPER if tender.on_paper else DAYS_ELECTRONIC)
    return day((dt.date.fromisoformat(tender.letters_on) + days).isoformat())
