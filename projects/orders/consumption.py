"""How much of each maximum is ordered: per body, per lot, and of the whole framework agreement (R. 2162-4 CCP)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Min, Sum

from projects import dossier as dossiers
from projects.consultation.facts import FRAMEWORKS
from projects.enums import Ending, MilestoneKind
from projects.models import Consultation, Contract, ConventionVersion, Lot, Milestone, Order, Participation, Project
from projects.orders.rules import own_limit
from projects.planning.timers import ALERTS

GIVEN_UP = (Ending.DROPPED, Ending.UNSUCCESSFUL)
WIDTH = 100  # of the drawing of a gauge


@dataclass(frozen=True, slots=True)
class Gauge:
    """Cents HT ordered against a maximum. `limit_cents` 0 stands for a body that takes part without buying."""

    label: str
    ordered_cents: int
    limit_cents: int

    @property
    def left_cents(self) -> int:
        """What may still be ordered."""
        return max(0, self.limit_cents - self.ordered_cents)

    @property
    def percent(self) -> int:
        """Rounded down, so that 100 means reached."""
        return self.ordered_cents * 100 // self.limit_cents if self.limit_cents else 0

    @property
    def alert(self) -> int:
        """100, 80, or 0 below: compared exactly, never on the rounded percentage."""
        return alert_of(self.ordered_cents, self.limit_cents)

    @property
    def fill(self) -> str:
        """Length of the bar, on WIDTH, with two decimals and a point."""
        hundredths = min(self.ordered_cents, self.limit_cents) * WIDTH * 100 // max(self.limit_cents, 1)
        return f"{hundredths // 100}.{hundredths % 100:02d}"


def alert_of(ordered_cents: int, limit_cents: int) -> int:
    """The highest of ALERTS (percent) that the orders reach; 0 when none, or without anything to order."""
    reached = (percent for percent in ALERTS if ordered_cents * 100 >= limit_cents * percent)
    return next(reached, 0) if limit_cents else 0


@dataclass(frozen=True, slots=True)
class Share:
    """One body's orders; `lots`, one gauge per lot it takes part in, when there are several."""

    participation: Participation
    gauge: Gauge
    lots: tuple[Gauge, ...]


@dataclass(frozen=True, slots=True)
class Consumption:
    """Everything the page of the orders shows. Bodies: lead first, then by name."""

    framework: Gauge
    shares: tuple[Share, ...]
    lots: tuple[Gauge, ...]

    def alerts(self) -> list[Gauge]:
        """Those at 80 % or more: the framework agreement first, then the lots, then the bodies."""
        gauges = [self.framework, *self.lots, *(share.gauge for share in self.shares)]
        return [gauge for gauge in gauges if gauge.alert]


def buyers(project: Project) -> list[Participation]:
    """Those that may order: the parties that signed, with what they voted. Lead first, then by name. Two queries."""
    rows = project.listed_participations().prefetch_related("lot_maxima__lot")
    return [row for row in rows if row.buys]


def framework_limit(project: Project, rows: Sequence[Participation]) -> int:
    """Cents HT that all orders together may reach: the maximum the consultation announced, else that of the annex.

    That of the annex is the ceiling, else the sum of the maxima. A body that leaves does not lower the maximum of a
    contract (domain.md §8, trap 9): hence the frozen version.
    """
    held = Consultation.objects.filter(project=project).exclude(ending__in=GIVEN_UP).order_by("number").last()
    if held and held.maximum_cents:
        return held.maximum_cents
    version = project.current_version()
    if version is None:
        return project.ceiling_cents or sum(row.maximum_cents or 0 for row in rows)
    return annex_limit(version)


def annex_limit(version: ConventionVersion) -> int:
    """Cents HT of a frozen annex: its ceiling, else the sum of its maxima."""
    facts = dossiers.from_json(version.facts)
    return facts.ceiling_cents or sum(party.maximum_cents or 0 for party in facts.parties)


def contract_limits(project: Project) -> dict[int | None, int]:
    """Cents HT by lot, the maxima of framework agreements as awarded, all buyers together. One query.

    Empty without a framework agreement: the price of an ordinary contract is no maximum of orders.
    """
    held = Contract.objects.filter(consultation__project=project, ending=Ending.AWARDED).order_by()
    held = held.filter(consultation__form__in=FRAMEWORKS)
    found = held.values_list("lot_id").annotate(cents=Sum("amount_cents"))
    return {lot_id: int(cents) for lot_id, cents in found}


def notified_on(project: Project) -> dt.date | None:
    """The first notification of a contract of the project, None while there is none. One query."""
    days = Milestone.objects.standing().filter(consultation__project=project, kind=MilestoneKind.NOTIFICATION)
    return days.aggregate(first=Min("day"))["first"]


def ordered(project: Project) -> dict[tuple[int, int | None], int]:
    """Cents HT ordered and not cancelled, by (participation, lot). One query."""
    rows = Order.objects.standing().filter(participation__project=project).order_by()
    found = rows.values_list("participation_id", "lot_id").annotate(cents=Sum("amount_cents"))
    return {(participation, lot): int(cents) for participation, lot, cents in found}


def lot_limits(participation: Participation) -> dict[int, int]:
    """Cents HT by id of lot; empty while the body has not split its maximum. Prefetch `lot_maxima`."""
    return {row.lot_id: row.maximum_cents for row in participation.lot_maxima.all()}


def consumption(project: Project) -> Consumption:
    """A fixed number of queries, whatever the number of bodies and orders."""
    rows, sums, lots = buyers(project), ordered(project), list(project.lots.all())
    several = lots if len(lots) > 1 else []
    shares = tuple(_share(row, sums, several) for row in rows)
    whole = Gauge("Tout le marché", sum(sums.values()), framework_limit(project, rows))
    awarded = contract_limits(project)
    return Consumption(whole, shares, tuple(_lot(lot, rows, sums, awarded) for lot in several))


def _share(row: Participation, sums: Mapping[tuple[int, int | None], int], lots: Sequence[Lot]) -> Share:
    total = sum(cents for (participation, _), cents in sums.items() if participation == row.pk)
    limits = lot_limits(row)
    gauges = (Gauge(str(lot), sums.get((row.pk, lot.pk), 0), limits[lot.pk]) for lot in lots if lot.pk in limits)
    return Share(row, Gauge(str(row.body), total, own_limit(row)), tuple(gauges))


def _lot(
    lot: Lot,
    rows: Sequence[Participation],
    sums: Mapping[tuple[int, int | None], int],
    awarded: Mapping[int | None, int],
) -> Gauge:
    spent = sum(cents for (_, lot_id), cents in sums.items() if lot_id == lot.pk)
    return Gauge(str(lot), spent, lot_limit(lot, rows, awarded))


def lot_limit(lot: Lot, rows: Sequence[Participation], awarded: Mapping[int | None, int]) -> int:
    """Cents HT of a lot: as awarded (0 when it was not), else the sum of the maxima that bodies gave it."""
    if awarded:
        return awarded.get(lot.pk, awarded.get(None, 0))
    return sum(lot_limits(row).get(lot.pk, 0) for row in rows)
