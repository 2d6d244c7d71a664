"""The shared-development agreement says what domain.md §2.2 asks for; read from the PDF and from the editable file."""

from __future__ import annotations

from typing import Any

import pytest

from projects.agreement_terms import LICENCES, Terms
from projects.dossier import Subsidy
from tests.documents import makers, words
from tests.documents.test_convention import read

CLAUSES = {
    "A parties": ["SIREN", "chef de file", "n'est pas partie à l'accord"],
    "A basis": ["L. 2511-6", "L. 2113-6 à L. 2113-8", "dont la convention est annexée", "mise en concurrence"],
    "A no vehicle by accident": ["ni fonds de concours", "ni personne morale"],
    "B commons": ["Nom du logiciel", "cahier des charges du projet P-2026-014", "Logiciel libre réutilisé"],
    "C lead": ["Commune 001 est chef de file", "maître d'ouvrage", "à titre gratuit", "l'y a autorisé"],
    "D contributions": ["dans la limite du maximum", "apport en nature", "feuilles de temps"],
    "D conditional": ["Une contribution votée sous condition n'est comptée"],
    "D threshold": ["atteint 100 000,00 € HT", "au plus tard le 30 avril 2026", "caduc", "Aucune commande"],
    "E calls": ["appelle les fonds", "justificatifs", "sous trente jours", "sans un nouvel acte"],
    "E key": ["selon les clés de l'annexe 3, au centime", "connues à la date du gel"],
    "F subsidies": ["subventions sont déduites avant toute répartition", "réduite ou retirée", "à rembourser"],
    "G governance": [
        "comité de pilotage",
        "une voix chacun",
        "la moitié des partenaires",
        "feuille de route",
        "relevé",
    ],
    "G arbitration": ["À défaut de quorum", "comité produit", "arbitrages", "exige l'accord de chaque partenaire"],
    "H ownership": ["copropriétaires", "composant par composant", "connaissances antérieures", "agents"],
    "H rights obtained": ["cession, à titre non exclusif"],
    "I licence": ["identifiant SPDX", "D. 323-2-1", "etalab-2.0", "DCO", "aucune cession"],
    "J publication": ["Le code source est publié", "dès le premier jour", "trente jours au plus", "Aucun secret"],
    "K acceptance": ["Sites pilotes", "vérification de service régulier", "procès-verbal", "machine neuve"],
    "L maintenance": ["six mois avant la fin de la garantie", "clé de répartition", "peut différer"],
    "M newcomers": ["sans droit d'entrée", "par avenant", "l'avait compté dès l'origine"],
    "N withdrawal": ["quatre-vingt-dix jours", "ne sont pas remboursées", "la licence demeure"],
    "O over-run": ["dix pour cent", "un nouvel acte"],
    "P use by others": ["tout tiers usent des résultats"],
    "Q name": ["Le nom du logiciel est déposé"],
    "R exit": ["Software Heritage", "poursuivre le développement de son côté", "durées légales"],
    "S control": ["état financier", "pièces justificatives", "remboursé"],
    "18-22": ["dernière signature", "exécutoire", "avenant", "tribunal administratif", "Signature :", "Annexe 3."],
}
VARIANTS: dict[str, tuple[dict[str, Any], list[str], list[str]]] = {
    "grouping": (
        {"vehicle": "grouping"},
        [
            "Annexe 4. Convention constitutive du groupement",
            "Annexe 4, article 22. ",
            "vaut signature de la convention",
        ],
        ["coopération entre pouvoirs adjudicateurs pour"],
    ),
    "co-funding": (
        {"vehicle": "co_funding"},
        ["versent une participation financière", "sans autre contrepartie", "ne dispense d'aucune mise en concurrence"],
        ["Annexe 4", "moins de vingt pour cent"],
    ),
    "cooperation": (
        {"vehicle": "cooperation"},
        [
            "coopération entre pouvoirs adjudicateurs",
            "moins de vingt pour cent",
            "le contrat conclu avec un développeur extérieur, qui",
        ],
        ["Annexe 4", "versent une participation"],
    ),
    "named": (
        {
            "terms": Terms(
                software_name="Registre libre",
                licence="EUPL-1.2",
                forge_url="https://forge.example/registre",
                base_software="openCimetière 4 (AGPL-3.0-or-later)",
                scope="Naissances et décès.",
                pilots="Grandval et Valmont",
            )
        },
        [
            "Nom du logiciel : Registre libre",
            "sous la licence EUPL-1.2, choisie dans la liste",
            "à l'adresse https://forge.example/registre",
            "Logiciel libre réutilisé : openCimetière 4",
            "Périmètre de la première version : Naissances et décès.",
            "Sites pilotes : Grandval et Valmont",
        ],
        ["[à compléter"],
    ),
    "rights of the lead, exclusive": (
        {"terms": Terms(ownership="lead", assignment="exclusive", brand="none", dco=False)},
        ["seul titulaire des droits cédés", "cession exclusive", "n'est pas déposé", "le nom de son auteur"],
        ["copropriétaires", "à titre non exclusif", "DCO"],
    ),
    "each author": ({"terms": Terms(ownership="authors")}, ["conserve les droits sur ce qu'il écrit"], ["copropri"]),
    "weighted votes": (
        {"terms": Terms(vote_mode="by_contribution", quorum_percent=60, meetings=4, minutes_days=8)},
        ["voix sont proportionnelles", "soixante pour cent des partenaires", "quatre fois par an", "sous huit jours"],
        ["une voix chacun"],
    ),
    "published at first use": (
        {"terms": Terms(publication="first_use", embargo_days=45)},
        ["au plus tard à la première mise en service", "quarante-cinq jours au plus"],
        ["dès le premier jour"],
    ),
    "entry on book value": (
        {"terms": Terms(entry_rule="linear", depreciation_years=7)},
        ["amorti en ligne droite sur sept ans", "en déduction des contributions des autres"],
        ["compté dès l'origine"],
    ),
    "no entry fee": ({"terms": Terms(entry_rule="none")}, ["sans droit d'entrée ; il contribue"], ["compté dès l'or"]),
    "tolerance and review": (
        {"terms": Terms(tolerance_percent=15, review_months=12, va_days=45, vsr_days=60)},
        ["quinze pour cent", "douze mois avant la fin", "quarante-cinq jours au plus", "soixante jours"],
        ["dix pour cent"],
    ),
    "no threshold": ({"threshold_cents": None}, ["Aucun seuil de contributions n'est fixé"], ["caduc sans indemnité"]),
    "subsidy": (
        {"subsidies": (Subsidy("Région", "40", 120_000_00, 30_000_00, 30_000_00),)},
        ["Région", "40 %", "30 000,00 €"],
        [],
    ),
    "in kind": (
        {
            "parties": (
                makers.party(1, in_kind_days="10", in_kind_day_cents=350_00, in_kind_cents=3_500_00),
                makers.party(2),
            )
        },
        ["Les apports en nature sont énumérés à l'annexe 2", "10 jours à 350,00 €"],
        [],
    ),
}


def agreement(**changes: Any) -> Any:
    """The agreement of three communes, with a threshold."""
    given = {"route": "shared_development", "mandate": "M3", "threshold_cents": 100_000_00, **changes}
    return makers.issued(makers.dossier(3, **given))


@pytest.fixture(scope="module", params=["pdf", "odt"])
def text(request: Any) -> str:
    """Its words in each form."""
    return read(agreement(), request.param)


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
    annexed = [text.index(f"Annexe 4, article {number}. ") for number in range(1, 23)]
    assert annexed == sorted(annexed)


@pytest.mark.parametrize(("changes", "said", "unsaid"), VARIANTS.values(), ids=VARIANTS)
def test_the_variant_follows_the_facts(changes: dict[str, Any], said: list[str], unsaid: list[str]) -> None:
    page = words.of_html(agreement(**changes).html)
    assert [word for word in said if word not in page] == []
    assert [word for word in unsaid if word in page] == []


@pytest.mark.parametrize("form", ["pdf", "odt"])
@pytest.mark.parametrize("names", [("co-funding", "named"), ("cooperation", "entry on book value", "subsidy")])
def test_variants_together_are_printed(names: tuple[str, ...], form: str) -> None:
    changes = {key: value for name in names for key, value in VARIANTS[name][0].items()}
    found = read(agreement(**changes), form)
    assert [word for name in names for word in VARIANTS[name][1] if word not in found] == []
    assert [word for name in names for word in VARIANTS[name][2] if word in found] == []


def test_the_list_of_licences_is_the_official_one() -> None:
    """D. 323-2-1 CRPA and the list of data.gouv.fr: five permissive, nine reciprocal (domain.md §1.4)."""
    assert [licence.reciprocal for licence in LICENCES] == [False] * 5 + [True] * 9
    assert {"EUPL-1.2", "AGPL-3.0-only", "AGPL-3.0-or-later", "CECILL-C"} < {licence.spdx for licence in LICENCES}
