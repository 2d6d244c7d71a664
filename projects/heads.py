"""The ends of every chain, to be kept elsewhere: what catches who rewrites both a journal and its ends (T3).

A kept reading is one JSON line: {"taken_at": ISO 8601, "heads": [{"journal", "chain", "position", "digest"}, …]}.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from procurement import clock, events
from procurement.events import AbstractEvent, ChainHead
from projects.models import Event

JOURNALS: dict[str, type[AbstractEvent]] = {model._meta.db_table: model for model in (events.Event, Event)}
SHA256 = re.compile(r"[0-9a-f]{64}")
FIELDS = {"journal", "chain", "position", "digest"}


class NotHeads(Exception):
    """The file is not a reading of the ends of the chains; the message says why, in French."""


@dataclass(frozen=True, slots=True)
class Kept:
    """The end of a chain as it was at a moment."""

    taken_at: dt.datetime
    journal: str
    chain: str
    position: int
    digest: str

    @property
    def day(self) -> str:
        """The day it was taken, in Paris."""
        return f"{self.taken_at.astimezone(clock.PARIS):%d/%m/%Y}"


def heads() -> dict[str, Any]:
    """The ends of every chain now, ready for JSON. One query."""
    rows = ChainHead.objects.filter(position__gt=0).order_by("journal", "chain")
    found = list(rows.values("journal", "chain", "position", "digest"))
    return {"taken_at": timezone.now().isoformat(timespec="seconds"), "heads": found}


def read_heads(data: Any) -> list[Kept]:
    """The ends kept in one reading. Raises NotHeads."""
    if not isinstance(data, dict) or set(data) != {"taken_at", "heads"} or not isinstance(data["heads"], list):
        raise NotHeads("ce n'est pas un relevé de journal_heads")
    try:
        taken_at = dt.datetime.fromisoformat(data["taken_at"])
        if taken_at.tzinfo is None:
            raise ValueError
    except (TypeError, ValueError):
        raise NotHeads("taken_at n'est pas un moment avec son fuseau") from None
    return [_kept(item, taken_at, number) for number, item in enumerate(data["heads"], start=1)]


def _kept(item: Any, taken_at: dt.datetime, number: int) -> Kept:
    if not isinstance(item, dict) or set(item) != FIELDS:
        raise NotHeads(f"la fin n° {number} n'a pas les champs {', '.join(sorted(FIELDS))}")
    sound = item["journal"] in JOURNALS and isinstance(item["chain"], str)
    counted = isinstance(item["position"], int) and not isinstance(item["position"], bool) and item["position"] > 0
    if not (sound and counted and isinstance(item["digest"], str) and SHA256.fullmatch(item["digest"])):
        raise NotHeads(f"la fin n° {number} n'est pas celle d'un journal")
    return Kept(taken_at=taken_at, **item)


def fault_since(kept: Iterable[Kept], chains: set[str] | None = None) -> str:
    """What differs from the readings, naming the first event that is not the one read; empty when nothing does.

    `chains` limits the check to some chains. Of a chain rewritten as a whole, the readings only tell between which two
    of them the first rewritten event stands.
    """
    by_chain: dict[tuple[str, str], list[Kept]] = {}
    for one in kept:
        if chains is None or one.chain in chains:
            by_chain.setdefault((one.journal, one.chain), []).append(one)
    faults = (_fault(JOURNALS[journal], sorted(read, key=_place)) for (journal, _), read in sorted(by_chain.items()))
    return next((fault for fault in faults if fault), "")


def _place(one: Kept) -> tuple[int, dt.datetime]:
    return one.position, one.taken_at


def _fault(model: type[AbstractEvent], readings: Sequence[Kept]) -> str:
    chain = readings[0].chain
    places = {one.position for one in readings}
    there = {event.position: event for event in model._default_manager.filter(chain=chain, position__in=places)}
    sound = 0
    for one in readings:
        event = there.get(one.position)
        if event is None:
            return f"{chain}, événement n° {one.position} : manquant, il était là au relevé du {one.day}"
        if event.compute_digest() != one.digest:
            since = f"entre le n° {sound + 1} et celui-ci, " if sound + 1 < one.position else ""
            return (
                f"{chain}, événement n° {one.position} : {since}le journal a été réécrit depuis le relevé du {one.day}"
            )
        sound = one.position
    return ""
