"""The timetable on the page, in the agenda and in the drawing; the procedure; who may know what; the route aid."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
from icalendar import Calendar

from procurement import clock
from procurement.access import Actor
from procurement.models import Role
from procurement.money import euros
from projects.actions.calendars import record_calendar
from projects.models import Council, Event, Participation, Project
from projects.planning import QUESTIONS
from projects.timetable.rows import LEFT, RESERVED, RIGHT
from tests.house.browser import Browser
from tests.makers import coordinator_of, declare, holder, make_body, make_project, make_steward, member

pytestmark = pytest.mark.django_db
NEW_YEAR = dt.date(2026, 1, 5)
# Worked out by hand from the durations of planning.steps: 300 000 €, so a formal procedure and the legality control.
BY_HAND = {
    "call_close": "2026-04-30",  # 45 days before 15 June is 1 May, a holiday
    "convention_frozen": "2026-06-15",  # 21 days before the first of the two councils
    "deliberation:B": "2026-07-06",  # B does not sit again before 7 September
    "deliberation:A": "2026-09-07",  # 37 days before 14 October: A sits on that very day
    "signatures": "2026-10-14",  # 5 days
    "constituted": "2026-10-19",  # 60 days before 18 December, over the clock change of 25 October
    "dce_ready": "2026-12-18",  # 5 days before 24 December is a Saturday
    "publication": "2026-12-24",  # 35 days before 29 January is Christmas Day
    "offers": "2027-01-29",  # 42 days
    "award": "2027-03-12",  # 2 days before 15 March is a Saturday
    "letters": "2027-03-15",  # 11 days before 26 March: the 29th is Easter Monday, the clocks change on the 28th
    "contract_signature": "2027-03-30",  # 15 days for the prefect
    "transmission": "2027-04-13",  # the day before
    "notification": "2027-04-14",  # 90 days before 13 July
    "switch:A": "2027-07-13",  # the contract ends on 14 July, a holiday
    "switch:B": "2027-12-31",
}


def two_towns(day: dt.date = NEW_YEAR, *others: str) -> tuple[Project, Participation, Participation]:
    """A call of A (which leads) and B, whose contracts end on 14 July and 31 December 2027; and of `others`."""
    with clock.at(day):
        project = make_project("call", bodies=[make_body(name) for name in ("A", "B", *others)])
        rows = list(project.participations.select_related("body", "project").order_by("id"))
        for row in rows:
            declare(row, 150_000_00)
        first, second = rows[:2]
        plan(first, dt.date(2027, 7, 14), councils=[dt.date(2026, 9, 7), dt.date(2026, 12, 7)])
        plan(second, dt.date(2027, 12, 31), councils=[dt.date(2026, 7, 6)])
    return Project.objects.get(pk=project.pk), first, second


def plan(row: Participation, end: dt.date | None, *, councils: Any = (), notice: int | None = None) -> None:
    record_calendar(
        row, actor=holder(row.body), contract_end=end, notice_months=notice, by_delegation=False, councils=councils
    )


def named(project: Project, key: str) -> str:
    """`switch:12` → `switch:A`."""
    code, _, body = key.partition(":")
    return f"{code}:{project.participations.get(body_id=int(body)).body.name}" if body else code


def see(browser: Browser, actor: Actor, address: str) -> Any:
    response = browser.sign_in(actor.user).get(address)  # type: ignore[arg-type]
    assert response.status_code == 200
    return response


def plain(response: Any) -> str:
    text: str = response.content.decode()
    return text.replace("\u202f", " ").replace("\u00a0", " ").replace("&nbsp;", " ").replace("&#x27;", "'")


def calendar_of(project: Project) -> str:
    return f"/projets/{project.reference}/calendrier/"


def agenda_of(project: Project) -> str:
    return f"/projets/{project.reference}/calendrier.ics"


# The dates ------------------------------------------------------------------------------------------------------------
def test_the_page_and_the_agenda_give_the_dates_worked_out_by_hand(browser: Browser) -> None:
    project, _, _ = two_towns()
    with clock.at(NEW_YEAR):
        response = see(browser, coordinator_of(project), calendar_of(project))
        agenda = Calendar.from_ical(see(browser, coordinator_of(project), agenda_of(project)).content)
    rows = response.context["rows"]
    found = {named(project, row.key): row.last_safe.isoformat() for row in rows if not row.done_on}
    assert found == BY_HAND
    page = plain(response)
    for day in ("30 avril 2026", "24 décembre 2026", "15 mars 2027", "13 juillet 2027"):
        assert f'<td data-label="Dernier jour sûr">{day}</td>' in page
    assert "fait le 5 janvier 2026" in page  # the call is open
    exported = {
        named(project, re.sub(r"^P-2026-\d+-|@cordee$", "", str(event["uid"])).replace("-", ":")): event["dtstart"].dt
        for event in agenda.walk("VEVENT")
        if "rappel" not in str(event["uid"])
    }
    assert {key: day.isoformat() for key, day in exported.items()} == BY_HAND


def test_29_february_and_its_notice(browser: Browser) -> None:
    project, first, _ = two_towns()
    with clock.at(NEW_YEAR):
        plan(first, dt.date(2028, 2, 29), councils=[dt.date(2026, 9, 7)], notice=3)
        Participation.objects.exclude(pk=first.pk).update(contract_end=None)
        response = see(browser, coordinator_of(project), calendar_of(project))
    found = {named(project, row.key): row.last_safe.isoformat() for row in response.context["rows"]}
    assert found["switch:A"] == "2028-02-29"
    assert found["notice:A"] == found["notification"] == "2027-11-22"  # 29 November less 7 days by post
    assert found["contract_signature"] == "2027-11-05"  # 15 days before is a Sunday
    assert "préavis de 3 mois avant le 29 février 2028" in plain(response)


def test_what_is_late_is_said_with_the_day_it_becomes_possible(browser: Browser) -> None:
    project, _, _ = two_towns()
    with clock.at(dt.date(2026, 12, 28)):
        response = see(browser, coordinator_of(project), calendar_of(project))
    late = {named(project, row.key): row.status for row in response.context["late"]}
    assert late["publication"] == late["call_close"] == "late"
    assert late["switch:A"] == "at_risk"
    assert "dernier jour sûr passé, le 24 décembre 2026" in plain(response)
    assert "en retard ou intenables" in plain(response)


def test_the_wanted_start_is_enough_to_plan_backwards(browser: Browser) -> None:
    project = make_project()
    assert "rien à planifier à rebours" in plain(see(browser, coordinator_of(project), calendar_of(project)))
    empty = Calendar.from_ical(see(browser, coordinator_of(project), agenda_of(project)).content)
    assert not empty.walk("VEVENT")
    Project.objects.filter(pk=project.pk).update(service_on=dt.date(2029, 1, 8))
    assert "mise en service souhaitée le 8 janvier 2029" in plain(see(browser, member(), calendar_of(project)))


def test_the_contract_end_of_a_pooled_need_is_used_until_the_body_says_otherwise(browser: Browser) -> None:
    project = make_project()
    need = project.needs.get(body=project.lead_body)
    type(need).objects.filter(pk=need.pk).update(contract_end=dt.date(2030, 6, 28))
    page = plain(see(browser, coordinator_of(project), calendar_of(project)))
    assert "contrat jusqu'au 28 juin 2030" in page


def test_what_has_happened_is_done_and_what_is_undone_no_longer_is(browser: Browser) -> None:
    project = make_project("constituted", service_on=clock.today() + dt.timedelta(days=900))
    response = see(browser, coordinator_of(project), calendar_of(project))
    done = {row.key.partition(":")[0] for row in response.context["rows"] if row.done_on}
    assert done == {"call_open", "call_close", "convention_frozen", "deliberation", "signatures", "constituted"}
    reopened = make_project("agreement", frozen=True, service_on=clock.today() + dt.timedelta(days=900))
    browser.sign_in(reopened.coordinator)
    answer = browser.submit(f"/projets/{reopened.reference}/etape/reopen_call/", {"note": "un de plus"})
    assert answer.status_code == 302
    response = see(browser, coordinator_of(reopened), calendar_of(reopened))
    assert {row.key for row in response.context["rows"] if row.done_on} == {"call_open"}


def test_an_abandoned_project_has_nothing_to_plan(browser: Browser) -> None:
    project = make_project("abandoned", service_on=dt.date(2030, 1, 1))
    assert "plus rien n'est à planifier" in plain(see(browser, member(), calendar_of(project)))


# The procedure --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("day", "cents", "label"),
    [
        ("2026-03-31", 39_999_99, "sans publicité"),
        ("2026-03-31", 40_000_00, "publicité libre"),
        ("2026-04-01", 40_000_00, "sans publicité"),
        ("2026-04-01", 59_999_99, "sans publicité"),
        ("2026-04-01", 60_000_00, "publicité libre"),
        ("2026-04-01", 89_999_99, "publicité libre"),
        ("2026-04-01", 90_000_00, "avis publié"),
        ("2026-04-01", 215_999_99, "avis publié"),
        ("2026-04-01", 216_000_00, "Procédure formalisée"),
        ("2025-12-31", 220_999_99, "avis publié"),
        ("2026-01-01", 220_999_99, "Procédure formalisée"),
    ],
)
def test_the_procedure_follows_the_sum_of_all_members_to_the_cent_and_to_the_day(
    browser: Browser, day: str, cents: int, label: str
) -> None:
    with clock.at(dt.date.fromisoformat(day)):
        project = make_project("call")
        for row, part in zip(project.participations.order_by("id"), (cents - 1, 1), strict=True):
            declare(row, part)
        response = see(browser, coordinator_of(project), calendar_of(project))
    assert label in response.context["plan"].advice.label
    assert response.context["plan"].advice.article in response.content.decode()
    assert f"Somme des maxima de 2 membres sur toute la durée, {plain_euros(cents)} HT" in plain(response)


def plain_euros(cents: int) -> str:
    return euros(cents).replace("\u202f", " ").replace("\u00a0", " ")


def test_over_two_bodies_the_others_see_the_estimate_and_its_procedure(browser: Browser) -> None:
    project, _, second = two_towns()
    for actor in (member(), holder(second.body), make_steward()):
        page = plain(see(browser, actor, calendar_of(project)))
        assert "D'après l'estimation des coûts, 6 000,00 € HT" in page
        assert "300 000" not in page


def test_a_ceiling_that_calls_for_more_is_said(browser: Browser) -> None:
    project, _, _ = two_towns()
    Participation.objects.update(maximum_cents=10_000_00)
    Project.objects.update(ceiling_cents=216_000_00)
    page = plain(see(browser, coordinator_of(project), calendar_of(project)))
    assert "Au plafond de 216 000,00 € HT, la procédure serait : Procédure formalisée" in page


# Who may know what ----------------------------------------------------------------------------------------------------
def test_when_a_contract_ends_is_known_to_its_body_and_to_the_coordinator_alone(browser: Browser) -> None:
    project, first, second = two_towns()
    secret = ("14 juillet 2027", "13 juillet 2027", "20270713", "A : contrat")
    with clock.at(NEW_YEAR):
        for address in (calendar_of(project), agenda_of(project), f"/projets/{project.reference}/journal/"):
            for actor in (member(), holder(second.body), make_steward()):
                page = plain(see(browser, actor, address)).replace("\r\n ", "")
                assert [word for word in secret if word in page] == []
        for actor in (holder(first.body), coordinator_of(project)):
            assert "13 juillet 2027" in plain(see(browser, actor, calendar_of(project)))
        own = plain(see(browser, holder(second.body), calendar_of(project)))
        assert "31 décembre 2027" in own
    assert "2027" not in str(Event.objects.filter(step="calendar").values_list("facts", flat=True)[0])


def test_from_three_bodies_up_the_common_days_are_told_without_whose_contract_commands_them(browser: Browser) -> None:
    project, first, _ = two_towns(NEW_YEAR, "C")
    with clock.at(NEW_YEAR):
        page = plain(see(browser, member(), calendar_of(project)))
        everything = plain(see(browser, holder(first.body), calendar_of(project)))
    for day in ("24 décembre 2026", "12 mars 2027"):
        assert f'<td data-label="Dernier jour sûr">{day}</td>' in page
    assert RESERVED in page
    assert "Ce calendrier ne compte pas" not in page + everything


@pytest.mark.parametrize("address", [calendar_of, agenda_of, lambda project: f"/projets/{project.reference}/"])
def test_with_two_bodies_no_day_that_one_reads_depends_on_the_contract_of_the_other(
    browser: Browser, address: Callable[[Project], str]
) -> None:
    """Every day is counted back from the first contract to end, by lengths that all may know: one day says it."""
    project, first, second = two_towns()
    seen: dict[str, set[str]] = {}
    for end in (dt.date(2027, 7, 14), dt.date(2027, 3, 5), None):
        Participation.objects.filter(pk=first.pk).update(contract_end=end)
        with clock.at(NEW_YEAR):
            for name, actor in (("other", holder(second.body)), ("own", holder(first.body))):
                response = browser.sign_in(actor.user).get(address(project))  # type: ignore[arg-type]
                seen.setdefault(name, set()).add(without_tokens(plain(response)))
    assert len(seen["other"]) == 1
    assert len(seen["own"]) > 1
    if address is calendar_of:
        assert "Ce calendrier ne compte pas la fin du contrat des autres organismes" in seen["other"].pop()


def without_tokens(page: str) -> str:
    """A page without what changes at each request."""
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"|DTSTAMP:\S+', "", page)


def test_under_m1_the_dates_of_each_contract_are_as_confidential(browser: Browser) -> None:
    project, _, second = two_towns()
    Project.objects.filter(pk=project.pk).update(mandate="M1")
    with clock.at(NEW_YEAR):
        keys = {row.key for row in see(browser, holder(second.body), calendar_of(project)).context["rows"]}
        everything = {row.key for row in see(browser, coordinator_of(project), calendar_of(project)).context["rows"]}
    contracts = {key for key in everything if key.startswith(("contract_signature", "notification", "switch"))}
    assert len(contracts) == 6
    assert {key for key in keys if key in contracts} == {key for key in contracts if key.endswith(f":{second.body_id}")}


def test_the_calendar_of_a_body_is_kept_by_it_or_by_the_coordinator(browser: Browser) -> None:
    project, first, second = two_towns(clock.today())
    address = f"/projets/{project.reference}/participants/{second.pk}/calendrier/"
    assert browser.get(address)["Location"].startswith("/comptes/connexion/")
    for actor in (member(), make_steward()):
        assert browser.sign_in(actor.user).get(address).status_code == 404  # type: ignore[arg-type]
    assert browser.sign_in(member(second.body, Role.VIEWER).user).get(address).status_code == 403  # type: ignore[arg-type]
    for actor in (holder(second.body), member(second.body, Role.LEGAL), coordinator_of(project)):
        see(browser, actor, address)
    see(browser, coordinator_of(project), f"/projets/{project.reference}/participants/{first.pk}/calendrier/")


def test_councils_are_written_one_a_line_and_serve_every_project(browser: Browser) -> None:
    with clock.at(dt.date(2026, 3, 2)):
        project, _, row = two_towns(dt.date(2026, 3, 2))
        Council.objects.create(body=row.body, day=dt.date(2026, 1, 12))
        browser.sign_in(holder(row.body).user)  # type: ignore[arg-type]
        address = f"/projets/{project.reference}/participants/{row.pk}/calendrier/"
        assert browser.forms(address)[-1]["councils"] == ["06/07/2026"]
        given = {
            "councils": "12/05/2026\n 2026-06-30 \n\n12/05/2026",
            "contract_end": "2028-02-29",
            "notice_months": "3",
        }
        assert browser.submit(address, given).status_code == 302
        days = [str(council.day) for council in row.body.councils.all()]
        assert days == ["2026-01-12", "2026-05-12", "2026-06-30"]  # the past one stays, the one to come is replaced
        row.refresh_from_db()
        assert (row.contract_end, row.notice_months) == (dt.date(2028, 2, 29), 3)
        for wrong in ("31/02/2026", "bientôt", "01/01/0001"):
            refused = browser.submit(address, {"councils": wrong})
            assert refused.status_code == 422
            assert f"« {wrong} »" in plain(refused)
        assert browser.submit(address, {"contract_end": "0001-01-01"}).status_code == 422


# The drawing and the agenda -------------------------------------------------------------------------------------------
def test_the_drawing_holds_every_line_of_the_table_inside_its_box(browser: Browser) -> None:
    project, _, _ = two_towns()
    with clock.at(NEW_YEAR):
        response = see(browser, coordinator_of(project), calendar_of(project))
    drawn = response.context["drawing"]
    assert len(drawn.bars) == len(response.context["rows"])
    assert all(LEFT <= bar.x <= bar.x + bar.width <= RIGHT and bar.y < drawn.bottom for bar in drawn.bars)
    assert LEFT <= drawn.today_x <= RIGHT
    positions = [x for x, _ in drawn.ticks]
    assert positions == sorted(set(positions))
    svg = response.content.decode().partition('<svg class="timetable"')[2].partition("</svg>")[0]
    assert svg.count('class="step-name"') == len(drawn.bars)
    assert "style=" not in svg


def test_one_day_alone_can_be_drawn(browser: Browser) -> None:
    project = make_project("call", service_on=clock.today())
    assert see(browser, member(), calendar_of(project)).context["drawing"].bars


def test_an_agenda_keeps_its_identifiers_and_its_lines_short(browser: Browser) -> None:
    project, _, _ = two_towns()
    Project.objects.filter(pk=project.pk).update(title="État civil ; partagé,\r\nBEGIN:VALARM " + "é" * 100)
    with clock.at(NEW_YEAR):
        first = see(browser, coordinator_of(project), agenda_of(project))
        again = see(browser, coordinator_of(project), agenda_of(project))
    assert first["Content-Type"] == "text/calendar; charset=utf-8"
    assert first["Content-Disposition"] == f'attachment; filename="{project.reference}.ics"'
    content = first.content
    assert content.endswith(b"END:VCALENDAR\r\n")
    assert b"\nBEGIN:VALARM" not in content
    assert max(len(line) for line in content.split(b"\r\n")) <= 75
    uids = [str(event["uid"]) for event in Calendar.from_ical(content).walk("VEVENT")]
    assert len(set(uids)) == len(uids) > 20
    assert uids == [str(event["uid"]) for event in Calendar.from_ical(again.content).walk("VEVENT")]
    assert f"http://testserver{calendar_of(project)}" in content.decode().replace("\r\n ", "")


def test_reminders_stand_on_the_project_page_with_their_article(browser: Browser) -> None:
    project, _, _ = two_towns()
    with clock.at(NEW_YEAR):
        page = plain(see(browser, coordinator_of(project), f"/projets/{project.reference}/"))
        full = see(browser, coordinator_of(project), calendar_of(project))
    assert "Prochains rappels" in page
    assert "Délibérer sur la convention" in page
    found = {item.reminder.code: str(item.reminder.due) for item in full.context["reminders"]}
    assert found["answers"] == "2027-01-22"  # six days before 29 January is a Saturday
    assert found["standstill"] == "2027-03-30"  # eleven days after 15 March, then the Easter week-end
    assert found["decp"] == "2027-06-14"
    assert {"transmission", "prefect", "award_notice", "end_of_term", "retention_award"} <= set(found)
    assert all(item.planned for item in full.context["reminders"])


# Costs ----------------------------------------------------------------------------------------------------------------
def test_new_pages_are_for_those_who_sign_in(browser: Browser) -> None:
    project = make_project()
    for address in (calendar_of(project), agenda_of(project), f"/projets/{project.reference}/voie/", "/mandats/"):
        assert browser.get(address)["Location"].startswith("/comptes/connexion/")
    browser.sign_in(member().user)  # type: ignore[arg-type]
    for tab in ("calendrier/", "calendrier.ics", "voie/", "attendus/"):
        assert browser.get(f"/projets/P-1999-001/{tab}").status_code == 404


# The route ------------------------------------------------------------------------------------------------------------
def test_the_route_aid_ranks_the_routes_and_says_what_a_jurist_must_confirm(browser: Browser) -> None:
    project = make_project()
    address = f"/projets/{project.reference}/voie/"
    page = plain(see(browser, member(), address))
    assert "à confirmer par un juriste" in page
    assert all(question.text.replace("\u00a0", " ").replace("\u202f", " ") in page for question in QUESTIONS)
    assert "Ce que vos réponses suggèrent" not in page
    response = see(browser, member(), f"{address}?outside_firm=yes")
    assert response.context["advice"][0].code == "grouping"
    assert plain(response).index("Groupement de commandes</") < plain(response).index("Fonds de concours")
    wrong = see(browser, member(), f"{address}?outside_firm=peut-être&inconnue=1")
    assert wrong.context["form"].errors.keys() == {"outside_firm"}
