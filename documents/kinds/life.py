"""Once the grouping lives: amendments, calls for funds, the closing report."""

from __future__ import annotations

from functools import partial

from documents.contexts import amendment, closing, funds
from documents.kinds.base import BOTH, CONSTITUTED, EACH_PARTY, PURCHASE, RUNNING, SHARED, Kind


def _amendment(code: str, title: str, prefix: str, cause: str, routes: tuple[str, ...] = BOTH) -> Kind:
    build = amendment.builder(cause)
    return Kind(
        code,
        title,
        prefix,
        routes,
        CONSTITUTED,
        build,
        "print/life/amendment.html",
        "2",
        series=partial(amendment.number_of, cause),
        signed_by=EACH_PARTY,
    )


KINDS = (
    _amendment("amendment", "Avenant", "AVN", ""),
    _amendment("amendment-joining", "Avenant d'adhésion", "AVNADH", amendment.JOINING),
    _amendment("amendment-leaving", "Avenant de retrait", "AVNRET", amendment.LEAVING),
    _amendment("amendment-extension", "Avenant de prolongation", "AVNPRO", amendment.EXTENSION),
    _amendment("amendment-lead", "Avenant de remplacement du coordonnateur", "AVNCOO", amendment.LEAD, PURCHASE),
    _amendment("amendment-lead", "Avenant de remplacement du chef de file", "AVNCDF", amendment.LEAD, SHARED),
    Kind(
        "funds-call",
        "Appel de fonds",
        "APPEL",
        BOTH,
        RUNNING,
        funds.build,
        "print/life/funds_call.html",
        "3",
        per_body=True,
        series=funds.number_of,
    ),
    Kind("closing-report", "Bilan de clôture", "BILAN", BOTH, RUNNING, closing.build, "print/life/closing.html"),
)
