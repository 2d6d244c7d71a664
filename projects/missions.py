"""Who does what in the name of whom: the mandate as a matrix, with M1, M2 and M3 as presets (L. 2113-7 CCP).

The law allows any split and several mandated members; the three usual levels are only where one starts from. A leaf.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from projects.enums import Route, Vehicle

LEAD, EACH = "lead", "each"  # otherwise the id of a body, as text


@dataclass(frozen=True, slots=True)
class Operation:
    """One line of the matrix; `presets` says who does it under M1, M2, M3."""

    code: str
    label: str
    presets: tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Mission:
    """Who does an operation: `who` is LEAD, EACH or the id of a member; `preset` while nobody chose otherwise."""

    operation: Operation
    who: str
    preset: bool


LEVELS = ("M1", "M2", "M3")
ALL_LEAD, FROM_M2, FROM_M3 = (LEAD, LEAD, LEAD), (EACH, LEAD, LEAD), (EACH, EACH, LEAD)
OPERATIONS = (
    Operation("sourcing", "Sourçage et étude du marché", ALL_LEAD),
    Operation("census", "Recensement des besoins", ALL_LEAD),
    Operation("file", "Rédaction du dossier de consultation", ALL_LEAD),
    Operation("publication", "Publication de l'avis", ALL_LEAD),
    Operation("questions", "Réponses aux questions des candidats", ALL_LEAD),
    Operation("opening", "Ouverture des plis", ALL_LEAD),
    Operation("analysis", "Analyse des offres", ALL_LEAD),
    Operation("committee", "Secrétariat de la commission d'appel d'offres", ALL_LEAD),
    Operation("losers", "Information des candidats non retenus", ALL_LEAD),
    Operation("signature", "Signature du marché", FROM_M2),
    Operation("transmission", "Transmission au contrôle de légalité", FROM_M2),
    Operation("notification", "Notification du marché", FROM_M2),
    Operation("notice", "Avis d'attribution", FROM_M2),
    Operation("essential_data", "Données essentielles", FROM_M2),
    Operation("changes", "Modifications du marché", FROM_M2),
    Operation("renewal", "Reconduction", FROM_M2),
    Operation("termination", "Résiliation", FROM_M2),
    Operation("litigation", "Contentieux de la passation", ALL_LEAD),
    Operation("orders", "Commandes et suivi de l'exécution", FROM_M3),
    Operation("acceptance", "Vérifications et admission", FROM_M3),
    Operation("payment", "Paiement du titulaire", FROM_M3),
    Operation("archives", "Conservation des pièces de la procédure", ALL_LEAD),
)
BY_CODE = {operation.code: operation for operation in OPERATIONS}


def preset(operation: Operation, mandate: str) -> str:
    """Who does it under a level of mandate; as under M2, the usual one, while none is chosen."""
    return operation.presets[LEVELS.index(mandate or "M2")]


def matrix(mandate: str, chosen: Mapping[str, Any]) -> tuple[Mission, ...]:
    """Every operation; `chosen` (code → who) wins over the preset of the mandate."""
    return tuple(
        Mission(item, str(chosen.get(item.code) or preset(item, mandate)), item.code not in chosen)
        for item in OPERATIONS
    )


def who_does(code: str, mandate: str, chosen: Mapping[str, Any]) -> str:
    """LEAD, EACH or the id of a body."""
    return str(chosen.get(code) or preset(BY_CODE[code], mandate))


def level(mandate: str, chosen: Mapping[str, Any]) -> str:
    """What the matrix comes to: M1 where each member signs, M3 where one body pays for all, else M2; "" undecided."""
    if not mandate:
        return ""
    if each_signs(mandate, chosen):
        return "M1"
    return "M2" if who_does("payment", mandate, chosen) == EACH else "M3"


def grouped(project: Any) -> bool:
    """Whether a grouping buys: a grouped purchase, or the shared development that has one (domain.md §1.4).

    Else the lead body alone contracts, whatever mandate was stored. `project`: a Project or its dossier.
    """
    return project.route != Route.SHARED_DEVELOPMENT or bool(project.vehicle == Vehicle.GROUPING)


def members_sign(project: Any) -> bool:
    """True when every member of a grouping signs its own contract; `project`: a Project or its dossier."""
    return grouped(project) and each_signs(project.mandate, project.missions)


def level_of(project: Any) -> str:
    """`level` of a Project or of its dossier; without a grouping the lead body alone signs and pays, as under M3."""
    return level(project.mandate, project.missions) if grouped(project) else "M3"


def each_signs(mandate: str, chosen: Mapping[str, Any]) -> bool:
    """True when every member signs its own contract."""
    return who_does("signature", mandate, chosen) == EACH
