"""French words and figures shared by the contexts."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from procurement import money
from procurement.models import BodyKind
from procurement.templatetags.cordee import french_date
from projects.dossier import Dossier, Party
from projects.enums import Route

TO_COMPLETE = "[à compléter]"


class Organs(NamedTuple):
    """Who represents a body, and which assembly decides for it."""

    executive: str
    assembly: str


_ORGANS = {
    BodyKind.COMMUNE: Organs("Maire", "conseil municipal"),
    BodyKind.EPCI: Organs("Président", "conseil communautaire"),
    BodyKind.EPT: Organs("Président", "conseil de territoire"),
    BodyKind.DEPARTEMENT: Organs("Président du conseil départemental", "conseil départemental"),
    BodyKind.REGION: Organs("Président du conseil régional", "conseil régional"),
    BodyKind.SPECIAL: Organs("Président", "assemblée délibérante"),
    BodyKind.SYNDICAT: Organs("Président", "comité syndical"),
    BodyKind.SDIS: Organs("Président du conseil d'administration", "conseil d'administration"),
}
METROPOLE_OF_LYON = "MET69"  # a legal form of the registry, which files it with the EPCI: it is none (L. 3611-1 CGCT)
_METROPOLES = ("METRO", METROPOLE_OF_LYON)
PARIS = "75"  # a department of one commune, whose assembly has a name of its own (L. 2512-1 CGCT)
# The collectivités of a special status, by the department of their seat.
_SPECIAL = {
    **dict.fromkeys(("2A", "2B", "20"), Organs("Président du conseil exécutif", "Assemblée de Corse")),
    "972": Organs("Président du conseil exécutif", "Assemblée de Martinique"),
    "973": Organs("Président de l'Assemblée", "Assemblée de Guyane"),
}


def organs(party: Party) -> Organs:
    """Title of the executive and of the assembly by kind of body; neutral words for the others."""
    if party.kind == BodyKind.EPCI and party.legal_form in _METROPOLES:
        return Organs("Président", "conseil de la métropole")
    if party.kind == BodyKind.COMMUNE and party.department == PARIS:
        return Organs("Maire", "Conseil de Paris")
    if party.kind == BodyKind.SPECIAL and party.department in _SPECIAL:
        return _SPECIAL[party.department]
    return _ORGANS.get(BodyKind(party.kind), Organs("Représentant légal", "organe délibérant"))


def kind_label(party: Party) -> str:
    """The legal kind in French."""
    return str(BodyKind.SPECIAL.label if party.legal_form == METROPOLE_OF_LYON else BodyKind(party.kind).label)


def day(iso: str) -> str:
    """`2026-04-30` → 30 avril 2026; nothing known → the mark to complete."""
    return french_date(dt.date.fromisoformat(iso)) if iso else TO_COMPLETE


def euros(cents: int | None) -> str:
    """An amount, or the mark to complete."""
    return TO_COMPLETE if cents is None else money.euros(cents)


def number(text: str) -> str:
    """A decimal string the French way."""
    return money.number(Decimal(text))


def siren(text: str) -> str:
    """Nine digits by threes, kept on one line."""
    return f"{text[:3]}{money.NO_BREAK}{text[3:6]}{money.NO_BREAK}{text[6:]}" if len(text) == 9 else TO_COMPLETE


def in_sentence(text: str) -> str:
    """A label inside a sentence: « Maire » → maire; an acronym keeps its capitals."""
    return text if text[:2].isupper() else text[:1].lower() + text[1:]


def join(words: list[str]) -> str:
    """« A, B et C »."""
    return " et ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def or_complete(text: str) -> str:
    """The text, or the mark to complete."""
    return text.strip() or TO_COMPLETE


@dataclass(frozen=True, slots=True)
class PartyLine:
    """A party as documents name it."""

    name: str
    siren: str
    siret: str
    kind: str
    executive: str
    kind_said: str  # as in the middle of a sentence
    executive_said: str
    assembly: str
    assembly_said: str  # at the head of a sentence
    population: str
    role: str
    is_lead: bool
    buys: bool
    maximum: str
    contacts: str


class Roles(NamedTuple):
    """What the parties are called, in the middle of a sentence: who leads, who pays a part, who pays nothing."""

    lead: str
    member: str
    guest: str


OF_A_GROUPING = Roles("coordonnateur", "membre", "partenaire sans achat")
OF_AN_AGREEMENT = Roles("chef de file", "partenaire", "partenaire sans contribution financière")


def shares_development(dossier: Dossier) -> bool:
    """Whether the parties sign a shared-development agreement, to which a grouping may be annexed."""
    return dossier.route == Route.SHARED_DEVELOPMENT


def agreed_roles(dossier: Dossier) -> Roles:
    """As the text that the parties sign calls them."""
    return OF_AN_AGREEMENT if shares_development(dossier) else OF_A_GROUPING


def buying_roles(dossier: Dossier) -> Roles:
    """As candidates know them: a grouping and its lead body (L. 2113-7 CCP), else one buyer and its partners."""
    return OF_A_GROUPING if dossier.grouped else OF_AN_AGREEMENT


def party_line(party: Party, roles: Roles = OF_A_GROUPING) -> PartyLine:
    """The line of a party, with its role among `roles`."""
    found = organs(party)
    population = "–" if party.population is None else money.number(party.population)
    role = roles.lead if party.is_lead else roles.member if party.buys else roles.guest
    return PartyLine(
        name=party.name,
        siren=siren(party.siren),
        siret=party.siret,
        kind=kind_label(party),
        executive=found.executive,
        kind_said=in_sentence(kind_label(party)),
        executive_said=in_sentence(found.executive),
        assembly=found.assembly,
        assembly_said=found.assembly[:1].upper() + found.assembly[1:],
        population=population + (f" ({party.population_year})" if party.population_year else ""),
        role=role[:1].upper() + role[1:],
        is_lead=party.is_lead,
        buys=party.buys,
        maximum=euros(party.maximum_cents),
        contacts=", ".join(party.contacts) or TO_COMPLETE,
    )


def lead_name(dossier: Dossier) -> str:
    """The lead body's name, or the mark to complete."""
    return dossier.lead.name if dossier.lead else TO_COMPLETE


def in_pairs(parties: list[PartyLine]) -> tuple[tuple[PartyLine | None, ...], ...]:
    """Two signature blocks a row; the last place of an odd number stays empty."""
    padded: list[PartyLine | None] = [*parties, *([None] if len(parties) % 2 else [])]
    return tuple((padded[index], padded[index + 1]) for index in range(0, len(padded), 2))
