"""The price schedule as a workbook: prices to give, quantities per member, totals that compute themselves."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from documents.stamp import Page
from documents.workbook import Cell, Place, Product, Same, Sheet, Sum, SumProduct

PRICES, QUANTITIES, MEMBERS, NOTES = "BPU", "DQE", "Membres", "Notice"
FIXED = 3  # columns of the DQE before those of the members
_NOTES = (
    "Remplir les seules cellules colorées de la feuille BPU : prix unitaire hors taxes et taux de TVA.",
    "Les quantités de la feuille DQE sont celles que les membres ont déclarées : indicatives, sans valeur "
    "contractuelle, elles ne servent qu'à comparer les offres.",
    "Une cellule vide est une quantité non déclarée : elle ne vaut pas zéro.",
    "Les totaux se calculent seuls ; ne modifiez ni les formules, ni l'ordre des lignes.",
)


def price_book(page: Page) -> list[Sheet]:
    """The sheets of a price schedule, from its stored context."""
    context = page.context
    return [_notes(page), _prices(context), _quantities(context), _members(context)]


def _notes(page: Page) -> Sheet:
    title = (page.title, page.stamp.reference)
    state = ("État", f"{page.stamp.state}, code {page.stamp.code}")
    rows: list[tuple[Cell, ...]] = [title, ("Projet", page.context["project_title"]), state]
    rows += [(str(place), note) for place, note in enumerate(_NOTES, start=1)]
    return Sheet(NOTES, tuple(rows), widths=(60, 150))


def _prices(context: dict[str, Any]) -> Sheet:
    head: tuple[Cell, ...] = ("N°", "Lot", "Désignation", "Unité", "Prix unitaire HT", "TVA (%)")
    rows = [(line["number"], line["lot"], line["designation"], line["unit"], None, None) for line in context["lines"]]
    return Sheet(PRICES, (head, *rows), to_fill=(4, 5), widths=(16, 36, 80, 42, 32, 20))


def _quantities(context: dict[str, Any]) -> Sheet:
    """Member columns, then quantity over all members, unit price (from the BPU) and amount; a total at the foot."""
    names = list(context["buyers"])
    total = FIXED + len(names)
    head: tuple[Cell, ...] = ("N°", "Désignation", "Unité", *names, "Tous membres", "Prix unitaire HT", "Montant HT")
    rows = [_line(line, row, context["sirens"]) for row, line in enumerate(context["lines"], start=1)]
    last = len(rows)
    amounts = Sum(Place(total + 2, 1), Place(total + 2, last)) if rows else None
    foot: tuple[Cell, ...] = ("", "Total HT", "", *(None for _ in names), None, None, amounts)
    return Sheet(QUANTITIES, (head, *rows, foot), widths=(16, 70, 42, 30))


def _line(line: dict[str, Any], row: int, sirens: Sequence[str]) -> tuple[Cell, ...]:
    known = {item["siren"]: Decimal(item["quantity"]) for item in line["quantities"]}
    quantities, total = [known.get(siren) for siren in sirens], FIXED + len(sirens)
    whole: Cell = Decimal(line["total"]) if line["total"] else None
    if known:
        whole = Sum(Place(FIXED, row), Place(total - 1, row))
    return (
        line["number"],
        line["designation"],
        line["unit"],
        *quantities,
        whole,
        Same(Place(4, row, PRICES)),
        Product(Place(total, row), Place(total + 1, row)),
    )


def _members(context: dict[str, Any]) -> Sheet:
    """What each member's own quantities come to at the prices given; common prices are shared by the convention."""
    head: tuple[Cell, ...] = ("Membre", "SIREN", "Montant HT de ses quantités")
    count, last = len(context["buyers"]), len(context["lines"])
    prices = _down(FIXED + count + 1, last)
    rows = [
        (name, siren, SumProduct(_down(FIXED + place, last), prices))
        for place, (name, siren) in enumerate(zip(context["buyers"], context["sirens"], strict=True))
    ]
    return Sheet(MEMBERS, (head, *rows), widths=(80, 30, 50))


def _down(column: int, last: int) -> tuple[Place, Place]:
    """A column of the sheet of quantities, from its first line to its last."""
    return Place(column, 1, QUANTITIES), Place(column, last, QUANTITIES)
