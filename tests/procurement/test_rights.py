"""Rights inside a body: what is taken away is gone at once, who stands in says for whom, a file opened says why."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from procurement import clock
from procurement.access import Actor, actor_for
from procurement.models import (
    Body,
    BodyKind,
    Event,
    FileGrant,
    Letter,
    Membership,
    Role,
    SignatureDelegation,
    StandIn,
    User,
)
from procurement.people import rights
from procurement.people.journal import note_down
from tests.house.browser import Browser
from tests.makers import make_body, make_steward, make_user, member
from tests.procurement.people import page_of, text_of

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 22)


def colleagues(*roles: str) -> tuple[Body, list[Actor]]:
    body = make_body("Grandval")
    return body, [member(body, role) for role in roles]


def browse(actor: Actor) -> Browser:
    assert actor.user is not None
    return Browser().sign_in(actor.user)


# Roles ----------------------------------------------------------------------------------------------------------------
def test_a_right_taken_away_is_gone_at_the_next_request_in_open_tabs_too() -> None:
    body, [boss, other] = colleagues(Role.AGENT, Role.AGENT)
    tab = browse(other)
    assert tab.get("/tableau-de-bord/").status_code == 200
    browse(boss).submit(page_of(body, f"membres/{other.user_id}/"), {"roles": []})
    assert tab.get("/tableau-de-bord/").status_code == 403
    assert tab.get(page_of(body, "inviter/")).status_code == 404
    assert Letter.objects.filter(user=other.user_id, code="roles_changed").exists()


def test_a_role_ended_and_given_again_the_same_day_counts() -> None:
    body, [boss, other] = colleagues(Role.AGENT, Role.AGENT)
    for roles in ((), ("agent",), ("agent", "legal"), ("legal",)):
        rights.set_roles(body, other.user, roles, actor=boss)
        assert rights.held_roles(body, other.user) == set(roles)
    assert Membership.objects.filter(user=other.user).count() == 3  # none is erased


def test_the_last_agent_does_not_go_without_a_word() -> None:
    body, [boss] = colleagues(Role.AGENT)
    steward = make_steward()
    address = page_of(body, f"membres/{boss.user_id}/")
    browser = browse(boss)
    assert "C'est le dernier agent" in text_of(browser.get(address))
    assert browser.submit(address, {"roles": []}).status_code == 422
    assert rights.held_roles(body, boss.user) == {"agent"}
    assert browser.submit(address, {"roles": [], "note": "mutation"}).status_code == 302
    assert rights.held_roles(body, boss.user) == set()
    assert Letter.objects.get(user=steward.user).code == "nobody_left"
    event = Event.objects.get(step="roles")
    assert (event.note, event.facts["last_agent"]) == ("mutation", True)


WHO = {
    # who acts, on whom, with which roles: allowed?
    ("agent", "other", "legal"): True,
    ("legal", "other", ""): True,
    ("viewer", "other", ""): False,
    ("viewer", "self", ""): True,
    ("viewer", "self", "agent"): False,
    ("stranger", "other", ""): False,
    ("steward", "other", ""): False,
    ("stand-in", "self", "agent"): False,
}


@pytest.mark.parametrize(("case", "allowed"), WHO.items(), ids=["-".join(case) for case in WHO])
def test_who_changes_whose_roles(case: tuple[str, str, str], allowed: bool) -> None:
    who, target, roles = case
    body, [boss, other] = colleagues(Role.AGENT, Role.AGENT)
    acts = {
        "agent": lambda: boss,
        "legal": lambda: member(body, Role.LEGAL),
        "viewer": lambda: member(body, Role.VIEWER),
        "stranger": member,
        "steward": make_steward,
        "stand-in": lambda: _stands_in(boss, member(body, Role.VIEWER)),
    }[who]()
    person = acts.user if target == "self" else other.user
    given = [roles] if roles else []
    if allowed:
        rights.set_roles(body, person, given, actor=acts)
        assert rights.held_roles(body, person) == set(given)
    else:
        with pytest.raises(PermissionDenied):
            rights.set_roles(body, person, given, actor=acts)


# Stand-ins ------------------------------------------------------------------------------------------------------------
def _stands_in(absent: Actor, substitute: Actor, days: int = 10) -> Actor:
    membership = Membership.objects.get(user=absent.user, role=Role.AGENT)
    today = clock.today()
    end = today + dt.timedelta(days=days)
    rights.stand_in(membership, substitute.user, actor=absent, starts_on=today, ends_on=end)
    return actor_for(substitute.user)


def test_a_stand_in_has_the_same_rights_between_two_days_and_the_journal_says_for_whom(at: Any) -> None:
    with at(TODAY):
        body, [boss, reader] = colleagues(Role.AGENT, Role.VIEWER)
        User.objects.filter(pk=boss.user_id).update(first_name="Anne", last_name="Dupont")
        stands = _stands_in(boss, reader)
        assert stands.holds(Role.AGENT, body.pk)
        note_down("essai", body, actor=stands)
        assert Event.objects.get(step="essai").author == f"{reader.user}, pour Anne Dupont"
        assert "pour Anne Dupont" in text_of(browse(stands).get(page_of(body)))
    for day, held in ((9, True), (10, True), (11, False), (-1, False)):
        with at(TODAY + dt.timedelta(days=day)):
            assert actor_for(reader.user).holds(Role.AGENT, body.pk) is held
            assert actor_for(reader.user).holds(Role.VIEWER, body.pk)


def test_a_stand_in_ends_with_the_role_or_the_account_it_replaces() -> None:
    body, [boss, other, reader] = colleagues(Role.AGENT, Role.AGENT, Role.VIEWER)
    assert _stands_in(boss, reader).holds(Role.AGENT, body.pk)
    rights.set_roles(body, boss.user, (), actor=other)
    assert not actor_for(reader.user).holds(Role.AGENT, body.pk)


def test_a_stand_in_organises_no_other_and_is_ended_by_those_it_concerns() -> None:
    body, [boss, reader, third] = colleagues(Role.AGENT, Role.VIEWER, Role.VIEWER)
    stands = _stands_in(boss, reader)
    membership = Membership.objects.get(user=boss.user)
    with pytest.raises(PermissionDenied):
        rights.stand_in(membership, third.user, actor=stands, starts_on=TODAY, ends_on=TODAY)
    assert browse(stands).get(page_of(body, "suppleance/")).status_code == 403
    made = StandIn.objects.get()
    with pytest.raises(PermissionDenied):
        rights.end_stand_in(made, actor=third)
    browse(boss).submit(page_of(body), to=page_of(body, f"suppleance/{made.pk}/fin/"))
    assert not actor_for(reader.user).holds(Role.AGENT, body.pk)
    assert list(Event.objects.values_list("step", flat=True)) == ["stand_in", "stand_in_end"]


def test_a_stand_in_is_organised_on_its_page() -> None:
    body, [boss, reader] = colleagues(Role.AGENT, Role.VIEWER)
    membership = Membership.objects.get(user=boss.user)
    given = {"membership": membership.pk, "substitute": reader.user_id, "ends_on": "2020-01-01"}
    address = page_of(body, "suppleance/")
    assert browse(boss).submit(address, given).status_code == 422
    later = (clock.today() + dt.timedelta(days=3)).isoformat()
    assert browse(boss).submit(address, {**given, "ends_on": later}).status_code == 302
    assert actor_for(reader.user).holds(Role.AGENT, body.pk)
    assert Letter.objects.filter(user=reader.user, code="standing_in").exists()
    # a viewer organises their own stand-in only
    theirs = {**given, "membership": membership.pk, "ends_on": later}
    assert browse(member(body, Role.VIEWER)).post(address, theirs).status_code == 403


# Delegations of signature ---------------------------------------------------------------------------------------------
def test_a_delegation_is_recorded_with_its_act_and_ended() -> None:
    body, [boss] = colleagues(Role.LEGAL)
    given = {"delegate": "Léa Roy", "capacity": "DGS", "act_reference": "arrêté n° 2026-12"}
    browse(boss).submit(page_of(body, "delegation/"), given)
    made = SignatureDelegation.objects.get()
    assert made.full_capacity == "DGS, par délégation (arrêté n° 2026-12)"
    assert "Léa Roy, DGS" in text_of(browse(boss).get(page_of(body)))
    browse(boss).submit(page_of(body), to=page_of(body, f"delegation/{made.pk}/fin/"))
    made.refresh_from_db()
    assert not made.counts_today
    backwards = {**given, "starts_on": "2026-03-02", "ends_on": "2026-03-01"}
    assert browse(boss).submit(page_of(body, "delegation/"), backwards).status_code == 422


# Confidential files ---------------------------------------------------------------------------------------------------
def test_a_steward_opens_a_file_for_a_reason_that_stays_visible(at: Any) -> None:
    body, [boss] = colleagues(Role.AGENT)
    steward = make_steward()
    reason = "Vérifier le montant signalé par le coordinateur."
    with at(dt.datetime(2026, 11, 22, 9, tzinfo=clock.PARIS)):
        address = page_of(body, "dossier/")
        assert not actor_for(steward.user).reads_file_of(body.pk)
        assert browse(steward).submit(address, {"reason": "voir"}).status_code == 422
        browse(steward).submit(address, {"reason": reason})
        assert actor_for(steward.user).reads_file_of(body.pk)
        assert not actor_for(make_user(is_steward=True)).reads_file_of(body.pk)  # nor another steward
        assert not actor_for(steward.user).belongs_to(body.pk)  # reads, nothing else
        assert Letter.objects.get(user=boss.user).code == "file_opened"
        assert Event.objects.get(step="file_open").note == reason
    with at(dt.datetime(2026, 11, 22, 11, 1, tzinfo=clock.PARIS)):
        assert not actor_for(steward.user).reads_file_of(body.pk)
    with at(TODAY + dt.timedelta(days=900)):
        assert reason in text_of(browse(boss).get(page_of(body)))


def test_a_file_is_closed_before_its_time_and_never_opened_by_others() -> None:
    body, [boss] = colleagues(Role.AGENT)
    steward = make_steward()
    rights.open_file(body, "Une raison suffisante.", actor=steward)
    browse(steward).submit(page_of(body), to=page_of(body, "dossier/refermer/"))
    assert not actor_for(steward.user).reads_file_of(body.pk)
    for other in (boss, member()):
        with pytest.raises(PermissionDenied):
            rights.open_file(body, "Une raison suffisante.", actor=other)
        assert browse(other).get(page_of(body, "dossier/")).status_code in (403, 404)
    assert FileGrant.objects.count() == 1


# Pages ----------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("who", ["anonymous", "stranger"])
def test_others_see_what_the_registry_says_and_nothing_of_the_people(who: str) -> None:
    body, [boss] = colleagues(Role.AGENT)
    User.objects.filter(pk=boss.user_id).update(last_name="Canari", email="canari@grandval.example")
    page = text_of((Client() if who == "anonymous" else browse(member())).get(page_of(body)))
    assert "Grandval" in page
    assert "anari" not in page


def test_the_page_of_a_body_costs_the_same_with_one_and_three_members(
    django_assert_max_num_queries: Any,
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    body, [boss] = colleagues(Role.AGENT)
    counts = []
    for more in (0, 2):
        for _ in range(more):
            reader = member(body, Role.VIEWER)
            _stands_in(boss, reader)
            rights.delegate(body, actor=boss, delegate="L", capacity="DGS", act_reference="A1", starts_on=clock.today())
            rights.open_file(body, "Une raison suffisante.", actor=make_steward())
        browser = browse(boss)
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(page_of(body)).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 20


def test_stewards_see_what_waits_for_them_and_only_they() -> None:
    steward = make_steward()
    body, [boss] = colleagues(Role.AGENT)
    rights.open_file(body, "Une raison suffisante.", actor=steward)
    page = text_of(browse(steward).get("/animation/"))
    assert "Une raison suffisante." in page
    assert browse(boss).get("/animation/").status_code == 403
    assert browse(boss).get("/animation/partenaires/").status_code == 403


def test_a_steward_writes_down_a_partner_and_invites_its_members() -> None:
    steward = make_steward()
    answer = browse(steward).submit("/animation/partenaires/", {"name": "Association Libre"})
    body = Body.objects.get(name="Association Libre")
    assert (body.kind, body.siren) == (BodyKind.PARTNER, None)
    assert answer.url == f"/annuaire/{body.pk}/"
    given = {"email": "eva@libre.example", "roles": ["viewer"]}
    assert browse(steward).submit(page_of(body, "inviter/"), given).status_code == 302
    assert browse(member(body)).get(page_of(body, "inviter/")).status_code == 403
