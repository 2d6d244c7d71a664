"""Working days and periods of days, forwards and backwards.

A period is counted in calendar days, the day of the event not counted; one that ends on a Saturday, a Sunday or a
holiday runs until the next working day (rule of Regulation 1182/71, article 3). The rule that a period holds at least
two working days is not needed: no legal period here is shorter than six days.
"""

import calendar
import datetime as dt
from dataclasses import dataclass

from projects.planning.holidays import holidays

DAY = dt.timedelta(1)
SATURDAY = 5
AUGUST = 8


@dataclass(frozen=True)
class WorkCalendar:
    """The days that count for bodies of `departments`; in `quiet_months` nobody can be counted on."""

    departments: frozenset[str] = frozenset()
    quiet_months: tuple[int, ...] = ()

    def is_working(self, day: dt.date) -> bool:
        """Monday to Friday, no holiday in any of the departments."""
        return day.weekday() < SATURDAY and day not in holidays(day.year, self.departments)

    def is_quiet(self, day: dt.date) -> bool:
        """The day stands in a month in which nobody plans a meeting."""
        return day.month in self.quiet_months

    def next_working(self, day: dt.date) -> dt.date:
        """`day` itself or the first working day after it."""
        while not self.is_working(day):
            day += DAY
        return day

    def previous_working(self, day: dt.date) -> dt.date:
        """`day` itself or the last working day before it."""
        while not self.is_working(day):
            day -= DAY
        return day

    def next_planned(self, day: dt.date) -> dt.date:
        """`day` or the first working day after it outside the quiet months."""
        while self.is_quiet(day) or not self.is_working(day):
            day += DAY
        return day

    def previous_planned(self, day: dt.date) -> dt.date:
        """`day` or the last working day before it outside the quiet months."""
        while self.is_quiet(day) or not self.is_working(day):
            day -= DAY
        return day

    def end_of_period(self, sent: dt.date, days: int) -> dt.date:
        """Last day of a legal period of `days` calendar days: the day of sending not counted, then rolled forward."""
        return self.next_working(sent + days * DAY)

    def latest_start(self, limit: dt.date, days: int) -> dt.date:
        """Last working day from which a legal period of `days` ends on `limit` at the latest."""
        return self.previous_working(self.previous_working(limit) - days * DAY)

    def after_work(self, start: dt.date, days: int) -> dt.date:
        """End of a work of `days` calendar days begun the day after `start`; quiet months do not count."""
        while days:
            start += DAY
            days -= not self.is_quiet(start)
        return self.next_planned(start)

    def before_work(self, limit: dt.date, days: int) -> dt.date:
        """Last planned day from which a work of `days` is over on `limit`; quiet months do not count."""
        day = self.previous_planned(limit)
        while days:
            days -= not self.is_quiet(day)
            day -= DAY
        return self.previous_planned(day)


def add_months(day: dt.date, months: int) -> dt.date:
    """The same day `months` later (or earlier, when negative); the last day of the month where there is none."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def last_day_of_term(start: dt.date, months: int) -> dt.date:
    """Last day of a term of `months` that begins on `start`, `start` counted: 15 January + 12 → 14 January."""
    same = add_months(start, months)
    return same if same.day < start.day else same - DAY
