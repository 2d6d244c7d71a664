"""The message when a need close to mine appears: to whom, once, and saying nothing confidential."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.mail import EmailMessage
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from procurement.letters import Letter, Preference, Rhythm
from procurement.models import Membership
from procurement.post import send_due
from procurement.workflow import perform
from projects.models import LikesDue, Need
from projects.notifications.likes import WORTH_TELLING, tell_likes_due
from projects.search.api import alike
from tests.makers import LONG_AGO, N, force_state, make_body, make_need, make_user, member
from tests.projects.need_pages import CANARY, address, cemetery
from tests.projects.search.labelled import DECLARATIONS, LIKES, publish_all
from tests.projects.sheet_tools import NEED, load

pytestmark = pytest.mark.django_db


def told() -> list[Letter]:
    """What the sender of messages finds to tell, once it has looked."""
    tell_likes_due()
    return list(Letter.objects.filter(code="need_like_mine").select_related("user").order_by("pk"))


def forget() -> None:
    """What was told so far has been read."""
    told()
    Letter.objects.all().delete()


def test_a_need_that_appears_is_told_once_to_the_agents_of_those_it_resembles() -> None:
    mine = member()
    colleague = member(mine.body)
    viewer = member(mine.body, "viewer")
    need = cemetery(body=mine.body, by=mine)
    far = make_need(N.PUBLISHED, title="Téléphonie sur IP", description="Standard, lignes mobiles et accueil vocal.")
    new = cemetery(title="Gestion du cimetière", body=make_body("Grandval"))
    assert {letter.user for letter in told()} == {mine.user, colleague.user}
    letter = told()[0]
    assert (letter.topic, letter.topic_title, letter.link) == (need.reference, need.title, address(new))
    assert "Grandval publie un besoin proche du vôtre" in letter.text
    assert "même domaine" in letter.text
    assert viewer.user not in {letter.user for letter in told()}
    assert far.title not in letter.text


def test_a_pair_is_told_once_whatever_moves_after() -> None:
    mine, theirs = member(), member()
    old = cemetery(body=mine.body, by=mine)
    new = cemetery(body=theirs.body, by=theirs)
    for need, by in ((new, theirs), (old, mine)):
        perform(Need, need.pk, "withdraw", actor=by)
        perform(Need, need.pk, "reopen", actor=by)
        perform(Need, need.pk, "publish", actor=by)
    assert len(told()) == 1


def test_the_same_body_and_whoever_publishes_are_not_told() -> None:
    both = member()
    cemetery(body=both.body, by=both)
    cemetery(body=both.body, by=both)
    other = member(make_body(), user=both.user)
    cemetery(body=other.body, by=other)
    assert told() == []


@pytest.mark.parametrize("state", [N.DRAFT, N.WITHDRAWN, N.MET])
def test_who_no_longer_looks_is_not_told(state: str) -> None:
    cemetery(state)
    cemetery()
    assert told() == []


def test_somebody_with_several_like_needs_hears_of_the_closest_alone() -> None:
    user = make_user()
    first, second = member(user=user), member(user=user)
    cemetery(body=first.body, by=first, description="Suivre les tombes, entre autres choses de la commune.")
    nearest = cemetery(body=second.body, by=second)
    cemetery(body=first.body, by=first, description="Des tombes, et bien d'autres choses encore.")
    forget()
    cemetery()
    assert [(letter.user, letter.topic) for letter in told()] == [(user, nearest.reference)]


def test_the_software_of_a_body_weighs_nothing_and_is_not_written() -> None:
    secret = {
        "current_solution": "canari-editeur",
        "contract_end": dt.date(2031, 7, 14),
        "maximum_cents": 98_765_432_10,
    }
    mine = member()
    cemetery(body=mine.body, by=mine, **secret)
    new = cemetery(**secret)
    assert told()
    assert not [letter for letter in told() if CANARY.search(f"{letter.text} {letter.topic_title} {letter.link}")]
    with_secrets = alike(new, actor=mine, least=0)[0].score
    Need.objects.update(current_solution="", contract_end=None)
    assert alike(Need.objects.get(pk=new.pk), actor=mine, least=0)[0].score == with_secrets


def test_a_rhythm_chosen_for_ones_own_need_is_kept() -> None:
    quiet, daily = member(), member()
    for reader, rhythm in ((quiet, Rhythm.NEVER), (daily, Rhythm.DAILY)):
        need = cemetery(body=reader.body, by=reader)
        Preference.objects.create(user=reader.user, topic=need.reference, rhythm=rhythm)
    forget()
    cemetery()
    assert [(letter.user, letter.rhythm) for letter in told()] == [(daily.user, Rhythm.DAILY)]


def test_a_publication_rolled_back_tells_nobody() -> None:
    cemetery()
    with transaction.atomic():
        cemetery()
        transaction.set_rollback(True)
    assert told() == []


def test_publishing_costs_the_same_whatever_the_number_told() -> None:
    counts = []
    for more in (1, 4):
        for _ in range(more):
            cemetery()
        need = cemetery(N.DRAFT)
        agent = member(need.body)
        before = len(told())
        with CaptureQueriesContext(connection) as queries:
            perform(Need, need.pk, "publish", actor=agent)
        counts.append(len(queries))
        assert len(told()) > before
    assert counts[0] == counts[1]


def test_an_agent_whose_mandate_ended_is_not_told() -> None:
    need = cemetery()
    Membership.objects.filter(body=need.body).update(ends_on=LONG_AGO)
    cemetery()
    assert told() == []


def test_the_threshold_tells_few_pairs_that_do_not_belong_together() -> None:
    needs, reader = publish_all(), member()
    names = {need.pk: name for name, need in needs.items()}
    for held_out in (False, True):
        part = [one for one in DECLARATIONS if one.held_out == held_out]
        pairs = [
            (one.id, names[match.need.pk])
            for one in part
            for match in alike(needs[one.id], actor=reader, least=WORTH_TELLING)
        ]
        right = sum(other in LIKES[one] for one, other in pairs)
        assert right / len(pairs) >= 0.9
        assert right / sum(len(LIKES[one.id]) for one in part) >= 0.8


def test_a_row_left_in_the_index_by_accident_tells_nobody() -> None:
    force_state(cemetery(), N.DRAFT)
    cemetery()
    assert told() == []


def test_the_sender_of_messages_tells_what_is_due_and_sends_it_at_once(mailoutbox: list[EmailMessage]) -> None:
    mine = member()
    cemetery(body=mine.body, by=mine)
    cemetery(title="Gestion du cimetière")
    assert LikesDue.objects.count() == 2
    assert not Letter.objects.filter(code="need_like_mine").exists()
    send_due()
    assert mine.user is not None
    assert [mail.to for mail in mailoutbox] == [[mine.user.email]]
    assert not LikesDue.objects.exists()
    send_due()
    assert len(mailoutbox) == 1


def test_a_sheet_that_publishes_looks_for_no_likes_and_costs_the_same_at_each_line() -> None:
    agent, costs = member(), []
    for size in (2, 12):
        rows = [{**NEED, "intitulé": f"Besoin {size} {number}", "publié": "oui"} for number in range(size)]
        with CaptureQueriesContext(connection) as queries:
            assert load("needs", rows, actor=agent).counts["created"] == size
        assert not [query for query in queries if "projects_needtext" in query["sql"] and "MATCH" in query["sql"]]
        costs.append(len(queries))
    assert (costs[1] - costs[0]) / 10 <= 64  # queries for a need judged twice, declared and published
    assert LikesDue.objects.count() == 14


def test_needs_published_together_are_told_once_for_each_pair() -> None:
    agents = [member() for _ in range(3)]
    for agent in agents:
        cemetery(body=agent.body, by=agent)
    assert len(told()) == 3  # the first hears of the second and of the third, the second of the third
