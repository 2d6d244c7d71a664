"""Two people at one need: what has changed since the page was shown, without keeping what it showed.

The page carries a short digest of each field and of each row. Compared with those of today under the lock, they tell
what somebody else changed; compared with what comes back, what the author changed.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from projects.models import Need
from projects.needs.declaration import COLUMNS

Digests = dict[str, Any]  # a digest by field, a list of them by kind of rows
PLAIN = ("domain", "title", "description", *(one.name for one in COLUMNS), "unknown", "answers")
ROW_FIELDS = {
    "volumes": ("label", "quantity", "unit", "year"),
    "requirements": ("chapter", "text", "priority", "source"),
    "interfaces": ("software", "direction", "protocol"),
}


class Overtaken(Exception):
    """The need changed since the author's page was shown; `names` are the fields and kinds of rows that did."""

    def __init__(self, need: Need, names: list[str]) -> None:
        self.need, self.names = need, names
        super().__init__("Ce besoin a changé depuis que vous avez ouvert la page.")


def digests(need: Need) -> Digests:
    """Those of what the database holds. Three queries."""
    plain: dict[str, Any] = {name: getattr(need, name) for name in PLAIN} | {"domain": need.domain_id}
    return digests_of(plain, {name: need_rows(need, name) for name in ROW_FIELDS})


def need_rows(need: Need, kind: str) -> list[dict[str, Any]]:
    """The rows of a need, in order, as an action takes them."""
    return [dict(row) for row in getattr(need, kind).values(*ROW_FIELDS[kind])]


def digests_of(plain: Mapping[str, Any], rows: Mapping[str, Iterable[Mapping[str, Any]]]) -> Digests:
    """The same for values that are not stored yet."""
    fields: Digests = {name: digest(value) for name, value in plain.items() if name in PLAIN}
    if "answers" in plain:  # question by question: two people may answer two of them
        fields["answers"] = {digest(question): digest(answer) for question, answer in plain["answers"].items()}
    return {**fields, **{name: [row_digest(name, row) for row in found] for name, found in rows.items()}}


def digest(value: Any) -> str:
    """Twelve hexadecimal digits: enough to tell two values of one field apart, and nothing can be read in them."""
    if isinstance(value, list):
        value = sorted(value)
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.blake2s(text.encode(), digest_size=6).hexdigest()


def row_digest(kind: str, row: Mapping[str, Any]) -> str:
    """That of a row; a quantity is the same however its zeros are written."""
    values = [row.get(name) for name in ROW_FIELDS[kind]]
    return digest({name: _plain(value) for name, value in zip(ROW_FIELDS[kind], values, strict=True)})


def _plain(value: Any) -> Any:
    return str(value.normalize()) if hasattr(value, "normalize") else value


def differing(first: Digests, second: Digests) -> list[str]:
    """The fields and kinds of rows whose digests differ; what `first` does not name is not compared."""
    return [name for name, value in second.items() if name in first and first[name] != value]


def merged_rows(
    base: Iterable[str], theirs: list[dict[str, Any]], mine: list[dict[str, Any]], key: Callable[[Any], str]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]], list[str]]:
    """(rows to show, rows that somebody else added, digests of those they removed).

    Mine, without the rows that they removed and I left alone, then those they added. A row that both changed stays
    twice: nothing is lost, and the author chooses.
    """
    known = Counter(base)
    stored = Counter(key(row) for row in theirs)
    removed = known - stored
    kept = []
    for row in mine:
        if removed[key(row)]:
            removed[key(row)] -= 1
        else:
            kept.append(row)
    have, added = Counter(known), []
    for row in theirs:
        if have[key(row)]:
            have[key(row)] -= 1
        else:
            added.append(row)
    shown = Counter(key(row) for row in kept)
    new = []
    for row in added:  # what both added alike stands once
        if shown[key(row)]:
            shown[key(row)] -= 1
        else:
            new.append(row)
    return [*kept, *new], added, list((known - stored).elements())
