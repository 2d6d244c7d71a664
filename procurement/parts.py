"""A long list that is already in memory, shown a part at a time. Where the part begins stands in the address.

Totals and what is late are said of the whole list: only its rows are cut. Lists that the database holds go by keysets.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.http import QueryDict

Item = TypeVar("Item")
BEGINS = "a-partir-de"  # number of the first row shown


@dataclass(frozen=True)
class Part(Generic[Item]):
    """Rows of a list, and the inputs of `components/pagination.html`: all empty when the whole list is shown."""

    rows: Sequence[Item]
    previous_url: str = ""
    next_url: str = ""
    summary: str = ""


def part_of(
    rows: Sequence[Item], given: QueryDict, *, size: int, first: Callable[[Item], bool] | None = None
) -> Part[Item]:
    """The part that the address asks for, the first one when it asks for none. `first`: rows that come before the rest.

    A list of one part keeps its order.
    """
    if len(rows) <= size:
        return Part(rows)
    if first is not None:
        rows = sorted(rows, key=lambda row: not first(row))
    asked = given.get(BEGINS, "")
    begins = int(asked) - 1 if asked.isascii() and asked.isdigit() and len(asked) < 7 else 0
    begins = min(max(begins, 0), len(rows) - 1) // size * size
    ends = min(begins + size, len(rows))
    previous = _address(given, begins - size) if begins else ""
    following = _address(given, ends) if ends < len(rows) else ""
    return Part(rows[begins:ends], previous, following, f"{begins + 1} à {ends} sur {len(rows)}")


def _address(given: QueryDict, begins: int) -> str:
    asked = given.copy()
    asked[BEGINS] = str(begins + 1)
    return f"?{asked.urlencode()}"
