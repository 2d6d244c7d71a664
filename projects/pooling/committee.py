"""Which award committee the law calls for (L. 1414-3 CGCT): who is the majority among the members. No query."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from procurement.models import BodyKind
from projects.enums import Committee

# Social, medico-social and public housing establishments do not count, though they are local and public.
SET_APART = re.compile(
    r"\b(CCAS|CIAS|OPH|OPHLM|EHPAD|ESMS|centre (inter)?communal d'action sociale|office public de l'habitat)\b",
    re.IGNORECASE,
)
ARTICLE = "article L. 1414-3 du CGCT"


@dataclass(frozen=True, slots=True)
class Majority:
    """How many members count as local authorities and their establishments, out of how many; what follows."""

    local: int
    members: int
    to_check: tuple[str, ...]  # names of establishments whose nature the registry does not tell

    @property
    def holds(self) -> bool:
        """More than half: exactly half is not a majority."""
        return 2 * self.local > self.members

    @property
    def text(self) -> str:
        """What the law asks for, one French sentence or two."""
        counted = (
            f"{self.local} membre{'s' if self.local > 1 else ''} sur {self.members} : collectivités territoriales et "
            "établissements publics locaux, hors social et offices de l'habitat."
        )
        if self.holds:
            return (
                f"{counted} C'est la majorité : la commission est celle du groupement, un représentant par membre ; "
                "ou celle du coordonnateur, si la convention le dit."
            )
        return (
            f"{counted} Ce n'est pas la majorité : cet article ne s'applique pas, la convention désigne qui attribue. "
            "À confirmer par un juriste."
        )


def majority(bodies: Iterable[Any]) -> Majority:
    """The count over the members (procurement.models.Body, or anything with `kind`, `legal_form` and `name`)."""
    members = list(bodies)
    local = [body for body in members if counts(body)]
    to_check = tuple(body.name for body in local if body.kind == BodyKind.OTHER)
    return Majority(len(local), len(members), to_check)


def counts(body: Any) -> bool:
    """A local authority or a local public establishment, neither social nor medico-social nor an OPH."""
    return body.kind != BodyKind.PARTNER and not SET_APART.search(f"{body.legal_form} {body.name}")


def mismatch(chosen: str, found: Majority) -> str:
    """Why the committee chosen for the project does not fit the majority; empty when it does."""
    if chosen == Committee.GROUPING and not found.holds:
        return "La commission du groupement est choisie, mais les collectivités n'y sont pas la majorité."
    return ""
