"""Who signs, who pays, who performs: one fact of the dossier, said alike by every text of a shared development."""

from __future__ import annotations

from typing import Any

import pytest

from projects.agreement_terms import Terms
from projects.dossier import Dossier
from projects.missions import EACH, LEAD, level
from tests.documents import makers, tender, words

CODEV = {"route": "shared_development", "threshold_cents": 100_000_00}
LEAD_PAYS, EACH_PAYS = "appelle auprès de chaque partenaire sa part", "paie directement au titulaire"
SAID: dict[str, dict[str, tuple[list[str], list[str]]]] = {  # level → text → (said, unsaid)
    "M1": {
        "convention": (
            [
                "Chaque partenaire signe, exécute et paie le contrat",
                "Chaque membre signe, transmet, notifie et exécute le marché",
                "Chaque partenaire paie directement au titulaire",
                "Chaque membre paie directement au titulaire",
                "n'appelle que les frais de procédure",
                "prononcée par chaque partenaire",
            ],
            [LEAD_PAYS, "au nom de tous", "titre de recettes", "prononcée par le chef de file"],
        ),
        "ccap": (
            ["il y a autant de marchés que de membres", "Chaque membre émet", "prononcée par lui"],
            ["paie seul"],
        ),
        "commitment-form": (["signé autant de fois qu'il y a de membres", "pour chaque membre]"], []),
        "funds-call": (["Chaque membre paie le titulaire", "rien n'est appelé"], ["Développement"]),
        "deliberation": (["est autorisé à signer le marché qui concerne Commune 002"], ["au nom de"]),
    },
    "M2": {
        "convention": (
            [
                "Le chef de file signe et notifie le contrat de développement au nom de tous",
                "de signer et de notifier le marché au nom de tous",
                "Chaque partenaire paie directement au titulaire",
                "Chaque membre paie directement au titulaire",
                "prononcée par chaque partenaire",
            ],
            [LEAD_PAYS, "titre de recettes", "prononcée par le chef de file"],
        ),
        "ccap": (["Chaque membre commande, admet et paie", "Chaque membre émet"], ["n'a qu'un interlocuteur"]),
        "commitment-form": (["Le coordonnateur signe et notifie", "pour chaque membre]"], ["autant de fois"]),
        "funds-call": (["Chaque membre paie le titulaire", "rien n'est appelé"], ["Développement"]),
        "deliberation": (["est autorisé à signer le marché au nom de Commune 002"], []),
    },
    "M3": {
        "convention": (
            [
                LEAD_PAYS,
                "maître d'ouvrage du développement",
                "puis d'en assurer l'exécution",
                "émet envers chaque membre un titre de recettes",
                "prononcée par le chef de file",
            ],
            [EACH_PAYS, "pour la part qui le concerne", "prononcée par chaque partenaire"],
        ),
        "ccap": (["n'a qu'un interlocuteur", "émis par le coordonnateur"], ["Chaque membre émet"]),
        "commitment-form": (["n'a qu'un interlocuteur"], ["pour chaque membre]", "autant de fois"]),
        "funds-call": (["Développement", "au prorata de la population"], ["Chaque membre paie le titulaire"]),
        "deliberation": (["est autorisé à signer le marché au nom de Commune 002"], []),
    },
}


def text(code: str, facts: Dossier) -> str:
    if code == "convention":
        return words.of_html(makers.issued_html(facts))
    return words.of_html(tender.printed(facts, code, siren=facts.parties[1].siren).html)


@pytest.mark.parametrize(("mandate", "code"), [(mandate, code) for mandate, found in SAID.items() for code in found])
def test_every_text_of_a_shared_development_says_who_signs_pays_and_performs(mandate: str, code: str) -> None:
    said, unsaid = SAID[mandate][code]
    found = text(code, makers.dossier(3, **CODEV, mandate=mandate))
    assert [word for word in said if word not in found] == []
    assert [word for word in unsaid if word in found] == []


@pytest.mark.parametrize("mandate", ["M1", "M2", "M3"])
@pytest.mark.parametrize("vehicle", ["co_funding", "cooperation"])
def test_without_a_grouping_the_lead_body_signs_and_pays_alone_whatever_the_mandate(vehicle: str, mandate: str) -> None:
    facts = makers.dossier(3, **CODEV, vehicle=vehicle, mandate=mandate)
    assert facts.level == "M3"
    assert LEAD_PAYS in text("convention", facts)
    assert "passe, signe, exécute et paie seul le marché" in text("ccap", facts)
    deliberation = text("deliberation", facts)
    assert "n'en est pas cocontractant" in deliberation
    assert "avec mandat de" not in deliberation


@pytest.mark.parametrize(
    ("mandate", "chosen", "expected"),
    [
        ("M2", {}, "M2"),
        ("M2", {"payment": LEAD}, "M3"),
        ("M3", {"payment": EACH}, "M2"),
        ("M2", {"signature": EACH}, "M1"),
        ("M3", {"acceptance": EACH}, "M3"),
        ("", {"payment": LEAD}, ""),
    ],
)
def test_the_level_is_what_the_matrix_comes_to(mandate: str, chosen: dict[str, str], expected: str) -> None:
    assert level(mandate, chosen) == expected


def test_a_matrix_that_departs_from_its_level_is_told_to_candidates_and_wins_in_the_convention() -> None:
    member = makers.party(3)
    facts = makers.dossier(3, mandate="M2", missions={"payment": member.siren})
    assert facts.level == "M3"
    page = tender.printed(facts, "ccap")
    assert [payer["name"] for payer in page.context["invoices"]] == ["Commune 003"]
    found = words.of_html(page.html)
    assert "Par exception, selon la convention" in found
    assert "Paiement du titulaire : Commune 003" in found
    assert "l'emporte sur l'alinéa qui précède" in words.of_html(makers.issued_html(facts))
    assert "l'emporte sur" not in words.of_html(makers.issued_html(makers.dossier(3)))


def test_the_frozen_text_holds_the_plan_of_the_calls() -> None:
    facts = makers.dossier(
        3, **CODEV, mandate="M3", instalments=makers.PLAN, terms=Terms(schedule="Solde à la clôture.")
    )
    found = words.of_html(makers.issued_html(facts))
    assert "appel n° 1, notification du marché : 40 %, 1er mars 2027 ; appel n° 2" in found
    assert "30 %, à l'admission. Solde à la clôture." in found


# Yearly costs ---------------------------------------------------------------------------------------------------------
def yearly(facts_of: dict[str, Any] | None = None) -> Dossier:
    parties = tuple(makers.party(number) for number in (1, 2, 3))
    lines = (makers.line("Hébergement", 48_000_00, makers.EQUAL, parties, years=4),)
    return makers.dossier(parties=parties, cost_lines=lines, **(facts_of or {}))


@pytest.mark.parametrize("form", ["pdf", "odt"])
def test_a_yearly_cost_says_the_year_and_the_whole_in_the_annex(form: str) -> None:
    found = tender.READERS[form](makers.issued(yearly(), "financial-annex"))
    assert "12 000,00 € par an pendant 4 ans, soit 48 000,00 € HT" in found
    assert "Soit 4 000,00 € par an pendant 4 ans, hors taxes." in found


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("convention", "12 000,00 € par an pendant 4 ans, soit 48 000,00 € HT"),
        ("funds-call", "12 000,00 € par an pendant 4 ans, soit 48 000,00 €"),
        ("summary-note", "Hébergement (4 000,00 € par an pendant 4 ans, hors taxes)"),
        ("price-schedule", "Hébergement, par an"),
    ],
)
def test_a_yearly_cost_says_so_wherever_it_is_printed(code: str, said: str) -> None:
    assert said in text(code, yearly({"mandate": "M3"}))


def test_the_price_schedule_asks_the_price_of_a_year_and_counts_the_years() -> None:
    lines = tender.printed(yearly(), "price-schedule").context["lines"]
    row = next(line for line in lines if line["designation"] == "Hébergement, par an")
    assert (row["unit"], row["total"]) == ("année", "4")
