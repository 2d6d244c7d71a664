"""Files of rows between preview and confirmation: kept on the server, read once, gone after a day."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import transaction

from procurement import clock
from procurement.access import Actor
from procurement.sheets import Report, Scope, SheetResource
from projects.models import Need, SheetUpload

KEPT = dt.timedelta(days=1)


def keep_upload(kind: str, name: str, content: bytes, *, actor: Actor, need: Need | None = None) -> SheetUpload:
    """Keep a file for its sender. Side effects: a row; what lies unconfirmed for more than a day is deleted."""
    assert actor.user is not None  # the page asked for an agent
    SheetUpload.objects.filter(made_at__lt=clock.now() - KEPT).delete()
    return SheetUpload.objects.create(
        kind=kind, name=name[-255:], content=content, user=actor.user, body=actor.body, need=need
    )


def confirm_upload(token: uuid.UUID, kind: type[SheetResource], *, actor: Actor) -> tuple[SheetUpload, Report | None]:
    """Write the rows of a file, once however often it is asked; None when it was done before.

    Side effects: those of the sheet, all or nothing; the bytes of the file are let go once they are written.
    """
    with transaction.atomic():
        upload = SheetUpload.objects.select_for_update(of=("self",)).get(token=token, user=actor.user)
        if upload.confirmed_at:
            return upload, None
        report = kind(scope_of(upload, actor)).read(bytes(upload.content), check=False)
        if not report.refused:
            upload.confirmed_at, upload.counts, upload.content = clock.now(), report.counts, b""
            upload.save()
    return upload, report


def scope_of(upload: SheetUpload, actor: Actor) -> Scope:
    """For whom, and in which need, the rows of the file count."""
    return Scope(actor=actor, need=upload.need)
