"""Asking to work for a body, and answering. No account, and nobody told, before the address is confirmed."""

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
from procurement.models import Body, BodyKind, JoinRequest, Membership, Role, User
from procurement.people.addresses import typed_address
from procurement.people.journal import note_down
from procurement.people.mail import queue_mail
from procurement.people.records import CONFIRMATION_DAYS, Outcome
from procurement.people.telling import JoinAnswered, JoinAsked, deciders, page_of, stewards, tell

SALT = "join request"
CHARGES = {
    Role.AGENT: "agent (déclare les besoins, répond aux appels)",
    Role.LEGAL: "juriste (enregistre délibérations et signatures)",
    Role.VIEWER: "lecture",
}


class Settled(Exception):
    """The request has been answered meanwhile; the message says what became of it."""


def in_words(roles: Sequence[str]) -> str:
    """Roles for a sentence: « agent et juriste »."""
    return " et ".join(CHARGES[Role(role)].partition(" (")[0] for role in roles)


def may_answer(body: Body, actor: Actor) -> bool:
    """An agent or legal officer of the body; a steward while it has none, and always for partners (design §3)."""
    if body.kind == BodyKind.PARTNER:
        return actor.is_steward
    if actor.holds(Role.AGENT, body.pk) or actor.holds(Role.LEGAL, body.pk):
        return True
    return actor.is_steward and not deciders(body)


def ask_from_outside(
    body: Body, *, email: str, first_name: str, last_name: str, roles: Sequence[str], word: str = ""
) -> None:
    """Write to the address: a link that opens an account, or how to sign in when it has one. The page says the same.

    Side effects: a mail queued; a request that counts once the link is opened, if there is no account.
    """
    email = typed_address(email)
    with transaction.atomic():
        if User.objects.filter(email=email).exists():
            link = whole_address(reverse("join_body", args=[body.public_ref]))
            queue_mail("account/email/join_known", email, {"body": body, "link": link})
            return
        wanted = JoinRequest.objects.create(
            body=body, email=email, first_name=first_name, last_name=last_name, roles=list(roles), word=word
        )
        link = whole_address(reverse("join_confirm", args=[signing.dumps(wanted.pk, salt=SALT)]))
        queue_mail("account/email/join_confirm", email, {"body": body, "link": link, "request": wanted})


def opened_by(token: str) -> JoinRequest | None:
    """The request a link leads to, while it serves: three days, once."""
    try:
        pk = signing.loads(token, salt=SALT, max_age=dt.timedelta(days=CONFIRMATION_DAYS))
    except signing.BadSignature:
        return None
    return JoinRequest.objects.filter(pk=pk, confirmed_at=None, outcome="").select_related("body").first()


def confirm(wanted: JoinRequest, user: User) -> None:
    """The link was opened by the owner of the address: the request goes to whoever answers it.

    Side effects: the request, the event « join_ask », messages. A person who has asked already asks once.
    """
    with transaction.atomic():
        found = JoinRequest.objects.select_for_update().filter(pk=wanted.pk, confirmed_at=None, outcome="").first()
        if found is None:
            return
        if JoinRequest.objects.waiting().filter(user=user, body=found.body).exists():
            found.outcome = Outcome.WITHDRAWN
            found.save(update_fields=["outcome"])
            return
        found.user, found.confirmed_at = user, clock.now()
        found.save()
        _announce(found, actor_for(user))


def ask(body: Body, *, actor: Actor, roles: Sequence[str], word: str = "") -> JoinRequest:
    """The same by somebody who has an account. Asking again while it waits changes what is asked."""
    assert actor.user is not None
    user = actor.user
    with transaction.atomic():
        known = JoinRequest.objects.select_for_update().filter(user=user, body=body, outcome="").first()
        if known is not None:
            known.roles, known.word = list(roles), word
            known.save()
            return known
        made = JoinRequest.objects.create(
            body=body,
            user=user,
            email=user.email,
            first_name=user.first_name,
            last_name=user.last_name,
            roles=list(roles),
            word=word,
            confirmed_at=clock.now(),
        )
        _announce(made, actor)
    return made


def _announce(wanted: JoinRequest, actor: Actor) -> None:
    body = wanted.body
    note_down("join_ask", body, actor=actor, request=wanted.pk, user=wanted.user_id, roles=wanted.roles)
    told = [] if body.kind == BodyKind.PARTNER else deciders(body)
    text = f"{wanted.full_name or wanted.email} demande à rejoindre {body} : {in_words(wanted.roles)}."
    link = reverse("join_answer", args=[wanted.pk])
    tell(JoinAsked, body, text, told or stewards(), actor, link=link, verb="Répondre à la demande")


def accept(wanted: JoinRequest, roles: Sequence[str], *, actor: Actor) -> bool:
    """Give the person these roles from today; True when they are the body's first agent or legal officer.

    Raises PermissionDenied, Settled. Side effects: memberships, the event « join_accept », a message to the person.
    """
    with transaction.atomic():
        found = _to_answer(wanted, actor)
        assert found.user is not None
        first = not deciders(found.body)
        give(found.body, found.user, roles)
        _settle(found, Outcome.ACCEPTED, actor)
        note_down("join_accept", found.body, actor=actor, request=found.pk, user=found.user_id, roles=list(roles))
        text = f"Vous voici dans {found.body} : {in_words(roles)}."
        link, verb = page_of(found.body), "Voir mon organisme"
        if first and Role.AGENT in roles and found.body.kind != BodyKind.PARTNER:
            text += " Vous êtes la première personne de votre organisme : décrivez votre premier besoin."
            link, verb = reverse("need_create"), "Décrire mon premier besoin"
        tell(JoinAnswered, found.body, text, [found.user.pk], actor, link=link, verb=verb)
    return first


def refuse(wanted: JoinRequest, reason: str, *, actor: Actor) -> None:
    """Say no, and why. Raises PermissionDenied, Settled. Side effects: event « join_refuse », a message."""
    with transaction.atomic():
        found = _to_answer(wanted, actor)
        _settle(found, Outcome.REFUSED, actor, reason)
        note_down("join_refuse", found.body, actor=actor, note=reason, request=found.pk, user=found.user_id)
        text = f"Votre demande pour {found.body} est refusée. Motif : {reason}"
        link = reverse("join_status")
        told = [found.user_id] if found.user_id else []
        tell(JoinAnswered, found.body, text, told, actor, link=link, verb="Voir ma demande")


def withdraw(wanted: JoinRequest, *, actor: Actor) -> None:
    """Take one's own request back. Side effect: event « join_withdraw »."""
    with transaction.atomic():
        found = JoinRequest.objects.select_for_update().filter(pk=wanted.pk, user=actor.user, outcome="").first()
        if found is not None:
            _settle(found, Outcome.WITHDRAWN, actor)
            note_down("join_withdraw", found.body, actor=actor, request=found.pk)


def give(body: Body, user: User, roles: Sequence[str]) -> list[str]:
    """Roles from today, those already held left alone; gives back the new ones."""
    held = Membership.objects.filter(user=user, body=body).in_force()
    new = [role for role in Role.values if role in roles and role not in set(held.values_list("role", flat=True))]
    for role in new:
        Membership.objects.create(user=user, body=body, role=role)
    return new


def _to_answer(wanted: JoinRequest, actor: Actor) -> JoinRequest:
    found = (
        JoinRequest.objects.select_for_update(of=("self",))
        .select_related("body", "user", "decided_by")
        .get(pk=wanted.pk)
    )
    if not may_answer(found.body, actor):
        raise PermissionDenied(
            "Un agent ou un juriste de l'organisme répond ; l'animation pour le premier d'entre eux."
        )
    if found.outcome:
        raise Settled(f"Cette demande est déjà {found.get_outcome_display().lower()}.")
    return found


def _settle(found: JoinRequest, outcome: str, actor: Actor, reason: str = "") -> None:
    found.outcome, found.reason = outcome, reason
    found.decided_at, found.decided_by = clock.now(), actor.user
    found.save()


def forget_unconfirmed() -> int:
    """Erase requests whose link was never opened in time: names and addresses are not kept for nothing."""
    limit = clock.now() - dt.timedelta(days=CONFIRMATION_DAYS)
    return JoinRequest.objects.filter(confirmed_at=None, created_at__lt=limit).delete()[0]
