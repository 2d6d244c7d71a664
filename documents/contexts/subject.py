"""What a document is about: a project's facts, and for some kinds one body, the acts taken, or one need."""

from __future__ import annotations

from dataclasses import dataclass

from projects.dossier import Dossier, Party


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


@dataclass(frozen=True, slots=True)
class Award:
    """A contract that was awarded: one per lot and, under M1, per member. Amounts in cents HT."""

    lot: int | None
    buyer: str  # SIREN of the member that signs, "" when the lead body signs for all
    holder: str
    identifier: str  # SIRET or other
    amount_cents: int | None


@dataclass(frozen=True, slots=True)
class Settlement:
    """What a member finally paid, cents HT, and the day its account was closed."""

    siren: str
    final_cents: int
    on: str


@dataclass(frozen=True, slots=True)
class Tender:
    """The consultation of a project as it was recorded; dates ISO 8601, "" when not yet."""

    number: int = 0
    procedure: str = ""  # French label
    published_on: str = ""
    offers_due: str = ""  # French: day and hour of Paris
    opened_on: str = ""
    committee_on: str = ""
    decided_on: str = ""
    letters_on: str = ""
    on_paper: bool = False  # the letters: sixteen days of standstill instead of eleven (R. 2182-1 CCP)
    standstill_ends: str = ""
    signed_on: str = ""
    control_on: str = ""
    control_receipt: str = ""
    notified_on: str = ""
    awards: tuple[Award, ...] = ()
    settlements: tuple[Settlement, ...] = ()
    licence: str = ""  # SPDX identifier under which version 1 was published
    repository: str = ""
    released_on: str = ""


NO_TENDER = Tender()


@dataclass(frozen=True, slots=True)
class Subject:
    """Facts of a document; `siren` names the body of a per-body kind."""

    dossier: Dossier
    siren: str = ""
    acts: tuple[Act, ...] = ()
    need: NeedFacts | None = None
    now: Dossier | None = None  # the facts of today when `dossier` holds frozen ones: what an amendment changes
    tender: Tender = NO_TENDER

    @property
    def party(self) -> Party:
        """The body of a per-body kind. KeyError when it takes no part."""
        return self.dossier.party(self.siren)


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
