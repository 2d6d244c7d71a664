"""Whether the figures of an intention agree with each other and with the lots. A leaf, like `requirements`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from procurement.money import euros
from procurement.workflow import Missing
from projects.requirements.words import row_of

Rows = Sequence[Mapping[str, Any]]
YEAR = 12  # months


def consistent_intention(
    project: Any,
    *,
    maximum_cents: int,
    weights: Mapping[str, str] | None = None,
    yearly_maximum_cents: int | None = None,
    quantities: Rows = (),
    lot_maxima: Rows | None = None,
    in_kind_days: str | None = None,
    in_kind_day_cents: int | None = None,
    **facts: Any,
) -> Iterable[Missing]:
    """Amounts in cents HT. Lots exist, their maxima sum to the own maximum, « au moins » is within « jusqu'à ».

    A yearly maximum is not above the whole one, and its years cover it where the duration is known.
    """
    for name, value in sorted((weights or {}).items()):
        if not _is_weight(value):
            yield Missing(f"un nombre positif ou nul pour le poids « {name} » (valeur : {value})", f"weight_{name}")
    known = {lot.number for lot in project.all_lots()}
    rows = list(lot_maxima or ())
    for number in sorted({row["lot"] for row in [*rows, *quantities]} - known):
        yield Missing(f"un lot qui existe (le lot {number} n'existe pas)", f"lot_maximum_{number}")
    for row in quantities:
        minimum = row.get("minimum")
        if minimum is not None and Decimal(minimum) > Decimal(row["quantity"]):
            label = f"une quantité minimale du lot {row['lot']} qui ne dépasse pas la quantité maximale"
            yield Missing(label, f"minimum_{row['lot']}")
    total = sum(row["maximum_cents"] for row in rows)
    if rows and total != maximum_cents:
        label = f"des maxima par lot dont la somme soit notre maximum de {euros(maximum_cents)} HT (somme : "
        yield Missing(f"{label}{euros(total)}, écart : {euros(abs(total - maximum_cents))})", "maximum_cents")
    yield from _yearly(project.duration_months, maximum_cents, yearly_maximum_cents)
    if (in_kind_days is None) != (in_kind_day_cents is None):
        yield Missing("pour un apport en nature, le nombre de jours et la valeur d'une journée", "in_kind_days")


def _is_weight(value: object) -> bool:
    """An exact decimal ≥ 0, as text: what the keys compute with."""
    try:
        number = Decimal(value) if isinstance(value, str) else Decimal("NaN")
    except InvalidOperation:
        return False
    return number.is_finite() and number >= 0


def _yearly(months: int | None, total: int, yearly: int | None) -> Iterable[Missing]:
    if yearly is None:
        return
    if yearly > total:
        yield Missing("un maximum annuel qui ne dépasse pas le maximum sur toute la durée", "yearly_maximum_cents")
    years = -(-(months or 0) // YEAR)
    if years and yearly * years < total:
        label = f"un maximum annuel qui permette d'atteindre {euros(total)} HT en {months} mois"
        yield Missing(f"{label} ({euros(yearly)} par an font {euros(yearly * years)})", "yearly_maximum_cents")


def lots_reasoned(project: Any) -> Iterable[Missing]:
    """Lots are the rule: a reason when there is none or one (L. 2113-10 and L. 2113-11 CCP)."""
    if len(project.all_lots()) <= 1 and not project.no_lots_reason.strip():
        label = "le motif de l'absence d'allotissement (articles L. 2113-10 et L. 2113-11 du CCP)"
        yield Missing(label, "modifier/#id_no_lots_reason")


def lots_settled(project: Any) -> Iterable[Missing]:
    """Before a freeze: a reason when there is no lot or one; lot maxima that sum to the own one."""
    yield from lots_reasoned(project)
    for row in project.listed():
        maxima = [item.maximum_cents for item in row.lot_maxima.all()]
        if maxima and sum(maxima) != row.maximum_cents:
            label = f"les maxima par lot de {row.body}, dont la somme n'est plus son maximum"
            yield Missing(label, f"participants/{row_of(row.pk)}")
