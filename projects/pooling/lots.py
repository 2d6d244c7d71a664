"""Who takes part in which lot, up to how much: the framework agreement's maximum, lot by lot (R. 2162-4 CCP)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from projects.models import Lot, Participation, Project
from projects.timetable.schedule import SHOWN_FROM


@dataclass(frozen=True, slots=True)
class LotRow:
    """A lot and its members. `maximum_cents` None: reserved, or not split yet."""

    lot: Lot
    names: tuple[str, ...]
    maximum_cents: int | None
    reserved: bool  # a sum over fewer than three bodies would tell what one of them pays


@dataclass(frozen=True, slots=True)
class LotTable:
    """The lots, and who has not said in which it takes part."""

    rows: tuple[LotRow, ...]
    unsettled: tuple[str, ...]


def lot_table(project: Project, listed: Sequence[Participation], *, sees_all: bool) -> LotTable:
    """With one lot everybody is in it. `listed` with its `quantities` and `lot_maxima` prefetched; one query."""
    lots = list(project.lots.all())
    if len(lots) == 1:
        rows = tuple(_row(lot, [(row, row.maximum_cents or 0) for row in listed], sees_all) for lot in lots)
        return LotTable(rows, ())
    rows = tuple(_row(lot, _members(lot, listed), sees_all) for lot in lots)
    split = [row for row in listed if row.lot_maxima.all()]
    named = {row.pk for row in split if sum(item.maximum_cents for item in row.lot_maxima.all()) == row.maximum_cents}
    unsettled = tuple(row.body.name for row in listed if row.buys and row.pk not in named) if lots else ()
    return LotTable(rows, unsettled)


def _members(lot: Lot, listed: Sequence[Participation]) -> list[tuple[Participation, int]]:
    return [(row, item.maximum_cents) for row in listed for item in row.lot_maxima.all() if item.lot_id == lot.pk]


def _row(lot: Lot, members: Sequence[tuple[Participation, int]], sees_all: bool) -> LotRow:
    reserved = not sees_all and len(members) < SHOWN_FROM
    total = sum(cents for _, cents in members)
    return LotRow(lot, tuple(row.body.name for row, _ in members), None if reserved else total, reserved)
