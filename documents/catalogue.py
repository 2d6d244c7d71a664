"""Every kind of document, one entry each: what it is, when it is due, what it is built from and printed with."""

from __future__ import annotations

from documents.kinds import agreement, life, tender
from documents.kinds.base import Kind

__all__ = ["KINDS", "Kind", "UnknownKind", "kind_of", "kinds_for"]

KINDS: tuple[Kind, ...] = agreement.KINDS + tender.KINDS + life.KINDS  # in the order in which they are due


class UnknownKind(LookupError):
    """There is no such kind of document."""


def kind_of(code: str, route: str = "") -> Kind:
    """The kind with this code, that of the route when two routes share a code.

    Raises UnknownKind, whose message lists the codes.
    """
    found = [kind for kind in KINDS if kind.code == code]
    if not found:
        raise UnknownKind(f"« {code} » n'est pas un document : {', '.join(dict.fromkeys(k.code for k in KINDS))}.")
    return next((kind for kind in found if route in kind.routes), found[0])


def kinds_for(route: str) -> list[Kind]:
    """The kinds of a project of this route, in the order in which they are due."""
    return [kind for kind in KINDS if route in kind.routes]
