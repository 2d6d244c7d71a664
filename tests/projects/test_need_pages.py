"""Reading and moving a need: who sees what, who may do what."""

from __future__ import annotations

import html

import pytest
from django.test import Client
from django.urls import reverse

from procurement.workflow import perform
from projects.actions.projects import create_project
from projects.enums import NeedState
from projects.models import Event, Need
from tests.makers import make_body, make_need, make_steward, member
from tests.projects.need_pages import CANARIES, CANARY, CREATE, address, filled, said, sign_in, text_of

pytestmark = pytest.mark.django_db


# Reading --------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("below", ["", "modifier/"])
@pytest.mark.parametrize("state", [NeedState.DRAFT, NeedState.WITHDRAWN])
def test_a_stranger_gets_404_on_what_is_not_published(state: str, below: str) -> None:
    need = make_need(state)
    assert sign_in(member()).get(address(need, below)).status_code == 404
    assert need.title not in text_of(sign_in(member()).get("/besoins/"))


def test_a_stranger_may_not_move_a_draft_they_cannot_see() -> None:
    need = make_need()
    response = sign_in(member()).post(address(need, "etape/publish/"), {"csrfmiddlewaretoken": "x"})
    assert response.status_code == 403  # no token
    client = Client()
    stranger = member().user
    assert stranger is not None
    client.force_login(stranger)
    assert client.post(address(need, "etape/publish/")).status_code == 404
    assert Need.objects.get().state == NeedState.DRAFT


def test_confidential_fields_are_for_the_body_and_the_coordinator() -> None:
    owner, coordinator = member(), member()
    assert owner.body is not None
    assert coordinator.body is not None
    need = make_need(NeedState.PUBLISHED, body=owner.body, by=owner, **CANARIES)
    mine = make_need(NeedState.PUBLISHED, body=coordinator.body, by=coordinator)
    pages = [address(need), "/besoins/", "/besoins/?q=canari-editeur", "/besoins/?q=98", "/besoins/?domaine=etat-civil"]
    for stranger in (member(), coordinator, make_steward(), member(make_body(kind="partenaire"))):
        for page in pages:
            shown = (
                text_of(sign_in(stranger).get(page)).replace("/besoins/?q=canari", "").replace('value="canari-ed', "")
            )
            assert not CANARY.search(shown), page
        assert "Réservé à l'organisme et au coordinateur." in text_of(sign_in(stranger).get(address(need)))
    create_project(actor=coordinator, needs=[need, mine], title="Ensemble")
    for reader in (owner, coordinator):
        assert len(set(CANARY.findall(text_of(sign_in(reader).get(address(need)))))) == 3


def test_what_is_to_complete_is_told_to_the_body_alone() -> None:
    owner = member()
    assert owner.body is not None
    need = make_need(NeedState.PUBLISHED, body=owner.body, by=owner)
    assert "Maximum engageable" in text_of(sign_in(owner).get(address(need)))
    assert "À compléter" not in text_of(sign_in(member()).get(address(need)))


HOSTILE = [
    '<script>alert("x")</script>',
    "{{ 7|add:7 }}{% now 'Y' %}",
    '"><img src=x onerror=alert(1)>',
    "</textarea><style>*{color:red}</style>",
    "javascript:alert(1)",
]


@pytest.mark.parametrize("typed", HOSTILE)
def test_markup_and_template_syntax_come_out_as_text(typed: str) -> None:
    agent = member(make_body(typed))
    rows = {
        "current_solution": typed,
        "volumes-0-label": typed,
        "volumes-0-quantity": "1",
        "volumes-0-unit": typed,
        "requirements-0-chapter": typed,
        "requirements-0-text": typed,
        "requirements-0-source": typed,
    }
    browser = sign_in(agent)
    browser.submit(CREATE, filled(**rows, title=typed, description=typed * 3))
    need = Need.objects.get()
    for page in (address(need), address(need, "modifier/"), "/besoins/"):
        shown = browser.get(page).content.decode()
        assert html.escape(typed) in shown
        if html.escape(typed) != typed:
            assert typed not in shown
        assert "<script>" not in shown
        assert "<style>" not in shown
    assert need.requirements.get().text == typed


# Moving ---------------------------------------------------------------------------------------------------------------
def test_a_step_that_is_not_possible_is_greyed_with_what_is_missing() -> None:
    agent = member()
    need = make_need(body=agent.body, by=agent, domain=None, description="court")
    page = text_of(sign_in(agent).get(address(need)))
    assert "Non publié" in page
    assert 'aria-describedby="manque-publish"' in page
    assert f'href="{address(need, "modifier/")}#id_domain"' in page
    assert "(5 aujourd'hui)" in page


def test_a_blocked_step_lists_what_is_missing() -> None:
    agent = member()
    need = make_need(body=agent.body, by=agent, domain=None)
    client = Client()
    assert agent.user is not None
    client.force_login(agent.user)
    response = client.post(address(need, "etape/publish/"))
    assert response.status_code == 409
    assert 'role="alert"' in text_of(response)
    assert "un domaine" in text_of(response)
    assert Need.objects.get().state == NeedState.DRAFT


def test_the_whole_life_of_a_need_in_the_browser() -> None:
    agent = member()
    need = make_need(body=agent.body, by=agent)
    browser = sign_in(agent)
    states = []
    for step in ("publish", "satisfy", "reopen", "withdraw", "reopen", "publish"):
        response = browser.submit(address(need), to=address(need, f"etape/{step}/"))
        assert response.url == address(need)
        states.append(Need.objects.get().state)
    assert states == ["published", "met", "draft", "withdrawn", "draft", "published"]
    page = text_of(browser.get(address(need)))
    assert page.index("Besoin publié") < page.index("Besoin retiré") < page.index("Besoin déclaré")


def test_a_double_click_is_not_a_conflict_but_two_people_are() -> None:
    agent = member()
    colleague = member(agent.body)
    need = make_need(body=agent.body, by=agent)
    browsers = [sign_in(agent), sign_in(agent), sign_in(colleague)]
    forms = [browser.forms(address(need))[-1] for browser in browsers]
    assert agent.user is not None
    token = {"csrfmiddlewaretoken": forms[0]["csrfmiddlewaretoken"]}
    assert browsers[0].post(address(need, "etape/publish/"), token).status_code == 302
    again = browsers[0].post(address(need, "etape/publish/"), token)
    assert again.url == address(need)
    assert said(again)[-1] == "C'est déjà fait."
    token = {"csrfmiddlewaretoken": forms[2]["csrfmiddlewaretoken"]}
    refused = browsers[2].post(address(need, "etape/publish/"), token)
    assert refused.status_code == 409
    assert str(agent.user) in text_of(refused)
    assert Event.objects.filter(step="publish").count() == 1


@pytest.mark.parametrize(
    ("step", "status"), [("publish", 403), ("satisfy", 403), ("pool", 404), ("release", 404), ("zzz", 404)]
)
def test_who_may_not_take_a_step_is_refused(step: str, status: int) -> None:
    need = make_need(NeedState.PUBLISHED)
    client = Client()
    user = member().user
    assert user is not None
    client.force_login(user)
    assert client.post(address(need, f"etape/{step}/")).status_code == status
    assert Need.objects.get().state == NeedState.PUBLISHED


def test_steps_want_a_post_with_a_token_and_a_note_that_fits() -> None:
    agent = member()
    need = make_need(body=agent.body, by=agent)
    browser = sign_in(agent)
    assert browser.get(address(need, "etape/publish/")).status_code == 405
    assert browser.post(address(need, "etape/publish/")).status_code == 403
    assert browser.post(CREATE, filled()).status_code == 403
    token = browser.forms(address(need))[-1]["csrfmiddlewaretoken"]
    for note in ("x" * 2_001, "a\0b"):
        sent = {"csrfmiddlewaretoken": token, "note": note}
        assert browser.post(address(need, "etape/publish/"), sent).status_code == 409
    assert Need.objects.get().state == NeedState.DRAFT


def test_a_note_is_read_by_the_body_alone() -> None:
    agent = member()
    need = make_need(NeedState.PUBLISHED, body=agent.body, by=agent)
    perform(Need, need.pk, "satisfy", actor=agent, note="mot-pour-nous")
    assert "mot-pour-nous" in text_of(sign_in(agent).get(address(need)))
    assert "mot-pour-nous" not in text_of(sign_in(member()).get(address(need)))


# The door -------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("page", ["/besoins/", CREATE, "/besoins/B-2026-0001/", "/besoins/B-2026-0001/modifier/"])
def test_who_is_not_signed_in_is_sent_to_sign_in_and_nothing_is_cached(page: str) -> None:
    assert Client().get(page).url.startswith(reverse("account_login"))  # type: ignore[attr-defined]
    agent = member()
    make_need(body=agent.body, by=agent)
    response = sign_in(agent).get(page)
    if response.status_code == 200:
        assert "no-store" in response["Cache-Control"]
