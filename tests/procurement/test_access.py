"""Who asks: rights are those of today, held in a body; what one may not see does not exist."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.test import RequestFactory

from procurement import access, clock
from procurement.access import ANONYMOUS, Actor, actor_for, fetch, page
from procurement.models import Body, Membership, Role
from tests import makers

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 5, 20)
DAY = dt.timedelta(days=1)


def test_an_actor_holds_the_roles_of_each_body_apart() -> None:
    one, two = makers.make_body("A"), makers.make_body("B")
    user = makers.make_user()
    makers.member(two, Role.VIEWER, user=user)
    actor = makers.member(one, Role.AGENT, Role.LEGAL, user=user)
    assert (actor.holds(Role.AGENT, one.pk), actor.holds(Role.LEGAL, one.pk)) == (True, True)
    assert (actor.holds(Role.AGENT, two.pk), actor.holds(Role.VIEWER, two.pk)) == (False, True)
    assert (actor.belongs_to(one.pk), actor.belongs_to(two.pk)) == (True, True)
    assert not any(actor.holds(role, None) for role in Role)
    assert not actor.belongs_to(None)
    assert actor.bodies == (one, two)
    assert (actor.bodies_as(Role.AGENT), actor.bodies_as(Role.VIEWER)) == ([one], [two])


def test_an_actor_costs_one_query(django_assert_num_queries: Any) -> None:
    actor = makers.member(makers.make_body(), *Role)
    with django_assert_num_queries(1):
        actor_for(actor.user)


@pytest.mark.parametrize(
    ("starts", "ends", "held"),
    [
        (TODAY, None, True),
        (TODAY + DAY, None, False),
        (TODAY - DAY, TODAY, True),
        (TODAY - 9 * DAY, TODAY - DAY, False),
        (TODAY, TODAY, True),
    ],
)
def test_a_membership_counts_from_its_first_to_its_last_day(starts: dt.date, ends: dt.date | None, held: bool) -> None:
    user, body = makers.make_user(), makers.make_body()
    Membership.objects.create(user=user, body=body, role=Role.AGENT, starts_on=starts, ends_on=ends)
    with clock.at(TODAY):
        actor = actor_for(user)
    assert actor.holds(Role.AGENT, body.pk) is actor.is_member is held


def test_one_acts_for_the_body_chosen_else_for_the_first_by_name() -> None:
    a, b = makers.make_body("A"), makers.make_body("B")
    user = makers.make_user()
    for body in (b, a):
        makers.member(body, user=user)
    assert [actor_for(user, pk).body for pk in (None, a.pk, b.pk, 10**9)] == [a, a, b, a]
    assert actor_for(makers.make_user()).body is None


def test_nobody_is_anonymous_and_so_is_whoever_was_shut_out() -> None:
    gone = makers.make_user(is_active=False, is_steward=True)
    makers.member(user=gone)
    assert actor_for(None) is actor_for(AnonymousUser()) is actor_for(gone) is ANONYMOUS
    assert (ANONYMOUS.user_id, ANONYMOUS.is_member, ANONYMOUS.is_steward) == (None, False, False)


def people() -> dict[str, Actor]:
    return {
        "anonymous": ANONYMOUS,
        "nowhere": actor_for(makers.make_user()),
        "viewer": makers.member(makers.make_body(), Role.VIEWER),
        "agent": makers.member(makers.make_body(), Role.AGENT),
        "legal": makers.member(makers.make_body(), Role.LEGAL),
        "partner": makers.member(makers.make_body(kind="partenaire"), Role.AGENT),
        "steward": makers.make_steward(),
    }


WHO = {
    access.anyone: "anonymous nowhere viewer agent legal partner steward",
    access.signed_in: "nowhere viewer agent legal partner steward",
    access.member: "viewer agent legal partner steward",
    access.agent: "agent",
    access.steward: "steward",
}


@pytest.mark.parametrize("rule", WHO, ids=lambda rule: rule.__name__)
def test_a_page_lets_in_whom_its_rule_names(rule: access.PageRule) -> None:
    @page(rule)
    def view(request: access.ActorRequest) -> HttpResponse:
        return HttpResponse("secret")

    assert view.access_rule is rule  # type: ignore[attr-defined]
    let_in = set()
    for name, actor in people().items():
        request = RequestFactory().get("/x/?a=1")
        request.actor = actor  # type: ignore[attr-defined]
        try:
            response = view(request)
        except PermissionDenied:
            assert actor.user is not None
            continue
        if response.status_code == 302:
            assert actor.user is None
            assert response["Location"] == "/comptes/connexion/?next=/x/%3Fa%3D1"
            continue
        let_in.add(name)
        assert ("no-store" in response.get("Cache-Control", "")) is (actor.user is not None)
    assert let_in == set(WHO[rule].split())


@pytest.mark.parametrize("pk", [0, -1, 10**9, 10**30, "x", "1; drop", "\x00"])
def test_what_one_may_not_see_does_not_exist(pk: Any) -> None:
    makers.make_body()
    with pytest.raises(Http404):
        fetch(Body.objects.all(), pk=pk)


def test_what_one_may_see_is_fetched() -> None:
    body = makers.make_body()
    assert fetch(Body.objects.all(), siren=body.siren) == body
    with pytest.raises(Http404):
        fetch(Body.objects.none(), pk=body.pk)
