"""What a finance officer reads, and can redo on a calculator."""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest

from projects.costsharing import key_from_json
from projects.costsharing.french import decimal_text, euros, exact_euros, number
from tests.projects.costsharing.examples import (
    ABC,
    ACTS,
    BRACKETS,
    EQUAL,
    FIRST_YEAR,
    MARGINAL,
    POPULATION,
    SUBSIDY,
    A,
    B,
    C,
    capped,
    floored,
    mixed,
    people,
    percents,
)
from tests.projects.costsharing.makers import shared

LEAD = {"id": C["id"], "percent": "10"}
ON_AMOUNT = {**LEAD, "mode": "amount"}


def plain(text: str) -> str:
    """With ordinary spaces, so that the tables below can be read."""
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def told(total: int | None, members: list[dict[str, Any]], key: dict[str, Any], **more: Any) -> list[str]:
    result = shared({"total_cents": total, "participants": members, "key": key, **more})
    return [plain(share.explanation) for share in result.shares]


EXPLAINED: list[tuple[Callable[[], str], str]] = [  # said in the test itself: mutants come after the collection
    (
        lambda: told(8640000, ABC, POPULATION)[0],
        "1 240 hab. sur 46 367 : 86 400,00 € × 1 240 / 46 367 = 2 310,6088… €, arrondi au plus fort reste à 2 310,61 €",
    ),
    (lambda: told(300, ABC, EQUAL)[0], "1 part sur 3 : 3,00 € × 1 / 3 = 1,00 €"),
    (
        lambda: told(3500000, [A, B, C], BRACKETS)[2],
        "36 512 hab. valent 20 points sur 27 : 35 000,00 € × 20 / 27 = 25 925,9259… €, "
        "arrondi au plus fort reste à 25 925,93 €",
    ),
    (lambda: told(100, people(1, 5000), BRACKETS)[0][:34], "1 hab. valent 1 point sur 6 : 1,00"),
    (
        lambda: told(4321099, ABC, percents("60", "25", "15"))[2],
        "15 % sur 100 : 43 210,99 € × 15 / 100 = 6 481,6485 €, arrondi au plus fort reste à 6 481,65 €",
    ),
    (
        lambda: told(9000000, [A, B, *capped(5400000, C)], POPULATION)[2],
        "36 512 hab., au même taux que les participants sans borne atteinte : (90 000,00 € − 54 000,00 € dus aux "
        "planchers et plafonds) × 36 512 / 9 855 = 133 377,1689… €, ramené au plafond de 54 000,00 €",
    ),
    (
        lambda: told(9000000, floored(300000, *ABC), POPULATION)[0],
        "1 240 hab., au même taux que les participants sans borne atteinte : (90 000,00 € − 3 000,00 € dus aux "
        "planchers et plafonds) × 1 240 / 45 127 = 2 390,5865… €, relevé au plancher de 3 000,00 €",
    ),
    (lambda: told(300, capped(100, *people(1, 1, 1)), POPULATION)[1], "1 hab. : ramené au plafond de 1,00 €"),
    (lambda: told(300, [C, *people(0)], POPULATION)[1], "0 hab. : rien à payer"),
    (lambda: told(300, [C, *floored(100, *people(0))], POPULATION)[1], "0 hab. : plancher de 1,00 €"),
    (
        lambda: told(9000000, ABC, POPULATION, lead_discount={**LEAD, "mode": "weight"})[2],
        "32 860,8 hab. (remise de 10 % déduite) sur 42 715,8 : 90 000,00 € × 32 860,8 / 42 715,8 = 69 236,0203… €, "
        "arrondi au plus fort reste à 69 236,02 €",
    ),
    (
        lambda: told(9000000, ABC, POPULATION, lead_discount=ON_AMOUNT)[2],
        "36 512 hab. sur 46 367 : 90 000,00 € × 36 512 / 46 367 = 70 871,0936… €, arrondi au plus fort reste à "
        "70 871,09 € ; remise de 10 % : 70 871,09 € × 90 / 100 = 63 783,9810 €, arrondi à 63 783,98 €",
    ),
    (
        lambda: told(9000000, ABC, POPULATION, lead_discount=ON_AMOUNT)[0],
        "1 240 hab. sur 9 855 : (90 000,00 € − 63 783,98 € payés par Grandval) × 1 240 / 9 855 = 3 298,6164… €, "
        "arrondi au plus fort reste à 3 298,62 €",
    ),
    (
        lambda: told(9000000, [A, B, *floored(7000000, C)], POPULATION, lead_discount=ON_AMOUNT)[2].partition("= 63")[
            2
        ],
        " 783,9810 €, arrondi à 63 783,98 € ; relevé au plancher de 70 000,00 €",
    ),
    (
        lambda: told(12000001, ABC, mixed("50", POPULATION, ACTS))[0],
        "part fixe de 60 000,01 € : 1 240 hab. sur 46 367 : 60 000,01 € × 1 240 / 46 367 = 1 604,5897… €, arrondi au "
        "plus fort reste à 1 604,59 € ; part variable de 60 000,00 € : 18 actes sur 2 333 : 60 000,00 € × 18 / 2 333 "
        "= 462,9232… €, arrondi au plus fort reste à 462,92 € ; total 2 067,51 €",
    ),
    (
        lambda: told(100, ABC, mixed("50", EQUAL, EQUAL), lead_discount={**LEAD, "percent": "100", "mode": "amount"})[
            0
        ],
        "reste à partager 1,00 € − 0,00 € payés par Grandval ; part fixe de 0,50 € : 1 part sur 2 : 0,50 € × 1 / 2 = "
        "0,25 € ; part variable de 0,50 € : 1 part sur 2 : 0,50 € × 1 / 2 = 0,25 € ; total 0,50 €",
    ),
    (
        lambda: told(-100, ABC, EQUAL)[0],
        "1 part sur 3 : 1,00 € × 1 / 3 = 0,3333… €, arrondi au plus fort reste à 0,34 € ; avoir : −0,34 €",
    ),
    (
        lambda: told(None, ABC, MARGINAL)[1],
        "8 615 hab. : 1 000 × 1,00 € + 4 000 × 0,60 € + 3 615 × 0,35 € = 4 665,25 €",
    ),
    (
        lambda: told(None, people(10), {**MARGINAL, "slices": [{"up_to": None, "rate_cents": "0.125"}]})[0],
        "10 hab. : 10 × 0,00125 € = 0,0125 €, arrondi à 0,01 €",
    ),
    (lambda: told(None, people(0), MARGINAL)[0], "0 hab. : 0 = 0,00 €"),
    (lambda: told(None, ABC, FIRST_YEAR)[1], "8 615 hab., tranche jusqu'à 10 000 hab. : forfait = 524,00 €"),
    (lambda: told(None, ABC, FIRST_YEAR)[2], "36 512 hab., dernière tranche : forfait = 1 748,00 €"),
    (
        lambda: told(100, [{**A, "weights": {"Go": "1.5"}}], {"kind": "prorata", "weight": "Go"})[0][:21],
        "1,5 « Go » sur 1,5 : ",
    ),
]


@pytest.mark.parametrize(("say", "expected"), EXPLAINED, ids=range(len(EXPLAINED)))
def test_a_share_is_explained_with_its_figures(say: Callable[[], str], expected: str) -> None:
    assert say() == expected


def test_numbers_carry_the_no_break_spaces_of_french() -> None:
    (said,) = (
        share.explanation for share in shared({"total_cents": 120000, "participants": [A], "key": POPULATION}).shares
    )
    assert said == (
        "1\u202f240 hab. sur 1\u202f240\u00a0: 1\u202f200,00\u00a0€ × 1\u202f240 / 1\u202f240 = 1\u202f200,00\u00a0€"
    )


def trace(total: int, members: list[dict[str, Any]], key: dict[str, Any], **more: Any) -> list[str]:
    result = shared({"total_cents": total, "participants": members, "key": key, **more})
    return [plain(line) for line in result.trace]


def test_the_trace_tells_the_order_of_operations() -> None:
    assert trace(15000000, ABC, POPULATION, subsidy=SUBSIDY) == [
        "Montant : 150 000,00 €.",
        "Subvention : 40 % de 120 000,00 € = 48 000,00 €, déduite avant le partage.",
        "Reste à partager : 102 000,00 €.",
        "Partage au prorata de la population.",
        "1 centime restant attribué à Rochebrune (reste 0,5078 centime).",
        "Total des parts : 102 000,00 €.",
    ]


@pytest.mark.parametrize(
    ("request_", "line"),
    [
        ({"participants": capped(5400000, *ABC)}, "Plafonds atteints : Grandval (54 000,00 €)."),
        ({"participants": floored(300000, *ABC)}, "Planchers appliqués : Valmont (3 000,00 €)."),
        (
            {"subsidy": {**SUBSIDY, "cap_cents": 100}},
            "Subvention : 40 % de 120 000,00 €, plafonnée à 1,00 € = 1,00 €, déduite avant le partage.",
        ),
        ({"total_cents": -1}, "Avoir : le montant est partagé en valeur absolue, puis chaque part change de signe."),
        ({"total_cents": -1}, "Total des parts : −0,01 €."),
        ({"total_cents": 46367}, "Aucun centime restant : les parts tombent juste ou sont à leur borne."),
        (
            {"total_cents": 8640000},
            "2 centimes restants attribués à Grandval (reste 0,9919 centime), Valmont (reste 0,8838 centime).",
        ),
        ({"lead_discount": {**LEAD, "mode": "weight"}}, "Remise de 10 % sur le poids de Grandval."),
        (
            {"lead_discount": {**LEAD, "mode": "amount"}},
            "Remise de 10 % sur la part de Grandval : 70 871,09 € ramenés à 63 783,98 € ; 26 216,02 € partagés entre "
            "les autres.",
        ),
        (
            {"total_cents": 12000001, "key": mixed("50", POPULATION, ACTS)},
            "Part variable de 60 000,00 € : 1 centime restant attribué à Rochebrune (reste 0,3480 centime).",
        ),
        ({"total_cents": None, "key": FIRST_YEAR}, "Somme des montants : 2 324,00 €."),
    ],
    ids=range(11),
)
def test_the_trace_says(request_: dict[str, Any], line: str) -> None:
    result = shared({"total_cents": 9000000, "participants": ABC, "key": POPULATION, **request_})
    assert line in [plain(told) for told in result.trace]


def test_a_long_list_of_cents_is_counted() -> None:
    line = trace(51, people(*[1] * 52), EQUAL)[-2]
    assert line.startswith("51 centimes restants attribués à Commune 0 (reste 0,9807 centime), Commune 1")
    assert line.endswith("Commune 49 (reste 0,9807 centime) et 1 de plus.")
    assert "de plus" not in trace(50, people(*[1] * 51), EQUAL)[-2]


@pytest.mark.parametrize(
    ("key", "label"),
    [
        (EQUAL, "à parts égales"),
        (POPULATION, "au prorata de la population"),
        ({"kind": "prorata", "weight": "Go"}, "au prorata du poids « Go »"),
        (BRACKETS, "par points selon les tranches de la population"),
        (percents("60", "25", "15"), "selon les pourcentages votés"),
        (mixed("70", POPULATION, ACTS), "70 % au prorata de la population, 30 % au prorata du nombre d'actes"),
        (MARGINAL, "au tarif par tranches de la population"),
        (FIRST_YEAR, "au forfait selon les tranches de la population"),
    ],
)
def test_a_key_has_a_short_name_and_a_rule(key: dict[str, Any], label: str) -> None:
    made = key_from_json(key)
    assert plain(made.label) == label
    rounding = "arrondis chacun au centime le plus proche" if made.kind in ("marginal", "flat") else "plus fort reste"
    assert rounding in plain(made.rule)
    assert plain(made.rule).count("Arrondi") <= 1


@pytest.mark.parametrize(
    ("key", "sentence"),
    [
        (
            BRACKETS,
            "Chaque participant paie en proportion de ses points, selon les tranches de la population (moins de 1 000 "
            "hab. : 1 ; moins de 3 500 hab. : 2 ; moins de 10 000 hab. : 5 ; moins de 20 000 hab. : 10 ; au-delà : 20)",
        ),
        (
            mixed("70", EQUAL, POPULATION),
            "Part fixe : 70 % du montant, arrondie au centime le plus proche. Chaque participant paie la même part. "
            "Part variable : le reste. Chaque participant paie en proportion de la population. Chaque part est "
            "répartie au centime, puis les deux sont ajoutées.",
        ),
        (
            MARGINAL,
            "Au tarif par tranches de la population (jusqu'à 1 000 hab. : 1,00 € l'unité ; jusqu'à 5 000 hab. : 0,60 € "
            "l'unité ; jusqu'à 20 000 hab. : 0,35 € l'unité ; au-delà : 0,20 € l'unité).",
        ),
        (
            {**FIRST_YEAR, "fees": FIRST_YEAR["fees"][:1]},
            "Au forfait selon les tranches de la population (jusqu'à 1 500 hab. : 52,00 €).",
        ),
    ],
)
def test_the_rule_holds_the_scale(key: dict[str, Any], sentence: str) -> None:
    assert plain(key_from_json(key).rule).startswith(sentence)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Fraction(0), "0"),
        (Fraction(1, 3), "1/3"),
        (Fraction(10000, 3), "10 000/3"),
        (Fraction(-5, 4), "−1,25"),
        (Fraction("1234567.8"), "1 234 567,8"),
        (Fraction("0.05"), "0,05"),
        (-12, "−12"),
    ],
)
def test_a_number_is_written_exactly(value: Fraction, expected: str) -> None:
    assert plain(number(value)) == expected


@pytest.mark.parametrize(("cents", "expected"), [(0, "0,00 €"), (-5, "−0,05 €"), (10**15, "10 000 000 000 000,00 €")])
def test_an_amount_is_written_in_euros(cents: int, expected: str) -> None:
    assert plain(euros(cents)) == expected


@pytest.mark.parametrize(
    ("cents", "expected"),
    [
        (Fraction(100), "1,00 €"),
        (Fraction("100.5"), "1,0050 €"),
        (Fraction("100.55"), "1,0055 €"),
        (Fraction("100.555"), "1,0055… €"),
        (Fraction(1, 1000), "0,0000… €"),
    ],
)
def test_an_exact_amount_shows_that_decimals_follow(cents: Fraction, expected: str) -> None:
    assert plain(exact_euros(cents)) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Fraction("-0.5"), "-0.5"),
        (Fraction(0), "0"),
        (Fraction(7), "7"),
        (Fraction("12.040"), "12.04"),
        (Fraction(1, 7), None),
    ],
)
def test_a_decimal_is_written_for_json(value: Fraction, expected: str | None) -> None:
    assert decimal_text(value) == expected


WEIGHTS: list[tuple[dict[str, Any], list[Fraction]]] = [
    ({}, [Fraction(1240), Fraction(8615), Fraction(36512)]),
    ({"key": BRACKETS}, [Fraction(2), Fraction(5), Fraction(20)]),
    ({"key": percents("60", "25", "15")}, [Fraction(60), Fraction(25), Fraction(15)]),
    ({"key": FIRST_YEAR, "total_cents": None}, [Fraction(1240), Fraction(8615), Fraction(36512)]),
    ({"lead_discount": {**LEAD, "mode": "weight"}}, [Fraction(1240), Fraction(8615), Fraction("32860.8")]),
    ({"lead_discount": {**LEAD, "mode": "amount"}}, [Fraction(1240), Fraction(8615), Fraction(36512)]),
    ({"key": mixed("40", EQUAL, percents("60", "25", "15"))}, [Fraction(148, 3), Fraction(85, 3), Fraction(67, 3)]),
    ({"key": mixed("40", EQUAL, EQUAL), "total_cents": 0}, [Fraction(0)] * 3),
]


@pytest.mark.parametrize(("request_", "weights"), WEIGHTS, ids=range(len(WEIGHTS)))
def test_a_share_carries_its_weight_under_the_key(request_: dict[str, Any], weights: list[Fraction]) -> None:
    result = shared({"total_cents": 9000000, "participants": ABC, "key": POPULATION, **request_})
    assert [share.weight for share in result.shares] == weights


def test_a_part_nobody_left_weighs_in_adds_nothing() -> None:
    members = [{**A, "weights": {"v": 0}}, {**C, "weights": {"v": 1}}]
    key = mixed("100", EQUAL, {"kind": "prorata", "weight": "v"})
    discount = {**LEAD, "mode": "amount"}
    result = shared({"total_cents": 100, "participants": members, "key": key, "lead_discount": discount})
    assert [(share.cents, share.weight) for share in result.shares] == [(55, 100), (45, 50)]


def test_a_share_of_nothing_is_no_credit_note() -> None:
    assert told(0, [A], POPULATION) == ["1 240 hab. sur 1 240 : 0,00 € × 1 240 / 1 240 = 0,00 €"]
