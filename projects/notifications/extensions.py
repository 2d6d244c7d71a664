"""What is told when a signed project lasts longer."""

from __future__ import annotations

from procurement.access import Actor
from procurement.models import Role
from procurement.notifications import message
from projects.models import Amendment
from projects.notifications.telling import people, present, tell
from projects.planning.french import long_date, plural

Extended = message("extended", "Un projet est prolongé par avenant")


def extended(made: Amendment, actor: Actor) -> None:
    """Every member: what lasts longer, until when, why."""
    project = made.project
    until = f", jusqu'au {long_date(made.contract_ends_on)}" if made.contract_ends_on else ""
    longer = f"{plural(made.months or 0, 'mois')} de plus{until}"
    text = f"Avenant n° {made.number} : {made.get_extends_display().lower()}, {longer}. Motif : {made.reason}"
    told = {*people(present(project), Role.AGENT, Role.LEGAL), project.coordinator_id}
    tell(Extended, project, text, told, actor)
