"""What the award calls for: minutes of the committee, letters to the candidates, notification to the holders."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from documents.contexts.buyers import Buyers, buyers, goes_to_prefect, is_formal
from documents.contexts.common import TO_COMPLETE, buying_roles, day, join, lead_name
from documents.contexts.subject import Subject, Tender
from documents.contexts.tender import Engagement, awards
from projects.dossier import Dossier
from projects.enums import Committee, Mandate
from projects.missions import EACH

DAYS_ELECTRONIC, DAYS_PAPER = 11, 16  # of standstill, R. 2182-1 CCP


@dataclass(frozen=True, slots=True)
class Minutes(Buyers):
    """The frame of the minutes; who sat, what was said and voted is never filled in."""

    competent: str  # which committee sits
    seats: tuple[str, ...]  # of the committee of the grouping, one a member; the first presides
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
        seats=_seats(dossier) if grouping else (),
        formal=is_formal(subject),
        committee_on=day(subject.tender.committee_on),
        offers="…………" if subject.tender.offers is None else str(subject.tender.offers),
        to_check=subject.tender.overruns,
        engagements=awards(subject.tender, dossier),
    )


def _seats(dossier: Dossier) -> tuple[str, ...]:
    """One for each member, whether it buys or not; that of the lead body presides (L. 1414-3, I CGCT)."""
    return tuple(f"{party.name}, présidence" if party.is_lead else party.name for party in dossier.parties)


def _competent(dossier: Dossier) -> str:
    lead, role = lead_name(dossier), buying_roles(dossier).lead
    return {
        Committee.GROUPING: "commission d'appel d'offres du groupement (article L. 1414-3, I, du code général des "
        "collectivités territoriales), présidée par le représentant du coordonnateur",
        Committee.NONE: f"commission consultative réunie par {lead} : la procédure adaptée ne requiert pas de "
        "commission d'appel d'offres, son avis ne lie pas l'acheteur",
    }.get(Committee(dossier.committee), f"commission d'appel d'offres de {lead}, {role}").replace("L. ", "L.\u00a0")


@dataclass(frozen=True, slots=True)
class Notified:
    """What one buyer notifies: its contracts, to their holders."""

    buyer: str
    holders: str
    engagements: tuple[Engagement, ...]


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
    may_sign_on: str  # the day after the standstill, R. 2181-3 CCP
    holders: str
    engagements: tuple[Engagement, ...]
    letters: tuple[Notified, ...]  # under M1 each buyer writes its own, else the lead body writes one
    published: str  # who publishes the result


def letter(subject: Subject) -> Letter:
    """The facts of both letters; one contract at least, blank while nothing is awarded."""
    tender, formal = subject.tender, is_formal(subject)
    found = awards(tender, subject.dossier)
    blank = Engagement("Marché", "", *[TO_COMPLETE] * 7)
    return Letter(
        **buyers(subject),
        formal=formal,
        standstill_days=str(DAYS_PAPER if tender.on_paper else DAYS_ELECTRONIC),
        standstill_ends=day(_standstill(tender)),
        may_sign_on=day(_next_day(_standstill(tender))),
        letters_on=day(tender.letters_on),
        decided_on=day(tender.decided_on),
        control=goes_to_prefect(subject),
        notified_on=day(tender.notified_on),
        holders=_holders(found),
        engagements=found or (blank,),
        letters=_letters(subject.dossier, found) or (Notified(_notifier(subject.dossier), TO_COMPLETE, (blank,)),),
        published=_published(subject.dossier, formal=formal),
    )


def _standstill(tender: Tender) -> str:
    """The last day of the standstill, ISO 8601: as recorded, else counted from the day after the letters left."""
    if tender.standstill_ends or not tender.letters_on:
        return tender.standstill_ends
    days = dt.timedelta(days=DAYS_PAPER if tender.on_paper else DAYS_ELECTRONIC)
    return (dt.date.fromisoformat(tender.letters_on) + days).isoformat()


def _next_day(iso: str) -> str:
    return (dt.date.fromisoformat(iso) + dt.timedelta(days=1)).isoformat() if iso else ""


# Notification ---------------------------------------------------------------------------------------------------------
def _letters(dossier: Dossier, found: tuple[Engagement, ...]) -> tuple[Notified, ...]:
    """One for each buyer that signed: under M1 nobody else binds it (domain.md §8, trap 8)."""
    signers = dict.fromkeys(row.buyer for row in found)
    rows = {buyer: tuple(row for row in found if row.buyer == buyer) for buyer in signers}
    return tuple(Notified(buyer or _notifier(dossier), _holders(own), own) for buyer, own in rows.items())


def _notifier(dossier: Dossier) -> str:
    return TO_COMPLETE if dossier.level == Mandate.AWARD else lead_name(dossier)


def _holders(found: tuple[Engagement, ...]) -> str:
    return join(list(dict.fromkeys(row.holder for row in found))) or TO_COMPLETE


def _published(dossier: Dossier, *, formal: bool) -> str:
    """Who publishes the notice (R. 2183-1 CCP, formal procedures) and the essential data (R. 2196-1), by the matrix."""
    notice, data = (_publisher(dossier, operation) for operation in ("notice", "essential_data"))
    ccp = "du code de la commande publique"
    if not formal:
        return f"Les données essentielles sont publiées dans les délais légaux {data} (article R.\u00a02196-1 {ccp})."
    if notice == data:
        said = f"L'avis d'attribution et les données essentielles sont publiés dans les délais légaux {data}"
        return f"{said} (articles R.\u00a02183-1 et R.\u00a02196-1 {ccp})."
    return (
        f"Sont publiés dans les délais légaux l'avis d'attribution, {notice} (article R.\u00a02183-1 {ccp}), et les "
        f"données essentielles, {data} (article R.\u00a02196-1 du même code)."
    )


def _publisher(dossier: Dossier, operation: str) -> str:
    who = dossier.doing(operation)
    if who == EACH:
        return "par chaque membre, pour son marché"
    names = {party.siren: party.name for party in dossier.parties}
    return f"par {names[who]}" if who in names else f"par le {buying_roles(dossier).lead}"
