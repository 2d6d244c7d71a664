"""Go or no-go at the cut-off of a call: reached or not, and what to do then. Nothing moves by itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from procurement import clock
from procurement.money import euros
from projects.requirements import LEAST_BODIES


@dataclass(frozen=True, slots=True)
class Decision:
    """For the page of a project whose call is open."""

    due: bool  # the cut-off day is over, in Paris
    reached: bool
    cut_off: dt.date
    missing: tuple[str, ...]  # what is not reached, in French; amounts only for who may know them
    options: tuple[tuple[str, str, str], ...]  # (verb, address below the project, what it does), the first advised

    @property
    def title(self) -> str:
        """One line."""
        if not self.due:
            return "Seuil déjà atteint" if self.reached else "Seuil pas encore atteint"
        return "Seuil atteint : l'appel peut se clore" if self.reached else "Seuil non atteint à la date limite"


CLOSE = ("Clore l'appel", "etape/close_call/", "la convention s'écrit avec ceux qui ont déclaré une intention")
EXTEND = ("Reporter la date limite", "etape/extend_call/", "laisser du temps à ceux qui n'ont pas répondu")
RESCOPE = ("Revoir le périmètre", "modifier/#id_threshold_cents", "baisser le seuil, réduire l'objet ou les coûts")
ABANDON = ("Abandonner le projet", "etape/abandon/", "les besoins redeviennent disponibles")


def decision(project: Any, listed: Iterable[Any], *, sees_amounts: bool) -> Decision | None:
    """None unless the call is open. `listed`: the participations with an intention; cents HT."""
    if not project.calls() or project.cut_off is None:
        return None
    maxima = [row.maximum_cents or 0 for row in listed]
    missing = []
    if len(maxima) < LEAST_BODIES:
        missing.append(f"{LEAST_BODIES - len(maxima)} intention de plus : un groupement réunit plusieurs acheteurs")
    short = (project.threshold_cents or 0) - sum(maxima)
    if short > 0:
        missing.append(f"{euros(short)} HT de maxima" if sees_amounts else "une partie du montant attendu")
    reached = not missing
    return Decision(
        due=clock.now() > clock.end_of(project.cut_off),
        reached=reached,
        cut_off=project.cut_off,
        missing=tuple(missing),
        options=(CLOSE, EXTEND) if reached else (EXTEND, RESCOPE, ABANDON),
    )
