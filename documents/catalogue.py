"""Every kind of document, one entry each: what it is, when it is due, what it is built from and printed with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from documents.contexts import convention, specification
from projects.dossier import Dossier
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
    build: Callable[[Dossier], Any]  # → a frozen dataclass of display-ready values
    template: str
    template_version: str  # changes with the wording, so that an issue says what it was printed with
    per_body: bool = False
    formats: tuple[str, ...] = ("pdf", "odt", "html")


KINDS = (
    Kind(
        code="convention",
        title="Convention constitutive",
        prefix="CONV",
        routes=(Route.GROUPED_PURCHASE,),
        stage=ProjectState.AGREEMENT,
        build=convention.build,
        template="print/convention.html",
        template_version="1",
    ),
    Kind(
        code="specification",
        title="Cahier des charges",
        prefix="CCTP",
        routes=(Route.GROUPED_PURCHASE, Route.SHARED_DEVELOPMENT),
        stage=ProjectState.AGREEMENT,
        build=specification.build,
        template="print/specification.html",
        template_version="1",
    ),
)


def kind_of(code: str) -> Kind:
    """The kind with this code. Raises UnknownKind, whose message lists the codes."""
    for kind in KINDS:
        if kind.code == code:
            return kind
    raise UnknownKind(f"« {code} » n'est pas un document : {', '.join(kind.code for kind in KINDS)}.")


def kinds_for(route: str) -> list[Kind]:
    """The kinds of a route, in the order in which they are due."""
    return [kind for kind in KINDS if route in kind.routes]
