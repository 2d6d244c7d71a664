"""What an amendment changes in figures: the share of each before and after, and the sum of the maxima."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from documents.contexts.common import TO_COMPLETE, euros
from documents.contexts.subject import Entry, Subject
from procurement import money
from projects.dossier import Dossier


@dataclass(frozen=True, slots=True)
class Change:
    """A party's share HT before and after."""

    name: str
    before: str
    after: str
    difference: str


def shares(dossier: Dossier) -> dict[str, int]:
    """SIREN → cents HT, of those who buy."""
    return {party.siren: dossier.share_of(party.siren) for party in dossier.parties if party.buys}


def found(subject: Subject, entry: Entry, frozen: dict[str, int]) -> dict[str, int]:
    """The shares that this amendment found: those of the one before it, else the frozen ones."""
    earlier = [row for row in subject.tender.entries if row.number < entry.number and row.shares]
    return dict(earlier[-1].shares) if earlier else frozen


def changes(before: Dossier, after: Dossier, old: dict[str, int], new: dict[str, int]) -> tuple[Change, ...]:
    """Every buyer of either day; the cents of a column sum to the total printed under it."""
    names = {party.siren: party.name for party in (*before.parties, *after.parties)}
    return tuple(
        Change(
            names.get(siren, siren),
            euros(old.get(siren, 0)),
            euros(new.get(siren, 0)),
            f"{'+' if new.get(siren, 0) > old.get(siren, 0) else ''}{euros(new.get(siren, 0) - old.get(siren, 0))}",
        )
        for siren in dict.fromkeys([*old, *new])
    )


def maximum(dossier: Dossier) -> int:
    """The sum of the maxima, cents HT."""
    return sum(party.maximum_cents or 0 for party in dossier.parties)


def effect(before: int, after: int) -> str:
    """`+12,50 %`, two decimals, half away from zero; to complete when there is nothing to compare with."""
    if not before:
        return TO_COMPLETE
    whole = int(Fraction(abs(after - before) * 10_000, before) + Fraction(1, 2))
    sign = "" if after == before else "+" if after > before else money.MINUS
    return f"{sign}{money.plain(whole)}{money.NO_BREAK}%"
