"""An agreement on a draft that changed since is worth nothing: who gave it is told, and shown what changed.

Whatever changes the draft (words, terms, costs, framing, missions, members) ends here, in its own transaction. What no
action of a project tells (a need edited, the register of bodies refreshed) is seen by the command `watch_documents`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from documents.changes import Change, changes
from documents.clause_messages import tell_changed
from documents.clauses.difference import Piece, difference
from documents.clauses.models import models
from documents.clauses.printed import agreed
from documents.clauses.values import LABELS, values
from documents.contexts import convention
from documents.contexts.subject import Subject
from documents.models import AgreedDraft, UndoneAgreement
from documents.reserve import reserved
from documents.review import Standing, draft_digest, open_review_of, standings
from procurement.access import Actor
from procurement.events import AbstractEvent
from procurement.workflow import after_step
from projects import dossier as dossiers
from projects import wording
from projects.assembly import assemble
from projects.dossier import Dossier
from projects.models import Need, Participation, Project, Verdict

NAMED = 4  # changes that a message names
FIGURES = (("missions", "les missions"), ("lots", "les lots"), ("maxima", "les besoins ou les maxima"))
DUES = "les sommes dues"


@dataclass(frozen=True, slots=True)
class Rewritten:
    """An article or a chapter that says something else."""

    heading: str
    pieces: tuple[tuple[Piece, ...], ...]


@dataclass(frozen=True, slots=True)
class Since:
    """What changed since a draft that some bodies agreed to."""

    bodies: tuple[str, ...]
    words: tuple[Rewritten, ...]
    figures: tuple[Change, ...]


# Telling --------------------------------------------------------------------------------------------------------------
@wording.on_change
def tell_undone(project: Project, actor: Actor) -> int:
    """Tell the bodies whose agreement no longer is on the present draft, each once; how many were told.

    Side effects: rows of UndoneAgreement, a message to the legal teams. Nothing while no review is open: one query.
    """
    review = open_review_of(project)
    if review is None or project.current_version():
        return 0
    now = assemble(project, bare=True)
    rows = [row for row in standings(project, review, draft_digest(now)) if _agreed(row)]
    known = set(UndoneAgreement.objects.filter(answer__review=review).values_list("answer_id", flat=True))
    again = [row.answer.pk for row in rows if row.present and row.answer and row.answer.pk in known]
    UndoneAgreement.objects.filter(answer_id__in=again).delete()
    undone = [row for row in rows if not row.present and row.answer and row.answer.pk not in known]
    told = [row for row in undone if UndoneAgreement.objects.get_or_create(answer=row.answer)[1]]
    for draft, same in _by_draft(told).items():
        before = AgreedDraft.objects.filter(review=review, sha256=draft).first()
        what = named(dossiers.from_json(before.facts), now) if before else []
        tell_changed(project, [row.body.pk for row in same], _in_words(what), actor)
    return len(told)


def _agreed(row: Standing) -> bool:
    return row.answer is not None and row.answer.verdict == Verdict.AGREED


def _by_draft(rows: Iterable[Standing]) -> dict[str, list[Standing]]:
    found: dict[str, list[Standing]] = {}
    for row in rows:
        if row.answer is not None:
            found.setdefault(row.answer.draft, []).append(row)
    return found


def named(before: Dossier, now: Dossier) -> list[str]:
    """What changed, by name only: a message goes to many, and amounts are each body's own until the freeze."""
    then, today = (convention.text(Subject(facts)) for facts in (before, now))
    found = [f"{models()[code].named}" for code, _, _ in _words(before, now)]
    found += [label for name, label in FIGURES if getattr(then, name) != getattr(today, name)]
    if then.costs.dues != today.costs.dues:
        found.append(DUES)
    old, new = _data(before), _data(now)
    return found or [label for label in old if old[label] != new[label]]


def _in_words(what: list[str]) -> str:
    more = len(what) - NAMED
    return " ; ".join(what[:NAMED]) + (f" ; et {more} autre{'s' if more > 1 else ''}" if more > 0 else "")


@after_step(Participation, "withdraw")
@after_step(Participation, "rejoin")
def _after_a_member(participation: Participation, actor: Actor, event: AbstractEvent) -> None:
    tell_undone(participation.project, actor)


@after_step(Need, "release")
def _after_a_need(need: Need, actor: Actor, event: AbstractEvent) -> None:
    if need.project is not None:
        tell_undone(need.project, actor)


# Showing --------------------------------------------------------------------------------------------------------------
def since(project: Project, rows: Iterable[Standing], now: Dossier, own: frozenset[str] | None) -> list[Since]:
    """For each draft that bodies agreed to and that is no longer the present one, what changed, oldest first.

    `own`: SIREN whose amounts the reader may see, None for all of them (see `reserve`). One query.
    """
    undone = _by_draft(row for row in rows if _agreed(row) and not row.present)
    kept = AgreedDraft.objects.filter(sha256__in=undone, review__project=project, review__closed_on=None)
    return [_since(undone[row.sha256], dossiers.from_json(row.facts), now, own) for row in kept.order_by("pk")]


def _since(rows: list[Standing], before: Dossier, now: Dossier, own: frozenset[str] | None) -> Since:
    words = tuple(Rewritten(models()[code].heading, difference(old, new)) for code, old, new in _words(before, now))
    then, today = (_figures(reserved(facts, own)) for facts in (before, now))
    return Since(tuple(row.body.name for row in rows), words, tuple(changes(then, today)))


def _figures(dossier: Dossier) -> dict[str, object]:
    text = convention.text(Subject(dossier))
    said = _data(dossier)
    rows = {name: [dataclasses.asdict(row) for row in getattr(text, name)] for name, _ in FIGURES}
    return said | rows | {"dues": [dataclasses.asdict(row) for row in text.costs.dues]}


def _data(dossier: Dossier) -> dict[str, object]:
    """What the clauses name, by what it is: « la durée », without the example that helps whoever writes."""
    known = {name for model in models().values() if not model.late for name in model.known} - {"version"}
    return {LABELS[name].partition(", ")[0]: value for name, value in values(dossier).items() if name in known}


def _words(before: Dossier, now: Dossier) -> Iterator[tuple[str, str, str]]:
    """Code, text before and text now of each clause that is worded another way, data still named."""
    old, new = ({item.code: item.text for item in agreed(facts)} for facts in (before, now))
    for code in models():
        if old.get(code, "") != new.get(code, ""):
            yield code, old.get(code, ""), new.get(code, "")
