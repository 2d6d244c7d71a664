"""What is suggested while a need is written: to whom, why, and what stays hidden."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from procurement.access import ANONYMOUS, Actor
from procurement.models import Body
from projects.actions.projects import create_project
from projects.models import Domain, Need
from projects.search.api import Match, similar_needs
from projects.search.similar import SOLUTION_SAID, TIME_SAID
from tests.makers import N, force_state, make_body, make_need, make_steward, member

pytestmark = pytest.mark.django_db
TEXT = "Gestion des cimetières\nConcessions, plan des tombes, reprise des titres."
SECRET: dict[str, Any] = {"current_solution": "Canarisoft Ultra", "contract_end": dt.date(2029, 4, 23)}
MINE: dict[str, Any] = {"current_solution": "canarisoft  ultra", "contract_end": dt.date(2029, 7, 1)}


def cemetery(state: str = N.PUBLISHED, **fields: Any) -> Need:
    values = {
        "title": "Logiciel pour le cimetière",
        "description": "Suivre les concessions et les tombes sur un plan.",
        "domain": Domain.objects.get(code="cimetieres"),
    }
    return make_need(state, **{**values, **fields})


def suggested(text: str = TEXT, actor: Actor | None = None, **options: Any) -> list[Match]:
    return similar_needs(text, actor=actor or member(), **options)


def needs_of(matches: list[Match]) -> list[Need]:
    return [match.need for match in matches]


def said(matches: list[Match]) -> str:
    return " ".join(reason for match in matches for reason in match.why)


# Who and what ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("state", [N.PUBLISHED, N.POOLED, N.MET])
def test_a_need_that_members_see_is_suggested(state: str) -> None:
    need = cemetery(state)
    assert needs_of(suggested()) == [need]


@pytest.mark.parametrize("state", [N.DRAFT, N.WITHDRAWN])
def test_a_hidden_need_is_suggested_to_nobody_not_even_its_body(state: str) -> None:
    owner = member()
    cemetery(state, body=owner.body, by=owner)
    assert suggested(actor=owner) == suggested() == []


def test_a_row_left_in_the_index_by_accident_still_shows_nothing() -> None:
    need = cemetery()
    force_state(need, N.DRAFT)
    assert suggested() == []


def test_a_need_is_never_suggested_to_itself() -> None:
    need, other = cemetery(), cemetery()
    assert needs_of(suggested(f"{need.title}\n{need.description}", exclude=need)) == [other]


def test_who_is_not_a_member_gets_nothing() -> None:
    cemetery()
    assert suggested(actor=ANONYMOUS) == []
    assert len(suggested(actor=make_steward())) == 1


@pytest.mark.parametrize("text", ["", "  \n ", "de la", "12 345", "🐘", "'\"&|!:*()<->"])
def test_a_text_that_says_nothing_suggests_nothing(text: str) -> None:
    cemetery()
    assert suggested(text) == []


def test_no_need_at_all_suggests_nothing() -> None:
    assert suggested() == []


def test_what_has_nothing_in_common_is_not_suggested() -> None:
    cemetery()
    assert suggested("Téléphonie sur IP\nStandard et lignes mobiles.", domain="telephonie") == []
    assert suggested("Logiciel\nRemplacer notre logiciel de gestion.") == []  # fillers only


def test_at_most_the_limit_best_first() -> None:
    for number in range(7):
        cemetery(
            description="Suivre les concessions et les tombes." if number % 2 else "Des tombes, entre autres choses."
        )
    scores = [match.score for match in suggested()]
    assert len(scores) == 5
    assert scores == sorted(scores, reverse=True)
    assert all(0 < score <= 1 for score in scores)
    assert len(suggested(limit=2)) == 2
    assert suggested(limit=0) == []


def test_the_domain_being_written_comes_first_and_excludes_nobody() -> None:
    elsewhere = cemetery(domain=Domain.objects.get(code="sig"))
    same = cemetery()
    assert needs_of(suggested(domain="cimetieres")) == [same, elsewhere]


def test_a_very_long_text_is_read_from_its_beginning() -> None:
    need = cemetery()
    assert needs_of(suggested(TEXT + " bavardage" * 100_000)) == [need]


def test_misspellings_that_no_lexicon_knows_are_repaired_from_the_needs() -> None:
    need = make_need(N.PUBLISHED, title="Fichier des zébus du muséum", domain=Domain.objects.get(code="autre"))
    assert needs_of(suggested("Recensement des zébuss")) == [need]


def test_with_many_needs_only_the_rarest_words_are_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    rare = cemetery(title="Columbarium")
    for _ in range(6):
        cemetery()
    monkeypatch.setattr("projects.search.similar.LOOKED_AT", 1)
    assert needs_of(suggested("Columbarium et cimetière")) == [rare]


# Why ------------------------------------------------------------------------------------------------------------------
def test_the_reasons_are_in_french_with_the_words_of_the_author() -> None:
    cemetery()
    [match] = suggested("Cimetierre : tombe et  concessions", domain="cimetieres")
    domain, words = match.why
    assert domain == "même domaine\u00a0: Cimetières"
    assert words.startswith("mots communs\u00a0: ")
    assert set(words.partition(": ")[2].split(", ")) == {"cimetière", "tombe", "concession funéraire"}


def test_one_common_word_and_the_same_title_are_said_so() -> None:
    make_need(N.PUBLISHED, title="Suivi des zébus", domain=Domain.objects.get(code="autre"))
    assert suggested("Compter les zébus au pré")[0].why == ("mot commun\u00a0: zébus",)
    assert "intitulés presque identiques" in suggested("Suivi de zébus")[0].why


def test_fillers_are_no_reason() -> None:
    cemetery()
    assert "logiciel" not in said(suggested("Logiciel de cimetière"))


# What stays hidden ----------------------------------------------------------------------------------------------------
def outsiders() -> list[Actor]:
    return [member(), make_steward(), member(make_body(kind="partenaire"))]


@pytest.mark.parametrize("given", [{}, MINE], ids=["nothing known", "the same software"])
def test_a_stranger_learns_nothing_of_a_contract_nor_from_the_score(given: dict[str, Any]) -> None:
    hidden = cemetery(**SECRET)
    for actor in outsiders():
        [match] = suggested(actor=actor, **given)
        assert match.need == hidden
        assert "anari" not in said([match])
        assert SOLUTION_SAID not in match.why
        assert TIME_SAID not in match.why
        assert match.score == suggested(actor=actor)[0].score


def test_the_name_of_a_software_finds_nothing() -> None:
    cemetery(**SECRET)
    for actor in outsiders():
        assert suggested("Canarisoft Ultra", actor=actor) == []


def test_the_order_does_not_depend_on_what_one_may_not_read() -> None:
    cemetery(**SECRET)
    latest = cemetery()
    for actor in outsiders():
        assert needs_of(suggested(actor=actor, **MINE))[0] == latest


def test_within_one_s_own_bodies_the_contract_counts() -> None:
    owner = member()
    twin, latest = cemetery(body=owner.body, by=owner, **SECRET), cemetery(body=owner.body, by=owner)
    assert needs_of(suggested(actor=owner)) == [latest, twin]
    first, second = suggested(actor=owner, **MINE)
    assert (first.need, first.why[-2:]) == (twin, (SOLUTION_SAID, TIME_SAID))
    assert second.need == latest
    assert SOLUTION_SAID not in second.why


def test_a_saved_need_brings_its_own_contract() -> None:
    owner = member()
    mine, twin = (cemetery(body=owner.body, by=owner, **SECRET) for _ in range(2))
    [match] = suggested(actor=owner, exclude=mine)
    assert match.need == twin
    assert SOLUTION_SAID in match.why
    [match] = suggested(exclude=mine)  # a stranger who asks from another's page
    assert SOLUTION_SAID not in match.why


def test_the_coordinator_reads_the_contracts_of_their_project_only() -> None:
    coordinator, body = member(), make_body()
    assert coordinator.body
    start = cemetery(body=coordinator.body, by=coordinator)
    pooled, free = cemetery(body=body, **SECRET), cemetery(body=Body.objects.get(pk=body.pk), **SECRET)
    create_project(actor=coordinator, needs=[start, pooled], title="Ensemble")
    why = {match.need: match.why for match in suggested(actor=coordinator, **MINE)}
    assert SOLUTION_SAID in why[pooled]
    assert SOLUTION_SAID not in why[free]


@pytest.mark.parametrize(
    ("solution", "end", "expected"),
    [
        ("Canarisoft Ultra", None, {SOLUTION_SAID}),
        ("CANARISOFT-ULTRA", None, {SOLUTION_SAID}),
        ("Autre chose", None, set()),
        ("", dt.date(2029, 10, 23), {TIME_SAID}),
        ("", dt.date(2028, 10, 22), {TIME_SAID}),
        ("", dt.date(2029, 10, 24), set()),
    ],
)
def test_what_two_contracts_have_in_common(solution: str, end: dt.date | None, expected: set[str]) -> None:
    owner = member()
    cemetery(body=owner.body, by=owner, **SECRET)
    [match] = suggested(actor=owner, current_solution=solution, contract_end=end)
    assert set(match.why) & {SOLUTION_SAID, TIME_SAID} == expected
