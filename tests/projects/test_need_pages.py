"""The pages of needs, as people and as attackers use them."""

from __future__ import annotations

import html
import re
import time
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from procurement.access import Actor
from procurement.models import Body, Membership, Role
from procurement.workflow import perform
from projects.actions.projects import create_project
from projects.enums import NeedState, Priority
from projects.models import Domain, Event, Need, Requirement, Volume
from tests.house.browser import Browser
from tests.makers import DESCRIPTION, make_body, make_need, make_steward, member

pytestmark = pytest.mark.django_db
CREATE = "/besoins/nouveau/"
CANARIES = {
    "current_solution": "canari-editeur",
    "contract_end": "2031-07-14",
    "maximum_cents": 98_765_432_10,
}
CANARY = re.compile(r"canari-editeur|2031-07-14|14 juillet 2031|14/07/2031|98.?765.?432")


def text_of(response: Any) -> str:
    """What the page says, entities resolved and every kind of blank made plain."""
    return re.sub(r"\s", " ", html.unescape(response.content.decode()))


def said(response: Any) -> list[str]:
    """The messages that the page is about to show."""
    return [str(message) for message in get_messages(response.wsgi_request)]


def sign_in(actor: Actor) -> Browser:
    assert actor.user is not None
    return Browser().sign_in(actor.user)


def address(need: Need, below: str = "") -> str:
    return f"/besoins/{need.reference}/{below}"


def etat_civil() -> str:
    return str(Domain.objects.get(code="etat-civil").pk)


def filled(**other: Any) -> dict[str, Any]:
    """What an agent types."""
    return {"domain": etat_civil(), "title": "Un logiciel d'état civil", "description": DESCRIPTION, **other}


# Declaring ------------------------------------------------------------------------------------------------------------
def test_a_need_is_saved_as_a_draft_with_its_rows() -> None:
    agent = member()
    rows = {
        "current_solution": "Solution A",
        "contract_end": "2027-12-31",
        "maximum_cents": "12 000,50",
        "volumes-0-label": "actes par an",
        "volumes-0-quantity": "1\u202f905",
        "volumes-0-unit": "actes",
        "volumes-0-year": "2025",
        "volumes-2-label": "surface",
        "volumes-2-quantity": "12,5",
        "volumes-2-unit": "ha",
        "requirements-0-chapter": "Délivrance",
        "requirements-0-text": "Le logiciel délivre\r\nles copies.",
        "requirements-0-priority": "must",
        "requirements-0-source": "art. 101-1 C. civ.",
    }
    response = sign_in(agent).submit(CREATE, filled(**rows))
    need = Need.objects.get()
    assert response.url == address(need)
    assert (need.state, need.body, need.declared_by) == (NeedState.DRAFT, agent.body, agent.user)
    assert (need.current_solution, need.maximum_cents, str(need.contract_end)) == (
        "Solution A",
        1_200_050,
        "2027-12-31",
    )
    assert [f"{v.label}|{v.quantity}|{v.unit}|{v.year}" for v in need.volumes.all()] == [
        "actes par an|1905.00|actes|2025",
        "surface|12.50|ha|None",
    ]
    row = need.requirements.get()
    assert (row.text, row.priority, row.source) == ("Le logiciel délivre\nles copies.", "must", "art. 101-1 C. civ.")
    assert said(response) == ["Brouillon enregistré : il n'est pas encore publié."]


def test_a_title_is_enough_for_a_draft() -> None:
    sign_in(member()).submit(CREATE, {"title": "À préciser"})
    assert Need.objects.get().domain is None


def test_publishing_at_once_saves_and_publishes() -> None:
    sign_in(member()).submit(CREATE, filled(publish="1"))
    assert Need.objects.get().state == NeedState.PUBLISHED
    assert list(Event.objects.order_by("id").values_list("step", flat=True)) == ["create", "publish"]


def test_publishing_too_early_keeps_the_draft_and_says_what_is_missing() -> None:
    response = sign_in(member()).submit(CREATE, {"title": "À préciser", "publish": "1"})
    assert Need.objects.get().state == NeedState.DRAFT
    assert len(said(response)) == 1
    assert "un domaine" in said(response)[0]
    assert "une description d'au moins 20 caractères" in said(response)[0]


@pytest.mark.parametrize("extra", [{}, {"publish": "1"}])
def test_the_same_form_sent_twice_makes_one_need(extra: dict[str, str]) -> None:
    browser = sign_in(member())
    form = {**browser.forms(CREATE)[-1], **filled(**extra)}
    first, second = browser.post(CREATE, form), browser.post(CREATE, form)
    assert Need.objects.count() == 1
    assert first.url == second.url
    assert "déjà été envoyé" in said(second)[-1]
    assert Event.objects.count() == (2 if extra else 1)


def test_the_same_form_sent_for_another_body_makes_no_second_need() -> None:
    agent = member()
    assert agent.user is not None
    member(user=agent.user)
    browser = sign_in(agent)
    form = {**browser.forms(CREATE)[-1], **filled()}
    bodies = [str(pk) for pk in Membership.objects.filter(user=agent.user).values_list("body_id", flat=True)]
    for pk in bodies:
        assert browser.post(CREATE, {**form, "body": pk}).status_code == 302
    assert Need.objects.count() == 1


def test_one_declares_only_for_a_body_whose_agent_one_is() -> None:
    agent, other = member(), make_body("Ailleurs")
    assert agent.user is not None
    member(user=agent.user)
    member(other, Role.LEGAL, user=agent.user)
    browser = sign_in(agent)
    form = {**browser.forms(CREATE)[-1], **filled(body=str(other.pk))}
    response = browser.post(CREATE, form)
    assert response.status_code == 422
    assert Need.objects.count() == 0


def test_a_lone_body_is_shown_and_not_asked() -> None:
    agent = member(make_body("Valmont"))
    page = text_of(sign_in(agent).get(CREATE))
    assert "<dd>Valmont</dd>" in page
    assert 'name="body"' not in page.split("<main")[1]


def test_more_rows_keep_what_was_typed_and_write_nothing() -> None:
    typed = {"maximum_cents": "douze", "volumes-0-quantity": "-3", "contract_end": "demain", "add_rows": "volumes"}
    browser = sign_in(member())
    before = browser.get(CREATE).content.decode()
    response = browser.submit(CREATE, filled(**typed, **{"requirements-0-text": "Un <plan>"}))
    page = response.content.decode()
    assert response.status_code == 200
    for value in ("douze", "-3", "demain", "Un &lt;plan&gt;", "Un logiciel d&#x27;état civil"):
        assert value in page
    assert 'class="errors"' not in page
    assert page.count('-quantity"') > before.count('-quantity"')
    assert re.findall(r'name="requirements-\d+-text"', page) == re.findall(r'name="requirements-\d+-text"', before)
    assert re.search(r'name="submission" value="([^"]+)"', page)
    assert Need.objects.count() == 0


BAD = [
    ("title", "", "Remplissez ce champ."),
    ("title", "x" * 256, "255"),
    ("title", "a\0b", "Le caractère nul"),
    ("domain", "999999", "Sélectionnez un choix valide"),
    ("domain", "9" * 40, "Sélectionnez un choix valide"),
    ("description", "x" * 20_001, "20"),
    ("contract_end", "demain", "Écrivez une date comme 30/04/2026."),
    ("contract_end", "0900-01-01", "Écrivez une année entre 1990 et 2100."),
    ("contract_end", "2101-01-01", "Écrivez une année entre 1990 et 2100."),
    ("maximum_cents", "1.234", "Montant ambigu"),
    ("maximum_cents", "-5", "Le montant doit être positif ou nul."),
    ("maximum_cents", "9" * 5000, "Ce n'est pas un montant"),
    ("submission", "pas-un-uuid", "UUID"),
    ("volumes-0-quantity", "-1", "Un volume ne peut pas être négatif."),
    ("volumes-0-quantity", "\u2212 5", "Un volume ne peut pas être négatif."),
    ("volumes-0-quantity", "beaucoup", "Écrivez un nombre comme 1 905 ou 12,5."),
    ("volumes-0-quantity", "1.905", "Écrivez un nombre comme 1 905 ou 12,5."),
    ("volumes-0-quantity", "1e5", "Écrivez un nombre comme 1 905 ou 12,5."),
    ("volumes-0-quantity", "NaN", "Écrivez un nombre comme 1 905 ou 12,5."),
    ("volumes-0-quantity", "٣", "Écrivez un nombre comme 1 905 ou 12,5."),
    ("volumes-0-quantity", "1234567890123", "12 chiffres au plus."),
    ("volumes-0-quantity", "9" * 100_000, "12 chiffres au plus."),
    ("volumes-0-year", "1989", "Écrivez une année entre 1990 et 2100."),
    ("volumes-0-year", "2101", "Écrivez une année entre 1990 et 2100."),
    ("volumes-0-year", "9" * 100_000, "Écrivez une année entre 1990 et 2100."),
    ("volumes-0-year", "2025,5", "Écrivez une année entre 1990 et 2100."),
    ("volumes-0-unit", "", "Remplissez ce champ."),
    ("volumes-0-unit", "u" * 41, "40"),
    ("requirements-0-chapter", "", "Remplissez ce champ."),
    ("requirements-0-text", "x" * 2001, "2"),
    ("requirements-0-priority", "vital", "Sélectionnez un choix valide"),
]


@pytest.mark.parametrize(("field", "value", "line"), BAD)
def test_bad_input_gets_one_french_line_quickly_and_writes_nothing(field: str, value: str, line: str) -> None:
    browser = sign_in(member())
    sound = {
        "volumes-0-label": "actes",
        "volumes-0-quantity": "5",
        "volumes-0-unit": "actes",
        "volumes-0-year": "2025",
        "requirements-0-chapter": "Plan",
        "requirements-0-text": "Le plan est dessiné.",
    }
    form = {**browser.forms(CREATE)[-1], **filled(**sound)}
    start = time.perf_counter()
    response = browser.post(CREATE, {**form, field: value})
    assert time.perf_counter() - start < 2
    assert response.status_code == 422
    summary = re.search(r'<div class="errors".*?</div>', response.content.decode(), re.DOTALL)
    assert summary is not None
    lines = re.findall(r"<li>(.*?)</li>", summary[0], re.DOTALL)
    assert len(lines) == 1
    assert line in html.unescape(lines[0]).replace("\u202f", "").replace("\u00a0", " ")
    assert Need.objects.count() == 0


@pytest.mark.parametrize(("prefix", "count"), [("volumes", "61"), ("volumes", "999999999"), ("volumes", "x")])
def test_forged_counts_of_rows_are_refused(prefix: str, count: str) -> None:
    browser = sign_in(member())
    form = {**browser.forms(CREATE)[-1], **filled()}
    assert browser.post(CREATE, {**form, f"{prefix}-TOTAL_FORMS": count}).status_code == 422
    assert browser.post(CREATE, {**form, f"{prefix}-TOTAL_FORMS": count, "add_rows": prefix}).status_code == 200
    assert Need.objects.count() == 0


# Editing --------------------------------------------------------------------------------------------------------------
def with_rows(agent: Actor, state: str = NeedState.DRAFT, **fields: Any) -> Need:
    assert agent.body is not None
    volumes = [
        {"label": "actes", "quantity": "1905", "unit": "actes", "year": 2025},
        {"label": "postes", "quantity": "4", "unit": "postes", "year": None},
    ]
    requirements = [{"chapter": "Plan", "text": "Ligne 1\nLigne 2", "priority": Priority.MUST, "source": "norme"}]
    return make_need(state, body=agent.body, by=agent, volumes=volumes, requirements=requirements, **fields)


def rows_of(need: Need) -> list[tuple[Any, ...]]:
    volumes = need.volumes.values_list("label", "quantity", "unit", "year")
    return [*volumes, *need.requirements.values_list("chapter", "text", "priority", "source")]


def test_sending_the_page_back_changes_nothing() -> None:
    agent = member()
    need = with_rows(agent, **CANARIES)
    before = rows_of(need)
    sign_in(agent).submit(address(need, "modifier/"))
    need = Need.objects.get()
    assert rows_of(need) == before
    assert need.past_events().last().facts == {"changed": []}  # type: ignore[union-attr]
    assert (need.current_solution, need.maximum_cents) == (CANARIES["current_solution"], CANARIES["maximum_cents"])


def test_an_emptied_row_goes() -> None:
    agent = member()
    need = with_rows(agent)
    empty = {f"volumes-0-{name}": "" for name in ("label", "quantity", "unit", "year")}
    sign_in(agent).submit(address(need, "modifier/"), empty)
    assert [volume.label for volume in need.volumes.all()] == ["postes"]


def test_no_identifier_of_a_row_travels_and_a_forged_one_changes_nothing_elsewhere() -> None:
    agent, other = member(), with_rows(member())
    need = with_rows(agent)
    browser = sign_in(agent)
    page = browser.get(address(need, "modifier/")).content.decode()
    assert re.findall(r'name="[^"]*-(?:id|pk|need)"', page) == []
    before = rows_of(other)
    row = other.volumes.first()
    assert row is not None
    form = {**browser.forms(address(need, "modifier/"))[-1], "volumes-0-id": row.pk, "volumes-0-need": other.pk}
    browser.post(address(need, "modifier/"), {**form, "volumes-0-DELETE": "on", "volumes-INITIAL_FORMS": "9"})
    assert rows_of(other) == before
    assert Volume.objects.filter(need=need).count() == 2
    assert Requirement.objects.filter(need=need).count() == 1


@pytest.mark.parametrize(("field", "value"), [("description", "court"), ("domain", "")])
def test_a_published_need_stays_fit_to_be_published(field: str, value: str) -> None:
    agent = member()
    need = with_rows(agent, NeedState.PUBLISHED)
    assert sign_in(agent).submit(address(need, "modifier/"), {field: value}).status_code == 422
    assert Need.objects.get().description == DESCRIPTION


def test_a_pooled_need_is_not_edited() -> None:
    agent = member()
    assert agent.body is not None
    need = make_need(NeedState.POOLED, body=agent.body, by=agent)
    assert sign_in(agent).get(address(need, "modifier/")).status_code == 403
    assert "modifier/" not in text_of(sign_in(agent).get(address(need)))


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
    assert "le maximum engageable" in text_of(sign_in(owner).get(address(need)))
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
    assert set(rows_of(need)[1][:2]) == {typed}


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


# Finding --------------------------------------------------------------------------------------------------------------
def titles(response: Any) -> list[str]:
    return [need.title for need in response.context["page"]]


def test_the_list_is_narrowed_by_a_shareable_address() -> None:
    cemetery = Domain.objects.get(code="cimetieres")
    make_need(NeedState.PUBLISHED, title="Plan du cimetière", domain=cemetery)
    make_need(NeedState.MET, title="Logiciel d'état civil")
    away = make_body("Ajaccio")
    Body.objects.filter(pk=away.pk).update(department="2A")
    make_need(NeedState.PUBLISHED, title="Logiciel des élections", body=away)
    browser = sign_in(member())
    expected = {
        "": ["Logiciel des élections", "Logiciel d'état civil", "Plan du cimetière"],
        "?domaine=cimetieres": ["Plan du cimetière"],
        "?departement=2a": ["Logiciel des élections"],
        "?departement= 38 &q=logiciel": ["Logiciel d'état civil"],
        "?etat=met": ["Logiciel d'état civil"],
        "?etat=draft": [],
        "?q=logiciel élec": ["Logiciel des élections"],
        "?q=zzz": [],
    }
    assert {query: titles(browser.get(f"/besoins/{query}")) for query in expected} == expected


@pytest.mark.parametrize(
    "query",
    ["domaine=zzz", "departement=999999", "etat=frozen", "q=%00", f"q={'x' * 200}", "domaine=%00", "apres=forged"],
)
def test_a_wrong_filter_says_so_and_breaks_nothing(query: str) -> None:
    make_need(NeedState.PUBLISHED)
    response = sign_in(member()).get(f"/besoins/?{query}")
    assert response.status_code == 200
    assert len(titles(response)) == 1
    assert ("field-error" in text_of(response)) == (not query.startswith("apres"))


def test_ones_own_drafts_are_in_the_list_and_marked() -> None:
    agent = member()
    make_need(body=agent.body, by=agent)
    make_need(NeedState.WITHDRAWN, body=agent.body, by=agent, title="Retiré")
    page = sign_in(agent).get("/besoins/")
    assert titles(page) == ["Logiciel d'état civil"]
    assert "tag-draft" in text_of(page)
    assert titles(sign_in(agent).get("/besoins/?etat=withdrawn")) == ["Retiré"]


def test_an_empty_list_invites_those_who_may_declare() -> None:
    assert CREATE in text_of(sign_in(member()).get("/besoins/?q=rien")).split("<main")[1]
    for reader in (make_steward(), member(make_body(kind="partenaire"))):
        assert CREATE not in text_of(sign_in(reader).get("/besoins/?q=rien"))
        assert sign_in(reader).get(CREATE).status_code == 403


def test_the_list_goes_on_page_after_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("projects.views.needs.PAGE_SIZE", 2)
    agent = member()
    for number in range(5):
        make_need(NeedState.PUBLISHED, body=agent.body, by=agent, title=f"Logiciel {number}")
    browser, seen, query = sign_in(member()), [], "?q=logiciel"
    while query:
        response = browser.get(f"/besoins/{query}")
        seen += titles(response)
        query = response.context["page"].next_url
        assert not query or "q=logiciel" in query
    assert seen == [f"Logiciel {number}" for number in reversed(range(5))]


@pytest.mark.parametrize("page", ["/besoins/", "/besoins/?q=logiciel&domaine=etat-civil"])
def test_the_list_costs_the_same_with_one_and_three_rows(page: str) -> None:
    browser = sign_in(member())
    counts = []
    for more in (1, 2):
        for _ in range(more):
            make_need(NeedState.PUBLISHED)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert browser.get(page).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("below", ["", "modifier/"])
def test_a_need_costs_the_same_with_one_and_many_rows(below: str) -> None:
    agent = member()
    counts = []
    for size in (1, 4):
        rows = [{"chapter": f"Chapitre {n}", "text": "Texte", "priority": "must", "source": ""} for n in range(size)]
        volumes = [{"label": f"v{n}", "quantity": 1, "unit": "u", "year": None} for n in range(size)]
        need = make_need(body=agent.body, by=agent, requirements=rows, volumes=volumes)
        browser = sign_in(agent)
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(address(need, below)).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


# The door -------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("page", ["/besoins/", CREATE, "/besoins/B-2026-0001/", "/besoins/B-2026-0001/modifier/"])
def test_who_is_not_signed_in_is_sent_to_sign_in_and_nothing_is_cached(page: str) -> None:
    assert Client().get(page).url.startswith(reverse("account_login"))  # type: ignore[attr-defined]
    agent = member()
    make_need(body=agent.body, by=agent)
    response = sign_in(agent).get(page)
    if response.status_code == 200:
        assert "no-store" in response["Cache-Control"]
