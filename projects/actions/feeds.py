"""Giving oneself, and taking back, the secret address of one's agenda."""

from __future__ import annotations

import secrets

from procurement import clock
from procurement.models import User
from projects.models.feeds import AgendaKey

BYTES = 32


def renew_agenda_key(user: User) -> str:
    """A new secret, to be shown once; the former one stops at once. Side effect: the person's only row."""
    secret = secrets.token_urlsafe(BYTES)
    values = {"secret_sha256": AgendaKey.hash_of(secret), "made_on": clock.today()}
    AgendaKey.objects.update_or_create(user=user, defaults=values)
    return secret


def drop_agenda_key(user: User) -> None:
    """The address stops at once. Side effect: the row goes."""
    AgendaKey.objects.filter(user=user).delete()
