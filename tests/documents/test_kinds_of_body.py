"""Who signs, which assembly votes, on which text and by whose delegation: by kind of body, then by legal form."""

from __future__ import annotations

from typing import Any

import pytest

from tests.documents import makers, tender

CGCT = "du code général des collectivités territoriales"
TO_COMPLETE = "[à compléter : texte qui permet la délégation]"
EPCI, BUREAU = {"kind": "epci", "legal_form": "CC"}, "président ou bureau"
SPECIAL = {"kind": "collectivite_statut_particulier", "legal_form": "CTU"}
# kind, form and department → basis, executive, assembly, delegate with its article, what the note to the assembly says
BODIES: dict[str, tuple[dict[str, Any], str, str, str, tuple[str, str], str]] = {
    "commune": ({}, "l'article L. 2121-29", "maire", "conseil municipal", ("", ""), "L. 2121-12"),
    "Paris": ({"department": "75"}, "l'article L. 2121-29", "maire", "Conseil de Paris", ("", ""), "L. 2121-12"),
    "EPCI": (
        EPCI,
        "les articles L. 5211-1 et L. 2121-29",
        "président",
        "conseil communautaire",
        (BUREAU, "L. 5211-10"),
        f"articles L. 5211-1 et L. 2121-12 {CGCT}, établissements comptant une commune de 3 500 habitants et plus",
    ),
    "métropole": (
        {"kind": "epci", "legal_form": "METRO"},
        "les articles L. 5211-1 et L. 2121-29",
        "président",
        "conseil de la métropole",
        (BUREAU, "L. 5211-10"),
        "L. 5211-1 et L. 2121-12",
    ),
    "Lyon": (
        {"kind": "epci", "legal_form": "MET69"},
        f"les articles L. 3611-1 et suivants {CGCT}",
        "président",
        "conseil de la métropole",
        ("[à compléter : organe délégataire]", TO_COMPLETE),
        "avec la convocation.",
    ),
    "EPT": (
        {"kind": "ept", "legal_form": "EPT"},
        "les articles L. 5219-2 et L. 5211-1",
        "président",
        "conseil de territoire",
        (BUREAU, "les articles L. 5219-2 et L. 5211-10"),
        "L. 2121-12",
    ),
    "syndicat": (
        {"kind": "syndicat", "legal_form": "SIVU"},
        "les articles L. 5211-1 et L. 2121-29",
        "président",
        "comité syndical",
        (BUREAU, "L. 5211-10"),
        "L. 2121-12",
    ),
    "syndicat mixte ouvert": (
        {"kind": "syndicat", "legal_form": "SMO"},
        f"les articles L. 5721-1 et suivants {CGCT} et les statuts",
        "président",
        "comité syndical",
        ("[à compléter : organe délégataire]", TO_COMPLETE),
        "avec la convocation.",
    ),
    "pôle métropolitain": (
        {"kind": "syndicat", "legal_form": "POLEM"},
        f"l'article L. 5731-3 {CGCT} [à compléter : règles du syndicat mixte fermé ou ouvert",
        "président",
        "comité syndical",
        ("[à compléter : organe délégataire]", TO_COMPLETE),
        "avec la convocation.",
    ),
    "département": (
        {"kind": "departement", "legal_form": "DEP"},
        "l'article L. 3211-1",
        "président du conseil départemental",
        "conseil départemental",
        ("commission permanente", "L. 3211-2"),
        f"douze jours au moins avant la réunion (article L. 3121-19 {CGCT})",
    ),
    "région": (
        {"kind": "region", "legal_form": "REG"},
        "l'article L. 4221-1",
        "président du conseil régional",
        "conseil régional",
        ("commission permanente", "L. 4221-5"),
        f"douze jours au moins avant la réunion (article L. 4132-18 {CGCT})",
    ),
    "SDIS": (
        {"kind": "sdis"},
        "l'article L. 1424-29",
        "président du conseil d'administration",
        "conseil d'administration",
        ("bureau du conseil d'administration", "L. 1424-27"),
        "avec la convocation.",
    ),
    "Corse": (
        {**SPECIAL, "department": "2A"},
        "les textes qui régissent la collectivité [à compléter]",
        "président du conseil exécutif",
        "Assemblée de Corse",
        ("[à compléter : organe délégataire]", TO_COMPLETE),
        "avec la convocation.",
    ),
    "Martinique": (
        {**SPECIAL, "department": "972"},
        "les textes qui régissent la collectivité",
        "président du conseil exécutif",
        "Assemblée de Martinique",
        ("[à compléter : organe délégataire]", TO_COMPLETE),
        "avec la convocation.",
    ),
    "Guyane": (
        {**SPECIAL, "department": "973"},
        "les textes qui régissent la collectivité",
        "président de l'Assemblée",
        "Assemblée de Guyane",
        ("[à compléter : organe délégataire]", TO_COMPLETE),
        "avec la convocation.",
    ),
    "Alsace": (
        {**SPECIAL, "legal_form": "CEA", "department": "67"},
        "les textes qui régissent la collectivité",
        "président",
        "assemblée délibérante",
        ("[à compléter : organe délégataire]", TO_COMPLETE),
        "avec la convocation.",
    ),
    "autre": (
        {"kind": "autre"},
        "les textes qui régissent l'établissement [à compléter]",
        "représentant légal",
        "organe délibérant",
        ("[à compléter : organe délégataire]", TO_COMPLETE),
        "avec la convocation.",
    ),
}


def text(name: str, code: str) -> str:
    parties = (makers.party(1), makers.party(2, **BODIES[name][0]))
    return tender.of_odt(makers.issued(makers.dossier(parties=parties), code))


@pytest.mark.parametrize("name", BODIES)
def test_the_deliberation_rests_on_the_text_of_the_body(name: str) -> None:
    _, basis, executive, assembly, (organ, article), _ = BODIES[name]
    found = text(name, "deliberation")
    said = [f"Vu {basis}", f"Commune 002, {assembly}, séance", f"Article 3. Le {executive} est autorisé"]
    known = bool(organ) and not organ.startswith("[")
    said += [f"L'assemblée peut avoir délégué cet acte : {organ} (", article] if known else []
    said += [f"ne couvre pas l'adhésion à un groupement : le {assembly} délibère"] if not organ else []
    unsaid = [] if known else ["peut avoir délégué"]
    unsaid += [] if "5211" in basis else ["L. 5211"]
    unsaid += ["L. 2122-22"] if organ else []
    assert tender.missing(found, said, unsaid) == []
    assert ("Modèle de délibération ou de décision" in found) == (organ == BUREAU)


@pytest.mark.parametrize("name", BODIES)
def test_a_decision_is_taken_by_whom_the_law_lets_decide(name: str) -> None:
    organ, article = BODIES[name][4]
    found = text(name, "decision")
    if organ:
        before = "" if article.startswith(("les", "[")) else "l'article "
        said = [f"({before}{article}", f"décision : {organ} de"]
        assert tender.missing(found, said, ["Sans emploi"]) == []
    else:
        assert tender.missing(found, ["Sans emploi pour Commune 002", "Auteur de la décision : ……"]) == []


@pytest.mark.parametrize("name", BODIES)
def test_the_note_goes_to_the_assembly_in_the_time_that_the_law_gives(name: str) -> None:
    found = text(name, "summary-note")
    assembly = BODIES[name][3]
    said = [BODIES[name][5], f"membres du {assembly}," if name in ("commune", "Paris") else f"({assembly})"]
    assert tender.missing(found, said) == []


def test_the_metropole_of_lyon_is_no_epci() -> None:
    found = text("Lyon", "intent-letter")
    assert tender.missing(found, ["(collectivité à statut particulier, SIREN"], ["EPCI"]) == []
