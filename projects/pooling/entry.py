"""What a newcomer pays to enter a signed shared development, and what goes back to each of the others (K13)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from procurement.models import Body
from projects import costsharing
from projects.agreement_terms import EntryRule
from projects.assembly import newcomer, sharing
from projects.consultation.reading import shares_now
from projects.costsharing.newcomer import LIFE_MONTHS
from projects.models import CostLine, Project
from projects.pooling.cost_lines import Payer

YEAR = 12  # months


@dataclass(frozen=True, slots=True)
class Entrance:
    """Cents HT. `refunds` and `shares` by SIREN; the refunds sum to the fee, the shares to what they did before."""

    fee_cents: int
    refunds: dict[str, int]
    shares: dict[str, int]


def entrance(project: Project, body: Body, *, rule: EntryRule, elapsed_months: int) -> Entrance:
    """The fee of `body` on all that is shared under a key, net of subsidies. Raises SharingError.

    `elapsed_months` counts for the linear rule: since the software is in use. Tariffs have no entry fee.
    """
    payers, rows, lines = sharing(project)
    new = newcomer(body)
    others = [payer for payer in payers if payer.id != new.id]
    refunds: Counter[str] = Counter({payer.id: 0 for payer in others})
    fee = 0
    if rule != EntryRule.NONE:
        for row, line in zip(rows, lines, strict=True):
            entry = _line_entry(project, row, row.amount_cents - line.subsidy_cents, others, new, rule, elapsed_months)
            if entry is not None:
                fee += entry.fee_cents
                refunds.update({payer.id: cents for payer, cents in zip(others, entry.refunds, strict=True)})
    before = shares_now(project)
    shares = {siren: cents - refunds.get(siren, 0) for siren, cents in before.items() if siren != new.id}
    return Entrance(fee, dict(refunds), {**shares, new.id: fee})


def _line_entry(
    project: Project, row: CostLine, cents: int, others: list[Payer], new: Payer, rule: EntryRule, months: int
) -> costsharing.Entry | None:
    key = costsharing.key_from_json(row.key)
    if not isinstance(key, costsharing.SharedKey):
        return None
    members = [payer.member(row.terms.get(payer.id)) for payer in others]
    if rule == EntryRule.RETROACTIVE:
        return costsharing.retroactive_fee(cents, members, new.member(), key)
    years = project.frozen_term("depreciation_years")
    life = int(years) * YEAR if years else LIFE_MONTHS
    return costsharing.depreciated_fee(cents, members, new.member(), key, elapsed_months=months, life_months=life)
