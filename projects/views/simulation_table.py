"""The rows of a simulation, ready to be shown: 300 of them are written at each change, so the template only prints."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from procurement.templatetags.cordee import NOTHING, bar_width, euros, number
from projects.pooling.simulation import ADDED, REMOVED, Answer, Row
from projects.templatetags.projects import change

NOTES = {ADDED: "ajouté", REMOVED: "retiré"}


def table(answer: Answer, rows: Iterable[Row]) -> list[dict[str, Any]]:
    """Display-ready rows, in the order given; bars share one scale."""
    rows = list(rows)
    widest = max((max(row.now_cents or 0, row.then_cents or 0) for row in rows), default=0)
    return [_shown(row, widest, answer.problem) for row in rows]


def _shown(row: Row, widest: int, problem: str) -> dict[str, Any]:
    return {
        "id": row.id,
        "name": row.name,
        "population": number(row.population),
        "now": euros(row.now_cents),
        "then": euros(row.then_cents),
        "change": NOTHING if problem else change(row.change_cents),
        "per_head": euros(row.per_head_cents),
        "now_width": bar_width(row.now_cents or 0, widest),
        "then_width": bar_width(row.then_cents or 0, widest),
        "mine": row.mine,
        "status": row.status,
        "note": NOTES.get(row.status, ""),
    }
