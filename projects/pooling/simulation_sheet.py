"""A simulation as an OpenDocument spreadsheet: values, no formula, so that it says the same on every desk."""

from __future__ import annotations

from decimal import Decimal

import tablib

from projects.pooling.simulation import Answer

HEADERS = (
    "Identifiant",
    "Organisme",
    "Population",
    "Aujourd'hui (€ HT)",
    "Simulation (€ HT)",
    "Écart (€ HT)",
    "Par habitant (€ HT)",
)


def to_ods(answer: Answer, title: str) -> bytes:
    """One row per body and the exact totals. Texts are text cells; one that looks like a formula gets a quote."""
    sheet = tablib.Dataset(title=title)
    sheet.headers = HEADERS
    for row in answer.rows:
        figures = (row.now_cents, row.then_cents, row.change_cents, row.per_head_cents)
        sheet.append((safe(row.id), safe(row.name), row.population, *map(_amount, figures)))
    totals = (answer.now_cents, answer.then_cents, answer.then_cents - answer.now_cents)
    sheet.append(("", "Total exact", None, *map(_amount, totals), None))
    for line in (answer.key_rule, *answer.trace):
        sheet.append(("", safe(line), None, None, None, None, None))
    content: bytes = sheet.export("ods")
    return content


def safe(text: str) -> str:
    """The text, behind a quote when a spreadsheet could take it for a formula (when it is saved as CSV, say)."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) else text


def _amount(cents: int | None) -> Decimal | None:
    return None if cents is None else Decimal(cents).scaleb(-2)
