"""The consultation documents: rules (RC), administrative clauses (CCAP), commitment form (AE).

The prose of the first two is clauses (documents/clauses/reglement/, ccap/), which the lead body's legal team may word
another way until the launch.
"""

from __future__ import annotations

from dataclasses import dataclass

from documents.clauses.models import CCAP, RULES
from documents.clauses.printed import Printed, printed
from documents.contexts.buyers import (
    BLANK,
    Buyers,
    advice_of,
    buyers,
    is_formal,
)
from documents.contexts.common import TO_COMPLETE, PartyLine, day, euros, in_pairs, or_complete
from documents.contexts.subject import Award, Subject, Tender
from documents.contexts.words import in_words
from projects.dossier import Dossier
from projects.enums import Mandate, Procedure


# Rules of the consultation --------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Rules(Buyers):
    """The rules: procedure, deadlines, criteria."""

    procedure: str
    article: str
    chosen: str  # projects.enums.Procedure, "" while none is
    formal: bool
    minimum_days: str
    minimum_is_legal: bool
    sent_on: str  # of the notice: recorded, else planned and said so, else a blank
    offers_due: str  # with its hour once it is recorded
    opened_on: str  # "" until the offers are opened
    award_on: str  # recorded or planned, "" for neither
    prose: tuple[Printed, ...]  # the articles


BLANK_DAY = "…… / …… / …………"
_CCP = "du code de la commande publique"
_ARTICLES = {
    Procedure.DIRECT: f"article R.\u00a02122-8 {_CCP}, ou celui qui dispense de mise en concurrence [à compléter]",
    Procedure.ADAPTED: f"articles L.\u00a02123-1 et R.\u00a02123-1 {_CCP}",
    Procedure.OPEN: f"articles L.\u00a02124-2, R.\u00a02124-2 et R.\u00a02161-2 à R.\u00a02161-5 {_CCP}",
    Procedure.RESTRICTED: f"articles L.\u00a02124-2, R.\u00a02124-2 et R.\u00a02161-6 à R.\u00a02161-11 {_CCP}",
    Procedure.NEGOTIATED: f"articles L.\u00a02124-3, R.\u00a02124-3 et R.\u00a02161-12 à R.\u00a02161-20 {_CCP}",
    Procedure.DIALOGUE: f"articles L.\u00a02124-4, R.\u00a02124-5 et R.\u00a02161-24 à R.\u00a02161-31 {_CCP}",
}


def rules(subject: Subject) -> Rules:
    """The RC; what the planner does not know is a marked blank. A day that is only planned says so."""
    advice, tender = advice_of(subject), subject.tender
    chosen, hour = tender.procedure, "heure\u00a0: [à compléter]"
    due = planned_said(tender, "offers")
    return Rules(
        **buyers(subject),
        procedure=str(Procedure(chosen).label) if chosen else advice.label if advice else TO_COMPLETE,
        article=_ARTICLES[Procedure(chosen)] if chosen else advice.article if advice else TO_COMPLETE,
        chosen=chosen,
        formal=is_formal(subject),
        minimum_days=str(advice.minimum_days) if advice else TO_COMPLETE,
        minimum_is_legal=bool(advice and advice.minimum_is_legal),
        sent_on=day(tender.published_on)
        if tender.published_on
        else planned_said(tender, "publication", subject.dossier.terms.launch_on) or BLANK_DAY,
        offers_due=tender.offers_due or (f"{due}, {hour}" if due else f"{BLANK_DAY} à …… h ……, heure de Paris"),
        opened_on=day(tender.opened_on) if tender.opened_on else "",
        award_on=day(tender.decided_on) if tender.decided_on else planned_said(tender, "award"),
        prose=printed(subject.dossier, RULES),
    )


def planned_said(tender: Tender, step: str, otherwise: str = "") -> str:
    """« 1er juillet 2026 (date prévue) » as the timetable has it, or as the agreement says; "" when neither does."""
    found = dict(tender.planned).get(step, "") or otherwise
    return f"{day(found)} (date prévue)" if found else ""


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
    prose: tuple[Printed, ...]  # the articles
    annexes: tuple[Printed, ...]  # they have no number


def clauses(subject: Subject) -> Clauses:
    """The CCAP."""
    shared, prose = buyers(subject), printed(subject.dossier, CCAP)
    return Clauses(
        **shared,
        invoices=tuple(Payer(line.name, line.siret or BLANK, BLANK, BLANK) for line in shared["payers"]),
        prose=tuple(article for article in prose if article.number),
        annexes=tuple(article for article in prose if not article.number),
    )


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
    signed_on: str = ""
    control: str = ""
    notified_on: str = ""


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
    each = dossier.level == Mandate.AWARD  # otherwise the lead body signs for all: no need to name it
    names = {party.siren: party.name for party in dossier.parties} if each else {}
    titles = {lot.number: f"Lot {lot.number} : {lot.title}" for lot in dossier.lots}
    return tuple(_engagement(award, names, titles) for award in tender.awards)


def _engagement(award: Award, names: dict[str, str], titles: dict[int, str]) -> Engagement:
    return Engagement(
        title=titles.get(award.lot or 0, "Marché unique" if award.lot is None else f"Lot {award.lot}"),
        buyer=names.get(award.buyer, ""),
        holder=or_complete(award.holder),
        identifier=or_complete(award.identifier),
        amount=euros(award.amount_cents),
        amount_words=in_words(award.amount_cents) if award.amount_cents is not None else BLANK,
        signed_on=day(award.signed_on),
        control=f"{day(award.control_on)}, accusé {award.control_receipt}" if award.control_on else TO_COMPLETE,
        notified_on=day(award.notified_on),
    )
