"""The articles that acts rest on, by kind of body. Editable data: a jurist has the last word (domain.md, mark [K])."""

from __future__ import annotations

from dataclasses import dataclass

from procurement.models import BodyKind
from projects.dossier import Party

CGCT = "du code général des collectivités territoriales"
_BASIS = {
    BodyKind.COMMUNE: f"l'article L.\u00a02121-29 {CGCT}",
    BodyKind.EPCI: f"les articles L.\u00a05211-1 et L.\u00a02121-29 {CGCT}",
    BodyKind.EPT: f"les articles L.\u00a05219-2 et L.\u00a05211-1 {CGCT}",
    BodyKind.SYNDICAT: f"les articles L.\u00a05211-1 et L.\u00a02121-29 {CGCT}",
    BodyKind.DEPARTEMENT: f"l'article L.\u00a03211-1 {CGCT}",
    BodyKind.REGION: f"l'article L.\u00a04221-1 {CGCT}",
    BodyKind.SDIS: f"l'article L.\u00a01424-29 {CGCT}",
}
_OTHER = "les textes qui régissent l'établissement [à compléter]"


def basis_of(party: Party) -> str:
    """The article that gives the assembly of this body its general power."""
    return _BASIS.get(BodyKind(party.kind), _OTHER)


@dataclass(frozen=True, slots=True)
class Delegate:
    """Who may decide instead of the assembly, and the article that lets it; an empty organ: nobody."""

    organ: str  # in the middle of a sentence
    article: str


NOBODY = Delegate("", "")
_DELEGATES = {
    BodyKind.EPCI: Delegate("président ou bureau", f"l'article L.\u00a05211-10 {CGCT}"),
    BodyKind.EPT: Delegate("président ou bureau", f"les articles L.\u00a05219-2 et L.\u00a05211-10 {CGCT}"),
    BodyKind.SYNDICAT: Delegate("président ou bureau", f"l'article L.\u00a05211-10 {CGCT}"),
    BodyKind.DEPARTEMENT: Delegate("commission permanente", f"l'article L.\u00a03211-2 {CGCT}"),
    BodyKind.REGION: Delegate("commission permanente", f"l'article L.\u00a04221-5 {CGCT}"),
    BodyKind.SDIS: Delegate("bureau du conseil d'administration", f"l'article L.\u00a01424-27 {CGCT}"),
    BodyKind.COMMUNE: NOBODY,  # L. 2122-22 4° covers contracts, not the convention of a grouping (domain.md §1.1)
}


def delegate_of(party: Party) -> Delegate:
    """Who may decide by delegation for this body."""
    unknown = Delegate("[à compléter : organe délégataire]", "[à compléter : texte qui permet la délégation]")
    return _DELEGATES.get(BodyKind(party.kind), unknown)
