"""Every queryset that a page uses, named."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from django.db.models import Case, Count, Exists, OuterRef, Q, QuerySet, Subquery, TextField, Value, When
from django.db.models.functions import Concat

from procurement import clock
from procurement.access import Actor
from procurement.folding import Fold
from procurement.models import Body, BodyKind, Membership, Role
from procurement.text import fold
from projects.enums import LISTED, NeedState, ParticipationState, ProjectState
from projects.models import (
    BodyMandate,
    ConventionVersion,
    Domain,
    Event,
    ExpectedBody,
    LeadChange,
    Need,
    Order,
    Participation,
    Project,
    Proposal,
    Simulation,
)
from projects.models.mandates import with_mandates
from projects.planning.working_days import add_months
from projects.search.api import search_needs
from projects.search.french import stem

UNSIGNED = [ParticipationState.INTENDED, ParticipationState.AUTHORISED]
PRESENT = [state for state in ParticipationState.values if state != ParticipationState.WITHDRAWN]


# Projects -------------------------------------------------------------------------------------------------------------
def listed_projects(
    actor: Actor, *, text: str = "", state: str = "", route: str = "", domain: str = "", department: str = ""
) -> QuerySet[Project]:
    """Projects an actor may know, with how many bodies are in each (`bodies`), for the list.

    `domain` (a code) is that of one of its needs, `department` (a number) that of one of its bodies.
    """
    present = Q(participations__state__in=PRESENT)
    found = (
        Project.objects.visible_to(actor)
        .select_related("lead_body")
        .annotate(bodies=Count("participations", filter=present))
    )
    if text:
        found = found.filter(pk__in=_projects_saying(text).values("pk"))
    if state:
        found = found.filter(state=state)
    if route:
        found = found.filter(route=route)
    if domain:
        found = found.filter(Exists(Need.objects.filter(project=OuterRef("pk"), domain__code=domain)))
    if department:
        there = Participation.objects.filter(project=OuterRef("pk"), body__department=department.strip().upper())
        found = found.filter(Exists(there.filter(state__in=PRESENT)))
    return found


def _projects_saying(text: str) -> QuerySet[Project]:
    """Projects whose reference, title or object holds every word, or its stem; accents and case do not count."""
    words = fold(text).split()
    said = Concat("reference", Value(" "), "title", Value(" "), "object", output_field=TextField())
    found = Project.objects.alias(said=Fold(said)) if words else Project.objects.none()
    for word in words:
        found = found.filter(Q(said__contains=word) | Q(said__contains=stem(word)))
    return found


def projects_of(actor: Actor) -> QuerySet[Project]:
    """The projects one's bodies take part in, and those one coordinates; abandoned and closed ones left out."""
    mine = Participation.objects.filter(body_id__in=list(actor.roles), state__in=PRESENT).values("project_id")
    found = listed_projects(actor).exclude(state__in=[ProjectState.CLOSED, ProjectState.ABANDONED])
    return found.filter(Q(pk__in=mine) | Q(coordinator_id=actor.user_id)).order_by("cut_off", "pk")


def _in_force(outer: str) -> Exists:
    return Exists(ConventionVersion.objects.filter(project=OuterRef(outer), given_up_on=None))


def own_participations(actor: Actor) -> QuerySet[Participation]:
    """Participations of one's own bodies, and those one declares under a mandate.

    With `mandated`, and `frozen`: whether the project's convention is frozen. One query.
    """
    held = BodyMandate.objects.held_by(actor).in_force().filter(from_body=OuterRef("body_id"))
    held = held.filter(Q(project=None) | Q(project=OuterRef("project_id")))
    found = Participation.objects.annotate(mandated=Exists(held)).select_related("project", "body")
    found = found.filter(Q(body_id__in=list(actor.roles)) | Q(mandated=True))
    return found.annotate(frozen=_in_force("project_id")).order_by("pk")


def own_rows(actor: Actor, project: Project) -> list[Participation]:
    """The same in one project at hand, from what it knows; only the mandates are asked for, once."""
    rows, frozen = project.rows(), project.current_version() is not None
    with_mandates(rows)
    held = {body.pk for body in actor.bodies_as(Role.AGENT)}
    for row in rows:
        row.mandated = bool(held & row.mandated_body_ids())  # type: ignore[attr-defined]  # as own_participations
        row.frozen = frozen  # type: ignore[attr-defined]
    mine = [row for row in rows if actor.belongs_to(row.body_id) or row.mandated]  # type: ignore[attr-defined]
    return sorted(mine, key=lambda row: row.pk)


def coordinated_projects(actor: Actor) -> QuerySet[Project]:
    """Projects one animates, with `frozen` and `awaited`: whether a listed body has not signed."""
    unsigned = Participation.objects.filter(project=OuterRef("pk"), state__in=UNSIGNED)
    found = Project.objects.filter(coordinator_id=actor.user_id) if actor.user_id else Project.objects.none()
    return found.annotate(frozen=_in_force("pk"), awaited=Exists(unsigned)).order_by("pk")


def coordinated_here(actor: Actor, project: Project) -> list[Project]:
    """The project at hand when one animates it, with the same two facts and its consultations; no query of its own."""
    if actor.user_id is None or project.coordinator_id != actor.user_id:
        return []
    project.frozen = project.current_version() is not None  # type: ignore[attr-defined]
    project.awaited = any(row.state in UNSIGNED for row in project.rows())  # type: ignore[attr-defined]
    if project.state in (ProjectState.TENDER, ProjectState.RUNNING):
        project.tenders()
    return [project]


def proposals_for(actor: Actor, project: Project | None = None) -> QuerySet[Proposal]:
    """Open proposals that somebody else made and that one may confirm: by coordinating, or for the lead body."""
    leads = [body.pk for role in (Role.AGENT, Role.LEGAL) for body in actor.bodies_as(role)]
    mine = Q(project__coordinator_id=actor.user_id) | Q(project__lead_body_id__in=leads)
    found = Proposal.objects.filter(mine, ended_at=None) if actor.user_id else Proposal.objects.none()
    found = found.exclude(made_by_id=actor.user_id).select_related("project", "made_by").order_by("pk")
    return found.filter(project=project) if project is not None else found


def lead_changes_for(actor: Actor) -> QuerySet[LeadChange]:
    """Replacements of a lead body that wait for this person: to answer for the body asked, or to have signed."""
    bodies = [body.pk for role in (Role.AGENT, Role.LEGAL) for body in actor.bodies_as(role)]
    asked = Q(accepted_on=None, to_body_id__in=bodies) & ~Q(proposed_by_id=actor.user_id)
    to_sign = Q(accepted_on__isnull=False, project__coordinator_id=actor.user_id)
    found = LeadChange.objects.under_way() if actor.user_id else LeadChange.objects.none()
    return found.filter(asked | to_sign).select_related("project", "to_body", "from_body").order_by("pk")


def tracker(project: Project) -> list[Participation]:
    """Every body of the project, lead first, with what the tracker shows."""
    rows = project.rows()
    with_mandates(rows)
    return rows


def spoken_for(actor: Actor, project: Project) -> list[Body]:
    """The bodies one may bring into a project: those one is an agent of, and those whose mandate one of these holds."""
    own = actor.bodies_as(Role.AGENT)
    held = BodyMandate.objects.held_by(actor).in_force().filter(Q(project=None) | Q(project=project))
    given = [mandate.from_body for mandate in held.select_related("from_body")] if own else []
    return list({body.pk: body for body in [*own, *given]}.values())


def expected_bodies(project: Project) -> QuerySet[ExpectedBody]:
    """The list of the coordinator: `answer`, the state of each body's participation, `answered`, `has_agent`.

    An intention is an answer, and so is leaving; interest alone is not yet one.
    """
    own = Participation.objects.filter(project=project, body=OuterRef("body_id"))
    agents = Membership.objects.in_force().filter(body=OuterRef("body_id"), role=Role.AGENT)
    return project.expected.select_related("body").annotate(
        answer=Subquery(own.values("state")[:1]),
        answered=Exists(own.filter(state__in=[*LISTED, ParticipationState.WITHDRAWN])),
        has_agent=Exists(agents),
    )


def poolable_needs(actor: Actor, *, domain: str = "") -> QuerySet[Need]:
    """Published needs that no project holds."""
    found = Need.objects.visible_to(actor).filter(state=NeedState.PUBLISHED, project=None)
    found = found.select_related("body", "domain").order_by("domain__label", "body__name", "pk")
    return found.filter(domain__code=domain) if domain else found


def project_events(project: Project) -> QuerySet[Event]:
    """The journal of a project, latest first."""
    return Event.objects.filter(project=project).select_related("user", "body", "need", "participation__body")


def bodies_like(text: str, *, limit: int = 8) -> list[Body]:
    """Bodies of the registry found by name, postal code, INSEE code or SIREN; none for less than two characters."""
    found = Body.objects.filter(closed_on=None).exclude(kind=BodyKind.PARTNER)
    words = fold(text[:100]).split()
    for word in words:
        found = found.filter(search_text__contains=word)
    exact = Case(When(name__iexact=text.replace("\0", "").strip(), then=0), default=1)
    return list(found.order_by(exact, "name", "pk")[:limit]) if len("".join(words)) > 1 else []


def saved_simulations(actor: Actor, project: Project) -> QuerySet[Simulation]:
    """Simulations of a project that an actor may open, latest first."""
    return Simulation.objects.filter(project=project).visible_to(actor).select_related("made_by")


def orders_of(rows: Iterable[Participation]) -> QuerySet[Order]:
    """The orders of these participations, latest first, cancelled ones included."""
    found = Order.objects.filter(participation__in=[row.pk for row in rows])
    return found.select_related("participation__body", "lot").order_by("-ordered_on", "-pk")


# Needs ----------------------------------------------------------------------------------------------------------------
def own_drafts(actor: Actor) -> QuerySet[Need]:
    """Unpublished needs of the bodies one is an agent of."""
    bodies = [body.pk for body in actor.bodies_as(Role.AGENT)]
    return Need.objects.filter(body_id__in=bodies, state=NeedState.DRAFT).select_related("body").order_by("-pk")


def own_needs(actor: Actor) -> QuerySet[Need]:
    """Published needs of one's own bodies, latest first."""
    found = Need.objects.filter(body_id__in=list(actor.roles)).exclude(state__in=[NeedState.DRAFT, NeedState.WITHDRAWN])
    return found.select_related("body", "domain", "project").order_by("-pk")


def listed_needs(
    actor: Actor,
    *,
    domain: Domain | None = None,
    department: str = "",
    state: str = "",
    words: str = "",
    ending_within: int = 0,
    route: str = "",
    followed: bool = False,
) -> QuerySet[Need]:
    """Needs an actor may know, for the list. Withdrawn ones only when asked for.

    `ending_within` (months) keeps those whose contract ends by then, among the needs whose contract one may read: of
    one's own bodies, of the projects one coordinates. `route` is the one wished for, or that of the need's project.
    """
    found = search_needs(actor, words) if words else Need.objects.visible_to(actor)
    found = found.select_related("body", "domain")
    found = found.filter(state=state) if state else found.exclude(state=NeedState.WITHDRAWN)
    if domain:
        found = found.filter(domain=domain)
    if department:
        found = found.filter(body__department=department.strip().upper())
    if ending_within:
        span = clock.today(), add_months(clock.today(), ending_within)
        readable = Q(body_id__in=list(actor.roles)) | Q(project__coordinator_id=actor.user_id or 0)
        found = found.filter(readable, contract_end__range=span)
    if route:
        found = found.filter(Q(route_wish=route) | Q(project__route=route))
    if followed:
        found = found.filter(followers__user_id=actor.user_id or 0)
    return found


def need_in_full(actor: Actor) -> QuerySet[Need]:
    """Needs an actor may know, with all that the page of one shows."""
    found = Need.objects.visible_to(actor).select_related("body", "domain", "project", "declared_by")
    return found.prefetch_related("volumes", "requirements")


def need_sent_before(actor: Actor, submission: uuid.UUID) -> Need | None:
    """The need that this very form already made, whatever the body chosen since."""
    return Need.objects.filter(submission=submission, declared_by=actor.user_id).first()
