"""Legal holidays: articles L. 3133-1 (national), L. 3134-13 (Alsace-Moselle), L. 3422-2 (overseas) of the Labour Code.

A local holiday counts for a whole department. Good Friday is one only in communes with a Protestant church or a
mixed one: counting it everywhere there only moves a last safe date earlier, never later.
"""

import datetime as dt
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

ALSACE_MOSELLE = ("57", "67", "68")
ABOLITION = "Abolition de l'esclavage"

# A rule is a day of the year (MM-DD) or a number of days after Easter Sunday.
Rule = str | int
NATIONAL: tuple[tuple[str, Rule], ...] = (
    ("1er janvier", "01-01"),
    ("Lundi de Pâques", 1),
    ("1er mai", "05-01"),
    ("8 mai", "05-08"),
    ("Ascension", 39),
    ("Lundi de Pentecôte", 50),
    ("14 juillet", "07-14"),
    ("Assomption", "08-15"),
    ("Toussaint", "11-01"),
    ("11 novembre", "11-11"),
    ("Noël", "12-25"),
)
LOCAL: tuple[tuple[str, Rule, tuple[str, ...]], ...] = (
    ("Vendredi saint", -2, ALSACE_MOSELLE),
    ("Saint-Étienne", "12-26", ALSACE_MOSELLE),
    (ABOLITION, "04-27", ("976",)),
    (ABOLITION, "05-22", ("972",)),
    (ABOLITION, "05-27", ("971", "978")),
    (ABOLITION, "06-10", ("973",)),
    (ABOLITION, "10-09", ("977",)),
    (ABOLITION, "12-20", ("974",)),
)


def easter(year: int) -> dt.date:
    """Easter Sunday, Gregorian calendar (anonymous algorithm: Meeus, Jones, Butcher)."""
    golden = year % 19
    century, rest = divmod(year, 100)
    leap_centuries, century_rest = divmod(century, 4)
    moon = (century - (century + 8) // 25 + 1) // 3  # correction of the lunar cycle
    epact = (19 * golden + century - leap_centuries - moon + 15) % 30
    weekday = (32 + 2 * century_rest + 2 * (rest // 4) - epact - rest % 4) % 7
    late = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * late + 114, 31)
    return dt.date(year, month, day + 1)


@lru_cache(maxsize=512)
def holidays(year: int, departments: frozenset[str] = frozenset()) -> Mapping[dt.date, str]:
    """Every holiday of `year`, day → French name: the national ones and those of the departments given (`"67"`)."""
    rules = [*NATIONAL, *((label, rule) for label, rule, where in LOCAL if departments & set(where))]
    sunday = easter(year)
    found: dict[dt.date, str] = {}
    for label, rule in rules:
        day = sunday + dt.timedelta(rule) if isinstance(rule, int) else dt.date.fromisoformat(f"{year}-{rule}")
        found.setdefault(day, label)  # 1 or 8 May may be Ascension Day: the first name stays
    return MappingProxyType(found)
