"""When a kind of document is due in the life of a project, and what stands before its issue."""

from __future__ import annotations

from documents.catalogue import Kind
from documents.models import Document
from procurement.models import Body
from procurement.steps import Missing
from projects.enums import ProjectState
from projects.models import Project

STAGES = (
    ProjectState.FRAMING,
    ProjectState.CALL,
    ProjectState.AGREEMENT,
    ProjectState.CONSTITUTED,
    ProjectState.TENDER,
    ProjectState.RUNNING,
    ProjectState.CLOSED,
)


# What the law or the convention asks for; the other kinds are there for those who want them.
EXPECTED = (
    "opportunity-note",
    "convention",
    "specification",
    "deliberation",
    "certificate",
    "consultation-rules",
    "ccap",
    "commitment-form",
    "price-schedule",
    "award-minutes",
    "notification-letter",
    "closing-report",
)


def reached(kind: Kind, state: str) -> bool:
    """True once the project is at the stage of this kind, or past it; never for an abandoned one."""
    return state in STAGES and STAGES.index(ProjectState(state)) >= STAGES.index(ProjectState(kind.stage))


def needs_frozen_text(kind: Kind) -> bool:
    """From the agreement on, documents rest on the frozen version."""
    return STAGES.index(ProjectState(kind.stage)) >= STAGES.index(ProjectState.AGREEMENT)


def not_due(kind: Kind, project: Project, *, frozen: bool) -> list[Missing]:
    """What is missing before this kind may be issued; empty when it is due."""
    if kind.per_need:
        return [Missing("rien : une fiche de besoin s'imprime depuis le besoin, sans s'émettre", "../")]
    if project.state == ProjectState.ABANDONED:
        return [Missing("un projet en cours : celui-ci est abandonné", "../")]
    if not reached(kind, project.state):
        label = f"l'étape « {ProjectState(kind.stage).label} » : le projet est à « {project.state_label} »"
        return [Missing(label, "../")]
    if needs_frozen_text(kind) and not frozen:
        return [Missing("une convention figée : ce document en reprend les données", "etape/freeze/")]
    return []


def latest(project: Project, code: str, body: Body | None = None, series: str = "") -> Document | None:
    """The last issue of a kind, in a series, that still counts: not of a version given up."""
    found: Document | None = (
        Document.objects.filter(project=project, kind=code, body=body, series=series)
        .exclude(version__given_up_on__isnull=False)
        .order_by("-number")
        .first()
    )
    return found
