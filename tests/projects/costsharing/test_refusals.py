"""Every refusal, with its code, its place and what is missing; through the share file, the edge that must hold."""

import json
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import pytest

from projects.costsharing import LeadDiscount, Member, SharingError, Subsidy, key_from_json, split
from projects.costsharing.base import exact_text
from projects.costsharing.keys import Percent
from projects.pooling.share_file import MAX_BYTES, NotJson, parse_share
from tests.projects.costsharing.examples import (
    ABC,
    BRACKETS,
    EQUAL,
    FIRST_YEAR,
    MARGINAL,
    POPULATION,
    A,
    B,
    C,
    capped,
    floored,
    mixed,
    people,
    percents,
)
from tests.projects.costsharing.makers import cents, refusal, shared

REQUEST: dict[str, Any] = {"total_cents": 9000000, "participants": ABC, "key": POPULATION}
SUBSIDY = {"rate_percent": "40", "eligible_cents": 100}
LEAD = {"id": C["id"], "percent": "10", "mode": "weight"}


def asked(**changes: Any) -> dict[str, Any]:
    return {**REQUEST, **changes}


def weighted(weight: Any) -> list[dict[str, Any]]:
    return [A, {**B, "weights": {"population": weight}}]


def scale(kind: str, *limits: Any) -> dict[str, Any]:
    name, limit, value, content = {
        "brackets": ("points", "below", "points", 1),
        "marginal": ("slices", "up_to", "rate_cents", "1"),
        "flat": ("fees", "up_to", "cents", 1),
    }[kind]
    return {"kind": kind, "weight": "population", name: [{limit: end, value: content} for end in limits]}


MISSING = [
    ("no_participant", asked(participants=[]), None),
    ("zero_weight", asked(participants=people(0, 0)), None),
    ("zero_weight", asked(participants=people(0, 0), total_cents=0), None),
    ("zero_weight", asked(participants=people(0), lead_discount=None), None),
    ("zero_weight", asked(participants=[C], lead_discount={**LEAD, "percent": "100"}), None),
    ("zero_weight", asked(participants=people(0, 0), key=mixed("50", EQUAL, POPULATION)), None),
    ("zero_weight", asked(participants=people(0, 0), key=mixed("0", POPULATION, EQUAL)), None),
    ("zero_weight", asked(participants=floored(100, *people(0, 0)), total_cents=200), None),
    (
        "zero_weight",
        asked(participants=[C, *people(0)], total_cents=10, lead_discount={**LEAD, "mode": "amount"}),
        None,
    ),
    ("no_participant", asked(participants=[C], total_cents=100, lead_discount={**LEAD, "mode": "amount"}), 10),
    ("percent_sum", asked(key=percents("33.33", "33.33", "33.33")), None),
    ("percent_sum", asked(key=percents("60", "25", "15.000001")), None),
    ("uncovered", asked(participants=capped(2999999, *ABC)), 3),
    ("uncovered", asked(participants=[*capped(100, A, B), *capped(200, *people(0))], total_cents=1000), 800),
    ("uncovered", asked(participants=[*capped(100, A, B), *floored(50, *people(0))], total_cents=1000), 750),
    ("uncovered", asked(participants=[*capped(2, *ABC)], total_cents=7), 1),
    (
        "uncovered",
        asked(participants=[C, *capped(0, A, B)], lead_discount={**LEAD, "mode": "amount"}),
        900000,
    ),
    ("over_committed", asked(participants=floored(3000001, *ABC)), 3),
    ("over_committed", asked(participants=[A, *floored(1, *people(0))], total_cents=0), 1),
    ("over_committed", asked(participants=floored(50, *ABC), total_cents=-149), 1),
    ("tariff_gap", asked(total_cents=None, key=scale("flat", 1000, 8615)), None),
    ("tariff_gap", asked(total_cents=None, key=scale("marginal", 1000, 36511)), None),
]


@pytest.mark.parametrize(("code", "request_", "missing"), MISSING)
def test_what_cannot_be_shared_is_refused_and_says_how_much_is_missing(
    code: str, request_: dict[str, Any], missing: int | None
) -> None:
    error = refusal(request_)
    assert (error.code, error.missing_cents) == (code, missing)
    assert str(error) == error.message
    assert error.message.endswith((".", "%."))


BAD = [
    # the file
    ("fichier", {"participants": ABC, "key": POPULATION}),
    ("fichier", {"total_cents": 1, "key": POPULATION}),
    ("fichier", {"total_cents": 1, "participants": ABC}),
    ("« extra »", asked(extra=1)),
    # the total
    *[("total_cents", asked(total_cents=value)) for value in (None, "9000000", 1.5, 1.0, True, [], 10**30, -(10**30))],
    # the participants
    ("participants", asked(participants={})),
    ("participants[0]", asked(participants=["A"])),
    ("participants[0]", asked(participants=[{"name": "A"}])),
    ("participants[0]", asked(participants=[{"id": "A"}])),
    ("participants[1]", asked(participants=[A, {**B, "siren": "1"}])),
    *[("participants[0].id", asked(participants=[{**A, "id": value}])) for value in ("", " ", 1, None)],
    *[("participants[0].name", asked(participants=[{**A, "name": value}])) for value in ("", 1, None)],
    ("« 100000001 »", asked(participants=[A, A])),
    ("participants[0].weights", asked(participants=[{**A, "weights": None}])),
    *[
        ("participants[1].weights.population", asked(participants=weighted(value)))
        for value in (-1, "-1", 1.5, True, None, "1,5", "1e3", "", " 1", "1 ", "1.", ".5", "٣", "0x1", "1_0", [], {})
    ],
    *[("participants[1].weights.population", asked(participants=weighted(value))) for value in (10**30, "1" * 31)],
    ("« population »", asked(participants=[A, {**B, "weights": {}}])),
    ("« population »", asked(participants=[A, {"id": "x", "name": "X"}])),
    *[
        (f"participants[0].{bound}", asked(participants=[{**A, bound: value}]))
        for bound in ("floor_cents", "cap_cents")
        for value in (-1, 1.0, "1", True, 10**30)
    ],
    ("participants[0]", asked(participants=[{**A, "floor_cents": 2, "cap_cents": 1}])),
    # the key
    ("key", asked(key=None)),
    ("key", asked(key=[])),
    ("key", asked(key={})),
    *[("key.kind", asked(key={"kind": kind})) for kind in ("median", None, 1, [], "")],
    ("key", asked(key={**EQUAL, "weight": "population"})),
    ("key", asked(key={"kind": "prorata"})),
    *[
        ("key", asked(key={**key, "year": 2023}, total_cents=total))
        for key, total in (
            (POPULATION, 100),
            (BRACKETS, 100),
            ({"kind": "percent", "percents": {A["id"]: "100"}}, 100),
            (mixed("50", EQUAL, POPULATION), 100),
            (MARGINAL, None),
            (FIRST_YEAR, None),
        )
    ],
    *[
        ("key.weight", asked(key={**key, "weight": 1}, total_cents=total))
        for key, total in ((BRACKETS, 100), (MARGINAL, None), (FIRST_YEAR, None))
    ],
    *[("key.weight", asked(key={"kind": "prorata", "weight": value})) for value in ("", None, 1)],
    # percentages
    ("key.percents", asked(key={"kind": "percent", "percents": []})),
    *[
        (f"key.percents.{A['id']}", asked(key={"kind": "percent", "percents": {A["id"]: value}}))
        for value in (60, 60.0, "-1", "60 %", None)
    ],
    ("« nobody »", asked(key={"kind": "percent", "percents": {A["id"]: "60", B["id"]: "40", "nobody": "0"}})),
    ("Grandval", asked(key={"kind": "percent", "percents": {A["id"]: "60", B["id"]: "40"}})),
    # mixed
    *[("key.fixed_percent", asked(key=mixed(value, EQUAL, POPULATION))) for value in ("-1", "", None)],  # type: ignore[arg-type]
    ("fixed_percent", asked(key=mixed("100.01", EQUAL, POPULATION))),
    ("key.fixed", asked(key=mixed("50", {"kind": "median"}, EQUAL))),
    ("key.fixed", asked(key=mixed("50", mixed("50", EQUAL, EQUAL), EQUAL))),
    ("key.variable", asked(key=mixed("50", EQUAL, FIRST_YEAR))),
    ("key.variable", asked(key=mixed("50", EQUAL, MARGINAL))),
    ("mixte", asked(participants=[{**A, "cap_cents": 9000000}, B, C], key=mixed("50", EQUAL, POPULATION))),
    ("mixte", asked(participants=[{**A, "floor_cents": 0}, B, C], key=mixed("50", EQUAL, POPULATION))),
    # scales
    *[
        (f"key.{name}", asked(total_cents=total, key=scale(kind, *limits)))
        for kind, name, total in (("brackets", "points", 100), ("marginal", "slices", None), ("flat", "fees", None))
        for limits in ((), (None, None), (None, 10), (10, 10, None), (10, 9, None), (-1, None), (1.5, None))
    ],
    ("Grandval", asked(key=scale("brackets", 1000, 36512))),
    ("key.points", asked(key={**BRACKETS, "points": {}})),
    ("key.points[0]", asked(key={**BRACKETS, "points": [{"below": 1000}]})),
    ("key.points[0].points", asked(key={**BRACKETS, "points": [{"below": None, "points": -1}]})),
    ("key.slices[0].rate_cents", asked(total_cents=None, key={**MARGINAL, "slices": [{"up_to": 1, "rate_cents": 1}]})),
    (
        "key.slices[0].rate_cents",
        asked(total_cents=None, key={**MARGINAL, "slices": [{"up_to": 1, "rate_cents": "-1"}]}),
    ),
    ("key.fees[0].cents", asked(total_cents=None, key={**FIRST_YEAR, "fees": [{"up_to": 1, "cents": -1}]})),
    ("key.fees[0].cents", asked(total_cents=None, key={**FIRST_YEAR, "fees": [{"up_to": 1, "cents": "1"}]})),
    # tariffs
    ("total_cents", asked(key=MARGINAL)),
    ("total_cents", asked(key=FIRST_YEAR, total_cents=0)),
    ("tarif", asked(key=MARGINAL, total_cents=None, participants=[*capped(1, A), B])),
    ("tarif", asked(key=FIRST_YEAR, total_cents=None, participants=floored(0, A))),
    ("subsidy", asked(key=MARGINAL, total_cents=None, subsidy=SUBSIDY)),
    ("lead_discount", asked(key=FIRST_YEAR, total_cents=None, lead_discount=LEAD)),
    # subsidy
    ("subsidy", asked(subsidy=[])),
    ("subsidy", asked(subsidy={"rate_percent": "40"})),
    ("subsidy", asked(subsidy={**SUBSIDY, "payer": "État"})),
    *[("subsidy.rate_percent", asked(subsidy={**SUBSIDY, "rate_percent": value})) for value in ("-1", 40, None)],
    ("rate_percent", asked(subsidy={**SUBSIDY, "rate_percent": "100.01"})),
    *[
        ("subsidy.eligible_cents", asked(subsidy={**SUBSIDY, "eligible_cents": value}))
        for value in (-1, "1", None, 0.5)
    ],
    ("subsidy.cap_cents", asked(subsidy={**SUBSIDY, "cap_cents": -1})),
    ("dépasse le coût", asked(total_cents=39, subsidy=SUBSIDY)),
    ("dépasse le coût", asked(total_cents=0, subsidy={"rate_percent": "100", "eligible_cents": 1})),
    ("avoir", asked(total_cents=-100, subsidy=SUBSIDY)),
    # lead discount
    ("lead_discount", asked(lead_discount=10)),
    ("lead_discount", asked(lead_discount={"id": C["id"], "percent": "10"})),
    ("lead_discount.id", asked(lead_discount={**LEAD, "id": "999"})),
    *[("lead_discount.percent", asked(lead_discount={**LEAD, "percent": value})) for value in ("-1", 10, None)],
    ("percent", asked(lead_discount={**LEAD, "percent": "100.01"})),
    *[("lead_discount", asked(lead_discount={**LEAD, "mode": value})) for value in ("exemption", None, [], 1)],
]


@pytest.mark.parametrize(("place", "request_"), BAD)
def test_bad_input_is_refused_in_french_and_names_its_place(place: str, request_: dict[str, Any]) -> None:
    error = refusal(request_)
    assert (error.code, error.missing_cents) == ("bad_input", None)
    assert place in error.message.replace("\u00a0", " ")


GOOD: list[tuple[str, Mapping[str, Any]]] = [
    ("a tariff may leave the total out", {"participants": ABC, "key": MARGINAL}),
    ("null options are none", asked(subsidy=None, lead_discount=None)),
    ("equal shares need no weights", asked(participants=[{"id": "a", "name": "A"}], key=EQUAL)),
    ("a decimal weight", asked(participants=weighted("0." + "0" * 29 + "1"))),
    ("the largest number", asked(participants=weighted(10**30 - 1), total_cents=10**30 - 1)),
    (
        "a first slice of nothing, for nothing",
        asked(
            total_cents=None,
            key={**FIRST_YEAR, "fees": [{"up_to": 0, "cents": 0}, {"up_to": None, "cents": 100}]},
        ),
    ),
    ("a subsidy of all of it", asked(total_cents=40, subsidy=SUBSIDY)),
    ("a subsidy of nothing on a credit note", asked(total_cents=-40, subsidy={**SUBSIDY, "rate_percent": "0"})),
    ("a floor equal to its cap", asked(participants=[{**A, "floor_cents": 5, "cap_cents": 5}, B])),
    ("percentages with decimals", asked(key=percents("33.33", "33.33", "33.34"))),
    ("a percentage of zero", asked(key=percents("0", "0", "100"))),
    ("all points in one bracket", asked(key=scale("brackets", None))),
    ("a scale that ends where the largest stands", asked(key=scale("flat", 36512), total_cents=None)),
    ("a lone lead without discount", asked(participants=[C], lead_discount={**LEAD, "percent": "0", "mode": "amount"})),
]


@pytest.mark.parametrize("request_", [pytest.param(request, id=name) for name, request in GOOD])
def test_what_is_unusual_but_sound_is_shared(request_: dict[str, Any]) -> None:
    result = shared(request_)
    assert sum(cents(result)) == result.shared_cents


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "JSON"),
        (b"{", "JSON"),
        (b"{'total_cents': 1}", "JSON"),
        (b"[1, NaN]", "NaN"),
        (b"[Infinity]", "Infinity"),
        (b"\xff\xfe{}", "UTF-8"),
        (b"[" * 100_000, "niveaux"),
        (b'{"a":' * 100_000, "niveaux"),
        (b" " * (MAX_BYTES + 1), "trop gros"),
    ],
    ids=range(9),
)
def test_what_is_not_json_is_told_apart(content: bytes, reason: str) -> None:
    with pytest.raises(NotJson, match=reason):
        parse_share(content)


@pytest.mark.parametrize(
    ("content", "place"),
    [
        (b"[]", "fichier"),
        (b"null", "fichier"),
        (b"1", "fichier"),
        (b'{"total_cents": 1, "total_cents": 2}', "« total_cents »"),
        (b'{"total_cents": ' + b"9" * 1_000_000 + b', "participants": [], "key": {"kind": "equal"}}', "total_cents"),
        (b'{"total_cents": 1e400, "participants": [], "key": {"kind": "equal"}}', "total_cents"),
        (b'{"total_cents": 1, "participants": [], "key": {"kind": 1.5}}', "« 1.5 »"),
    ],
)
def test_json_that_is_no_share_file_is_bad_input(content: bytes, place: str) -> None:
    with pytest.raises(SharingError) as caught:
        parse_share(content)
    assert caught.value.code == "bad_input"
    assert place in caught.value.message.replace("\u00a0", " ")
    assert len(caught.value.message) < 300


def test_a_byte_order_mark_is_skipped() -> None:
    assert cents(parse_share(b"\xef\xbb\xbf" + json.dumps(REQUEST).encode()).result()) == [240689, 1672202, 7087109]


def test_the_caps_that_would_close_the_gap_are_named() -> None:
    message = refusal(asked(participants=capped(2999999, *ABC))).message.replace("\u202f", " ").replace("\u00a0", " ")
    assert "il manque 0,03 €" in message
    assert "celui de Grandval de 29 999,99 € à 30 000,02 € ou celui de Rochebrune" in message
    assert "autre" not in message


@pytest.mark.parametrize(("length", "said"), [(60, "« " + "x" * 60 + " »"), (61, "« " + "x" * 60 + "… »")])
def test_a_foreign_text_is_cut_at_sixty_characters(length: int, said: str) -> None:
    message = refusal(asked(key={"kind": "x" * length})).message
    assert f"clé inconnue {said} ;" in message.replace("\u00a0", " ")


def test_the_place_of_a_percentage_is_cut_at_forty_characters() -> None:
    found = refusal(asked(key={"kind": "percent", "percents": {"x" * 50: "-1"}}))
    assert "key.percents." + "x" * 40 + " " in found.message.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("count", "said"),
    [(1, "Relever le plafond suffit"), (5, "Commune 0"), (6, " € (ou l'autre)."), (7, " € (ou l'un des 2 autres).")],
)
def test_many_caps_are_counted(count: int, said: str) -> None:
    message = refusal(asked(participants=capped(1, *people(*[7] * count)))).message
    assert said in message.replace("\u00a0", " ")
    assert message.count("celui de") == min(count, 5)


@pytest.mark.parametrize(
    "build",
    [
        lambda: Member("a", "A", {"w": 0.5}),  # type: ignore[dict-item]
        lambda: Member("a", "A", {"w": True}),
        lambda: Member("a", "A", {"w": -1}),
        lambda: Member("a", "A", {}, floor_cents=0.5),  # type: ignore[arg-type]
        lambda: Member("a", "A", {}, cap_cents=-1),
        lambda: Member("a", "A", {}, cap_cents=True),
        lambda: Subsidy(0.4, 100),  # type: ignore[arg-type]
        lambda: Subsidy(Fraction(40), 0.5),  # type: ignore[arg-type]
        lambda: Subsidy(Fraction(40), 100, -1),
        lambda: LeadDiscount("a", 0.1, "weight"),  # type: ignore[arg-type]
        lambda: LeadDiscount("a", Fraction(-1), "weight"),
        lambda: Percent({"a": Fraction(150), "b": Fraction(-50)}),
        lambda: key_from_json(None),  # type: ignore[arg-type]
    ],
)
def test_values_built_in_code_are_checked_too(build: Any) -> None:
    with pytest.raises(SharingError) as caught:
        build()
    assert caught.value.code == "bad_input"


def test_only_a_sharing_key_can_split() -> None:
    with pytest.raises(TypeError, match=r"^not a sharing key: "):
        split(1, [Member("a", "A", {})], "equal")  # type: ignore[arg-type]


def test_a_fraction_without_end_is_not_written_as_a_decimal() -> None:
    with pytest.raises(SharingError) as refusal:
        exact_text(Fraction(1, 3))
    assert refusal.value.message.endswith("1/3 ne s'écrit pas avec un nombre fini de décimales.")
