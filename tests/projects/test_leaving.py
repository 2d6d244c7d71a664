"""A body leaves: what it said is withdrawn, what it signed stays, its roles are handed over; it takes all along."""

from __future__ import annotations

import datetime as dt
import io
import json
import re
import zipfile
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from procurement import clock
from procurement import events as journal
from procurement.access import Actor, actor_for
from procurement.models import Body, Departure, Letter, Membership, Role, User
from procurement.models import Event as SiteEvent
from procurement.people import joining, rights
from projects import own_export
from projects.enums import NeedState, ParticipationState, ProjectState
from projects.journal import verify
from projects.leaving import dues_of, leave, may_coordinate, name_coordinator
from projects.models import Event, Need, Participation, Project
from projects.notifications.telling import people
from tests.house.browser import Browser
from tests.makers import (
    authorise,
    characters,
    coordinator_of,
    declare,
    holder,
    make_body,
    make_need,
    make_project,
    make_steward,
    make_user,
    member,
    sign,
)
from tests.procurement.people import page_of, text_of

pytestmark = pytest.mark.django_db
NOTE = "Nous passons à un autre collectif."


def browse(actor: Actor) -> Browser:
    assert actor.user is not None
    return Browser().sign_in(actor.user)


def goes(body: Body, by: Actor | None = None, **successors: Any) -> Departure:
    return leave(body, actor=by or holder(body), note=NOTE, successors=successors.get("to", {}))


# What is withdrawn ----------------------------------------------------------------------------------------------------
def test_a_body_that_only_said_things_leaves_nothing_behind_but_its_history() -> None:
    project = make_project("call")
    other = characters(project).member
    body = other.body
    assert body is not None
    declare(project.participations.get(body=body))
    draft, published = make_need(body=body), make_need("published", body=body)
    goes(body)
    assert project.participations.get(body=body).state == ParticipationState.WITHDRAWN
    for need in (draft, published):
        need.refresh_from_db()
        assert need.state == NeedState.WITHDRAWN
        assert need.past_events().last().note == NOTE
    assert not actor_for(other.user).is_member
    assert browse(other).get("/tableau-de-bord/").status_code == 403
    assert verify().fault == ""


@pytest.mark.parametrize("state", ["authorised", "signed"])
def test_what_is_voted_or_signed_stays_and_is_listed(state: str) -> None:
    project = make_project("agreement", frozen=True)
    body = characters(project).member.body
    assert body is not None
    taken = authorise(project.participations.get(body=body))
    if state == "signed":
        taken = sign(taken)
    page = text_of(browse(holder(body)).get(page_of(body, "quitter/")))
    assert "Ce que vous devez encore" in page
    assert project.title in page
    goes(body)
    taken.refresh_from_db()
    assert taken.state == state
    assert SiteEvent.objects.get(step="body_leave").facts["bound"] == [project.pk]


def test_a_body_on_which_nobody_depends_is_told_so() -> None:
    body = member().body
    assert body is not None
    assert dues_of(body).owes_nothing
    assert "Personne ne dépend de vous" in text_of(browse(holder(body)).get(page_of(body, "quitter/")))


# What is handed over --------------------------------------------------------------------------------------------------
def test_the_coordinator_named_takes_over() -> None:
    project = make_project("call")
    who = characters(project)
    lead = project.lead_body
    assert lead is not None
    page = page_of(lead, "quitter/")
    field = f"project_{project.pk}"
    answer = browse(who.coordinator).submit(page, {field: str(who.member.user_id), "note": NOTE, "sure": "on"})
    assert answer.status_code == 302
    project.refresh_from_db()
    assert project.coordinator == who.member.user
    assert Letter.objects.filter(user=who.member.user, code="coordinator_named").exists()
    steps = list(Event.objects.filter(project=project).values_list("step", flat=True))
    assert steps[-2:] == ["hand_over", "lead_leaves"]


def test_without_a_successor_a_steward_is_asked_to_name_one() -> None:
    project = make_project("call")
    steward = make_steward()
    who = characters(project)
    goes(project.lead_body, who.coordinator)
    told = Letter.objects.get(user=steward.user, code="coordinator_named")
    assert told.link == f"/projets/{project.reference}/coordinateur/"
    page = browse(steward)
    assert "Parti" in text_of(page.get("/animation/coordinateurs/"))
    page.submit(told.link, {"to": str(who.member.user_id)})
    project.refresh_from_db()
    assert project.coordinator == who.member.user
    assert browse(coordinator_of(project)).get(f"/projets/{project.reference}/modifier/").status_code == 200


def test_a_coordinator_who_works_elsewhere_too_stays() -> None:
    project = make_project("call")
    user = project.coordinator
    member(make_body(), user=user)
    assert dues_of(project.lead_body).coordinated == []
    goes(project.lead_body, actor_for(user, project.lead_body_id))
    project.refresh_from_db()
    assert project.coordinator == user


def test_the_place_of_lead_is_free_while_framing_then_another_accepts_and_later_an_amendment_is_due() -> None:
    framing, called, signed = (make_project(state) for state in ("framing", "call", "constituted"))
    steward = make_steward()
    for project in (framing, called, signed):
        goes(project.lead_body, coordinator_of(project))
        project.refresh_from_db()
    assert framing.lead_body is None
    assert called.lead_body is not None
    told = Letter.objects.filter(user=steward.user, code="lead_leaves").order_by("pk").values_list("text", flat=True)
    assert ["avenant" in text for text in told] == [False, False, True]
    assert ["accepter" in text for text in told] == [False, True, False]
    assert Event.objects.filter(step="lead_leaves").count() == 3


def test_only_an_agent_of_the_body_makes_it_leave() -> None:
    body = member().body
    assert body is not None
    for other in (member(body, Role.LEGAL), member(body, Role.VIEWER), member(), make_steward()):
        with pytest.raises(PermissionDenied):
            goes(body, other)
        expected = 403 if other.belongs_to(body.pk) else 404
        assert browse(other).get(page_of(body, "quitter/")).status_code == expected
    assert not Departure.objects.exists()


def test_leaving_needs_a_word_and_a_tick() -> None:
    me = member()
    page = page_of(me.body, "quitter/")
    assert browse(me).submit(page, {"note": NOTE}).status_code == 422
    assert browse(me).submit(page, {"sure": "on"}).status_code == 422
    assert not Departure.objects.exists()


def test_a_body_that_left_comes_back_through_its_first_member() -> None:
    me = member()
    body = me.body
    assert body is not None
    goes(body, me)
    wanted = joining.ask(body, actor=actor_for(me.user), roles=["agent"], word="de retour")
    assert joining.accept(wanted, ["agent"], actor=make_steward())
    assert actor_for(me.user).holds(Role.AGENT, body.pk)
    assert "A quitté le collectif" in text_of(browse(me).get(page_of(body)))


# Naming a coordinator -------------------------------------------------------------------------------------------------
def test_only_the_coordinator_or_a_steward_names_another_among_the_agents_present() -> None:
    project = make_project("call")
    who = characters(project)
    address = f"/projets/{project.reference}/coordinateur/"
    for other in (who.member, who.stranger):
        assert browse(other).get(address).status_code == 403
        with pytest.raises(PermissionDenied):
            name_coordinator(project, who.member.user, actor=other)
    stranger = {"to": str(who.stranger.user_id)}
    assert browse(who.coordinator).submit(address, stranger).status_code == 422
    assert set(may_coordinate(project)) == {who.coordinator.user, who.member.user}
    assert browse(who.coordinator).submit(address, {"to": str(who.member.user_id)}).status_code == 302


# Confidential file ----------------------------------------------------------------------------------------------------
def test_a_steward_reads_amounts_only_while_the_file_is_open() -> None:
    need = make_need("published", maximum_cents=98_765_432_10)
    steward = make_steward()
    address, need_page = page_of(need.body, "dossier/lire/"), f"/besoins/{need.reference}/"
    amount = re.compile(r"98.765.432,10")
    browser = browse(steward)
    assert browser.get(address).status_code == 302
    assert not amount.search(text_of(browser.get(need_page)))
    rights.open_file(need.body, "Vérifier un montant signalé.", actor=steward)
    assert amount.search(text_of(browser.get(address)))
    assert amount.search(text_of(browser.get(need_page)))
    rights.close_file(need.body, actor=steward)
    assert not amount.search(text_of(browser.get(need_page)))


# Taking everything along ----------------------------------------------------------------------------------------------
def full_body() -> Body:
    project = make_project("constituted")
    body = characters(project).member.body
    assert body is not None
    row = {"chapter": "=1+1", "text": "=cmd|' /C calc'!A0", "priority": "must"}
    make_need("published", body=body, title="@SUM(A1)", requirements=[row], maximum_cents=12_345_67)
    return body


def test_the_export_holds_everything_of_the_body_and_nothing_of_the_others() -> None:
    body = full_body()
    make_need("published", title="canari-ailleurs", current_solution="canari-fournisseur", maximum_cents=98_765_43)
    response = browse(holder(body)).get(page_of(body, "tout.json"))
    found = json.loads(response.content)
    assert {"besoin", "exigence", "participation", "actes", "signatures", "journal", "documents"} <= set(found)
    assert len(found["besoin"]) == Need.objects.filter(body=body).count()
    assert found["actes"][0]["numéro"] == "2026-47"
    assert found["signatures"][0]["signataire"] == "Mme Le Guen"
    assert found["participation"][0]["maximum HT (centimes)"] == 500_000
    assert found["documents"], "the grouping's documents are listed"
    events = Event.objects.filter(participation__body=body).count()
    assert len(found["journal"]) >= events > 0
    text = json.dumps(found, ensure_ascii=False)
    assert "canari" not in text
    others = User.objects.exclude(memberships__body=body).values_list("password", flat=True)
    assert not any(secret in text for secret in others if len(secret) > 10)


def test_the_workbook_opens_in_the_same_words_and_no_cell_is_a_formula() -> None:
    body = full_body()
    response = browse(holder(body)).get(page_of(body, "tout.ods"))
    with zipfile.ZipFile(io.BytesIO(response.content)) as archive:
        content = archive.read("content.xml").decode()
    tables = re.findall(r'<table:table table:name="([^"]+)"', content)
    assert {"organisme", "besoin", "exigence", "participation", "actes", "signatures", "journal"} <= set(tables)
    assert len(tables) == len(set(tables))
    assert "table:formula" not in content
    assert not re.findall(r"<text:p>[=+@]", content)
    assert 'office:value="12345.67"' in content


@pytest.mark.parametrize("who", ["anonymous", "stranger", "steward"])
@pytest.mark.parametrize("form", ["json", "ods"])
def test_nobody_else_takes_a_body_s_things_along(who: str, form: str) -> None:
    body = member().body
    assert body is not None
    client = Client()
    if who != "anonymous":
        client.force_login((member() if who == "stranger" else make_steward()).user)
    assert client.get(page_of(body, f"tout.{form}")).status_code == (302 if who == "anonymous" else 404)


def test_the_export_of_a_body_costs_as_many_queries_with_one_need_and_three() -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    body, counts = full_body(), []
    for more in (0, 2):
        for _ in range(more):
            make_need("published", body=body)
        with CaptureQueriesContext(connection) as queries:
            own_export.everything_of(body)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_leaving_twice_at_once_makes_one_departure() -> None:
    me = member()
    goes(me.body, me)
    again = actor_for(me.user, me.body.pk)
    with pytest.raises(PermissionDenied):
        goes(me.body, again)
    assert Departure.objects.count() == 1
    assert Membership.objects.in_force().count() == 0
    assert journal.first_fault(SiteEvent.CHAIN, SiteEvent) == ""


def test_every_live_project_keeps_its_coordinator_known() -> None:
    project = make_project("call")
    goes(project.lead_body, coordinator_of(project))
    assert Project.objects.filter(coordinator__isnull=True).count() == 0
    assert Participation.objects.filter(project=project, state="withdrawn").count() == 1
    assert project.state == ProjectState.CALL
    assert make_user().is_active


# Delegation of signature ----------------------------------------------------------------------------------------------
def test_the_signature_form_offers_the_delegations_of_the_body_on_their_days() -> None:
    project = make_project("agreement", frozen=True)
    body = characters(project).member.body
    assert body is not None
    taken = authorise(project.participations.get(body=body))
    legal, today = member(body, Role.LEGAL), clock.today()
    given = {"delegate": "Léa Roy", "capacity": "DGS", "act_reference": "arrêté n° 2026-12"}
    sound = rights.delegate(body, actor=legal, starts_on=today, **given)
    late = rights.delegate(body, actor=legal, starts_on=today + dt.timedelta(days=1), **given)
    address = f"/projets/{project.reference}/participants/{taken.pk}/etape/sign/"
    browser, day = browse(legal), {"signed_on": today.isoformat()}
    assert browser.submit(address, {**day, "delegation": str(late.pk)}).status_code == 422
    assert browser.submit(address, day).status_code == 422
    assert browser.submit(address, {**day, "delegation": str(sound.pk)}).status_code == 302
    taken.refresh_from_db()
    assert (taken.signatory, taken.signatory_capacity) == ("Léa Roy", "DGS, par délégation (arrêté n° 2026-12)")


def test_a_body_without_delegation_gives_name_and_capacity() -> None:
    project = make_project("agreement", frozen=True)
    taken = authorise(project.participations.get(body=characters(project).member.body))
    address = f"/projets/{project.reference}/participants/{taken.pk}/etape/sign/"
    browser = browse(holder(taken.body, Role.LEGAL))
    assert "Signée par délégation" not in text_of(browser.get(address))
    assert browser.submit(address, {"signed_on": clock.today().isoformat()}).status_code == 422


def test_a_new_member_is_shown_the_way_to_a_first_need_and_no_longer_after() -> None:
    me = member()
    browser = browse(me)
    assert "Décrivez votre premier besoin" in text_of(browser.get("/tableau-de-bord/"))
    make_need("published", body=me.body, by=me)
    assert "Décrivez votre premier besoin" not in text_of(browser.get("/tableau-de-bord/"))


def test_who_stands_in_is_told_what_the_absent_would_be() -> None:
    project = make_project("call")
    who = characters(project)
    body = who.member.body
    assert body is not None
    reader, today = member(body, Role.VIEWER), clock.today()
    absent = Membership.objects.get(user=who.member.user, role=Role.AGENT)
    assert reader.user_id not in people([body.pk], Role.AGENT)
    rights.stand_in(absent, reader.user, actor=who.member, starts_on=today, ends_on=today)
    assert set(people([body.pk], Role.AGENT)) == {who.member.user_id, reader.user_id}
