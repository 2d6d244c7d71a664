"""What comes before the key: the subsidy, then the discount of the lead body (K9, K10)."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from projects.costsharing.errors import bad_input
from projects.costsharing.french import euros, number
from projects.costsharing.members import is_cents, is_exact
from projects.costsharing.rounding import percent_of

Mode = Literal["weight", "amount"]


def check_percent(percent: object, where: str) -> None:
    """Refuse what is not an exact number from 0 to 100."""
    if not is_exact(percent) or not 0 <= percent <= 100:  # type: ignore[operator]  # is_exact has told them apart
        raise bad_input("un taux va de 0 à 100 %.", where=where)


@dataclass(frozen=True, slots=True)
class Subsidy:
    """K10: an external subsidy of `rate_percent` of an eligible base, in cents, perhaps with a ceiling."""

    rate_percent: Fraction
    eligible_cents: int
    cap_cents: int | None = None

    def __post_init__(self) -> None:
        check_percent(self.rate_percent, "rate_percent")
        for where, cents in (("eligible_cents", self.eligible_cents), ("cap_cents", self.cap_cents)):
            if cents is not None and (not is_cents(cents) or cents < 0):
                raise bad_input("attendu : un nombre entier de centimes, positif ou nul.", where=where)

    @property
    def cents(self) -> int:
        """min(rate × eligible base rounded half up, ceiling)."""
        granted = percent_of(self.eligible_cents, self.rate_percent)
        return granted if self.cap_cents is None else min(granted, self.cap_cents)

    def trace(self) -> str:
        """The computation in a French sentence."""
        capped = "" if self.cap_cents is None else f", plafonnée à {euros(self.cap_cents)}"
        return (
            f"Subvention : {number(self.rate_percent)} % de {euros(self.eligible_cents)}{capped} "
            f"= {euros(self.cents)}, déduite avant le partage."
        )


@dataclass(frozen=True, slots=True)
class LeadDiscount:
    """K9: the lead body pays less for its work. `weight`: its weight is reduced; `amount`: its share, already rounded.

    The two give different cents: the convention names one. 100 % is the exemption.
    """

    id: str
    percent: Fraction
    mode: Mode

    def __post_init__(self) -> None:
        check_percent(self.percent, "percent")
        if self.mode not in ("weight", "amount"):
            raise bad_input("attendu : weight ou amount.", where="mode")

    @property
    def kept(self) -> Fraction:
        """What is left to pay, between 0 and 1."""
        return 1 - Fraction(self.percent, 100)


def net_of_subsidy(total_cents: int, subsidy: Subsidy | None) -> int:
    """The amount left to share. A subsidy above the cost, or on a credit note, contradicts itself: `bad_input`."""
    received = subsidy.cents if subsidy else 0
    if received and total_cents < 0:
        raise bad_input("un avoir ne reçoit pas de subvention : donner son montant net.", where="subsidy")
    if received > max(total_cents, 0):
        raise bad_input(f"la subvention de {euros(received)} dépasse le coût de {euros(total_cents)}.", where="subsidy")
    return total_cents - received


def adjustment(planned_cents: Sequence[int], real_cents: Sequence[int]) -> list[int]:
    """K10, when the subsidy really paid differs: what each member still owes, or gets back when negative."""
    return [real - planned for planned, real in zip(planned_cents, real_cents, strict=True)]
