"""What differs between what an issue says and what it would say today: label, before, after, in French."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from documents.labels import label_of

NOTHING = "(rien)"
LONGEST = 240  # characters of a value in the list
# What names an item of a list, best first: two items that share it are the same thing, changed.
KEYS = ("siren", "reference", "number", "operation", "name", "label", "designation", "title", "lot", "body")
TITLES = ("name", "label", "title", "operation", "designation", "reference", "number", "siren", "text")
# Fields that say again what another field of the same context says: shown only when nothing else tells the change.
ECHOES = {
    "signature_rows", "signatory_rows", "kind_said", "executive_said", "assembly_said", "files", "members",
    "maximum_words", "amount_words", "share_words", "explanation", "seats", "joining_names", "leaving_names",
    "articles", "signature",
}  # fmt: skip
# What a party is called follows from facts beside it (who leads, who buys, the route): a later word is no new fact.
WORDS = {"role"}
STRUCTURE = {"blocks", "runs", "items"}  # how a text is cut: no name to tell


@dataclass(frozen=True, slots=True)
class Change:
    """One fact that is no longer what the issue says; `echo` when another change already tells it."""

    label: str
    before: str
    after: str
    echo: bool = False


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """The changed facts in the order of the document, each once; empty exactly when the two contexts are equal.

    A fact that several tables print (the name of a body) is told where it stands first.
    """
    found = list(dict.fromkeys(_of(_plain(dict(before)), _plain(dict(after)), (), echo=False)))
    told = [change for change in found if not change.echo] or found
    first = {(change.label.rpartition(" · ")[2], change.before, change.after): change for change in reversed(told)}
    return [change for change in told if change in first.values()]


def as_issued(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """What an issue would say today with the fields and the words of its day (ADR 9), at any depth.

    Fields of a later release are not printed; those that only an earlier one had say what they said.
    """
    found: dict[str, Any] = _as_issued(_plain(dict(before)), _plain(dict(after)))
    return found


def _as_issued(before: Any, after: Any) -> Any:
    if isinstance(before, dict) and isinstance(after, dict):
        return {
            name: value if name in WORDS or name not in after else _as_issued(value, after[name])
            for name, value in before.items()
        }
    if not isinstance(before, list) or not isinstance(after, list) or not before:
        return after
    key = _key(before, after)
    if not key:
        return [_as_issued(before[min(place, len(before) - 1)], item) for place, item in enumerate(after)]
    old = {item[key]: item for item in before}
    return [_as_issued(old.get(item[key]) or _fields(before[-1], item), item) for item in after]


def _fields(like: Mapping[str, Any], item: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of an item that an older one has; its words, those of that one."""
    return {name: like[name] if name in WORDS else value for name, value in item.items() if name in like}


def _plain(value: Any) -> Any:
    """As JSON gives it back: tuples and lists alike."""
    return json.loads(json.dumps(value))


def _of(before: Any, after: Any, path: tuple[str, ...], *, echo: bool) -> Iterator[Change]:
    if before == after:
        return
    if isinstance(before, dict) and isinstance(after, dict):
        for name in dict.fromkeys([*before, *after]):
            inside = path if name in STRUCTURE else (*path, label_of(name))
            yield from _of(before.get(name), after.get(name), inside, echo=echo or name in ECHOES)
    elif isinstance(before, list) and isinstance(after, list):
        yield from _lists(before, after, path, echo=echo)
    else:
        yield Change(" · ".join(path), *_shortened(_said(before), _said(after)), echo)


def _lists(before: list[Any], after: list[Any], path: tuple[str, ...], *, echo: bool) -> Iterator[Change]:
    """Items matched by what names them, else by the longest common run."""
    key = _key(before, after)
    if key:
        old, new = ({item[key]: item for item in items} for items in (before, after))
        renamed = _renamed(old, new)
        for name in dict.fromkeys([*old, *(name for name in new if name not in renamed.values())]):
            inside = (*path, _title(old.get(name) or new[name]))
            yield from _of(old.get(name), new.get(renamed.get(name, name)), inside, echo=echo)
        if old == new:  # the same things in another order
            yield Change(" · ".join(path), *_shortened(_said([*old]), _said([*new])), echo)
        return
    if len(before) == len(after):
        yield from _run(before, after, path, echo=echo)
        return
    first, second = ([json.dumps(item, sort_keys=True) for item in items] for items in (before, after))
    for tag, a, b, c, d in SequenceMatcher(None, first, second, autojunk=False).get_opcodes():
        if tag != "equal":
            yield from _run(before[a:b], after[c:d], path, echo=echo)


def _renamed(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, str]:
    """Old name → new name of the items that went and came with all the rest the same, but one value at most."""
    gone, come = [name for name in old if name not in new], [name for name in new if name not in old]
    found: dict[str, str] = {}
    for name in gone:
        same = (other for other in come if other not in found.values() and _close(old[name], new[other]))
        if (other := next(same, None)) is not None:
            found[name] = other
    return found


def _close(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """True for two items of several values of which only the name, and what repeats it, differ."""
    names = set(before) | set(after)
    differ = [name for name in names if before.get(name) != after.get(name)]
    return len(names) > len(differ) * 2


def _run(before: Sequence[Any], after: Sequence[Any], path: tuple[str, ...], *, echo: bool) -> Iterator[Change]:
    for index in range(max(len(before), len(after))):
        old = before[index] if index < len(before) else None
        new = after[index] if index < len(after) else None
        yield from _of(old, new, path, echo=echo)


def _key(before: list[Any], after: list[Any]) -> str:
    """The field that names each item, alone of its list, on both sides; empty when there is none."""
    if not all(isinstance(item, dict) for item in [*before, *after]):
        return ""
    for key in KEYS:
        values = [[item.get(key) for item in items] for items in (before, after)]
        sound = all(isinstance(value, str) and value for side in values for value in side)
        if sound and all(len(set(side)) == len(side) for side in values):
            return key
    return ""


def _title(item: Mapping[str, Any]) -> str:
    return next((str(item[name]) for name in TITLES if item.get(name)), NOTHING)


def _said(value: Any) -> str:
    """A value in a sentence: oui, non, a list with commas, an item by its title and its figures."""
    if value is None or value == "" or value == []:
        return NOTHING
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, dict):
        words = [_said(item) for name, item in value.items() if item and name not in ECHOES]
        text = ", ".join(dict.fromkeys(word for word in words if word not in (NOTHING, "oui", "non")))
    elif isinstance(value, list):
        text = ", ".join(_said(item) for item in value)
    else:
        text = str(value)
    return text


def _shortened(before: str, after: str) -> tuple[str, str]:
    """Both texts, cut to what is around their first difference when they are long."""
    if max(len(before), len(after)) <= LONGEST:
        return before, after
    pairs = enumerate(zip(before, after, strict=False))
    same = next((index for index, (old, new) in pairs if old != new), min(len(before), len(after)))
    start = max(0, same - LONGEST // 3)
    return _cut(before, start), _cut(after, start)


def _cut(text: str, start: int) -> str:
    end = start + LONGEST
    return ("…" if start else "") + text[start:end] + ("…" if end < len(text) else "")
