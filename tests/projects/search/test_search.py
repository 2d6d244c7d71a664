"""Searching the needs: forgiving of spelling, strict on rights."""

from __future__ import annotations

import pytest

from procurement.access import ANONYMOUS
from projects.models import Domain, Need
from projects.search.api import best_needs, search_needs
from tests.makers import N, make_body, make_need, make_steward, member

pytestmark = pytest.mark.django_db
TITLES = {
    "ec": ("etat-civil", "Remplacement du logiciel EC"),
    "tombes": ("cimetieres", "Suivi des concessions et des tombes"),
    "ged": ("courrier-ged", "Gestion électronique des documents"),
    "portail": ("enfance", "Portail des familles, cantine et garderie"),
    "zoo": ("autre", "Fichier des zébus du muséum"),
}


@pytest.fixture
def needs() -> dict[str, Need]:
    domains, text = {domain.code: domain for domain in Domain.objects.all()}, "Rien de plus à en dire ici."
    return {
        name: make_need(N.PUBLISHED, title=title, domain=domains[code], description=text)
        for name, (code, title) in TITLES.items()
    }


ASKED = {
    "a word": ("tombes", ["tombes"]),
    "singular for plural": ("tombe", ["tombes"]),
    "no accent": ("electronique documents", ["ged"]),
    "what an abbreviation means": ("état civil", ["ec"]),
    "the abbreviation of what is written out": ("GED", ["ged"]),
    "the abbreviation itself": ("ec", ["ec"]),
    "a misspelt word of the trade": ("cantinne", ["portail"]),
    "a misspelt word of nobody's trade": ("zébuss", ["zoo"]),
    "the beginning of a word": ("zéb", ["zoo"]),
    "all the words": ("portail cantine", ["portail"]),
    "any of them when none holds all": ("cantine zébus", ["portail", "zoo"]),
    "a filler is not asked for": ("logiciel de tombes", ["tombes"]),
    "its domain": ("cimetières", ["tombes"]),
    "nothing of the kind": ("hélicoptère", []),
    "nothing": ("  ", []),
    "syntax of the database": ("'tombes' & ! ( * : | \" -- <-> ^ {", ["tombes"]),
}


@pytest.mark.parametrize(("text", "expected"), ASKED.values(), ids=ASKED)
def test_a_search_finds(needs: dict[str, Need], text: str, expected: list[str]) -> None:
    reader = member()
    assert set(search_needs(reader, text)) == {needs[name] for name in expected}
    assert set(best_needs(reader, text)) == {needs[name] for name in expected}


def test_the_body_and_the_reference_are_found() -> None:
    need = make_need(N.PUBLISHED, body=make_body("Villeneuve-la-Rivière"))
    make_need(N.PUBLISHED)
    assert list(search_needs(member(), "villeneuve")) == [need]
    assert list(search_needs(member(), f" {need.reference.lower()} ")) == [need]


def test_a_search_may_be_narrowed_further(needs: dict[str, Need]) -> None:
    found = search_needs(member(), "cantine zébus")
    assert list(found.filter(domain__code="enfance")) == [needs["portail"]]


def test_the_best_answer_comes_first() -> None:
    far = make_need(N.PUBLISHED, title="Autre chose", description="Il y est aussi question de tombes, en passant.")
    near = make_need(N.PUBLISHED, title="Suivi des tombes", description="Des tombes, et rien que des tombes.")
    assert best_needs(member(), "tombes") == [near, far]
    assert best_needs(member(), "tombes", limit=1) == [near]


@pytest.mark.parametrize("state", [N.DRAFT, N.WITHDRAWN])
def test_a_hidden_need_is_found_by_its_body_alone(state: str) -> None:
    owner = member()
    assert owner.body
    need = make_need(state, body=owner.body, by=owner, title="Suivi des tombes")
    assert list(search_needs(owner, "tombe")) == list(search_needs(owner, need.reference)) == [need]
    assert list(search_needs(owner, "crèche")) == list(search_needs(owner, "logiciel")) == []
    for other in (member(), make_steward(), ANONYMOUS):
        assert (
            list(search_needs(other, "tombe"))
            == list(search_needs(other, need.reference))
            == best_needs(other, "tombe")
            == []
        )


def test_who_is_not_a_member_finds_nothing(needs: dict[str, Need]) -> None:
    assert list(search_needs(ANONYMOUS, "tombes")) == best_needs(ANONYMOUS, "tombes") == []
