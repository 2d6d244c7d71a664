"""French amounts, dates and counts for templates, and the geometry of the small drawings. Built into every template."""

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from django import template
from django.forms import BaseForm

from procurement import clock, money

register = template.Library()

NOTHING = "–"  # what stands for an unknown figure or date
MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip


def _day(moment: dt.date) -> dt.date:
    """The day in Paris of an aware moment; a date is its own day."""
    if isinstance(moment, dt.datetime):
        return (moment.astimezone(clock.PARIS) if moment.tzinfo else moment).date()
    return moment


@register.filter
def euros(cents: int | None) -> str:
    """Cents as `1 234,56 €`."""
    return NOTHING if cents is None else money.euros(cents)


@register.filter
def euros_short(cents: int | None) -> str:
    """Cents as `1 234 €`: the decimals go only when they are zero, so the figure stays exact."""
    return euros(cents).replace(",00", "")


@register.filter
def number(value: int | Decimal | None) -> str:
    """A number with its thousands apart."""
    return NOTHING if value is None else money.number(value)


@register.filter
def french_date(moment: dt.date | None) -> str:
    """`30 avril 2026`, `1er mai 2026`; a moment gives its day in Paris."""
    if not moment:
        return NOTHING
    day = _day(moment)
    return f"{'1er' if day.day == 1 else day.day} {MONTHS[day.month - 1]} {day.year}"


@register.filter
def french_datetime(moment: dt.datetime | None) -> str:
    """`30 avril 2026 à 14 h 05`, Paris time, which of the two hours when it comes twice; a date keeps its day only."""
    if not isinstance(moment, dt.datetime):
        return french_date(moment)
    local = moment.astimezone(clock.PARIS) if moment.tzinfo else moment
    which = f" ({said})" if moment.tzinfo and (said := clock.which_hour(moment)) else ""
    return f"{french_date(local)} à {local.hour}{money.NO_BREAK}h{money.NO_BREAK}{local.minute:02d}{which}"


@register.filter
def iso(moment: dt.date | None) -> str:
    """The machine's form, for `<time datetime>`."""
    return moment.isoformat() if moment else ""


@register.filter
def days_left(moment: dt.date | None) -> str:
    """`J-12`, `aujourd'hui`, `passé depuis 3 jours`, counted in days of Paris."""
    if not moment:
        return NOTHING
    days = (_day(moment) - clock.today()).days
    if days == 0:
        return "aujourd'hui"
    return f"J-{days}" if days > 0 else f"passé depuis {plural(-days, 'jour,jours')}"


@register.filter
def plural(count: int, words: str) -> str:
    """The count and its word: `9|plural:"organisme,organismes"`; in French 0 and 1 are singular."""
    one, many = words.split(",")
    return f"{money.number(count)}{money.NO_BREAK}{one if abs(count) < 2 else many}"


@register.filter
def css_string(text: str) -> str:
    """Text for a string in a style sheet: everything but letters, digits and plain signs as an escape (`\\27 `)."""
    return "".join(sign if sign.isalnum() or sign in " -,." else f"\\{ord(sign):x} " for sign in text)


@register.filter
def under(path: str | None, prefix: str) -> bool:
    """True when a page lies under an entry of the navigation; an error page may know no path."""
    return bool(path and prefix) and str(path).startswith(prefix)


@register.simple_tag
def required_note(form: BaseForm) -> str:
    """What stands above the fields; a lone box to tick needs no mark, leaving it empty is an answer."""
    asked = {bool(field.field.required) for field in form.visible_fields() if field.widget_type != "checkbox"}
    if asked == {True, False}:
        return f"Tous les champs sont obligatoires, sauf ceux marqués «{money.NO_BREAK}facultatif{money.NO_BREAK}»."
    return "Tous les champs sont obligatoires." if asked == {True} else ""


class Gauge(NamedTuple):
    """A drawing 100 wide: how far it is filled, where the threshold stands, and the share reached in whole percents."""

    fill: str
    mark: str
    percent: int


@register.simple_tag
def gauge_numbers(current: int, threshold: int) -> Gauge:
    """Geometry of `components/gauge.html`; the percentage is rounded down, so 100 % means reached. Amounts in cents."""
    whole = max(current, threshold, 1)
    percent = current * 100 // threshold if threshold > 0 else 100
    return Gauge(_hundredths(current, whole), _hundredths(threshold, whole), percent)


@register.simple_tag
def bar_width(value: int, maximum: int) -> str:
    """Length of a bar on a drawing 100 wide."""
    return _hundredths(value, max(maximum, 1))


@register.simple_tag
def largest(rows: Iterable[Any]) -> int:
    """The largest `cents` of the rows of `components/shares.html`."""
    return max((row["cents"] if isinstance(row, Mapping) else row.cents for row in rows), default=0)


def _hundredths(value: int, whole: int) -> str:
    """`value / whole` on 100 with two decimals and a point, from integers only (SVG reads no French comma)."""
    scaled = max(0, min(value, whole)) * 10_000 // whole
    return f"{scaled // 100}.{scaled % 100:02d}"
