"""Dates, amounts and spaces the French way. This package imports nothing of the site, so it has its own."""

import datetime as dt
import re

NARROW = "\u202f"  # between thousands
NO_BREAK = "\u00a0"  # before the unit and before high punctuation
MONTHS = "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split()
WEEKDAYS = "lundi mardi mercredi jeudi vendredi samedi dimanche".split()

_BEFORE = re.compile(r" (?=[:;!?»%€])")
_ARTICLE = re.compile(r"\b([LRD])\. (?=\d)")


def typeset(text: str) -> str:
    """The sentence with no-break spaces before : ; ! ? » % €, after « and inside `L. 2113-6`."""
    return _ARTICLE.sub(rf"\1.{NO_BREAK}", _BEFORE.sub(NO_BREAK, text)).replace("« ", f"«{NO_BREAK}")


def long_date(day: dt.date) -> str:
    """`2026-05-01` → `1er mai 2026`."""
    number = "1er" if day.day == 1 else str(day.day)
    return f"{number} {MONTHS[day.month - 1]} {day.year}"


def euros(cents: int) -> str:
    """`123456` → `1 234,56 €`; whole euros lose their decimals: `216 000 €`."""
    whole, rest = divmod(cents, 100)
    amount = f"{whole:,}".replace(",", NARROW)
    return f"{amount},{rest:02d}{NO_BREAK}€" if rest else f"{amount}{NO_BREAK}€"


def plural(count: int, word: str) -> str:
    """`1 jour`, `3 jours`; a word that already ends in s (mois) stays as it is."""
    ending = "s" if count > 1 and not word.endswith("s") else ""
    return f"{count} {word}{ending}"
