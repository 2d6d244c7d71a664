"""The three state machines. Methods only stamp facts; `perform` locks, checks, saves, records and tells.

The table in docs/states.md is generated from these declarations, and the tests run every cell of it.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from procurement import clock
from procurement.workflow import StateField, StatefulModel, step
from projects import requirements, rules
from projects.enums import NeedState, ParticipationState, ProjectState

N, P, Q = NeedState, ProjectState, ParticipationState


class NeedFlow(StatefulModel):
    """A declared need: draft, published, pooled into a project, met."""

    state = StateField(choices=N.choices, default=N.DRAFT)
    published_on: Any

    class Meta:
        abstract = True

    @step("Publier le besoin", N.DRAFT, N.PUBLISHED, rule=rules.is_agent_of_body, missing=requirements.to_publish_need)
    def publish(self) -> None:
        """Show the need to the members."""
        self.published_on = clock.today()

    @step("Regrouper dans le projet", N.PUBLISHED, N.POOLED, rule=rules.coordinates_need, internal=True)
    def pool(self) -> None:
        """The need becomes part of a project, chosen by the action that calls this step."""

    @step("Rendre le besoin disponible", N.POOLED, N.PUBLISHED, rule=rules.coordinates_need, internal=True)
    def release(self) -> None:
        """The project gives the need back: it may be pooled elsewhere."""

    @step("Déclarer le besoin satisfait", (N.PUBLISHED, N.POOLED), N.MET, rule=rules.is_agent_of_body)
    def satisfy(self) -> None:
        """The body has what it asked for."""

    @step("Retirer le besoin", (N.DRAFT, N.PUBLISHED), N.WITHDRAWN, rule=rules.is_agent_of_body)
    def withdraw(self) -> None:
        """The body gives the need up; it stays in its history."""

    @step("Reprendre en brouillon", (N.WITHDRAWN, N.MET), N.DRAFT, rule=rules.is_agent_of_body)
    def reopen(self) -> None:
        """Work on the need again, unseen until published."""
        self.published_on = None


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
        rule=rules.is_coordinator,
        missing=requirements.to_freeze,
    )
    def freeze(self) -> None:
        """Make the text and the figures of the next version unchangeable, and issue its documents."""

    @step(
        "Reprendre la rédaction",
        P.AGREEMENT,
        P.AGREEMENT,
        rule=rules.is_coordinator,
        missing=requirements.to_unfreeze,
        needs_note=True,
    )
    def unfreeze(self) -> None:
        """Give the frozen version up: acts and signatures given on it lapse (domain.md §8, trap 3)."""

    @step(
        "Constater la constitution",
        P.AGREEMENT,
        P.CONSTITUTED,
        rule=rules.is_coordinator,
        missing=requirements.to_constitute,
    )
    def constitute(self) -> None:
        """Every listed body has authorised and signed the same version (L. 2113-7 CCP)."""

    @step(
        "Abandonner le projet",
        (P.FRAMING, P.CALL, P.AGREEMENT, P.CONSTITUTED),
        P.ABANDONED,
        rule=rules.is_coordinator,
        needs_note=True,
    )
    def abandon(self) -> None:
        """Give the project up; its needs are published again."""


class ParticipationFlow(StatefulModel):
    """A body in a project: interested, intended, authorised, signed."""

    state = StateField(choices=Q.choices, default=Q.INTERESTED)
    maximum_cents: Any
    weights: Any
    yearly_maximum_cents: Any
    budget_section: Any
    in_kind_days: Any
    in_kind_day_cents: Any
    act_kind: Any
    act_number: Any
    act_date: Any
    act_enforceable_on: Any
    act_maximum_cents: Any
    act_authorises_contract: Any
    act_version: Any
    signed_on: Any
    signatory: Any
    signatory_capacity: Any
    signature_mode: Any
    signed_version: Any

    class Meta:
        abstract = True

    @step(
        "Déclarer l'intention",
        (Q.INTERESTED, Q.INTENDED),
        Q.INTENDED,
        rule=rules.speaks_for_body,
        missing=requirements.call_is_open,
        wrong=requirements.sound_intention,
    )
    def declare(
        self,
        *,
        maximum_cents: int,
        weights: dict[str, str],
        quantities: list[dict[str, Any]],
        lot_maxima: list[dict[str, int]] | None = None,
        yearly_maximum_cents: int | None = None,
        budget_section: str = "",
        in_kind_days: str | None = None,
        in_kind_day_cents: int | None = None,
    ) -> None:
        """State volumes and own maximum (cents HT): an indication, which binds nobody. It replaces the one before.

        An action keeps quantities (`lot`, `minimum`, `quantity`, `unit`) and lot maxima (`lot`, `maximum_cents`).
        """
        self.maximum_cents, self.yearly_maximum_cents = maximum_cents, yearly_maximum_cents
        self.weights, self.budget_section = weights, budget_section
        self.in_kind_days = None if in_kind_days is None else Decimal(in_kind_days)
        self.in_kind_day_cents = in_kind_day_cents

    @step(
        "Enregistrer l'acte",
        Q.INTENDED,
        Q.AUTHORISED,
        rule=rules.commits_body,
        missing=requirements.version_is_frozen,
        wrong=requirements.sound_act,
    )
    def authorise(
        self,
        *,
        act_kind: str,
        act_number: str,
        act_date: dt.date,
        act_enforceable_on: dt.date,
        act_maximum_cents: int,
        act_authorises_contract: bool,
        act_version: int,
    ) -> None:
        """The body's assembly (or its executive by delegation) approved the frozen version, up to its own maximum."""
        self.act_kind, self.act_number = act_kind, act_number
        self.act_date, self.act_enforceable_on = act_date, act_enforceable_on
        self.act_maximum_cents, self.act_authorises_contract = act_maximum_cents, act_authorises_contract
        self.act_version = act_version

    @step(
        "Enregistrer la signature",
        Q.AUTHORISED,
        Q.SIGNED,
        rule=rules.commits_body,
        missing=requirements.act_on_current_version,
        wrong=requirements.sound_signature,
    )
    def sign(self, *, signed_on: dt.date, signatory: str, signatory_capacity: str, signature_mode: str) -> None:
        """The signature of the version that the act approved."""
        self.signed_on, self.signatory, self.signatory_capacity = signed_on, signatory, signatory_capacity
        self.signature_mode, self.signed_version = signature_mode, self.act_version

    @step(
        "Revenir à l'intention",
        (Q.AUTHORISED, Q.SIGNED),
        Q.INTENDED,
        rule=rules.coordinates_participation,
        internal=True,
    )
    def lapse(self) -> None:
        """The version that was approved is given up; the act stays on record, for a version that no longer counts."""

    @step(
        "Se retirer du projet",
        (Q.INTERESTED, Q.INTENDED, Q.AUTHORISED, Q.SIGNED),
        Q.WITHDRAWN,
        rule=rules.may_leave,
        missing=requirements.may_still_leave,
        wrong=requirements.proof_given,
        needs_note=True,
    )
    def withdraw(self) -> None:
        """The body leaves before the grouping exists; a frozen version that names it must be redone."""

    @step(
        "Revenir dans le projet",
        Q.WITHDRAWN,
        Q.INTERESTED,
        rule=rules.speaks_for_body,
        missing=requirements.call_is_open,
        wrong=requirements.proof_given,
    )
    def rejoin(self) -> None:
        """The body is interested again."""
