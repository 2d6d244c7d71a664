"""Rights inside a body: roles given and ended, stand-ins, delegations of signature, files opened by a steward."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from procurement import clock
from procurement.access import Actor
from procurement.models import Body, BodyKind, FileGrant, Membership, Role, SignatureDelegation, StandIn, User
from procurement.people.inviting import may_manage
from procurement.people.joining import give, in_words
from procurement.people.journal import note_down
from procurement.people.telling import (
    FileOpened,
    NobodyLeft,
    RolesChanged,
    StandingIn,
    deciders,
    page_of,
    stewards,
    tell,
)


class LastAgent(Exception):
    """The body would have no agent left, and no word says why."""


def held_roles(body: Body, user: User) -> set[str]:
    """The roles a person holds in a body today, in their own right."""
    held = Membership.objects.filter(user=user, body=body).in_force()
    return set(held.values_list("role", flat=True))


def may_set_roles(body: Body, user: User, actor: Actor) -> bool:
    """Whoever manages the body; anybody may give up their own roles; a steward when nobody else can."""
    return may_manage(body, actor) or actor.user_id == user.pk or (actor.is_steward and not deciders(body))


def is_last_agent(body: Body, user: User) -> bool:
    """True when the body has no other agent today."""
    agents = Membership.objects.filter(body=body, role=Role.AGENT).in_force()
    found = set(agents.values_list("user_id", flat=True))
    return found == {user.pk} and body.kind != BodyKind.PARTNER


def set_roles(body: Body, user: User, roles: Collection[str], *, actor: Actor, note: str = "") -> None:
    """Make these the roles of a person, from now: what is taken away is gone at their next request.

    Raises PermissionDenied; LastAgent when nobody would be agent and `note` is empty. Giving up one's own roles is
    always allowed, giving oneself new ones is not unless one manages the body.
    Side effects: memberships, the event « roles », messages to the person, the body, and stewards if nobody is left.
    """
    with transaction.atomic():
        Body.objects.select_for_update().get(pk=body.pk)  # two last agents who leave at once queue here
        before = held_roles(body, user)
        gained, lost = set(roles) - before, before - set(roles)
        if not may_set_roles(body, user, actor) or (gained and not may_manage(body, actor)):
            raise PermissionDenied("Un agent ou un juriste de l'organisme change les droits.")
        if gained and user.pk == actor.user_id and body.pk in actor.standing_for:
            raise PermissionDenied("Une suppléance ne donne pas de droits qui durent.")
        if not gained and not lost:
            return
        last = Role.AGENT in lost and is_last_agent(body, user)
        if last and not note.strip():
            raise LastAgent
        give(body, user, sorted(gained))
        _end(body, user, lost)
        facts: dict[str, Any] = {"user": user.pk, "gained": sorted(gained), "lost": sorted(lost), "last_agent": last}
        note_down("roles", body, actor=actor, note=note, **facts)
        now = f"ses rôles sont : {in_words(sorted(roles))}" if roles else "cette personne n'en fait plus partie"
        told = {*deciders(body), user.pk}
        tell(
            RolesChanged, body, f"{user} dans {body} : {now}.", told, actor, link=page_of(body), verb="Voir l'organisme"
        )
        if last:
            text = f"{body} n'a plus d'agent : {user} était le dernier. Motif : {note.strip()}"
            tell(NobodyLeft, body, text, stewards(), actor, link=page_of(body), verb="Voir l'organisme")


def _end(body: Body, user: User, roles: Collection[str]) -> None:
    held = Membership.objects.filter(user=user, body=body, role__in=list(roles)).in_force()
    held.update(revoked_on=clock.today())


# Stand-ins ------------------------------------------------------------------------------------------------------------
def stand_in(
    membership: Membership, substitute: User, *, actor: Actor, starts_on: dt.date, ends_on: dt.date
) -> StandIn:
    """`substitute`, of the same body, holds this role between two days. Raises PermissionDenied.

    By the person replaced, or whoever manages the body. Side effects: the row, event « stand_in », messages.
    """
    body = membership.body
    if not (may_manage(body, actor) or actor.user_id == membership.user_id) or body.pk in actor.standing_for:
        raise PermissionDenied("La personne remplacée, ou qui gère l'organisme, organise une suppléance.")
    if not held_roles(body, substitute) or substitute.pk == membership.user_id:
        raise PermissionDenied("Une suppléance revient à quelqu'un d'autre du même organisme.")
    assert actor.user is not None
    with transaction.atomic():
        made = StandIn.objects.create(
            membership=membership, user=substitute, starts_on=starts_on, ends_on=ends_on, made_by=actor.user
        )
        days = {"from": starts_on, "until": ends_on}
        facts: dict[str, Any] = {"user": substitute.pk, "absent": membership.user_id, "role": membership.role, **days}
        note_down("stand_in", body, actor=actor, stand_in=made.pk, **facts)
        text = f"{substitute} remplace {membership.user} ({in_words([membership.role])}) dans {body}"
        text += f", du {starts_on:%d/%m/%Y} au {ends_on:%d/%m/%Y}."
        told = [substitute.pk, membership.user_id]
        tell(StandingIn, body, text, told, actor, link=page_of(body), verb="Voir l'organisme")
    return made


def end_stand_in(made: StandIn, *, actor: Actor) -> None:
    """From now. By the person replaced, the substitute, or whoever manages the body. Side effect: an event."""
    body = made.membership.body
    if not (may_manage(body, actor) or actor.user_id in (made.membership.user_id, made.user_id)):
        raise PermissionDenied("La personne remplacée, ou qui gère l'organisme, met fin à une suppléance.")
    with transaction.atomic():
        if StandIn.objects.filter(pk=made.pk, revoked_on=None).update(revoked_on=clock.today()):
            note_down("stand_in_end", body, actor=actor, stand_in=made.pk, user=made.user_id)


# Delegations of signature ---------------------------------------------------------------------------------------------
def delegate(
    body: Body,
    *,
    actor: Actor,
    delegate: str,
    capacity: str,
    act_reference: str,
    starts_on: dt.date,
    ends_on: dt.date | None = None,
) -> SignatureDelegation:
    """Record who signs for the executive, under which act. Raises PermissionDenied. Side effects: row, event."""
    if not may_manage(body, actor):
        raise PermissionDenied("Un agent ou un juriste de l'organisme enregistre les délégations.")
    assert actor.user is not None
    with transaction.atomic():
        made = SignatureDelegation.objects.create(
            body=body,
            delegate=delegate,
            capacity=capacity,
            act_reference=act_reference,
            starts_on=starts_on,
            ends_on=ends_on,
            recorded_by=actor.user,
        )
        facts: dict[str, Any] = {"act": act_reference, "from": starts_on, "until": ends_on}
        note_down("delegation", body, actor=actor, delegation=made.pk, **facts)
    return made


def end_delegation(made: SignatureDelegation, *, actor: Actor) -> None:
    """From now. Raises PermissionDenied. Side effect: an event."""
    if not may_manage(made.body, actor):
        raise PermissionDenied("Un agent ou un juriste de l'organisme met fin à une délégation.")
    with transaction.atomic():
        if SignatureDelegation.objects.filter(pk=made.pk, revoked_on=None).update(revoked_on=clock.today()):
            note_down("delegation_end", made.body, actor=actor, delegation=made.pk)


# Confidential files ---------------------------------------------------------------------------------------------------
def open_file(body: Body, reason: str, *, actor: Actor) -> FileGrant:
    """A steward may read this body's confidential fields for two hours. The reason stays visible to the body (P7).

    Raises PermissionDenied. Side effects: the row, which nothing erases; event « file_open »; messages to the body.
    """
    if not actor.is_steward or not reason.strip():
        raise PermissionDenied("L'animation ouvre un dossier, en disant pourquoi.")
    assert actor.user is not None
    now = clock.now()
    with transaction.atomic():
        until = now + dt.timedelta(hours=FileGrant.HOURS)
        made = FileGrant.objects.create(
            body=body, steward=actor.user, reason=reason.strip(), opened_at=now, expires_at=until
        )
        note_down("file_open", body, actor=actor, note=reason, grant=made.pk, until=until)
        text = f"{actor.user}, de l'animation, ouvre le dossier confidentiel de {body}. Motif : {reason.strip()}"
        tell(FileOpened, body, text, deciders(body), actor, link=page_of(body), verb="Voir qui a ouvert le dossier")
    return made


def close_file(body: Body, *, actor: Actor) -> None:
    """The steward is done. Side effect: an event."""
    with transaction.atomic():
        if FileGrant.objects.in_force().filter(body=body, steward=actor.user).update(closed_at=clock.now()):
            note_down("file_close", body, actor=actor)
