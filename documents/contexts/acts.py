"""Documents of one body: model deliberation, note to councillors, letter of intent, accession form; the certificate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from documents.contexts import in_force, votes
from documents.contexts.common import (
    TO_COMPLETE,
    PartyLine,
    Roles,
    agreed_roles,
    day,
    euros,
    join,
    lead_name,
    or_complete,
    party_line,
)
from documents.contexts.convention import by_mandate
from documents.contexts.subject import Act, Subject
from documents.contexts.texts import basis_of, decides_by_decision, delegate_of, note_of
from projects.dossier import CostLine, Dossier, Party, PartyShare
from projects.pooling.words import yearly


@dataclass(frozen=True, slots=True)
class BodyAct:
    """Display-ready values shared by the documents of one body."""

    reference: str
    project_title: str
    object: str
    lead: str
    version: str
    frozen_on: str
    cut_off: str
    duration: str
    party: PartyLine
    basis: str  # the article that gives the assembly its power
    may_delegate: bool  # to its president or bureau, L. 5211-10 CGCT
    organ: str  # who may decide by delegation; "" for nobody
    article: str
    organ_known: bool
    note: str  # when the note goes to the members of the assembly
    visa: str  # what the vehicle rests on
    approved: str  # what the act approves, a sentence without its full stop
    annexes_grouping: bool  # the convention of a grouping is annexed to the agreement
    lead_title: str
    contract: str  # whom the act lets sign the contract
    takes_effect: str
    withdrawal: str
    engages: str
    mandate: str
    grouped: bool  # a grouping buys, in the name of which the lead body is mandated
    mandate_words: str
    permanent: bool
    committee: str
    shared_development: bool
    members: str
    member_count: str
    needs: str
    quantities: tuple[str, ...]
    maximum: str
    share_ht: str
    share_ttc: str
    total_ht: str
    lines: tuple[tuple[str, str, str], ...]  # cost line, key, share HT


def build(subject: Subject) -> BodyAct:
    """The context of a document of one body; KeyError when the body takes no part."""
    return BodyAct(**fields(subject))


def _line_said(line: CostLine, share: PartyShare) -> str:
    """The cost line; of a yearly one, what the share makes a year, as the amount beside is that of all the years."""
    each = yearly(share.ht_cents, line.years)
    return f"{line.label} ({each}, hors taxes)" if each else line.label


def fields(subject: Subject) -> dict[str, Any]:
    """The fields of BodyAct."""
    dossier, party = subject.dossier, subject.party
    line, delegate = party_line(party), delegate_of(party)
    shares = [(line, share) for line in dossier.cost_lines for share in line.shares if share.siren == party.siren]
    return {
        "reference": dossier.reference,
        "project_title": dossier.title,
        "object": or_complete(dossier.object),
        "lead": lead_name(dossier),
        "version": str(dossier.version) if dossier.version else "de travail",
        "frozen_on": day(dossier.frozen_on) if dossier.frozen_on else "",
        "cut_off": day(dossier.cut_off),
        "duration": f"{dossier.duration_months} mois" if dossier.duration_months else TO_COMPLETE,
        "party": line,
        "basis": basis_of(party),
        "may_delegate": decides_by_decision(party),
        "organ": delegate.organ,
        "article": delegate.article,
        "organ_known": delegate.known,
        "note": note_of(party, line.assembly),
        **_voted(dossier, party, line),
        "mandate": dossier.level,
        "grouped": dossier.grouped,
        "mandate_words": by_mandate(dossier.level) if dossier.grouped else "",
        "permanent": dossier.grouping == "permanent",
        "committee": dossier.committee,
        "shared_development": dossier.route == "shared_development",
        "members": join([other.name for other in dossier.parties]) or TO_COMPLETE,
        "member_count": str(len(dossier.parties)),
        "needs": ", ".join(party.needs) or "–",
        "quantities": _quantities(dossier, party),
        "maximum": euros(party.maximum_cents),
        "share_ht": euros(sum(share.ht_cents for _, share in shares)),
        "share_ttc": euros(sum(share.ttc_cents for _, share in shares)),
        "total_ht": euros(sum(line.amount_cents for line in dossier.cost_lines)),
        "lines": tuple((_line_said(line, share), line.key_label, euros(share.ht_cents)) for line, share in shares),
    }


def _voted(dossier: Dossier, party: Party, line: PartyLine) -> dict[str, Any]:
    """What the act approves, in sentences (documents/contexts/votes.py)."""
    return {
        "visa": votes.visa(dossier),
        "approved": votes.approved(dossier),
        "annexes_grouping": votes.annexes_grouping(dossier),
        "lead_title": votes.lead_title(dossier),
        "contract": votes.contract(dossier, party, line.executive_said),
        "takes_effect": votes.takes_effect(dossier),
        "withdrawal": votes.withdrawal(dossier),
        "engages": votes.engages(dossier, party),
    }


def _quantities(dossier: Dossier, party: Party) -> tuple[str, ...]:
    titles = {lot.number: lot.title for lot in dossier.lots}
    return tuple(
        f"Lot {item.lot}{f' ({titles[item.lot]})' if item.lot in titles else ''} : {item.quantity} {item.unit}"
        for item in party.quantities
    )


# Certificate ----------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class ActRow:
    """One member: its act, then its signature."""

    name: str
    role: str
    act: str
    enforceable_on: str
    signed_on: str
    signatory: str
    maximum: str


@dataclass(frozen=True, slots=True)
class Certificate:
    """Display-ready values of the certificate that a grouping is constituted."""

    reference: str
    project_title: str
    object: str
    lead: str
    lead_executive: str
    version: str
    frozen_on: str
    shared_development: bool
    count: str
    rows: tuple[ActRow, ...]
    annexes_grouping: bool  # the convention of a grouping is certified with the agreement
    in_force_on: str
    in_force_by: str  # what makes that day, « date de la dernière signature »
    threshold: str  # empty when the agreement has none
    total: str


def certificate(subject: Subject) -> Certificate:
    """The certificate: acts and signatures by member; what is missing is marked to complete."""
    dossier = subject.dossier
    known = {act.siren: act for act in subject.acts}
    signed = [act.signed_on for act in subject.acts if act.signed_on]
    complete = bool(dossier.parties) and len(signed) == len(dossier.parties)
    last = max(signed) if complete else ""
    return Certificate(
        reference=dossier.reference,
        project_title=dossier.title,
        object=or_complete(dossier.object),
        lead=lead_name(dossier),
        lead_executive=party_line(dossier.lead).executive_said if dossier.lead else TO_COMPLETE,
        version=str(dossier.version) if dossier.version else "de travail",
        frozen_on=day(dossier.frozen_on) if dossier.frozen_on else "",
        shared_development=dossier.route == "shared_development",
        count=str(len(dossier.parties)),
        rows=tuple(_act_row(party, known.get(party.siren), agreed_roles(dossier)) for party in dossier.parties),
        annexes_grouping=votes.annexes_grouping(dossier),
        in_force_on=day(last if in_force.by_signature(dossier) else _enforceable(subject, last)),
        in_force_by=in_force.of_text(dossier),
        threshold=euros(dossier.threshold_cents) if dossier.threshold_cents is not None else "",
        total=euros(sum(act.maximum_cents or 0 for act in subject.acts)),
    )


def _enforceable(subject: Subject, signed: str) -> str:
    """The day of the last act made enforceable, once all have signed; "" where that is not known.

    A text is not in force before its last signature: what makes it enforceable after that day is not in the tracker.
    """
    days = [act.enforceable_on for act in subject.acts if act.enforceable_on]
    last = max(days, default="")
    return last if signed and len(days) == len(subject.dossier.parties) and last >= signed else ""


def _act_row(party: Party, act: Act | None, roles: Roles) -> ActRow:
    line = party_line(party, roles)
    if act is None or not act.number:
        return ActRow(party.name, line.role, TO_COMPLETE, TO_COMPLETE, TO_COMPLETE, TO_COMPLETE, TO_COMPLETE)
    return ActRow(
        name=party.name,
        role=line.role,
        act=f"{act.kind} n°\u00a0{act.number} du {day(act.date)}",
        enforceable_on=day(act.enforceable_on),
        signed_on=day(act.signed_on),
        signatory=f"{act.signatory}, {act.capacity}" if act.signatory else TO_COMPLETE,
        maximum=euros(act.maximum_cents),
    )
