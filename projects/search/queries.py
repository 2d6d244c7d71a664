"""Turning what somebody typed into a question for the index: words known, misspellings repaired, fillers left out."""

from __future__ import annotations

from projects.search import vocabulary
from projects.search.engines import Group, Query, Term
from projects.search.normalise import Unit, read
from projects.search.taxonomy import refreshed


def asked(text: str) -> tuple[Query, bool]:
    """The groups that a need must fulfil, and whether every word of `text` is known; no group when none is."""
    units = read(text).units
    strong = [unit for unit in units if not unit.weak] or list(units)
    known = vocabulary.counts(word for unit in strong for word in (*unit.tokens, *unit.written))
    if refreshed(known):
        return asked(text)
    groups = [_group(unit, known) for unit in strong]
    return [group for group in groups if group], all(groups)


def any_of(query: Query) -> Query:
    """The same question, content with any of its groups."""
    return [tuple(alternative for group in query for alternative in group)] if query else []


def _group(unit: Unit, known: dict[str, int]) -> Group:
    """A token of the unit, or all its words as they were written; else what its word begins or misspells."""
    exact: list[tuple[Term, ...]] = [(Term(token),) for token in unit.tokens if token in known]
    if unit.written != unit.tokens and all(word in known for word in unit.written):
        exact.append(tuple(Term(word) for word in unit.written))
    return tuple(exact) or tuple(filter(None, map(_guess, unit.tokens)))


def _guess(word: str) -> tuple[Term, ...]:
    if vocabulary.beginning(word):
        return (Term(word, prefix=True),)
    repaired = vocabulary.repaired(word)
    return (Term(repaired),) if repaired else ()
