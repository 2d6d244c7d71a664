"""What the site holds about a person, whole and readable; and closing one's account without breaking the journal.

Rights and files belong to the body, and the journal is evidence: rows stay, tied to an account that names nobody.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.apps import apps
from django.db import transaction
from django.db.models import Field, Model

from procurement.access import Actor, actor_for
from procurement.models import AccountMail, Body, Invitation, JoinRequest, Letter, Membership, Preference, StandIn, User
from procurement.people.journal import note_down
from procurement.people.rights import end_stand_in, set_roles
from procurement.steps import Missing

CLOSED_DOMAIN = "cordee.invalid"
# Given field by field; of every other row that points at a person, what it is, which, when, and in what capacity.
IN_FULL = {
    "procurement.membership": ("body", "role", "starts_on", "ends_on", "revoked_on"),
    "procurement.joinrequest": ("body", "email", "first_name", "last_name", "roles", "word", "created_at", "outcome"),
    "procurement.standin": ("membership", "starts_on", "ends_on", "revoked_on"),
    "procurement.preference": ("topic", "rhythm"),
    "procurement.letter": ("topic_title", "text", "created_at", "sent_at"),
    "procurement.event": ("step", "note", "happened_on", "recorded_at"),
    "projects.event": ("chain", "step", "note", "happened_on", "recorded_at"),
    "account.emailaddress": ("email", "verified", "primary"),
}
ACCOUNT = ("email", "first_name", "last_name", "date_joined", "last_login", "is_active", "is_steward", "is_staff")

Blocker = Callable[[User], Iterable[Missing]]
_blockers: list[Blocker] = []


def before_closing(finder: Blocker) -> Blocker:
    """Register what must be handed over before an account closes, from a package this one may not import."""
    _blockers.append(finder)
    return finder


def stands_before_closing(user: User) -> list[Missing]:
    """What a person must hand over first, each with a link."""
    return [item for finder in _blockers for item in finder(user)]


def personal_data(user: User) -> dict[str, Any]:
    """Everything tied to a person, by kind of row: for JSON. Secrets (password, session) are left out."""
    found: dict[str, Any] = {"compte": {name: _plain(getattr(user, name)) for name in ACCOUNT}}
    found["invitations reçues"] = [
        {"body": str(item.body), "roles": item.roles, "created_at": _plain(item.created_at)}
        for item in Invitation.objects.filter(email=user.email).select_related("body")
    ]
    for model in apps.get_models():
        for field in _pointing_at_people(model):
            rows = list(_rows(model, field, user))
            if rows:
                found[f"{model._meta.verbose_name} ({field.verbose_name})"] = rows
    return found


def _pointing_at_people(model: type[Model]) -> list[Field]:
    return [field for field in model._meta.concrete_fields if field.is_relation and field.related_model is User]


def _rows(model: type[Model], field: Field, user: User) -> Iterator[dict[str, Any]]:
    whole = IN_FULL.get(model._meta.label_lower, ())
    dates = [other.name for other in model._meta.concrete_fields if other.get_internal_type().startswith("Date")]
    for row in model._default_manager.filter(**{field.name: user}).order_by("pk").iterator():
        shown = {name: _plain(getattr(row, name)) for name in whole or dates}
        yield shown if whole else {"fiche": getattr(row, "reference", None) or row.pk, **shown}


def _plain(value: Any) -> Any:
    if isinstance(value, dt.datetime | dt.date):
        return value.isoformat()
    return value if isinstance(value, str | int | bool | list | dict | None) else str(value)


def close_account(user: User, *, note: str = "") -> None:
    """Take every right away, erase what names the person, and sign them out everywhere. It cannot be undone.

    Call only when `stands_before_closing` is empty. Side effects: memberships and stand-ins end (stewards are told of
    a body left without agent), letters, preferences, addresses and requests are erased, event « account_close ».
    """
    with transaction.atomic():
        actor = actor_for(user)
        for body in Body.objects.filter(memberships__in=Membership.objects.filter(user=user)).distinct():
            set_roles(body, user, (), actor=actor, note=note or "compte fermé")
        for made in StandIn.objects.to_come_or_in_force().filter(user=user).select_related("membership__body"):
            end_stand_in(made, actor=actor)
        note_down("account_close", None, actor=Actor(user), note=note)
        _erase(user)


def _erase(user: User) -> None:
    """Named nowhere but where the law keeps it: acts, signatures, and the journal's own words."""
    for letter in Letter.objects.filter(text__contains=str(user)):
        Letter.objects.filter(pk=letter.pk).update(text=letter.text.replace(str(user), "une personne partie"))
    address = f"compte-ferme-{user.pk}@{CLOSED_DOMAIN}"
    apps.get_model("account", "EmailAddress").objects.filter(user=user).delete()
    Letter.objects.filter(user=user).delete()
    Preference.objects.filter(user=user).delete()
    AccountMail.objects.filter(to=user.email).delete()
    nobody = {"email": address, "first_name": "", "last_name": "", "word": ""}
    JoinRequest.objects.filter(user=user).update(**nobody)
    JoinRequest.objects.filter(email=user.email).delete()
    Invitation.objects.filter(email=user.email).update(email=address, word="")
    user.email, user.first_name, user.last_name = address, "Compte fermé", f"n° {user.pk}"
    user.is_active = user.is_steward = user.is_staff = user.is_superuser = False
    user.set_unusable_password()
    user.save()
    user.end_sessions()
