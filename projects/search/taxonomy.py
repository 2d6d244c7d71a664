"""The stewards' words reach the lexicon: the taxonomy of the database, read anew when its version has moved."""

from __future__ import annotations

from collections.abc import Mapping

from projects.models import Domain
from projects.search import lexicon, vocabulary


def refreshed(counts: Mapping[str, int]) -> bool:
    """True when the taxonomy had changed since this process read it, and is read now: what was normalised is stale.

    `counts` are those of `vocabulary.counts`, which tells the version with every search: no query of its own.
    """
    version = counts.get(vocabulary.VERSION, 0)
    if version == lexicon.version():
        return False
    rows = Domain.objects.order_by("pk").values_list("code", "label", "synonyms")
    lexicon.use(tuple((code, (label, *synonyms)) for code, label, synonyms in rows), version)
    return True
