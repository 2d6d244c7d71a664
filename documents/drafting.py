"""Working on the words before they are frozen: amend a clause, propose, accept, go back to the model, settle terms.

The lead body's legal team decides of the text; the coordinator proposes; every member comments. What members agree to
changes no more once a version is frozen, and whoever had agreed to the draft is told when it changes. What is put to
candidates (late words, ADR 22) changes until the consultation is launched, and undoes no agreement.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max
from django.http import Http404
from django.utils import timezone

from documents.clause_messages import tell_proposed, tell_settled
from documents.clauses.difference import changed
from documents.clauses.facts import facts
from documents.clauses.markdown import check
from documents.clauses.models import Model, is_late
from documents.clauses.printed import models_for
from documents.facts import dossier_of
from documents.undoing import tell_undone
from procurement.access import Actor
from procurement.events import append
from procurement.models import Role
from procurement.workflow import locked
from projects import rules
from projects.dossier import Dossier
from projects.enums import ProjectState
from projects.models import AgreementTerms, ClauseRevision, Project, RevisionState
from projects.models.clauses import latest_revisions
from projects.requirements.movements import UNTIL_LAUNCH

GIVEN_UP = "Le projet est abandonné : ses textes ne se modifient plus."
PUBLISHED = "Le dossier de consultation est publié : le règlement et le CCAP ne se modifient plus."
FROZEN = "Le texte ne se modifie plus : une version est figée, ou le groupement est constitué."
NOT_YOURS = "Ces textes se modifient par le service juridique de l'organisme coordonnateur ; le coordinateur propose."


class Stale(Exception):
    """Somebody else changed the clause meanwhile; `now` is what it says at present."""

    def __init__(self, now: str, by: ClauseRevision | None) -> None:
        self.now, self.by = now, by
        super().__init__("Ce texte a changé pendant que vous l'écriviez.")


def decides(project: Project, actor: Actor) -> bool:
    """A legal officer of the lead body."""
    return actor.holds(Role.LEGAL, project.lead_body_id)


def proposes(project: Project, actor: Actor) -> bool:
    """Who may write a text: the lead body's legal team, or the coordinator, who proposes."""
    return decides(project, actor) or rules.is_coordinator(project, actor)


def model_of(dossier: Dossier, code: str) -> Model:
    """The clause of this code, among those that the dossier calls for; Http404 otherwise."""
    for model in models_for(dossier):
        if model.code == code:
            return model
    raise Http404("pas d'article de ce nom")


def closed(project: Project, code: str = "") -> str:
    """Why a clause changes no more (without `code`: the terms), as a French sentence; "" while it may."""
    if not is_late(code):
        return "" if project.open_to_changes() else FROZEN
    if project.state in UNTIL_LAUNCH:
        return ""
    return GIVEN_UP if project.state == ProjectState.ABANDONED else PUBLISHED


@contextmanager
def _working(project: Project, actor: Actor, code: str = "") -> Iterator[Project]:
    """The project under its lock, if the clause (or the terms) may change; who agreed is told if the draft did."""
    with transaction.atomic():
        found = locked(Project, project.pk, actor)
        if reason := closed(found, code):
            raise PermissionDenied(reason)
        yield found
        if not is_late(code):
            tell_undone(found, actor)


def amend(
    project: Project, code: str, text: str, *, actor: Actor, seen: int, reason: str = ""
) -> ClauseRevision | None:
    """Word a clause: at once by the lead body's legal team, as a proposal by the coordinator. None if nothing changes.

    `seen` is the number of the last revision that the writer read (0 for none). Raises BadClause, Stale,
    PermissionDenied, Http404. Side effects: one revision, one event, messages.
    """
    text = text.replace("\r\n", "\n").strip()
    if not proposes(project, actor):
        raise PermissionDenied(NOT_YOURS)
    with _working(project, actor, code) as found:
        dossier = dossier_of(found, bare=True)
        model = model_of(dossier, code)
        check(text, model.known, model.tables, model.needed)
        own, base = latest_revisions(found).get(code), model.text(facts(dossier))
        now = (own.text if own else "") or base
        if (own.number if own else 0) != seen and text != now:
            raise Stale(now, own)
        same_base = own is None or not own.text or own.base == base
        if not changed(now, text) and same_base:
            return None
        kept = text if changed(base, text) else ""
        return _write(found, model, kept, base, actor=actor, reason=reason)


def back_to_model(project: Project, code: str, *, actor: Actor) -> ClauseRevision | None:
    """Print the model's words again, by the lead body's legal team. None when it was so already."""
    if not decides(project, actor):
        raise PermissionDenied(NOT_YOURS)
    with _working(project, actor, code) as found:
        dossier = dossier_of(found, bare=True)
        model = model_of(dossier, code)
        own = latest_revisions(found).get(code)
        if own is None or not own.text:
            return None
        return _write(found, model, "", model.text(facts(dossier)), actor=actor, reason="retour au modèle")


def _write(project: Project, model: Model, text: str, base: str, *, actor: Actor, reason: str) -> ClauseRevision:
    accepted = decides(project, actor)
    assert actor.user is not None  # who decides or proposes is signed in
    rows = ClauseRevision.objects.filter(project=project, code=model.code)
    if not accepted:  # a new proposal takes the place of the one that waits
        rows.filter(status=RevisionState.PROPOSED).update(
            status=RevisionState.REFUSED, settled_at=timezone.now(), settled_by=actor.user
        )
    revision = ClauseRevision.objects.create(
        project=project,
        code=model.code,
        number=_next(project, model.code),
        text=text,
        base=base,
        status=RevisionState.ACCEPTED if accepted else RevisionState.PROPOSED,
        reason=reason.strip(),
        made_by=actor.user,
        made_for=actor.body,
    )
    _journal(project, "clause" if accepted else "clause_proposed", model, revision, actor)
    if not accepted:
        tell_proposed(project, model, revision, actor)
    return revision


def _next(project: Project, code: str) -> int:
    rows = ClauseRevision.objects.filter(project=project, code=code)
    return 1 + int(rows.aggregate(last=Max("number"))["last"] or 0)


def settle(project: Project, pk: int, *, accept: bool, actor: Actor) -> ClauseRevision:
    """Take or refuse the coordinator's proposal, by the lead body's legal team; once taken it is the last revision."""
    if not decides(project, actor):
        raise PermissionDenied(NOT_YOURS)
    rows = ClauseRevision.objects.filter(project=project, status=RevisionState.PROPOSED).select_related("made_by")
    code = rows.filter(pk=pk).values_list("code", flat=True).first() or ""
    with _working(project, actor, code) as found:
        revision = rows.filter(pk=pk).first()
        if revision is None:
            raise Http404("pas de proposition en attente")
        model = model_of(dossier_of(found, bare=True), revision.code)
        if accept:
            revision.number = _next(found, revision.code)
        revision.status = RevisionState.ACCEPTED if accept else RevisionState.REFUSED
        revision.settled_by, revision.settled_at = actor.user, timezone.now()
        revision.save()
        _journal(found, "clause" if accept else "clause_refused", model, revision, actor)
        tell_settled(found, model, revision, actor)
    return revision


def set_terms(project: Project, *, actor: Actor, vehicle: str = "", **fields: Any) -> AgreementTerms:
    """Settle what the agreement says beside its framing, by the coordinator or the lead body's legal team.

    `fields` are those of AgreementTerms; `vehicle` is the project's own. Side effects: the row, one event that names
    what changed, messages to those who had agreed.
    """
    if not proposes(project, actor):
        raise PermissionDenied(NOT_YOURS)
    with _working(project, actor) as found:
        row = AgreementTerms.objects.filter(project=found).first() or AgreementTerms(project=found)
        names = [name for name, value in fields.items() if getattr(row, name) != value]
        for name in names:
            setattr(row, name, fields[name])
        row.save()
        if vehicle and vehicle != found.vehicle:
            found.vehicle = vehicle
            found.save()
            names.append("vehicle")
        if names:
            event = found.new_event()
            event.step, event.facts = "terms", {"changed": sorted(names)}
            append(event, actor=actor)
    return row


def _journal(project: Project, step: str, model: Model, revision: ClauseRevision, actor: Actor) -> None:
    event = project.new_event()
    event.step = step
    event.note = model.entry + (f" : {revision.reason}" if revision.reason else "")
    digest = hashlib.sha256(revision.text.encode()).hexdigest()
    event.facts = {"code": model.code, "number": revision.number, "sha256": digest}
    append(event, actor=actor)
