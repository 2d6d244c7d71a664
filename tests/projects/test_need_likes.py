"""Besoins semblables: on the form while it is typed, with script or without, and on the page of a need."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from procurement.access import Actor
from procurement.letters import Letter
from projects.models import Need
from projects.notifications.likes import tell_likes_due
from projects.search.similar import SOLUTION_SAID
from tests.makers import N, make_body, make_need, make_steward, member
from tests.projects.need_pages import CANARIES, CANARY, CREATE, address, cemetery, etat_civil, filled, sign_in, text_of

pytestmark = pytest.mark.django_db
FRAGMENT = "/besoins/semblables/"
TYPED = {"title": "Cimetierre", "description": "les tombes et la concession"}


def fragment(actor: Actor, typed: dict[str, Any] | None = None, to: str = FRAGMENT) -> Any:
    """Ask as htmx does: with the token of the form."""
    browser = sign_in(actor)
    page = browser.get(CREATE).content.decode()
    found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    assert found
    return browser.post(to, {**(TYPED if typed is None else typed), "csrfmiddlewaretoken": found[1]})


def listed(response: Any) -> list[Need]:
    return [match.need for match in response.context["similar"]]


# On the form ----------------------------------------------------------------------------------------------------------
def test_what_is_typed_shows_the_five_nearest_and_why() -> None:
    needs = {cemetery() for _ in range(7)}
    response = fragment(member())
    text = text_of(response)
    assert response.status_code == 200
    assert len(listed(response)) == 5
    assert set(listed(response)) < needs
    assert "<html" not in text
    assert "5 besoins publiés ressemblent au vôtre" in text
    assert "Mots communs : cimetière" in text
    assert all(f'href="/besoins/{need.reference}/"' in text for need in listed(response))


@pytest.mark.parametrize("state", [N.DRAFT, N.WITHDRAWN])
def test_what_is_not_published_is_shown_to_nobody(state: str) -> None:
    owner = member()
    cemetery(state, body=owner.body, by=owner)
    for reader in (owner, member()):
        assert listed(fragment(reader)) == []
    assert "Aucun besoin publié ne ressemble" in text_of(fragment(owner))


def test_a_need_is_never_like_itself() -> None:
    owner = member()
    mine = cemetery(body=owner.body, by=owner)
    other = cemetery()
    browser = sign_in(owner)
    assert listed(fragment(owner, to=address(mine, "semblables/"))) == [other]
    assert listed(browser.get(address(mine, "modifier/"))) == [other]
    assert listed(browser.get(address(mine))) == [other]
    assert listed(browser.submit(address(mine, "modifier/"), {"similar": "1"})) == [other]


@pytest.mark.parametrize(
    "typed", [{}, {"title": ""}, {"title": "\x00"}, {"title": "x" * 50_000, "domain": "zzz", "contract_end": "31/02"}]
)
def test_a_fragment_takes_anything(typed: dict[str, str]) -> None:
    cemetery()
    response = fragment(member(), typed)
    assert response.status_code == 200
    assert listed(response) == []


def test_the_fragment_is_for_those_who_declare() -> None:
    need = cemetery()
    for outsider in (make_steward(), member(make_body(), "legal")):
        browser = sign_in(outsider)
        browser.handler.enforce_csrf_checks = False
        assert browser.post(FRAGMENT, TYPED).status_code == 403
    assert fragment(member(), to=address(need, "semblables/")).status_code == 403
    assert fragment(member(), to=address(cemetery(N.DRAFT), "semblables/")).status_code == 404
    assert sign_in(member()).get(FRAGMENT).status_code == 405
    assert sign_in(member()).post(FRAGMENT, TYPED).status_code == 403  # no token


def test_what_others_keep_to_themselves_is_no_reason_and_never_shown() -> None:
    theirs = cemetery(**CANARIES)
    mine = {**TYPED, "current_solution": "canari-editeur", "contract_end": "2031-07-14"}
    for response in (fragment(member(), mine), fragment(member())):
        assert listed(response) == [theirs]
        assert SOLUTION_SAID not in text_of(response)
        assert not CANARY.search(text_of(response))
    scores = {fragment(member(), typed).context["similar"][0].score for typed in (mine, TYPED)}
    assert len(scores) == 1


def test_between_ones_own_needs_the_same_software_is_said() -> None:
    owner = member()
    cemetery(body=owner.body, by=owner, **CANARIES)
    response = fragment(owner, {**TYPED, "current_solution": "Canari-Editeur", "contract_end": "14/07/2031"})
    assert SOLUTION_SAID.capitalize() in text_of(response)
    assert "six mois" in text_of(response)


def test_without_script_a_button_shows_them_and_keeps_what_was_typed() -> None:
    need = cemetery()
    browser = sign_in(member())
    response = browser.submit(CREATE, filled(**TYPED, similar="1", **{"volumes-0-label": "tombes"}))
    assert response.status_code == 200
    assert listed(response) == [need]
    text = text_of(response)
    assert "Cimetierre" in text
    assert 'value="tombes"' in text
    assert text.count("requirements-") == browser.get(CREATE).content.decode().count("requirements-")
    assert not Need.objects.filter(title="Cimetierre").exists()


def test_a_form_sent_back_with_faults_still_shows_them() -> None:
    need = cemetery()
    response = sign_in(member()).submit(CREATE, {**filled(**TYPED), "title": "", "contract_end": "31/02/2027"})
    assert response.status_code == 422
    assert listed(response) == [need]


def test_one_gesture_leads_to_joining_a_need_of_another_body() -> None:
    owner = member()
    mine, theirs, met = cemetery(body=owner.body, by=owner), cemetery(), cemetery(N.MET)
    text = text_of(fragment(owner))
    joined = {need: f'href="{address(need, "moi-aussi/")}"' in text for need in (mine, theirs, met)}
    assert joined == {mine: False, theirs: True, met: False}
    Letter.objects.all().delete()
    response = sign_in(owner).submit(address(theirs, "moi-aussi/"))
    assert response.status_code == 302
    tell_likes_due()
    assert Letter.objects.filter(code="need_like_mine", topic=theirs.reference).count() == 1


def test_an_empty_form_says_what_will_come() -> None:
    text = text_of(sign_in(member()).get(CREATE))
    assert "s'affichent ici" in text
    assert "vendor/htmx/htmx.min.js" in text
    assert 'name="csrfmiddlewaretoken"' in text


def test_the_similar_list_costs_the_same_with_one_and_five() -> None:
    owner = member()
    mine = cemetery(body=owner.body, by=owner)
    counts = []
    for more in (1, 4):
        for _ in range(more):
            cemetery()
        browser = sign_in(owner)
        for page in (address(mine), address(mine, "modifier/")):
            with CaptureQueriesContext(connection) as queries:
                assert len(listed(browser.get(page))) in (1, 5)
            counts.append(len(queries))
        with CaptureQueriesContext(connection) as queries:
            fragment(owner)
        counts.append(len(queries))
    assert counts[:3] == counts[3:]


def test_the_domain_of_the_form_is_read() -> None:
    need = make_need(N.PUBLISHED)
    response = fragment(member(), {"title": "Logiciel d'état civil", "domain": etat_civil()})
    assert listed(response) == [need]
    assert "Même domaine" in text_of(response)
