"""What every consultation document says of the buyers, the contract and its procedure.

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
    buying_roles,
    day,
    euros,
    join,
    lead_name,
    or_complete,
    party_line,
    shares_development,
)
from documents.contexts.missions import mission_lines
from documents.contexts.subject import Subject
from documents.contexts.words import in_words
from projects import planning
from projects.agreement_terms import ContractForm
from projects.dossier import Dossier
from projects.missions import BY_CODE, EACH, preset

BLANK = "……………………"
EXECUTION = ("signature", "notification", "orders", "acceptance", "payment")  # what candidates must know of


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
    mandate: str  # M1, M2, M3: what the matrix of the mandate comes to
    exceptions: tuple[str, ...]  # where it departs from that level
    committee: str
    cpv: str
    duration: str
    lots: tuple[LotLine, ...]
    grouped: bool  # a grouping buys; false when the lead body of a shared development buys alone
    lead_role: str
    form: str  # of the contract
    framework: str  # "yes", "no", "" while the form is not chosen
    maximum: str  # of the framework agreement, HT; to complete while unknown
    maximum_words: str
    consultation: str  # number of the consultation, "" before the first
    court: str  # « tribunal administratif de Grenoble », or that of the lead body's seat


def buyers(subject: Subject) -> dict[str, Any]:
    """The fields of Buyers."""
    dossier = subject.dossier
    roles = buying_roles(dossier)
    lines = [party_line(party, roles) for party in dossier.parties]
    buying = tuple(line for line in lines if line.buys)
    lead = next((line for line in lines if line.is_lead), None)
    maximum = maximum_of(subject)
    return {
        "reference": dossier.reference,
        "project_title": dossier.title,
        "object": or_complete(dossier.object),
        "lead": lead_name(dossier),
        "version": str(dossier.version) if dossier.version else "de travail",
        "frozen_on": day(dossier.frozen_on) if dossier.frozen_on else "",
        "shared_development": shares_development(dossier),
        "lead_line": lead,
        "parties": tuple(lines),
        "signatories": _who(dossier, "signature", lines),
        "payers": _who(dossier, "payment", lines),
        "members": join([line.name for line in buying]) or TO_COMPLETE,
        "mandate": dossier.level,
        "exceptions": _exceptions(dossier),
        "committee": dossier.committee,
        "cpv": f"{dossier.cpv} ({dossier.cpv_label})" if dossier.cpv else TO_COMPLETE,
        "duration": f"{dossier.duration_months} mois" if dossier.duration_months else TO_COMPLETE,
        "lots": tuple(LotLine(str(lot.number), lot.title, lot.cpv or dossier.cpv) for lot in dossier.lots),
        "grouped": dossier.grouped,
        "lead_role": roles.lead,
        **_form(subject),
        "maximum": euros(maximum),
        "maximum_words": in_words(maximum) if maximum else BLANK,
        "consultation": str(subject.tender.number or ""),
        "court": f"tribunal administratif {dossier.terms.court}" if dossier.terms.court else "",
    }


def _who(dossier: Dossier, operation: str, lines: list[PartyLine]) -> tuple[PartyLine, ...]:
    """Who carries out an operation: every buyer, the lead body, or the member that is mandated for it."""
    who = dossier.doing(operation)
    if who == EACH:
        return tuple(line for line in lines if line.buys)
    named = tuple(line for line, party in zip(lines, dossier.parties, strict=True) if party.siren == who)
    return named or tuple(line for line in lines if line.is_lead)


def _exceptions(dossier: Dossier) -> tuple[str, ...]:
    """« Paiement du titulaire : Commune 003 », where the matrix departs from the level that the text announces."""
    if not dossier.grouped or not dossier.level:
        return ()
    return tuple(
        f"{line.operation}\u00a0: {line.who}"
        for code, line in zip(BY_CODE, mission_lines(dossier), strict=True)
        if code in EXECUTION and dossier.doing(code) != preset(BY_CODE[code], dossier.level)
    )


def _form(subject: Subject) -> dict[str, str]:
    """The form of the consultation under way, else the one the agreement plans."""
    tender, planned = subject.tender, subject.dossier.terms.contract_form
    if tender.framework is not None:
        return {"form": tender.form, "framework": "yes" if tender.framework else "no"}
    if planned:
        label = str(ContractForm(planned).label)
        return {"form": label, "framework": "no" if planned == ContractForm.CONTRACT else "yes"}
    return {"form": "[à compléter : marché ordinaire ou accord-cadre]", "framework": ""}


def maximum_of(subject: Subject) -> int | None:
    """The maximum of the framework agreement: the consultation's, the project's, else the sum of own maxima."""
    if subject.tender.maximum_cents is not None:
        return subject.tender.maximum_cents
    dossier = subject.dossier
    if dossier.ceiling_cents is not None:
        return dossier.ceiling_cents
    return sum(party.maximum_cents or 0 for party in dossier.parties) or None


def advice_of(subject: Subject) -> planning.Advice | None:
    """The procedure for the need over the whole duration, at the day of publication or of the cut-off."""
    dossier, tender = subject.dossier, subject.tender
    amount = tender.need_cents or maximum_of(subject)
    launch = tender.published_on or dossier.cut_off or dossier.starts_on
    return planning.procedure_for(amount, dt.date.fromisoformat(launch)) if amount and launch else None


def is_formal(subject: Subject) -> bool:
    """A formal procedure: the one chosen, else the one the need calls for."""
    advice = advice_of(subject)
    found = subject.tender.formal
    return bool(advice and advice.level == planning.Level.FORMAL) if found is None else found


def goes_to_prefect(subject: Subject) -> bool:
    """The contract is sent before its notification (D. 2131-5-1 CGCT)."""
    advice = advice_of(subject)
    return subject.tender.legality_control or bool(advice and advice.legality_control)
