"""What the words of a project wait for: a body that has not answered a reading, a proposal nobody has settled."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.db.models import Exists, OuterRef, Subquery
from django.urls import reverse

from procurement.access import Actor
from procurement.models import Role
from projects.enums import ProjectState
from projects.models import ClauseRevision, Participation, Project, Review, ReviewAnswer, RevisionState

Row = tuple[str, str, str, str, dt.date | None, int]  # text, verb, address, body, deadline, project


def text_todos(actor: Actor, project: Project | None = None) -> Iterator[Row]:
    """Of a legal officer, in one project or in all of them while their words may change. Two queries at most."""
    bodies = [body.pk for body in actor.bodies_as(Role.LEGAL)]
    if not bodies or (project is not None and project.state != ProjectState.AGREEMENT):
        return
    here = {"project": project} if project is not None else {}
    yield from _readings(bodies, here)
    yield from _proposals(bodies, here)


def _readings(bodies: list[int], here: dict[str, Project]) -> Iterator[Row]:
    """Those of a reading that is open, in which the body has not answered."""
    opened = Review.objects.filter(project=OuterRef("project"), closed_on=None, waived_draft="")
    said = ReviewAnswer.objects.filter(
        review__project=OuterRef("project"), review__closed_on=None, body=OuterRef("body")
    )
    rows = Participation.objects.listed().filter(body__in=bodies, project__state=ProjectState.AGREEMENT, **here)
    rows = rows.filter(Exists(opened), ~Exists(said)).annotate(answer_by=Subquery(opened.values("answer_by")[:1]))
    for row in rows.select_related("project", "body"):
        address = reverse("clause_review", args=[row.project.reference])
        text = f"Dites si le texte de « {row.project.title} » convient, ou ce qui ne va pas."
        deadline: dt.date | None = row.answer_by
        yield text, "Relire le texte", address, row.body.name, deadline, row.project_id


def _proposals(bodies: list[int], here: dict[str, Project]) -> Iterator[Row]:
    """Those of the coordinator, for the lead body's legal team."""
    waiting = ClauseRevision.objects.filter(status=RevisionState.PROPOSED, project__lead_body__in=bodies, **here)
    waiting = waiting.filter(project__state__in=(ProjectState.FRAMING, ProjectState.CALL, ProjectState.AGREEMENT))
    for revision in waiting.select_related("project__lead_body").order_by("made_at"):
        address = reverse("clause", args=[revision.project.reference, *revision.code.split("/")])
        text = f"Retenez ou écartez le texte proposé par le coordinateur de « {revision.project.title} »."
        body = revision.project.lead_body.name if revision.project.lead_body else ""
        yield text, "Lire la proposition", f"{address}#proposition", body, None, revision.project_id
