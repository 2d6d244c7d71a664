"""The call for funds of one body: what is called now, what was before, what is left, to the cent (domain.md §2.2 E)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from documents.contexts.common import TO_COMPLETE, PartyLine, day, euros, lead_name, or_complete, party_line
from documents.contexts.subject import Call, Funds, Subject
from documents.contexts.words import in_words
from projects.dossier import Dossier, Instalment, Party
from projects.enums import BudgetSection, Mandate
from projects.pooling.funds import Amount, called_lines, cut, dues, schedule, total
from projects.pooling.words import percent, whole_said


@dataclass(frozen=True, slots=True)
class CallRow:
    """One of the calls: issued, the one this document makes, or to come."""

    number: str
    label: str
    percent: str
    due: str
    ht: str
    vat: str
    ttc: str
    status: str


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
class Money:
    """An amount, three times."""

    ht: str
    vat: str
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
    direct: bool  # the member pays the holder itself: only common costs are called
    party: PartyLine
    is_lead: bool
    section: str
    lines: tuple[BaseRow, ...]
    calls: tuple[CallRow, ...]
    share: Money
    share_words: str
    number: str  # of the last call issued, "" before the first
    label: str
    issued_on: str
    due_on: str
    called: Money  # by this call
    called_words: str
    before: Money
    received: Money  # of what was called before, by the day of this call
    left: Money
    call_total: Money  # of this call, all members
    members: str  # how many
    refund_days: str
    maximum: str
    act: str


def build(subject: Subject) -> FundsCall:
    """The calls of the body of the subject; KeyError when it takes no part."""
    dossier, party, funds = subject.dossier, subject.party, subject.funds
    facts = funds.facts or dossier
    plan = funds.plan or dossier.instalments
    amounts = _amounts(facts, plan, funds, party)
    issued = funds.calls[-1] if funds.calls else None
    done = len(funds.calls)
    due = total(amounts) if plan else dues(facts).get(party.siren, Amount(0, 0))
    return FundsCall(
        **_framing(dossier, party),
        lines=_lines(facts, party),
        calls=_rows(plan, amounts, done),
        share=_money(due),
        share_words=in_words(due.ttc_cents),
        number=str(done or ""),
        label=issued.label if issued else "",
        issued_on=day(issued.issued_on if issued else ""),
        due_on=day(issued.due_on if issued else ""),
        called=_money(amounts[done - 1]) if issued else _money(None),
        called_words=in_words(amounts[done - 1].ttc_cents) if issued else TO_COMPLETE,
        before=_money(total(amounts[: done - 1])) if issued else _money(None),
        received=_money(_received(funds, party.siren)) if issued else _money(None),
        left=_money(total(amounts[done:])) if issued else _money(None),
        call_total=_money(_whole(issued)) if issued else _money(None),
        members=str(len(issued.amounts)) if issued else TO_COMPLETE,
        refund_days=str(dossier.terms.refund_days),
        maximum=euros(_voted(subject, party)),
        act=_act(subject, dossier),
    )


def number_of(subject: Subject) -> str:
    """The number of the last call issued, which the document of now is about; that of the first before any."""
    return str(len(subject.funds.calls) or 1)


def _framing(dossier: Dossier, party: Party) -> dict[str, Any]:
    return {
        "reference": dossier.reference,
        "project_title": dossier.title,
        "object": or_complete(dossier.object),
        "lead": lead_name(dossier),
        "lead_siret": (dossier.lead.siret if dossier.lead else "") or TO_COMPLETE,
        "lead_executive": party_line(dossier.lead).executive_said if dossier.lead else TO_COMPLETE,
        "version": str(dossier.version) if dossier.version else "de travail",
        "frozen_on": day(dossier.frozen_on) if dossier.frozen_on else "",
        "shared_development": dossier.route == "shared_development",
        "mandate": dossier.level,
        "direct": dossier.level != Mandate.EXECUTION,
        "party": party_line(party),
        "is_lead": party.is_lead,
        "section": str(BudgetSection(party.budget_section).label) if party.budget_section else TO_COMPLETE,
    }


def _amounts(facts: Dossier, plan: Sequence[Instalment], funds: Funds, party: Party) -> list[Amount]:
    """Every call of the plan for this body, those issued as they were; nothing for a partner that buys nothing."""
    if not plan:
        return []
    cuts = cut(dues(facts), [item.basis_points for item in plan]).get(party.siren, [Amount(0, 0)] * len(plan))
    called = [_of(call, party.siren) for call in funds.calls]
    return schedule(cuts, called)


def _of(call: Call, siren: str) -> Amount:
    return total(Amount(each.ht_cents, each.vat_cents) for each in call.amounts if each.siren == siren)


def _received(funds: Funds, siren: str) -> Amount:
    """What the body had paid when the last call was issued: a later payment changes no issue."""
    day_of_issue = funds.calls[-1].issued_on
    rows = [row for call in funds.calls[:-1] for row in call.amounts if row.siren == siren]
    return total(Amount(row.ht_cents, row.vat_cents) for row in rows if "" < row.received_on <= day_of_issue)


def _whole(call: Call) -> Amount:
    return total(Amount(each.ht_cents, each.vat_cents) for each in call.amounts)


def _money(amount: Amount | None) -> Money:
    if amount is None:
        return Money(TO_COMPLETE, TO_COMPLETE, TO_COMPLETE)
    return Money(euros(amount.ht_cents), euros(amount.vat_cents), euros(amount.ttc_cents))


def _lines(facts: Dossier, party: Party) -> tuple[BaseRow, ...]:
    return tuple(
        BaseRow(
            line.label,
            whole_said(line.amount_cents, line.years),
            euros(line.subsidy_cents) if line.subsidy_cents else "–",
            line.key_label,
            euros(share.ht_cents),
            euros(share.ttc_cents),
        )
        for line in called_lines(facts)
        for share in line.shares
        if share.siren == party.siren
    )


def _rows(plan: Sequence[Instalment], amounts: Sequence[Amount], done: int) -> tuple[CallRow, ...]:
    found = []
    for place, (item, amount) in enumerate(zip(plan, amounts, strict=True), start=1):
        status = "à venir" if place > done else "présent appel" if place == done else "appelé"
        said = _money(amount)
        due = due_said(item)
        found.append(
            CallRow(str(place), item.label, percent(item.basis_points), due, said.ht, said.vat, said.ttc, status)
        )
    return tuple(found)


def due_said(item: Instalment) -> str:
    """When an instalment is due: its day, its event, or both."""
    return ", ".join(filter(None, [day(item.due_on) if item.due_on else "", item.milestone]))


def _voted(subject: Subject, party: Party) -> int | None:
    """The maximum that the body voted, else the one it announced."""
    voted = [act.maximum_cents for act in subject.acts if act.siren == party.siren and act.maximum_cents is not None]
    return voted[0] if voted else party.maximum_cents


def _act(subject: Subject, dossier: Dossier) -> str:
    for act in subject.acts:
        if act.siren == subject.siren and act.number:
            return f"{act.kind} n°\u00a0{act.number} du {day(act.date)}"
    return TO_COMPLETE
