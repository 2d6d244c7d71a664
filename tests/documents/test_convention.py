"""The convention says what domain.md §2.1 asks for, in every variant; read from the PDF and from the editable file."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from documents.odt import render_odt
from documents.stamp import Page
from projects.dossier import Dossier
from tests.documents import makers, pdf, words
from tests.documents.odt_text import blocks as odt_blocks
from tests.documents.variants import TOGETHER, VARIANTS

pytestmark = pytest.mark.django_db  # the demo fixture reads the database

# Clause of domain.md §2.1 → words of the printed text that carry it.
CLAUSES = {
    "1 identification": ["P-2026-001/CONV-v1", "Version 1, figée le", "Code de vérification 0123456789abcdef"],
    "2 parties": ["Grandval-les-Cimes, commune, SIREN 000 260 380, agissant par son maire en exercice"],
    "2 act": ["Acte n°", "exécutoire le", "références figurent au bloc de signature"],
    "3 preamble": ["Article 2. Préambule", "L. 2111-1 du code de la commande publique"],
    "4 legal basis": ["articles L. 2113-6 à L. 2113-8 du code de la commande publique", "CPV 72230000"],
    "4 no legal person": ["Le groupement n'a pas la personnalité morale", "ni numéro SIRET"],
    "5 members": ["Annexe 1. Membres du groupement", "36 512"],
    "6 lead body": ["Grandval-les-Cimes est désigné coordonnateur", "à titre gratuit"],
    "6 two authorisations": ["l'autorisation de signer la convention n'emporte pas celle de signer le marché"],
    "7 missions": ["Recensement des besoins", "Publication de l'avis", "Information des candidats non retenus"],
    "7 after signature": [
        "contrôle de légalité",
        "Données essentielles",
        "Reconduction",
        "Contentieux",
        "Conservation",
    ],
    "8 duties": ["délai de quinze jours", "délai de dix jours", "inscrit à son budget", "correspondant juridique"],
    "9 needs": ["Annexe 2. Besoins et maxima", "ne commande pas", "de son maximum sans un nouvel acte"],
    "9 departure": ["Le départ d'un membre ne réduit pas le maximum d'un marché déjà conclu"],
    "10 form": ["La durée prévue est de 48 mois", "article R. 2162-4"],
    "11 committee": ["Commission d'appel d'offres", "L. 1414-3", "voix consultative", "comité technique"],
    "12 finance": ["réparti", "au centime", "La somme des parts est exactement égale", "ne dépasse pas le maximum"],
    "12 costs of the procedure": ["Les frais de la procédure"],
    "13 joining": ["Article 13. Adhésion"],
    "14 withdrawal": ["Article 14. Retrait et exclusion", "quatre-vingt-dix jours", "déjà conclus", "exclu"],
    "15 replacement": ["majorité des deux tiers", "remet sans délai"],
    "16 liability": ["solidairement responsables", "L. 2113-7", "en justice", "s'assure"],
    "17 data": ["responsable du traitement", "article 28 du règlement (UE) 2016/679", "secret des affaires"],
    "5 lots of each": ["L'annexe 2 indique les lots auxquels chacun participe"],
    "7 deadlines": ["Qui fait quoi, et quand", "sous quinze jours, avant la notification", "sous deux mois après la"],
    "10 the value of all": ["d'après la valeur du besoin de tous les membres sur toute la durée"],
    "11 secretariat": ["assure le secrétariat de la commission"],
    "12 data of reference": ["connues à la date du gel", "taxe sur la valeur ajoutée de chaque ligne"],
    "18 no renewal": ["Elle n'est pas reconduite"],
    "18 duration": ["à la date de la dernière signature", "exécutoire", "certificat"],
    "19 modification": ["avenant approuvé et signé par tous"],
    "20 archives": ["conserve les pièces", "visa des archives", "soldés selon les clés"],
    "21 disputes": ["trente jours", "tribunal administratif dans le ressort"],
    "22 signature": [
        "Les annexes 1 (membres), 2 (besoins et maxima) et 3",
        "nul n'est tenu de signer par voie électronique",
    ],
    "no party": ["n'a pas la personnalité morale : il n'est pas partie à la convention"],
    "a click binds nobody": ["valent indication"],
}


def read(page: Page, form: str) -> str:
    """The words of a document in one of its forms."""
    return pdf.text_of(pdf.pdf_of(page.html)) if form == "pdf" else " ".join(odt_blocks(render_odt(page)))


@pytest.fixture(scope="module")
def text(demo: Dossier) -> str:
    """The demo's convention."""
    return read(makers.issued(demo), "pdf")


@pytest.fixture(scope="module")
def editable(demo: Dossier) -> str:
    """The same as an ODT, whose margins hold the reference and the code."""
    page = makers.issued(demo)
    return f"{read(page, 'odt')} {page.stamp.reference} Code de vérification {page.stamp.code}"


@pytest.mark.parametrize("expected", CLAUSES.values(), ids=CLAUSES)
def test_the_clause_is_in_the_editable_file_too(editable: str, expected: list[str]) -> None:
    assert [word for word in expected if word not in editable] == []


@pytest.mark.parametrize("expected", CLAUSES.values(), ids=CLAUSES)
def test_the_clause_is_printed(text: str, expected: list[str]) -> None:
    assert [word for word in expected if word not in text] == []


def test_the_articles_are_numbered_without_gap(text: str) -> None:
    places = [text.index(f"Article {number}. ") for number in range(1, 23)]
    assert places == sorted(places)


def test_the_section_that_has_three_articles_is_not_quoted_with_four(text: str) -> None:
    """L. 2113-9 is not of that section (domain.md §1.1)."""
    assert "L. 2113-9" not in text


def test_every_party_has_a_line_a_block_and_a_row_in_each_annex(demo: Dossier, text: str) -> None:
    blocks = text[text.index("Article 22.") : text.index("Annexe 1.")]
    for party in demo.parties:
        assert party.name in blocks
        assert text.count(party.name) >= 5


def test_the_partner_without_purchase_pays_nothing(text: str) -> None:
    assert "CA du Haut-Rocher, EPCI à fiscalité propre" in text
    assert "partenaire sans achat" in text
    assert "CA du Haut-Rocher prend part au groupement sans y acheter" in text
    assert "CA du Haut-Rocher" not in text[text.index("Annexe 3.") :]


def test_the_acts_and_the_signatures_are_left_blank(text: str) -> None:
    """Unknown at the freeze: they live in the tracker and the certificate (design §6)."""
    assert "2026-47" not in text
    assert text.count("Acte n° ………") == 13


# Variants -------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("changes", "said", "unsaid"), VARIANTS.values(), ids=VARIANTS)
def test_the_variant_follows_the_facts(changes: dict[str, Any], said: list[str], unsaid: list[str]) -> None:
    """A mandate, a committee or a kind of grouping never brings in another's words."""
    text = read(makers.issued(makers.dossier(3, **changes)), "odt")
    assert [word for word in said if word not in text] == []
    assert [word for word in unsaid if word in text] == []


@pytest.mark.parametrize("form", ["pdf", "odt"])
@pytest.mark.parametrize(("mandate", "names"), TOGETHER.items(), ids=range(4))
def test_variants_together_are_printed(mandate: str, names: str, form: str) -> None:
    """The same words in both forms; those of the PDF went through fonts, line breaks and pages."""
    changes, said, unsaid = makers.together(VARIANTS, [*filter(None, [mandate]), *names.split("/")])
    text = read(makers.issued(makers.dossier(3, **changes)), form)
    assert [word for word in said if word not in text] == []
    assert [word for word in unsaid if word in text] == []


def test_every_variant_that_prints_something_reaches_a_pdf() -> None:
    printed = {name for mandate, names in TOGETHER.items() for name in (mandate, *names.split("/"))}
    assert {name for name, (_, said, _) in VARIANTS.items() if said} <= printed


def test_the_draft_of_an_empty_project_says_what_is_to_complete() -> None:
    text = pdf.text_of(pdf.pdf_of(makers.draft_html(makers.empty())))
    assert text.count("[à compléter") >= 5
    assert "PROJET, ne pas signer" in text  # in the margin of every page


def test_the_executive_and_the_assembly_follow_the_kind_of_body() -> None:
    kinds = ("departement", "region", "sdis", "syndicat", "epci")
    parties = tuple(makers.party(number, kind=kind) for number, kind in enumerate(kinds, start=1))
    text = words.of_html(makers.issued_html(makers.dossier(parties=parties, cost_lines=())))
    for word in ("président du conseil départemental", "président du conseil régional", "comité syndical"):
        assert word in text
    assert "président du conseil d'administration" in text
    assert "conseil communautaire" in text


def test_a_metropole_has_its_own_assembly() -> None:
    facts = makers.dossier(parties=(makers.party(1, kind="epci", legal_form="METRO"),), cost_lines=())
    assert "conseil de la métropole" in makers.issued_html(facts)


def test_a_body_of_another_kind_gets_neutral_words() -> None:
    html = makers.issued_html(makers.dossier(parties=(makers.party(1, kind="autre"),), cost_lines=()))
    assert "représentant légal" in html
    assert "organe délibérant" in html


def test_a_line_that_cannot_be_shared_says_why() -> None:
    facts = makers.dossier(3)
    broken = dataclasses.replace(facts.cost_lines[0], shares=(), problem="les poids sont tous nuls")
    html = makers.issued_html(dataclasses.replace(facts, cost_lines=(broken,)))
    assert "[à compléter\N{NO-BREAK SPACE}: les poids sont tous nuls]" in html
