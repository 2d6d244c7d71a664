"""The backward timetable against a calendar worked out by hand, and the laws that hold for any of them."""

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.planning import BodyPlan, Durations, Level, PlanningError, Request, Timetable, timetable
from projects.planning.plan import launch_day, timetable_for_amount
from projects.planning.steps import STEPS
from projects.planning.working_days import WorkCalendar

TODAY = dt.date(2025, 6, 2)
COUNCIL = dt.date(2025, 12, 8)
VALMONT = BodyPlan("a", "Valmont", dt.date(2026, 7, 14), council_dates=(COUNCIL, dt.date(2026, 2, 9)))
# By hand: 14 July 2026 is a holiday; the consultation spans the clock change of 29 March; the call spans August.
BY_HAND = {
    "call_open": "2025-07-04",  # 60 days, August left out
    "call_close": "2025-10-03",  # 45 days
    "convention_frozen": "2025-11-17",  # 21 days before the council
    "deliberation:a": "2025-12-08",  # the last council before 15 December
    "signatures": "2026-01-21",  # 5 days
    "constituted": "2026-01-26",  # 60 days
    "dce_ready": "2026-03-27",  # 5 days
    "publication": "2026-04-01",  # 35 days
    "offers": "2026-05-06",  # 42 days
    "award": "2026-06-17",  # 2 days
    "letters": "2026-06-19",  # 11 days, until 30 June
    "contract_signature": "2026-07-01",  # 2 days
    "notification": "2026-07-03",  # 10 days
    "switch:a": "2026-07-13",
}


def request(*bodies: BodyPlan, **options: object) -> Request:
    given_options: dict[str, object] = {"today": TODAY, "level": Level.FORMAL, "durations": Durations(deployment=10)}
    return Request(bodies, **{**given_options, **options})  # type: ignore[arg-type]


def dates(found: Timetable) -> dict[str, dt.date]:
    return {milestone.key: milestone.last_safe for milestone in found.milestones}


def test_the_timetable_worked_out_by_hand() -> None:
    found = timetable(request(VALMONT))
    assert {key: day.isoformat() for key, day in dates(found).items()} == BY_HAND
    assert found.feasible
    assert found.driver == "Valmont\u00a0: contrat jusqu'au 14 juillet 2026"
    assert found.get("call_open").driver == "Valmont\u00a0: séance du 8 décembre 2025"  # type: ignore[union-attr]


def test_the_first_possible_days_worked_out_by_hand() -> None:
    found = timetable(request(VALMONT))
    earliest = {milestone.key: milestone.earliest.isoformat() for milestone in found.milestones}
    assert earliest["call_close"] == "2025-09-01"  # 28 days of June, 31 of July, August left out, 1 of September
    assert earliest["deliberation:a"] == "2025-12-08"


def test_29_february_counts() -> None:
    found = dates(timetable(request(replace(VALMONT, contract_end=dt.date(2028, 3, 31)))))
    assert found["contract_signature"] == dt.date(2028, 3, 17)  # 21 March less 2 is a Sunday
    assert found["letters"] == dt.date(2028, 3, 3)  # 16 March less 11 is a Sunday
    assert found["award"] == dt.date(2028, 3, 1)
    assert found["offers"] == dt.date(2028, 1, 19)  # 42 days: 1 March, 29 days of February, 12 of January


def test_the_earliest_contract_end_drives_with_its_notice() -> None:
    grandval = BodyPlan("c", "Grandval", dt.date(2026, 10, 31), notice_months=6)
    found = timetable(request(VALMONT, grandval))
    # 30 April 2026 less 7 days by post, earlier than what 14 July asks for.
    assert dates(found)["notice:c"] == dates(found)["notification"] == dt.date(2026, 4, 23)
    assert found.driver == "Grandval\u00a0: préavis de 6 mois avant le 31 octobre 2026"
    free = timetable(request(VALMONT, grandval, durations=Durations(deployment=10, notify_before_notice=False)))
    assert free.driver.startswith("Valmont")


def test_a_council_without_known_date_is_said_and_leaves_room() -> None:
    found = timetable(request(VALMONT, BodyPlan("b", "Rochebrune", dt.date(2027, 12, 31))))
    deliberation, frozen = found.get("deliberation:b"), found.get("convention_frozen")
    assert deliberation
    assert frozen
    assert deliberation.driver == frozen.driver == "Rochebrune\u00a0: aucune séance connue"
    assert (deliberation.last_safe - frozen.last_safe).days >= 90 + 21
    assert any("Rochebrune" in warning for warning in found.warnings)


def test_a_calendar_that_stops_too_early_counts_as_unknown() -> None:
    found = timetable(request(replace(VALMONT, council_dates=(dt.date(2025, 6, 30),))))
    assert found.get("deliberation:a").driver.endswith("aucune séance connue")  # type: ignore[union-attr]


def test_a_council_known_in_august_is_kept_and_nothing_else_is_planned_then() -> None:
    august = BodyPlan("b", "Rochebrune", dt.date(2026, 4, 30), council_dates=(dt.date(2025, 8, 25),))
    found = dates(timetable(request(august, today=dt.date(2025, 1, 6))))
    assert found["deliberation:b"] == dt.date(2025, 8, 25)
    assert found["convention_frozen"].month == 7
    busy = Durations(deployment=10, quiet_months=())
    assert dates(timetable(request(august, durations=busy)))["convention_frozen"] == dt.date(2025, 8, 4)


def test_a_council_on_the_very_last_day_is_in_time() -> None:
    for council, used in (("2025-12-15", "2025-12-15"), ("2025-12-16", "2025-12-08")):
        both = (COUNCIL, dt.date.fromisoformat(council))
        found = dates(timetable(request(replace(VALMONT, council_dates=both))))
        assert found["deliberation:a"].isoformat() == used


def test_the_last_council_and_the_new_contract_hold_the_first_possible_days_back() -> None:
    early = BodyPlan("b", "Rochebrune", dt.date(2026, 12, 31), 3, (dt.date(2025, 11, 24),))
    found = timetable(request(VALMONT, early))
    first = {milestone.key: milestone.earliest for milestone in found.milestones}
    assert first["signatures"] == dt.date(2026, 1, 14)  # 8 December, the later of the two, and 37 days
    assert first["notice:b"] == first["notification"]
    free = timetable(request(VALMONT, early, durations=Durations(deployment=10, notify_before_notice=False)))
    assert free.get("notice:b").earliest == TODAY  # type: ignore[union-attr]


def test_a_body_that_decides_without_council_needs_no_session() -> None:
    found = timetable(request(replace(VALMONT, sits=False)))
    assert dates(found)["deliberation:a"] == dt.date(2025, 12, 15)
    assert [warning for warning in found.warnings if "Valmont" in warning] == []


def test_below_the_formal_level_there_is_no_standstill_and_quotes_have_their_own_words() -> None:
    adapted = timetable(request(VALMONT, level=Level.ADAPTED))
    assert adapted.get("letters") is None
    exempt = timetable(request(VALMONT, level=Level.EXEMPT))
    assert [exempt.get(key).label for key in ("publication", "offers")] == [  # type: ignore[union-attr]
        "Demande de devis",
        "Date limite des devis",
    ]


def test_the_prefect_comes_between_signature_and_notification() -> None:
    found = dates(timetable(request(VALMONT, legality_control=True)))
    assert found["contract_signature"] == dt.date(2026, 6, 18)  # 3 July less 15
    assert found["transmission"] == dt.date(2026, 7, 2)


def test_on_paper_the_standstill_is_five_days_longer() -> None:
    assert dates(timetable(request(VALMONT, electronic=False)))["letters"] == dt.date(2026, 6, 12)  # Sunday 14 June


def test_under_m1_each_member_signs_and_notifies() -> None:
    bodies = (VALMONT, BodyPlan("b", "Rochebrune", dt.date(2027, 7, 14)), BodyPlan("c", "Grandval"))
    found = dates(timetable(request(*bodies, mandate="M1", legality_control=True)))
    assert found["notification:b"] > found["notification:a"] == found["notification:c"]
    assert {"transmission:a", "transmission:b", "transmission:c"} <= set(found)
    assert "notification" not in found


def test_a_wanted_start_earlier_than_the_contract_end_drives() -> None:
    found = timetable(request(VALMONT, target=dt.date(2026, 6, 30)))
    assert found.driver == "Valmont\u00a0: mise en service souhaitée le 30 juin 2026"


def test_what_is_past_is_late_until_it_is_done() -> None:
    today = dt.date(2025, 12, 9)
    late = timetable(request(VALMONT, today=today))
    assert [milestone.key for milestone in late.milestones if milestone.late] == list(BY_HAND)[:4]
    assert not late.feasible
    done = {"call_open": "2025-06-30", "call_close": "2025-09-30", "convention_frozen": "2025-11-14"}
    real = {key: dt.date.fromisoformat(day) for key, day in {**done, "deliberation:a": "2025-12-08"}.items()}
    held = timetable(request(VALMONT, today=today, done=real))
    assert held.feasible
    assert held.get("call_open").done_on == dt.date(2025, 6, 30)  # type: ignore[union-attr]
    assert held.get("signatures").earliest == dt.date(2026, 1, 14)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("amount", "level", "control"),
    [(5_999_999, Level.EXEMPT, False), (6_000_000, Level.ADAPTED, False), (21_600_000, Level.FORMAL, True)],
)
def test_the_amount_and_the_launch_day_agree_on_the_procedure(amount: int, level: Level, control: bool) -> None:
    wanted = request(replace(VALMONT, contract_end=dt.date(2027, 7, 14)))
    found = timetable_for_amount(wanted, amount)
    assert dates(found) == dates(timetable(replace(wanted, level=level, legality_control=control)))
    assert launch_day(found, TODAY) == dates(found)["publication"]


def test_a_launch_on_the_day_of_change_takes_the_strictest_procedure_when_none_agrees() -> None:
    """218 000 €: light enough in 2025, too much in 2026; a lighter procedure would be launched after the change."""
    wanted = request(replace(VALMONT, contract_end=dt.date(2026, 4, 10)))
    found = timetable_for_amount(wanted, 21_800_000)
    assert dates(found)["publication"] < dt.date(2026, 1, 1)
    assert found.get("letters")


@pytest.mark.parametrize(
    ("build", "code"),
    [
        (lambda: request(), "no_participant"),
        (lambda: request(VALMONT, VALMONT), "duplicate_body"),
        (lambda: request(BodyPlan("b", "Rochebrune")), "no_end"),
        (lambda: request(replace(VALMONT, notice_months=-1)), "bad_duration"),
        (lambda: Durations(dce=-1), "bad_duration"),
        (lambda: Durations(quiet_months=tuple(range(1, 13))), "bad_duration"),
        (lambda: timetable(request(VALMONT, durations=Durations(offers=29))), "offers_too_short"),
    ],
)
def test_what_cannot_be_planned_is_refused(build: object, code: str) -> None:
    with pytest.raises(PlanningError) as caught:
        build()  # type: ignore[operator]
    assert caught.value.code == code


# Laws that hold for any timetable ----------------------------------------------------------------------------------
DAYS = st.dates(dt.date(2026, 1, 1), dt.date(2033, 12, 31))
BODIES = st.lists(
    st.builds(
        BodyPlan,
        id=st.uuids().map(str),
        name=st.just("Valmont"),
        contract_end=DAYS,
        notice_months=st.integers(0, 12),
        council_dates=st.lists(DAYS, max_size=6).map(tuple),
        sits=st.booleans(),
        department=st.sampled_from(["", "67", "972", "974", "38"]),
    ),
    min_size=1,
    max_size=4,
)
REQUESTS = st.builds(
    Request,
    bodies=BODIES.map(tuple),
    today=DAYS,
    level=st.sampled_from(Level),
    mandate=st.sampled_from(["M1", "M2", "M3"]),
    legality_control=st.booleans(),
    electronic=st.booleans(),
    durations=st.builds(
        Durations,
        signing=st.integers(0, 60),
        dce=st.integers(0, 120),
        legality=st.integers(0, 20),
        deployment=st.integers(0, 200),
        quiet_months=st.sampled_from([(), (8,), (7, 8), (8, 12)]),
        notify_before_notice=st.booleans(),
    ),
)
COMMON = [step.code for step in STEPS if step.code not in ("notice", "switch")]


@given(REQUESTS)
def test_a_step_never_comes_after_the_next_one(wanted: Request) -> None:
    found = timetable(wanted)
    assert [m.last_safe for m in found.milestones] == sorted(m.last_safe for m in found.milestones)
    for body in wanted.bodies:
        chain = [day for code in COMMON if (day := _of(found, code, body.id))]
        assert chain == sorted(chain)
        assert chain[-1] <= _of(found, "switch", body.id, chain[-1])
        if wanted.durations.notify_before_notice:
            assert chain[-1] <= _of(found, "notice", body.id, chain[-1])


def _of(found: Timetable, code: str, body_id: str, default: dt.date | None = None) -> dt.date:
    milestone = found.get(f"{code}:{body_id}") or found.get(code)
    return milestone.last_safe if milestone else default  # type: ignore[return-value]


@given(REQUESTS)
def test_no_date_of_ours_is_a_day_off_or_in_august(wanted: Request) -> None:
    calendar: WorkCalendar = wanted.calendar
    councils = {day for body in wanted.bodies for day in body.council_dates}
    for milestone in timetable(wanted).milestones:
        if milestone.code == "deliberation" and milestone.last_safe in councils:
            continue  # a council sits when it sits
        assert calendar.is_working(milestone.last_safe)
        if milestone.code not in ("transmission", "notice", "switch"):  # those have a legal or contractual limit
            assert not calendar.is_quiet(milestone.last_safe)


@given(REQUESTS, st.integers(0, 3), st.integers(0, 800))
def test_an_earlier_contract_end_never_gives_a_later_date(wanted: Request, which: int, days: int) -> None:
    bodies = list(wanted.bodies)
    body = bodies[which % len(bodies)]
    assert body.contract_end
    bodies[which % len(bodies)] = replace(body, contract_end=body.contract_end - dt.timedelta(days))
    before, after = dates(timetable(wanted)), dates(timetable(replace(wanted, bodies=tuple(bodies))))
    assert before.keys() == after.keys()
    assert {key for key in before if after[key] > before[key]} == set()


@given(REQUESTS)
def test_a_call_opened_on_its_last_safe_day_can_still_hold_everything(wanted: Request) -> None:
    found = timetable(wanted)
    # A council known only after its limit cannot be in time: what is held then is another council, not known yet.
    dated = [body for body in wanted.bodies if body.sits and body.council_dates]
    if all("séance du" in found.get(f"deliberation:{body.id}").driver for body in dated):  # type: ignore[union-attr]
        started = timetable(replace(wanted, today=dates(found)["call_open"]))
        assert dates(started) == dates(found)
        # A notice may be due before the call when nobody waits for the new contract to give it.
        chained = [m for m in started.milestones if wanted.durations.notify_before_notice or m.code != "notice"]
        assert {m.key: m.slack_days for m in chained if m.slack_days < 0 or m.late or m.at_risk} == {}


@given(REQUESTS)
def test_the_legal_periods_are_whole(wanted: Request) -> None:
    found = timetable(wanted)
    day = dates(found)
    minimum = 30 if wanted.level == Level.FORMAL else 10
    assert (day["offers"] - day["publication"]).days >= minimum
    for key, signed in day.items():
        if key.startswith("contract_signature"):
            if wanted.level == Level.FORMAL:
                assert (signed - day["letters"]).days > wanted.standstill_days
            sent = day.get(key.replace("contract_signature", "transmission"), signed)
            assert 0 <= (sent - signed).days <= 15


@given(REQUESTS)
def test_members_in_another_order_give_the_same_dates(wanted: Request) -> None:
    turned = replace(wanted, bodies=wanted.bodies[::-1])
    assert dates(timetable(turned)) == dates(timetable(wanted))


def test_what_is_left_to_do_is_never_possible_before_today() -> None:
    """A step done long ago does not make the next one possible in the past, nor a council that is over."""
    today = dt.date(2026, 3, 2)
    done = {
        "call_open": dt.date(2025, 6, 2),
        "call_close": dt.date(2025, 9, 1),
        "convention_frozen": dt.date(2025, 9, 15),
    }
    found = timetable(request(VALMONT, today=today, done=done))
    earliest = {milestone.key: milestone.earliest for milestone in found.milestones}
    assert earliest["call_open"] == dt.date(2025, 6, 2)
    assert earliest["deliberation:a"] == today  # 8 December and 9 February are past
    assert min(day for key, day in earliest.items() if key not in done) == today
    assert not found.feasible
