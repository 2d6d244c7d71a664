"""What is missing before a running project is closed, and what is wrong with what it records on the way."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from procurement import clock
from procurement.money import euros
from procurement.workflow import Missing
from projects.enums import Route
from projects.requirements.words import french


def to_close(project: Any, /) -> Iterable[Missing]:
    """Every member that pays has its settlement; a shared development is published (domain.md §4.2, D11)."""
    unsettled = (row for row in project.listed() if row.maximum_cents != 0 and not hasattr(row, "settlement"))
    for participation in unsettled:
        yield Missing(f"le solde de {participation.body}", f"consultation/solde/{participation.pk}/")
    if project.route == Route.SHARED_DEVELOPMENT and not hasattr(project, "release"):
        yield Missing("la publication de la version 1 sous licence libre, avec son dépôt", "consultation/version-1/")


def sound_settlement(
    participation: Any, *, final_cents: int, settled_on: dt.date, further_act: str, notified_on: dt.date | None
) -> Iterable[Missing]:
    """A body pays no more than it voted, unless it voted again (domain.md §4.2); after the notification."""
    if settled_on > clock.today():
        yield Missing(f"une date qui ne soit pas à venir (le {french(settled_on)})", "settled_on")
    if notified_on and settled_on < notified_on:
        label = f"un solde le {french(notified_on)} au plus tôt : le marché est notifié ce jour"
        yield Missing(f"{label} ({french(settled_on)} donné)", "settled_on")
    voted = participation.act_maximum_cents
    if voted is not None and final_cents > voted and not further_act.strip():
        label = f"l'acte qui autorise {euros(final_cents)} HT : {participation.body} a voté {euros(voted)} HT au plus"
        yield Missing(label, "further_act")


def sound_release(*, licence: str, published_on: dt.date, licences: Iterable[str]) -> Iterable[Missing]:
    """A licence of the official list (D. 323-2-1 CRPA), a day that has come."""
    if licence not in licences:
        label = f"une licence de la liste officielle (« {licence} » n'y est pas : elle demande une homologation)"
        yield Missing(f"{label}, article D. 323-2-1 du CRPA", "licence")
    if published_on > clock.today():
        yield Missing(f"une date qui ne soit pas à venir (le {french(published_on)})", "published_on")
