"""Why a body cannot join any more, with the article, and what is left to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from projects.enums import Grouping, ProjectState, Route

OPEN = (ProjectState.FRAMING, ProjectState.CALL)
LATE_JOINER = "QE n° 100136, 17 mai 2011"
PARTIES = "article L. 2113-7 du CCP"


@dataclass(frozen=True, slots=True)
class Closed:
    """A French reason, its source, and whether the next procedure of a permanent grouping can be waited for."""

    reason: str
    article: str
    next_round: bool = False
    to_confirm: bool = False


def closed_to(project: Any) -> Closed | None:
    """Why nobody joins this project now; None while it is open (domain.md §1.1 late joiners, §4 guards)."""
    if project.state in OPEN:
        return None
    if project.state == ProjectState.ABANDONED:
        return Closed("Le projet est abandonné : publiez votre besoin, il pourra entrer dans un autre.", "")
    permanent = project.grouping == Grouping.PERMANENT
    if project.state == ProjectState.AGREEMENT:
        reason = "L'appel est clos : la composition se fixe à sa clôture, et les assemblées votent sur cette liste. "
        reason += "Le coordinateur peut rouvrir l'appel tant que personne n'a signé."
        return Closed(reason, PARTIES, next_round=permanent)
    if project.route == Route.SHARED_DEVELOPMENT:
        reason = "L'accord est signé : un nouveau financeur y entre par avenant, avec un droit d'entrée calculé sur ce "
        reason += (
            "que les autres ont déjà payé. Demandez-le à l'organisme porteur ; le logiciel, libre, vous sert déjà."
        )
        return Closed(reason, "accord de développement partagé", to_confirm=True)
    if permanent:
        reason = "La composition ne change plus pour cette procédure. Un groupement permanent accueille de nouveaux "
        reason += "membres pour ses prochaines procédures, si sa convention le prévoit."
        return Closed(reason, LATE_JOINER, next_round=project.state != ProjectState.CLOSED)
    return Closed(
        "La composition d'un groupement ponctuel ne change plus une fois la convention signée : un autre groupement "
        "pourra naître de votre besoin publié.",
        LATE_JOINER,
    )
