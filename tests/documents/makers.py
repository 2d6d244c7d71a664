"""Dossiers made by hand, whose shares come from the real cost sharing."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

from documents.catalogue import Kind, kind_of
from documents.contexts.subject import Act, NeedFacts, Subject
from documents.printing import context_of, preview
from documents.render import render_page
from documents.stamp import Page, Stamp
from procurement import clock
from projects.agreement_terms import NO_TERMS, Terms
from projects.dossier import CostLine, Dossier, Instalment, Lot, Party, Quantity, Requirement, Subsidy, Volume
from projects.models import CostLine as CostLineRow
from projects.pooling.cost_lines import Payer, dossier_lines
from tests.makers import luhn

MAXIMUM = 90_000_00  # cents
EQUAL = {"kind": "equal"}
NEED = NeedFacts(
    reference="B-2026-0142",
    title="Logiciel d'état civil",
    domain="État civil",
    description="Tenir l'état civil et délivrer les actes.",
    body="Commune 002",
    siren="213801517",
    body_kind="Commune",
    population=914,
    declared_by="Camille Durand",
    published_on="2026-01-12",
    current_solution="Éditeur historique",
    contract_end="2027-12-31",
    maximum_cents=20_000_00,
    volumes=(("naissances", "20 actes (2025)"),),
    requirements=(("Naissances", "Établir l'acte de naissance.", "Indispensable"),),
)
POPULATION = {"kind": "prorata", "weight": "population"}


PLAN = (
    Instalment("Notification du marché", 4_000, "2027-03-01", ""),
    Instalment("Vérification d'aptitude", 3_000, "", "à la décision du premier site pilote"),
    Instalment("Version 1", 3_000, "", "à l'admission"),
)


def party(number: int, **changes: Any) -> Party:
    """Commune n° 1, 2, 3…; the first leads."""
    given = {
        "siren": luhn(f"000{number:05d}"),
        "siret": "",
        "name": f"Commune {number:03d}",
        "kind": "commune",
        "legal_form": "",
        "department": "38",
        "population": 640 + 137 * number,
        "population_year": 2023,
        "is_lead": number == 1,
        "maximum_cents": MAXIMUM,
        "quantities": (Quantity(1, str(number), "postes"),),
        "volumes": (Volume("naissances", str(10 * number), "actes", 2025),),
        "needs": (f"B-2026-{number:04d}",),
        "contacts": (f"Camille Durand {number}",),
    }
    return Party(**{**given, **changes})


def line(
    label: str, amount_cents: int, key: dict[str, Any], parties: Sequence[Party], subsidy: int = 0, **more: Any
) -> CostLine:
    """A cost line shared as the site shares it; `subsidy` in cents is taken off first."""
    row = CostLineRow(
        label=label, amount_cents=amount_cents, vat_percent="20", key=key, terms={}, lead_discount={}, **more
    )
    granted = [Subsidy("Région", "100", subsidy, None, subsidy)] if subsidy else []
    payers = [Payer(member.siren, member, {}) for member in parties if member.buys]
    return dossier_lines([row], granted, payers)[0]


def dossier(members: int = 3, **changes: Any) -> Dossier:
    """A project of `members` communes that share two lines, frozen as version 1."""
    parties = changes.pop("parties", tuple(party(number) for number in range(1, members + 1)))
    given = {
        "reference": "P-2026-014",
        "title": "État civil partagé",
        "object": "Un logiciel d'état civil publié sous licence libre.",
        "route": "grouped_purchase",
        "mandate": "M2",
        "grouping": "one_off",
        "cao": "lead",
        "cpv": "48000000",
        "cpv_label": "Logiciels et systèmes d'information",
        "duration_months": 48,
        "starts_on": "2026-02-01",
        "cut_off": "2026-04-30",
        "threshold_cents": None,
        "ceiling_cents": None,
        "coordinator": "Nadia Berthet",
        "parties": parties,
        "lots": (Lot(1, "Logiciel et hébergement"),),
        "no_lots_reason": "Un seul éditeur répond de l'ensemble.",
        "cost_lines": (
            line("Développement", 120_000_01, POPULATION, parties),
            line("Hébergement", 19_200_00, EQUAL, parties),
        ),
        "requirements": (
            Requirement("EX-001", "Naissances", "Établir l'acte de naissance.", "must", (parties[0].siren,)),
            Requirement("EX-002", "Naissances", "Reprendre l'existant.", "should", tuple(p.siren for p in parties)),
            Requirement("EX-003", "Registres", "Numéroter sans trou.", "must", (parties[-1].siren,)),
        )
        if parties
        else (),
        "domain_code": "etat-civil",
        "domain_label": "État civil",
        "version": 1,
        "frozen_on": "2026-05-04",
    }
    return Dossier(**{**given, **changes})


def empty(**changes: Any) -> Dossier:
    """What a project knows on its first day: every kind previews before data exists."""
    given = {
        "parties": (),
        "object": "",
        "cpv": "",
        "cpv_label": "",
        "duration_months": None,
        "cut_off": "",
        "lots": (),
        "no_lots_reason": "",
        "cost_lines": (),
        "requirements": (),
        "domain_code": "",
        "domain_label": "",
        "version": 0,
        "frozen_on": "",
    }
    return dossier(0, **{**given, **changes})


def acts(facts: Dossier) -> tuple[Act, ...]:
    """What every party voted and signed, on sound dates."""
    return tuple(
        Act(
            party.siren,
            "délibération",
            f"2026-{number}",
            "2026-05-20",
            "2026-05-27",
            1,
            party.maximum_cents,
            f"2026-06-{number % 28 + 1:02d}",
            "Anne Le Guen",
            "Maire",
        )
        for number, party in enumerate(facts.parties, start=1)
    )


def subject(facts: Dossier, code: str, siren: str = "") -> Subject:
    """What a kind needs beside the facts: for a per-body kind, the second party unless one is named."""
    kind = kind_of(code, facts.route)
    siren = siren or facts.parties[min(1, len(facts.parties) - 1)].siren if kind.per_body else ""
    return Subject(facts, siren, acts(facts), NEED if kind.per_need else None)


def sample(kind: Kind, demo: Dossier) -> Page:
    """An issue of any kind: the demo for the two long ones, three communes for the others."""
    long = kind.code in ("convention", "specification") and demo.route in kind.routes
    return issued(demo if long else dossier(3, route=kind.routes[-1], threshold_cents=100_000_00), kind.code)


def issued(facts: Dossier, code: str = "convention", *, siren: str = "") -> Page:
    """An issue of a kind, as `printing.page_of` makes it."""
    kind: Kind = kind_of(code, facts.route)
    stamp = Stamp(f"{facts.reference}/{kind.prefix}-v1", "Émis le 04/05/2026", "0123456789abcdef", clock.today())
    return render_page(kind, context_of(kind, subject(facts, code, siren)), stamp)


def together(
    table: Mapping[str, tuple[dict[str, Any], list[str], list[str]]], names: Sequence[str]
) -> tuple[dict[str, Any], list[str], list[str]]:
    """Rows of a table of variants as one: what changes, what is said, what is not. Terms add up."""
    changes: dict[str, Any] = {}
    terms: dict[str, Any] = {}
    for name in names:
        changes.update(table[name][0])
        asked = table[name][0].get("terms", NO_TERMS)
        given = {field.name: getattr(asked, field.name) for field in dataclasses.fields(asked)}
        terms.update({field: value for field, value in given.items() if value != getattr(NO_TERMS, field)})
    said, unsaid = ([word for name in names for word in table[name][place]] for place in (1, 2))
    return {**changes, "terms": Terms(**terms)}, said, unsaid


def issued_html(facts: Dossier, code: str = "convention", *, siren: str = "") -> str:
    """Its HTML."""
    return issued(facts, code, siren=siren).html


def draft_html(facts: Dossier, code: str = "convention") -> str:
    """The HTML of a draft."""
    return preview(kind_of(code, facts.route), Subject(facts)).html
