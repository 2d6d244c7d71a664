"""Pages through long lists by their last key: page 700 costs what page 1 does (an OFFSET is forty times dearer)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

from django.core import signing
from django.db.models import Model, Q, QuerySet

M = TypeVar("M", bound=Model)
SALT = "keyset"


@dataclass(frozen=True)
class KeysetPage(Generic[M]):
    """Some rows, and the addresses (query strings) of what comes before and after, empty at the ends."""

    rows: list[M]
    first_url: str
    next_url: str

    def __iter__(self) -> Any:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


def keyset_page(queryset: QuerySet[M], params: Mapping[str, Any], *, order: Sequence[str], size: int) -> KeysetPage[M]:
    """One page of `queryset` in `order` (field names, `-` for descending, the last one unique).

    The key of the last row travels signed in the `apres` parameter; a forged or stale one shows the first page.
    """
    salt = f"{SALT} {queryset.model._meta.label} {' '.join(order)}"  # a key of another list is no key of this one
    after = params.get("apres", "")
    try:
        key = signing.loads(after, salt=salt) if after else None
    except signing.BadSignature:
        key = None
    if key is not None:
        queryset = queryset.filter(_beyond(order, key))
    rows = list(queryset.order_by(*order)[: size + 1])
    others = {name: value for name, value in params.items() if name != "apres" and value}
    next_url = ""
    if len(rows) > size:
        rows = rows[:size]
        values = [getattr(rows[-1], name.lstrip("-")) for name in order]
        next_url = "?" + urlencode({**others, "apres": signing.dumps(values, salt=salt)})
    first_url = "?" + urlencode(others) if key is not None else ""
    return KeysetPage(rows, first_url, next_url)


def _beyond(order: Sequence[str], key: Sequence[Any]) -> Q:
    """(a, b) > (x, y) written for any database: a > x, or a = x and b > y."""
    found, equal = Q(), Q()
    for name, value in zip(order, key, strict=True):
        field = name.lstrip("-")
        found |= equal & Q(**{f"{field}__{'lt' if name.startswith('-') else 'gt'}": value})
        equal &= Q(**{field: value})
    return found
