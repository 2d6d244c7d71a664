"""Declaring and editing a need, as people and as attackers do."""

from __future__ import annotations

import html
import re
import time
from typing import Any

import pytest

from procurement.access import Actor
from procurement.models import Membership, Role
from projects.enums import NeedState, Priority
from projects.models import Event, Need, Requirement, Volume
from tests.makers import DESCRIPTION, make_body, make_need, member
from tests.projects.need_pages import CANARIES, CREATE, address, filled, said, sign_in, text_of

pytestmark = pytest.mark.django_db


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
