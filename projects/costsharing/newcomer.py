"""K13: what a newcomer pays for a development the others have already paid, and what they get back.

The fee buys a seat in the governance, never the right to use: the software is free.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from projects.costsharing.base import SharedKey
from projects.costsharing.errors import SharingError, bad_input
from projects.costsharing.members import Member
from projects.costsharing.rounding import half_up, largest_remainder
from projects.costsharing.split import split

LIFE_MONTHS = 60  # five years, the usual life of software in the accounts


@dataclass(frozen=True, slots=True)
class Entry:
    """The newcomer's fee, and the refund of each earlier member in order, in cents; the refunds sum to the fee.

    A refund may be one cent below zero: the largest remainder does not promise that a share never grows by a cent
    when a member joins.
    """

    fee_cents: int
    refunds: tuple[int, ...]


def retroactive_fee(
    total_cents: int, members: Sequence[Member], newcomer: Member, key: SharedKey, *, key_after: SharedKey | None = None
) -> Entry:
    """Rule 1, the retroactive key: everyone ends where they would be had the newcomer been there from the start.

    `key_after` is the key with the newcomer when it differs (voted percentages are voted again).
    """
    before = split(_paid(total_cents), members, key)
    after = split(total_cents, [*members, newcomer], key_after or key)
    refunds = tuple(old.cents - new.cents for old, new in zip(before.shares, after.shares, strict=False))
    return Entry(after.shares[-1].cents, refunds)


def depreciated_fee(
    total_cents: int,
    members: Sequence[Member],
    newcomer: Member,
    key: SharedKey,
    *,
    elapsed_months: int,
    life_months: int = LIFE_MONTHS,
    key_after: SharedKey | None = None,
) -> Entry:
    """Rule 2, linear depreciation: the newcomer's share of the book value left, half up to the cent.

    The fee goes back to the others on their initial shares. After `life_months` there is nothing left to pay.
    """
    if elapsed_months < 0 or life_months <= 0:
        raise bad_input("attendu : une durée de vie positive et un âge positif ou nul, en mois.")
    left = max(life_months - elapsed_months, 0)
    book_value = half_up(Fraction(_paid(total_cents) * left, life_months))
    before = [share.cents for share in split(total_cents, members, key).shares]
    fee = split(book_value, [*members, newcomer], key_after or key).shares[-1].cents
    if not any(before):
        return Entry(fee, tuple(before))
    refunds = largest_remainder(fee, before, [member.id for member in members]).cents
    return Entry(fee, tuple(refunds))


def _paid(total_cents: int) -> int:
    if total_cents < 0:
        raise SharingError("bad_input", "Un droit d'entrée se calcule sur un coût, pas sur un avoir.")
    return total_cents
