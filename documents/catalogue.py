"""Every kind of document, one entry each: what it is, when it is due, what it is built from and printed with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from documents.contexts import acts, convention, notes, specification
from documents.contexts.subject import Subject
from projects.enums import ProjectState, Route


class UnknownKind(LookupError):
    """There is no such kind of document."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of document. `build` works on an empty dossier too: each kind previews before data exists."""

    code: str
    title: str
    prefix: str  # in references: P-2026-014/CONV-v3
    routes: tuple[str, ...]
    stage: str  # state of the project in which it is due
    build: Callable[[Subject], Any]  # → a frozen dataclass of display-ready values
    template: str
    template_version: str = "1"  # changes with the wording, so that an issue says what it was printed with
    per_body: bool = False
    per_need: bool = False  # printed from one need, before any project
    formats: tuple[str, ...] = ("pdf", "odt", "html")


BOTH = (Route.GROUPED_PURCHASE, Route.SHARED_DEVELOPMENT)
PURCHASE = (Route.GROUPED_PURCHASE,)
SHARED = (Route.SHARED_DEVELOPMENT,)


CALL, AGREEMENT, CONSTITUTED = ProjectState.CALL, ProjectState.AGREEMENT, ProjectState.CONSTITUTED


def _of_each_body(code: str, title: str, prefix: str, stage: str, template: str) -> Kind:
    return Kind(code, title, prefix, BOTH, stage, acts.build, template, per_body=True)


_SHEET = "Fiche de recensement du besoin"
KINDS = (
    Kind("need-sheet", _SHEET, "BESOIN", BOTH, CALL, notes.need_sheet, "print/notes/need_sheet.html", per_need=True),
    Kind(
        "opportunity-note", "Note d'opportunité", "OPP", BOTH, CALL, notes.opportunity, "print/notes/opportunity.html"
    ),
    _of_each_body("intent-letter", "Lettre d'intention", "INTENT", CALL, "print/acts/intent_letter.html"),
    Kind(
        "convention",
        "Convention constitutive",
        "CONV",
        PURCHASE,
        AGREEMENT,
        convention.build,
        "print/convention.html",
        "2",
    ),
    Kind(
        "convention",
        "Accord de développement partagé",
        "ACCORD",
        SHARED,
        AGREEMENT,
        convention.build,
        "print/agreement.html",
    ),
    Kind(
        "specification", "Cahier des charges", "CCTP", BOTH, AGREEMENT, specification.build, "print/specification.html"
    ),
    Kind(
        "financial-annex", "Annexe financière", "FIN", BOTH, AGREEMENT, convention.build, "print/financial_annex.html"
    ),
    Kind(
        "needs-annex",
        "Annexe des besoins et des maxima",
        "BES",
        BOTH,
        AGREEMENT,
        convention.build,
        "print/needs_annex.html",
    ),
    _of_each_body("summary-note", "Note explicative de synthèse", "NOTE", AGREEMENT, "print/acts/summary_note.html"),
    _of_each_body("deliberation", "Modèle de délibération", "DELIB", AGREEMENT, "print/acts/deliberation.html"),
    _of_each_body("accession-form", "Bulletin d'adhésion", "ADH", AGREEMENT, "print/acts/accession.html"),
    Kind(
        "certificate",
        "Certificat de constitution",
        "CERT",
        BOTH,
        CONSTITUTED,
        acts.certificate,
        "print/acts/certificate.html",
    ),
)


def kind_of(code: str, route: str = "") -> Kind:
    """The kind with this code, that of the route when two routes share a code.

    Raises UnknownKind, whose message lists the codes.
    """
    found = [kind for kind in KINDS if kind.code == code]
    if not found:
        raise UnknownKind(f"« {code} » n'est pas un document : {', '.join(dict.fromkeys(k.code for k in KINDS))}.")
    return next((kind for kind in found if route in kind.routes), found[0])


def kinds_for(route: str) -> list[Kind]:
    """The kinds of a project of this route, in the order in which they are due."""
    return [kind for kind in KINDS if route in kind.routes]
