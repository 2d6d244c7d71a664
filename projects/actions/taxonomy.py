"""Stewards change the taxonomy: what is searched follows."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q

from procurement.access import Actor
from procurement.events import record
from projects.models import Domain, Need
from projects.search import index, vocabulary
from projects.search.engines import Query, Term, engine
from projects.search.french import words

MOST_AT_ONCE = 500  # needs indexed anew while a steward waits; beyond that, `manage.py reindex`


def read_anew(domain: Domain, before: Collection[str]) -> int:
    """After a domain is saved: `before` are its label and synonyms of before. See `words_changed`."""
    after = (domain.label, *domain.synonyms)
    return words_changed(before, after) if set(before) != set(after) else 0


def keep_domain(domain: Domain, *, actor: Actor, before: Collection[str]) -> int:
    """Save a domain, new or changed, by a steward; returns how many needs wait for `manage.py reindex`.

    PermissionDenied to others. Side effects: the row, an event of the site « domain », what `words_changed` does.
    """
    if not actor.is_steward:
        raise PermissionDenied("L'animation de la plateforme tient la liste des domaines.")
    with transaction.atomic():
        domain.save()
        record("domain", actor=actor, code=domain.code)
        return read_anew(domain, before)


def words_changed(before: Collection[str], after: Collection[str]) -> int:
    """The label or the synonyms of a domain changed: read by them from now on, and index anew the needs that say them.

    Returns how many needs are left for `manage.py reindex` (0 nearly always). Side effects: the version of the
    taxonomy, the entries of those needs.
    """
    with transaction.atomic():
        vocabulary.next_version()
        concerned = _saying(set(before) ^ set(after))
        needs = Need.objects.filter(pk__in=concerned[:MOST_AT_ONCE]).select_related("body", "domain").order_by("pk")
        for need in list(needs.select_for_update(of=("self",))):  # all of them before the index's own lock is taken
            index.keep(need)
    return max(0, len(concerned) - MOST_AT_ONCE)


def _saying(forms: Iterable[str]) -> list[int]:
    """Ids of the published needs in which one of these forms stands, as it is written, wherever it stands."""
    found = Q()
    for form in forms:
        query: Query = [((Term(word.stem),),) for word in words(form)]
        if query:
            found |= Q(pk__in=engine().matching(query))
    return list(Need.objects.filter(found).order_by("pk").values_list("pk", flat=True)) if found else []
