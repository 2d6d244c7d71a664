"""The shared-development agreement says what domain.md §2.2 asks for; read from the PDF and from the editable file."""

from __future__ import annotations

from typing import Any

import pytest

from projects.agreement_terms import LICENCES, Terms
from projects.dossier import Subsidy
from tests.documents import makers, words
from tests.documents.tender import READERS
from tests.documents.variants import FLAT

CLAUSES = {
    "A parties": ["SIREN", "chef de file", "n'est pas partie à l'accord"],
    "A basis": ["L. 2511-6", "L. 2113-6 à L. 2113-8", "dont la convention est annexée", "mise en concurrence"],
    "A no vehicle by accident": ["ni fonds de concours", "ni personne morale"],
    "B reuse": ["L'étude de réutilisation [à compléter : référence] n'a relevé aucune solution libre"],
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
    "C replaced": ["son remplaçant est désigné par un avenant que signent tous les partenaires (article 20)"],
    "C annex": ["Annexe 1. Partenaires", "Commune 001 Chef de file", "Commune 002 Partenaire "],
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
            "sa composition ne change plus une fois la procédure lancée (annexe 4, article 13). Le nouveau partenaire",
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
            "développeur extérieur, qui serait passé selon le code de la commande publique par le chef de file, ou",
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
        ["[à compléter]", "[à compléter : nom", "[à compléter : identifiant"],
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
    "default rights": (
        {},
        ["copropriétaires des droits cédés", "à titre non exclusif", "certifient l'origine de leurs apports (DCO)"],
        ["apports en nature sont énumérés", "seul titulaire", "supplée", "l'échéancier suivant"],
    ),
    "last enforceable, equal lawsuit, deputy, court": (
        {"terms": Terms(entry="last_enforceable", litigation="equal", deputy="Commune 002", court="de Grenoble")},
        [
            "à la date de la dernière mesure qui le rend exécutoire, sous la condition de l'article 8",
            "dont les frais sont partagés en parts égales",
            "Commune 002 supplée le chef de file pour les actes urgents",
            "devant le tribunal administratif de Grenoble",
        ],
        ["dernière signature"],
    ),
    "paid by the year": (
        {"terms": Terms(lead_pay="flat", lead_pay_cents=1_200_00)},
        ["reçoit des partenaires, selon la clé de l'annexe 3, un forfait de 1 200,00 € HT par an"],
        ["à titre gratuit"],
    ),
    "paid what it spent": (
        {"terms": Terms(lead_pay="actual")},
        ["lui remboursent, sur justificatifs", "les frais réels de sa mission"],
        ["à titre gratuit"],
    ),
    "paid by percentage": (
        {"terms": Terms(lead_pay="percent", lead_pay_percent="2.5")},
        ["2,5 % des dépenses du développement"],
        ["à titre gratuit"],
    ),
    "reference, archives": (
        {"reference": "P-2026-099", "terms": Terms(depositary="Commune 003")},
        ["P-2026-099/ACCORD-v1", "cahier des charges du projet P-2026-099", "Commune 003 conserve les pièces"],
        ["P-2026-014"],
    ),
    "permanent": (
        {"grouping": "permanent"},
        ["le groupement de commandes, qui ne vaut que pour les procédures lancées ensuite (annexe 4, article 13)"],
        ["sa composition ne change plus"],
    ),
    "tariff": (
        {"cost_lines": (makers.line("Hébergement", 1_000_00, FLAT, [makers.party(number) for number in (1, 2, 3)]),)},
        ["Par exception, la somme des parts d'une ligne au tarif peut différer de son coût", "le déficit est supporté"],
        [],
    ),
}


def agreement(**changes: Any) -> Any:
    """The agreement of three communes, with a threshold."""
    given = {"route": "shared_development", "mandate": "M3", "threshold_cents": 100_000_00, **changes}
    return makers.issued(makers.dossier(3, **given))


# Who contracts and who pays, by form of the agreement: what these add to CLAUSES, or say in their place.
FORMS: dict[str, tuple[dict[str, Any], dict[str, list[str]], list[str]]] = {
    "grouping M3": ({"mandate": "M3"}, {}, ["paie directement au titulaire"]),
    "grouping M2": (
        {"mandate": "M2"},
        {
            "C lead": ["signe et notifie le contrat de développement au nom de tous", "l'y a autorisé"],
            "E calls": [
                "paie directement au titulaire la part qui le concerne",
                "n'appelle que les frais de procédure",
            ],
            "K acceptance": ["prononcée par chaque partenaire"],
        },
        ["maître d'ouvrage"],
    ),
    "grouping M1": (
        {"mandate": "M1"},
        {
            "C lead": ["Chaque partenaire signe, exécute et paie le contrat de développement qui le concerne"],
            "E calls": [
                "paie directement au titulaire la part qui le concerne",
                "n'appelle que les frais de procédure",
            ],
            "K acceptance": ["prononcée par chaque partenaire"],
        },
        ["maître d'ouvrage", "au nom de tous"],
    ),
    "co-funding": (
        {"vehicle": "co_funding", "mandate": "M1"},  # without a grouping no mandate counts
        {
            "A basis": [
                "participation financière",
                "serait constitué par une convention distincte",
                "ne dispense d'aucune",
            ]
        },
        ["Annexe 4", "membre", "oordonnateur", "L'adhésion à l'accord n'emporte pas"],
    ),
    "cooperation": (
        {"vehicle": "cooperation", "mandate": "M2"},
        {
            "A basis": [
                "coopération entre pouvoirs adjudicateurs",
                "serait passé selon le code de la commande publique par le chef de file, ou par un groupement de",
            ]
        },
        ["Annexe 4", "membre", "oordonnateur", "L'adhésion à l'accord n'emporte pas"],
    ),
}
AS_ALWAYS = [f"{form}-{name}" for name in FORMS for form in ("pdf", "odt")]


@pytest.fixture(scope="module", params=AS_ALWAYS)
def read_as(request: Any) -> tuple[str, str]:
    """Its words in each form, for each who contracts."""
    form, _, name = request.param.partition("-")
    return name, READERS[form](agreement(**FORMS[name][0]))


def test_every_clause_is_printed_whoever_contracts(read_as: tuple[str, str]) -> None:
    name, text = read_as
    _, own, unsaid = FORMS[name]
    missing = {clause: [word for word in own.get(clause, said) if word not in text] for clause, said in CLAUSES.items()}
    assert {clause: words for clause, words in missing.items() if words} == {}
    assert [word for word in unsaid if word in text] == []


@pytest.fixture(scope="module", params=["pdf", "odt"])
def text(request: Any) -> str:
    """The usual one, by a grouping under M3."""
    return READERS[request.param](agreement())


def test_a_grouping_has_no_word_of_the_other_route_and_conversely(text: str) -> None:
    main = text[: text.index("Annexe 4. Convention constitutive du groupement de commandes")]
    assert "groupement de commandes ponctuel" not in main
    assert "chef de file" not in words.of_html(makers.issued_html(makers.dossier(3)))


def test_the_articles_are_numbered_without_gap(text: str) -> None:
    places = [text.index(f"Article {number}. ") for number in range(1, 23)]
    assert places == sorted(places)
    annexed = [text.index(f"Annexe 4, article {number}. ") for number in range(1, 23)]
    assert annexed == sorted(annexed)


# Article of the annexed convention → words of it.
ANNEXED = {
    "1": ["La présente convention est annexée à l'accord", "le chef de file y est désigné « le coordonnateur »"],
    "2": ["Chacun des membres qui achètent a déclaré son besoin"],
    "3": ["groupement de commandes ponctuel", "n'a pas la personnalité morale"],
    "4": ["Les acheteurs sont : Commune 001, Commune 002 et Commune 003"],
    "5": ["Commune 001 est désigné coordonnateur du groupement", "l'y a autorisé"],
    "6": ["donnent mandat au coordonnateur", "Paiement du titulaire Commune 001", "Conservation des pièces"],
    "7": ["dans un délai de quinze jours", "correspondant juridique"],
    "8": ["La somme des maxima est de 270 000,00 € HT", "La durée prévue est de 48 mois", "R. 2162-4"],
    "9": ["Un membre ne commande pas", "de son maximum sans un nouvel acte"],
    "10": ["Un comité technique"],
    "11": ["Commission d'appel d'offres", "L. 1414-3"],
    "12": ["titre de recettes", "leur comptable", "exactement égale au montant partagé"],
    "13": ["ne peut plus changer une fois la procédure"],
    "14": ["préavis de quatre-vingt-dix jours", "exclu à la majorité des deux tiers"],
    "15": ["Le remplaçant du chef de file, désigné selon l'article 19 de l'accord, est le nouveau coordonnateur"],
    "16": ["solidairement responsables", "à proportion des parts"],
    "17": ["secret des affaires", "article 28"],
    "18": ["entre en vigueur avec l'accord auquel elle est annexée", "si l'accord est caduc, elle l'est aussi"],
    "19": ["signé par tous les membres dans les mêmes formes. Une modification"],
    "20": ["Le chef de file conserve les pièces", "visa des archives"],
    "21": ["accord amiable pendant trente jours", "tribunal administratif dans le ressort duquel le chef de file"],
    "22": ["vaut signature de la convention", "Ses annexes 1 (partenaires), 2"],
}


@pytest.mark.parametrize("number", ANNEXED)
def test_the_annexed_convention_has_its_own_articles(text: str, number: str) -> None:
    found = text[text.index(f"Annexe 4, article {number}. ") :]
    found = found.partition(f"Annexe 4, article {int(number) + 1}. ")[0]
    assert [word for word in ANNEXED[number] if word not in found] == []


def test_without_a_threshold_nothing_lapses_and_the_annexed_convention_still_follows() -> None:
    text = READERS["odt"](agreement(threshold_cents=None))
    assert "entre en vigueur avec l'accord auquel elle est annexée, dans les conditions des articles 8 et 20" in text
    assert "caduc" not in text


@pytest.mark.parametrize(("changes", "said", "unsaid"), VARIANTS.values(), ids=VARIANTS)
def test_the_variant_follows_the_facts(changes: dict[str, Any], said: list[str], unsaid: list[str]) -> None:
    page = READERS["odt"](agreement(**changes))
    assert [word for word in said if word not in page] == []
    assert [word for word in unsaid if word in page] == []


TOGETHER = [
    "co-funding/named/rights of the lead, exclusive/weighted votes/published at first use/entry on book value/"
    "no threshold/subsidy/in kind/last enforceable, equal lawsuit, deputy, court/tolerance and review/paid by the year",
    "cooperation/each author/no entry fee/reference, archives/paid what it spent/tariff",
    "grouping/paid by percentage/default rights",
    "permanent",
]


@pytest.mark.parametrize("form", ["pdf", "odt"])
@pytest.mark.parametrize("names", TOGETHER, ids=range(len(TOGETHER)))
def test_variants_together_are_printed(names: str, form: str) -> None:
    changes, said, unsaid = makers.together(VARIANTS, names.split("/"))
    found = READERS[form](agreement(**changes))
    assert [word for word in said if word not in found] == []
    assert [word for word in unsaid if word in found] == []


def test_every_variant_that_prints_something_reaches_a_pdf() -> None:
    read_together = {name for names in TOGETHER for name in names.split("/")}
    assert {name for name, (_, said, _) in VARIANTS.items() if said} <= read_together


def test_the_list_of_licences_is_the_official_one() -> None:
    """D. 323-2-1 CRPA and the list of data.gouv.fr: five permissive, nine reciprocal (domain.md §1.4)."""
    assert [licence.reciprocal for licence in LICENCES] == [False] * 5 + [True] * 9
    assert {"EUPL-1.2", "AGPL-3.0-only", "AGPL-3.0-or-later", "CECILL-C"} < {licence.spdx for licence in LICENCES}
