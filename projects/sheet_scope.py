"""From the options of the sheet commands to whom one acts for and where."""

from __future__ import annotations

from typing import Any

from procurement.access import Actor, actor_for
from procurement.models import Body, User
from procurement.sheets import Scope
from projects.models import Project


class UnknownContext(ValueError):
    """An option names somebody or something that does not exist; the message is a French line."""


def scope_of(*, by: str = "", body: str = "", project: str = "") -> Scope:
    """The scope of `--by EMAIL --body SIREN --project REFERENCE`. Raises UnknownContext."""
    found_body = Body.objects.filter(siren=body).first() if body else None
    if body and found_body is None:
        raise UnknownContext(f"Aucun organisme n'a le SIREN « {body[:20]} ».")
    found_project = Project.objects.filter(reference=project).first() if project else None
    if project and found_project is None:
        raise UnknownContext(f"Aucun projet ne porte la référence « {project[:40]} ».")
    return Scope(actor=_actor(by, found_body), body=found_body, project=found_project)


def _actor(by: str, body: Body | None) -> Actor | None:
    if not by:
        return None
    user: Any = User.objects.filter(email=by.strip().lower(), is_active=True).first()
    if user is None:
        raise UnknownContext(f"Personne n'a l'adresse « {by[:80]} ».")
    return actor_for(user, body.pk if body else None)
