"""Tells the board « qui bloque quoi » which bodies returned their signed copy of the convention."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.db.models import Min

from documents.models import SignedCopy
from procurement import clock
from projects.awaited.board import returns_copies
from projects.models import Project

CONVENTION = ("convention", "accession-form")


@returns_copies
def returned(project: Project) -> Mapping[int, dt.date]:
    """Body → day (Paris) of the first copy that counts, of an issue made on the version in force. One query."""
    copies = SignedCopy.objects.counting().filter(document__project=project, document__kind__in=CONVENTION)
    copies = copies.filter(document__version__given_up_on=None).order_by()
    first = copies.values_list("body_id").annotate(first=Min("received_at"))
    return {body_id: moment.astimezone(clock.PARIS).date() for body_id, moment in first if moment}
