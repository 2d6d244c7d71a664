"""Keeping the index: a published need has an entry, a draft or a withdrawn one has none.

An entry holds only what any member may read on the need's page: never the current solution, the contract's end or the
maximum (design §3). What is not in the index cannot leak from it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from django.db import transaction

from procurement.text import fold
from projects.enums import NeedState
from projects.models import Need, NeedEntry
from projects.search import vocabulary
from projects.search.engines import engine
from projects.search.french import words
from projects.search.normalise import NO_DOMAIN, Reading, evoked, read
from projects.search.taxonomy import refreshed

LISTED = (NeedState.PUBLISHED, NeedState.POOLED, NeedState.MET)
BATCH = 1_000


def keep(need: Need) -> None:
    """Bring the entry of this need, whose row the caller holds, up to date. Side effects: the entry, the vocabulary.

    A change of the body's name or of a domain's label does not come here: `manage.py reindex` does.
    """
    with transaction.atomic():
        refreshed(vocabulary.counts(()))
        before = NeedEntry.objects.filter(pk=need.pk).first()
        after = entry_of(need) if need.state in LISTED else None
        if _texts(before) == _texts(after):
            return  # without the lock: a project that pools ten needs must not hold it while it waits for the next
        engine().lock()
        if after:
            after.save(force_insert=before is None, force_update=before is not None)
        elif before:
            before.delete()
        vocabulary.record(_counted(after), _counted(before))


def _texts(entry: NeedEntry | None) -> tuple[str, ...]:
    return (entry.title, entry.words, entry.about, entry.domains) if entry else ()


def _counted(entry: NeedEntry | None) -> set[str]:
    return entry.tokens() | {vocabulary.ENTRIES} if entry else set()


def rebuild(progress: Callable[[int], object] = lambda done: None) -> int:
    """Make every entry anew and return how many there are. Side effects: all entries, all the vocabulary."""
    found: Counter[str] = Counter()
    with transaction.atomic():
        engine().lock()
        refreshed(vocabulary.counts(()))
        NeedEntry.objects.all().delete()
        needs = Need.objects.filter(state__in=LISTED).select_related("body", "domain").order_by("pk")
        for batch in _batches(needs.iterator(BATCH)):
            made = [entry_of(need) for need in batch]
            NeedEntry.objects.bulk_create(made)
            found.update(token for entry in made for token in _counted(entry))
            progress(len(made))
        vocabulary.replace(found)
    return found[vocabulary.ENTRIES]


def _batches(needs: Iterable[Need]) -> Iterator[list[Need]]:
    batch: list[Need] = []
    for need in needs:
        batch.append(need)
        if len(batch) == BATCH:
            yield batch
            batch = []
    yield batch


def entry_of(need: Need) -> NeedEntry:
    """The unsaved entry of a need. Reads its body and its domain."""
    domain = need.domain.code if need.domain else ""
    title, text = read(need.title, domain), read(need.description, domain)
    beside = words(f"{need.body.name} {need.domain.label if need.domain else ''}")
    about = [*title.written, *text.written, *(word.stem for word in beside)]
    return NeedEntry(
        need=need,
        title=" ".join(title.tokens),
        words=" ".join(token for token in text.tokens if token not in set(title.tokens)),
        about=" ".join(dict.fromkeys(about)),
        domains=" ".join(domain_tokens(domain, title, text)),
    )


def domain_tokens(domain: str, *readings: Reading) -> list[str]:
    """Tokens of the domain that was chosen, unless it says nothing, and of those the text speaks of most."""
    chosen = [domain] if domain not in ("", NO_DOMAIN) else []
    return [domain_token(code) for code in dict.fromkeys([*chosen, *evoked(*readings)])]


def domain_token(code: str) -> str:
    """The token that stands for a domain."""
    return "domaine" + fold(code).replace(" ", "")
