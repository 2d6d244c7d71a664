"""The worked examples of the domain reference, §3, as share files: (name, request, cents in input order)."""

from typing import Any, NamedTuple

POPULATION = {"kind": "prorata", "weight": "population"}
ACTS = {"kind": "prorata", "weight": "acts"}
USERS = {"kind": "prorata", "weight": "users"}
UNITS = {"kind": "prorata", "weight": "units"}
A = {"id": "100000001", "name": "Valmont", "weights": {"population": 1240, "users": 3, "acts": 18, "units": 38}}
B = {"id": "100000002", "name": "Rochebrune", "weights": {"population": 8615, "users": 12, "acts": 410, "units": 402}}
C = {"id": "100000003", "name": "Grandval", "weights": {"population": 36512, "users": 41, "acts": 1905, "units": 940}}
D = {"id": "100000004", "name": "Montclair", "weights": {"population": 20400, "users": 9}}
ABC = [A, B, C]
POINTS = [
    {"below": 1000, "points": 1},
    {"below": 3500, "points": 2},
    {"below": 10000, "points": 5},
    {"below": 20000, "points": 10},
    {"below": None, "points": 20},
]
BRACKETS = {"kind": "brackets", "weight": "population", "points": POINTS}
MARGINAL = {
    "kind": "marginal",
    "weight": "population",
    "slices": [
        {"up_to": 1000, "rate_cents": "100"},
        {"up_to": 5000, "rate_cents": "60"},
        {"up_to": 20000, "rate_cents": "35"},
        {"up_to": None, "rate_cents": "20"},
    ],
}


def flat(*euros: int) -> dict[str, Any]:
    """The tariff of CDG 38 with these fees in euros."""
    limits = (1500, 5000, 10000, 20000, None)
    fees = [{"up_to": limit, "cents": fee * 100} for limit, fee in zip(limits, euros, strict=True)]
    return {"kind": "flat", "weight": "population", "fees": fees}


FIRST_YEAR, NEXT_YEARS = flat(52, 227, 524, 1049, 1748), flat(36, 158, 364, 727, 1212)


def people(*populations: int) -> list[dict[str, Any]]:
    """Members of these populations, ids in order."""
    return [
        {"id": f"{position:03d}", "name": f"Commune {position}", "weights": {"population": population}}
        for position, population in enumerate(populations)
    ]


def weighing(name: str, *weights: str) -> list[dict[str, Any]]:
    """A, B, C with one decimal weight each."""
    return [{**member, "weights": {name: weight}} for member, weight in zip(ABC, weights, strict=False)]


class Example(NamedTuple):
    """A share file and what it must give."""

    name: str
    request: dict[str, Any]
    cents: list[int]


def _example(
    name: str, total: int | None, members: list[dict[str, Any]], key: dict[str, Any], cents: list[int], **more: Any
) -> Example:
    return Example(name, {"total_cents": total, "participants": members, "key": key, **more}, cents)


def _discount(mode: str, percent: str) -> dict[str, str]:
    return {"id": C["id"], "percent": percent, "mode": mode}


def mixed(percent: str, fixed: dict[str, Any], variable: dict[str, Any]) -> dict[str, Any]:
    """A two-step key."""
    return {"kind": "mixed", "fixed_percent": percent, "fixed": fixed, "variable": variable}


def percents(*values: str) -> dict[str, Any]:
    """Voted percentages of A, B, C."""
    return {"kind": "percent", "percents": {member["id"]: value for member, value in zip(ABC, values, strict=False)}}


def capped(cents: int, *members: dict[str, Any]) -> list[dict[str, Any]]:
    """The members with this cap."""
    return [{**member, "cap_cents": cents} for member in members]


def floored(cents: int, *members: dict[str, Any]) -> list[dict[str, Any]]:
    """The members with this floor."""
    return [{**member, "floor_cents": cents} for member in members]


EQUAL = {"kind": "equal"}
BOUNDS = people(640, 1500, 1501, 8615, 36512)
SUBSIDY = {"rate_percent": "40", "eligible_cents": 12000000, "cap_cents": None}
WITH_D = [*ABC, D]

EXAMPLES = [
    _example("1a equal", 1000000, ABC, EQUAL, [333334, 333333, 333333]),
    _example("1b seven", 100, people(*[1] * 7), EQUAL, [15, 15, 14, 14, 14, 14, 14]),
    _example("2a population", 8640000, ABC, POPULATION, [231061, 1605314, 6803625]),
    _example("3a brackets", 3500000, people(640, 1240, 8615, 36512), BRACKETS, [125000, 250000, 625000, 2500000]),
    _example(
        "3b bounds of brackets",
        7600,
        people(999, 1000, 3499, 3500, 9999, 10000, 19999, 20000),
        BRACKETS,
        [138, 276, 276, 691, 691, 1382, 1382, 2764],
    ),
    _example(
        "K3b marginal",
        None,
        people(640, 1000, 1001, 5000, 8615, 20000, 36512),
        MARGINAL,
        [64000, 100000, 100060, 340000, 466525, 865000, 1195240],
    ),
    _example("4a first year", None, BOUNDS, FIRST_YEAR, [5200, 5200, 22700, 52400, 174800]),
    _example("4a next years", None, BOUNDS, NEXT_YEARS, [3600, 3600, 15800, 36400, 121200]),
    _example(
        "4b bounds",
        None,
        people(5000, 5001, 10000, 10001, 20000, 20001),
        FIRST_YEAR,
        [22700, 52400, 52400, 104900, 104900, 174800],
    ),
    _example("5a users", 2375000, WITH_D, USERS, [109615, 438462, 1498077, 328846]),
    _example(
        "5c weighted acts",
        2375000,
        weighing("weighted_acts", "18.0", "355.0", "1766.5"),
        {"kind": "prorata", "weight": "weighted_acts"},
        [19981, 394076, 1960943],
    ),
    _example("6a mixed", 12000001, ABC, mixed("50", POPULATION, ACTS), [206751, 2169239, 9624011]),
    _example("6 seventy/thirty", 12000001, ABC, mixed("70", POPULATION, ACTS), [252418, 2193384, 9554199]),
    _example("7 uncapped", 9000000, ABC, POPULATION, [240689, 1672202, 7087109]),
    _example("7a cap", 9000000, [A, B, *capped(5400000, C)], POPULATION, [452968, 3147032, 5400000]),
    _example("7b uncapped", 10000000, WITH_D, POPULATION, [185720, 1290308, 5468570, 3055402]),
    _example("7b two rounds", 10000000, capped(4000000, *WITH_D), POPULATION, [251649, 1748351, 4000000, 4000000]),
    _example("8a floor", 9000000, floored(300000, *ABC), POPULATION, [300000, 1660879, 7039121]),
    _example(
        "9a weight", 9000000, ABC, POPULATION, [261262, 1815136, 6923602], lead_discount=_discount("weight", "10")
    ),
    _example(
        "9b amount", 9000000, ABC, POPULATION, [329862, 2291740, 6378398], lead_discount=_discount("amount", "10")
    ),
    _example(
        "9c exemption, weight",
        9000000,
        ABC,
        POPULATION,
        [1132420, 7867580, 0],
        lead_discount=_discount("weight", "100"),
    ),
    _example(
        "9c exemption, amount",
        9000000,
        ABC,
        POPULATION,
        [1132420, 7867580, 0],
        lead_discount=_discount("amount", "100"),
    ),
    _example("10a subsidy", 15000000, ABC, POPULATION, [272780, 1895163, 8032057], subsidy=SUBSIDY),
    _example(
        "10 capped subsidy",
        13440000,
        ABC,
        POPULATION,
        [231061, 1605314, 6803625],
        subsidy={**SUBSIDY, "rate_percent": "60", "cap_cents": 4800000},
    ),
    _example("11a units", 6348000, ABC, UNITS, [174800, 1849200, 4324000]),
    _example("12a percent", 4321099, ABC, percents("60", "25", "15"), [2592659, 1080275, 648165]),
    _example("13 without newcomer", 6000000, ABC, POPULATION, [160459, 1114801, 4724740]),
    _example("13 with newcomer", 6000000, WITH_D, POPULATION, [111432, 774185, 3281142, 1833241]),
    _example("14 common costs", 336400, ABC, POPULATION, [8996, 62503, 264901]),
    _example("HT", 10000001, ABC, POPULATION, [267431, 1858003, 7874567]),
    _example("TTC shared at once", 12000001, ABC, POPULATION, [320918, 2229603, 9449480]),
    _example("credit note", -8640000, ABC, POPULATION, [-231061, -1605314, -6803625]),
    _example("10^13 cents, equal", 10**13, ABC, EQUAL, [3333333333334, 3333333333333, 3333333333333]),
    _example("zero", 0, ABC, POPULATION, [0, 0, 0]),
]
