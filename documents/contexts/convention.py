"""The constitutive convention of a grouping (L. 2113-7 CCP), the shared-development agreement, and their annexes."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

from documents.clauses.models import AGREEMENT, CONVENTION
from documents.clauses.printed import SIGNATURE, Printed, parts, printed
from documents.clauses.values import values
from documents.contexts import costs, needs
from documents.contexts.common import (
    TO_COMPLETE,
    PartyLine,
    agreed_roles,
    day,
    in_pairs,
    lead_name,
    number,
    or_complete,
    party_line,
    shares_development,
)
from documents.contexts.missions import MissionLine, mission_lines
from documents.contexts.subject import Subject
from projects.dossier import Dossier, Party
from projects.enums import Mandate
from projects.pooling.keys import POPULATION_TOTAL


@dataclass(frozen=True, slots=True)
class LotLine:
    """A lot of the consultation."""

    number: str
    title: str
    cpv: str


@dataclass(frozen=True, slots=True)
class Annexes:
    """Display-ready values of the annexes: members, needs and maxima, costs."""

    reference: str
    version: str
    frozen_on: str
    project_title: str
    object: str
    lead: str
    shared_development: bool
    parties: tuple[PartyLine, ...]
    duration: str
    maximum_total: str
    maxima: tuple[needs.MaximumRow, ...]
    volumes: tuple[needs.VolumeRow, ...]
    sums: tuple[needs.SumRow, ...]
    costs: costs.Costs
    schedule: str  # of the calls for funds, "" while none is written
    population_total: str  # body by body, where a key weighs by it; the other legal figure is in `parties`


@dataclass(frozen=True, slots=True)
class Convention(Annexes):
    """The articles and their annexes. The words of the articles are in documents/clauses/, or the project's own."""

    articles: tuple[Printed, ...]
    signature: tuple[Printed, ...]  # the last article, kept with the first signature blocks
    annexed: tuple[Printed, ...]  # the convention of the grouping, where a shared development has a firm build
    missions: tuple[MissionLine, ...]
    lots: tuple[LotLine, ...]
    signature_rows: tuple[tuple[PartyLine | None, ...], ...]  # two blocks a row


_MANDATE_WORDS = {
    Mandate.AWARD: "conduire la passation, chaque membre signant et exécutant le marché qui le concerne",
    Mandate.SIGNATURE: "conduire la passation, signer et notifier le marché au nom de tous, chacun exécutant sa part",
    Mandate.EXECUTION: "conduire la passation, signer, notifier et exécuter le marché au nom des membres",
}


def by_mandate(mandate: str) -> str:
    """What the lead body is mandated to do, in the middle of a sentence."""
    return _MANDATE_WORDS[Mandate(mandate)] if mandate else TO_COMPLETE


def build(subject: Subject) -> Annexes:
    """The annexes of a frozen or a present dossier; what is not known yet is marked to complete."""
    dossier = subject.dossier
    return Annexes(
        reference=dossier.reference,
        version=str(dossier.version) if dossier.version else "de travail",
        frozen_on=day(dossier.frozen_on) if dossier.frozen_on else "",
        project_title=dossier.title,
        object=or_complete(dossier.object),
        lead=lead_name(dossier),
        shared_development=shares_development(dossier),
        parties=tuple(party_line(party, agreed_roles(dossier)) for party in dossier.parties),
        duration=f"{dossier.duration_months} mois" if dossier.duration_months else TO_COMPLETE,
        maximum_total=needs.maximum_total(dossier),
        maxima=needs.maxima(dossier),
        volumes=needs.volumes(dossier),
        sums=needs.sums(dossier),
        costs=costs.build(dossier),
        schedule=values(dossier)["echeancier"] if dossier.terms.schedule or dossier.instalments else "",
        population_total=_total_populations(dossier),
    )


def _total_populations(dossier: Dossier) -> str:
    """« Valmont : 1 265 (2023) », every body, when a key of the project weighs by the total population."""
    if not any(_weighs(line.key, POPULATION_TOTAL) for line in dossier.cost_lines):
        return ""
    return "\u00a0; ".join(f"{party.name}\u00a0: {_total_population(party)}" for party in dossier.parties)


def _total_population(party: Party) -> str:
    year = f" ({party.population_year})" if party.population_year else ""
    return "–" if party.population_total is None else f"{number(str(party.population_total))}{year}"


def _weighs(key: Any, weight: str) -> bool:
    """Whether a key, or a part of a mixed one, weighs by this datum."""
    if not isinstance(key, dict):
        return False
    return key.get("weight") == weight or any(_weighs(part, weight) for part in key.values())


def text(subject: Subject) -> Convention:
    """The whole text that members sign, annexes included."""
    dossier = subject.dossier
    annexes = build(subject)
    main, *others = parts(dossier)
    articles = printed(dossier, main)
    return Convention(
        **{field.name: getattr(annexes, field.name) for field in dataclasses.fields(annexes)},
        articles=tuple(article for article in articles if not _closes(article)),
        signature=tuple(article for article in articles if _closes(article)),
        annexed=tuple(article for part in others for article in printed(dossier, part)),
        missions=mission_lines(dossier) if CONVENTION in (main, *others) else (),
        lots=lots(dossier),
        signature_rows=in_pairs(list(annexes.parties)),
    )


def lots(dossier: Dossier) -> tuple[LotLine, ...]:
    """The lots, each with its CPV code or that of the project."""
    return tuple(LotLine(str(lot.number), lot.title, lot.cpv or dossier.cpv) for lot in dossier.lots)


def _closes(article: Printed) -> bool:
    return article.code in (f"{CONVENTION}/{SIGNATURE}", f"{AGREEMENT}/{SIGNATURE}")
