"""A consultation as plain values: what requirements compare, pages show and documents print. No model, no query.

Amounts are cents HT, days `datetime.date`. A leaf: rows become these facts in `projects/consultation/reading.py`.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from projects import planning
from projects.agreement_terms import ContractForm
from projects.enums import FORMAL, Ending, MilestoneKind, Procedure
from projects.planning.timers import Reminder, standstill_end

SIGNATURE, TRANSMISSION, NOTIFICATION = MilestoneKind.SIGNATURE, MilestoneKind.TRANSMISSION, MilestoneKind.NOTIFICATION
FRAMEWORKS = (ContractForm.ORDERS, ContractForm.CALL_OFFS)  # each has a maximum (R. 2162-4 CCP)
WHOLE = 0  # contract number of what stands once for the whole consultation


@dataclass(frozen=True, slots=True)
class MilestoneFacts:
    """Something that happened. `contract` is the number of the contract it concerns, 0 for the whole consultation."""

    kind: str  # projects.enums.MilestoneKind
    label: str
    day: dt.date
    contract: int = WHOLE
    due_at: dt.datetime | None = None  # deadline of offers, on the publication
    count: int | None = None  # offers received, on the opening
    on_paper: bool = False  # on the letters
    reference: str = ""
    address: str = ""
    note: str = ""
    proof: str = ""
    pk: int = 0


@dataclass(frozen=True, slots=True)
class HolderFacts:
    """A firm that holds a contract; the first of a group leads it."""

    name: str
    id_kind: str  # projects.enums.HolderId
    identifier: str


@dataclass(frozen=True, slots=True)
class ContractFacts:
    """What one lot came to for one buyer. `lot` None when the need is not divided."""

    number: int
    reference: str  # P-2026-014/M1
    lot: int | None
    lot_title: str
    buyer: str
    buyer_siren: str
    buyer_siret: str
    ending: str  # projects.enums.Ending
    ending_reason: str
    amount_cents: int | None
    bidders: str  # projects.enums.Bidders
    bidders_label: str
    holders: tuple[HolderFacts, ...] = ()
    pk: int = 0
    buyer_id: int = 0

    @property
    def awarded(self) -> bool:
        """False for a lot dropped or without sound offer."""
        return self.ending == Ending.AWARDED

    @property
    def name(self) -> str:
        """For a sentence: « lot 2 · Reprise » or « le marché », with the buyer where each signs its own."""
        return f"le lot {self.lot}" if self.lot is not None else "le marché"


@dataclass(frozen=True, slots=True)
class Expected:
    """A contract that the mandate and the lots call for: its lot (None when not divided) and its buyer."""

    lot: int | None
    buyer_id: int
    buyer: str
    each: bool  # several buyers sign: the name matters

    @property
    def name(self) -> str:
        """« le lot 2, Valmont »."""
        lot = f"le lot {self.lot}" if self.lot is not None else "le marché"
        return f"{lot} de {self.buyer}" if self.each else lot


@dataclass(frozen=True, slots=True)
class ConsultationFacts:
    """One consultation. `need_cents` is what its procedure was chosen on: every member, lot and year."""

    project: str  # reference
    number: int
    reference: str  # P-2026-014/C1
    procedure: str  # projects.enums.Procedure
    procedure_label: str
    form: str  # projects.agreement_terms.ContractForm
    form_label: str
    maximum_cents: int | None
    duration_months: int | None
    derogation: str
    long_reason: str
    need_cents: int
    counted_on: dt.date  # the launch; the day asked while it is not launched
    launched_on: dt.date | None
    agreed_on: dt.date | None  # last signature of the convention: nothing is published before
    ending: str
    ending_label: str
    ending_reason: str
    ended_on: dt.date | None
    department: str = ""  # of the lead body, for its working days
    milestones: tuple[MilestoneFacts, ...] = ()  # by day; corrected ones are left out
    contracts: tuple[ContractFacts, ...] = ()
    expected: tuple[Expected, ...] = ()
    pk: int = 0

    @property
    def framework(self) -> bool:
        """A framework agreement, which has a maximum (R. 2162-4 CCP)."""
        return self.form in FRAMEWORKS

    @property
    def formal(self) -> bool:
        """A formal procedure: standstill, award committee."""
        return self.procedure in FORMAL

    @property
    def competitive(self) -> bool:
        """False for a contract without publicity nor competition."""
        return self.procedure != Procedure.DIRECT

    @property
    def awarded(self) -> tuple[ContractFacts, ...]:
        """The contracts that have a holder."""
        return tuple(contract for contract in self.contracts if contract.awarded)

    @property
    def awarded_cents(self) -> int:
        """Sum of the contracts."""
        return sum(contract.amount_cents or 0 for contract in self.awarded)

    @property
    def value_cents(self) -> int:
        """What thresholds are read on: the need, the framework's maximum or the contracts, whichever is most."""
        return max(self.need_cents, self.awarded_cents, self.maximum_cents or 0 if self.framework else 0)

    @property
    def advice(self) -> planning.Advice:
        """What that value calls for on the day of launch (dated table)."""
        return planning.procedure_for(self.value_cents, self.counted_on)

    @property
    def legality_control(self) -> bool:
        """Contracts go to the prefect before notification (D. 2131-5-1 CGCT), all lots together."""
        return self.advice.legality_control

    def milestone(self, kind: str, contract: int = WHOLE) -> MilestoneFacts | None:
        """The one that stands, or None."""
        return next((item for item in self.milestones if item.kind == kind and item.contract == contract), None)

    def day(self, kind: str, contract: int = WHOLE) -> dt.date | None:
        """Its day, or None."""
        found = self.milestone(kind, contract)
        return found.day if found else None

    @property
    def due_at(self) -> dt.datetime | None:
        """Until when offers come in."""
        found = self.milestone(MilestoneKind.PUBLICATION)
        return found.due_at if found else None

    @property
    def offers(self) -> int | None:
        """How many offers came in, once opened."""
        found = self.milestone(MilestoneKind.OPENING)
        return found.count if found else None

    @property
    def losers(self) -> bool:
        """Whether anybody is to be told of a rejection: not when a single firm took part (R. 2182-2 CCP)."""
        return self.competitive and self.offers != 1

    @property
    def standstill(self) -> Reminder | None:
        """The end of the suspension, 11 days after the letters (16 on paper); None where none is due or not started.

        Formal procedures only (R. 2182-1 CCP). `limit` is the last day of waiting.
        """
        letters = self.milestone(MilestoneKind.LETTERS)
        if not self.formal or letters is None:
            return None
        calendar = planning.WorkCalendar(frozenset({self.department} if self.department else ()))
        return standstill_end(letters.day, calendar, electronic=not letters.on_paper)

    def contract(self, number: int) -> ContractFacts:
        """By number; KeyError when there is none."""
        for contract in self.contracts:
            if contract.number == number:
                return contract
        raise KeyError(number)

    @property
    def notified_on(self) -> dt.date | None:
        """The last notification, once every contract is notified: the contract runs from then."""
        days = [self.day(NOTIFICATION, contract.number) for contract in self.awarded]
        known = [day for day in days if day is not None]
        return max(known) if known and len(known) == len(days) else None


@dataclass(frozen=True, slots=True)
class SettlementFacts:
    """What a body finally paid, and what the frozen version and its act said. Cents HT."""

    body: str
    siren: str
    share_cents: int
    voted_cents: int | None
    final_cents: int
    settled_on: dt.date
    further_act: str
    note: str


@dataclass(frozen=True, slots=True)
class AmendmentFacts:
    """A body joined, left or leads by amendment, or it lasts longer. `shares` and `refunds`: (SIREN, cents HT)."""

    number: int
    reference: str  # P-2026-014/AV1
    kind: str  # projects.enums.AmendmentKind
    kind_label: str
    body: str
    siren: str
    effective_on: dt.date
    reason: str
    rule: str
    rule_label: str
    fee_cents: int | None
    refunds: tuple[tuple[str, int], ...]
    shares: tuple[tuple[str, int], ...]
    act_number: str
    act_date: dt.date | None
    signed_on: dt.date | None
    signatory: str
    replaced: str = ""  # who led before
    signed_by: tuple[str, ...] = ()  # SIREN, of a change of lead body
    extends: str = ""  # French label
    covers: str = ""  # projects.enums.Extends
    months_before: int | None = None
    months: int | None = None
    contract_ends_on: dt.date | None = None
    added_cents: int | None = None
    ground: str = ""  # French label

    @property
    def title(self) -> str:
        """« Adhésion de Valmont », « Prolongation de 12 mois »."""
        if self.months:
            return f"{self.kind_label} de {self.months} mois"
        link = " : " if self.replaced else " de "
        return f"{self.kind_label}{link}{self.body}"
