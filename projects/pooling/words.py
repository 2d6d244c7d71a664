"""Amounts and parts in French, the same on pages and in documents."""

from __future__ import annotations

from decimal import Decimal

from procurement.money import NO_BREAK, euros, number


def yearly(cents: int, years: int | None) -> str:
    """« 1 250,00 € par an pendant 4 ans », to the cent: « 333,34 € la première année, puis 333,33 € par an … ».

    `cents` is the amount of all the years together; "" for a cost that does not come back.
    """
    if not years:
        return ""
    each, rest = divmod(cents, years)
    if not rest:
        return f"{euros(each)} {f'par an pendant {years} ans' if years > 1 else 'pour une année'}"
    first = f"{euros(each + 1)} par an pendant {rest} ans" if rest > 1 else f"{euros(each + 1)} la première année"
    return f"{first}, puis {euros(each)} par an jusqu'à la {years}e"


def whole_said(cents: int, years: int | None) -> str:
    """An amount as documents print it before « HT »: a yearly one says the year, then the whole of all years."""
    return f"{yearly(cents, years)}, soit {euros(cents)}" if years else euros(cents)


def named(label: str, years: int | None) -> str:
    """The label of a cost line beside the amount of all its years: « Hébergement (coût annuel, total de 4 années) »."""
    return f"{label} (coût annuel, total de {years} année{'s' if years > 1 else ''})" if years else label


def percent(basis_points: int) -> str:
    """4000 → « 40 % », 3333 → « 33,33 % »."""
    return f"{number((Decimal(basis_points) / 100).normalize() + 0)}{NO_BREAK}%"
