"""A draft as one reader may know it: the others' amounts stay theirs until the annex is frozen (design §3)."""

from __future__ import annotations

import dataclasses

from documents.contexts.subject import Subject
from procurement.access import Actor
from projects import rules
from projects.dossier import Party
from projects.models import Participation, Project


def for_reader(subject: Subject, project: Project, actor: Actor) -> Subject:
    """The subject itself for the coordinator, and once a version is frozen; else without the amounts of the others.

    One query. A mandatary reads those of the body whose mandate it holds.
    """
    if subject.dossier.version or rules.is_coordinator(project, actor):
        return subject
    rows = Participation.objects.visible_to(actor).filter(project=project)
    own = set(rows.values_list("body__siren", flat=True))
    parties = tuple(party if party.siren in own else _reserved(party) for party in subject.dossier.parties)
    return dataclasses.replace(subject, dossier=dataclasses.replace(subject.dossier, parties=parties))


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
