"""The life of a body in a project."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from procurement.workflow import StateField, StatefulModel, step
from projects import requirements, rules
from projects.enums import ParticipationState as Q


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
        """The body leaves: freely before the launch, as the convention permits until the award, never afterwards."""

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

    @step(
        "Adhérer par avenant",
        Q.INTERESTED,
        Q.SIGNED,
        rule=rules.coordinates_participation,
        missing=requirements.joins_by_amendment,
        wrong=requirements.sound_accession,
        internal=True,
    )
    def accede(
        self,
        *,
        act_kind: str,
        act_number: str,
        act_date: dt.date,
        act_enforceable_on: dt.date,
        act_maximum_cents: int,
        act_version: int,
        signed_on: dt.date,
        signatory: str,
        signatory_capacity: str,
        signature_mode: str,
    ) -> None:
        """A newcomer of a shared development, after the signature of the others: its act and its amendment at once."""
        self.act_kind, self.act_number, self.act_version = act_kind, act_number, act_version
        self.act_date, self.act_enforceable_on = act_date, act_enforceable_on
        self.act_maximum_cents = act_maximum_cents
        self.maximum_cents = act_maximum_cents
        self.signed_on, self.signatory, self.signatory_capacity = signed_on, signatory, signatory_capacity
        self.signature_mode, self.signed_version = signature_mode, act_version
