"""From the need to the constituted grouping."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

from documents.contexts import acts, convention, delegation, notes, specification
from documents.contexts.subject import Subject
from documents.kinds.base import AGREEMENT, BOTH, CALL, CONSTITUTED, EACH_PARTY, PURCHASE, SHARED, Kind


def _of_each_body(
    code: str, title: str, prefix: str, stage: str, template: str, build: Callable[[Subject], Any] = acts.build
) -> Kind:
    """What a body reads; `_signed` for what it signs."""
    return Kind(code, title, prefix, BOTH, stage, build, template, per_body=True)


def _signed(kind: Kind) -> Kind:
    return dataclasses.replace(kind, signed_by=EACH_PARTY)


_SHEET = "Fiche de recensement du besoin"
BEFORE = (
    Kind("need-sheet", _SHEET, "BESOIN", BOTH, CALL, notes.need_sheet, "print/notes/need_sheet.html", per_need=True),
    Kind(
        "opportunity-note", "Note d'opportunité", "OPP", BOTH, CALL, notes.opportunity, "print/notes/opportunity.html"
    ),
    _signed(_of_each_body("intent-letter", "Lettre d'intention", "INTENT", CALL, "print/acts/intent_letter.html")),
)
FROZEN = (
    Kind(
        "convention",
        "Convention constitutive",
        "CONV",
        PURCHASE,
        AGREEMENT,
        convention.text,
        "print/convention.html",
        "4",
        signed_by=EACH_PARTY,
    ),
    Kind(
        "convention",
        "Accord de développement partagé",
        "ACCORD",
        SHARED,
        AGREEMENT,
        convention.text,
        "print/agreement.html",
        "4",
        signed_by=EACH_PARTY,
    ),
    Kind(
        "specification", "Cahier des charges", "CCTP", BOTH, AGREEMENT, specification.build, "print/specification.html"
    ),
    Kind(
        "financial-annex",
        "Annexe financière",
        "FIN",
        BOTH,
        AGREEMENT,
        convention.build,
        "print/financial_annex.html",
        "3",
    ),
    Kind(
        "needs-annex",
        "Annexe des besoins et des maxima",
        "BES",
        BOTH,
        AGREEMENT,
        convention.build,
        "print/needs_annex.html",
        "3",
    ),
)
VOTED = (
    _of_each_body("mayor-note", "Note d'une page à l'exécutif", "UNEPAGE", AGREEMENT, "print/acts/mayor_note.html"),
    _of_each_body("summary-note", "Note explicative de synthèse", "NOTE", AGREEMENT, "print/acts/summary_note.html"),
    _signed(
        _of_each_body("deliberation", "Modèle de délibération", "DELIB", AGREEMENT, "print/acts/deliberation.html")
    ),
    _signed(
        _of_each_body(
            "decision",
            "Modèle de décision par délégation",
            "DECIS",
            AGREEMENT,
            "print/acts/decision.html",
            delegation.decision,
        )
    ),
    _signed(_of_each_body("accession-form", "Bulletin d'adhésion", "ADH", AGREEMENT, "print/acts/accession.html")),
    _signed(
        _of_each_body(
            "transmission-slip",
            "Bordereau de transmission",
            "BORD",
            AGREEMENT,
            "print/acts/transmission_slip.html",
            delegation.slip,
        )
    ),
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
KINDS = BEFORE + FROZEN + VOTED
