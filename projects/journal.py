"""Checking both journals: that of the business, chain by chain, and that of the site."""

from __future__ import annotations

from dataclasses import dataclass

from procurement import events
from projects.models import Event, Need, Project


class Unknown(Exception):
    """No project has this reference."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """How many events were checked, and what is wrong with the first bad one (empty when none is)."""

    events: int
    fault: str


def verify(project: str = "") -> Verdict:
    """Check the chains of one project and of the needs that were ever in it, or every chain of both journals.

    Raises Unknown. Reads only. A chain stops at its first fault; the first faulty chain, by name, is the one told.
    """
    chains = chains_of(project) if project else _all_chains()
    counted = Event.objects.filter(chain__in=chains).count() if project else Event.objects.count()
    faults = (_fault(chain) for chain in sorted(chains))
    fault = next((found for found in faults if found), "")
    if not project:
        counted += events.Event.objects.count()
        fault = fault or events.first_fault(events.Event.CHAIN, events.Event)
    return Verdict(counted, fault)


def _fault(chain: str) -> str:
    """A need or a project is born with an event: a chain without any was cut whole."""
    if not Event.objects.filter(chain=chain).exists():
        return f"{chain}, événement n° 1 : manquant, tout le journal de cet objet a été effacé"
    return events.first_fault(chain, Event)


def chains_of(reference: str) -> set[str]:
    """The chains of a project and of the needs that were ever in it. Raises Unknown."""
    if not Project.objects.filter(reference=reference).exists():
        raise Unknown(reference)
    pooled = Event.objects.filter(chain=reference, need__isnull=False).values_list("need__reference", flat=True)
    now_in = Need.objects.filter(project__reference=reference).values_list("reference", flat=True)
    return {reference, *pooled, *now_in}


def _all_chains() -> set[str]:
    """Those that have events, those that have an end, and those that must exist: one event may be all that is left."""
    heads = events.ChainHead.objects.filter(journal=Event._meta.db_table).values_list("chain", flat=True)
    found = set(Event.objects.order_by().values_list("chain", flat=True).distinct()) | set(heads)
    return (
        found
        | set(Need.objects.values_list("reference", flat=True))
        | set(Project.objects.values_list("reference", flat=True))
    )
