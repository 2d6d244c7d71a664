"""The starter requirements of a domain: data shipped with the product (projects/data/requirements/CODE.json)."""

from __future__ import annotations

import functools
import json
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "data" / "requirements"


@dataclass(frozen=True)
class Item:
    """A requirement that may be taken into a need. `number` is its place in the file, from 1."""

    number: int
    chapter: str
    text: str
    priority: str
    source: str

    def as_row(self) -> dict[str, str]:
        """The fields of a requirement."""
        return {"chapter": self.chapter, "text": self.text, "priority": self.priority, "source": self.source}


@functools.cache
def starter(code: str) -> tuple[Item, ...]:
    """The items of a domain, in the order of its file; none when it has no file."""
    path = FOLDER / f"{code}.json"
    if not path.is_file() or path.parent != FOLDER:
        return ()
    rows = json.loads(path.read_text(encoding="utf-8"))
    return tuple(Item(number, **row) for number, row in enumerate(rows, 1))
