"""The mandate as a matrix: who does what in the name of whom, while nothing is frozen."""

from __future__ import annotations

from collections.abc import Mapping

from procurement.access import Actor
from procurement.workflow import Missing
from projects.actions.projects import editing
from projects.actions.recording import act, refuse_if, tell
from projects.missions import BY_CODE, EACH, LEAD, preset
from projects.models import Project

CHOSEN = act("missions", "Répartir les missions")


def set_missions(project: Project, chosen: Mapping[str, str], *, actor: Actor) -> Project:
    """Say who does each operation: LEAD, EACH, or the id of a member that is mandated (L. 2113-7 CCP).

    What is the preset of the project's mandate is not kept, so that another mandate brings its own. Raises Blocked
    (unknown operation, body that is not in the project), PermissionDenied once a version is frozen. One event.
    """
    with editing(project, actor) as project:
        present = {str(pk) for pk in project.participations.present().values_list("body_id", flat=True)}
        wrong = [Missing(f"une opération connue (« {code} » ne l'est pas)") for code in chosen if code not in BY_CODE]
        for code, who in chosen.items():
            if who not in (LEAD, EACH) and who not in present:
                wrong.append(Missing(f"un organisme du projet pour « {BY_CODE[code].label} »", code))
        refuse_if(wrong, CHOSEN)
        kept = {code: who for code, who in chosen.items() if who != preset(BY_CODE[code], project.mandate)}
        if kept != project.missions:
            project.missions = kept
            project.save()
            tell(project, "missions", actor, {"missions": kept})
    return project
