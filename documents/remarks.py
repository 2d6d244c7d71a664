"""Remarks on a clause: a thread in plain text, until somebody says that it is settled."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from django.utils import timezone

from documents.clause_messages import tell_commented
from documents.clauses.models import Model
from documents.drafting import proposes
from procurement.access import Actor
from procurement.models import Body, Role
from procurement.workflow import locked
from projects import rules
from projects.models import ClauseComment, Participation, Project

NOT_A_MEMBER = "Les remarques viennent des agents et des juristes des organismes qui participent au projet."


def speaks_for(project: Project, actor: Actor) -> list[Body]:
    """The bodies of the project for which a person may comment: as agent or legal officer. One query."""
    own = [pk for pk in actor.roles if actor.holds(Role.AGENT, pk) or actor.holds(Role.LEGAL, pk)]
    rows = Participation.objects.filter(project=project, body_id__in=own).present().select_related("body")
    return [row.body for row in rows.order_by("body__name")]


def may_comment(project: Project, actor: Actor) -> bool:
    """True for whoever speaks for a member, and for the coordinator."""
    return rules.is_coordinator(project, actor) or bool(speaks_for(project, actor))


def comment(project: Project, model: Model, text: str, *, actor: Actor, answers: int | None = None) -> ClauseComment:
    """Say something of a clause, or answer a remark: agents and legal officers of the members, and the coordinator.

    Raises PermissionDenied, Http404 (no such remark). Side effects: the row, a message to those who word the clause and
    to whoever began the thread.
    """
    with transaction.atomic():
        found = locked(Project, project.pk, actor)
        bodies = speaks_for(found, actor)
        assert actor.user is not None  # pages are for members
        if not bodies and not rules.is_coordinator(found, actor):
            raise PermissionDenied(NOT_A_MEMBER)
        chosen = next(
            (body for body in bodies if actor.body and body.pk == actor.body.pk), bodies[0] if bodies else None
        )
        root = _root(found, model, answers) if answers is not None else None
        made = ClauseComment.objects.create(
            project=found, code=model.code, answers=root, body=chosen, author=actor.user, text=text.strip()
        )
        tell_commented(found, model, made, actor)
    return made


def _root(project: Project, model: Model, pk: int) -> ClauseComment:
    root = ClauseComment.objects.filter(project=project, code=model.code, answers=None, pk=pk).first()
    if root is None:
        raise Http404("pas de remarque")
    return root


def may_resolve(project: Project, remark: ClauseComment, actor: Actor) -> bool:
    """Who words the clauses, and whoever made the remark."""
    return proposes(project, actor) or remark.author_id == actor.user_id


def resolve(project: Project, pk: int, *, settled: bool, actor: Actor) -> ClauseComment:
    """Say that a remark is settled, or open it again. Raises PermissionDenied, Http404."""
    with transaction.atomic():
        found = locked(Project, project.pk, actor)
        remark = ClauseComment.objects.filter(project=found, answers=None, pk=pk).first()
        if remark is None:
            raise Http404("pas de remarque")
        if not may_resolve(found, remark, actor):
            raise PermissionDenied("Une remarque se règle par qui l'a faite, ou par qui rédige.")
        remark.resolved_by = actor.user if settled else None
        remark.resolved_at = timezone.now() if settled else None
        remark.save()
    return remark
