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
class Subject:
    """Facts of a document; `siren` names the body of a per-body kind."""

    dossier: Dossier
    siren: str = ""
    acts: tuple[Act, ...] = ()
    need: NeedFacts | None = None

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
