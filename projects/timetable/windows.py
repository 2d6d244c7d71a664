"""When current contracts end, half-year by half-year: who could switch when, without saying who.

A contract's end is confidential (design §3): one's own bodies are named, the others are only counted, and from three
bodies up. The domain and the département are counted apart, never crossed, so that no count narrows another.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from procurement import clock
from procurement.access import Actor
from projects.enums import NeedState
from projects.models import Need

LEAST = 3  # bodies, below which nothing is said
HALVES = 8  # half-years shown, the present one first
LISTED = (NeedState.PUBLISHED, NeedState.POOLED)


@dataclass(frozen=True, order=True)
class Half:
    """Half of a year: 1 is January to June."""

    year: int
    number: int

    @property
    def label(self) -> str:
        """« 1er sem. 2028 »."""
        return f"{'1er' if self.number == 1 else '2e'} sem. {self.year}"

    @property
    def starts(self) -> dt.date:
        """Its first day: a joint contract that follows should be signed before."""
        return dt.date(self.year, 1 if self.number == 1 else 7, 1)

    @property
    def next(self) -> Half:
        """The one after."""
        return Half(self.year, 2) if self.number == 1 else Half(self.year + 1, 1)


def half_of(day: dt.date) -> Half:
    """The half-year of a day."""
    return Half(day.year, 1 if day.month <= 6 else 2)


@dataclass
class Row:
    """A domain or a département: for each half-year, how many bodies (None when too few to say)."""

    label: str
    counts: list[int | None]

    @property
    def shown(self) -> bool:
        """True if there is something to show."""
        return any(self.counts)


@dataclass(frozen=True)
class Windows:
    """What the page shows."""

    halves: list[Half]
    by_domain: list[Row]
    by_department: list[Row]
    own: list[Need]


def windows(actor: Actor) -> Windows:
    """Contract ends of published needs from today on, as this actor may know them."""
    halves = [half_of(clock.today())]
    while len(halves) < HALVES:
        halves.append(halves[-1].next)
    last = halves[-1].next.starts
    needs = Need.objects.filter(state__in=LISTED, contract_end__gte=clock.today())
    rows = (
        needs.filter(contract_end__lt=last)
        .exclude(body_id__in=list(actor.roles))
        .exclude(body__siren__startswith="000")
    )
    found = list(rows.values_list("domain__label", "body__department", "contract_end", "body_id"))
    own = needs.filter(body_id__in=list(actor.roles)).select_related("body", "domain")
    return Windows(
        halves,
        _rows(((domain, day, body) for domain, _, day, body in found), halves),
        _rows(((place, day, body) for _, place, day, body in found), halves),
        list(own.order_by("contract_end", "pk")),
    )


def _rows(found: Iterable[tuple[str | None, dt.date, int]], halves: list[Half]) -> list[Row]:
    bodies: dict[str, dict[Half, set[int]]] = defaultdict(lambda: defaultdict(set))
    for label, day, body in found:
        if label:
            bodies[label][half_of(day)].add(body)
    rows = [
        Row(label, [len(cells[half]) if len(cells[half]) >= LEAST else None for half in halves])
        for label, cells in sorted(bodies.items())
    ]
    return [row for row in rows if row.shown]
