"""A session changes its key when the rights of its owner change (ASVS 3.2.1; quality.md, A3)."""

from __future__ import annotations

import hashlib
from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest

from procurement.access import Actor, actor_for
from procurement.models import User

SESSION_RIGHTS = "rights"


def print_of(actor: Actor) -> str:
    """What changes when the rights of a person do."""
    roles = sorted((body_id, sorted(names)) for body_id, names in actor.roles.items())
    power = (actor.user.is_staff, actor.user.is_superuser) if actor.user else ()
    return hashlib.sha256(repr((roles, actor.is_steward, power)).encode()).hexdigest()[:16]


@receiver(user_logged_in)
def _remember(request: HttpRequest, user: User, **_: Any) -> None:
    request.session[SESSION_RIGHTS] = print_of(actor_for(user))


def renew_if_changed(request: HttpRequest, actor: Actor) -> Actor:
    """Give the session another key when its owner's rights are no longer those it began or went on with."""
    known = request.session.get(SESSION_RIGHTS) if actor.user else None
    if known is not None and known != (now := print_of(actor)):
        request.session[SESSION_RIGHTS] = now
        request.session.cycle_key()
    return actor
