"""Amendments to the convention or the agreement: who joins, who leaves, how long it lasts; with the new shares."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from documents.contexts.common import TO_COMPLETE, PartyLine, day, euros, in_pairs, join, lead_name, party_line
from documents.contexts.subject import Subject
from procurement import money
from projects.dossier import Dossier

JOINING, LEAVING, EXTENSION = "joining", "leaving", "extension"


@dataclass(frozen=True, slots=True)
class Change:
    """A party's share HT before and after."""

    name: str
    before: str
    after: str
    difference: str


@dataclass(frozen=True, slots=True)
class Amendment:
    """Display-ready values of an amendment. `causes`: those that apply, all three when nothing tells."""

    reference: str
    project_title: str
    lead: str
    version: str
    frozen_on: str
    shared_development: bool
    permanent: bool
    causes: tuple[str, ...]
    guessed: bool  # the causes were found in the facts, or asked for: nothing is to be struck out
    launched: bool
    joining: tuple[PartyLine, ...]
    leaving: tuple[PartyLine, ...]
    duration_before: str
    duration_after: str
    changes: tuple[Change, ...]
    total_before: str
    total_after: str
    maximum_before: str
    maximum_after: str
    effect: str  # percent of the sum of the maxima, signed
    signature_rows: tuple[tuple[PartyLine | None, ...], ...]
    joining_names: str
    leaving_names: str


def builder(cause: str) -> Callable[[Subject], Amendment]:
    """The context of an amendment of that cause; "" finds the causes in what changed since the freeze."""

    def build(subject: Subject) -> Amendment:
        before, after = subject.dossier, subject.now or subject.dossier
        known = {party.siren for party in before.parties}
        staying = {party.siren for party in after.parties}
        joining = [party for party in after.parties if party.siren not in known]
        leaving = [party for party in before.parties if party.siren not in staying]
        longer = before.duration_months != after.duration_months
        happened = tuple(name for name, true in ((JOINING, joining), (LEAVING, leaving), (EXTENSION, longer)) if true)
        causes = (cause,) if cause else happened or (JOINING, LEAVING, EXTENSION)
        signing = [*before.parties, *joining] if JOINING in causes else list(before.parties)
        return Amendment(
            reference=before.reference,
            project_title=before.title,
            lead=lead_name(before),
            version=str(before.version) if before.version else "de travail",
            frozen_on=day(before.frozen_on) if before.frozen_on else "",
            shared_development=before.route == "shared_development",
            permanent=before.grouping == "permanent",
            causes=causes,
            guessed=bool(cause or happened),
            launched=bool(subject.tender.number),
            joining=tuple(party_line(party) for party in joining),
            leaving=tuple(party_line(party) for party in leaving),
            duration_before=_months(before),
            duration_after=_months(after) if longer else TO_COMPLETE,
            changes=_changes(before, after),
            total_before=euros(_total(before)),
            total_after=euros(_total(after)),
            maximum_before=euros(_maximum(before)),
            maximum_after=euros(_maximum(after)),
            effect=_effect(_maximum(before), _maximum(after)),
            signature_rows=in_pairs([party_line(party) for party in signing]),
            joining_names=join([party.name for party in joining]) or TO_COMPLETE,
            leaving_names=join([party.name for party in leaving]) or TO_COMPLETE,
        )

    return build


def _months(dossier: Dossier) -> str:
    return f"{dossier.duration_months} mois" if dossier.duration_months else TO_COMPLETE


def _total(dossier: Dossier) -> int:
    return sum(dossier.share_of(party.siren) for party in dossier.parties)


def _maximum(dossier: Dossier) -> int:
    return sum(party.maximum_cents or 0 for party in dossier.parties)


def _changes(before: Dossier, after: Dossier) -> tuple[Change, ...]:
    """Every buyer of either day; the cents of a column sum to the total printed under it."""
    names = {party.siren: party.name for party in (*before.parties, *after.parties) if party.buys}
    return tuple(
        Change(name, euros(old), euros(new), f"{'+' if new > old else ''}{euros(new - old)}")
        for siren, name in names.items()
        for old, new in [(before.share_of(siren), after.share_of(siren))]
    )


def _effect(before: int, after: int) -> str:
    """`+12,50 %`, two decimals, half away from zero; to complete when there is nothing to compare with."""
    if not before:
        return TO_COMPLETE
    hundredths = Fraction(abs(after - before) * 10_000, before)
    whole = int(hundredths + Fraction(1, 2))
    sign = "" if after == before else "+" if after > before else money.MINUS
    return f"{sign}{money.plain(whole)}{money.NO_BREAK}%"
