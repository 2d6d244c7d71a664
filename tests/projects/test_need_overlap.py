"""Two agents at one need: the second sees what changed, the page holds both, nothing is lost (quality.md, C6)."""

from __future__ import annotations

import random
import threading
from typing import Any

import pytest
from django.db import connection, connections

from procurement.access import Actor
from projects.actions.requirements import add_requirements
from projects.models import Need
from tests.conftest import NIGHTLY
from tests.house.browser import Browser, _Forms
from tests.makers import DESCRIPTION, N, make_need, member
from tests.projects.need_pages import address, sign_in, text_of

pytestmark = pytest.mark.django_db
ROWS = [{"label": "postes", "quantity": "4", "unit": "postes", "year": 2025}]
PAIRS = 100 if NIGHTLY else 25
SOLUTIONS = ("Alpha", "Beta", "Gamma", "Delta")


@pytest.fixture
def pair() -> tuple[Need, Actor, Browser, Browser]:
    """A need of a body with two agents, each with the page in front of them."""
    agent = member()
    need = make_need(N.PUBLISHED, body=agent.body, by=agent, volumes=ROWS, current_solution="Avant")
    return need, agent, sign_in(agent), sign_in(member(agent.body))


def opened(browser: Browser, need: Need) -> dict[str, Any]:
    """The page, as it stands when one opens it."""
    return _fields(browser.get(address(need, "modifier/")))


def _fields(response: Any) -> dict[str, Any]:
    parser = _Forms()
    parser.feed(response.content.decode())
    buttons = ("similar", "add_rows", "choose_domain", "publish")
    return {name: values for name, values in parser.found[-1].items() if name not in buttons}


def both(pair: tuple[Need, Actor, Browser, Browser], first: dict[str, Any], second: dict[str, Any]) -> Any:
    """Both open the page, the first saves, then the second; what the second is answered."""
    need, _, one, two = pair
    pages = opened(one, need), opened(two, need)
    assert one.post(address(need, "modifier/"), {**pages[0], **first}).status_code == 302
    return two.post(address(need, "modifier/"), {**pages[1], **second})


def resend(browser: Browser, need: Need, response: Any) -> Any:
    """Save the page that holds both, as it is."""
    return browser.post(address(need, "modifier/"), _fields(response))


def test_what_only_the_other_changed_is_taken_and_shown(pair: Any) -> None:
    need, agent, _, two = pair
    answer = both(pair, {"current_solution": "Chez eux"}, {"title": "Mon titre"})
    assert answer.status_code == 409
    page = text_of(answer)
    assert "Ce besoin a changé pendant que vous l'écriviez" in page
    assert f"{agent.user} l'a enregistré le" in page
    note = page.split('id="entre-temps"')[1].split("</table>")[0]
    assert "Chez eux" in note
    assert "Mon titre" not in note
    assert Need.objects.get().title == "Logiciel d'état civil"
    assert resend(two, need, answer).status_code == 302
    need = Need.objects.get()
    assert (need.title, need.current_solution) == ("Mon titre", "Chez eux")


def test_what_both_changed_shows_both_and_the_second_decides(pair: Any) -> None:
    need, _, _, two = pair
    answer = both(pair, {"title": "Le leur"}, {"title": "Le mien"})
    note = text_of(answer).split('id="entre-temps"')[1].split("</table>")[0]
    assert answer.status_code == 409
    assert "Le leur" in note
    assert "Le mien" in note
    assert resend(two, need, answer).status_code == 302
    assert Need.objects.get().title == "Le mien"


def test_rows_that_both_touched_all_stay(pair: Any) -> None:
    need, _, _, two = pair
    mine = {"volumes-0-quantity": "5", "volumes-1-label": "sites", "volumes-1-quantity": "2", "volumes-1-unit": "sites"}
    answer = both(pair, {"volumes-0-quantity": "9"}, mine)
    assert answer.status_code == 409
    assert "postes : 9 postes (2025)" in text_of(answer)
    resend(two, need, answer)
    assert sorted((v.label, int(v.quantity)) for v in need.volumes.all()) == [
        ("postes", 5),
        ("postes", 9),
        ("sites", 2),
    ]


def test_requirements_taken_from_the_library_meanwhile_are_not_lost(pair: Any) -> None:
    need, agent, _, two = pair
    page = opened(two, need)
    row = {"chapter": "C", "text": "Le logiciel délivre.", "priority": "must", "source": ""}
    add_requirements(need, [row], actor=agent, origin="bibliothèque")
    answer = two.post(address(need, "modifier/"), {**page, "title": "Mon titre"})
    assert answer.status_code == 409
    resend(two, need, answer)
    assert list(need.requirements.values_list("text", flat=True)) == ["Le logiciel délivre."]
    assert Need.objects.get().title == "Mon titre"


def test_je_ne_sais_pas_goes_with_the_answer_that_is_kept(pair: Any) -> None:
    need, _, _, two = pair
    answer = both(pair, {"hosting": "?"}, {"hosting": "any", "unsure_existant": ["contract_end"]})
    assert answer.status_code == 409
    resend(two, need, answer)
    assert (Need.objects.get().hosting, Need.objects.get().unknown) == ("any", ["contract_end"])


def test_the_same_change_twice_is_no_quarrel_but_is_told(pair: Any) -> None:
    answer = both(pair, {"title": "Le même"}, {"title": "Le même"})
    assert answer.status_code == 409
    assert "Ce besoin a changé" in text_of(answer)


def test_nothing_changed_meanwhile_nothing_to_say(pair: Any) -> None:
    need, _, _, two = pair
    page = opened(two, need)
    assert two.post(address(need, "modifier/"), {**page, "title": "Mon titre"}).status_code == 302


@pytest.mark.parametrize("base", ["", "[]", "pas du json", '{"title": 3}', '{"volumes": "x", "answers": 4}'])
def test_a_forged_base_is_no_error(pair: Any, base: str) -> None:
    need, _, _, two = pair
    page = opened(two, need)
    assert two.post(address(need, "modifier/"), {**page, "base": base}).status_code in (302, 409)


FIELDS = ("title", "current_solution", "current_vendor", "notice_months", "hosting", "free_stance", "maximum_cents")
VALUES = {
    "title": ("Un titre", "Un autre titre", "Encore un titre"),
    "notice_months": ("1", "2", "3"),
    "hosting": ("any", "public", "?"),
    "free_stance": ("required", "preferred", "?"),
    "maximum_cents": ("10", "20", "30,50"),
}


def test_pairs_of_editors_lose_nothing(pair: Any) -> None:
    """Random changes by both: after the second has saved the page that holds both, each change is there.

    A field that both changed holds the second's; every row that either added is there.
    """
    need, _, one, two = pair
    dice, overtaken = random.Random(6), 0
    for turn in range(PAIRS):
        changes = [{name: dice.choice(VALUES.get(name, SOLUTIONS)) for name in dice.sample(FIELDS, 3)} for _ in "ab"]
        pages = opened(one, need), opened(two, need)
        rows = [
            _row(page, f"{who}{turn}") if dice.random() < 0.3 else {} for page, who in zip(pages, "ab", strict=True)
        ]
        wanted = {**_moved(pages[0], changes[0]), **_moved(pages[1], changes[1])}
        assert one.post(address(need, "modifier/"), {**pages[0], **changes[0], **rows[0]}).status_code == 302
        answer = two.post(address(need, "modifier/"), {**pages[1], **changes[1], **rows[1]})
        if answer.status_code == 409:
            overtaken += 1
            answer = resend(two, need, answer)
        assert answer.status_code == 302
        now = opened(one, need)
        assert {name: _first(now, name) for name in wanted} == {
            name: _shown(name, value) for name, value in wanted.items()
        }
        labels = set(need.volumes.values_list("label", flat=True))
        assert {row[name] for row in rows for name in row if name.endswith("-label")} <= labels
        need.volumes.exclude(label="postes").delete()
    assert overtaken > PAIRS // 2


def _row(page: dict[str, Any], label: str) -> dict[str, Any]:
    last = int(page["volumes-TOTAL_FORMS"][0]) - 1
    return {f"volumes-{last}-label": label, f"volumes-{last}-quantity": "1", f"volumes-{last}-unit": "u"}


def _moved(page: dict[str, Any], changes: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in changes.items() if _first(page, name) != _shown(name, value)}


def _first(page: dict[str, Any], name: str) -> str:
    return str((page[name] or [""])[0])


def _shown(name: str, value: str) -> str:
    return {"10": "10,00", "20": "20,00"}.get(value, value) if name == "maximum_cents" else value


@pytest.mark.races
@pytest.mark.django_db(transaction=True)
def test_two_who_save_at_the_same_instant_do_not_both_win() -> None:
    """Twenty pairs at once: each time one is saved, the other is shown the page that holds both."""
    if connection.vendor == "sqlite" and connection.is_in_memory_db():
        pytest.skip("l'essai tient SQLite en mémoire, où rien n'attend son tour")
    agent = member()
    need = make_need(N.PUBLISHED, body=agent.body, by=agent, description=DESCRIPTION)
    browsers = sign_in(agent), sign_in(member(agent.body))
    for turn in range(20):
        pages = [opened(browser, need) for browser in browsers]
        answers: list[int] = []
        start = threading.Barrier(2)

        def save(who: int, page: dict[str, Any], turn: int = turn, start: threading.Barrier = start) -> None:
            start.wait()
            changed = {**page, "title": f"Titre {turn} de {who}"}
            answers.append(browsers[who].post(address(need, "modifier/"), changed).status_code)  # noqa: B023
            connections.close_all()

        threads = [threading.Thread(target=save, args=(who, page)) for who, page in enumerate(pages)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(answers) == [302, 409]
