"""Invitations: a member of a body writes to somebody; the signed link serves once, for a while, unless revoked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.core import signing
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse

from procurement import clock
from procurement.access import Actor, actor_for
from procurement.accounts import whole_address
from procurement.models import Body, BodyKind, Invitation, Role, User
from procurement.people.addresses import typed_address
from procurement.people.joining import give, in_words
from procurement.people.journal import note_down
from procurement.people.mail import queue_mail
from procurement.people.records import INVITATION_DAYS
from procurement.people.telling import RolesChanged, deciders, page_of, tell

SALT = "invitation"


def may_manage(body: Body, actor: Actor) -> bool:
    """Who invites and changes rights: an agent or legal officer of the body; a steward for partners."""
    if body.kind == BodyKind.PARTNER:
        return actor.is_steward
    return actor.holds(Role.AGENT, body.pk) or actor.holds(Role.LEGAL, body.pk)


def invite(body: Body, *, actor: Actor, email: str, roles: Sequence[str], word: str = "") -> Invitation:
    """Write to an address, known here or not: nothing shown tells which. A former invitation to it is replaced.

    Raises PermissionDenied. Side effects: the invitation, the event « invite », a mail queued.
    """
    _allowed(body, actor)
    assert actor.user is not None
    email, now = typed_address(email), clock.now()
    with transaction.atomic():
        Invitation.objects.filter(body=body, email=email, used_at=None, revoked_at=None).update(revoked_at=now)
        made = Invitation.objects.create(
            body=body,
            email=email,
            roles=list(roles),
            word=word,
            invited_by=actor.user,
            expires_on=clock.today() + dt.timedelta(days=INVITATION_DAYS),
        )
        note_down("invite", body, actor=actor, invitation=made.pk, roles=made.roles)
        link = whole_address(reverse("invitation", args=[signing.dumps(made.pk, salt=SALT)]))
        context = {"invitation": made, "link": link, "charges": in_words(made.roles)}
        queue_mail("account/email/invitation", email, context)
    return made


def revoke(invitation: Invitation, *, actor: Actor) -> None:
    """The link serves no more. Raises PermissionDenied. Side effect: event « invite_revoke »."""
    _allowed(invitation.body, actor)
    with transaction.atomic():
        live = Invitation.objects.filter(pk=invitation.pk, used_at=None, revoked_at=None)
        if live.update(revoked_at=clock.now()):
            note_down("invite_revoke", invitation.body, actor=actor, invitation=invitation.pk)


def opened_by(token: str) -> Invitation | None:
    """The invitation a link leads to, while it serves and whoever sent it still may."""
    try:
        pk = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        return None
    found = Invitation.objects.open().filter(pk=pk).select_related("body", "invited_by").first()
    sound = found is not None and may_manage(found.body, actor_for(found.invited_by))
    return found if sound else None


def use(invitation: Invitation, user: User) -> bool:
    """The owner of the address comes in; False when the link has served meanwhile.

    Side effects: memberships, the event « invite_use », a message to the body's people.
    """
    if user.email != invitation.email:
        raise PermissionDenied("Cette invitation est pour une autre adresse.")
    with transaction.atomic():
        if not Invitation.objects.open().filter(pk=invitation.pk).update(used_at=clock.now(), used_by=user):
            return False
        body = invitation.body
        give(body, user, invitation.roles)
        actor = actor_for(user, body.pk)
        note_down("invite_use", body, actor=actor, invitation=invitation.pk, roles=invitation.roles)
        text = f"{user} a rejoint {body} : {in_words(invitation.roles)}."
        tell(RolesChanged, body, text, deciders(body), actor, link=page_of(body), verb="Voir l'organisme")
    return True


def _allowed(body: Body, actor: Actor) -> None:
    if not may_manage(body, actor):
        raise PermissionDenied("Un agent ou un juriste de l'organisme invite ses collègues.")
