"""The life of a need."""

from __future__ import annotations

from typing import Any

from procurement import clock
from procurement.workflow import StateField, StatefulModel, step
from projects import requirements, rules
from projects.enums import NeedState as N


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

    @step("Déclarer le besoin satisfait par le projet", N.POOLED, N.MET, rule=rules.coordinates_need, internal=True)
    def fulfil(self) -> None:
        """The project that held the need is closed."""

    @step("Retirer le besoin", (N.DRAFT, N.PUBLISHED), N.WITHDRAWN, rule=rules.is_agent_of_body)
    def withdraw(self) -> None:
        """The body gives the need up; it stays in its history."""

    @step("Reprendre en brouillon", (N.WITHDRAWN, N.MET), N.DRAFT, rule=rules.is_agent_of_body)
    def reopen(self) -> None:
        """Work on the need again, unseen until published."""
        self.published_on = None
