"""What an extension by amendment changes: the threshold over the whole duration, and the limits of a modification.

A public contract is modified in the cases of articles R. 2194-1 to R. 2194-9 of the code de la commande publique only.
What is said here warns and never refuses: a jurist has the last word. Amounts are cents HT, durations months.
"""

import datetime as dt
from dataclasses import dataclass

from projects.planning.french import euros, plural, typeset
from projects.planning.procedure import Advice, change_of_level, procedure_for
from projects.planning.thresholds import thresholds_at
from projects.planning.timers import FRAMEWORK_MONTHS

CLAUSE, FURTHER, UNFORESEEN, SLIGHT, SMALL = "clause", "further", "unforeseen", "slight", "small"
GROUNDS = (
    (CLAUSE, "Clause de réexamen du marché (article R. 2194-1 du CCP)"),
    (FURTHER, "Prestations supplémentaires devenues nécessaires (articles R. 2194-2 et R. 2194-3 du CCP)"),
    (UNFORESEEN, "Circonstances imprévisibles (article R. 2194-5 du CCP)"),
    (SLIGHT, "Modification non substantielle (article R. 2194-7 du CCP)"),
    (SMALL, "Montant inférieur aux seuils et à 10 % du marché (article R. 2194-8 du CCP)"),
)
SMALL_PERCENT = 10  # supplies and services (R. 2194-8), all modifications added together (R. 2194-9)
HALF_PERCENT = 50  # of each modification (R. 2194-3, R. 2194-5)


@dataclass(frozen=True)
class Extension:
    """A contract as awarded and what an amendment adds. `added_before_cents`: by the amendments before this one.

    `need_cents` is what the procedure was chosen on, on `counted_on`. `contract_cents` 0 while nothing is awarded.
    """

    need_cents: int
    counted_on: dt.date
    contract_cents: int
    added_before_cents: int
    added_cents: int
    months: int  # the whole duration, extension included
    framework: bool
    ground: str  # of GROUNDS, "" when the contract itself does not last longer

    @property
    def before(self) -> Advice:
        """What the need called for."""
        return procedure_for(self.need_cents + self.added_before_cents, self.counted_on)

    @property
    def after(self) -> Advice:
        """What it calls for over the whole duration, with what is added."""
        return procedure_for(self.need_cents + self.added_before_cents + self.added_cents, self.counted_on)

    def warnings(self) -> tuple[str, ...]:
        """French sentences, the gravest first; empty when nothing is to be looked at."""
        found = [self._threshold(), self._limit(), self._length(), self._ground()]
        return tuple(typeset(text) for text in found if text)

    def _threshold(self) -> str:
        return change_of_level(self.before, self.after, "Sur toute la durée, prolongation comprise")

    def _limit(self) -> str:
        """The amount against the limit of its ground; nothing to compare with before the award."""
        if not self.contract_cents:
            return ""
        if self.ground in (FURTHER, UNFORESEEN) and self.added_cents * 100 > self.contract_cents * HALF_PERCENT:
            return f"Cette modification ajoute {self._percent(self.added_cents)} du marché : 50 % au plus (R. 2194-3)."
        added = self.added_before_cents + self.added_cents
        if self.ground != SMALL:
            return ""
        if added * 100 >= self.contract_cents * SMALL_PERCENT:
            return f"Les modifications ajoutent {self._percent(added)} du marché : moins de 10 % au total (R. 2194-8)."
        bound = thresholds_at(self.counted_on)[0].legality_control  # that of the formal procedures of local bodies
        if added >= bound:
            return (
                f"Les modifications atteignent {euros(bound)} HT : le seuil européen n'est plus respecté (R. 2194-8)."
            )
        return ""

    def _percent(self, cents: int) -> str:
        """« 12,50 % », rounded down."""
        hundredths = cents * 10_000 // self.contract_cents
        return f"{hundredths // 100},{hundredths % 100:02d} %"

    def _length(self) -> str:
        if not self.framework or self.months <= FRAMEWORK_MONTHS:
            return ""
        return (
            f"L'accord-cadre dure {plural(self.months, 'mois')} en tout : quatre ans au plus, sauf exception justifiée "
            "(article L. 2125-1 du CCP)."
        )

    def _ground(self) -> str:
        """The length alone may be what was competed on."""
        if self.ground == SLIGHT:
            return (
                "Prolonger peut être substantiel : la durée a pu changer le choix des candidats (article R. 2194-7 du "
                "CCP). À confirmer par un juriste."
            )
        if self.ground == CLAUSE:
            return "La clause de réexamen doit être claire, précise et sans équivoque (article R. 2194-1 du CCP)."
        return ""
