"""The consultation: what is put to the candidates, then what the award calls for."""

from __future__ import annotations

from documents.contexts import award, prices, tender
from documents.contexts.specification import build as requirements
from documents.kinds.base import BOTH, CONSTITUTED, SHEETS, TENDER, TEXT, WHO_SIGNS_CONTRACTS, Kind

KINDS = (
    Kind(
        "consultation-rules",
        "Règlement de la consultation",
        "RC",
        BOTH,
        CONSTITUTED,
        tender.rules,
        "print/tender/rules.html",
        template_version="2",
    ),
    Kind(
        "ccap",
        "Cahier des clauses administratives particulières",
        "CCAP",
        BOTH,
        CONSTITUTED,
        tender.clauses,
        "print/tender/ccap.html",
        template_version="2",
    ),
    Kind(
        "commitment-form",
        "Acte d'engagement",
        "AE",
        BOTH,
        CONSTITUTED,
        tender.commitment,
        "print/tender/commitment.html",
        signed_by=WHO_SIGNS_CONTRACTS,
    ),
    Kind(
        "price-schedule",
        "Bordereau des prix et détail estimatif",
        "BPU",
        BOTH,
        CONSTITUTED,
        prices.build,
        "print/tender/prices.html",
        formats=TEXT + SHEETS,
    ),
    Kind(
        "response-frame",
        "Cadre de réponse technique",
        "CRT",
        BOTH,
        CONSTITUTED,
        requirements,
        "print/tender/response_frame.html",
    ),
    Kind(
        "award-minutes",
        "Procès-verbal de la commission",
        "PV",
        BOTH,
        TENDER,
        award.minutes,
        "print/tender/minutes.html",
    ),
    Kind(
        "rejection-letter",
        "Lettre de rejet d'une offre",
        "REJET",
        BOTH,
        TENDER,
        award.letter,
        "print/tender/rejection.html",
    ),
    Kind(
        "notification-letter",
        "Lettre de notification du marché",
        "NOTIF",
        BOTH,
        TENDER,
        award.letter,
        "print/tender/notification.html",
    ),
)
