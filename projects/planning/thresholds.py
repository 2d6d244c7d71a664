"""The dated table of public procurement thresholds, in cents HT. A new line is all that a new decree needs.

Sources: EU thresholds of 2024-2025 and 2026-2027 (notices in the Journal officiel); R. 2122-8 CCP as amended by decree
2025-1386 of 29 December 2025 (supplies and services 60 000 € from 1 April 2026; works 100 000 €, renewed year after
year until 2025, permanent since); R. 2131-12 CCP (publicity). EU thresholds change every two years.
"""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from projects.planning.french import long_date, typeset

EURO = 100  # cents


class Kind(StrEnum):
    """What is bought. Software, its hosting and its maintenance are supplies and services."""

    SUPPLIES_SERVICES = "supplies_services"
    WORKS = "works"


class Buyer(StrEnum):
    """Who runs the procedure: for a grouping, the lead body."""

    LOCAL = "local"  # local authorities, their public establishments and groupings; any sub-central buyer
    STATE = "state"  # the State and its central bodies
    ENTITY = "entity"  # entité adjudicatrice: a network operator (water, energy, transport, post)


@dataclass(frozen=True)
class Thresholds:
    """Bounds in cents HT that hold for consultations launched from `starts` to `ends`, both included."""

    starts: dt.date
    ends: dt.date
    exempt_supplies: int
    exempt_works: int
    publicity: int
    formal_local: int
    formal_state: int
    formal_entity: int
    formal_works: int

    def exempt(self, kind: Kind) -> int:
        """Below: neither publicity nor competition is due (R. 2122-8)."""
        return self.exempt_works if kind == Kind.WORKS else self.exempt_supplies

    def formal(self, kind: Kind, buyer: Buyer) -> int:
        """At or above: formal procedure (L. 2124-1)."""
        if kind == Kind.WORKS:
            return self.formal_works
        return {Buyer.LOCAL: self.formal_local, Buyer.STATE: self.formal_state, Buyer.ENTITY: self.formal_entity}[buyer]

    @property
    def legality_control(self) -> int:
        """At or above: contract sent to the prefect (D. 2131-5-1 CGCT), whatever is bought and however."""
        return self.formal_local


def _row(starts: str, ends: str, **euros: int) -> Thresholds:
    amounts = {name: amount * EURO for name, amount in euros.items()}
    return Thresholds(dt.date.fromisoformat(starts), dt.date.fromisoformat(ends), **amounts)


_EU_2024 = {"formal_local": 221_000, "formal_state": 143_000, "formal_entity": 443_000, "formal_works": 5_538_000}
_EU_2026 = {"formal_local": 216_000, "formal_state": 140_000, "formal_entity": 432_000, "formal_works": 5_404_000}
_NATIONAL = {"exempt_works": 100_000, "publicity": 90_000}
TABLE = (
    _row("2024-01-01", "2025-12-31", exempt_supplies=40_000, **_NATIONAL, **_EU_2024),
    _row("2026-01-01", "2026-03-31", exempt_supplies=40_000, **_NATIONAL, **_EU_2026),
    _row("2026-04-01", "2027-12-31", exempt_supplies=60_000, **_NATIONAL, **_EU_2026),
)
DECP_FROM = 40_000 * EURO  # R. 2196-1, not moved by decree 2025-1386
SMALL_LOT = {Kind.SUPPLIES_SERVICES: 80_000 * EURO, Kind.WORKS: 1_000_000 * EURO}  # R. 2123-1 2°


def thresholds_at(launch: dt.date) -> tuple[Thresholds, str]:
    """The line for a consultation launched on `launch` and a French warning, empty when the line is sure.

    Outside the known years the nearest line is used, and the warning says so.
    """
    first, last = TABLE[0], TABLE[-1]
    if launch < first.starts:
        return first, typeset(
            f"Seuils d'avant le {long_date(first.starts)} non tenus : ceux de cette date sont utilisés."
        )
    for row in TABLE:
        if launch <= row.ends:
            return row, ""
    return last, typeset(
        f"Les seuils applicables après le {long_date(last.ends)} ne sont pas encore connus : les derniers publiés sont "
        "utilisés. À vérifier avant le lancement."
    )
