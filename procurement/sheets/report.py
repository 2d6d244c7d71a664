"""What an import did, or would do: line by line, and in counts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from procurement.sheets.faults import Refusal

CREATED, UPDATED, UNCHANGED, REFUSED = "created", "updated", "unchanged", "refused"


@dataclass
class Change:
    """A cell, before and after."""

    column: str
    before: str
    after: str


@dataclass
class Line:
    """A line of the file: what becomes of it."""

    number: int
    outcome: str
    label: str = ""
    changes: list[Change] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)


@dataclass
class Report:
    """Every line read. With one refused, nothing is written: the other counts say what would have been."""

    lines: list[Line] = field(default_factory=list)

    def of(self, outcome: str) -> list[Line]:
        """The lines with this outcome."""
        return [line for line in self.lines if line.outcome == outcome]

    @property
    def refused(self) -> bool:
        """True if a line is refused, hence nothing is written."""
        return any(line.outcome == REFUSED for line in self.lines)

    @property
    def counts(self) -> dict[str, int]:
        """rows = created + updated + unchanged + refused."""
        found = {outcome: len(self.of(outcome)) for outcome in (CREATED, UPDATED, UNCHANGED, REFUSED)}
        return {"rows": len(self.lines), **found}

    def to_json(self) -> dict[str, Any]:
        """As `import_sheet` prints it: a refused line once, with all that is wrong with it."""
        return {**self.counts, REFUSED: [_told(line).to_json() for line in self.of(REFUSED)]}


def _told(line: Line) -> Refusal:
    first, *others = line.refusals
    more = "".join(f" · {other.column} : {other.reason}" if other.column else f" · {other.reason}" for other in others)
    return Refusal(line.number, first.column, first.reason + more)


def header_refused(refusals: list[Refusal]) -> Report:
    """The report of a file whose header is wrong: that line alone was read."""
    return Report([Line(refusals[0].line, REFUSED, "En-tête", refusals=refusals)])
