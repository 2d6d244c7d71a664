"""The articles that acts rest on, by kind of body. Editable data: a jurist has the last word (domain.md, mark [K])."""

from __future__ import annotations

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
