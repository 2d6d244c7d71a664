"""Stewards tend the domains: what the form asks, and the words that the search reads, at once and everywhere."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from procurement.models import Event
from projects.models import Domain, SearchWord
from projects.needs.taxonomy import install_domains
from projects.search import lexicon
from projects.search.api import best_needs, search_needs, similar_needs
from projects.search.index import rebuild
from projects.search.vocabulary import VERSION
from tests.makers import N, make_need, make_steward, member
from tests.projects.need_pages import sign_in, text_of

pytestmark = pytest.mark.django_db
LIST, PAGE = "/besoins/domaines/", "/besoins/domaines/cimetieres/"


@pytest.fixture(autouse=True)
def _shipped_words() -> Iterator[None]:
    """The words of this process as they were, once the test is over."""
    words, version = lexicon._taxonomy.words, lexicon.version()
    yield
    lexicon.use(words, version)


def save(**changes: str) -> int:
    return sign_in(make_steward()).submit(PAGE, changes).status_code  # type: ignore[no-any-return]


def synonyms(*words: str) -> str:
    return "\n".join([*Domain.objects.get(code="cimetieres").synonyms, *words])


def test_a_synonym_that_a_steward_adds_is_read_at_once() -> None:
    reader = member()
    old = make_need(
        N.PUBLISHED, title="Tenir le zorglub communal", description="Pour le zorglub et ses allées, bien tenu."
    )
    plain = make_need(
        N.PUBLISHED,
        title="Logiciel pour le cimetière",
        description="Suivre les concessions et les tombes sur un plan.",
        domain=Domain.objects.get(code="cimetieres"),
    )
    assert plain not in best_needs(reader, "zorglub")
    assert [match.need for match in similar_needs("Un zorglub", actor=reader)] == [old]
    assert save(synonyms=synonyms("zorglub")) == 302
    found = {match.need: match.why for match in similar_needs("Un zorglub", actor=reader)}
    assert set(found) == {old, plain}
    assert found[plain] == ("même domaine\u00a0: Cimetières",)
    assert list(search_needs(reader, "zorglub")) == [old]  # the words themselves are still what a search asks for
    assert save(synonyms=synonyms()[: -len("\nzorglub")]) == 302
    assert [match.need for match in similar_needs("Un zorglub", actor=reader)] == [old]


def test_another_process_reads_the_new_words_at_its_next_search() -> None:
    """What this process read before is stale once the version in the database has moved."""
    reader = member()
    shipped = lexicon._taxonomy.words
    assert save(synonyms=synonyms("zorglub")) == 302
    best_needs(reader, "zorglub")
    assert lexicon.version() == SearchWord.objects.get(word=VERSION).needs == 1
    lexicon.use(shipped, 0)  # another process, which has not heard
    best_needs(reader, "zorglub")
    assert any("zorglub" in forms for _, forms in lexicon._taxonomy.words)
    rebuild()
    assert SearchWord.objects.get(word=VERSION).needs == 1


def test_a_question_that_a_steward_writes_is_asked() -> None:
    asked = "Combien de caveaux louez-vous ? ; caveaux ; caveaux\nLes tombes sont-elles fleuries ? ; oui ou non"
    assert save(volumes="caveaux ; caveaux", questions=asked) == 302
    domain = Domain.objects.get(code="cimetieres")
    assert domain.questions == [
        {"label": "Combien de caveaux louez-vous ?", "unit": "caveaux", "kind": "number", "volume": "caveaux"},
        {"label": "Les tombes sont-elles fleuries ?", "unit": "", "kind": "yes_no"},
    ]
    browser = sign_in(member())
    page = text_of(browser.submit("/besoins/nouveau/", {"domain": str(domain.pk), "choose_domain": "1"}))
    assert "Combien de caveaux louez-vous ?" in page
    assert "Les tombes sont-elles fleuries ?" in page
    install_domains()
    assert Domain.objects.get(code="cimetieres").questions == domain.questions  # migrating again changes nothing


def test_sending_the_page_back_changes_nothing_and_is_recorded() -> None:
    before = Domain.objects.filter(code="cimetieres").values().get()
    assert save() == 302
    assert Domain.objects.filter(code="cimetieres").values().get() == before
    assert not SearchWord.objects.filter(word=VERSION).exists()
    assert Event.objects.filter(step="domain").count() == 1


def test_a_domain_is_added() -> None:
    steward = sign_in(make_steward())
    typed = {"code": "piscines", "label": "Piscines", "volumes": "bassins ; bassins", "synonyms": "bassin nordique"}
    assert steward.submit("/besoins/domaines/nouveau/", typed).status_code == 302
    assert "Piscines" in text_of(steward.get(LIST))
    assert Domain.objects.get(code="piscines").volumes == [{"label": "bassins", "unit": "bassins"}]


@pytest.mark.parametrize(
    ("typed", "line"),
    [
        ({"volumes": "actes"}, "écrivez « actes par an ; actes »"),
        ({"volumes": "a ; b\na ; c"}, "deux fois"),
        ({"questions": "Combien ? ; inconnu ; inconnu"}, "un volume de la liste"),
        ({"questions": "Sans point"}, "finit par « ? »"),
        ({"questions": "Et ? ; oui ou non\nEt ? ; oui ou non"}, "deux fois"),
        ({"synonyms": "REU"}, "déjà du domaine « Élections »"),
        ({"synonyms": "x" * 121}, "120 caractères"),
        ({"volumes": "\n".join(f"v{n} ; u" for n in range(61))}, "60 au plus"),
        ({"label": ""}, "Remplissez ce champ"),
    ],
)
def test_a_wrong_line_is_refused_at_its_field(typed: dict[str, str], line: str) -> None:
    response = sign_in(make_steward()).submit(PAGE, typed)
    assert response.status_code == 422
    assert line in text_of(response)


@pytest.mark.parametrize("page", [LIST, PAGE, "/besoins/domaines/nouveau/"])
def test_only_stewards_tend_the_domains(page: str) -> None:
    assert sign_in(member()).get(page).status_code == 403
    assert sign_in(make_steward()).get(page).status_code == 200
