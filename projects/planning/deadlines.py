"""Deadlines to the second: a legal hour is an hour of Paris, and it must exist exactly once.

Bodies overseas see their own hour beside it. Storage and comparison are by instant, so the server's zone is nothing.
"""

import datetime as dt
from zoneinfo import ZoneInfo

from projects.planning.errors import PlanningError
from projects.planning.french import long_date, typeset

PARIS = ZoneInfo("Europe/Paris")
OVERSEAS = {  # department or collectivity → (zone, French words)
    "971": ("America/Guadeloupe", "en Guadeloupe"),
    "972": ("America/Martinique", "en Martinique"),
    "973": ("America/Cayenne", "en Guyane"),
    "974": ("Indian/Reunion", "à La Réunion"),
    "975": ("America/Miquelon", "à Saint-Pierre-et-Miquelon"),
    "976": ("Indian/Mayotte", "à Mayotte"),
    "977": ("America/St_Barthelemy", "à Saint-Barthélemy"),
    "978": ("America/Marigot", "à Saint-Martin"),
    "986": ("Pacific/Wallis", "à Wallis-et-Futuna"),
    "987": ("Pacific/Tahiti", "en Polynésie française"),
    "988": ("Pacific/Noumea", "en Nouvelle-Calédonie"),
}


def deadline(day: dt.date, hour: dt.time) -> dt.datetime:
    """The instant of `hour` on `day` in Paris, in UTC; refuses an hour that the clock change skips or repeats."""
    first = dt.datetime.combine(day, hour.replace(tzinfo=None, fold=0), tzinfo=PARIS)
    instants = {first.astimezone(dt.UTC), first.replace(fold=1).astimezone(dt.UTC)}
    existing = [instant for instant in instants if instant.astimezone(PARIS).time() == hour]
    if len(existing) == 1:
        return existing[0]
    fate = "existe deux fois" if existing else "n'existe pas"
    message = (
        f"{_hour(hour)} {fate} le {long_date(day)} : c'est un jour de changement d'heure. Choisissez une autre heure."
    )
    raise PlanningError("clock_change", typeset(message))


def has_passed(limit: dt.datetime, now: dt.datetime) -> bool:
    """Whether `now` is after `limit`; at the very second it has not passed. Both aware, in any zone."""
    return now.astimezone(dt.UTC) > limit.astimezone(dt.UTC)


def deadline_text(limit: dt.datetime, department: str = "") -> str:
    """`3 mars 2026 à 12 h 00 (heure de Paris)`, and the local hour (with its date when it differs) overseas.

    An hour that comes twice in October says which it is: `(heure d'été, Paris)`.
    """
    paris = limit.astimezone(PARIS)
    text = f"{long_date(paris.date())} à {_hour(paris.time())} ({_which(paris)})"
    if department in OVERSEAS:
        zone, place = OVERSEAS[department]
        local = limit.astimezone(ZoneInfo(zone))
        other_day = f"le {long_date(local.date())} à " if local.date() != paris.date() else ""
        text += f", {other_day}{_hour(local.time())} {place}"
    return typeset(text)


def _which(paris: dt.datetime) -> str:
    """The hour of Paris, or which of the two when the clock is put back."""
    if paris.replace(fold=0).utcoffset() == paris.replace(fold=1).utcoffset():
        return "heure de Paris"
    return "heure d'hiver, Paris" if paris.fold else "heure d'été, Paris"


def _hour(time: dt.time) -> str:
    seconds = f" min {time.second:02d} s" if time.second else ""
    return f"{time.hour} h {time.minute:02d}{seconds}"
