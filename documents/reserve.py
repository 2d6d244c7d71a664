"""A draft as one reader may know it: the others' amounts stay theirs until the annex is frozen (design §3)."""

from __future__ import annotations

import dataclasses

from documents.contexts.subject import Subject
from procurement.access import Actor
from projects import rules
from projects.dossier import Dossier, Party
from projects.models import Participation, Project


def for_reader(subject: Subject, project: Project, actor: Actor) -> Subject:
    """The subject itself for the coordinator, and once a version is frozen; else without the amounts of the others.

    One query. A mandatary reads those of the body whose mandate it holds.
    """
    if subject.dossier.version:
        return subject
    return dataclasses.replace(subject, dossier=reserved(subject.dossier, own_of(project, actor)))


def own_of(project: Project, actor: Actor) -> frozenset[str] | None:
    """SIREN of the bodies whose amounts the reader may know; None: all of them. One query."""
    if rules.is_coordinator(project, actor):
        return None
    rows = Participation.objects.visible_to(actor).filter(project=project)
    return frozenset(rows.values_list("body__siren", flat=True))


def reserved(dossier: Dossier, own: frozenset[str] | None) -> Dossier:
    """The dossier without the amounts of the bodies that are not among `own`."""
    if own is None:
        return dossier
    parties = tuple(party if party.siren in own else _reserved(party) for party in dossier.parties)
    return dataclasses.replace(dossier, parties=parties)


def _reserved(party: Party) -> Party:
    """Taking part without buying is known to all; how much one buys is not."""
    return dataclasses.replace(
        party,
        maximum_cents=None if party.buys else 0,
        yearly_maximum_cents=None,
        lot_maxima=(),
        in_kind_days="",
        in_kind_day_cents=None,
        in_kind_cents=0,
    )
