"""What an entry of the catalogue holds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from documents.contexts.subject import Subject
from projects.enums import ProjectState, Route

BOTH = (Route.GROUPED_PURCHASE, Route.SHARED_DEVELOPMENT)
PURCHASE = (Route.GROUPED_PURCHASE,)
SHARED = (Route.SHARED_DEVELOPMENT,)
CALL, AGREEMENT, CONSTITUTED = ProjectState.CALL, ProjectState.AGREEMENT, ProjectState.CONSTITUTED
TENDER, RUNNING = ProjectState.TENDER, ProjectState.RUNNING
TEXT = ("pdf", "odt", "html")
SHEETS = ("ods", "xlsx")
EACH_PARTY, WHO_SIGNS_CONTRACTS = "each party", "who signs contracts"


def one_series(subject: Subject) -> str:
    """Most kinds have one series of issues: each replaces the one before."""
    return ""


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
    formats: tuple[str, ...] = TEXT
    # The number of the call or of the amendment that an issue of now is about: issues replace each other within it.
    series: Callable[[Subject], str] = one_series
    signed_by: str = ""  # who signs it, so has it to sign and returns it: EACH_PARTY (its body), WHO_SIGNS_CONTRACTS

    @property
    def after_amendments(self) -> bool:
        """True when it is printed from the convention as amended; the certificate and amendments say what it was."""
        return self.stage in (CONSTITUTED, TENDER, RUNNING) and not self.code.startswith(("certificate", "amendment"))
