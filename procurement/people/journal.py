"""What the site's journal keeps of people and bodies: identifiers, never an address, so that erasing stays possible."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from procurement.access import Actor
from procurement.events import Event, append
from procurement.models import Body, User

LABELS = {
    "join_ask": "demande à rejoindre l'organisme",
    "join_accept": "accepte une demande",
    "join_refuse": "refuse une demande",
    "join_withdraw": "retire sa demande",
    "invite": "invite quelqu'un",
    "invite_revoke": "révoque une invitation",
    "invite_use": "entre par une invitation",
    "roles": "change les droits de quelqu'un",
    "stand_in": "organise une suppléance",
    "stand_in_end": "met fin à une suppléance",
    "delegation": "enregistre une délégation de signature",
    "delegation_end": "met fin à une délégation de signature",
    "file_open": "ouvre le dossier confidentiel",
    "file_close": "referme le dossier confidentiel",
    "body_leave": "fait quitter le collectif à l'organisme",
    "partner_add": "inscrit un partenaire",
    "account_close": "ferme son compte",
    "admin_add": "ajoute une fiche par l'administration",
    "admin_change": "modifie une fiche par l'administration",
}


def note_down(step: str, body: Body | None, *, actor: Actor, note: str = "", **facts: Any) -> None:
    """Append an event about `body` to the site's journal. Facts hold identifiers and codes only."""
    event = Event(chain=Event.CHAIN, step=step, body=body, note=note.strip(), facts=facts)
    append(event, actor=actor)


def of_body(body: Body) -> QuerySet[Event]:
    """The events of a body, latest first."""
    return Event.objects.filter(body=body).select_related("user").order_by("-position")


def of_person(user: User) -> QuerySet[Event]:
    """What a person did, and what was done about them, latest first."""
    return Event.objects.filter(Q(user=user) | Q(facts__user=user.pk)).select_related("body").order_by("-position")
