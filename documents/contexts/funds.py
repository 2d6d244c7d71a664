"""The call for funds of one body: its share, cut into calls that sum to it to the cent (domain.md §2.2 E)."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from documents.contexts.common import TO_COMPLETE, PartyLine, day, euros, lead_name, or_complete, party_line
from documents.contexts.subject import Subject
from documents.contexts.words import in_words
from procurement import money
from projects import costsharing
from projects.dossier import Dossier, Party
from projects.enums import BudgetSection, Mandate

USUAL = (40, 30, 30)  # percent of the share, call after call


@dataclass(frozen=True, slots=True)
class CallRow:
    """One of the calls."""

    number: str
    percent: str
    ht: str
    vat: str
    ttc: str


@dataclass(frozen=True, slots=True)
class BaseRow:
    """What a cost line adds to the share."""

    label: str
    amount: str
    subsidy: str
    key_label: str
    ht: str
    ttc: str


@dataclass(frozen=True, slots=True)
class FundsCall:
    """Display-ready values of a call for funds."""

    reference: str
    project_title: str
    object: str
    lead: str
    lead_siret: str
    lead_executive: str
    version: str
    frozen_on: str
    shared_development: bool
    mandate: str
    direct: bool  # the member pays the holder itself: only common costs may be called
    party: PartyLine
    is_lead: bool
    section: str
    lines: tuple[BaseRow, ...]
    calls: tuple[CallRow, ...]
    share_ht: str
    share_vat: str
    share_ttc: str
    share_words: str
    maximum: str
    act: str


def build(subject: Subject) -> FundsCall:
    """The calls of the body of the subject; KeyError when it takes no part."""
    dossier, party = subject.dossier, subject.party
    shares = [(line, share) for line in dossier.cost_lines for share in line.shares if share.siren == party.siren]
    ht, ttc = sum(share.ht_cents for _, share in shares), sum(share.ttc_cents for _, share in shares)
    return FundsCall(
        reference=dossier.reference,
        project_title=dossier.title,
        object=or_complete(dossier.object),
        lead=lead_name(dossier),
        lead_siret=(dossier.lead.siret if dossier.lead else "") or TO_COMPLETE,
        lead_executive=party_line(dossier.lead).executive_said if dossier.lead else TO_COMPLETE,
        version=str(dossier.version) if dossier.version else "de travail",
        frozen_on=day(dossier.frozen_on) if dossier.frozen_on else "",
        shared_development=dossier.route == "shared_development",
        mandate=dossier.mandate,
        direct=dossier.route != "shared_development" and dossier.mandate != Mandate.EXECUTION,
        party=party_line(party),
        is_lead=party.is_lead,
        section=str(BudgetSection(party.budget_section).label) if party.budget_section else TO_COMPLETE,
        lines=tuple(
            BaseRow(
                line.label,
                euros(line.amount_cents),
                euros(line.subsidy_cents) if line.subsidy_cents else "–",
                line.key_label,
                euros(share.ht_cents),
                euros(share.ttc_cents),
            )
            for line, share in shares
        ),
        calls=_calls(ht, ttc),
        share_ht=euros(ht),
        share_vat=euros(ttc - ht),
        share_ttc=euros(ttc),
        share_words=in_words(ttc),
        maximum=euros(_voted(subject, party)),
        act=_act(subject, dossier),
    )


def _calls(ht: int, ttc: int) -> tuple[CallRow, ...]:
    """HT and TTC are each cut exactly; the VAT of a call is their difference."""
    percents = [Fraction(percent) for percent in USUAL]
    rows = zip(USUAL, costsharing.instalments(ht, percents), costsharing.instalments(ttc, percents), strict=True)
    return tuple(
        CallRow(str(place), f"{percent}{money.NO_BREAK}%", euros(net), euros(gross - net), euros(gross))
        for place, (percent, net, gross) in enumerate(rows, start=1)
    )


def _voted(subject: Subject, party: Party) -> int | None:
    """The maximum that the body voted, else the one it announced."""
    voted = [act.maximum_cents for act in subject.acts if act.siren == party.siren and act.maximum_cents is not None]
    return voted[0] if voted else party.maximum_cents


def _act(subject: Subject, dossier: Dossier) -> str:
    for act in subject.acts:
        if act.siren == subject.siren and act.number:
            return f"{act.kind} n°\u00a0{act.number} du {day(act.date)}"
    return TO_COMPLETE
