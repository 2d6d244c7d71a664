"""What is told of signed copies."""

from __future__ import annotations

from django.urls import reverse

from documents.models import SignedCopy
from procurement.access import Actor
from procurement.models import Role
from procurement.notifications import message
from projects.models import Participation
from projects.notifications.telling import people, tell

CopyReceived = message("copy_received", "Une copie signée est déposée")
CopySetAside = message("copy_set_aside", "Une copie signée est écartée")


def _link(copy: SignedCopy) -> str:
    return reverse("body_copies", args=[*copy.document.address, copy.body_id])


def tell_received(copy: SignedCopy, participation: Participation, actor: Actor) -> None:
    """The coordinator, and the body's own legal officers when it came by a personal link."""
    project = participation.project
    text = f"{copy.document.reference} revient signé ({copy.get_kind_display().lower()}), de {copy.sender}. "
    text += "Rien à vérifier." if copy.sound else f"À vérifier : {copy.remark}"
    told = [project.coordinator_id]
    if copy.link_id:
        told += people([copy.body_id], Role.AGENT, Role.LEGAL)
    tell(CopyReceived, project, text, told, actor, body_name=copy.body.name, link=_link(copy), verb="Voir la copie")


def tell_set_aside(copy: SignedCopy, participation: Participation, reason: str, actor: Actor) -> None:
    """The body, which has to return another one."""
    text = f"La copie déposée pour {copy.document.reference} ne compte pas. Motif : {reason}"
    told = people([copy.body_id], Role.AGENT, Role.LEGAL)
    project = participation.project
    tell(CopySetAside, project, text, told, actor, body_name=copy.body.name, link=_link(copy), verb="Déposer une copie")
