"""From a dossier to its articles as they are printed. Frozen words come from the dossier, never from the models.

Late words (those put to candidates, ADR 22) are frozen by no version: they come from the amendments of a dossier, which
`documents.facts.dossier_of` keeps those of today.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass

from documents.clauses.facts import facts
from documents.clauses.markdown import Block, fill, parse
from documents.clauses.models import AGREEMENT, CONVENTION, LATE, SPECIFICATION, Model, holds, is_late, models, part_of
from documents.clauses.values import TABLES, values
from projects.agreement_terms import ClauseText
from projects.dossier import Dossier
from projects.enums import Route, Vehicle

SIGNATURE = "22-signature"


@dataclass(frozen=True, slots=True)
class Printed:
    """An article: its number, its title, its paragraphs."""

    code: str
    number: str
    title: str
    blocks: tuple[Block, ...]


def parts(dossier: Dossier) -> tuple[str, ...]:
    """The texts that members sign, the main one first: a shared development may annex a grouping."""
    if dossier.route != Route.SHARED_DEVELOPMENT:
        return (CONVENTION,)
    return (AGREEMENT, CONVENTION) if dossier.vehicle == Vehicle.GROUPING else (AGREEMENT,)


def models_for(dossier: Dossier) -> list[Model]:
    """The clauses of a dossier, those that facts leave out excepted; optional ones, whose model is empty, included."""
    found, wanted = facts(dossier), (*parts(dossier), SPECIFICATION, *LATE)
    kept = [model for model in models().values() if model.part in wanted and holds(model.condition, found)]
    return sorted(kept, key=lambda model: wanted.index(model.part))


def sources(dossier: Dossier) -> tuple[ClauseText, ...]:
    """The words of every clause, data still named: what members agree to, then what is put to candidates."""
    return agreed(dossier) + _today(dossier, late=True)


def agreed(dossier: Dossier) -> tuple[ClauseText, ...]:
    """The words that members agree to: those frozen, else the project's own, else the model's variant."""
    return dossier.clauses + _since(dossier) if dossier.clauses else _today(dossier, late=False)


def frozen(dossier: Dossier) -> Dossier:
    """The dossier with the words that members agree to, as a version keeps them for ever; no late word is in it."""
    return dataclasses.replace(dossier, clauses=agreed(dossier), amendments=_agreed_amendments(dossier))


def with_late(dossier: Dossier, amendments: Iterable[ClauseText]) -> Dossier:
    """The same dossier with the late words of these amendments, and no others."""
    late = tuple(clause for clause in amendments if is_late(clause.code))
    return dataclasses.replace(dossier, amendments=_agreed_amendments(dossier) + late)


def _agreed_amendments(dossier: Dossier) -> tuple[ClauseText, ...]:
    return tuple(clause for clause in dossier.amendments if not is_late(clause.code))


def _since(dossier: Dossier) -> tuple[ClauseText, ...]:
    """The chapters of a version frozen before they were clauses: the models', which is what was printed then."""
    if any(part_of(clause.code) == SPECIFICATION for clause in dossier.clauses):
        return ()
    return tuple(clause for clause in _today(dossier, late=False) if part_of(clause.code) == SPECIFICATION)


def _today(dossier: Dossier, *, late: bool) -> tuple[ClauseText, ...]:
    found = facts(dossier)
    own = {clause.code: clause.text for clause in dossier.amendments}
    texts = [
        ClauseText(model.code, own.get(model.code) or model.text(found), model.number, model.title, model.code in own)
        for model in models_for(dossier)
        if model.late is late
    ]
    return tuple(clause for clause in texts if clause.text)


def printed(dossier: Dossier, part: str) -> tuple[Printed, ...]:
    """The articles of one text, in order, data put in their places."""
    known = values(dossier)
    return tuple(
        Printed(clause.code, clause.number, clause.title, fill(parse(clause.text), known, TABLES))
        for clause in sources(dossier)
        if part_of(clause.code) == part
    )


def said(text: str, dossier: Dossier) -> tuple[Block, ...]:
    """One text as it would be printed."""
    return fill(parse(text), values(dossier), TABLES)
