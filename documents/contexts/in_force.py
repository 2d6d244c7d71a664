"""What makes a text apply, as its own article has it: 18 of a convention, 20 of an agreement."""

from __future__ import annotations

from documents.contexts.common import shares_development
from projects.agreement_terms import EntryIntoForce
from projects.dossier import Dossier

_SIGNED = "date de la dernière signature"


def by_signature(dossier: Dossier) -> bool:
    """True when the last signature makes it apply; else the last measure that makes it enforceable."""
    return dossier.terms.entry == EntryIntoForce.LAST_SIGNATURE


def of_text(dossier: Dossier) -> str:
    """« date de la dernière signature », of the convention or the agreement."""
    if by_signature(dossier):
        return _SIGNED
    text, article = ("l'accord", 20) if shares_development(dossier) else ("la convention", 18)
    return f"date de la dernière mesure qui rend {text} exécutoire (article\u00a0{article})"


def of_amendment(dossier: Dossier) -> str:
    """The same of an amendment, which the text itself puts under its own rule."""
    if by_signature(dossier):
        return _SIGNED
    article = "20 de l'accord" if shares_development(dossier) else "18 de la convention"
    return f"date de la dernière mesure qui le rend exécutoire (article\u00a0{article})"
