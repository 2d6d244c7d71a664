"""Who does what in the name of whom, and when: the mandate as its article prints it."""

from __future__ import annotations

from dataclasses import dataclass

from documents.contexts.common import lead_name
from projects.dossier import Dossier
from projects.missions import EACH, LEAD, matrix

# When each operation is due. Editable data: a jurist has the last word on those marked [K] in domain.md §1 and §4.
_MOMENTS = {
    "sourcing": "avant la consultation",
    "census": "avant le lancement (L.\u00a02111-1)",
    "file": "soumis à l'avis des membres (article\u00a07)",
    "publication": "au lancement",
    "questions": "six jours avant la remise des offres, au plus tard",
    "opening": "après la date limite de remise",
    "analysis": "pendant la validité des offres",
    "committee": "à chaque réunion",
    "losers": "dès le choix ; délai de suspension de onze jours en procédure formalisée (R.\u00a02182-1)",
    "signature": "après le délai de suspension",
    "transmission": "sous quinze jours, avant la notification, au-delà du seuil (D.\u00a02131-5-1 CGCT)",
    "notification": "après la transmission",
    "notice": "sous trente jours, en procédure formalisée",
    "essential_data": "sous deux mois après la notification (R.\u00a02196-1)",
    "changes": "en cours d'exécution, membres informés",
    "renewal": "avant l'échéance, après avis des membres",
    "termination": "en cours d'exécution, après avis des membres",
    "litigation": "jusqu'à la décision définitive",
    "orders": "pendant l'exécution",
    "acceptance": "à chaque livraison",
    "payment": "sous trente jours",
    "archives": "cinq ans pour la passation, dix ans pour l'exécution (R.\u00a02184-12 et -13)",
}


@dataclass(frozen=True, slots=True)
class MissionLine:
    """An operation, who carries it out, when."""

    operation: str
    who: str
    moment: str


def mission_lines(dossier: Dossier) -> tuple[MissionLine, ...]:
    """Every operation of the matrix; M2 while no level of mandate is chosen."""
    names = {party.siren: party.name for party in dossier.parties}
    lines = matrix(dossier.mandate or "M2", dossier.missions)
    said = {LEAD: lead_name(dossier), EACH: "chaque membre, pour ce qui le concerne"}
    return tuple(
        MissionLine(
            line.operation.label,
            said.get(line.who) or names.get(line.who, lead_name(dossier)),
            _MOMENTS[line.operation.code],
        )
        for line in lines
    )
