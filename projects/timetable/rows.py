"""The timetable as a reader may see it: rows of a table, the same rows drawn. No query.

When a contract ends is known to its body and to the coordinator (design §3). The dates that follow from it for one
body, and the name of the body that drives a common date, would tell it: the others do not get them. With fewer than
three bodies a common date tells it by itself: `schedule.ends_told` then leaves the others' ends out of the table.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from procurement import clock
from procurement.access import Actor
from projects import planning

PRIVATE = ("switch", "notice", "contract_signature", "transmission", "notification")  # follow from one body's contract
SAID = ("séance", "aucune séance", "mise en service")  # causes that anybody may know
RESERVED = "la fin de contrat d'un membre"
STATUS = {
    "done": ("fait", "ok"),
    "late": ("en retard", "bad"),
    "at_risk": ("ne tient plus", "warn"),
    "ok": ("tenable", "neutral"),
}


@dataclass(frozen=True)
class Row:
    """A line of the timetable for one reader."""

    key: str
    label: str
    who: str
    last_safe: dt.date
    earliest: dt.date
    done_on: dt.date | None
    status: str
    driver: str
    reason: str
    article: str
    mine: bool

    @property
    def status_label(self) -> str:
        """In French."""
        return STATUS[self.status][0]

    @property
    def tone(self) -> str:
        """Of the badge."""
        return STATUS[self.status][1]


def rows_for(table: planning.Timetable, actor: Actor, *, sees_all: bool) -> list[Row]:
    """The milestones that this reader may know, in the order of their last safe days."""
    return [_row(item, actor, sees_all) for item in table.milestones if sees_all or not _private(item, actor)]


def driver_for(table: planning.Timetable, actor: Actor, *, sees_all: bool) -> str:
    """What commands the end of the whole timetable, as far as this reader may know."""
    offers = next(item for item in table.milestones if item.code == "offers")
    return _driver(offers, actor, sees_all)


def _private(item: planning.Milestone, actor: Actor) -> bool:
    return item.code in PRIVATE and item.body_id != "" and not _own(item.body_id, actor)


def _own(body_id: str, actor: Actor) -> bool:
    return actor.belongs_to(int(body_id))


def _driver(item: planning.Milestone, actor: Actor, sees_all: bool) -> str:
    cause = item.driver.partition("\u00a0: ")[2]
    if sees_all or _own(item.driver_id, actor) or cause.startswith(SAID):
        return item.driver
    return RESERVED


def _row(item: planning.Milestone, actor: Actor, sees_all: bool) -> Row:
    status = "done" if item.done_on else "late" if item.late else "at_risk" if item.at_risk else "ok"
    return Row(
        key=item.key,
        label=item.label,
        who=item.who,
        last_safe=item.last_safe,
        earliest=item.earliest,
        done_on=item.done_on,
        status=status,
        driver="" if item.done_on else _driver(item, actor, sees_all),
        reason=item.reason,
        article=item.article,
        mine=item.body_id != "" and _own(item.body_id, actor),
    )


# The drawing: whole numbers only, in the units of its view box -------------------------------------------------------
LEFT, RIGHT, TOP, LINE = 350, 990, 34, 26
MOST_TICKS = 10
LONGEST_LABEL = 44
MONTHS = ("janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc.")


@dataclass(frozen=True)
class Bar:
    """A line of the drawing: from the first possible day to the last safe one, or the other way when it is too late."""

    label: str
    y: int
    text_y: int
    x: int
    width: int
    mark_x: int
    status: str


@dataclass(frozen=True)
class Drawing:
    """Everything the template draws."""

    height: int
    bottom: int
    left: int
    bars: tuple[Bar, ...]
    ticks: tuple[tuple[int, str], ...]
    today_x: int


def drawing(rows: Sequence[Row]) -> Drawing:
    """The rows, on one scale of days, with the months and today."""
    today = clock.today()
    days = [day for row in rows for day in (row.done_on or row.last_safe, row.done_on or row.earliest)]
    first, last = min([*days, today]), max([*days, today])
    span = max((last - first).days, 1)

    def x(day: dt.date) -> int:
        return LEFT + (day - first).days * (RIGHT - LEFT) // span

    bars = tuple(
        _bar(index, row, x(row.done_on or row.earliest), x(row.done_on or row.last_safe))
        for index, row in enumerate(rows)
    )
    bottom = TOP + LINE * len(rows)
    ticks = tuple((x(day), f"{MONTHS[day.month - 1]} {day:%y}") for day in _ticks(first, last))
    return Drawing(bottom + 8, bottom, LEFT, bars, ticks, x(today))


def _bar(index: int, row: Row, start: int, end: int) -> Bar:
    y = TOP + LINE * index
    return Bar(_short(row.label), y + 8, y + 18, min(start, end), abs(end - start), end, row.status)


def _short(label: str) -> str:
    """One line: « Bascule : Saint-Orsan » when the whole label is too long. The table has it in full."""
    what, colon, body = label.partition("\u00a0: ")
    if len(label) > LONGEST_LABEL and colon:
        label = f"{what.split()[0]}{colon}{body}"
    return label if len(label) <= LONGEST_LABEL else label[: LONGEST_LABEL - 1] + "…"


def _ticks(first: dt.date, last: dt.date) -> Iterable[dt.date]:
    months = [(first.year * 12 + first.month + step) for step in range((last - first).days // 28 + 1)]
    days = [dt.date(month // 12, month % 12 + 1, 1) for month in months]
    inside = [day for day in days if first < day <= last]
    return inside[:: -(-len(inside) // MOST_TICKS) or 1]
