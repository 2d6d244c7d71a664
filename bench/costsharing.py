"""Time to share a cost among 350, 3,500 and 35,000 bodies under each key, and how it grows.

`python -m bench.costsharing`. Growth is the time over the time ten times smaller: 10 is linear, 100 quadratic.
"""

import random
from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise
from statistics import median
from time import perf_counter
from typing import Any

from projects.costsharing import Key, LeadDiscount, Member, key_from_json, split

SIZES = (350, 3_500, 35_000)
RUNS = 5
TOTAL = 987_654_321  # cents
POPULATION = {"kind": "prorata", "weight": "population"}
ACTS = {"kind": "prorata", "weight": "acts"}
LIMITS = (1_000, 3_500, 10_000, 20_000, None)


def _members(size: int, *, bounded: bool = False) -> list[Member]:
    """Bodies with the populations of a country of small communes; a third has a floor, a third a cap."""
    source = random.Random(size)  # noqa: S311  # the same figures at each run
    members = []
    for number in range(size):
        population = int(source.paretovariate(0.9) * 120)
        weights: dict[str, int | Fraction] = {"population": population, "acts": Fraction(population, 40)}
        even = TOTAL // size
        floor = even // 3 if bounded and number % 3 == 0 else None
        cap = even * 2 if bounded and number % 3 == 1 else None
        members.append(Member(f"{number:09d}", f"Commune {number}", weights, floor, cap))
    return members


def _percent(members: list[Member]) -> Key:
    """Equal percentages to eight decimals, the first taking the rest."""
    each = 10**10 // len(members)
    texts = [10**10 - each * (len(members) - 1), *[each] * (len(members) - 1)]
    percents = {member.id: f"{text // 10**8}.{text % 10**8:08d}" for member, text in zip(members, texts, strict=True)}
    return key_from_json({"kind": "percent", "percents": percents})


def _fixed(form: dict[str, Any]) -> Callable[[list[Member]], Key]:
    return lambda _: key_from_json(form)


def _scale(limit: str, value: str, values: list[Any]) -> list[dict[str, Any]]:
    return [{limit: end, value: content} for end, content in zip(LIMITS, values, strict=True)]


KEYS: dict[str, Callable[[list[Member]], Key]] = {
    "equal": _fixed({"kind": "equal"}),
    "prorata": _fixed(POPULATION),
    "brackets": _fixed(
        {"kind": "brackets", "weight": "population", "points": _scale("below", "points", [1, 2, 5, 10, 20])}
    ),
    "mixed": _fixed({"kind": "mixed", "fixed_percent": "30", "fixed": POPULATION, "variable": ACTS}),
    "percent": _percent,
    "marginal": _fixed(
        {
            "kind": "marginal",
            "weight": "population",
            "slices": _scale("up_to", "rate_cents", ["100", "60", "35", "20", "12.5"]),
        }
    ),
    "flat": _fixed(
        {
            "kind": "flat",
            "weight": "population",
            "fees": _scale("up_to", "cents", [5_200, 22_700, 52_400, 104_900, 174_800]),
        }
    ),
    "prorata, bounds": _fixed(POPULATION),
    "prorata, discount": _fixed(POPULATION),
}


def _seconds(name: str, size: int) -> float:
    members = _members(size, bounded=name.endswith("bounds"))
    key = KEYS[name](members)
    total = None if name in ("marginal", "flat") else TOTAL
    discount = LeadDiscount(members[0].id, Fraction(10), "amount") if name.endswith("discount") else None
    times = []
    for _ in range(RUNS):
        start = perf_counter()
        split(total, members, key, lead_discount=discount)
        times.append(perf_counter() - start)
    return median(times)


def main() -> None:
    """Print one line per key: the times, then the growth from one size to the next."""
    heads = " ".join(f"{f'{size:,}':>10}" for size in SIZES)
    print(f"{'shares, in ms':<20}{heads}   growth (10 = linear)")
    for name in KEYS:
        times = [_seconds(name, size) for size in SIZES]
        row = " ".join(f"{1000 * time:>10.1f}" for time in times)
        growth = " ".join(f"×{later / before:.1f}" for before, later in pairwise(times))
        print(f"{name:<20}{row}   {growth}")


if __name__ == "__main__":
    main()
