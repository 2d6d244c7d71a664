"""The pages of projects: who sees what, what a form sent twice does, what a page costs."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from procurement import clock
from procurement.access import Actor
from projects.enums import ProjectState
from projects.models import Event, Participation, Project
from projects.requirements import row_of
from projects.views import participants
from tests.house.browser import Browser
from tests.makers import (
    characters,
    coordinator_of,
    declare,
    holder,
    make_body,
    make_need,
    make_project,
    make_steward,
    member,
)

pytestmark = pytest.mark.django_db
TABS = ("", "participants/", "couts/", "cahier-des-charges/", "documents/", "calendrier/", "journal/")


def visit(browser: Browser, actor: Actor) -> Browser:
    assert actor.user is not None
    return browser.sign_in(actor.user)


def page(browser: Browser, address: str, status: int = 200) -> str:
    response = browser.get(address)
    assert response.status_code == status, address
    return response.content.decode()


@pytest.mark.parametrize(
    "state", [ProjectState.FRAMING, ProjectState.CALL, ProjectState.AGREEMENT, ProjectState.CONSTITUTED]
)
def test_every_tab_opens_in_every_state_for_everybody(browser: Browser, state: str) -> None:
    project = make_project(state, frozen=True)
    them = characters(project)
    for actor in (them.coordinator, them.member, them.stranger, make_steward()):
        visit(browser, actor)
        for tab in TABS:
            assert project.title in page(browser, f"/projets/{project.reference}/{tab}")


def test_a_visitor_is_sent_to_sign_in(browser: Browser) -> None:
    project = make_project()
    for tab in TABS:
        response = browser.get(f"/projets/{project.reference}/{tab}")
        assert response.status_code == 302
        assert response["Location"].startswith("/comptes/connexion/")


def test_an_unknown_project_is_not_found(browser: Browser) -> None:
    visit(browser, member())
    for tab in TABS:
        page(browser, f"/projets/P-1999-001/{tab}", status=404)


def test_a_page_seen_by_a_member_is_never_kept_by_a_cache(browser: Browser) -> None:
    project = make_project()
    visit(browser, member())
    assert "no-store" in browser.get(f"/projets/{project.reference}/")["Cache-Control"]


def test_amounts_of_others_are_reserved_until_the_annex_is_frozen(browser: Browser) -> None:
    """Design §3: the body itself and the coordinator see them; the others once the annex is frozen."""
    project = make_project(ProjectState.CALL, bodies=[make_body() for _ in range(3)])
    them = characters(project)
    secret = project.participations.exclude(body__in=[b.pk for b in them.member.bodies]).last()
    assert secret is not None
    declare(secret, 7_654_32)
    address = f"/projets/{project.reference}/participants/"
    canary = "7\u202f654,32"
    assert canary in page(visit(browser, coordinator_of(project)), address)
    for actor in (them.member, them.stranger, make_steward()):
        assert page(visit(browser, actor), address).count(canary) <= 1  # the sum, from three bodies up
        assert canary not in page(browser, f"/projets/{project.reference}/journal/")


def test_the_total_over_two_bodies_is_not_told(browser: Browser) -> None:
    project = make_project(ProjectState.CALL)
    for participation in project.participations.all():
        declare(participation, 7_654_32)
    visit(browser, member())
    for tab in ("", "participants/"):
        assert "15\u202f308,64" not in page(browser, f"/projets/{project.reference}/{tab}")


def test_the_proof_noted_for_a_body_is_not_shown_to_the_others(browser: Browser) -> None:
    project = make_project(ProjectState.CALL)
    row = project.participations.exclude(body=project.lead_body).get()
    declare(row, by=coordinator_of(project), note="courriel confidentiel")
    address = f"/projets/{project.reference}/journal/"
    assert "courriel confidentiel" in page(visit(browser, coordinator_of(project)), address)
    assert "courriel confidentiel" not in page(visit(browser, member()), address)


def test_a_step_not_possible_yet_is_greyed_with_what_is_missing(browser: Browser) -> None:
    project = make_project(ProjectState.FRAMING, cut_off=None)
    html = page(visit(browser, coordinator_of(project)), f"/projets/{project.reference}/")
    assert "Ouvrir l&#x27;appel" in html
    assert 'aria-disabled="true"' in html
    assert f'href="/projets/{project.reference}/modifier/#id_cut_off"' in html


def test_a_step_of_somebody_else_is_forbidden(browser: Browser) -> None:
    project = make_project(ProjectState.CALL)
    page(visit(browser, characters(project).member), f"/projets/{project.reference}/etape/close_call/", status=403)
    row = project.participations.get(body=project.lead_body)
    page(browser, f"/projets/{project.reference}/participants/{row.pk}/etape/declare/", status=404)


def test_a_step_that_is_only_a_consequence_has_no_page(browser: Browser) -> None:
    project = make_project(ProjectState.AGREEMENT, frozen=True)
    row = project.participations.first()
    assert row is not None
    address = f"/projets/{project.reference}/participants/{row.pk}/etape/lapse/"
    page(visit(browser, coordinator_of(project)), address, status=403)


def test_what_is_wrong_with_a_fact_stands_beside_its_field(browser: Browser) -> None:
    project = make_project(ProjectState.AGREEMENT, frozen=True)
    row = project.participations.exclude(body=project.lead_body).get()
    visit(browser, member(row.body, "legal"))
    yesterday = clock.today() - dt.timedelta(days=1)
    response = browser.submit(
        f"/projets/{project.reference}/participants/{row.pk}/etape/authorise/",
        {"act_number": "12", "act_date": yesterday.isoformat(), "act_enforceable_on": yesterday.isoformat()},
    )
    assert response.status_code == 409
    assert 'href="#id_act_date"' in response.content.decode()
    row.refresh_from_db()
    assert row.state == "intended"


def test_the_same_step_sent_twice_makes_one_event(browser: Browser) -> None:
    project = make_project(ProjectState.CALL)
    for row in project.participations.all():
        declare(row)
    visit(browser, coordinator_of(project))
    address = f"/projets/{project.reference}/etape/close_call/"
    form = browser.forms(address)
    token = next(f for f in form if f.method == "post" and "note" in f)["csrfmiddlewaretoken"]
    for _ in range(2):
        response = browser.post(address, {"csrfmiddlewaretoken": token, "note": "chacun a répondu"})
        assert response.status_code == 302
    assert Event.objects.filter(project=project, step="close_call").count() == 1


def test_a_step_in_the_wrong_state_says_who_moved_it_and_when(browser: Browser) -> None:
    project = make_project(ProjectState.AGREEMENT)
    html = page(visit(browser, coordinator_of(project)), f"/projets/{project.reference}/etape/close_call/", status=409)
    assert str(project.coordinator) in html
    assert f"{clock.today():%d/%m/%Y}" in html


def test_a_project_form_sent_twice_makes_one_project(browser: Browser) -> None:
    body = make_body()
    need = make_need("published", body=body)
    visit(browser, member(body, "agent"))
    form = next(f for f in browser.forms("/projets/nouveau/") if "title" in f)
    data: dict[str, Any] = {**form, "title": "État civil", "needs": [str(need.pk)]}
    answers = [browser.post("/projets/nouveau/", data) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert Project.objects.get().reference in answers[1]["Location"]


def test_a_project_needs_a_published_need_of_ones_own(browser: Browser) -> None:
    make_need("published")
    visit(browser, member())
    assert "Publiez d'abord un besoin" in page(browser, "/projets/nouveau/")


def test_joining_makes_one_participation_however_often(browser: Browser) -> None:
    project = make_project(ProjectState.CALL)
    body = make_body()
    visit(browser, member(body, "agent"))
    token = browser.forms(f"/projets/{project.reference}/")[0]["csrfmiddlewaretoken"]
    for _ in range(2):
        answer = browser.post(
            f"/projets/{project.reference}/rejoindre/", {"csrfmiddlewaretoken": token, "body": body.pk}
        )
        assert answer.status_code == 302
    assert Participation.objects.filter(project=project, body=body).count() == 1


def test_nobody_joins_for_a_body_that_is_not_theirs(browser: Browser) -> None:
    project = make_project(ProjectState.CALL)
    other = make_body()
    visit(browser, member())
    token = browser.forms(f"/projets/{project.reference}/")[0]["csrfmiddlewaretoken"]
    answer = browser.post(f"/projets/{project.reference}/rejoindre/", {"csrfmiddlewaretoken": token, "body": other.pk})
    assert answer.status_code == 404


def test_joining_after_the_call_says_why_not(browser: Browser) -> None:
    project = make_project(ProjectState.AGREEMENT)
    body = make_body()
    visit(browser, member(body, "agent"))
    token = browser.forms("/besoins/nouveau/")[0]["csrfmiddlewaretoken"]
    answer = browser.post(f"/projets/{project.reference}/rejoindre/", {"csrfmiddlewaretoken": token, "body": body.pk})
    assert answer.status_code == 409
    assert "composition" in answer.content.decode()


def test_percentages_must_sum_to_exactly_100(browser: Browser) -> None:
    project = make_project(ProjectState.FRAMING)
    visit(browser, coordinator_of(project))
    lines = f"/projets/{project.reference}/couts/lignes/"
    assert browser.submit(lines, {"form-0-key": "percent"}).status_code == 302
    address = f"/projets/{project.reference}/couts/pourcentages/1/"
    sirens = [p.body.siren for p in project.listed_participations()] or [
        p.body.siren for p in project.participations.select_related("body")
    ]
    refused = browser.submit(address, dict.fromkeys(sirens, "33,33"))
    assert "66,66 %" in refused.content.decode().replace("\u00a0", " ")
    assert browser.submit(address, dict(zip(sirens, ["60", "40"], strict=True))).status_code == 302
    assert "3\u202f600,00" in page(browser, f"/projets/{project.reference}/couts/")


def test_typed_markup_comes_out_as_text(browser: Browser) -> None:
    payload = "<script>alert(1)</script>{{ settings.SECRET_KEY }}{% debug %}"
    project = make_project(ProjectState.FRAMING, title=payload, object=payload)
    visit(browser, coordinator_of(project))
    for tab in TABS:
        html = page(browser, f"/projets/{project.reference}/{tab}")
        assert "<script>alert" not in html
        assert "&lt;script&gt;alert(1)&lt;/script&gt;{{ settings.SECRET_KEY }}{% debug %}" in html


@pytest.mark.parametrize(
    ("tab", "view", "total"),
    [("participants/", "participants", "15\u202f000,00"), ("couts/", "costs", "6\u202f000,00")],
)
def test_a_long_list_is_read_by_parts_one_s_own_first_and_its_total_is_of_all(
    browser: Browser, monkeypatch: pytest.MonkeyPatch, tab: str, view: str, total: str
) -> None:
    monkeypatch.setattr(f"projects.views.{view}.PART", 1)
    bodies = [make_body(f"Ville {letter}") for letter in "ABC"]
    project = make_project(ProjectState.AGREEMENT, bodies=bodies, frozen=True)
    visit(browser, holder(bodies[2]))
    address = f"/projets/{project.reference}/{tab}"
    first, second = page(browser, address), page(browser, f"{address}?a-partir-de=2")
    named = [name for name in ("Ville A", "Ville B", "Ville C") if f'<th scope="row">{name}' in first]
    assert named == ["Ville C"]
    assert '<th scope="row">Ville A' in second
    assert "1 à 1 sur 3" in first
    assert 'href="?a-partir-de=3"' in second
    assert total in first
    assert total in second


def test_the_row_that_a_link_names_stands_on_the_part_that_is_shown(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(participants, "PART", 2)
    project = make_project("call", bodies=[make_body() for _ in range(5)])
    visit(browser, coordinator_of(project))
    for row in project.participations.all():
        assert f'id="p{row.pk}"' in page(browser, f"/projets/{project.reference}/participants/{row_of(row.pk)}")
