"""What an arrival or a departure changes for everybody: the sum, the threshold, the procedure, the award committee."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from procurement.models import Body
from procurement.money import euros
from projects import planning
from projects.enums import LISTED
from projects.models import Participation, Project
from projects.planning.french import typeset
from projects.pooling.committee import majority
from projects.timetable import schedule
from projects.timetable.schedule import SHOWN_FROM


@dataclass(frozen=True)
class Situation:
    """Of the bodies that have declared an intention. Amounts in cents HT, whole duration."""

    bodies: tuple[Body, ...]
    total_cents: int
    launch: dt.date  # the procedure is the one of the planned launch

    @property
    def told(self) -> bool:
        """A total over fewer than three bodies would tell what one of them pays (design §3)."""
        return len(self.bodies) >= SHOWN_FROM

    @property
    def advice(self) -> planning.Advice:
        """What the sum calls for."""
        return planning.procedure_for(self.total_cents, self.launch)


def situation(project: Project) -> Situation:
    """As it is now."""
    rows = schedule.planned_rows(project)
    listed = [row for row in rows if row.state in LISTED]
    total = sum(row.maximum_cents or 0 for row in listed)
    found = schedule.plan(project, rows, schedule.Amount(total, len(listed)))
    return Situation(tuple(row.body for row in listed), total, found.launch)


def departure(participation: Participation, before: Situation, now: Situation) -> list[str]:
    """What to tell the others when a body leaves: French sentences, amounts from three bodies up."""
    body, project = participation.body, participation.project
    said = [f"{body} quitte le projet. Les parts sont recalculées : voir l'onglet Coûts."]
    if now.told:
        said.append(f"La somme des maxima est maintenant de {euros(now.total_cents)} HT.")
        if project.threshold_cents:
            still = "reste atteint" if now.total_cents >= project.threshold_cents else "n'est pas atteint"
            said.append(f"Le seuil de {euros(project.threshold_cents)} HT {still}.")
    said += changes(f"Avec le départ de {body}", before, now)
    version = project.current_version()
    if version and participation.body_id in version.party_ids:
        said.append(f"La version {version.number} de la convention nomme cet organisme : elle est à refaire.")
    return said


def changes(cause: str, before: Situation, now: Situation) -> list[str]:
    """The change of procedure, known from three bodies up, and of majority for the award committee (L. 1414-3)."""
    said = []
    if before.told and now.told:
        said.append(planning.change_of_level(before.advice, now.advice, cause))
    elif now.told:
        level = now.advice
        said.append(typeset(f"À {len(now.bodies)} intentions, le besoin appelle : {level.label} ({level.article})."))
    committee = majority(now.bodies)
    if before.bodies and now.bodies and majority(before.bodies).holds != committee.holds:
        said.append(typeset(f"{cause}, la commission d'appel d'offres change : {committee.text}"))
    return [line for line in said if line]
