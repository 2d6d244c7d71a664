"""From a dossier to its articles as they are printed. Frozen words come from the dossier, never from the models."""

from __future__ import annotations

from dataclasses import dataclass

from documents.clauses.facts import facts
from documents.clauses.markdown import Block, fill, parse
from documents.clauses.models import AGREEMENT, CONVENTION, SPECIFICATION, Model, holds, models
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
    found, wanted = facts(dossier), (*parts(dossier), SPECIFICATION)
    kept = [model for model in models().values() if model.part in wanted and holds(model.condition, found)]
    return sorted(kept, key=lambda model: wanted.index(model.part))


def sources(dossier: Dossier) -> tuple[ClauseText, ...]:
    """The words of every clause, data still named: those frozen, else the project's own, else the model's variant."""
    if dossier.clauses:
        return dossier.clauses + _since(dossier)
    return _today(dossier)


def _since(dossier: Dossier) -> tuple[ClauseText, ...]:
    """The chapters of a version frozen before they were clauses: the models', which is what was printed then."""
    if any(clause.code.startswith(f"{SPECIFICATION}/") for clause in dossier.clauses):
        return ()
    return tuple(clause for clause in _today(dossier) if clause.code.startswith(f"{SPECIFICATION}/"))


def _today(dossier: Dossier) -> tuple[ClauseText, ...]:
    found = facts(dossier)
    own = {clause.code: clause.text for clause in dossier.amendments}
    texts = [
        ClauseText(model.code, own.get(model.code) or model.text(found), model.number, model.title, model.code in own)
        for model in models_for(dossier)
    ]
    return tuple(clause for clause in texts if clause.text)


def printed(dossier: Dossier, part: str) -> tuple[Printed, ...]:
    """The articles of one text, in order, data put in their places."""
    known = values(dossier)
    return tuple(
        Printed(clause.code, clause.number, clause.title, fill(parse(clause.text), known, TABLES))
        for clause in sources(dossier)
        if clause.code.startswith(f"{part}/")
    )


def said(text: str, dossier: Dossier) -> tuple[Block, ...]:
    """One text as it would be printed."""
    return fill(parse(text), values(dossier), TABLES)
