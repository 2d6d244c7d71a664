"""What the award calls for says what domain.md §5 outlines, whoever signs, as PDF and as ODT."""

from __future__ import annotations

from typing import Any

import pytest

from documents.contexts.subject import Award
from documents.stamp import Page
from tests.documents import makers, pdf, tender

CHECKLISTS: dict[str, list[str]] = {
    "award-minutes": [
        "commission d'appel d'offres de Commune 001",
        "Composition et quorum",
        "plus de la moitié",
        "Voix consultative",
        "Conflits d'intérêts",
        "Plis reçus : 4",
        "Classement proposé",
        "6. Débat",
        "Vote : pour ………… contre ………… abstentions …………",
        "non communicable avant la signature",
        f"{tender.HOLDER} ({tender.SIRET}), 123 456,78 € HT",
    ],
    "rejection-letter": [
        "articles L. 2181-1, R. 2181-1 et R. 2181-3",
        "Motifs du rejet",
        "Votre offre est classée au rang",
        f"Lot 1 : Logiciel et hébergement : {tender.HOLDER}",
        "délai de 11 jours",
        "jusqu'au 17 octobre 2026 inclus ; il peut l'être à compter du 18 octobre 2026",
        "Motifs du choix de cette offre",
        "L. 551-1",
        "L. 551-13",
        "deux mois",
        "secret des affaires",
    ],
    "notification-letter": [
        "R. 2182-4",
        tender.HOLDER,
        tender.SIRET,
        "123 456,78 €",
        "5 octobre 2026",
        "19 octobre 2026",
        "22 octobre 2026, accusé 038-AR-1",
        "27 octobre 2026",
        "R. 2196-1",
        "acte d'engagement signé",
    ],
}
CODEV = {"route": "shared_development", "threshold_cents": 100_000_00}
CO_FUNDING, COOPERATION = {**CODEV, "vehicle": "co_funding"}, {**CODEV, "vehicle": "cooperation"}
GUEST = {"parties": (makers.party(1), makers.party(2, maximum_cents=0), makers.party(3))}
PUBLISHED = "L'avis d'attribution et les données essentielles sont publiés dans les délais légaux"
EACH_ITS_OWN = "par chaque membre, pour son marché"
CONTRACTS = {  # under M1: two buyers, two contracts
    "awards": tuple(
        Award(1, party.siren, f"{tender.HOLDER} {number}", tender.SIRET, 50_000_00 + number, "2026-10-19")
        for number, party in enumerate((makers.party(1), makers.party(3)), start=1)
    )
}
M1_BUYERS = ("Commune 001, coordonnateur et membre", "Commune 003, membre")
ADAPTED = {"formal": False, "procedure": "adapted", "legality_control": False, "need_cents": 80_000_00}
Row = tuple[str, dict[str, Any], list[str], list[str]]
VARIANTS: list[Row] = [
    (
        "award-minutes",
        {"cao": "grouping"},
        ["L. 1414-3, I,", "Commune 001, présidence ……", "Commune 002 ……", "Commune 003 ……"],
        ["Membre élu 1", "Présidence"],
    ),
    (
        "award-minutes",
        {"cao": "grouping", **GUEST},
        ["Commune 002 ……"],
        ["Membre élu 1"],
    ),  # every member, L. 1414-3
    ("award-minutes", {}, ["Présidence ……", "Membre élu 1"], ["présidence ……"]),
    ("award-minutes", {"cao": "none"}, ["commission consultative", "7. Avis", "ne lie pas"], ["7. Décision"]),
    ("award-minutes", {**CO_FUNDING, "cao": "grouping"}, ["Membre élu 1"], ["groupement", "L. 1414-3"]),
    (
        "rejection-letter",
        {},
        ["R. 2181-1 et R. 2181-3", "Motifs du choix de cette offre", "du 18 octobre 2026"],
        [],
    ),
    ("rejection-letter", CO_FUNDING, ["Pour le chef de file"], ["groupement", "coordonnateur"]),
    ("rejection-letter", CODEV, ["conduite par Commune 001, coordonnateur d'un groupement"], []),
    (
        "notification-letter",
        {"mandate": "M1"},
        [
            "Commune 001, coordonnateur et membre du groupement de commandes, vous notifie le marché suivant",
            f"{PUBLISHED} {EACH_ITS_OWN} (articles R. 2183-1 et R. 2196-1 du code",
            "Pour Commune 001 : ……",
        ],
        ["par le coordonnateur", "désigné"],
    ),
    ("notification-letter", {"mandate": "M2"}, [f"{PUBLISHED} par le coordonnateur (art"], [EACH_ITS_OWN]),
    ("notification-letter", {"mandate": "M3"}, ["n'a qu'un interlocuteur", "Pour le coordonnateur"], []),
    ("notification-letter", COOPERATION, [f"{PUBLISHED} par le chef de file"], ["coordonnateur", "groupement"]),
    (
        "notification-letter",
        {"missions": {"notice": makers.party(3).siren}},
        ["d'attribution, par Commune 003 (article R. 2183-1", "essentielles, par le coordonnateur (article R. 2196-1"],
        [],
    ),
]


def page_of(code: str, told: dict[str, Any] | None = None, **changes: Any) -> Page:
    """A document of three communes; `told`: what is not as usual in a consultation that went to its end."""
    facts = makers.dossier(3, **changes)
    return tender.printed(facts, code, tender=tender.tender(facts, **(told or {})))


def text(code: str, told: dict[str, Any] | None = None, **changes: Any) -> str:
    """The words of its editable copy."""
    return tender.of_odt(page_of(code, told, **changes))


@pytest.mark.parametrize("code", CHECKLISTS)
def test_every_point_of_the_outline_is_printed(code: str) -> None:
    assert tender.missing(text(code), CHECKLISTS[code]) == []


@pytest.mark.parametrize(("code", "changes", "said", "unsaid"), VARIANTS)
def test_the_variant_follows_the_facts(code: str, changes: dict[str, Any], said: list[str], unsaid: list[str]) -> None:
    assert tender.missing(text(code, **changes), said, unsaid) == []


def test_the_pdf_says_it_too() -> None:
    table: list[Row] = [(code, {}, said, []) for code, said in CHECKLISTS.items()]
    table += VARIANTS
    texts = tender.of_pdfs([page_of(row[0], **row[1]) for row in table])
    found = [(row[0], row[1], tender.missing(said, row[2], row[3])) for row, said in zip(table, texts, strict=True)]
    assert [item for item in found if item[2]] == []


@pytest.mark.parametrize("paper", [False, True])
def test_the_standstill_is_counted_from_the_letters_when_nobody_said(paper: bool) -> None:
    found = text("rejection-letter", told={"standstill_ends": "", "on_paper": paper})
    assert ("délai de 16 jours" in found) == paper
    assert ("22 octobre 2026 inclus" if paper else "17 octobre 2026 inclus") in found


def test_an_adapted_procedure_promises_no_standstill() -> None:
    rejection = text("rejection-letter", told=ADAPTED)
    assert (
        tender.missing(rejection, ["R. 2181-1 et R. 2181-2"], ["délai de 11 jours", "R. 2181-3", "Motifs du ch"]) == []
    )
    told = ["Les données essentielles sont publiées dans les délais légaux par le coordonnateur (article R. 2196-1"]
    notification = text("notification-letter", told=ADAPTED)
    assert tender.missing(notification, told, ["contrôle de légalité", "avis d'attribution", "R. 2183-1"]) == []


@pytest.mark.parametrize("form", ["odt", "pdf"])
def test_under_m1_each_buyer_notifies_its_own_contract_on_its_own_page(form: str) -> None:
    page = page_of("notification-letter", mandate="M1", told=CONTRACTS)
    found = tender.READERS[form](page).split("Notification du marché")[1:]
    assert len(found) == 2
    for number, (said, own) in enumerate(zip(found, M1_BUYERS, strict=True), start=1):
        words_said = [f"À l'attention de : {tender.HOLDER} {number}.", f"{own} du groupement", f"Pour {own[:11]} :"]
        assert tender.missing(said, [*words_said, f"50 000,0{number} €"], [f"{tender.HOLDER} {3 - number}"]) == []
    if form == "pdf":
        assert len(pdf.pages_of(pdf.pdf_of(page.html))) >= 2
