"""The reading of a draft by every member before it is frozen (domain.md §4.1, G3: all members on the same version).

It is here and not in `projects` because what is agreed to is the draft as printed, which only this package can make.
While no review is open, freezing asks for nothing more; once one is, it asks for every listed member's agreement on the
same draft, or for the coordinator's written reason to go on without.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404

from documents.clause_messages import tell_answered, tell_opened, tell_waived
from documents.clauses.facts import facts
from documents.clauses.models import SPECIFICATION
from documents.clauses.printed import frozen, models_for
from documents.clauses.printed import printed as chapters
from documents.contexts import convention
from documents.contexts.subject import Subject
from documents.models import AgreedDraft
from documents.printing import digest
from procurement import clock
from procurement.access import Actor
from procurement.events import AbstractEvent, append
from procurement.models import Body, Role
from procurement.workflow import Blocked, Missing, after_step, also_required, locked
from projects import dossier as dossiers
from projects import rules, wording
from projects.assembly import assemble
from projects.dossier import Dossier
from projects.enums import ProjectState
from projects.models import Project, Review, ReviewAnswer, Verdict
from projects.models.clauses import latest_revisions

wording.provide(frozen)

NOT_COORDINATOR = "La relecture s'ouvre, et se lève pour un motif, par le coordinateur."
NOT_LEGAL = "Le service juridique de l'organisme répond, ou le coordinateur avec une preuve."
PRINTED = ("articles", "signature", "annexed", "missions", "lots", "maxima")  # and the amounts due


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one body stands: its last answer, and whether that answer is about the present draft."""

    body: Body
    answer: ReviewAnswer | None
    present: bool

    @property
    def agrees(self) -> bool:
        """True when the body agreed to the draft as it is now."""
        return self.present and self.answer is not None and self.answer.verdict == Verdict.AGREED


def draft_digest(dossier: Dossier) -> str:
    """SHA-256 (hex) of what members agree to: the words of every article and chapter, missions, maxima, amounts due."""
    text = convention.text(Subject(dossier))
    printed = {name: [dataclasses.asdict(row) for row in getattr(text, name)] for name in PRINTED}
    words = [dataclasses.asdict(chapter) for chapter in chapters(dossier, SPECIFICATION)]
    return digest({**printed, "chapters": words, "dues": [dataclasses.asdict(row) for row in text.costs.dues]})


def open_review_of(project: Project) -> Review | None:
    """The review in progress. One query."""
    return Review.objects.filter(project=project, closed_on=None).first()


def standings(project: Project, review: Review, draft: str) -> list[Standing]:
    """Every listed body, lead first, with its last answer. Two queries."""
    last = {answer.body_id: answer for answer in review.answers.select_related("made_by")}
    bodies = [participation.body for participation in project.listed_participations()]
    return [
        Standing(body, answer, answer is not None and answer.draft == draft)
        for body in bodies
        for answer in [last.get(body.pk)]
    ]


# What freezing asks for -----------------------------------------------------------------------------------------------
@also_required(Project, "freeze")
def members_agree(project: Project, /) -> Iterable[Missing]:
    """Once a review is open: every listed member on the same draft, or a reason to go on without."""
    if project.current_version() is not None:
        return
    review = open_review_of(project)
    if review is None:
        return
    draft = draft_digest(assemble(project, bare=True))
    if review.waived_draft == draft:
        return
    for standing in standings(project, review, draft):
        if not standing.agrees:
            yield Missing(f"l'accord de {standing.body} sur le projet de texte", "clauses/relecture/")


@also_required(Project, "freeze")
def clauses_follow_facts(project: Project, /) -> Iterable[Missing]:
    """A clause worded for other facts than today's (another mandate, another committee) is read again first.

    Not a late one: the freeze keeps nothing of it, and it may be read again until the launch.
    """
    if project.current_version() is not None:
        return
    own = {code: row for code, row in latest_revisions(project).items() if row.text}
    if not own:
        return
    dossier = assemble(project, bare=True)
    found = facts(dossier)
    for model in models_for(dossier):
        row = own.get(model.code)
        if row is not None and not model.late and row.base != model.text(found):
            label = f"une relecture {model.of} : son modèle a changé depuis votre texte"
            yield Missing(label, f"clauses/{model.code}/")


@after_step(Project, "freeze")
@after_step(Project, "reopen_call")
@after_step(Project, "abandon")
def close_review(project: Project, actor: Actor, event: AbstractEvent) -> None:
    """The draft was frozen, or is given up: what was answered stays on record."""
    Review.objects.filter(project=project, closed_on=None).update(closed_on=clock.today())


# What people do -------------------------------------------------------------------------------------------------------
class DraftChanged(Exception):
    """The text changed between the reading and the answer."""


def open_review(project: Project, *, answer_by: dt.date | None, actor: Actor) -> Review:
    """Ask every listed member to read the draft, by the coordinator, once the call is closed and nothing is frozen.

    Raises PermissionDenied, Blocked. Side effects: the review, one event, a message to the legal teams.
    """
    with transaction.atomic():
        found = locked(Project, project.pk, actor)
        if not rules.is_coordinator(found, actor):
            raise PermissionDenied(NOT_COORDINATOR)
        assert actor.user is not None  # a coordinator is signed in
        if found.state != ProjectState.AGREEMENT or found.current_version():
            label = "un projet de texte : la relecture s'ouvre une fois l'appel clos, avant le gel"
            raise Blocked(Project.step("freeze"), [Missing(label)])
        review, made = Review.objects.get_or_create(
            project=found, closed_on=None, defaults={"opened_by": actor.user, "answer_by": answer_by}
        )
        if made:
            _journal(found, "review_open", actor, draft=draft_digest(assemble(found, bare=True)))
            tell_opened(found, review, actor)
    return review


def may_answer(project: Project, body: Body, actor: Actor) -> bool:
    """A legal officer of the body; the coordinator on its behalf, with a proof."""
    return actor.holds(Role.LEGAL, body.pk) or rules.is_coordinator(project, actor)


def answer(project: Project, body: Body, *, verdict: str, draft: str, text: str, actor: Actor) -> ReviewAnswer:
    """Record what a body says of the draft it read, named by `draft`.

    Raises DraftChanged when the draft is another one by now, Http404, PermissionDenied. Side effects: the answer, one
    event, a message to the coordinator and the lead body's legal team.
    """
    with transaction.atomic():
        found = locked(Project, project.pk, actor)
        review = open_review_of(found)
        listed = {row.body_id for row in found.listed_participations()}
        if review is None or body.pk not in listed:
            raise Http404("pas de relecture ouverte pour cet organisme")
        if not may_answer(found, body, actor):
            raise PermissionDenied(NOT_LEGAL)
        read = assemble(found, bare=True)
        if draft != draft_digest(read):
            raise DraftChanged
        assert actor.user is not None  # who may answer is signed in
        made = ReviewAnswer.objects.create(
            review=review, body=body, verdict=verdict, draft=draft, text=text.strip(), made_by=actor.user
        )
        if verdict == Verdict.AGREED:
            facts = {"facts": dossiers.to_json(wording.worded(read))}
            AgreedDraft.objects.get_or_create(review=review, sha256=draft, defaults=facts)
        step = "review_agree" if verdict == Verdict.AGREED else "review_remarks"
        _journal(found, step, actor, body_id=body.pk, note=text.strip(), draft=draft)
        tell_answered(found, made, actor)
    return made


def waive(project: Project, *, reason: str, draft: str, actor: Actor) -> Review:
    """Go on without the missing agreements on this very draft, by the coordinator, for a reason the journal keeps."""
    with transaction.atomic():
        found = locked(Project, project.pk, actor)
        if not rules.is_coordinator(found, actor):
            raise PermissionDenied(NOT_COORDINATOR)
        review = open_review_of(found)
        if review is None:
            raise Http404("pas de relecture ouverte")
        if draft != draft_digest(assemble(found, bare=True)):
            raise DraftChanged
        review.waived_reason, review.waived_by, review.waived_draft = reason.strip(), actor.user, draft
        review.save()
        _journal(found, "review_waived", actor, note=reason.strip(), draft=draft)
        tell_waived(found, review, actor)
    return review


def _journal(
    project: Project, step: str, actor: Actor, *, note: str = "", body_id: int | None = None, draft: str
) -> None:
    event = project.new_event()
    event.step, event.note, event.facts, event.body_id = step, note, {"draft": draft}, body_id
    append(event, actor=actor)
