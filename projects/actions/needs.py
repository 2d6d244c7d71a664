"""Writing needs: declare, edit."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from procurement.access import Actor
from procurement.events import AbstractEvent, append
from procurement.models import Body, BodyKind, Role
from procurement.references import next_reference
from procurement.workflow import Blocked, after_step, locked, missing_before
from projects.enums import NeedState
from projects.models import Interface, Need, Requirement, Volume
from projects.needs.declaration import COLUMNS
from projects.needs.overlap import Digests, Overtaken, differing, digests
from projects.notifications.followers import tell_of_edit
from projects.search import index

EDITABLE = (NeedState.DRAFT, NeedState.PUBLISHED)
FIELDS = ("domain", "title", "description", *(one.name for one in COLUMNS), "unknown", "answers")
ROWS = {"volumes": Volume, "requirements": Requirement, "interfaces": Interface}

Rows = Sequence[Mapping[str, Any]]


def declare_need(
    *,
    actor: Actor,
    body: Body,
    submission: uuid.UUID | None = None,
    volumes: Rows = (),
    requirements: Rows = (),
    interfaces: Rows = (),
    **fields: Any,
) -> Need:
    """Create a draft for `body`; the same `submission` sent again gives back the need it made.

    `fields` are those of FIELDS, the rows those of their models. Amounts in cents HT.
    Side effects: the need and its rows, a reference, an event « create ». PermissionDenied unless agent of the body.
    """
    if not actor.holds(Role.AGENT, body.pk) or body.kind == BodyKind.PARTNER:
        raise PermissionDenied("Seul un agent de l'organisme déclare ses besoins.")
    with transaction.atomic():
        reference = next_reference("B", digits=4)  # the counter's lock also queues a form sent twice at once
        made = Need.objects.filter(submission=submission).first() if submission else None
        if made is not None and made.declared_by_id != actor.user_id:
            raise PermissionDenied("Ce formulaire a été envoyé par quelqu'un d'autre.")
        if made is not None:
            transaction.set_rollback(True)  # gives the number back
            return made
        need = Need(reference=reference, body=body, declared_by=actor.user, submission=submission or uuid.uuid4())
        _write(need, fields, {"volumes": volumes, "requirements": requirements, "interfaces": interfaces})
        _journal(need, "create", actor)
    return need


def edit_need(
    need: Need,
    *,
    actor: Actor,
    volumes: Rows,
    requirements: Rows,
    interfaces: Rows | None = None,
    base: Digests | None = None,
    **fields: Any,
) -> Need:
    """Change a draft or a published need, by an agent of its body. `interfaces` None leaves them as they are.

    `base` (projects.needs.overlap.digests) says what the author had before their eyes: Overtaken, and nothing is
    written, when the need has changed since. Side effects: the rows, an event « edit », a message to the followers.
    """
    with transaction.atomic():
        need = locked(Need, need.pk, actor)
        if not actor.holds(Role.AGENT, need.body_id) or need.state not in EDITABLE:
            raise PermissionDenied("Ce besoin ne peut plus être modifié.")
        before = digests(need)
        if base is not None and (names := differing(base, before)):
            raise Overtaken(need, names)
        changed = [name for name in FIELDS if name in fields and getattr(need, name) != fields[name]]
        rows = {"volumes": volumes, "requirements": requirements, "interfaces": interfaces}
        _write(need, fields, rows)
        if need.state == NeedState.PUBLISHED and (lacking := missing_before(need, Need.step("publish"))):
            raise Blocked(Need.step("publish"), lacking)  # what is published stays fit to be
        index.keep(need)
        _journal(need, "edit", actor, changed=changed)
        tell_of_edit(need, differing(before, digests(need)), actor)
    return need


def _write(need: Need, fields: Mapping[str, Any], rows: Mapping[str, Rows | None]) -> None:
    """Rows are replaced whole: no identifier of theirs ever travels in a form (quality.md, F10)."""
    for name in FIELDS:
        if name in fields:
            setattr(need, name, fields[name])
    need.save()
    for name, found in rows.items():
        if found is not None:
            getattr(need, name).all().delete()
            ROWS[name]._default_manager.bulk_create(ROWS[name](need=need, **row) for row in found)


def _journal(need: Need, step: str, actor: Actor, **facts: Any) -> None:
    event = need.new_event()
    event.step, event.facts = step, facts
    append(event, actor=actor)


def _keep_index(need: Need, actor: Actor, event: AbstractEvent) -> None:
    """Published, the need is found; a draft again or withdrawn, it no longer is."""
    index.keep(need)


for _step in Need.steps():
    after_step(Need, _step.name)(_keep_index)
