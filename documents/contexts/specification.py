"""The specification: context per member, consolidated volumes, requirements traced to the bodies that asked.

Its own prose is clauses (documents/clauses/cahier/), which the lead body's legal team may word another way.
"""

from __future__ import annotations

from dataclasses import dataclass

from documents.clauses.facts import CIVIL_REGISTRY
from documents.clauses.models import SPECIFICATION
from documents.clauses.printed import Printed, printed
from documents.contexts import needs
from documents.contexts.common import TO_COMPLETE, PartyLine, buying_roles, day, lead_name, or_complete, party_line
from documents.contexts.subject import Subject
from projects.dossier import Dossier
from projects.enums import Priority


@dataclass(frozen=True, slots=True)
class RequirementRow:
    """A requirement with its number and its origin."""

    number: str
    text: str
    priority: str
    asked_by: str


@dataclass(frozen=True, slots=True)
class Chapter:
    """The requirements of a chapter."""

    title: str
    rows: tuple[RequirementRow, ...]


@dataclass(frozen=True, slots=True)
class PriorityCount:
    """How many requirements have a priority."""

    label: str
    count: str


@dataclass(frozen=True, slots=True)
class Specification:
    """Display-ready values of the specification."""

    reference: str
    version: str
    frozen_on: str
    project_title: str
    object: str
    lead: str
    buyer: str  # « …, coordonnateur du groupement », or who leads the agreement and buys alone
    domain: str
    civil_registry: bool
    parties: tuple[PartyLine, ...]
    cpv: str
    duration: str
    lots: tuple[str, ...]
    sums: tuple[needs.SumRow, ...]
    volumes: tuple[needs.VolumeRow, ...]
    silent: str  # bodies that buy and declared no volume
    counts: tuple[PriorityCount, ...]
    total: str
    chapters: tuple[Chapter, ...]
    reading: tuple[Printed, ...]  # 1.3: how to read it
    counting: tuple[Printed, ...]  # 2: what volumes are worth
    legal: tuple[Printed, ...]  # 4
    execution: tuple[Printed, ...]  # 5


_BUYERS = {True: "coordonnateur du groupement", False: "chef de file de l'accord de développement partagé"}


def build(subject: Subject) -> Specification:
    """The context; bodies are named in full, requirements keep the numbers of the dossier."""
    dossier = subject.dossier
    silent = [party.name for party in dossier.parties if party.buys and not party.volumes]
    return Specification(
        reference=dossier.reference,
        version=str(dossier.version) if dossier.version else "de travail",
        frozen_on=day(dossier.frozen_on) if dossier.frozen_on else "",
        project_title=dossier.title,
        object=or_complete(dossier.object),
        lead=lead_name(dossier),
        buyer=f"{lead_name(dossier)}, {_BUYERS[dossier.grouped]}",
        domain=dossier.domain_label,
        civil_registry=dossier.domain_code == CIVIL_REGISTRY,
        parties=tuple(party_line(party, buying_roles(dossier)) for party in dossier.parties),
        cpv=f"{dossier.cpv} ({dossier.cpv_label})" if dossier.cpv else TO_COMPLETE,
        duration=f"{dossier.duration_months} mois" if dossier.duration_months else TO_COMPLETE,
        lots=tuple(f"Lot {lot.number} : {lot.title}" for lot in dossier.lots),
        sums=needs.sums(dossier),
        volumes=needs.volumes(dossier),
        silent=", ".join(silent),
        counts=_counts(dossier),
        total=str(len(dossier.requirements)),
        chapters=_chapters(dossier),
        reading=_prose(dossier, "1"),
        counting=_prose(dossier, "2"),
        legal=_prose(dossier, "4"),
        execution=_prose(dossier, "5"),
    )


def _prose(dossier: Dossier, part: str) -> tuple[Printed, ...]:
    """The clauses of one part, as numbered: 5.1, 5.2…"""
    return tuple(item for item in printed(dossier, SPECIFICATION) if item.number.partition(".")[0] == part)


def _counts(dossier: Dossier) -> tuple[PriorityCount, ...]:
    found = [item.priority for item in dossier.requirements]
    return tuple(PriorityCount(str(p.label), str(found.count(p.value))) for p in Priority if p.value in found)


def _chapters(dossier: Dossier) -> tuple[Chapter, ...]:
    names = {party.siren: party.name for party in dossier.parties}
    rows: dict[str, list[RequirementRow]] = {}
    for item in dossier.requirements:
        asked = [names[siren] for siren in item.asked_by if siren in names]
        everyone = len(asked) == len([party for party in dossier.parties if party.needs]) > 1
        label = "tous les organismes" if everyone else ", ".join(asked) or "–"
        rows.setdefault(item.chapter, []).append(
            RequirementRow(item.number, item.text, str(Priority(item.priority).label), label)
        )
    return tuple(Chapter(title, tuple(items)) for title, items in rows.items())
