"""What a document is about: a project's facts, and for some kinds one body, the acts taken, or one need."""

from __future__ import annotations

from dataclasses import dataclass, replace

from projects.dossier import Dossier, Instalment, Party
from projects.enums import AmendmentKind, Extends


@dataclass(frozen=True, slots=True)
class Act:
    """What one party voted and signed, as the tracker holds it; dates ISO 8601, "" when not yet."""

    siren: str
    kind: str  # French: délibération, décision
    number: str
    date: str
    enforceable_on: str
    version: int | None
    maximum_cents: int | None
    signed_on: str
    signatory: str
    capacity: str


@dataclass(frozen=True, slots=True)
class NeedFacts:
    """A declared need as its sheet prints it; amounts in cents HT, "" for what was not said."""

    reference: str
    title: str
    domain: str
    description: str
    body: str
    siren: str
    body_kind: str
    population: int | None
    declared_by: str
    published_on: str
    current_solution: str
    contract_end: str
    maximum_cents: int | None
    volumes: tuple[tuple[str, str], ...]  # label, quantity with its unit and year
    requirements: tuple[tuple[str, str, str], ...]  # chapter, text, priority
    answers: tuple[tuple[str, str, str], ...] = ()  # of the declaration: field, label, text, "" for no answer yet
    interfaces: tuple[tuple[str, str, str], ...] = ()  # software, direction, protocol
    domain_answers: tuple[tuple[str, str], ...] = ()  # question of the domain, answer


@dataclass(frozen=True, slots=True)
class Award:
    """A contract that was awarded: one per lot and, under M1, per member. Amounts in cents HT, dates ISO 8601."""

    lot: int | None
    buyer: str  # SIREN of the member that signs
    holder: str
    identifier: str  # SIRET or other
    amount_cents: int | None
    signed_on: str = ""
    control_on: str = ""
    control_receipt: str = ""
    notified_on: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """An amendment: a body joined, left or leads, or it lasts longer. Amounts in cents HT, dates ISO 8601.

    `effective_on` "" for one that is agreed and still to be signed.
    """

    number: int
    kind: str  # projects.enums.AmendmentKind
    siren: str
    name: str
    effective_on: str
    reason: str
    rule: str  # of the entry fee, French label
    fee_cents: int | None
    refunds: tuple[tuple[str, int], ...]
    shares: tuple[tuple[str, int], ...]  # what each pays from then on
    act_number: str
    act_date: str
    replaced: str = ""  # name of who led before
    signed_by: tuple[str, ...] = ()  # SIREN, of a change of lead body
    covers: str = ""  # projects.enums.Extends
    months_before: int | None = None
    months: int | None = None  # added
    contract_ends_on: str = ""
    added_cents: int | None = None
    ground: str = ""  # French label


@dataclass(frozen=True, slots=True)
class Settlement:
    """What a member finally paid, cents HT, and the day its account was closed."""

    siren: str
    final_cents: int
    on: str


@dataclass(frozen=True, slots=True)
class Tender:
    """The consultation of a project as it was recorded; dates ISO 8601, "" when not yet. Amounts in cents HT."""

    number: int = 0
    procedure: str = ""  # projects.enums.Procedure
    formal: bool | None = None  # None while no procedure is chosen
    form: str = ""  # French label of the form of the contract
    framework: bool | None = None
    maximum_cents: int | None = None
    need_cents: int | None = None  # what the procedure was chosen on
    legality_control: bool = False
    published_on: str = ""
    offers_due: str = ""  # French: day and hour of Paris
    opened_on: str = ""
    offers: int | None = None  # received
    planned: tuple[tuple[str, str], ...] = ()  # step of the timetable → day, while nothing is published
    committee_on: str = ""
    decided_on: str = ""
    letters_on: str = ""
    on_paper: bool = False  # the letters: sixteen days of standstill instead of eleven (R. 2182-1 CCP)
    standstill_ends: str = ""
    notified_on: str = ""  # the last notification, once every contract is notified
    awards: tuple[Award, ...] = ()
    overruns: tuple[str, ...] = ()  # sentences: the ceilings that the contracts pass
    settlements: tuple[Settlement, ...] = ()
    entries: tuple[Entry, ...] = ()
    software: str = ""
    licence: str = ""  # SPDX identifier under which version 1 was published
    repository: str = ""
    archive: str = ""
    released_on: str = ""
    maintenance: str = ""


NO_TENDER = Tender()


@dataclass(frozen=True, slots=True)
class Called:
    """What a call asked of one member, cents."""

    siren: str
    ht_cents: int
    vat_cents: int
    received_on: str = ""  # ISO 8601, "" while it is not paid


@dataclass(frozen=True, slots=True)
class Call:
    """A call for funds as it was issued; dates ISO 8601."""

    number: int
    label: str
    issued_on: str
    due_on: str
    amounts: tuple[Called, ...]


@dataclass(frozen=True, slots=True)
class Funds:
    """The plan of the calls, those issued, and the facts they are computed on where they are not the frozen ones."""

    plan: tuple[Instalment, ...] = ()
    calls: tuple[Call, ...] = ()
    facts: Dossier | None = None


NO_FUNDS = Funds()


@dataclass(frozen=True, slots=True)
class Subject:
    """Facts of a document; `siren` names the body of a per-body kind."""

    dossier: Dossier
    siren: str = ""
    acts: tuple[Act, ...] = ()
    need: NeedFacts | None = None
    now: Dossier | None = None  # the facts of today when `dossier` holds frozen ones: what an amendment changes
    tender: Tender = NO_TENDER
    funds: Funds = NO_FUNDS

    @property
    def party(self) -> Party:
        """The body of a per-body kind. KeyError when it takes no part."""
        return self.dossier.party(self.siren)

    def amended(self) -> Subject:
        """With who leads, and for how long, as the signed amendments have it: what is printed since then."""
        signed = [entry for entry in self.tender.entries if entry.effective_on]
        lead = next((entry.siren for entry in reversed(signed) if entry.kind == AmendmentKind.LEAD), "")
        longer = sum(entry.months or 0 for entry in signed if entry.covers != Extends.CONTRACT)
        if not lead and not longer:
            return self
        parties = self.dossier.parties
        if lead:
            marked = [replace(party, is_lead=party.siren == lead) for party in parties]
            parties = tuple(sorted(marked, key=lambda party: not party.is_lead))
        months = self.dossier.duration_months
        return replace(self, dossier=replace(self.dossier, parties=parties, duration_months=months and months + longer))


NO_PROJECT = Dossier(
    reference="",
    title="",
    object="",
    route="",
    mandate="",
    grouping="",
    cao="",
    cpv="",
    cpv_label="",
    duration_months=None,
    starts_on="",
    cut_off="",
    threshold_cents=None,
    ceiling_cents=None,
    coordinator="",
    parties=(),
)
