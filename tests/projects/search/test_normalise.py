"""French made comparable: what is the same need has the same tokens, however it is written."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.needs import cpv
from projects.search.french import STOP_WORDS, words
from projects.search.lexicon import DATA, build, lexicon
from projects.search.normalise import evoked, normalise, read

SAME = [  # (one way of writing it, another, the domain of the need)
    ("état civil", "ETAT CIVIL", ""),
    ("l'état civil", "l’état\u00a0civil", ""),
    ("EC", "état civil", ""),
    ("ec", "état-civil", ""),
    ("E.C.", "étatcivil", ""),
    ("GED", "gestion électronique de documents", ""),
    ("la GED", "gestion électronique des documents", ""),
    ("ADS", "droit des sols", ""),
    ("REU", "répertoire électoral unique", ""),
    ("SIRH", "système d'information des ressources humaines", ""),
    ("DST", "direction des services techniques", ""),
    ("SAE", "système d'archivage électronique", ""),
    ("PCS", "plan communal de sauvegarde", ""),
    ("PLAT'AU", "platau", ""),
    ("paie", "paye", ""),
    ("DP", "déclaration préalable", "urbanisme"),
    ("PC", "permis de construire", "urbanisme"),
    ("BAL", "boîtes aux lettres", "messagerie-collaboratif"),
    ("BAL", "base adresse locale", "sig"),
    ("cimetières", "cimetiere", ""),
    ("cimetierre", "cimetière", ""),
    ("concesions funéraires", "concession funéraire", ""),
    ("délibérations", "deliberation", ""),
    ("deliberasion", "délibération", ""),
    ("municipaux", "municipal", ""),
    ("œuvre", "oeuvre", ""),
    ("ﬁnances", "finances", ""),
    ("déclarées", "declaree", ""),
    ("crèche", "EAJE", ""),
]


@pytest.mark.parametrize(("one", "other", "domain"), SAME)
def test_two_ways_of_writing_the_same_thing_meet(one: str, other: str, domain: str) -> None:
    assert normalise(one, domain) == normalise(other, domain) != ()


DIFFERENT = [
    ("PC", "permis de construire", ""),  # a computer, outside urban planning
    ("DP", "déclaration préalable", "infrastructure"),
    ("les actes", "ACTES", ""),  # documents, and the system that carries them
    ("commission", "concession", ""),
    ("courrier", "coursier", ""),
    ("plan", "plant", ""),
]


@pytest.mark.parametrize(("one", "other", "domain"), DIFFERENT)
def test_what_only_looks_alike_stays_apart(one: str, other: str, domain: str) -> None:
    assert set(normalise(one, domain)).isdisjoint(normalise(other, domain))


def test_an_abbreviation_of_two_domains_means_both_until_one_is_said() -> None:
    two = build([("sig", ["base adresse locale", "BAL"]), ("mail", ["boîte aux lettres", "BAL"])])
    found = two.read(("bal",), "BAL", "")
    assert [concept.domain for concept in found] == ["sig", "mail"]
    assert [concept.domain for concept in two.read(("bal",), "BAL", "mail")] == ["mail"]


def test_words_without_meaning_are_dropped() -> None:
    assert normalise("Nous avons 3 200 de ces, avec l'une ; et qu'elle ne soit pas à y") == ()
    assert normalise("") == normalise("  \u00a0 — ; 12 ") == ()


def test_fillers_are_known_as_such() -> None:
    units = read("Remplacer notre logiciel de cimetière").units
    assert [unit.label for unit in units if not unit.weak] == ["cimetière"]


def test_the_words_as_written_are_kept_beside_what_they_mean() -> None:
    reading = read("Remplacement du logiciel EC")
    assert "etatcivil" in reading.tokens
    assert reading.written == ("ec",)
    assert evoked(reading) == ["etat-civil"]


@pytest.mark.parametrize(
    ("text", "domain"),
    [
        ("Mandats, titres et PES v2", "finances"),
        ("Cantine et ALSH : les familles réservent", "enfance"),
        ("Conseil municipal et convocation des élus", "assemblees"),
        ("Alerter les habitants en cas d'inondation", "securite-civile"),
    ],
)
def test_a_text_tells_its_domain(text: str, domain: str) -> None:
    assert evoked(read(text)) == [domain]


@given(st.text(max_size=200))
def test_tokens_are_letters_and_digits_whatever_is_typed(text: str) -> None:
    for token in (*normalise(text), *read(text).written):
        assert token.isascii()
        assert token.isalnum()
        assert token == token.lower()


@given(st.text(alphabet="éèàçÉœ'’ -abcdestlr.", max_size=60))
def test_case_does_not_matter_but_for_a_few_acronyms(text: str) -> None:
    assert normalise(text) == normalise(text.lower()) or set(text.split()) & set(_shipped()["upper_only"])


def test_several_threads_read_the_same() -> None:
    """The library's stemmer keeps the word it works on: one is not shared."""
    texts = [f"délibérations numérotées {''.join(map(chr, range(97, 97 + n % 26)))}ement" for n in range(300)]
    alone = [words(text) for text in texts]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(words, texts)) == alone


# The data -------------------------------------------------------------------------------------------------------------
def _shipped() -> dict[str, dict[str, list[list[str]]]]:
    found: dict[str, dict[str, list[list[str]]]] = json.loads((DATA / "lexicon.json").read_text(encoding="utf-8"))
    return found


def test_the_lexicon_knows_every_domain_and_no_other() -> None:
    taxonomy = json.loads((DATA / "domains.json").read_text(encoding="utf-8"))
    assert set(_shipped()["domains"]) == {item["code"] for item in taxonomy}


def test_every_form_of_the_lexicon_is_read() -> None:
    for domain, groups in _shipped()["domains"].items():
        for group in groups:
            for form in group:
                assert domain in read(form.lstrip("="), domain).votes, (domain, form)


def test_every_synonym_of_the_taxonomy_leads_to_its_domain() -> None:
    for item in json.loads((DATA / "domains.json").read_text(encoding="utf-8")):
        for form in item["synonyms"] if item["code"] != "autre" else ():
            assert item["code"] in read(form, item["code"]).votes, form


def test_well_written_french_is_not_repaired() -> None:
    """Every word of the CPV and of the shipped requirements stays what it is."""
    library = [path.read_text(encoding="utf-8") for path in sorted((DATA / "requirements").glob("*.json"))]
    texts = " ".join([*cpv.labels().values(), *library])
    known = lexicon()
    repaired = {word.surface: known.repair(word) for word in words(texts) if known.repair(word) != word.stem}
    assert repaired == {"personnnels": "personnel"}  # the CPV's own misspelling


def test_stop_words_are_folded() -> None:
    assert all(word.isascii() and word == word.lower() for word in STOP_WORDS)
