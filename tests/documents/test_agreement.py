"""The shared-development agreement says what domain.md §2.2 asks for; read from the PDF."""

from __future__ import annotations

import pytest

from tests.documents import makers, pdf, words

CLAUSES = {
    "A parties": ["SIREN", "chef de file", "n'est pas partie à l'accord"],
    "A basis": ["L. 2511-6", "L. 2113-6 à L. 2113-8", "dont la convention est annexée", "mise en concurrence"],
    "A no vehicle by accident": ["ni fonds de concours", "ni personne morale"],
    "B commons": ["Nom du logiciel", "cahier des charges du projet P-2026-014", "Logiciel libre réutilisé"],
    "C lead": ["Commune 001 est chef de file", "à titre gratuit", "l'y a autorisé"],
    "D contributions": ["dans la limite du maximum", "apport en nature", "feuilles de temps"],
    "D threshold": ["atteint 100 000,00 € HT", "au plus tard le 30 avril 2026", "caduc", "Aucune commande"],
    "E calls": ["appelle les fonds", "sous trente jours", "sans un nouvel acte"],
    "F subsidies": ["subventions sont déduites avant toute répartition", "réduite ou retirée"],
    "G governance": ["comité de pilotage", "une voix chacun", "moitié des partenaires", "feuille de route", "relevé"],
    "H ownership": ["copropriétaires", "composant par composant", "connaissances antérieures", "agents"],
    "I licence": ["identifiant SPDX", "D. 323-2-1", "etalab-2.0", "DCO", "aucune cession"],
    "J publication": ["Le code source est publié", "trente jours au plus", "Aucun secret"],
    "K acceptance": ["Sites pilotes", "vérification de service régulier", "machine neuve"],
    "L maintenance": ["six mois avant la fin de la garantie", "clé de répartition"],
    "M newcomers": ["sans droit d'entrée", "par avenant"],
    "N withdrawal": ["quatre-vingt-dix jours", "ne sont pas remboursées", "la licence demeure"],
    "O over-run": ["dix pour cent", "un nouvel acte"],
    "P use by others": ["tout tiers usent des résultats"],
    "Q name": ["Le nom du logiciel est déposé"],
    "R exit": ["Software Heritage", "poursuivre le développement de son côté"],
    "S control": ["état financier", "remboursé"],
    "18-22": ["dernière signature", "exécutoire", "avenant", "tribunal administratif", "Signature :", "Annexe 3."],
}


@pytest.fixture(scope="module")
def text() -> str:
    """The agreement of three communes."""
    facts = makers.dossier(3, route="shared_development", threshold_cents=100_000_00)
    return pdf.text_of(pdf.pdf_of(makers.issued_html(facts)))


@pytest.mark.parametrize("expected", CLAUSES.values(), ids=CLAUSES)
def test_the_clause_is_printed(text: str, expected: list[str]) -> None:
    assert [word for word in expected if word not in text] == []


def test_a_grouping_has_no_word_of_the_other_route_and_conversely(text: str) -> None:
    main = text[: text.index("Annexe 4. Convention constitutive du groupement de commandes")]
    assert "groupement de commandes ponctuel" not in main
    assert "chef de file" not in words.of_html(makers.issued_html(makers.dossier(3)))


def test_the_articles_are_numbered_without_gap(text: str) -> None:
    places = [text.index(f"Article {number}. ") for number in range(1, 23)]
    assert places == sorted(places)
