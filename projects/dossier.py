"""The facts of a project as plain values: what a frozen version stores and what every document is built from.

A dossier holds no wording beyond names and explanations, no model instance and no float, so it survives JSON unchanged.
Amounts are integer cents, percentages and quantities decimal strings, dates ISO 8601 strings ("" when unknown).
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from typing import Any

from projects import missions as matrix
from projects.agreement_terms import NO_TERMS, ClauseText, Terms
from projects.enums import Committee


@dataclass(frozen=True, slots=True)
class Quantity:
    """What a party wants of a lot, « au moins `minimum` jusqu'à `quantity` »: decimal strings, "" for no minimum."""

    lot: int
    quantity: str
    unit: str
    minimum: str = ""


@dataclass(frozen=True, slots=True)
class LotMaximum:
    """Up to how much a party takes part in a lot, cents HT."""

    lot: int
    maximum_cents: int


@dataclass(frozen=True, slots=True)
class Volume:
    """A volume declared in a need; `quantity` is a decimal string, `year` None when not dated."""

    label: str
    quantity: str
    unit: str
    year: int | None


@dataclass(frozen=True, slots=True)
class Party:
    """A body that takes part. `maximum_cents` (HT) is None until it says so, 0 for a partner that buys nothing."""

    siren: str
    siret: str
    name: str
    kind: str  # procurement.models.BodyKind
    legal_form: str  # CC, CA, SIVU… as the registry has it, often ""
    department: str
    population: int | None
    population_year: int | None
    is_lead: bool
    maximum_cents: int | None
    quantities: tuple[Quantity, ...] = ()
    volumes: tuple[Volume, ...] = ()
    needs: tuple[str, ...] = ()  # references of the pooled needs of this body
    contacts: tuple[str, ...] = ()  # people who act for the body, "Prénom Nom"
    epci: str = ""  # SIREN of the EPCI the registry places this body in
    lot_maxima: tuple[LotMaximum, ...] = ()  # empty while the party has not split its maximum by lot
    population_total: int | None = None  # of the same year; the other legal figure, which a key may weigh by
    yearly_maximum_cents: int | None = None
    budget_section: str = ""  # projects.enums.BudgetSection, "" when not decided
    in_kind_days: str = ""  # decimal string, "" for no contribution in kind
    in_kind_day_cents: int | None = None
    in_kind_cents: int = 0  # days × day rate, half a cent up

    @property
    def buys(self) -> bool:
        """False for a partner that takes part (hosting, advice) and has said it pays nothing."""
        return self.maximum_cents != 0


@dataclass(frozen=True, slots=True)
class Lot:
    """A lot of the consultation."""

    number: int
    title: str
    cpv: str = ""


@dataclass(frozen=True, slots=True)
class PartyShare:
    """What one party pays of a cost line. `weight`: its exact weight under the key, as a fraction string."""

    siren: str
    weight: str
    ht_cents: int
    vat_cents: int
    ttc_cents: int
    explanation: str


@dataclass(frozen=True, slots=True)
class CostLine:
    """A cost to share and how it is shared; `key` is the JSON form of the key (interfaces.md, `share`)."""

    label: str
    amount_cents: int  # HT, before subsidy
    vat_percent: str
    key: dict[str, Any]
    key_label: str  # short French name of the key: "au prorata de la population"
    key_rule: str  # the rule in words, rounding included
    shares: tuple[PartyShare, ...]  # empty while the key cannot be computed
    problem: str = ""  # why it cannot, in French
    subsidy_cents: int = 0  # this line's part of the subsidies; what is shared is the difference
    category: str = ""  # projects.enums.CostCategory, "" when nobody has said
    trace: tuple[str, ...] = ()  # the computation in French sentences: discount, bounds met, leftover cents
    years: int | None = None  # of a cost that comes back every year; the amount is that of all of them
    lot: int | None = None  # number of the lot whose members alone pay


@dataclass(frozen=True, slots=True)
class Subsidy:
    """Outside money taken off before any key: min(rate × eligible base, cap), rounded half up."""

    label: str
    rate_percent: str
    eligible_cents: int
    cap_cents: int | None
    amount_cents: int


@dataclass(frozen=True, slots=True)
class Instalment:
    """A call for funds that the parties agreed on: its part of every share, in basis points, and when it is due."""

    label: str
    basis_points: int
    due_on: str  # "" when it depends on an event
    milestone: str  # the event, in words, "" for a date alone


@dataclass(frozen=True, slots=True)
class Requirement:
    """A consolidated requirement and the bodies whose needs hold it."""

    number: str  # EX-001, stable within a version
    chapter: str
    text: str
    priority: str  # must, should, could, wont
    asked_by: tuple[str, ...]  # SIREN


@dataclass(frozen=True, slots=True)
class Dossier:
    """Everything a document of a project may print."""

    reference: str
    title: str
    object: str
    route: str  # grouped_purchase, shared_development
    mandate: str  # M1, M2, M3
    grouping: str  # one_off, permanent
    cao: str  # lead, grouping, none, as the project chose: `committee` is the one that sits
    cpv: str
    cpv_label: str
    duration_months: int | None
    starts_on: str
    cut_off: str
    threshold_cents: int | None
    ceiling_cents: int | None
    coordinator: str  # a person who animates, never a party
    parties: tuple[Party, ...]  # lead first, then by name
    lots: tuple[Lot, ...] = ()
    no_lots_reason: str = ""
    cost_lines: tuple[CostLine, ...] = ()
    subsidies: tuple[Subsidy, ...] = ()
    requirements: tuple[Requirement, ...] = ()
    domain_code: str = ""  # functional domain of most of the needs: etat-civil, cimetieres…
    domain_label: str = ""
    version: int = 0  # number of the frozen version; 0 while nothing is frozen
    frozen_on: str = ""
    missions: dict[str, str] = field(default_factory=dict)  # operation → lead, each or a SIREN, where not the preset
    vehicle: str = "grouping"  # of a shared development: grouping, co_funding, cooperation
    terms: Terms = NO_TERMS
    amendments: tuple[ClauseText, ...] = ()  # the clauses that the project words its own way
    clauses: tuple[ClauseText, ...] = ()  # every clause as frozen; empty while the words may change
    instalments: tuple[Instalment, ...] = ()  # the plan of the calls for funds, empty while there is none

    @property
    def lead(self) -> Party | None:
        """The lead body (coordonnateur), or None while it is not chosen."""
        return next((party for party in self.parties if party.is_lead), None)

    @property
    def grouped(self) -> bool:
        """Whether a grouping buys: a grouped purchase, or the shared development that has one (domain.md §1.4)."""
        return matrix.grouped(self)

    @property
    def level(self) -> str:
        """Who signs and who pays: M1, M2 or M3 as the matrix has it; without a grouping the lead body alone, as M3."""
        return matrix.level_of(self)

    @property
    def committee(self) -> str:
        """Whose award committee sits: that of a grouping only where a grouping buys (L. 1414-3, I CGCT)."""
        return Committee.LEAD.value if self.cao == Committee.GROUPING and not self.grouped else self.cao

    def doing(self, operation: str) -> str:
        """Who carries out an operation of the matrix (projects.missions): LEAD, EACH or a SIREN."""
        if not self.grouped:
            return matrix.LEAD
        return matrix.who_does(operation, self.mandate, self.missions)

    def share_of(self, siren: str) -> int:
        """Cents HT that a party pays, all cost lines together."""
        return sum(share.ht_cents for line in self.cost_lines for share in line.shares if share.siren == siren)

    def party(self, siren: str) -> Party:
        """The party with this SIREN; KeyError when it is not in the dossier."""
        for party in self.parties:
            if party.siren == siren:
                return party
        raise KeyError(siren)


def to_json(dossier: Dossier) -> dict[str, Any]:
    """Plain dicts, lists, strings, integers, booleans and None."""
    return dataclasses.asdict(dossier)


def from_json(data: dict[str, Any]) -> Dossier:
    """The dossier that `to_json` wrote; KeyError or TypeError when `data` has another shape."""
    return Dossier(
        **{
            **data,
            "parties": tuple(
                Party(
                    **{
                        **party,
                        "quantities": tuple(Quantity(**quantity) for quantity in party["quantities"]),
                        "lot_maxima": tuple(LotMaximum(**item) for item in party.get("lot_maxima", ())),
                        "volumes": tuple(Volume(**volume) for volume in party["volumes"]),
                        "needs": tuple(party["needs"]),
                        "contacts": tuple(party["contacts"]),
                    }
                )
                for party in data["parties"]
            ),
            "lots": tuple(Lot(**lot) for lot in data["lots"]),
            "cost_lines": tuple(
                CostLine(
                    **{
                        **line,
                        "shares": tuple(PartyShare(**share) for share in line["shares"]),
                        "trace": tuple(line.get("trace", ())),
                    }
                )
                for line in data["cost_lines"]
            ),
            "subsidies": tuple(Subsidy(**subsidy) for subsidy in data["subsidies"]),
            "requirements": tuple(
                Requirement(**{**item, "asked_by": tuple(item["asked_by"])}) for item in data["requirements"]
            ),
            "terms": Terms(**data.get("terms", {})),
            "amendments": tuple(ClauseText(**item) for item in data.get("amendments", ())),
            "clauses": tuple(ClauseText(**item) for item in data.get("clauses", ())),
            "instalments": tuple(Instalment(**item) for item in data.get("instalments", ())),
        }
    )
