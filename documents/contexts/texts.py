"""The articles that acts rest on, by kind of body. Editable data: a jurist has the last word (domain.md, mark [K])."""

from __future__ import annotations

from dataclasses import dataclass

from documents.contexts.common import METROPOLE_OF_LYON
from procurement.models import BodyKind
from projects.dossier import Party

CGCT = "du code général des collectivités territoriales"
OPEN_SYNDICAT, METROPOLITAN_POLE = "SMO", "POLEM"  # legal forms, as the registry has them
# By legal form first, where the law sets one apart from its kind.
_BASIS_OF_FORM = {
    METROPOLE_OF_LYON: f"les articles L.\u00a03611-1 et suivants {CGCT}",
    OPEN_SYNDICAT: f"les articles L.\u00a05721-1 et suivants {CGCT} et les statuts",
    METROPOLITAN_POLE: f"l'article L.\u00a05731-3 {CGCT} "
    "[à compléter\u00a0: règles du syndicat mixte fermé ou ouvert, selon sa composition]",
}
_BASIS = {
    BodyKind.COMMUNE: f"l'article L.\u00a02121-29 {CGCT}",
    BodyKind.EPCI: f"les articles L.\u00a05211-1 et L.\u00a02121-29 {CGCT}",
    BodyKind.EPT: f"les articles L.\u00a05219-2 et L.\u00a05211-1 {CGCT}",
    BodyKind.SYNDICAT: f"les articles L.\u00a05211-1 et L.\u00a02121-29 {CGCT}",
    BodyKind.DEPARTEMENT: f"l'article L.\u00a03211-1 {CGCT}",
    BodyKind.REGION: f"l'article L.\u00a04221-1 {CGCT}",
    BodyKind.SDIS: f"l'article L.\u00a01424-29 {CGCT}",
    BodyKind.SPECIAL: "les textes qui régissent la collectivité [à compléter]",
}
_OTHER = "les textes qui régissent l'établissement [à compléter]"


def basis_of(party: Party) -> str:
    """The article that gives the assembly of this body its general power."""
    return _BASIS_OF_FORM.get(party.legal_form) or _BASIS.get(BodyKind(party.kind), _OTHER)


# Delegation -----------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Delegate:
    """Who may decide instead of the assembly, and the article that lets it; an empty organ: nobody."""

    organ: str  # in the middle of a sentence
    article: str

    @property
    def known(self) -> bool:
        """True where an article names the organ: it is neither nobody nor to complete."""
        return bool(self.organ) and self != UNKNOWN


NOBODY = Delegate("", "")
UNKNOWN = Delegate("[à compléter\u00a0: organe délégataire]", "[à compléter\u00a0: texte qui permet la délégation]")
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
    if party.legal_form in _BASIS_OF_FORM:
        return UNKNOWN  # its statutes or its own chapter of the code say
    return _DELEGATES.get(BodyKind(party.kind), UNKNOWN)


def decides_by_decision(party: Party) -> bool:
    """True when the president or the bureau may decide (L. 5211-10 CGCT): a standing committee deliberates."""
    return delegate_of(party).known and party.kind in (BodyKind.EPCI, BodyKind.EPT, BodyKind.SYNDICAT)


# Note to the members of the assembly ----------------------------------------------------------------------------------
_NOTES = {
    BodyKind.COMMUNE: "Note adressée avec la convocation aux membres du {assembly}, cinq jours francs au moins "
    f"avant la séance (article L.\u00a02121-12 {CGCT}, communes de 3\u00a0500 habitants et plus).",
    BodyKind.EPCI: "Note adressée avec la convocation aux membres de l'assemblée ({assembly}), cinq jours francs au "
    f"moins avant la séance (articles L.\u00a05211-1 et L.\u00a02121-12 {CGCT}, établissements comptant une commune "
    "de 3\u00a0500 habitants et plus).",
    BodyKind.DEPARTEMENT: "Rapport adressé aux membres de l'assemblée ({assembly}) douze jours au moins avant la "
    f"réunion (article L.\u00a03121-19 {CGCT}).",
    BodyKind.REGION: "Rapport adressé aux membres de l'assemblée ({assembly}) douze jours au moins avant la réunion "
    f"(article L.\u00a04132-18 {CGCT}).",
}
_NOTES |= dict.fromkeys((BodyKind.EPT, BodyKind.SYNDICAT), _NOTES[BodyKind.EPCI])
_PLAIN_NOTE = "Note adressée aux membres de l'assemblée ({assembly}) avec la convocation."


def note_of(party: Party, assembly: str) -> str:
    """When the note goes to the members of the assembly, and the article that wants it."""
    known = None if party.legal_form in _BASIS_OF_FORM else _NOTES.get(BodyKind(party.kind))
    return (known or _PLAIN_NOTE).format(assembly=assembly)
