"""A need that somebody else changed meanwhile: one page that holds both, so that nothing is lost (quality.md, C6)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from projects.forms.needs import NeedPage, digests_shown, stored
from projects.models import Need
from projects.needs.answers import HAVE, ROWS_SAID, row_said, value_said
from projects.needs.declaration import ASKED
from projects.needs.overlap import ROW_FIELDS, digest, merged_rows, row_digest

Values = Mapping[str, Any]


@dataclass(frozen=True)
class Note:
    """A field that changed meanwhile: what it holds now, what the author wrote, "" when they had not touched it."""

    label: str
    theirs: str
    mine: str


def merged(page: NeedPage, need: Need) -> tuple[NeedPage, list[Note]]:
    """The page with both changes, and what the other one changed. `page` is valid and carries its base.

    What only they changed is taken; what only the author changed is kept; what both changed is the author's, theirs
    being told beside it; of rows that both touched, both stay.
    """
    base, mine, theirs = page.base or {}, page.facts(), stored(need)
    now, ours = digests_shown(theirs), digests_shown(mine)
    shown: dict[str, Any] = {**theirs, "base": now}
    notes: list[Note] = []
    for name in ("domain", "title", "description", *(one.name for one in ASKED.values() if one.kind != "rows")):
        touched, overtaken = ours[name] != base.get(name), now[name] != base.get(name)
        shown[name] = mine[name] if touched else theirs[name]
        if overtaken and now[name] != ours[name]:
            label = HAVE.get(name) or ASKED[name].label
            said = value_said(name, mine[name]) if touched else ""
            notes.append(Note(label, value_said(name, theirs[name]), said))
    shown["unknown"] = list(_unknown(base, mine, theirs, now, ours))
    shown["answers"] = _answers(base.get("answers") or {}, mine["answers"], theirs["answers"])
    if shown["answers"] != mine["answers"]:
        notes.append(Note(HAVE["answers"], value_said("answers", theirs["answers"]), ""))
    for kind in ROW_FIELDS:
        shown[kind], note = _rows(kind, base.get(kind) or [], theirs[kind], mine[kind])
        notes += note
    return NeedPage(actor=page.actor, need=need, shown=shown, unfold=page.unfold), notes


def _unknown(base: Values, mine: Values, theirs: Values, now: Values, ours: Values) -> Iterator[str]:
    """« Je ne sais pas » goes with the value that was kept; where neither value moved, either's answer counts."""
    for name in ASKED:
        if name in ROW_FIELDS:
            kept = mine if ours[name] != base.get(name) else theirs
        else:
            kept = theirs if ours[name] == base.get(name) and now[name] != base.get(name) else mine
        if name in kept["unknown"]:
            yield name


def _answers(base: Values, mine: Values, theirs: Values) -> dict[str, str]:
    """Question by question, the author's where they answered otherwise than the page showed."""
    found = dict(theirs)
    for question, answer in mine.items():
        if base.get(digest(question)) != digest(answer):
            found[question] = answer
    for question in theirs:
        if digest(question) in base and question not in mine:
            del found[question]  # the author took it back
    return found


def _rows(kind: str, base: list[str], theirs: Any, mine: Any) -> tuple[list[dict[str, Any]], list[Note]]:
    rows, added, removed = merged_rows(base, theirs, mine, partial(row_digest, kind))
    said = [f"ajouté : {row_said(kind, row)}" for row in added]
    if removed:
        said.append(f"{len(removed)} ligne(s) retirée(s) ou récrite(s)")
    return rows, [Note(ROWS_SAID[kind], " ; ".join(said), "")] if said else []
