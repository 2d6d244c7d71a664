"""The labelled set: declarations as IT departments write them, each with the group it belongs to.

It was written before the code and the lexicon's weights. A third of the groups is held out: never looked at to choose
a figure. Both recalls are reported apart.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from projects.models import Domain, Need
from tests.makers import N, make_body, make_need

FILE = Path(__file__).parent / "declarations.json"
AT = 5


@dataclass(frozen=True)
class Declaration:
    """One of the set."""

    id: str
    group: str
    held_out: bool
    domain: str
    title: str
    description: str


DECLARATIONS = [Declaration(**row) for row in json.loads(FILE.read_text(encoding="utf-8"))]
LIKES = {one.id: {other.id for other in DECLARATIONS if other.group == one.group} - {one.id} for one in DECLARATIONS}


def publish_all() -> dict[str, Need]:
    """Every declaration, published by a body of its own."""
    domains = {domain.code: domain for domain in Domain.objects.all()}
    return {
        one.id: make_need(
            N.PUBLISHED,
            body=make_body(),
            title=one.title,
            description=one.description,
            domain=domains[one.domain],
            current_solution=f"LOGICIEL-SECRET-{one.group}",
        )
        for one in DECLARATIONS
    }


def recall(found: Mapping[str, Iterable[str]], declarations: Iterable[Declaration]) -> float:
    """The mean share of a declaration's likes that are among the ids found for it."""
    shares = [len(LIKES[one.id] & set(found[one.id])) / len(LIKES[one.id]) for one in declarations]
    return sum(shares) / len(shares)
