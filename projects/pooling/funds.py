"""What is called from each member, call by call, to the cent (domain.md §2.2 E). A leaf: no model, no query.

The level of the mandate decides: where one body pays the holder for all, the whole shares are called; where each member
pays its own, only what the lead body pays for all, the costs of the procedure.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from projects import costsharing
from projects.dossier import CostLine, Dossier
from projects.enums import CostCategory, Mandate

WHOLE = 10_000  # basis points


@dataclass(frozen=True, slots=True)
class Amount:
    """What one member is called for, cents."""

    ht_cents: int
    vat_cents: int

    @property
    def ttc_cents(self) -> int:
        """HT and VAT."""
        return self.ht_cents + self.vat_cents


def total(amounts: Iterable[Amount]) -> Amount:
    """Their sum."""
    found = list(amounts)
    return Amount(sum(item.ht_cents for item in found), sum(item.vat_cents for item in found))


def called_lines(dossier: Dossier) -> tuple[CostLine, ...]:
    """The cost lines whose shares are called: all of them under M3, else those of the procedure."""
    if dossier.level == Mandate.EXECUTION:
        return dossier.cost_lines
    return tuple(line for line in dossier.cost_lines if line.category == CostCategory.PROCEDURE)


def dues(dossier: Dossier) -> dict[str, Amount]:
    """SIREN → its share of the called lines, for every party that buys, in the order of the dossier."""
    shares = [share for line in called_lines(dossier) for share in line.shares]
    return {
        party.siren: total(Amount(share.ht_cents, share.vat_cents) for share in shares if share.siren == party.siren)
        for party in dossier.parties
        if party.buys
    }


def cut(due: dict[str, Amount], basis_points: Sequence[int]) -> dict[str, list[Amount]]:
    """SIREN → the amount of each call. Rows sum to what is due, columns to the call, HT and VAT each. SharingError."""
    percents = [Fraction(points, 100) for points in basis_points]
    ht = costsharing.calls({siren: amount.ht_cents for siren, amount in due.items()}, percents)
    vat = costsharing.calls({siren: amount.vat_cents for siren, amount in due.items()}, percents)
    return {siren: [Amount(*pair) for pair in zip(ht[siren], vat[siren], strict=True)] for siren in due}


def schedule(cuts: Sequence[Amount], called: Sequence[Amount]) -> list[Amount]:
    """The calls of one member: those issued as they were, then the plan; the next one makes up for any difference.

    A share that changed since (a departure before the launch) is thus caught up at once. May be negative then.
    """
    done = len(called)
    if done >= len(cuts):
        return list(called)
    ahead, before = total(cuts[: done + 1]), total(called)
    following = Amount(ahead.ht_cents - before.ht_cents, ahead.vat_cents - before.vat_cents)
    return [*called, following, *cuts[done + 1 :]]
