"""Requirements from the library, needs that belong together, contract windows, CPV by a word."""

from __future__ import annotations

from typing import Any

import pytest

from procurement import clock
from procurement.access import Actor
from procurement.letters import Letter
from projects.enums import NeedState
from projects.models import Domain, Need, NeedLink, Project
from projects.needs.cpv_search import search
from projects.needs.library import starter
from projects.timetable.windows import half_of, windows
from tests.makers import coordinator_of, holder, luhn, make_body, make_need, make_project, make_steward, member
from tests.projects.need_pages import address, said, sign_in, text_of

pytestmark = pytest.mark.django_db


# Library --------------------------------------------------------------------------------------------------------------
def test_one_click_takes_the_chosen_items_and_their_text_stays_editable() -> None:
    actor = member()
    need = make_need(body=actor.body, by=actor)
    page = address(need, "exigences/")
    items = starter("etat-civil")
    assert sign_in(actor).submit(page, {"item": ["1", "3"]}).status_code == 302
    assert list(need.requirements.values_list("text", flat=True)) == [items[0].text, items[2].text]
    assert sign_in(actor).submit(page, {"chapitre": items[0].chapter}).status_code == 302
    chapter = [item.text for item in items if item.chapter == items[0].chapter]
    assert set(chapter) <= set(need.requirements.values_list("text", flat=True))
    assert need.requirements.count() == len({*chapter, items[2].text})  # none twice
    assert "déjà dans votre besoin" in text_of(sign_in(actor).get(page))
    assert items[0].text in text_of(sign_in(actor).get(address(need, "modifier/")))
    assert need.past_events().last().facts["origin"] == "bibliothèque etat-civil"  # type: ignore[union-attr]


def test_another_domain_is_chosen_and_an_unknown_one_shows_none() -> None:
    actor = member()
    need = make_need(body=actor.body, by=actor, domain=Domain.objects.get(code="autre"))
    browser = sign_in(actor)
    shown = text_of(browser.get(address(need, "exigences/"), {"domaine": "cimetieres"}))
    assert starter("cimetieres")[3].text.split(" : ")[0][:60] in shown
    for code in ("rien", "../domains", "autre"):
        assert "pas encore d'exigences" in text_of(browser.get(address(need, "exigences/"), {"domaine": code}))


def test_only_agents_of_the_body_take_items_and_not_once_pooled() -> None:
    need = make_need(NeedState.PUBLISHED)
    assert sign_in(member()).get(address(need, "exigences/")).status_code == 403
    pooled = make_need(NeedState.POOLED)
    assert sign_in(holder(pooled.body)).get(address(pooled, "exigences/")).status_code == 403


# Moi aussi ------------------------------------------------------------------------------------------------------------
def join(actor: Actor, need: Need, **facts: Any) -> Any:
    return sign_in(actor).submit(address(need, "moi-aussi/"), facts)


def _counted() -> Need:
    rows = [{"label": "actes par an", "quantity": "1905", "unit": "actes", "year": 2024}]
    return make_need(NeedState.PUBLISHED, volumes=rows, current_solution="canari-editeur", maximum_cents=98_765_432_10)


def test_one_gesture_publishes_ones_own_need_linked_to_the_first() -> None:
    need, actor = _counted(), member()
    form = text_of(sign_in(actor).get(address(need, "moi-aussi/")))
    assert "actes par an" in form
    assert "1905" not in form
    assert "canari" not in form
    response = join(actor, need, contract_end="2027-12-31", **{"volumes-0-quantity": "300"})
    own = Need.objects.get(body=actor.body)
    assert response["Location"] == address(own)
    assert (own.state, own.title, own.description) == ("published", need.title, need.description)
    assert (str(own.contract_end), own.volumes.get().quantity) == ("2027-12-31", 300)
    assert own.current_solution == ""
    assert need.past_events().last().step == "me_too"  # type: ignore[union-attr]
    for page, other in ((address(need), own), (address(own), need)):
        assert f"/besoins/{other.reference}/" in sign_in(member()).get(page).content.decode()


def test_everything_in_the_gesture_may_stay_empty_and_it_is_done_once() -> None:
    need, actor = _counted(), member()
    browser = sign_in(actor)
    page = address(need, "moi-aussi/")
    [form] = [form for form in browser.forms(page) if "submission" in form]
    for _ in range(2):
        assert browser.post(page, form).status_code == 302
    assert Need.objects.get(body=actor.body).volumes.count() == 0
    assert "y est déjà" in text_of(join(actor, need))
    assert NeedLink.objects.count() == 1


@pytest.mark.parametrize(
    "facts", [{"contract_end": "3027-01-01"}, {"volumes-0-quantity": "-3"}, {"maximum_cents": "x"}]
)
def test_a_wrong_answer_is_refused_at_its_field(facts: dict[str, str]) -> None:
    actor = member()
    assert join(actor, _counted(), **facts).status_code == 422
    assert not Need.objects.filter(body=actor.body).exists()


def test_nobody_joins_a_draft_nor_their_own_need() -> None:
    draft = make_need()
    assert sign_in(member()).get(address(draft, "moi-aussi/")).status_code == 404
    mine = make_need(NeedState.PUBLISHED)
    assert "y est déjà" in text_of(join(holder(mine.body), mine))


# Merging --------------------------------------------------------------------------------------------------------------
@pytest.fixture
def pair() -> tuple[Need, Need]:
    return make_need(NeedState.PUBLISHED, title="Un"), make_need(NeedState.PUBLISHED, title="Deux")


def propose(pair: tuple[Need, Need], by: Actor | None = None, **facts: str) -> Any:
    given = {"other": pair[1].reference.lower(), "reason": "même logiciel", **facts}
    return sign_in(by or coordinator_of(make_project())).submit(address(pair[0], "traiter-avec/"), given)


def answer(need: Need, what: str, by: Actor | None = None) -> Any:
    pk = NeedLink.objects.latest("pk").pk
    return sign_in(by or holder(need.body)).submit(address(need), to=address(need, f"liens/{pk}/{what}/"))


def test_two_needs_are_one_once_both_owners_agree_and_split_again(pair: tuple[Need, Need]) -> None:
    first, second = pair
    assert propose(pair).status_code == 302
    told = Letter.objects.filter(code="need_linked").values_list("user__memberships__body", flat=True)
    assert set(told) == {first.body_id, second.body_id}
    answer(first, "accepter")
    assert not NeedLink.objects.get().agreed
    answer(second, "accepter")
    assert NeedLink.objects.get().agreed
    assert "d'un commun accord" in text_of(sign_in(member()).get(address(first)))
    answer(second, "separer")
    assert NeedLink.objects.get().ended_on == clock.today()
    for need in pair:
        need.refresh_from_db()
        assert need.state == "published"
        steps = list(need.past_events().values_list("step", flat=True))[-4:]
        assert steps == ["merge_propose", "merge_agree", "merge_agree", "merge_split"]
    assert propose(pair).status_code == 302  # may be proposed anew


def test_a_proposal_is_declined(pair: tuple[Need, Need]) -> None:
    propose(pair)
    answer(pair[0], "separer")
    assert pair[1].past_events().last().step == "merge_decline"  # type: ignore[union-attr]
    assert not NeedLink.objects.of(pair[0]).exists()  # type: ignore[attr-defined]


def test_only_coordinators_and_stewards_propose(pair: tuple[Need, Need]) -> None:
    assert sign_in(holder(pair[0].body)).get(address(pair[0], "traiter-avec/")).status_code == 403
    assert propose(pair, make_steward()).status_code == 302


def test_only_the_owners_answer(pair: tuple[Need, Need]) -> None:
    propose(pair)
    browser = sign_in(member())
    browser.get("/besoins/nouveau/")
    link = NeedLink.objects.get()
    token = {"csrfmiddlewaretoken": browser.cookies["csrf"].value}
    assert browser.post(address(pair[0], f"liens/{link.pk}/accepter/"), token).status_code == 403
    assert browser.post(address(make_need(NeedState.PUBLISHED), f"liens/{link.pk}/separer/"), token).status_code == 404
    assert NeedLink.objects.get().first_agreed_on is None


@pytest.mark.parametrize(
    ("other", "why"), [("B-1999-0001", "Aucun besoin"), ("", "Remplissez"), ("itself", "un autre")]
)
def test_an_impossible_proposal_is_refused(pair: tuple[Need, Need], other: str, why: str) -> None:
    other = pair[0].reference if other == "itself" else other
    response = propose(pair, other=other)
    assert response.status_code == 422
    assert why in text_of(response)


def test_a_draft_or_a_linked_need_is_not_proposed(pair: tuple[Need, Need]) -> None:
    assert propose(pair, other=make_need().reference).status_code == 422
    propose(pair)
    assert "déjà liés" in text_of(propose(pair))


# Windows --------------------------------------------------------------------------------------------------------------
def _ending(number: int, department: str = "38", **fields: Any) -> Need:
    body = make_body(siren=luhn(f"91{number:06d}"))
    body.department = department
    body.save()
    end = clock.today().replace(year=clock.today().year + 1, month=5, day=1)
    return make_need(NeedState.PUBLISHED, body=body, **{"contract_end": end, **fields})


def test_contract_ends_are_counted_from_three_bodies_up_and_ones_own_are_named() -> None:
    needs = [_ending(number) for number in range(3)]
    stranger = member()
    [row] = windows(stranger).by_domain
    assert row.label == "État civil"
    assert [count for count in row.counts if count] == [3]
    assert windows(stranger).halves[row.counts.index(3)] == half_of(needs[0].contract_end)  # type: ignore[arg-type]
    page = text_of(sign_in(stranger).get("/besoins/echeances/"))
    assert "3 organismes pourraient suivre" in page
    assert needs[0].reference not in page
    own = windows(holder(needs[0].body))
    assert own.own == [needs[0]]
    assert own.by_domain == own.by_department == []  # two others: too few to say
    assert needs[0].title in text_of(sign_in(holder(needs[0].body)).get("/besoins/echeances/"))


def test_two_bodies_drafts_and_fictitious_bodies_are_not_counted() -> None:
    for number in range(2):
        _ending(number)
    need = _ending(5)
    need.body.siren = luhn("00099999")
    need.body.save()
    make_need(body=make_body(siren=luhn("91777777")), contract_end=clock.today())
    page = sign_in(member()).get("/besoins/echeances/")
    assert windows(member()).by_domain == []
    assert "Pas encore assez" in text_of(page)


def test_several_needs_of_a_body_count_once() -> None:
    needs = [_ending(number) for number in range(2)]
    make_need(NeedState.PUBLISHED, body=needs[0].body, contract_end=needs[0].contract_end)
    assert windows(member()).by_department == []


# CPV ------------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "first"),
    [("logiciel", "48000000"), ("LOGICIELS", "48000000"), ("48", "48000000"), ("48000000-8", "48000000"), ("", "")],
)
def test_a_code_is_found_by_a_word_or_by_its_beginning(text: str, first: str) -> None:
    rows, _ = search(text)
    assert (rows[0][0] if rows else "") == first


def test_a_code_found_by_a_word_comes_into_the_project() -> None:
    project = make_project(cpv="")
    page = f"/projets/{project.reference}/cpv/"
    browser = sign_in(coordinator_of(project))
    assert page in browser.get(f"/projets/{project.reference}/modifier/").content.decode()
    assert "48812000" in text_of(browser.get(page, {"q": "systèmes information financière"}))
    response = browser.submit(f"{page}?q=48812", {"cpv": "48812000"})
    assert Project.objects.get().cpv == "48812000"
    assert said(response)
    assert browser.submit(f"{page}?q=48812", {"cpv": "99999999"}).status_code == 422
    assert sign_in(member()).get(page).status_code == 403
