"""What would change: shares now beside shares under another key, other bodies, another amount. Nothing is written.

The maximum of a body is compared with its share only for the reader's own bodies: others' maxima are confidential
(design §3), and nothing of them is in what is kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from projects import costsharing
from projects.dossier import CostLine
from projects.pooling import keys
from projects.pooling.cost_lines import Payer, share

KINDS_WITH_COMMUNES = ("epci", "ept")
ADDED, REMOVED = "added", "removed"


@dataclass(frozen=True, slots=True)
class Question:
    """One cost line, as it would be. Amounts are cents HT; `removed` and `added` change who pays."""

    amount_cents: int
    subsidy_cents: int
    key: dict[str, Any]
    terms: Mapping[str, Any]
    lead_discount: Mapping[str, str]
    removed: frozenset[str] = frozenset()
    added: tuple[Payer, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """One body: cents HT now and then (None when it does not pay), and what then makes per inhabitant."""

    id: str
    name: str
    population: int | None
    now_cents: int | None
    then_cents: int | None
    mine: bool = False
    status: str = ""  # added, removed
    under_maximum: bool | None = None  # own bodies only; None when unknown or not one's own

    @property
    def change_cents(self) -> int:
        """What the body would pay more, negative when it gains."""
        return (self.then_cents or 0) - (self.now_cents or 0)

    @property
    def per_head_cents(self) -> int | None:
        """Rounded half up, for reading only."""
        if self.then_cents is None or not self.population:
            return None
        return (2 * self.then_cents + self.population) // (2 * self.population)


@dataclass(frozen=True, slots=True)
class Answer:
    """The rows, lead first then by name, added bodies last; or why there are none to compare (`problem`, French)."""

    rows: tuple[Row, ...]
    key_label: str = ""
    key_rule: str = ""
    trace: tuple[str, ...] = ()
    problem: str = ""
    missing_cents: int | None = None

    @property
    def now_cents(self) -> int:
        """What is shared now."""
        return sum(row.now_cents or 0 for row in self.rows)

    @property
    def then_cents(self) -> int:
        """What would be shared."""
        return sum(row.then_cents or 0 for row in self.rows)

    def counts(self) -> dict[str, int]:
        """How many of those who pay on both sides would pay less, more, the same."""
        changes = [row.change_cents for row in self.rows if row.now_cents is not None and row.then_cents is not None]
        less, more = sum(change < 0 for change in changes), sum(change > 0 for change in changes)
        return {"less": less, "more": more, "same": len(changes) - less - more}


def simulate(
    payers: Sequence[Payer],
    lines: Sequence[CostLine],
    place: int | None,
    asked: Question,
    own: Mapping[str, int | None],
) -> Answer:
    """The line at `place` (None: a cost that is not in the project yet) as asked, beside what it is now.

    `own` maps the ids of the reader's bodies to their maximum, cents HT, which bounds all lines together.
    """
    now = {} if place is None else {item.siren: item.ht_cents for item in lines[place].shares}
    present = [payer for payer in payers if payer.id not in asked.removed]
    then: dict[str, int] = {}
    answer = Answer(())
    try:
        key = costsharing.key_from_json(asked.key)
        net = asked.amount_cents - asked.subsidy_cents
        if net < 0:
            raise costsharing.SharingError("bad_input", "La subvention dépasse le montant.")
        result = share(net, [*present, *asked.added], key, asked.terms, asked.lead_discount)
        then = {item.id: item.cents for item in result.shares}
        answer = Answer((), key.label, key.rule, result.trace)
    except costsharing.SharingError as error:
        answer = Answer((), problem=error.message, missing_cents=error.missing_cents)
    elsewhere = _elsewhere(lines, place, own)
    rows = [_row(payer, now, then, own, elsewhere) for payer in payers]
    rows = [replace(row, status=REMOVED) if row.id in asked.removed else row for row in rows]
    new = [replace(_row(payer, {}, then, own, elsewhere), status=ADDED) for payer in asked.added]
    return replace(answer, rows=(*rows, *new))


def _elsewhere(lines: Sequence[CostLine], place: int | None, own: Mapping[str, int | None]) -> dict[str, int]:
    """What one's own bodies pay of the other lines."""
    found = dict.fromkeys(own, 0)
    for position, line in enumerate(lines):
        for item in line.shares:
            if position != place and item.siren in found:
                found[item.siren] += item.ht_cents
    return found


def _row(
    payer: Payer,
    now: Mapping[str, int],
    then: Mapping[str, int],
    own: Mapping[str, int | None],
    elsewhere: Mapping[str, int],
) -> Row:
    maximum, cents = own.get(payer.id), then.get(payer.id)
    under = None if maximum is None or cents is None else elsewhere[payer.id] + cents <= maximum
    before = now.get(payer.id)
    return Row(payer.id, payer.party.name, payer.party.population, before, cents, payer.id in own, under_maximum=under)


def lacking(payers: Sequence[Payer], key: dict[str, Any], terms: Mapping[str, Any]) -> list[tuple[Payer, str]]:
    """(body, name of the weight) for each figure the key needs and nobody has given."""
    names = sorted(keys.used_weights(key))
    members = [(payer, payer.member(terms.get(payer.id)).weights) for payer in payers]
    return [(payer, name) for payer, weights in members for name in names if name not in weights]


def kept(answer: Answer) -> dict[str, Any]:
    """What a saved simulation stores: plain JSON, without anybody's maximum."""
    names = ("id", "name", "population", "now_cents", "then_cents", "status")
    rows = [{name: value for name, value in asdict(row).items() if name in names} for row in answer.rows]
    return {"key_label": answer.key_label, "key_rule": answer.key_rule, "trace": list(answer.trace), "rows": rows}


def reread(facts: Mapping[str, Any], own: Mapping[str, int | None]) -> Answer:
    """The answer that `kept` stored, with the reader's own bodies marked."""
    rows = tuple(Row(**row, mine=row["id"] in own) for row in facts["rows"])
    return Answer(rows, facts["key_label"], facts["key_rule"], tuple(facts["trace"]))


# The population of an EPCI contains that of its communes (domain.md §3, K2) -------------------------------------------
@dataclass(frozen=True, slots=True)
class DoubleCount:
    """An EPCI and some of its own communes that weigh in the same key by population."""

    epci: Payer
    communes: tuple[str, ...]


def double_counts(payers: Sequence[Payer], key: dict[str, Any], terms: Mapping[str, Any]) -> list[DoubleCount]:
    """Those not settled yet: an EPCI with a chosen population, or whose share is fixed (floor = cap), counts once."""
    counted = keys.FROM_REGISTRY & keys.used_weights(key)
    if not counted:
        return []
    communes: dict[str, list[str]] = {}
    for payer in payers:
        if payer.party.epci and not counted & payer.weights.keys():
            communes.setdefault(payer.party.epci, []).append(payer.party.name)
    return [
        DoubleCount(payer, tuple(communes[payer.id]))
        for payer in payers
        if payer.party.kind in KINDS_WITH_COMMUNES and payer.id in communes and not _settled(payer, terms, counted)
    ]


def _settled(payer: Payer, terms: Mapping[str, Any], counted: frozenset[str]) -> bool:
    own = terms.get(payer.id) or {}
    fixed = own.get("floor_cents") is not None and own.get("floor_cents") == own.get("cap_cents")
    return bool(own.get("population")) or bool(counted & payer.weights.keys()) or fixed


def estimate(payers: Sequence[Payer], lines: Sequence[CostLine], asking: Payer) -> tuple[int, list[CostLine]]:
    """What a body would pay, cents HT, from figures of the registry alone, and the lines left out.

    Floors, caps, discounts and declared figures are left out: they are not for the public. Lines whose key needs one,
    or percentages that are voted, are not counted.
    """
    members = [replace(payer, weights={}) for payer in payers if payer.id != asking.id]
    counted = [payer for payer in (*members, replace(asking, weights={})) if payer.party.population]
    cents = 0
    left_out: list[CostLine] = []
    for line in lines:
        try:
            result = share(line.amount_cents - line.subsidy_cents, counted, _public_key(line), {}, {})
        except costsharing.SharingError:
            left_out.append(line)
        else:
            cents += result.shares[-1].cents
    return cents, left_out


def _public_key(line: CostLine) -> costsharing.Key:
    if keys.declared_weights(line.key) or "percent" in _kinds(line.key):
        raise costsharing.SharingError("bad_input", "Cette clé demande des chiffres que le registre n'a pas.")
    return costsharing.key_from_json(line.key)


def _kinds(key: Mapping[str, Any]) -> set[str]:
    return {key.get("kind", "")}.union(*(_kinds(key[name]) for name in ("fixed", "variable") if name in key))
