"""The one clock. Everything that asks for the time asks here, so a scenario can be played at its own dates."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from zoneinfo import ZoneInfo

from django.utils import timezone

PARIS = ZoneInfo("Europe/Paris")
_pretended: ContextVar[dt.datetime | None] = ContextVar("pretended", default=None)


def now() -> dt.datetime:
    """The moment that counts for the business, aware: the real one unless `at` says otherwise."""
    return _pretended.get() or timezone.now()


def today() -> dt.date:
    """The day in Paris at `now()`: legal days are Paris days, whatever the server's zone."""
    return now().astimezone(PARIS).date()


def end_of(day: dt.date) -> dt.datetime:
    """The last second of `day` in Paris: a cut-off date runs until then."""
    return dt.datetime.combine(day, dt.time(23, 59, 59), tzinfo=PARIS)


def which_hour(moment: dt.datetime) -> str:
    """« heure d'été » or « heure d'hiver » in the hour that the clock change of October repeats; else empty."""
    local = moment.astimezone(PARIS)
    if local.replace(fold=0).utcoffset() == local.replace(fold=1).utcoffset():
        return ""
    return "heure d'hiver" if local.fold else "heure d'été"


@contextmanager
def at(moment: dt.datetime | dt.date) -> Iterator[None]:
    """Pretend that it is `moment` (a date means noon in Paris) in this thread or task."""
    if not isinstance(moment, dt.datetime):
        moment = dt.datetime.combine(moment, dt.time(12), tzinfo=PARIS)
    token = _pretended.set(moment)
    try:
        yield
    finally:
        _pretended.reset(token)
