"""Every threshold to the cent and to the day of change."""

import datetime as dt
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.planning import TABLE, Buyer, Kind, Level, PlanningError, change_of_level, launch_note, procedure_for

SUPPLIES, WORKS = Kind.SUPPLIES_SERVICES, Kind.WORKS
LOCAL, STATE, ENTITY = Buyer.LOCAL, Buyer.STATE, Buyer.ENTITY
EXEMPT, ADAPTED, PUBLISHED, FORMAL = Level
# Days on either side of each change: 1 January 2026 (EU), 1 April 2026 (exemption).
BEFORE = ("2024-01-01", "2025-12-31")
BETWEEN = ("2026-01-01", "2026-03-31")
SINCE = ("2026-04-01", "2027-12-31")
BOUNDS = [  # days, kind, buyer, bound in euros, level below, level from
    (BEFORE + BETWEEN, SUPPLIES, LOCAL, 40_000, EXEMPT, ADAPTED),
    (SINCE, SUPPLIES, LOCAL, 60_000, EXEMPT, ADAPTED),
    (SINCE, SUPPLIES, STATE, 60_000, EXEMPT, ADAPTED),
    (BEFORE + BETWEEN + SINCE, SUPPLIES, LOCAL, 90_000, ADAPTED, PUBLISHED),
    (BEFORE + BETWEEN + SINCE, SUPPLIES, STATE, 90_000, ADAPTED, PUBLISHED),
    (BEFORE, SUPPLIES, LOCAL, 221_000, PUBLISHED, FORMAL),
    (BETWEEN + SINCE, SUPPLIES, LOCAL, 216_000, PUBLISHED, FORMAL),
    (BEFORE, SUPPLIES, STATE, 143_000, PUBLISHED, FORMAL),
    (BETWEEN + SINCE, SUPPLIES, STATE, 140_000, PUBLISHED, FORMAL),
    (BEFORE, SUPPLIES, ENTITY, 443_000, PUBLISHED, FORMAL),
    (BETWEEN + SINCE, SUPPLIES, ENTITY, 432_000, PUBLISHED, FORMAL),
    (BEFORE + BETWEEN + SINCE, WORKS, LOCAL, 100_000, EXEMPT, PUBLISHED),
    (BEFORE, WORKS, LOCAL, 5_538_000, PUBLISHED, FORMAL),
    (BETWEEN + SINCE, WORKS, LOCAL, 5_404_000, PUBLISHED, FORMAL),
    (BETWEEN + SINCE, WORKS, STATE, 5_404_000, PUBLISHED, FORMAL),
]
CASES = [(day, *rest) for days, *rest in BOUNDS for day in days]


@pytest.mark.parametrize(("day", "kind", "buyer", "bound", "below", "at"), CASES)
def test_a_bound_holds_to_the_cent(day: str, kind: Kind, buyer: Buyer, bound: int, below: Level, at: Level) -> None:
    launch = dt.date.fromisoformat(day)
    under = procedure_for(bound * 100 - 1, launch, kind, buyer)
    assert (under.level, under.next_bound_cents, under.room_cents) == (below, bound * 100, 0)
    assert procedure_for(bound * 100, launch, kind, buyer).level == at
    assert under.warning == ""


@pytest.mark.parametrize(
    ("amount", "eve", "level_on_eve", "level_on_day"),
    [
        (50_000, "2026-03-31", ADAPTED, EXEMPT),
        (218_000, "2025-12-31", PUBLISHED, FORMAL),
    ],
)
def test_the_day_of_launch_decides(amount: int, eve: str, level_on_eve: Level, level_on_day: Level) -> None:
    day = dt.date.fromisoformat(eve)
    assert procedure_for(amount * 100, day).level == level_on_eve
    assert procedure_for(amount * 100, day + dt.timedelta(1)).level == level_on_day


@pytest.mark.parametrize(("day", "bound"), [("2025-12-31", 221_000), ("2026-01-01", 216_000)])
@pytest.mark.parametrize(("kind", "buyer"), [(SUPPLIES, LOCAL), (WORKS, LOCAL), (SUPPLIES, ENTITY)])
def test_the_prefect_receives_contracts_from_one_bound_whatever_is_bought(
    day: str, bound: int, kind: Kind, buyer: Buyer
) -> None:
    launch = dt.date.fromisoformat(day)
    assert not procedure_for(bound * 100 - 1, launch, kind, buyer).legality_control
    assert procedure_for(bound * 100, launch, kind, buyer).legality_control
    assert not procedure_for(bound * 100, launch, kind, STATE).legality_control


def test_essential_data_from_40_000_euros_even_when_exempt() -> None:
    launch = dt.date(2026, 5, 4)
    assert [procedure_for(cents, launch).essential_data for cents in (3_999_999, 4_000_000)] == [False, True]
    assert procedure_for(4_000_000, launch).level == EXEMPT


def test_only_a_formal_procedure_has_a_legal_minimum_and_a_committee() -> None:
    launch = dt.date(2026, 5, 4)
    found = [procedure_for(euros * 100, launch) for euros in (1, 60_000, 90_000, 216_000)]
    assert [(a.minimum_days, a.minimum_is_legal, a.committee) for a in found] == [
        (10, False, False),
        (20, False, False),
        (20, False, False),
        (30, True, True),
    ]


def test_a_formal_advice_reads_in_french() -> None:
    advice = procedure_for(21_600_000, dt.date(2026, 5, 4))
    assert advice.label == "Procédure formalisée (en principe un appel d'offres ouvert)"
    assert advice.article == "articles L.\u00a02124-1 et R.\u00a02124-1 du code de la commande publique"
    assert any("216\u202f000\u00a0€ HT ou plus" in note for note in advice.notes)
    assert advice.next_bound_cents is advice.room_cents is None


@pytest.mark.parametrize(
    ("day", "words"), [("2028-01-01", "ne sont pas encore connus"), ("2023-12-31", "Seuils d'avant")]
)
def test_outside_the_table_the_nearest_line_is_used_and_it_says_so(day: str, words: str) -> None:
    launch = dt.date.fromisoformat(day)
    assert words in procedure_for(21_600_000, launch).warning
    assert words in launch_note(launch)
    assert procedure_for(21_600_000, launch).level == (FORMAL if launch.year > 2027 else PUBLISHED)


def test_the_table_leaves_no_day_out() -> None:
    for row, following in pairwise(TABLE):
        assert following.starts == row.ends + dt.timedelta(1)
    assert launch_note(dt.date(2026, 4, 1)) == "Seuils en vigueur du 1er avril 2026 au 31 décembre 2027."


def test_a_new_member_that_changes_the_procedure_is_told() -> None:
    launch = dt.date(2026, 5, 4)
    before, after = procedure_for(21_599_999, launch), procedure_for(21_600_000, launch)
    assert change_of_level(before, before, "Avec Valmont") == ""
    assert change_of_level(before, after, "Avec Valmont").startswith("Avec Valmont, la procédure change\u00a0: ")


def test_a_negative_need_is_refused() -> None:
    with pytest.raises(PlanningError) as caught:
        procedure_for(-1, dt.date(2026, 5, 4))
    assert caught.value.code == "negative_amount"


@given(
    st.integers(0, 10**13),
    st.integers(0, 10**9),
    st.dates(dt.date(2024, 1, 1), dt.date(2029, 12, 31)),
    st.sampled_from(Kind),
    st.sampled_from(Buyer),
)
def test_more_money_never_means_a_lighter_procedure(
    amount: int, more: int, launch: dt.date, kind: Kind, buyer: Buyer
) -> None:
    ranks = list(Level)
    now, then = procedure_for(amount, launch, kind, buyer), procedure_for(amount + more, launch, kind, buyer)
    assert ranks.index(now.level) <= ranks.index(then.level)
    if now.room_cents is not None:
        assert procedure_for(amount + now.room_cents, launch, kind, buyer).level == now.level
        assert procedure_for(amount + now.room_cents + 1, launch, kind, buyer).level != now.level
