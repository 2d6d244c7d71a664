"""The specification: chapters, requirements traced to the bodies that asked, volumes, legal constraints."""

from __future__ import annotations

from typing import Any

import pytest

from projects.agreement_terms import Terms
from projects.dossier import Dossier, Volume
from tests.documents import makers, pdf, words
from tests.documents.tender import READERS

pytestmark = pytest.mark.django_db  # the demo fixture reads the database

CONTENT = {
    "object": ["1.1. Objet", "Grandval-les-Cimes, coordonnateur du groupement", "48 mois"],
    "bodies": ["1.2. Les organismes", "Partenaire sans achat"],
    "how to read": ["indispensable conditionne l'admission", "« ou équivalent »"],
    "volumes": ["indicatifs et non contractuels", "Ne sont additionnés que"],
    "data protection": ["article 28 du règlement (UE) 2016/679", "journalisés"],
    "standards": ["RGAA", "RGS", "RGI", "format ouvert et documenté"],
    "hosting": ["établi en France", "sauvegarde sont situés sur le territoire français", "article 11"],
    "partition": ["Chaque commune n'accède qu'à ses propres actes", "aucune recherche au travers des communes"],
    "paper": ["Les actes sur papier demeurent les originaux", "article 40 du code civil"],
    "purpose": ["ne servent qu'aux missions d'état civil"],
    "exchanges": ["COMEDEC", "Insee", "avant la bascule"],
    "migration": ["deux essais à blanc", "rapprochement des nombres par année"],
    "acceptance": ["machine neuve par un tiers", "vérification de service régulier"],
    "maintenance": ["délais de prise en compte", "disponibilité mesurée"],
    "reversibility": [
        "préavis de trois mois",
        "pour l'ensemble des organismes et pour un seul d'entre eux",
        "destruction",
    ],
    "free licence": ["D. 323-2-1", "dépôt public", "Aucun composant fermé", "connaissances antérieures", "(SBOM)"],
    "licence": ["sous une licence de la liste", "leur documentation l'est sous licence etalab-2.0", "(DCO)"],
    "confidentiality": ["Le titulaire garde confidentielles"],
    "interfaces": ["les interfaces de programmation (API) sont ouvertes et documentées"],
    "documentation and training": ["5.6. Documentation et formation", "selon un plan qu'il propose"],
    "security": ["5.7. Hébergement et sécurité", "leur restauration sont décrits", "un contact de sécurité"],
    "access": ["Seuls la commune ou son délégataire accèdent aux traitements et à l'infrastructure (article 11"],
    "continuity": ["un acte de décès les fins de semaine et en cas de coupure"],
}


# Said of any domain, by whatever route: what the demo adds is its own bodies and the law of civil registry.
CIVIL_REGISTRY = ("hosting", "partition", "paper", "purpose", "exchanges", "continuity", "access")
OF_THE_DEMO = ("object", "bodies")
CEMETERIES = {"domain_code": "cimetieres", "domain_label": "Cimetières", "object": "Gérer les cimetières."}
SHARED = {"route": "shared_development", "threshold_cents": 100_000_00}
OTHERS: dict[str, tuple[dict[str, Any], list[str], list[str]]] = {
    "another domain": (CEMETERIES, ["Commune 001, coordonnateur du groupement", "Commune 002 Commune Membre"], []),
    "agreement and grouping": (
        SHARED,
        ["Commune 001, coordonnateur du groupement", "Commune Membre"],
        ["chef de file"],
    ),
    "co-funding": (
        {**SHARED, **CEMETERIES, "vehicle": "co_funding"},
        ["Commune 001, chef de file de l'accord de développement partagé", "Commune 001 Commune Chef de file"],
        ["oordonnateur", "groupement", "Membre"],
    ),
    "cooperation": (
        {**SHARED, "vehicle": "cooperation", "terms": Terms(licence="EUPL-1.2", docs_licence="CC-BY-4.0", dco=False)},
        ["Commune 002 Commune Partenaire", "sous la licence EUPL-1.2, de la liste", "sous licence CC-BY-4.0"],
        ["oordonnateur", "groupement", "Membre", "DCO", "sous une licence de la liste"],
    ),
}


@pytest.fixture(scope="module", params=["pdf", "odt"])
def text(demo: Dossier, request: Any) -> str:
    """The demo's specification in each form."""
    return READERS[request.param](makers.issued(demo, "specification"))


@pytest.mark.parametrize("expected", CONTENT.values(), ids=CONTENT)
def test_the_chapter_is_printed(text: str, expected: list[str]) -> None:
    assert [word for word in expected if word not in text] == []


@pytest.mark.parametrize("form", ["pdf", "odt"])
@pytest.mark.parametrize("name", OTHERS)
def test_the_same_chapters_for_another_domain_and_another_route(name: str, form: str) -> None:
    changes, said, unsaid = OTHERS[name]
    found = READERS[form](makers.issued(makers.dossier(3, **changes), "specification"))
    left_out = OF_THE_DEMO + (CIVIL_REGISTRY if "domain_code" in changes else ()) + ("licence",) * ("terms" in changes)
    expected = [word for clause, words in CONTENT.items() if clause not in left_out for word in words]
    assert [word for word in [*expected, *said] if word not in found] == []
    assert [word for word in unsaid if word in found] == []
    if "domain_code" in changes:
        assert [word for word in ("COMEDEC", "état civil", "2017-890") if word in found] == []


def test_every_requirement_has_its_number_its_priority_and_who_asked(demo: Dossier) -> None:
    text = words.of_html(makers.issued_html(demo, "specification"))
    names = {party.siren: party.name for party in demo.parties}
    buyers = [party for party in demo.parties if party.needs]
    labels = {"must": "Indispensable", "should": "Important", "could": "Souhaité", "wont": "Exclu"}
    assert len(demo.requirements) >= 55
    for item in demo.requirements:
        asked = ", ".join(names[siren] for siren in item.asked_by)
        asked = "tous les organismes" if len(item.asked_by) == len(buyers) else asked
        assert f"{item.number} {' '.join(item.text.split())} {labels[item.priority]} {asked}" in text


def test_all_numbers_reach_the_pdf_once(demo: Dossier, text: str) -> None:
    for item in demo.requirements:
        assert text.count(item.number) == 1


def test_volumes_of_distant_years_or_other_units_are_not_summed() -> None:
    def body(number: int, year: int, unit: str) -> object:
        return makers.party(number, volumes=(Volume("naissances", "10", unit, year),))

    same = makers.dossier(parties=(body(1, 2025, "actes"), body(2, 2024, "actes")), cost_lines=(), requirements=())
    far = makers.dossier(parties=(body(1, 2025, "actes"), body(2, 2022, "actes")), cost_lines=(), requirements=())
    other = makers.dossier(parties=(body(1, 2025, "actes"), body(2, 2025, "dossiers")), cost_lines=(), requirements=())
    assert "naissances 20 actes 2 2024-2025" in words.of_html(makers.issued_html(same, "specification"))
    assert "20 actes" not in words.of_html(makers.issued_html(far, "specification"))
    assert "20 actes" not in words.of_html(makers.issued_html(other, "specification"))


def test_a_body_that_declared_no_volume_is_named_as_missing() -> None:
    facts = makers.dossier(parties=(makers.party(1), makers.party(2, volumes=())), cost_lines=())
    assert "N'ont déclaré aucun volume : Commune 002." in words.of_html(makers.issued_html(facts, "specification"))


def test_the_draft_of_an_empty_project_is_printable() -> None:
    text = pdf.text_of(pdf.pdf_of(makers.draft_html(makers.empty(), "specification")))
    assert "[à compléter : aucune exigence]" in text
