"""The whole declaration: every answer, « je ne sais pas », what is to complete, what a domain asks, who reads what."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest

from procurement.access import Actor
from projects.actions.projects import create_project
from projects.forms.need_fields import unsure_name
from projects.forms.need_questions import key_of
from projects.models import Domain, Need
from projects.needs.declaration import ASKED, COLUMNS, CONFIDENTIAL, PARTS, UNSURE
from tests.makers import N, make_need, member
from tests.projects.need_pages import CREATE, address, etat_civil, filled, sign_in, text_of

pytestmark = pytest.mark.django_db
TYPED: dict[str, Any] = {
    "current_solution": "Canarlogiciel",
    "current_vendor": "Canarsoft",
    "current_version": "v-canari-4",
    "current_mode": "saas",
    "yearly_cost_cents": "61 234,50",
    "contract_end": "2031-07-14",
    "notice_months": "37",
    "tacit_renewal": "no",
    "change_reasons": ["cost", "discontinued"],
    "hosting": "secnumcloud",
    "sso": ["saml", "oidc"],
    "data_takeover": "part",
    "personal_data": "sensitive",
    "free_stance": "preferred",
    "contributes": ["days", "code"],
    "estimate_min_cents": "71 000",
    "estimate_max_cents": "82 000",
    "maximum_cents": "93 000",
    "yearly_maximum_cents": "24 681",
    "budget_section": "investment",
    "nature": ["new", "training"],
    "route_wish": "shared_development",
    "ready_to_lead": "yes",
    "go_live": "2031-09-01",
    "latest_date": "2031-12-24",
    "interfaces-0-software": "Finances",
    "interfaces-0-direction": "out",
    "interfaces-0-protocol": "CSV",
}
SECRETS = re.compile(
    r"Canarlogiciel|Canarsoft|v-canari-4|SaaS|61.?234|14 juillet 2031|37 mois|Fin d'édition|71.?000|82.?000|93.?000"
    r"|24.?681|Investissement|24 décembre 2031"
)
PUBLIC = (
    *("SecNumCloud", "SAML, OpenID Connect", "Partielle", "données sensibles", "Préféré", "Du code"),
    *("Développement nouveau, Formation", "Développement partagé", "1er septembre 2031", "Finances", "Sortante"),
)


def declared(agent: Actor, **other: Any) -> Need:
    sign_in(agent).submit(CREATE, filled(**{**TYPED, **other}))
    return Need.objects.get()


def test_every_answer_is_kept_and_comes_back_in_the_form() -> None:
    agent = member()
    need = declared(agent)
    assert need.unknown == []
    assert [one.name for one in need.to_complete()] == []
    assert (need.yearly_cost_cents, need.notice_months, need.tacit_renewal) == (6_123_450, 37, False)
    assert (need.change_reasons, need.sso, need.ready_to_lead) == (["cost", "discontinued"], ["saml", "oidc"], True)
    assert (need.go_live, need.latest_date) == (dt.date(2031, 9, 1), dt.date(2031, 12, 24))
    assert [(one.software, one.direction, one.protocol) for one in need.interfaces.all()] == [
        ("Finances", "out", "CSV")
    ]
    before = {one.name: getattr(need, one.name) for one in COLUMNS}
    sign_in(agent).submit(address(need, "modifier/"))
    need = Need.objects.get()
    assert {one.name: getattr(need, one.name) for one in COLUMNS} == before
    assert need.past_events().last().facts == {"changed": []}  # type: ignore[union-attr]


@pytest.mark.parametrize("one", [one for one in ASKED.values() if one.kind != "rows"], ids=lambda one: one.name)
def test_je_ne_sais_pas_is_an_answer_that_is_not_nothing(one: Any) -> None:
    agent = member()
    part = next(part for part in PARTS if one in part.asked)
    typed = {unsure_name(part): [one.name]} if one.open else {one.name: [UNSURE] if one.kind == "choices" else UNSURE}
    sign_in(agent).submit(CREATE, filled(**typed))
    need = Need.objects.get()
    assert need.unknown == [one.name]
    assert getattr(need, one.name) in (None, "", [])
    assert one not in need.to_complete()
    page = text_of(sign_in(agent).get(address(need)))
    assert page.count("Je ne sais pas</span>") == 1
    sign_in(agent).submit(address(need, "modifier/"))
    assert Need.objects.get().unknown == [one.name]


def test_who_answers_and_is_unsure_has_answered() -> None:
    unsure = {"unsure_existant": ["contract_end"], "unsure_technique": ["interfaces"], "sso": ["saml", UNSURE]}
    need = declared(member(), **unsure)
    assert need.unknown == []
    assert (need.contract_end, need.sso) == (dt.date(2031, 7, 14), ["saml"])


def test_what_is_to_complete_is_counted_and_each_item_leads_to_its_field() -> None:
    agent = member()
    need = make_need(N.PUBLISHED, body=agent.body, by=agent)
    page = text_of(sign_in(agent).get(address(need)))
    missing = len(ASKED) + len(need.domain.questions) + 2  # type: ignore[union-attr]  # volumes, exigences
    assert f"À compléter ({missing})" in page
    panel = page.split('id="a-completer"')[1].split("</section>")[0]
    places = re.findall(r'href="([^"]+)"', panel)
    assert len(places) == missing
    browser = sign_in(agent)
    for place in places:
        path, _, anchor = place.partition("#")
        target = browser.get(path).content.decode()
        assert f'id="{anchor}"' in target
        if "section=" in path:  # a folded section would hide the field
            code = re.search(r"section=(\w+)", path)[1]  # type: ignore[index]
            assert re.search(rf'<details class="part"( id="{code}")? open>', target)


def test_a_stranger_reads_what_is_public_and_nothing_else() -> None:
    agent, stranger = member(), member()
    need = declared(agent, publish="1")
    page = text_of(sign_in(stranger).get(address(need)))
    assert [text for text in PUBLIC if text not in page] == []
    assert SECRETS.findall(page) == []
    own = text_of(sign_in(agent).get(address(need)))
    assert len(set(SECRETS.findall(own))) == 14
    assert "Réservé à l'organisme" in page
    assert "Réservé à l'organisme" not in own
    assert "à compléter" not in page


def test_the_coordinator_reads_everything_once_the_need_is_pooled() -> None:
    agent, coordinator = member(), member()
    need = declared(agent, publish="1")
    other = make_need(N.PUBLISHED, body=coordinator.body, by=coordinator)
    assert SECRETS.findall(text_of(sign_in(coordinator).get(address(need)))) == []
    create_project(actor=coordinator, needs=[need, other], title="Ensemble")
    assert len(set(SECRETS.findall(text_of(sign_in(coordinator).get(address(need)))))) == 14


def test_the_confidential_fields_are_those_of_the_design() -> None:
    """Supplier, cost, contract and budget; the latest date too, which tells the end of a contract."""
    assert set(CONFIDENTIAL) == {
        one.name for part in PARTS if part.code in ("existant", "budget") for one in part.asked
    } | {"latest_date"}


# What a domain asks ---------------------------------------------------------------------------------------------------
ACTS, COMEDEC = "Combien d'actes dressez-vous par an\u00a0?", "La commune est-elle raccordée à COMEDEC\u00a0?"


def question(label: str) -> str:
    return f"questions-{key_of(label)}"


def answer(agent: Actor, typed: dict[str, Any]) -> Any:
    """Send the page as it is once the questions of the domain are shown."""
    browser = sign_in(agent)
    return browser.post(CREATE, {**browser.forms(CREATE)[-1], **filled(), **typed})


def test_choosing_a_domain_shows_its_questions_keeps_what_was_typed_and_writes_nothing() -> None:
    browser = sign_in(member())
    assert "Combien d'actes" not in text_of(browser.get(CREATE))
    page = browser.submit(CREATE, {"domain": etat_civil(), "title": "Un titre", "choose_domain": "1"})
    text = text_of(page)
    assert "Combien d'actes dressez-vous" in text
    assert "Un titre" in text
    assert "emplacements" not in text.split('id="questions"')[1].split("</fieldset>")[0]
    cemeteries = str(Domain.objects.get(code="cimetieres").pk)
    graves = text_of(browser.submit(CREATE, {"domain": cemeteries, "choose_domain": "1"}))
    assert "Combien d'emplacements comptent vos cimetières" in graves
    assert not Need.objects.exists()


def test_a_number_is_a_volume_yes_or_no_an_answer_and_both_come_back() -> None:
    agent = member()
    typed = {question(ACTS): "1 905", "questions-year": "2024", question(COMEDEC): "yes"}
    answer(agent, typed)
    need = Need.objects.get()
    assert [(v.label, v.quantity, v.unit, v.year) for v in need.volumes.all()] == [
        ("actes par an", 1905, "actes", 2024)
    ]
    assert need.answers == {COMEDEC: "yes"}
    assert ACTS not in need.questions_to_complete()
    assert COMEDEC not in need.questions_to_complete()
    page = sign_in(agent).get(address(need, "modifier/")).content.decode()
    assert re.search(rf'name="{question(ACTS)}" value="1905"', page)
    assert 'name="questions-year" value="2024"' in page
    sign_in(agent).submit(address(need, "modifier/"))
    assert [(v.label, v.quantity, v.year) for v in need.volumes.all()] == [("actes par an", 1905, 2024)]
    assert Need.objects.get().answers == {COMEDEC: "yes"}
    assert "<dd>Oui</dd>" in text_of(sign_in(agent).get(address(need)))


def test_a_number_that_nobody_knows_is_answered_too() -> None:
    answer(member(), {"questions-unsure": [key_of(ACTS)], question(COMEDEC): UNSURE})
    assert Need.objects.get().answers == {ACTS: UNSURE, COMEDEC: UNSURE}


def test_a_domain_changed_by_mistake_loses_no_number() -> None:
    browser = sign_in(member())
    cemeteries = str(Domain.objects.get(code="cimetieres").pk)
    first = {**browser.forms(CREATE)[-1], **filled()}
    typed = {**first, question(ACTS): "1905", "questions-year": "2024", "domain": cemeteries}
    page = browser.post(CREATE, {**typed, "choose_domain": "1"}).content.decode()
    assert re.search(r'name="volumes-0-label" value="actes par an"', page)
    browser.post(CREATE, typed)
    need = Need.objects.get()
    assert need.domain is not None
    assert need.domain.code == "cimetieres"
    assert [(v.label, v.quantity) for v in need.volumes.all()] == [("actes par an", 1905)]


@pytest.mark.parametrize(
    ("typed", "line"),
    [
        ({"notice_months": "61"}, "nombre de mois entre 0 et 60"),
        ({"notice_months": "-1"}, "nombre de mois entre 0 et 60"),
        ({"notice_months": "9" * 5000}, "nombre de mois entre 0 et 60"),
        ({"yearly_cost_cents": "-5"}, "positif"),
        ({"go_live": "1789-07-14"}, "entre 1990 et 2100"),
        ({"estimate_min_cents": "10", "estimate_max_cents": "9"}, "plus petite que la basse"),
        ({"go_live": "2030-01-02", "latest_date": "2030-01-01"}, "avant la mise en service"),
        ({"hosting": "lune"}, "Sélectionnez un choix valide"),
        ({"sso": ["saml", "lune"]}, "Sélectionnez un choix valide"),
        ({"current_vendor": "x" * 121}, "120"),
        ({"interfaces-0-protocol": "CSV"}, "Remplissez ce champ"),
        ({"interfaces-0-software": "x", "interfaces-0-direction": "haut"}, "Sélectionnez un choix valide"),
        ({question(ACTS): "-4"}, "négatif"),
        ({question(ACTS): "9" * 50_000}, "12 chiffres au plus"),
        ({"questions-year": "9"}, "entre 1990 et 2100"),
    ],
)
def test_a_wrong_answer_gets_a_line_at_its_field_in_an_unfolded_section(typed: dict[str, Any], line: str) -> None:
    response = answer(member(), typed)
    assert response.status_code == 422
    text = text_of(response)
    assert line in text.split('<div class="errors"')[1].split("</div>")[0]
    anchor = re.search(r'<div class="errors".*?href="#([^"]+)"', response.content.decode(), re.DOTALL)
    assert anchor
    before = text.split(f'id="{anchor[1]}"')[0]
    if before.count("<details") > before.count("</details>"):
        assert " open" in before.rpartition("<details")[2].partition(">")[0]
    assert not Need.objects.exists()


@pytest.mark.parametrize(
    ("end", "months", "day"),
    [
        (dt.date(2031, 7, 14), 3, dt.date(2031, 4, 14)),
        (dt.date(2031, 5, 31), 3, dt.date(2031, 2, 28)),
        (dt.date(2031, 1, 15), 0, dt.date(2031, 1, 15)),
        (None, 3, None),
        (dt.date(2031, 1, 15), None, None),
    ],
)
def test_the_last_day_to_give_notice(end: dt.date | None, months: int | None, day: dt.date | None) -> None:
    assert Need(contract_end=end, notice_months=months).notice_by == day


def test_the_page_of_contract_ends_says_by_when_to_give_notice() -> None:
    agent = member()
    make_need(N.PUBLISHED, body=agent.body, by=agent, contract_end=dt.date(2031, 7, 14), notice_months=3)
    assert "14 avril 2031" in text_of(sign_in(agent).get("/besoins/echeances/"))
    assert "14 avril 2031" not in text_of(sign_in(member()).get("/besoins/echeances/"))
