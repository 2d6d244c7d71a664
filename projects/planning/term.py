"""The life of a framework agreement: its periods, its renewals, the day its last order may be placed.

Renewals are tacit unless the contract says otherwise, and the holder cannot refuse them (article R. 2112-4 CCP):
without a decision a tacit one happens, an express one does not. Months and dates only; no amount here.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from projects.planning.errors import PlanningError
from projects.planning.french import plural, typeset
from projects.planning.timers import FRAMEWORK_MONTHS, Reminder, end_of_term, renewal_decision
from projects.planning.working_days import DAY, WorkCalendar, add_months, last_day_of_term

MOST_RENEWALS = 10
MOST_MONTHS = 120


@dataclass(frozen=True)
class Period:
    """A stretch of the contract; `number` 0 is the firm one, n the nth renewal. `ends` is its last day, counted."""

    number: int
    starts: dt.date
    ends: dt.date


@dataclass(frozen=True)
class Term:
    """What the contract says of its duration. `decisions`: number of a renewal → True when renewed, False when not.

    Refuses (`bad_term`) a duration that is not positive, more than MOST_RENEWALS renewals, a notice longer than the
    period before it, more than MOST_MONTHS in all, a decision on a renewal that the contract does not have.
    """

    starts: dt.date
    firm_months: int
    renewals: int = 0
    renewal_months: int = 0
    notice_months: int = 0
    tacit: bool = True
    decisions: Mapping[int, bool] = field(default_factory=dict)
    extension_months: int = 0  # added by amendment to the last period that runs

    def __post_init__(self) -> None:
        """Refuse what no contract can say."""
        if self.firm_months < 1 or (self.renewals and self.renewal_months < 1):
            raise PlanningError("bad_term", typeset("Une période dure un mois au moins."))
        if not 0 <= self.renewals <= MOST_RENEWALS:
            raise PlanningError("bad_term", typeset(f"De 0 à {MOST_RENEWALS} reconductions."))
        if self.months > MOST_MONTHS:
            raise PlanningError("bad_term", typeset(f"{MOST_MONTHS} mois au plus, reconductions comprises."))
        shortest = min([self.firm_months, *([self.renewal_months] if self.renewals > 1 else [])])
        if self.extension_months < 0:
            raise PlanningError("bad_term", typeset("Une prolongation ajoute des mois."))
        if self.notice_months < 0 or (self.renewals and self.notice_months > shortest):
            raise PlanningError("bad_term", typeset("Le préavis de reconduction tient dans la période qu'il précède."))
        if any(not 1 <= number <= self.renewals for number in self.decisions):
            raise PlanningError("bad_term", typeset("Cette reconduction n'est pas prévue au contrat."))

    @property
    def months(self) -> int:
        """Renewals, whether or not they happen, and extension included: what article L. 2125-1 CCP counts."""
        return self.firm_months + self.renewals * self.renewal_months + self.extension_months

    @property
    def too_long(self) -> bool:
        """True above four years: an exception that must be justified (article L. 2125-1 CCP)."""
        return self.months > FRAMEWORK_MONTHS

    def period(self, number: int) -> Period:
        """The firm period (0) or the nth renewal, each counted from the first day so that no month end drifts."""
        before = self.firm_months + (number - 1) * self.renewal_months if number else 0
        length = self.renewal_months if number else self.firm_months
        return Period(number, add_months(self.starts, before), last_day_of_term(self.starts, before + length))

    def periods(self) -> list[Period]:
        """Those that run: the firm one, then each renewal until one does not happen."""
        found = [self.period(0)]
        for number in range(1, self.renewals + 1):
            if not self.decisions.get(number, self.tacit):
                break
            found.append(self.period(number))
        if self.extension_months:
            found[-1] = replace(found[-1], ends=last_day_of_term(self.starts, self._running(len(found))))
        return found

    def _running(self, count: int) -> int:
        """Months of the first `count` periods and of the extension."""
        return self.firm_months + (count - 1) * self.renewal_months + self.extension_months

    def ends(self) -> dt.date:
        """The last day on which an order may be placed, as decided so far."""
        return self.periods()[-1].ends

    def awaited(self, today: dt.date) -> Period | None:
        """The first renewal on which nothing was decided and that is still ahead, or None.

        A renewal refused ends the contract: nothing is awaited after it. What began by `today` is decided.
        """
        for number in range(1, self.renewals + 1):
            decided = self.decisions.get(number)
            if decided is False:
                return None
            if decided is None and self.period(number).starts > today:
                return self.period(number)
            if decided is None and not self.tacit:
                return None
        return None

    def reminders(self, today: dt.date, calendar: WorkCalendar) -> list[Reminder]:
        """The next renewal to decide on, and the end: of the periods that run, with the renewal to come if tacit."""
        found = []
        if period := self.awaited(today):
            found.append(renewal_decision(period.starts - DAY, self.notice_months, calendar))
        found.append(end_of_term(self.starts, self._running(len(self.periods())), calendar))
        return found

    def summary(self) -> str:
        """« 24 mois, puis 2 reconductions tacites de 12 mois : 48 mois en tout. »"""
        longer = f", prolongés de {plural(self.extension_months, 'mois')} par avenant" if self.extension_months else ""
        if not self.renewals:
            return typeset(f"{plural(self.firm_months, 'mois')}, sans reconduction{longer}.")
        manner = "tacite" if self.tacit else "expresse"
        manner = f"{manner}s" if self.renewals > 1 else manner
        again = f"{plural(self.renewals, 'reconduction')} {manner} de {plural(self.renewal_months, 'mois')}"
        return typeset(
            f"{plural(self.firm_months, 'mois')}, puis {again}{longer} : {plural(self.months, 'mois')} en tout."
        )
