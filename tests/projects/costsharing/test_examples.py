"""Every worked example of the domain reference, §3, to the cent."""

from fractions import Fraction

import pytest

from projects.costsharing import (
    Member,
    SharingError,
    adjustment,
    calls,
    concours_ceiling,
    depreciated_fee,
    dues,
    instalments,
    key_from_json,
    ordered_cents,
    retroactive_fee,
    split,
    vat_shares,
    weighted_acts,
)
from projects.costsharing.base import SharedKey
from tests.projects.costsharing.examples import BOUNDS, EXAMPLES, FIRST_YEAR, NEXT_YEARS, POPULATION, Example
from tests.projects.costsharing.makers import cents, shared

A = Member("100000001", "Valmont", {"population": 1240})
B = Member("100000002", "Rochebrune", {"population": 8615})
C = Member("100000003", "Grandval", {"population": 36512})
D = Member("100000004", "Montclair", {"population": 20400})
KEY = key_from_json(POPULATION)
assert isinstance(KEY, SharedKey)
SHARED_KEY: SharedKey = KEY
IDS = [A.id, B.id, C.id]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_the_worked_example_comes_out_to_the_cent(example: Example) -> None:
    result = shared(example.request)
    assert cents(result) == example.cents
    assert [share.id for share in result.shares] == [member["id"] for member in example.request["participants"]]
    assert result.shared_cents == sum(example.cents) == result.total_cents - result.subsidy_cents
    assert example.request["total_cents"] in (None, result.total_cents)


@pytest.mark.parametrize(("tariff", "euros"), [(FIRST_YEAR, 2603), (NEXT_YEARS, 1806)])
def test_the_sum_of_a_tariff_is_reported(tariff: dict[str, object], euros: int) -> None:
    result = shared({"total_cents": None, "participants": BOUNDS, "key": tariff})
    assert (result.total_cents, result.subsidy_cents, result.shared_cents) == (euros * 100, 0, euros * 100)


def test_four_years_of_the_flat_tariff() -> None:
    years = [
        cents(shared({"total_cents": None, "participants": BOUNDS, "key": key})) for key in (FIRST_YEAR, NEXT_YEARS)
    ]
    assert [first + 3 * later for first, later in zip(*years, strict=True)] == [16000, 16000, 70100, 161600, 538400]


def test_the_subsidy_is_reported() -> None:
    example = next(example for example in EXAMPLES if example.name == "10a subsidy")
    result = shared(example.request)
    assert (result.total_cents, result.subsidy_cents, result.shared_cents) == (15000000, 4800000, 10200000)


def test_a_smaller_subsidy_in_the_end_calls_the_difference() -> None:
    assert adjustment([272780, 1895163], [280000, 1895000]) == [7220, -163]


def test_vat_follows_the_ht_shares_of_the_line() -> None:
    ht = [267431, 1858003, 7874567]
    vat = vat_shares(ht, Fraction(20), IDS)
    assert [net + tax for net, tax in zip(ht, vat, strict=True)] == [320917, 2229604, 9449480]
    assert sum(vat) == 2000000
    assert vat_shares([-share for share in ht], Fraction(20), IDS) == [-tax for tax in vat]


@pytest.mark.parametrize(
    ("ht", "percent", "expected"),
    [
        ([0, 0], "20", [0, 0]),
        ([1, 1], "20", [0, 0]),
        ([2, 1], "20", [1, 0]),
        ([5, 5], "5", [1, 0]),
        ([0, -5], "20", [0, -1]),
        ([], "20", []),
    ],
)
def test_vat_of_small_lines_is_half_up_and_goes_to_the_larger_share(
    ht: list[int], percent: str, expected: list[int]
) -> None:
    assert vat_shares(ht, Fraction(percent), ["a", "b"][: len(ht)]) == expected


@pytest.mark.parametrize(("ht", "percent"), [([1, -1], "20"), ([1, 1], "-1")])
def test_vat_of_both_signs_or_of_a_negative_rate_is_refused(ht: list[int], percent: str) -> None:
    with pytest.raises(SharingError, match=r"signe|négatif"):
        vat_shares(ht, Fraction(percent), ["a", "b"])


def test_a_newcomer_under_the_retroactive_key() -> None:
    entry = retroactive_fee(6000000, [A, B, C], D, SHARED_KEY)
    assert entry.fee_cents == 1833241
    assert entry.refunds == (49027, 340616, 1443598)
    assert sum(entry.refunds) == entry.fee_cents


@pytest.mark.parametrize(
    ("months", "fee", "refunds"),
    [
        (0, 1833241, (49027, 340616, 1443598)),
        (24, 1099945, (29416, 204370, 866159)),
        (60, 0, (0, 0, 0)),
        (61, 0, (0, 0, 0)),
    ],
)
def test_a_newcomer_under_linear_depreciation(months: int, fee: int, refunds: tuple[int, ...]) -> None:
    entry = depreciated_fee(6000000, [A, B, C], D, SHARED_KEY, elapsed_months=months)
    assert (entry.fee_cents, entry.refunds) == (fee, refunds)


def test_the_book_value_is_half_up_to_the_cent() -> None:
    alone, guest = Member("a", "A", {}), Member("b", "B", {})
    equal = key_from_json({"kind": "equal"})
    assert isinstance(equal, SharedKey)
    assert depreciated_fee(61, [alone], guest, equal, elapsed_months=30).fee_cents == 15  # 30.5 → 31 → 16 and 15
    assert depreciated_fee(0, [alone], guest, equal, elapsed_months=30).refunds == (0,)
    assert depreciated_fee(9, [alone], guest, equal, elapsed_months=0, life_months=1).fee_cents == 4
    assert depreciated_fee(100, [alone], guest, equal, elapsed_months=5, life_months=10).fee_cents == 25


def test_who_paid_nothing_gets_nothing_back() -> None:
    nobody = Member("0", "Hameau", {"population": 0})
    assert depreciated_fee(600, [nobody, A], D, SHARED_KEY, elapsed_months=30).refunds == (0, 283)


def test_a_newcomer_with_percentages_voted_again() -> None:
    before = key_from_json({"kind": "percent", "percents": {A.id: "60", B.id: "40"}})
    after = key_from_json({"kind": "percent", "percents": {A.id: "40", B.id: "40", D.id: "20"}})
    assert isinstance(before, SharedKey)
    assert isinstance(after, SharedKey)
    assert retroactive_fee(1000, [A, B], D, before, key_after=after).refunds == (200, 0)
    entry = depreciated_fee(1000, [A, B], D, before, elapsed_months=30, key_after=after)
    assert (entry.fee_cents, entry.refunds) == (100, (60, 40))


@pytest.mark.parametrize(("total", "months", "life"), [(-1, 0, 60), (1, -1, 60), (1, 0, 0)])
def test_an_impossible_entry_is_refused(total: int, months: int, life: int) -> None:
    with pytest.raises(SharingError, match=r"durée|avoir"):
        depreciated_fee(total, [A, B], D, SHARED_KEY, elapsed_months=months, life_months=life)


def test_own_orders_and_common_costs() -> None:
    prices = [84000, 72000, 65000, 4550]
    quantities = {A.id: [1, 2, 1, 3], B.id: [1, 6, 3, 12], C.id: [1, 15, 8, 41]}
    due = dues([A, B, C], quantities, prices, 336400, KEY)
    assert [(one.own_cents, one.common_cents, one.cents) for one in due] == [
        (306650, 8996, 315646),
        (765600, 62503, 828103),
        (1870550, 264901, 2135451),
    ]
    assert sum(one.cents for one in due) == 3279200


def test_half_a_day_is_ordered_half_up() -> None:
    assert ordered_cents([Fraction(1, 2), 1, 0, 5], [1, 10, 7, 0]) == 11


@pytest.mark.parametrize(("quantities", "prices"), [([1], [1, 2]), ([-1], [1]), ([1], [-1]), ([0.5], [1])])
def test_an_impossible_order_is_refused(quantities: list[int], prices: list[int]) -> None:
    with pytest.raises(SharingError, match="quantité"):
        ordered_cents(quantities, prices)


def test_a_member_without_order_list_is_refused() -> None:
    with pytest.raises(SharingError, match="Rochebrune"):
        dues([A, B], {A.id: [1]}, [1], 100, KEY)


@pytest.mark.parametrize(
    ("cost", "subsidies", "ceiling"), [(10000000, 3000000, 3500000), (8765433, 1234500, 3765466), (0, 0, 0), (5, 5, 0)]
)
def test_the_ceiling_of_fonds_de_concours(cost: int, subsidies: int, ceiling: int) -> None:
    assert concours_ceiling(cost, subsidies) == ceiling


@pytest.mark.parametrize(("cost", "subsidies"), [(-1, 0), (1, -1), (1, 2)])
def test_a_ceiling_on_contradictory_amounts_is_refused(cost: int, subsidies: int) -> None:
    with pytest.raises(SharingError):
        concours_ceiling(cost, subsidies)


COEFFICIENTS = {
    "birth": Fraction(1),
    "marriage": Fraction(3, 2),
    "death": Fraction("0.7"),
    "recognition": Fraction("0.5"),
}


@pytest.mark.parametrize(
    ("counts", "expected"),
    [((2, 6, 10, 0), "18.0"), ((160, 40, 150, 60), "355.0"), ((1100, 160, 520, 125), "1766.5")],
)
def test_weighted_acts(counts: tuple[int, ...], expected: str) -> None:
    assert weighted_acts(dict(zip(COEFFICIENTS, counts, strict=True)), COEFFICIENTS) == Fraction(expected)


@pytest.mark.parametrize("counts", [{"birth": -1}, {"adoption": 1}, {"birth": 0.5}])
def test_acts_that_cannot_be_weighed_are_refused(counts: dict[str, int]) -> None:
    with pytest.raises(SharingError, match="acte"):
        weighted_acts(counts, COEFFICIENTS)


def test_a_coefficient_below_zero_is_refused() -> None:
    with pytest.raises(SharingError):
        weighted_acts({"birth": 1}, {"birth": Fraction(-1)})


@pytest.mark.parametrize(
    ("share", "percents", "calls"),
    [
        (1000, ["30", "30", "40"], [300, 300, 400]),
        (100, ["50", "50"], [50, 50]),
        (101, ["50", "50"], [51, 50]),
        (101, ["25", "25", "50"], [25, 25, 51]),
        (10, ["33.3", "33.3", "33.4"], [3, 3, 4]),
        (-101, ["50", "50"], [-51, -50]),
        (0, ["100"], [0]),
        (7, ["0", "100"], [0, 7]),
    ],
)
def test_calls_for_funds_sum_to_the_share(share: int, percents: list[str], calls: list[int]) -> None:
    assert instalments(share, [Fraction(percent) for percent in percents]) == calls


@pytest.mark.parametrize(
    ("percents", "code"), [(["50"], "percent_sum"), ([], "percent_sum"), (["150", "-50"], "bad_input")]
)
def test_calls_that_are_not_all_of_the_share_are_refused(percents: list[str], code: str) -> None:
    with pytest.raises(SharingError) as caught:
        instalments(100, [Fraction(percent) for percent in percents])
    assert caught.value.code == code


def test_ten_calls_of_equal_size_are_served_by_date() -> None:
    assert instalments(103, [Fraction(10)] * 10) == [11, 11, 11, 10, 10, 10, 10, 10, 10, 10]
    assert instalments(11, [Fraction(100, 12)] * 12) == [1] * 11 + [0]


def test_a_table_of_calls_gives_each_cent_to_the_largest_fraction() -> None:
    halves = [Fraction(50), Fraction(50)]
    assert calls({"A": 1, "B": 1}, halves) == {"A": [1, 0], "B": [0, 1]}  # two calls of one cent
    assert calls({"A": 1, "B": 3}, halves) == {"A": [0, 1], "B": [2, 1]}  # equal fractions: the larger share first
    assert calls({"A": 100_01, "B": 0}, [Fraction(40), Fraction(60)]) == {"A": [40_00, 60_01], "B": [0, 0]}
    thirds = [Fraction(40), Fraction(30), Fraction(30)]
    assert calls({"B": 1, "C": 1}, thirds) == {"B": [1, 0, 0], "C": [0, 1, 0]}  # 0,4 of a cent is served before 0,3
    assert calls({"B": 2, "C": 2}, thirds) == {"B": [1, 1, 0], "C": [1, 0, 1]}  # one cent to a fraction, not two
    assert calls({}, halves) == {}


def test_a_share_below_zero_cannot_be_called() -> None:
    with pytest.raises(SharingError) as caught:
        calls({"A": 5, "B": -1}, [Fraction(100)])
    assert (caught.value.code, caught.value.message) == ("bad_input", "une part à appeler ne peut pas être négative.")


@pytest.mark.parametrize("total", [None, 1.0, "100", True])
def test_an_amount_that_is_not_whole_cents_is_refused(total: int | None) -> None:
    with pytest.raises(SharingError, match="total_cents"):
        split(total, [A, B], KEY)
