"""What a split gives back."""

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Share:
    """What a member pays, in cents, and why, in French.

    `weight` is the exact weight under the key: points, percentage, weight after discount; for `mixed` the percentage
    of the amount that both parts together give; for a tariff the weight the fee is read on.
    """

    id: str
    name: str
    cents: int
    weight: Fraction
    explanation: str


@dataclass(frozen=True, slots=True)
class Result:
    """Shares in input order, in cents; `shared_cents` = `total_cents` - `subsidy_cents` = the sum of the shares.

    `trace` holds the French sentences of the computation, for the financial annex: subsidy, discount, bounds met,
    and to whom the leftover cents went.
    """

    total_cents: int
    subsidy_cents: int
    shared_cents: int
    shares: tuple[Share, ...]
    trace: tuple[str, ...]
