"""Freezing a convention, and what giving a frozen version up entails."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable
from typing import Any

from procurement import clock
from procurement.access import Actor
from procurement.events import AbstractEvent
from procurement.money import euros
from procurement.workflow import Missing, after_step, also_required, perform
from projects import dossier
from projects.assembly import assemble, sharing
from projects.enums import ParticipationState
from projects.models import ConventionVersion, Participation, Project
from projects.wording import worded


def digest(facts: dict[str, Any]) -> str:
    """SHA-256 (hex) of the canonical JSON of `facts`."""
    text = json.dumps(facts, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


@also_required(Project, "freeze")
def costs_are_shared(project: Project, /) -> Iterable[Missing]:
    """Every cost line is shared, and nobody pays more than its own maximum (cents HT).

    Asked of no project that is frozen: that alone forbids another freeze.
    """
    if project.current_version() is not None:
        return
    _, _, lines = sharing(project)
    if not lines:
        yield Missing("au moins une ligne de coût", "couts/lignes/")
    shares: Counter[str] = Counter()
    for line in lines:
        if line.problem:
            yield Missing(f"un partage possible de « {line.label} » : {line.problem}", "couts/lignes/")
        for part in line.shares:
            shares[part.siren] += part.ht_cents
    for row in project.listed():
        if not row.body.siren:
            yield Missing(f"le SIREN de {row.body.name} : une partie à la convention en a un", "participants/")
        share = shares[row.body.siren or ""]
        if row.maximum_cents is not None and share > row.maximum_cents:
            asked = f"un maximum d'au moins {euros(share)} HT pour {row.body.name}"
            yield Missing(f"{asked} ({euros(row.maximum_cents)} aujourd'hui)", "participants/")


@after_step(Project, "freeze")
def freeze_version(project: Project, actor: Actor, event: AbstractEvent) -> None:
    """Store the facts of the next version; what documents need is in them, nothing is read again later."""
    number = 1 + max((version.number for version in project.versions.all()), default=0)
    facts = dossier.to_json(worded(assemble(project, version=number, frozen_on=clock.today())))
    frozen = dossier.from_json(facts)
    ConventionVersion.objects.create(
        project=project,
        number=number,
        facts=facts,
        sha256=digest(facts),
        frozen_on=clock.today(),
        frozen_by=actor.user,
        party_ids=[participation.body_id for participation in project.listed_participations()],
        shares={party.siren: frozen.share_of(party.siren) for party in frozen.parties},
    )


@after_step(Project, "unfreeze")
@after_step(Project, "reopen_call")
@after_step(Project, "abandon")
def give_version_up(project: Project, actor: Actor, event: AbstractEvent) -> None:
    """The version in force no longer counts; who approved or signed it goes back to the intention (trap 3)."""
    version = project.current_version()
    if version is None:
        return
    version.given_up(clock.today())
    bound = project.participations.filter(state__in=[ParticipationState.AUTHORISED, ParticipationState.SIGNED])
    for participation in bound.order_by("id"):
        perform(Participation, participation.pk, "lapse", actor=actor, note=event.note)
