"""Every word that a finance officer may read, kept in `words.txt`: a change of wording is seen, reviewed and wanted.

`python -m tests.projects.costsharing.test_words` writes the file again.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

from projects.costsharing import (
    LeadDiscount,
    Member,
    SharedKey,
    SharingError,
    Subsidy,
    concours_ceiling,
    depreciated_fee,
    dues,
    instalments,
    key_from_json,
    ordered_cents,
    split,
    vat_shares,
    weighted_acts,
)
from projects.costsharing.keys import Percent
from projects.costsharing.scales import Step
from projects.costsharing.tariffs import Flat
from projects.costsharing.weights import measure, noun_of
from projects.pooling.share_file import parse_share
from tests.projects.costsharing.examples import BRACKETS, EXAMPLES, FIRST_YEAR, MARGINAL, POPULATION, people
from tests.projects.costsharing.test_refusals import BAD, GOOD, MISSING, REQUEST

WORDS = Path(__file__).with_name("words.txt")
NAMES = (
    "population",
    "population_total",
    "users",
    "agents",
    "devices",
    "files",
    "acts",
    "weighted_acts",
    "units",
    "lits",
)
KEY = key_from_json(POPULATION)
ONE = Member("1", "Un", {"population": 1})
CODE: list[Callable[[], object]] = [
    lambda: instalments(1, []),
    lambda: instalments(1, [Fraction(50), Fraction(49)]),
    lambda: instalments(1, [Fraction(101), Fraction(-1)]),
    lambda: vat_shares([1], Fraction(-1), ["a"]),
    lambda: vat_shares([1, -1], Fraction(1), ["a", "b"]),
    lambda: weighted_acts({"naissance": 1}, {}),
    lambda: weighted_acts({"naissance": -1}, {"naissance": Fraction(1)}),
    lambda: concours_ceiling(1, 2),
    lambda: ordered_cents([Fraction(1)], [1, 2]),
    lambda: ordered_cents([Fraction(-1)], [1]),
    lambda: dues([ONE], {}, [1], 0, shared_key()),
    lambda: depreciated_fee(1, [ONE], ONE, shared_key(), elapsed_months=-1),
    lambda: depreciated_fee(-1, [ONE], Member("2", "Deux", {"population": 1}), shared_key(), elapsed_months=1),
    lambda: Subsidy(Fraction(101), 1),
    lambda: Subsidy(Fraction(1), -1),
    lambda: Subsidy(Fraction(1), 1, -1),
    lambda: LeadDiscount("1", Fraction(101), "weight"),
    lambda: LeadDiscount("1", Fraction(1), "half"),  # type: ignore[arg-type]
    lambda: split(True, [ONE], KEY),
    lambda: split(-1, [ONE], KEY, subsidy=Subsidy(Fraction(1), 100)),
    lambda: split(1, [ONE], KEY, subsidy=Subsidy(Fraction(100), 100)),
    lambda: Member("1", "Un", {}, cap_cents=-1),
    lambda: Flat("population", (Step(None, Fraction(-1)),)),
    lambda: Flat("population", (Step(Fraction(-1), Fraction(1)), Step(None, Fraction(1)))),
    lambda: Percent({"1": Fraction(150), "2": Fraction(-50)}),
    lambda: Member("1", "Un", {"population": 0.5}),  # type: ignore[dict-item]
    lambda: Member("1", "Un", {"population": -1}),
    lambda: Member("1", "Un", {}, 0.5),  # type: ignore[arg-type]
    lambda: Member("1", "Un", {}, -1),
    lambda: Member("1", "Un", {}, 2, 1),
    lambda: ONE.weight("lits"),
]


def shared_key() -> SharedKey:
    assert isinstance(KEY, SharedKey)
    return KEY


def told(request: Any) -> Iterator[str]:
    """What a share file gives to read."""
    try:
        asked = parse_share(json.dumps(request).encode())
        result = asked.result()
    except SharingError as error:
        yield f"! {error.code} {error.missing_cents} {error.message}"
        return
    key = key_from_json(request["key"])
    yield f"{key.label} | {key.rule}"
    yield from (f"  {share.name} : {share.explanation}" for share in result.shares)
    yield from (f"  - {line}" for line in result.trace)


def refused(build: Callable[[], object]) -> str:
    try:
        return f"accepté : {build()}"
    except SharingError as error:
        return f"! {error.code} {error.message}"


def words() -> Iterator[str]:
    """All of them, in a fixed order."""
    yield from (f"{name} : {noun_of(name)}, {measure(name, 1)}, {measure(name, Fraction(5, 2))}" for name in NAMES)
    for example in EXAMPLES:
        yield f"# {example.name}"
        yield from told(example.request)
    for code, request, _ in MISSING:
        yield f"# {code}"
        yield from told(request)
    for place, request in BAD:
        yield f"# {place}"
        yield from told(request)
    for name, good in GOOD:
        yield f"# {name}"
        yield from told(good)
    for key in (BRACKETS, MARGINAL, FIRST_YEAR):
        yield "# montants dus"
        yield from told({**REQUEST, "participants": people(1, 1000, 5000, 20_001), "key": key, "total_cents": None})
        yield from told({**REQUEST, "participants": people(0, 1, 4999, 20_001), "key": key, "total_cents": 1_00})
    yield from (refused(build) for build in CODE)


def shown() -> str:
    """With every no-break space in sight."""
    text = "\n".join(words()) + "\n"
    return text.replace("\u00a0", "~").replace("\u202f", "_")


def test_the_words_are_those_that_were_reviewed() -> None:
    assert shown().splitlines() == WORDS.read_text(encoding="utf-8").splitlines()


if __name__ == "__main__":
    WORDS.write_text(shown(), encoding="utf-8")
