"""The words of the published needs, with how many hold each: what is rare weighs, what is unknown is repaired."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from django.db.models import F

from projects.models import SearchWord
from projects.search.lexicon import nearest

ENTRIES = ""  # the word whose count is that of the entries
VERSION = "="  # and the one whose count is the version of the taxonomy: it comes with every search, at no cost
PREFIX_FROM = 3  # letters typed before the beginning of a word stands for the word
REPAIRED_FROM = 4
BATCH = 5_000


def counts(words: Iterable[str]) -> dict[str, int]:
    """How many needs hold each of these words, and under ENTRIES how many there are. Unknown words are left out.

    Under VERSION, the version of the taxonomy, when a steward has changed it.
    """
    found = SearchWord.objects.filter(word__in=[ENTRIES, VERSION, *words], needs__gt=0)
    return dict(found.values_list("word", "needs"))


def beginning(word: str) -> bool:
    """True if a known word begins so: it is being typed."""
    known = SearchWord.objects.filter(word__gte=word, word__lt=_after(word), needs__gt=0)
    return len(word) >= PREFIX_FROM and known.exists()


def repaired(word: str) -> str | None:
    """The known word that this one most likely misspells; None when none is near."""
    if len(word) < REPAIRED_FROM:
        return None
    known = SearchWord.objects.filter(word__gte=word[0], word__lt=_after(word[0]), needs__gt=0)
    return nearest(word, known.order_by("-needs", "word").values_list("word", flat=True))


def _after(prefix: str) -> str:
    return prefix[:-1] + chr(ord(prefix[-1]) + 1)


def record(gained: Iterable[str], lost: Iterable[str]) -> None:
    """Count the words that an entry gained and lost. Side effect: the vocabulary; the caller holds its lock."""
    gained, lost = set(gained), set(lost)
    SearchWord.objects.bulk_create([SearchWord(word=word) for word in sorted(gained - lost)], ignore_conflicts=True)
    SearchWord.objects.filter(word__in=gained - lost).update(needs=F("needs") + 1)
    SearchWord.objects.filter(word__in=lost - gained).update(needs=F("needs") - 1)


def next_version() -> None:
    """The taxonomy has changed: every process reads it anew at its next search. Side effect: that row."""
    SearchWord.objects.get_or_create(word=VERSION)
    SearchWord.objects.filter(word=VERSION).update(needs=F("needs") + 1)


def replace(found: Counter[str]) -> None:
    """Put this vocabulary in place of the one kept so far. Side effect: every row of it."""
    SearchWord.objects.exclude(word=VERSION).delete()
    rows = [SearchWord(word=word, needs=needs) for word, needs in sorted(found.items())]
    SearchWord.objects.bulk_create(rows, batch_size=BATCH)
