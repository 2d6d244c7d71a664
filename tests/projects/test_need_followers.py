"""Following a need: what followers are told, what they are never told, and stopping."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from procurement.access import Actor
from procurement.letters import Letter, Preference, Rhythm
from procurement.models import Membership
from procurement.workflow import perform
from projects.actions.followers import follow
from projects.actions.links import agree, end, me_too, propose_merge
from projects.actions.needs import edit_need
from projects.actions.projects import create_project
from projects.models import Need, NeedFollow
from tests.makers import LONG_AGO, N, holder, make_need, make_project, make_steward, member
from tests.projects.need_pages import CANARIES, CANARY, address, said, sign_in, text_of

pytestmark = pytest.mark.django_db


def told() -> list[str]:
    return [letter.text for letter in Letter.objects.filter(code="need_followed").order_by("pk")]


@pytest.fixture
def need() -> Need:
    return make_need(N.PUBLISHED, title="Suivi", **CANARIES)


@pytest.fixture
def follower(need: Need) -> Actor:
    actor = member()
    follow(need, actor=actor)
    return actor


def change(need: Need, **fields: Any) -> None:
    edit_need(need, actor=holder(need.body), volumes=[], requirements=[], **fields)


def test_one_follows_and_stops_from_the_page(need: Need) -> None:
    actor = member()
    browser = sign_in(actor)
    assert ">Suivre</button>" in text_of(browser.get(address(need)))
    response = browser.submit(address(need), {"start": "1"}, to=address(need, "suivre/"))
    assert said(response) == ["Vous suivez ce besoin : ce qui lui arrive vous sera dit."]
    assert ">Ne plus suivre</button>" in text_of(browser.get(address(need)))
    assert [row.reference for row in browser.get("/besoins/?suivis=on").context["page"]] == [need.reference]
    browser.submit(address(need), {"stop": "1"}, to=address(need, "suivre/"))
    assert not NeedFollow.objects.exists()
    assert list(browser.get("/besoins/?suivis=on").context["page"]) == []


def test_twice_is_once_and_a_draft_of_another_body_is_not_followed(need: Need) -> None:
    browser = sign_in(member())
    page = browser.forms(address(need))[-1]
    for _ in range(2):
        assert browser.post(address(need, "suivre/"), page).status_code == 302
    assert NeedFollow.objects.count() == 1
    draft = make_need()
    assert browser.post(address(draft, "suivre/"), page).status_code == 404


def test_who_declares_is_not_offered_to_follow(need: Need) -> None:
    assert "Suivre</button>" not in text_of(sign_in(holder(need.body)).get(address(need)))


def test_a_public_change_is_told_by_its_name_and_a_confidential_one_is_not(need: Need, follower: Actor) -> None:
    change(
        need,
        current_solution="Autre",
        contract_end=None,
        maximum_cents=1,
        yearly_cost_cents=5,
        latest_date="2030-01-01",
    )
    assert told() == []
    change(need, description="Un logiciel libre pour tout autre chose.", hosting="any", notice_months=4)
    assert told() == ["« Suivi » : l'organisme a revu la description, « Hébergement souhaité »."]
    assert not [text for text in told() if CANARY.search(text)]


def test_what_becomes_of_it_is_told(need: Need, follower: Actor) -> None:
    other = make_need(N.PUBLISHED)
    create_project(actor=holder(other.body), needs=[need, other], title="Ensemble")
    perform(Need, need.pk, "release", actor=holder(other.body))
    owner = holder(need.body)
    perform(Need, need.pk, "withdraw", actor=owner)
    assert told() == [
        "« Suivi » : il rejoint le projet « Ensemble ».",
        "« Suivi » : Le projet rend ce besoin : il est de nouveau seul.",
        "« Suivi » : Le besoin est retiré : sa page n'est plus visible des autres organismes.",
    ]


def test_merging_and_splitting_are_told_to_the_followers_of_both(need: Need, follower: Actor) -> None:
    other = make_need(N.PUBLISHED, title="L'autre")
    second = member()
    follow(other, actor=second)
    link = propose_merge(need, other, actor=make_steward(), reason="même logiciel")
    agree(link, need, actor=holder(need.body))
    assert told() == []  # a proposal is between the owners
    agree(link, other, actor=holder(other.body))
    assert len(told()) == 2
    assert all("comme un seul besoin" in text for text in told())
    end(link, need, actor=holder(need.body))
    assert [("séparés" in text) for text in told()] == [False, False, True, True]
    assert set(Letter.objects.filter(code="need_followed").values_list("user", flat=True)) == {
        follower.user_id,
        second.user_id,
    }


def test_me_too_is_told(need: Need, follower: Actor) -> None:
    joiner = member()
    assert joiner.body is not None
    me_too(need, actor=joiner, body=joiner.body, submission=uuid.uuid4())
    assert told() == ["« Suivi » : un autre organisme le rejoint, avec « Suivi »."]


def test_who_left_the_collective_stopped_or_chose_never_is_told_nothing(need: Need, follower: Actor) -> None:
    quiet, gone = member(), member()
    for actor in (quiet, gone):
        follow(need, actor=actor)
    Preference.objects.create(user=quiet.user, topic=need.reference, rhythm=Rhythm.NEVER)
    Membership.objects.filter(user=gone.user).update(ends_on=LONG_AGO)
    change(need, title="Un autre titre")
    assert [letter.user for letter in Letter.objects.filter(code="need_followed")] == [follower.user]


def test_a_steward_of_no_body_follows_too(need: Need) -> None:
    steward = make_steward()
    follow(need, actor=steward)
    change(need, title="Un autre titre")
    assert len(told()) == 1


def test_a_followed_need_stands_in_the_preferences(need: Need, follower: Actor) -> None:
    page = text_of(sign_in(follower).get("/comptes/messages/"))
    assert f"Suivi ({need.reference})" in page


def test_a_project_tells_nothing_of_a_need_that_nobody_follows(need: Need) -> None:
    make_project()
    change(need, title="Un autre titre")
    assert told() == []
