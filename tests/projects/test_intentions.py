"""Intentions in full: lots, years, kind; under a mandate; the reason for no lots."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404

from procurement import clock
from procurement.models import Body, Role
from procurement.workflow import Blocked, missing_before, perform
from projects import dossier
from projects.actions.calendars import give_mandate, revoke_mandate
from projects.actions.participations import join_project
from projects.actions.projects import edit_project, set_lots
from projects.assembly import assemble
from projects.awaited.todo import todos
from projects.models import BodyMandate, Event, LotMaximum, Participation, Project
from tests.house.browser import Browser
from tests.makers import authorise, coordinator_of, declare, holder, make_body, make_project, member

pytestmark = pytest.mark.django_db
LOTS = [{"number": 1, "title": "Logiciel", "cpv": "48000000"}, {"number": 2, "title": "Formation", "cpv": "80500000"}]


def a_call(bodies: int = 2, *, lots: Any = None, **fields: Any) -> Project:
    project = make_project("framing", bodies=[make_body() for _ in range(bodies)], **fields)
    set_lots(project, lots or LOTS, actor=coordinator_of(project))
    return perform(Project, project.pk, "open_call", actor=coordinator_of(project))


def second(project: Project) -> Participation:
    found = project.participations.exclude(body=project.lead_body).select_related("body", "project").first()
    assert found is not None
    return found


def maxima(*amounts: int) -> list[dict[str, int]]:
    return [{"lot": number, "maximum_cents": cents} for number, cents in enumerate(amounts, start=1)]


def test_an_intention_keeps_all_that_it_says_and_the_next_one_replaces_it() -> None:
    row = second(a_call())
    whole: dict[str, Any] = {
        "quantities": [{"lot": 1, "minimum": "5", "quantity": "40", "unit": "postes"}],
        "lot_maxima": maxima(4_000_00, 1_000_00),
        "yearly_maximum_cents": 2_000_00,
        "budget_section": "investment",
        "in_kind_days": "3.5",
        "in_kind_day_cents": 333_33,
    }
    row = Participation.objects.get(pk=declare(row, 5_000_00, **whole).pk)
    assert [item.maximum_cents for item in row.lot_maxima.all()] == [4_000_00, 1_000_00]
    assert [(item.minimum, item.quantity) for item in row.quantities.all()] == [(5, 40)]
    assert row.in_kind_cents() == 1_166_66  # 3,5 × 333,33 = 1 166,655, half a cent up
    declare(row, 5_000_00)
    row.refresh_from_db()
    assert (row.yearly_maximum_cents, row.budget_section, row.in_kind_days) == (None, "", None)
    assert not LotMaximum.objects.exists()


@pytest.mark.parametrize(
    ("facts", "label"),
    [
        ({"lot_maxima": maxima(4_000_00, 999_99)}, "écart : 0,01 €"),
        ({"lot_maxima": [{"lot": 9, "maximum_cents": 5_000_00}]}, "le lot 9 n'existe pas"),
        ({"quantities": [{"lot": 7, "quantity": "1", "unit": "postes"}]}, "le lot 7 n'existe pas"),
        (
            {"quantities": [{"lot": 1, "minimum": "2", "quantity": "1.5", "unit": "postes"}]},
            "ne dépasse pas la quantité maximale",
        ),
        ({"yearly_maximum_cents": 5_000_01}, "ne dépasse pas le maximum sur toute la durée"),
        ({"yearly_maximum_cents": 1_249_99}, "1 249,99 € par an font 4 999,96 €"),  # 48 months
        ({"in_kind_days": "2"}, "le nombre de jours et la valeur d'une journée"),
    ],
)
def test_figures_that_do_not_agree_are_refused(facts: dict[str, Any], label: str) -> None:
    row = second(a_call())
    with pytest.raises(Blocked) as blocked:
        declare(row, 5_000_00, **facts)
    assert label in str(blocked.value).replace("\u202f", " ").replace("\u00a0", " ")
    row.refresh_from_db()
    assert row.state == "interested"


def test_four_years_at_the_yearly_maximum_reach_the_whole_to_the_cent() -> None:
    assert declare(second(a_call()), 5_000_00, yearly_maximum_cents=1_250_00).state == "intended"


def test_a_frozen_dossier_carries_lots_and_kind_and_an_older_one_still_reads() -> None:
    project = a_call()
    declare(
        second(project), 5_000_00, lot_maxima=maxima(4_000_00, 1_000_00), in_kind_days="2", in_kind_day_cents=100_00
    )
    facts = dossier.to_json(assemble(project))
    party = dossier.from_json(facts).party(second(project).body.siren or "")
    assert [item.maximum_cents for item in party.lot_maxima] == [4_000_00, 1_000_00]
    assert party.in_kind_cents == 200_00
    for old in facts["parties"]:
        for name in ("lot_maxima", "yearly_maximum_cents", "budget_section", "in_kind_days", "in_kind_cents"):
            del old[name]
        for quantity in old["quantities"]:
            del quantity["minimum"]
    assert dossier.from_json(facts).party(party.siren).lot_maxima == ()


# Lots -----------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("lots", "reason", "asked"), [(0, "", True), (1, " ", True), (1, "Un outil", False), (2, "", False)]
)
def test_without_lots_or_with_one_the_reason_is_asked_before_the_freeze(lots: int, reason: str, asked: bool) -> None:
    project = make_project("agreement", no_lots_reason=reason)
    set_lots(project, LOTS[:lots], actor=coordinator_of(project))
    missing = [item for item in missing_before(project, Project.step("freeze")) if "allotissement" in item.label]
    assert bool(missing) == asked
    assert all(item.anchor == "modifier/#id_no_lots_reason" for item in missing)


def test_a_lot_taken_away_leaves_maxima_to_settle_before_the_freeze() -> None:
    project = a_call()
    for row in project.participations.all():
        declare(row, 5_000_00, lot_maxima=maxima(4_000_00, 1_000_00))
    coordinator = coordinator_of(project)
    perform(Project, project.pk, "close_call", actor=coordinator, note="tous là")
    set_lots(project, [LOTS[0], {"number": 3, "title": "Reprise", "cpv": ""}], actor=coordinator)
    project.refresh_from_db()
    labels = [item.label for item in missing_before(project, Project.step("freeze"))]
    assert sum("dont la somme n'est plus son maximum" in label for label in labels) == 2


def test_the_page_of_participants_shows_lots_with_their_members_and_reserves_small_sums(browser: Browser) -> None:
    project = a_call(3)
    rows = list(project.participations.select_related("body", "project"))
    for row in rows:
        declare(row, 5_000_00, lot_maxima=maxima(4_000_00, 1_000_00) if row != rows[0] else maxima(5_000_00))
    address = f"/projets/{project.reference}/participants/"
    seen = text(browser, coordinator_of(project), address)
    assert "13 000,00 €" in seen
    assert "2 000,00 €" in seen
    seen = text(browser, member(), address)
    assert "13 000,00 €" in seen
    assert "2 000,00 €" not in seen  # two members: the sum would tell one what the other pays


def text(browser: Browser, actor: Any, address: str) -> str:
    response = browser.sign_in(actor.user).get(address)
    assert response.status_code == 200
    return response.content.decode().replace("\u202f", " ").replace("\u00a0", " ").replace("&nbsp;", " ")


def test_the_form_asks_for_each_lot_and_stands_the_error_beside_its_field(browser: Browser) -> None:
    project = a_call()
    row = second(project)
    browser.sign_in(holder(row.body).user)  # type: ignore[arg-type]
    address = f"/projets/{project.reference}/participants/{row.pk}/etape/declare/"
    given = {"maximum_cents": "5 000,00", "lot_maximum_1": "4 000", "lot_maximum_2": "999,99"}
    refused = browser.submit(address, given)
    assert refused.status_code == 409
    assert 'href="#id_maximum_cents"' in refused.content.decode()
    assert browser.submit(address, {**given, "minimum_1": "3"}).status_code == 422
    given |= {
        "lot_maximum_2": "1 000",
        "minimum_1": "3",
        "quantity_1": "12,5",
        "in_kind_days": "2",
        "in_kind_day_cents": "350",
    }
    assert browser.submit(address, given).status_code == 302
    shown = browser.forms(address)[-1]
    assert {name: shown[name] for name in given if name != "maximum_cents"} == {
        "lot_maximum_1": ["4000,00"],
        "lot_maximum_2": ["1000,00"],
        "minimum_1": ["3"],
        "quantity_1": ["12,5"],
        "in_kind_days": ["2"],
        "in_kind_day_cents": ["350,00"],
    }


def test_a_project_with_one_lot_asks_for_no_maximum_per_lot(browser: Browser) -> None:
    project = a_call(lots=LOTS[:1])
    row = second(project)
    browser.sign_in(holder(row.body).user)  # type: ignore[arg-type]
    address = f"/projets/{project.reference}/participants/{row.pk}/etape/declare/"
    assert "lot_maximum_1" not in browser.forms(address)[-1]


# Mandates -------------------------------------------------------------------------------------------------------------
def mandated(project: Project | None = None, **fields: Any) -> tuple[Body, Body, BodyMandate]:
    town, epci = make_body(), make_body("CA du Lac", kind="epci")
    given = {"act_reference": "délibération 2026-12", "starts_on": clock.today(), "project": project, **fields}
    return town, epci, give_mandate(actor=holder(town, Role.LEGAL), from_body=town, to_body=epci, **given)


def test_an_epci_joins_and_declares_for_a_commune_and_the_journal_names_the_mandate() -> None:
    project = a_call()
    town, epci, mandate = mandated(project)
    agent = holder(epci)
    row = join_project(project, town, actor=agent)
    assert declare(row, 5_000_00, by=agent).state == "intended"
    trace = Event.objects.get(participation=row, step="mandated")
    assert trace.note == "Déclaré par CA du Lac au titre de son mandat (délibération 2026-12)."
    assert trace.facts == {"mandate": mandate.pk, "by": epci.pk}
    assert trace.body_id == town.pk


def test_what_waits_for_a_commune_waits_for_the_epci_that_holds_its_mandate() -> None:
    project = a_call()
    town, epci, mandate = mandated(project)
    agent = holder(epci)
    row = join_project(project, town, actor=agent)
    assert [todo.text for todo in todos(agent, project)] == [
        f"Indiquez les volumes et le maximum de {town}, sous mandat, pour « {project.title} »."
    ]
    declare(row, by=agent)
    assert todos(agent, project) == []
    revoke_mandate(mandate, actor=holder(town, Role.LEGAL))
    assert todos(agent) == []


def test_a_mandate_gives_no_right_to_vote_or_sign() -> None:
    row = second(make_project("agreement", frozen=True))
    epci = make_body(kind="epci")
    give_mandate(
        actor=holder(row.body, Role.LEGAL), from_body=row.body, to_body=epci, act_reference="d", starts_on=clock.today()
    )
    agent = member(epci, Role.AGENT, Role.LEGAL)
    with pytest.raises(PermissionDenied):
        perform(Participation, row.pk, "authorise", actor=agent, note="courriel")
    authorise(row)


@pytest.mark.parametrize("case", ["not begun", "over", "revoked", "another project", "viewer of the epci"])
def test_a_mandate_out_of_force_gives_nothing(case: str) -> None:
    today, project = clock.today(), a_call()
    dates: dict[str, Any] = {}
    if case == "not begun":
        dates = {"starts_on": today + dt.timedelta(days=1)}
    if case == "over":
        dates = {"starts_on": today - dt.timedelta(days=9), "ends_on": today - dt.timedelta(days=1)}
    town, epci, mandate = mandated(make_project() if case == "another project" else None, **dates)
    if case == "revoked":
        revoke_mandate(mandate, actor=holder(town, Role.LEGAL))
    row = join_project(project, town, actor=holder(town))
    agent = member(epci, Role.VIEWER if case == "viewer of the epci" else Role.AGENT)
    with pytest.raises(Http404):
        declare(row, 1_00, by=agent)
    with pytest.raises(PermissionDenied):
        join_project(project, town, actor=agent)


def test_a_mandate_lasts_until_the_evening_of_its_last_day() -> None:
    today = clock.today()
    _, epci, _ = mandated(starts_on=today, ends_on=today)
    assert BodyMandate.objects.held_by(holder(epci)).in_force(today).count() == 1
    assert not BodyMandate.objects.held_by(holder(epci)).in_force(today + dt.timedelta(days=1)).exists()


def test_only_a_legal_officer_of_a_commune_gives_a_mandate_and_only_to_an_epci() -> None:
    town, other, epci = make_body(), make_body(), make_body(kind="epci")
    for actor, target in ((holder(town), epci), (holder(other, Role.LEGAL), epci), (holder(town, Role.LEGAL), other)):
        with pytest.raises(PermissionDenied):
            give_mandate(actor=actor, from_body=town, to_body=target, act_reference="d", starts_on=clock.today())
    with pytest.raises(ValidationError):
        give_mandate(
            actor=holder(town, Role.LEGAL),
            from_body=town,
            to_body=epci,
            act_reference="d",
            starts_on=clock.today(),
            ends_on=clock.today() - dt.timedelta(days=1),
        )


def test_mandates_are_given_and_revoked_on_their_page_and_hidden_from_others(browser: Browser) -> None:
    town, epci = make_body("Valmont"), make_body(kind="epci")
    browser.sign_in(holder(town, Role.LEGAL).user)  # type: ignore[arg-type]
    given = {"from_body": str(town.pk), "to_siren": epci.siren, "act_reference": "délibération 12"}
    assert browser.submit("/mandats/", {**given, "to_siren": town.siren}).status_code == 422
    assert browser.submit("/mandats/", given).status_code == 302
    mandate = BodyMandate.objects.get()
    assert "délibération 12" not in text(browser, member(), "/mandats/")
    token = browser.forms("/besoins/nouveau/")[0]["csrfmiddlewaretoken"]
    address = f"/mandats/{mandate.pk}/revoquer/"
    assert browser.post(address, {"csrfmiddlewaretoken": token}).status_code == 404
    browser.sign_in(holder(town).user)  # type: ignore[arg-type]
    token = browser.forms("/besoins/nouveau/")[0]["csrfmiddlewaretoken"]
    assert browser.post(address, {"csrfmiddlewaretoken": token}).status_code == 403
    browser.sign_in(holder(epci, Role.LEGAL).user)  # type: ignore[arg-type]
    assert browser.submit("/mandats/", to=address).status_code == 302
    mandate.refresh_from_db()
    assert mandate.revoked_on == clock.today()


def test_the_epci_sees_the_amounts_it_declared_and_no_other(browser: Browser) -> None:
    project = a_call(3)
    town, epci, _ = mandated(project)
    declare(join_project(project, town, actor=holder(epci)), 7_654_00, by=holder(epci))
    declare(second(project), 3_210_00)
    seen = text(browser, holder(epci), f"/projets/{project.reference}/participants/")
    assert "7 654,00 €" in seen
    assert "3 210,00 €" not in seen


def test_the_framing_form_keeps_the_wanted_start(browser: Browser) -> None:
    project = make_project()
    edit_project(project, actor=coordinator_of(project), service_on=dt.date(2028, 1, 1))
    browser.sign_in(project.coordinator)
    assert browser.forms(f"/projets/{project.reference}/modifier/")[-1]["service_on"] == ["2028-01-01"]
