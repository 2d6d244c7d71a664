"""The life of a project, on both routes."""

from __future__ import annotations

import datetime as dt
from typing import Any

from procurement import clock
from procurement.workflow import StateField, StatefulModel, step
from projects import requirements, rules
from projects.enums import ProjectState as P


class ProjectFlow(StatefulModel):
    """A pooled project, on both routes, up to the constituted grouping."""

    state = StateField(choices=P.choices, default=P.FRAMING)
    lead_agreed_on: Any
    cut_off: Any

    class Meta:
        abstract = True

    @step(
        "Enregistrer l'accord du coordonnateur",
        P.FRAMING,
        P.FRAMING,
        rule=rules.accepts_lead,
        missing=requirements.to_accept_lead,
        wrong=requirements.proof_of_lead,
    )
    def accept_lead(self) -> None:
        """The proposed lead body agrees to be it."""
        self.lead_agreed_on = clock.today()

    @step("Ouvrir l'appel", P.FRAMING, P.CALL, rule=rules.is_coordinator, missing=requirements.to_open_call)
    def open_call(self) -> None:
        """Ask every interested body for its intention."""

    @step(
        "Reporter la date limite",
        P.CALL,
        P.CALL,
        rule=rules.is_coordinator,
        wrong=requirements.later_cut_off,
        needs_note=True,
    )
    def extend_call(self, *, cut_off: dt.date) -> None:
        """Give more time to answer."""
        self.cut_off = cut_off

    @step(
        "Clore l'appel",
        P.CALL,
        P.AGREEMENT,
        rule=rules.is_coordinator,
        missing=requirements.to_close_call,
        wrong=requirements.cut_off_passed_or_reason,
    )
    def close_call(self) -> None:
        """Stop taking intentions; drafting starts. Nothing closes by itself."""

    @step(
        "Rouvrir l'appel",
        P.AGREEMENT,
        P.CALL,
        rule=rules.is_coordinator,
        missing=requirements.nothing_signed,
        needs_note=True,
    )
    def reopen_call(self) -> None:
        """Take intentions again; a frozen version, if any, lapses."""

    @step(
        "Figer la convention",
        P.AGREEMENT,
        P.AGREEMENT,
        rule=rules.decides,
        missing=requirements.to_freeze,
        wrong=requirements.second_person_freezes,
    )
    def freeze(self) -> None:
        """Make the text and the figures of the next version unchangeable, and issue its documents."""

    @step(
        "Reprendre la rédaction",
        (P.AGREEMENT, P.CONSTITUTED),
        P.AGREEMENT,
        rule=rules.is_coordinator,
        missing=requirements.to_unfreeze,
        needs_note=True,
    )
    def unfreeze(self) -> None:
        """Give the frozen version up: acts and signatures given on it lapse (domain.md §8, trap 3).

        From a constituted grouping too, until the launch: a body left, and the others must vote again.
        """

    @step(
        "Constater la constitution",
        P.AGREEMENT,
        P.CONSTITUTED,
        rule=rules.is_coordinator,
        missing=requirements.to_constitute,
    )
    def constitute(self) -> None:
        """Every listed body has authorised and signed the same version (L. 2113-7 CCP)."""

    @step("Lancer la consultation", P.CONSTITUTED, P.TENDER, rule=rules.is_coordinator, missing=requirements.to_launch)
    def launch(self) -> None:
        """The contract is sought; the composition of a one-off grouping no longer changes (QE 100136, 17/05/2011)."""

    @step(
        "Attribuer le marché",
        P.TENDER,
        P.RUNNING,
        rule=rules.decides,
        wrong=requirements.second_person_awards,
    )
    def award(self) -> None:
        """Decided, signed and notified: the contract runs."""

    @step(
        "Terminer sans attribution",
        P.TENDER,
        P.CONSTITUTED,
        rule=rules.is_coordinator,
        wrong=requirements.why_no_award,
        needs_note=True,
    )
    def no_award(self, *, ending: str) -> None:
        """Dropped (sans suite, R. 2185-1 CCP) or unsuccessful (infructueux): another consultation may be launched."""

    @step("Clore le projet", P.RUNNING, P.CLOSED, rule=rules.is_coordinator, missing=requirements.to_close)
    def close(self) -> None:
        """Everything is paid and refunded; the pooled needs are met."""

    @step(
        "Abandonner le projet",
        (P.FRAMING, P.CALL, P.AGREEMENT, P.CONSTITUTED),
        P.ABANDONED,
        rule=rules.is_coordinator,
        needs_note=True,
    )
    def abandon(self) -> None:
        """Give the project up; its needs are published again."""
