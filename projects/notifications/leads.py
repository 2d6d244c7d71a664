"""What is told when another body is asked to lead, answers, and leads."""

from __future__ import annotations

from django.urls import reverse

from procurement.access import Actor
from procurement.models import Role
from procurement.notifications import message
from projects.models import LeadChange
from projects.notifications.telling import people, present, tell
from projects.requirements.leads import CALLED

LeadProposed = message("lead_proposed", "On propose que votre organisme devienne coordonnateur")
LeadAnswered = message("lead_answered", "Un organisme répond pour devenir coordonnateur, ou la proposition est retirée")
LeadChanged = message("lead_changed", "Un projet change de coordonnateur")


def proposed(change: LeadChange, actor: Actor) -> None:
    """The body asked answers; the present lead body and the coordinator know."""
    project = change.project
    link = reverse("project_lead", args=[project.reference])
    text = (
        f"{change.to_body} est proposé comme coordonnateur, à la place de {change.from_body}. Motif : {change.reason}"
    )
    asked = people([change.to_body_id], Role.AGENT, Role.LEGAL)
    tell(
        LeadProposed, project, text, asked, actor, body_name=change.to_body.name, link=link, verb="Accepter ou refuser"
    )
    known = {*people([change.from_body_id], Role.AGENT, Role.LEGAL), project.coordinator_id} - set(asked)
    tell(LeadAnswered, project, text, known, actor, link=link, verb="Voir la proposition")


def refused(change: LeadChange, actor: Actor) -> None:
    """Who proposed, who coordinates, the present lead body."""
    _answer(change, actor, f"{change.to_body} ne souhaite pas être coordonnateur. Motif : {change.note}")


def accepted(change: LeadChange, actor: Actor) -> None:
    """A new version or an amendment is due: the coordinator sees to it."""
    due = "Un avenant est dû : faites-le signer, puis enregistrez-le (L. 2113-7 CCP)."
    if change.project.state in CALLED:
        due = "La version figée nomme l'ancien : reprenez la rédaction, il coordonnera la version suivante."
    _answer(change, actor, f"{change.to_body} accepte d'être coordonnateur. {due}")


def given_up(change: LeadChange, actor: Actor) -> None:
    """The body that was asked knows too."""
    text = f"La proposition faite à {change.to_body} d'être coordonnateur est retirée. Motif : {change.note}"
    _answer(change, actor, text, change.to_body_id)


def effective(change: LeadChange, actor: Actor) -> None:
    """Everybody: the person to write to, and who signs, is no longer the same."""
    project = change.project
    text = f"{change.to_body} est désormais coordonnateur, à la place de {change.from_body}. Motif : {change.reason}"
    told = {*people([*present(project), change.from_body_id], Role.AGENT, Role.LEGAL), project.coordinator_id}
    tell(LeadChanged, project, text, told, actor, body_name=change.to_body.name)


def _answer(change: LeadChange, actor: Actor, text: str, *bodies: int) -> None:
    project = change.project
    told = {*people([change.from_body_id, *bodies], Role.AGENT, Role.LEGAL), project.coordinator_id}
    link = reverse("project_lead", args=[project.reference])
    tell(LeadAnswered, project, text, told | {change.proposed_by_id}, actor, link=link, verb="Voir le remplacement")
