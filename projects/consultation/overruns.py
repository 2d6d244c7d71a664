"""Contracts above what was voted: a warning on the pages of the award and in its minutes, never a refusal.

The act of a body is a ceiling on what it pays: beyond, it votes again before anything is signed (domain.md §2.1, 9).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from procurement.money import euros
from projects.consultation.facts import ConsultationFacts
from projects.missions import members_sign
from projects.models import Project


@dataclass(frozen=True, slots=True)
class Vote:
    """What a member voted at most, cents HT; what it announced where its act names no amount."""

    body_id: int
    name: str
    maximum_cents: int


def overruns(project: Project, facts: ConsultationFacts) -> tuple[str, ...]:
    """One French sentence for each ceiling that the contracts pass; from what the project has already read."""
    rows = [row for row in project.listed() if row.buys]
    votes = [
        Vote(
            row.body_id,
            row.body.name,
            (row.maximum_cents or 0) if row.act_maximum_cents is None else row.act_maximum_cents,
        )
        for row in rows
    ]
    version = project.current_version()
    granted = sum(int(row["amount_cents"]) for row in version.facts["subsidies"]) if version else 0
    return tuple(above(facts, votes, granted, each=members_sign(project)))


def above(facts: ConsultationFacts, votes: Sequence[Vote], subsidy_cents: int, *, each: bool) -> Iterator[str]:
    """The maximum of the framework agreement, the sum of what was voted, and where each signs, its own vote.

    Subsidies pay a part that nobody votes: they are added to the sum. They are not split between the contracts of M1,
    so that with a subsidy these are only compared together.
    """
    awarded = facts.awarded_cents
    if facts.framework and facts.maximum_cents is not None and awarded > facts.maximum_cents:
        yield _said(f"Les marchés ({euros(awarded)} HT)", awarded, facts.maximum_cents, "le maximum de l'accord-cadre")
    voted = sum(vote.maximum_cents for vote in votes) + subsidy_cents
    if votes and awarded > voted:
        what = "la somme des maxima votés" + (
            f", subventions de {euros(subsidy_cents)} ajoutées," if subsidy_cents else ""
        )
        yield _said(f"Les marchés ({euros(awarded)} HT)", awarded, voted, what, vote=True)
    for vote in votes if each and not subsidy_cents else ():
        own = sum(item.amount_cents or 0 for item in facts.awarded if item.buyer_id == vote.body_id)
        if own > vote.maximum_cents:
            what = f"le maximum voté par {vote.name}"
            yield _said(f"Le marché de {vote.name} ({euros(own)} HT)", own, vote.maximum_cents, what, vote=True)


def _said(who: str, cents: int, limit_cents: int, what: str, *, vote: bool = False) -> str:
    verb = "dépasse" if who.startswith("Le ") else "dépassent"
    need = " : un nouvel acte est nécessaire avant la signature" if vote else " (article R. 2162-4 du CCP)"
    return f"{who} {verb} de {euros(cents - limit_cents)} HT {what} ({euros(limit_cents)} HT){need}.".replace(
        " :", "\u00a0:"
    ).replace("R. ", "R.\u00a0")
