"""What is put to the candidates says what domain.md §5 outlines, in the PDF and in the ODT, on both routes."""

from __future__ import annotations

import dataclasses
import io
import itertools
import re
import zipfile
from typing import Any

import pytest

from documents.render import write_as
from projects.agreement_terms import ClauseText, Terms
from projects.dossier import Dossier, Lot
from tests.documents import makers, tender, words

RC = {
    "buyer": ["coordonnateur : Commune 001", "Article 1. Acheteur", "Profil d'acheteur : [à compléter"],
    "object, lots, variants, CPV": ["Code CPV principal : 48000000", "L. 2113-11", "Variantes : [à compléter"],
    "duration and maximum": ["48 mois", "270 000,00 € HT", "R. 2162-4", "cesse de produire ses effets"],
    "procedure": ["Article 3. Procédure", "tous les membres, tous les lots, toute la durée"],
    "content of the file": [
        "R. 2132-2",
        "CCAP",
        "bordereau des prix",
        "cadre de réponse technique",
        "acte d'engagement",
    ],
    "application": ["DUME", "DC1 et DC2", "une fois et demie", "Groupement d'opérateurs économiques"],
    "offer": [
        "sans en modifier la structure",
        "identifiants SPDX",
        "connaissances antérieures",
        "plan de réversibilité",
    ],
    "criteria and weights": [
        "Critères et pondération",
        "100 %",
        "[à compléter] %",
        "« ou équivalent »",
        "anormalement",
    ],
    "samples": ["Article 8. Démonstrations et essais", "même scénario"],
    "deadlines": [
        "limites de remise des offres",
        "n'est pas inférieur à 30 jours",
        "six jours au plus tard",
        "valables",
    ],
    "deposit": ["Un pli reçu après l'heure limite est écarté", "copie de sauvegarde"],
    "award": ["attestations sociales et fiscales", "onze jours", "R. 2182-1"],
    "court": ["L. 551-1 du code de justice administrative", "tribunal administratif", "deux mois"],
    "members": ["Commune 002 000 000 026 Commune Membre"],
}
CCAP = {
    "who executes and pays": ["Article 1. Parties", "solidaires", "L. 2113-7"],
    "order of papers": ["les pièces prévalent dans l'ordre suivant", "CCAG-TIC, arrêté du 30 mars 2021"],
    "duration": ["48 mois à compter de sa notification", "Reconduction : [à compléter", "L. 2125-1"],
    "maximum": ["270 000,00 € HT", "deux cent soixante-dix mille euros", "aucune commande ne peut plus être passée"],
    "orders": ["Article 5. Commandes", "Un bon porte la référence du marché"],
    "prices": ["révisables chaque année", "R. 2191-3", "Une avance est versée"],
    "invoicing per member": ["Chorus Pro", "Code service", "N° d'engagement", "trente jours", "40 €"],
    "delays": ["Article 8. Délais et lieux d'exécution"],
    "acceptance": [
        "vérification d'aptitude (VA)",
        "vérification de service régulier (VSR)",
        "machine neuve",
        "ajournement",
    ],
    "penalties": ["Article 10. Pénalités", "Retard de réversibilité"],
    "licence (1)": ["[à compléter : identifiant SPDX]", "D. 323-2-1", "etalab-2.0"],
    "delivery (2)": ["code source commenté, les moyens de construction, les tests"],
    "components (3)": ["(SBOM)", "leurs licences"],
    "no closed dependency (4)": ["Aucun composant ou service non libre"],
    "holder of rights (5)": ["à titre non exclusif", "connaissances antérieures", "composant par composant"],
    "forge and date (6)": ["forge publique", "dès le premier jour", "(DCO)", "aucune cession de droits (CLA)"],
    "data protection": ["article 28 du règlement (UE) 2016/679", "sous-traitant", "quarante-huit heures", "détruites"],
    "security": ["référentiel général de sécurité", "vingt-quatre heures"],
    "hosting of the civil registry": ["territoire français", "2017-890", "n'accède qu'à ses propres actes"],
    "reversibility": ["Article 14. Réversibilité", "préavis de trois mois", "format ouvert et documenté", "atteste la"],
    "subcontracting": ["L. 2193-1", "600 € TTC"],
    "insurance": ["Article 16. Assurance"],
    "change": ["clause de réexamen", "R. 2194-1"],
    "termination": ["Article 18. Résiliation"],
    "disputes": ["Article 19. Différends", "trente jours"],
    "derogations, last": [
        "Article 20. Dérogations au CCAG-TIC",
        "Article 3 : ordre des pièces (chapitre « Pièces contractuelles »",
        "Article 10 : montants et plafond (chapitre « Pénalités »",
    ],
}
AE = {
    "buyer and lot": ["A. Objet", "B. Acheteur", "nantissements", "Comptable assignataire"],
    "holder": ["SIRET ou autre identifiant", "Groupement d'opérateurs", "conjoint", "solidaire"],
    "price, in words": [
        "270 000,00 € HT, en toutes lettres : deux cent soixante-dix mille euros",
        "HT en toutes lettres",
    ],
    "term": ["48 mois à compter de la notification"],
    "bank": ["IBAN", "BIC", "Avance", "trente jours"],
    "subcontracting": ["DC4"],
    "signatures": ["G. Signature du titulaire", "H. Acceptation de l'offre", "Habilité par l'acte n°", "Signature :"],
}
BPU = {
    "rules": ["hors taxes", "sans valeur contractuelle", "elle ne vaut pas zéro", "rend l'offre incomplète"],
    "prices": ["Prix à remplir par le candidat", "1.1", "Logiciel et hébergement", "postes"],
    "common prices": ["Reprise des données", "Formation", "pour l'ensemble des organismes", "pour un seul organisme"],
    "columns per member": ["Commune 001 Commune 002 Commune 003", "postes 1 2 3 6"],
    "total": ["Total TTC, en toutes lettres", "5. Signature du candidat"],
}
CRT = {
    "numbered": ["EX-001", "EX-003", "2.1. Naissances", "2.2. Registres", "prévalent sur le mémoire"],
    "open questions": ["RGAA", "Réversibilité", "Licence (SPDX)"],
}
CHECKLISTS = {
    "consultation-rules": RC,
    "ccap": CCAP,
    "commitment-form": AE,
    "price-schedule": BPU,
    "response-frame": CRT,
}


def of_grouping(text: str) -> bool:
    """Words of a grouped purchase that a shared development bought by its lead body alone has no use for."""
    return any(word in text for word in ("groupement de commandes", "coordonnateur", "L. 2113-7"))


@pytest.fixture(scope="module", params=["pdf", "odt"])
def read(request: Any) -> Any:
    """Both forms of a document."""
    return tender.READERS[request.param]


@pytest.mark.parametrize("code", CHECKLISTS)
def test_every_point_of_the_outline_is_printed(code: str, read: Any) -> None:
    text = read(makers.issued(makers.dossier(3), code))
    missing = {point: [word for word in said if word not in text] for point, said in CHECKLISTS[code].items()}
    assert {point: found for point, found in missing.items() if found} == {}


@pytest.mark.parametrize("code", CHECKLISTS)
def test_a_shared_development_has_the_same_outline_without_the_words_of_a_grouping(code: str, read: Any) -> None:
    facts = makers.dossier(3, route="shared_development", vehicle="co_funding", threshold_cents=100_000_00)
    text = read(makers.issued(facts, code))
    other = ("coordonnateur", "solidaires", "L. 2113-7", "Commune Membre")
    for point, said in CHECKLISTS[code].items():
        for word in (word for word in said if not any(out in word for out in other)):
            assert word in text, (point, word)
    assert "groupement de commandes" not in text.replace("Groupement d'opérateurs", "")
    assert "coordonnateur" not in text.lower()


# Variants -------------------------------------------------------------------------------------------------------------
LOTS = (Lot(1, "Logiciel", "48000000"), Lot(2, "Reprise", "72000000"))
TERMS = Terms(
    court="de Grenoble",
    licence="EUPL-1.2",
    forge_url="https://forge.example/etat-civil",
    publication="first_use",
    dco=False,
    assignment="exclusive",
    va_days=15,
    vsr_days=60,
    contract_form="orders",
)
VARIANTS: list[tuple[str, dict[str, Any], list[str], list[str]]] = [
    (
        "ccap",
        {"mandate": "M1"},
        ["signe, notifie, exécute et paie le marché qui le concerne"],
        ["Le titulaire n'a qu'un"],
    ),
    ("ccap", {"mandate": "M2"}, ["Chaque membre commande, admet et paie", "Chaque membre émet ses propres bons"], []),
    ("ccap", {"mandate": "M3"}, ["n'a qu'un interlocuteur", "émis par le coordonnateur"], ["Chaque membre émet"]),
    ("ccap", {"grouping": "permanent"}, ["ne prend part qu'aux marchés lancés ensuite"], ["Aucun nouveau membre"]),
    ("ccap", {"grouping": "one_off"}, ["Aucun nouveau membre ne rejoint le groupement"], ["lancés ensuite"]),
    ("ccap", {"domain_code": "cimetieres"}, ["dans l'Union européenne"], ["2017-890", "territoire français"]),
    ("ccap", {"lots": LOTS}, ["Lot 2 : Reprise"], []),
    (
        "ccap",
        {"terms": TERMS},
        [
            "sous la licence EUPL-1.2",
            "https://forge.example/etat-civil",
            "première mise en service",
            "à titre exclusif",
            "dans les 15 jours",
            "dans les 60 jours",
            "tribunal administratif de Grenoble",
            "Accord-cadre à bons de commande",
        ],
        ["DCO", "dès le premier jour", "S'il s'agit d'un accord-cadre"],
    ),
    ("ccap", {"terms": Terms(contract_form="contract")}, ["Marché ordinaire"], ["R. 2162-4", "270 000,00"]),
    (
        "ccap",
        {"terms": Terms(contract_form="contract")},
        ["ordres de service", "montant du marché"],
        ["bon de commande"],
    ),
    (
        "ccap",
        {"terms": Terms(contract_form="call_offs")},
        ["R. 2162-7 à R. 2162-12", "montant du marché subséquent", "par organisme payeur et par marché subséquent"],
        ["bon de commande"],
    ),
    (
        "ccap",
        {"terms": Terms(ownership="lead")},
        ["au coordonnateur, qui les exerce au bénéfice de tous"],
        ["à l'ensemble des membres,"],
    ),
    ("ccap", {"ceiling_cents": 300_000_00}, ["300 000,00 € HT", "trois cent mille euros"], ["270 000,00"]),
    ("consultation-rules", {"mandate": "M1"}, ["il y a autant de marchés que de membres"], []),
    ("consultation-rules", {"cao": "grouping"}, ["L. 1414-3, I,", "du groupement choisit"], ["L. 1414-3, II"]),
    ("consultation-rules", {"cao": "lead"}, ["L. 1414-3, II,", "du coordonnateur choisit"], []),
    (
        "consultation-rules",
        {"cao": "none", "ceiling_cents": 80_000_00},
        [
            "Procédure adaptée",
            "commission consultative",
            "peut négocier",
            "R. 2123-5",
            "délai raisonnable",
            "R. 2181-2",
        ],
        ["ne se négocie pas", "onze jours", "L. 1414-2"],
    ),
    ("consultation-rules", {}, ["Procédure formalisée", "ne se négocie pas", "R. 2161-5"], ["peut négocier"]),
    ("consultation-rules", {"lots": LOTS}, ["Lot 2 : Reprise (CPV 72000000)", "un, à plusieurs"], ["L. 2113-11"]),
    ("consultation-rules", {"grouping": "permanent"}, ["groupement de commandes permanent"], ["ponctuel"]),
    ("consultation-rules", {"terms": TERMS}, ["tribunal administratif de Grenoble"], ["a son siège"]),
    ("commitment-form", {"mandate": "M1"}, ["autant de fois qu'il y a de membres", "Membre concerné"], []),
    ("commitment-form", {"mandate": "M3"}, ["n'a qu'un interlocuteur"], ["pour chaque membre]"]),
    ("commitment-form", {"lots": LOTS}, ["[ ] Lot 1 : Logiciel", "[ ] Lot 2 : Reprise"], ["Marché non alloti"]),
    ("commitment-form", {"terms": Terms(contract_form="contract")}, [], ["Montant maximum de l'accord-cadre"]),
    (
        "price-schedule",
        {"parties": tuple(makers.party(number) for number in range(1, 11))},
        ["3.1. Commune 001 à Commune 004", "3.3. Commune 009 à Commune 010", "(suite)"],
        [],
    ),
]


@pytest.mark.parametrize(("code", "changes", "said", "unsaid"), VARIANTS)
def test_the_variant_follows_the_facts(code: str, changes: dict[str, Any], said: list[str], unsaid: list[str]) -> None:
    text = words.of_html(makers.issued_html(makers.dossier(3, **changes), code))
    assert [word for word in said if word not in text] == []
    assert [word for word in unsaid if word in text] == []


@pytest.mark.parametrize(("vehicle", "grouped"), [("grouping", True), ("co_funding", False), ("cooperation", False)])
def test_the_vehicle_of_a_shared_development_says_who_buys(vehicle: str, grouped: bool) -> None:
    facts = makers.dossier(3, route="shared_development", vehicle=vehicle, threshold_cents=100_000_00)
    text = words.of_html(makers.issued_html(facts, "consultation-rules"))
    assert ("L'acheteur est un groupement de commandes" in text) == grouped
    assert ("chef de file d'un développement partagé" in text) != grouped
    assert of_grouping(text) == grouped


def test_a_consultation_under_way_gives_its_procedure_its_form_and_its_maximum() -> None:
    facts = makers.dossier(3)
    chosen = tender.tender(facts, procedure="restricted", maximum_cents=310_000_00)
    text = words.of_html(tender.printed(facts, "consultation-rules", tender=chosen).html)
    for word in ("Appel d'offres restreint", "R. 2161-6 à R. 2161-11", "310 000,00 € HT", "n° 1"):
        assert word in text
    ordinary = tender.tender(facts, framework=False, form="Marché ordinaire")
    assert "R. 2162-4" not in tender.printed(facts, "ccap", tender=ordinary).html


BLANKS = {
    "consultation-rules": {
        "reglement/07-criteres": "- **Prix** : 40 % ;\n- **Réponse aux exigences** : 60 %.",
        "reglement/09-negociation": "L'acheteur négocie avec trois candidats.",
    },
    "ccap": {
        "ccap/10-penalites": "- Retard de livraison, par jour : 150 € ;\n- Retard de réversibilité, par jour : 200 €.",
        "ccap/20-derogations": "- Article 3 : ordre des pièces (article 4.1 du CCAG-TIC).",
        "ccap/annexe-donnees": "Nature des opérations : hébergement et maintenance, {duree}.",
    },
}


@pytest.mark.parametrize("code", BLANKS)
def test_a_blank_filled_in_by_the_lead_body_is_printed_in_its_place(code: str, read: Any) -> None:
    own = tuple(ClauseText(clause, text, amended=True) for clause, text in BLANKS[code].items())
    text = read(makers.issued(makers.dossier(3, amendments=own), code))
    said = {
        "consultation-rules": [
            "Article 7. Critères de choix Prix : 40 % ; Réponse aux exigences : 60 %. Article 8.",
            "Article 9. Négociation L'acheteur négocie avec trois candidats. Article 10.",
        ],
        "ccap": [
            "par jour : 150 € ; Retard de réversibilité, par jour : 200 €. Article 11.",
            "Article 20. Dérogations au CCAG-TIC Article 3 : ordre des pièces (article 4.1 du CCAG-TIC). Annexe.",
            "Annexe. Protection des données personnelles Nature des opérations : hébergement et maintenance, 48 mois.",
        ],
    }
    plain = text.replace("• ", "")
    assert [words_ for words_ in said[code] if words_ not in plain] == []


def test_the_parts_of_an_article_are_under_it_and_no_level_is_skipped() -> None:
    page = makers.issued_html(makers.dossier(3), "consultation-rules")
    levels = [int(level) for level in re.findall(r"<h(\d)", page)]
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
    assert "<h2>Article 2. Objet du marché</h2>" in page
    assert "<h3>2.1. Lots</h3>" in page


@pytest.mark.parametrize(
    ("procedure", "said"),
    [
        ("open", ["L'appel d'offres ne se négocie pas", "R. 2161-5", "n'est pas inférieur à"]),
        ("restricted", ["R. 2161-11", "vingt-cinq par voie électronique"]),
        (
            "negotiated",
            ["négocie avec les candidats retenus", "sauf les offres finales", "Les candidatures sont remises"],
        ),
        ("dialogue", ["dialogue avec les candidats retenus", "le calendrier du dialogue"]),
        ("adapted", ["peut négocier avec", "R. 2123-5"]),
    ],
)
def test_the_rules_follow_the_procedure_that_was_chosen(procedure: str, said: list[str]) -> None:
    facts = makers.dossier(3)
    chosen = tender.tender(facts, procedure=procedure, formal=procedure != "adapted")
    text = words.of_html(tender.printed(facts, "consultation-rules", tender=chosen).html)
    assert [word for word in said if word not in text] == []
    assert ("L'appel d'offres ne se négocie pas" in text) == (procedure in ("open", "restricted"))


def test_a_developer_answers_to_the_lead_partner_alone_when_it_buys_alone() -> None:
    facts = makers.dossier(3, route="shared_development", vehicle="co_funding", threshold_cents=100_000_00)
    text = words.of_html(makers.issued_html(facts, "ccap"))
    assert "La résiliation est prononcée par le chef de file seul" in text
    assert "La résiliation par un membre" not in text
    assert "à l'ensemble des partenaires, les droits" in text


def test_the_commitment_form_of_an_award_names_the_holder_and_says_the_amount_in_words(read: Any) -> None:
    facts = makers.dossier(3)
    text = read(tender.printed(facts, "commitment-form", tender=tender.tender(facts)))
    for word in (tender.HOLDER, tender.SIRET, "123 456,78 €", "cent vingt-trois mille quatre cent cinquante-six euros"):
        assert word in text


@pytest.mark.parametrize("mandate", ["M1", "M2", "M3"])
def test_invoices_and_signatures_go_to_who_pays_and_who_signs(mandate: str) -> None:
    facts = makers.dossier(3, mandate=mandate)
    kinds = {code: tender.printed(facts, code).context for code in ("ccap", "commitment-form")}
    payers = [payer["name"] for payer in kinds["ccap"]["invoices"]]
    signing = [party["name"] for party in kinds["commitment-form"]["signatories"]]
    everyone = [party.name for party in facts.parties]
    assert payers == (everyone[:1] if mandate == "M3" else everyone)
    assert signing == (everyone if mandate == "M1" else everyone[:1])


# What candidates may not learn ----------------------------------------------------------------------------------------
CANARY = 77_777_77


def canaries() -> Dossier:
    """Estimates and own maxima that no candidate may read (domain.md §8, trap 17)."""
    parties = tuple(makers.party(number, maximum_cents=CANARY) for number in (1, 2, 3))
    facts = makers.dossier(parties=parties, ceiling_cents=400_000_00)
    return dataclasses.replace(facts, cost_lines=(makers.line("Développement", CANARY, makers.EQUAL, parties),))


@pytest.mark.parametrize("code", [*CHECKLISTS, "specification"])
def test_no_estimate_no_own_maximum_and_no_person_reaches_a_candidate(code: str) -> None:
    page = makers.issued(canaries(), code)
    plain = page.html.replace("\N{NARROW NO-BREAK SPACE}", " ")
    for secret in ("77 777", "25 925", "7777777", "B-2026-000", "Camille Durand"):
        assert secret not in plain


@pytest.mark.parametrize("form", ["ods", "xlsx"])
def test_nor_through_the_workbook(form: str) -> None:
    content = write_as(makers.issued(canaries(), "price-schedule"), form)
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        everything = "".join(file.read(name).decode() for name in file.namelist())
    assert "Développement" in everything
    for secret in ("77777", "77 777", "25925", "Camille Durand"):
        assert secret not in everything
