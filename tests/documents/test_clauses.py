"""Articles as data: variants, restricted Markdown, placeholders, what is frozen, what was there before."""

from __future__ import annotations

import dataclasses
import json
import re
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.clauses import models as clause_models
from documents.clauses.difference import ADDED, REMOVED, difference
from documents.clauses.facts import FACTS, facts
from documents.clauses.markdown import DEEPEST, LONGEST, BadClause, Block, check, parse
from documents.clauses.models import SPECIFICATION, Model, choose, holds, models
from documents.clauses.printed import models_for, sources
from documents.clauses.values import LABELS, TABLES, values
from documents.odt import render_odt
from projects import dossier as dossiers
from projects.agreement_terms import NO_TERMS, ClauseText, Terms
from projects.dossier import Dossier
from projects.wording import worded
from tests.conftest import ROOT
from tests.documents import makers, pdf, words
from tests.documents.odt_text import blocks as odt_blocks
from tests.documents.variants import VARIANTS

RETRAIT = "convention/14-retrait"
REVERSIBILITY = "cahier/5-4-reversibilite"
EVERY = sorted(models().values(), key=lambda model: model.code)


def amended(text: str, code: str = RETRAIT, **changes: Any) -> Dossier:
    """Three communes whose clause is worded so."""
    return makers.dossier(3, amendments=(ClauseText(code, text, amended=True),), **changes)


def printed(text: str) -> str:
    """What the article then says."""
    page = words.of_html(makers.issued_html(amended(text)))
    return page[page.index("Article 14.") : page.index("Article 15.")]


# The shipped texts ----------------------------------------------------------------------------------------------------
def conditions(model: Model) -> set[str]:
    """The facts that a clause asks for."""
    asked = [line[4:] for line in model.body.splitlines() if line.startswith("@si ")] + [model.condition]
    return {word.strip().removeprefix("non ") for line in asked for word in line.split(",") if word.strip()}


def test_every_fact_and_every_datum_is_known_and_used() -> None:
    asked = set().union(*(conditions(model) for model in EVERY))
    assert asked - set(FACTS) == set()
    assert set(FACTS) - asked <= {"vehicule cooperation", "annexe", "seuil"} | asked
    assert {name for model in EVERY for name in model.known} == set(LABELS)
    assert {name for model in EVERY for name in model.tables} == set(TABLES)
    assert set(values(makers.dossier(2))) == set(LABELS)


TERMS = [
    NO_TERMS,
    Terms(vote_rule="unanimity", lead_pay="flat", lead_pay_cents=1_200_00, deputy="Commune 002", court="de Grenoble"),
    Terms(lead_pay="percent", lead_pay_percent="2.5", entry="last_enforceable", leave_after_launch=False, dco=False),
    Terms(lead_pay="actual", contract_form="orders", launch_on="2026-09-01", families="Logiciels", schedule="50 %"),
    Terms(departure_keeps_acts=True, quick_joining=True, litigation="equal", depositary="Commune 003", brand="none"),
    Terms(ownership="lead", assignment="exclusive", vote_mode="by_contribution", publication="first_use", scope="Tout"),
    Terms(ownership="authors", entry_rule="linear", licence="EUPL-1.2", base_software="openCimetière 4", pilots="Deux"),
    Terms(entry_rule="none", contract_form="call_offs", tolerance_percent=0, review_months=12),
]
ROUTES: list[dict[str, Any]] = [
    {"route": "grouped_purchase"},
    *({"route": "shared_development", "vehicle": name} for name in ("grouping", "co_funding", "cooperation")),
]


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.get("vehicle", "purchase"))
def test_every_variant_of_the_models_passes_its_own_check(route: dict[str, Any]) -> None:
    """What an editor starts from could be saved as it stands; no mark of ours is left in the words."""
    seen = set()
    for changes, _, _ in VARIANTS.values():
        for terms in TERMS:
            dossier = makers.dossier(3, **{**changes, **route, "terms": terms})
            for model in models_for(dossier):
                text = model.text(facts(dossier))
                if text and (model.code, text) not in seen:
                    seen.add((model.code, text))
                    check(text, model.known, model.tables, model.needed)
                    assert "@" not in text
                    assert "\n\n\n" not in text
    assert len(seen) > 25


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.get("vehicle", "purchase"))
@pytest.mark.parametrize("terms", TERMS, ids=range(len(TERMS)))
def test_every_variant_is_printed_without_a_hole(route: dict[str, Any], terms: Terms) -> None:
    text = words.of_html(makers.issued_html(makers.dossier(3, **route, terms=terms, threshold_cents=1_000_00)))
    assert not re.search(r"\{[a-z_]+\}|@si|@fin|@sinon", text)
    assert " ." not in text
    assert "  " not in text


def test_conditions_are_read_as_written() -> None:
    assert holds("", set())
    assert holds("a, non b", {"a"})
    assert not holds("a, non b", {"a", "b"})
    body = "un\n\n@si a\ndeux\n@sinon\ntrois\n@fin\n\nquatre"
    assert choose(body, {"a"}) == "un\n\ndeux\n\nquatre"
    assert choose(body, set()) == "un\n\ntrois\n\nquatre"


# Restricted Markdown --------------------------------------------------------------------------------------------------
LITERAL = [
    "# titre",
    "> citation",
    "`code`",
    "[lien](http://exemple.invalid)",
    "![image](http://exemple.invalid/x.png)",
    "<http://exemple.invalid>",
    "http://exemple.invalid",
    "[ref]: http://exemple.invalid",
    "| a | b |",
    "~~barré~~",
    "<b>gras</b> <script>alert(1)</script>",
    "&lt;b&gt; &nbsp; &#x41;",
    "---",
    "```",
]


@pytest.mark.parametrize("line", LITERAL)
def test_everything_but_paragraphs_emphasis_and_lists_is_words(line: str) -> None:
    assert parse(line) == (Block("p", parse("x")[0].runs[:0] + parse(line)[0].runs),)
    assert line in printed(line)


def test_paragraphs_emphasis_and_lists_come_out_as_such() -> None:
    text = "Un **gras** et *italique*.\nSuite.\n\n- un\n- deux\n  1. a\n  2. b\n\n3. trois\n4. quatre"
    page = makers.issued_html(amended(text))
    assert "<p>Un <strong>gras</strong> et <em>italique</em>. Suite.</p>" in page
    assert re.search(r"<ul><li>un</li>\s*<li><p>deux</p><ol start=\"1\"><li>a</li>\s*<li>b</li>\s*</ol></li>", page)
    assert re.search(r"<ol start=\"3\"><li>trois</li>\s*<li>quatre</li>\s*</ol>", page)


def test_the_same_words_in_the_pdf_and_in_the_editable_file() -> None:
    page = makers.issued(
        amended("**Gras**, *italique*, {preavis}.\n\n- un\n- deux\n  - trois\n\n1. premier\n2. second")
    )
    text = " ".join(odt_blocks(render_odt(page)))
    assert text.split() == words.of_html(page.html).split()
    said = pdf.text_of(pdf.pdf_of(page.html))
    for word in ("Gras, italique, quatre-vingt-dix jours.", "trois", "1. premier 2. second"):
        assert word in said


def test_a_list_too_deep_is_refused_at_save_and_flattened_in_print() -> None:
    deep = "\n".join(f"{'  ' * level}- niveau {level}" for level in range(DEEPEST + 2))
    with pytest.raises(BadClause, match="3 niveaux"):
        check(deep, (), (), ())
    assert "niveau 4" in printed(deep)


# Placeholders ---------------------------------------------------------------------------------------------------------
REFUSED = {
    "{inconnu}": r"« \{inconnu\} » n'est pas connu ici\. Données possibles : \{coordonnateur\}",
    "{{ c.lead }}": "n'est pas connu",
    "{coordonnateur.__class__}": "n'est pas connu",
    "{coordonnateur[0]}": "n'est pas connu",
    "{coordonnateur!r}": "n'est pas connu",
    "{coordonnateur:>9999999}": "n'est pas connu",
    "{}": "n'est pas connu",
    "{0}": "n'est pas connu",
    "{ coordonnateur }": "n'est pas connu",
    "une { seule": "Une accolade est seule",
    "fermée }": "Une accolade est seule",
    "{co**ord**onnateur}": "n'est pas connu",
    "Avec {parties}": "tient la place d'un tableau",
    "- {parties}": "tient la place d'un tableau",
}


@pytest.mark.parametrize(("text", "reason"), REFUSED.items(), ids=REFUSED)
def test_braces_that_are_not_exactly_a_known_datum_are_refused_at_save(text: str, reason: str) -> None:
    with pytest.raises(BadClause, match=reason):
        check(text, ("coordonnateur",), ("parties",), ())


def test_what_an_article_is_worth_nothing_without_must_stay() -> None:
    with pytest.raises(BadClause, match=r"Il manque \{parties\}"):
        check("Les parties sont nommées ailleurs.", ("coordonnateur",), ("parties",), ("parties",))
    check("Voici :\n\n{parties}", (), ("parties",), ("parties",))


def test_a_value_is_never_markdown_nor_a_placeholder() -> None:
    facts_ = amended("Objet : {objet}", object="**pas gras** {coordonnateur} <b>x</b>\n- pas une liste")
    page = words.of_html(makers.issued_html(facts_))
    assert "Objet : **pas gras** {coordonnateur} <b>x</b> - pas une liste" in page


def test_a_text_too_long_or_empty_is_refused() -> None:
    with pytest.raises(BadClause, match=f"{LONGEST} au plus"):
        check("a" * (LONGEST + 1), (), (), ())
    with pytest.raises(BadClause, match="Écrivez le texte"):
        check(" \n ", (), (), ())


# What is frozen -------------------------------------------------------------------------------------------------------
def test_the_frozen_words_are_printed_whatever_the_models_become(monkeypatch: pytest.MonkeyPatch) -> None:
    frozen = dossiers.from_json(json.loads(json.dumps(dossiers.to_json(worded(amended("Notre texte, {preavis}."))))))
    before = makers.issued_html(frozen)
    assert len(frozen.clauses) == 33  # 22 articles, 11 chapters of the specification
    changed = {code: dataclasses.replace(model, body="Autre chose.") for code, model in models().items()}
    monkeypatch.setattr(clause_models, "models", lambda: changed)
    monkeypatch.setattr("documents.clauses.printed.models", lambda: changed)
    assert "Autre chose." in makers.issued_html(makers.dossier(3))
    assert makers.issued_html(frozen) == before


def test_a_dossier_frozen_before_clauses_were_data_still_loads_and_prints() -> None:
    old = dossiers.to_json(makers.dossier(3))
    for name in ("terms", "amendments", "clauses", "vehicle", "missions"):
        del old[name]
    loaded = dossiers.from_json(old)
    assert loaded == makers.dossier(3)
    assert "Article 22. Annexes et signatures" in words.of_html(makers.issued_html(loaded))


def test_an_optional_article_is_printed_only_once_written() -> None:
    code = "convention/21bis-dispositions-particulieres"
    assert "21 bis" not in words.of_html(makers.issued_html(makers.dossier(3)))
    assert "Article 21 bis. Dispositions particulières Un mot." in words.of_html(
        makers.issued_html(amended("Un mot.", code))
    )
    assert [item.code for item in sources(amended("Un mot.", code)) if item.amended] == [code]


# Chapters of the specification ---------------------------------------------------------------------------------------
def test_clauses_come_in_the_order_of_their_numbers() -> None:
    numbers = [model.number for model in models().values() if model.part == SPECIFICATION]
    assert numbers == ["1.3", "2", "4", "4.1", "5.1", "5.2", "5.3", "5.4", "5.5", "5.6", "5.7", "5.8"]
    assert [model.number for model in models().values() if model.part == "accord"][-3:] == ["21", "21 bis", "22"]


def test_a_chapter_in_the_project_s_own_words_is_printed_in_its_place() -> None:
    page = makers.issued(
        amended("Au terme du marché {reference} :\n\n- **tout** est rendu ;\n- rien n'est gardé.", REVERSIBILITY),
        "specification",
    )
    text = words.of_html(page.html)
    said = "5.4. Réversibilité Au terme du marché P-2026-014 : tout est rendu ; rien n'est gardé. 5.5. Livraison"
    assert said in text
    assert "préavis de trois mois" not in text
    assert " ".join(odt_blocks(render_odt(page))).split() == text.split()


def test_what_no_model_says_is_printed_once_the_project_writes_it() -> None:
    plain = words.of_html(makers.issued_html(makers.dossier(3), "specification"))
    assert "5.8." not in plain
    written = words.of_html(
        makers.issued_html(amended("Deux jours par métier.", "cahier/5-8-dispositions-particulieres"), "specification")
    )
    assert written == f"{plain} 5.8. Dispositions particulières Deux jours par métier."


def test_a_version_frozen_before_chapters_were_clauses_prints_those_of_the_model() -> None:
    frozen = worded(amended("Autrement.", REVERSIBILITY))
    old = dataclasses.replace(
        frozen, clauses=tuple(item for item in frozen.clauses if not item.code.startswith("cahier/"))
    )
    assert "Autrement." in makers.issued_html(frozen, "specification")
    assert "préavis de trois mois" in makers.issued_html(dataclasses.replace(old, amendments=()), "specification")
    assert makers.issued_html(old) == makers.issued_html(frozen)


def test_an_article_and_a_chapter_are_called_by_their_names() -> None:
    article, chapter = models()[RETRAIT], models()[REVERSIBILITY]
    assert (article.heading, article.of) == (
        "Article 14. Retrait et exclusion",
        "de l'article 14, Retrait et exclusion",
    )
    assert (chapter.heading, chapter.named) == ("Chapitre 5.4. Réversibilité", "le chapitre 5.4, Réversibilité")


# What was there before ------------------------------------------------------------------------------------------------
# Sentences of the convention before its clauses were data → what says the same now, or more.
CHANGED = {
    "Préambule Chacun des membres": "Préambule Chacun des membres qui achètent a déclaré son besoin, récapitulé à",
    "Un accord-cadre comporte": "S'il s'agit d'un accord-cadre, il comporte un maximum en valeur ou en quantité",
    "Les coûts communs sont": "qui donne pour chaque ligne la règle, les données de référence, l'arrondi et la part",
    "Les données de référence": "l'annexe 1 donnant l'année de la population ; elles ne changent pas en cours",
    "Qui fait quoi": "Qui fait quoi, et quand",
    "Des personnalités qualifiées": "sur invitation, le comptable public et le représentant du ministre chargé de la c",
    "désigne un correspondant technique": "à l'annexe 1, et signale sans délai leur remplacement ;",
}


@pytest.mark.django_db
def test_the_demo_s_convention_says_what_it_said(demo: Dossier) -> None:
    text = words.of_html(makers.issued_html(demo))
    golden = (ROOT / "tests/documents/golden/convention-etat-civil.txt").read_text(encoding="utf-8").splitlines()
    missing = [line for line in golden if line not in text]
    assert [line for line in missing if not any(line.startswith(start) for start in CHANGED)] == []
    assert len(missing) == len(CHANGED)
    assert all(said in text for said in CHANGED.values())


# Differences ----------------------------------------------------------------------------------------------------------
LINES = st.lists(st.text("ab \n", max_size=12), max_size=8).map("\n\n".join)


@given(LINES, LINES)
def test_a_difference_reads_back_as_either_text(before: str, after: str) -> None:
    pieces = [piece for paragraph in difference(before, after) for piece in paragraph]
    assert " ".join(p.text for p in pieces if p.kind != REMOVED).split() == after.split()
    assert sorted(" ".join(p.text for p in pieces if p.kind != ADDED).split()) == sorted(before.split())


HOSTILE_SHAPES = [
    "*" * LONGEST,
    "**a" * 6_600,
    "_a " * 6_600,
    "- " * 9_000,
    "1. " * 6_600,
    "- a\n" * 5_000,
    "{" * LONGEST,
]


@pytest.mark.parametrize("text", HOSTILE_SHAPES, ids=lambda text: text[:6].strip())
def test_a_huge_text_is_bounded(text: str) -> None:
    """A quarter of a second of processor here; the figure is for a machine ten times slower."""
    start = time.process_time()
    parse(text)
    difference(text, text[::-1])
    assert time.process_time() - start < 5
