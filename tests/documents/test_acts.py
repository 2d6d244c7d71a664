"""The documents of one body and the certificate hold what domain.md §5 outlines, in every variant."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from documents.models import Document
from procurement.workflow import perform
from projects.enums import ProjectState
from projects.models import Project
from tests import makers as rows
from tests.documents import makers, words

SECOND = makers.party(2).siren


def text(code: str, siren: str = "", **changes: Any) -> str:
    """The words of a document of the second party unless one is named."""
    return words.of_html(makers.issued_html(makers.dossier(3, **changes), code, siren=siren))


OUTLINES = {
    "deliberation": [
        ["séance du ……", "convocation du ……", "En exercice", "Présents", "Pouvoirs", "Votants"],
        ["Rapporteur : ……", "Exposé"],
        ["articles L. 2113-6 à L. 2113-8", "l'article L. 2121-29", "l'article L. 1414-3"],
        ["version 1 de la convention P-2026-014"],
        ["Article 1. La version 1 de la convention constitutive", "est approuvée", "un nouvel acte"],
        ["Article 2. Commune 001 est désigné coordonnateur", "signer et notifier le marché"],
        ["Article 3. Le maire est autorisé à signer la convention", "avenants"],
        ["Article 4. La commission d'appel d'offres compétente est celle de Commune 001"],
        ["Article 5.", "fixé à 90 000,00 € HT", "section ……", "chapitre ……"],
        ["Article 6. Commune 001 est autorisé à signer le marché au nom de Commune 002"],
        ["Pour : ………… Contre : ………… Abstentions : …………"],
        ["exécutoire le ……", "Transmis au représentant de l'État le ……"],
        ["deux mois", "Télérecours"],
        ["L. 2122-22, 4°", "ne couvre pas l'adhésion à un groupement"],
    ],
    "intent-letter": [
        ["Commune 002 (commune, SIREN", "B-2026-0002", "État civil partagé"],
        ["n'engage pas Commune 002", "90 000,00 € HT", "Lot 1 (Logiciel et hébergement) : 2 postes"],
        ["au plus tard le 30 avril 2026", "Camille Durand 2", "Le maire : ……"],
    ],
    "accession-form": [
        ["adhère à la convention P-2026-014 dans sa version 1", "Délibération n° ……"],
        ["Montant maximum : 90 000,00 € HT", "Part estimée", "Lot 1"],
        ["avant le lancement de la procédure", "Technique", "Juridique", "Finances", "Reçu par Commune 001"],
    ],
    "summary-note": [
        ["L. 2121-12 du code général des collectivités territoriales", "3 500 habitants"],
        ["De quoi s'agit-il", "Pourquoi ensemble", "Combien pour Commune 002", "Ce qui est demandé"],
        ["Développement", "Hébergement", "90 000,00 € HT", "48 mois", "licence libre"],
    ],
    "certificate": [
        ["certifie que les 3 organismes", "la même version 1", "postérieure ou égale"],
        ["délibération n° 2026-2 du 20 mai 2026", "27 mai 2026", "Anne Le Guen, Maire"],
        ["Date d'entrée en vigueur : 4 juin 2026"],
    ],
    "opportunity-note": [
        ["1. Contexte", "3 organismes ont déclaré 3 besoins", "2. Besoins agrégés", "naissances : 60 actes"],
        ["3. Logiciels libres existants et marché", "dans les mêmes termes", "4. Scénarios", "Centrale d'achat"],
        ["270 000,00 € HT", "L. 2124-", "6. Simulation du partage", "7. Risques", "8. Calendrier"],
        ["9. Décision demandée"],
    ],
    "need-sheet": [
        ["B-2026-0142", "1. Organisme et correspondants", "2. Besoin", "3. Solution actuelle", "31 décembre 2027"],
        ["4. Volumes", "20 actes (2025)", "5. Fonctions attendues", "Indispensable", "6. Interfaces"],
        ["7. Données à reprendre", "8. Hébergement", "9. Budget et calendrier", "20 000,00 € HT"],
        ["10. Voie d'achat et licence libre", "11. Validation"],
    ],
    "financial-annex": [
        [
            "Annexe financière",
            "Population municipale (Insee, année)",
            "2023",
            "plus fort reste",
            "Total exact",
            "Calcul",
        ]
    ],
    "needs-annex": [["maximum par organisme", "Somme des parts et des maxima", "270 000,00 €", "1 postes"]],
}


@pytest.mark.parametrize("code", OUTLINES)
def test_the_outline_is_there(code: str) -> None:
    found = text(code)
    assert [word for group in OUTLINES[code] for word in group if word not in found] == []


VARIANTS = [
    ("deliberation", {"mandate": "M1"}, "", ["le marché qui concerne Commune 002"], ["au nom de Commune 002"]),
    ("deliberation", {"mandate": "M3"}, "", ["signer, notifier et exécuter"], []),
    ("deliberation", {"cao": "grouping"}, "", ["Sont élus", "titulaire ……", "suppléant ……"], []),
    ("deliberation", {"cao": "none"}, "", ["Aucune commission"], ["L. 1414-3", "Sont élus"]),
    (
        "deliberation",
        {},
        makers.party(1).siren,
        [
            "Commune 001 accepte d'être coordonnateur",
            "au nom de tous les membres",
            "commission d'appel d'offres de Commune",
        ],
        [],
    ),
    (
        "deliberation",
        {"route": "shared_development"},
        "",
        ["accord de développement partagé", "chef de file", "L. 2511-6"],
        ["coordonnateur,"],
    ),
    ("accession-form", {"grouping": "permanent"}, "", ["procédures lancées après sa réception"], ["ne change plus"]),
    ("certificate", {"route": "shared_development", "threshold_cents": 5000}, "", ["pour un seuil de 50,00 € HT"], []),
]


@pytest.mark.parametrize(("code", "changes", "siren", "said", "unsaid"), VARIANTS)
def test_the_variant_follows_the_facts(
    code: str, changes: dict[str, Any], siren: str, said: list[str], unsaid: list[str]
) -> None:
    found = text(code, siren, **changes)
    assert [word for word in said if word not in found] == []
    assert [word for word in unsaid if word in found] == []


@pytest.mark.parametrize(
    ("kind", "article", "executive"),
    [
        ("epci", "L. 5211-1", "président"),
        ("departement", "L. 3211-1", "président du conseil départemental"),
        ("region", "L. 4221-1", "président du conseil régional"),
        ("sdis", "L. 1424-29", "président du conseil d'administration"),
        ("autre", "les textes qui régissent l'établissement [à compléter]", "représentant légal"),
    ],
)
def test_the_deliberation_rests_on_the_text_of_the_kind_of_body(kind: str, article: str, executive: str) -> None:
    parties = (makers.party(1), makers.party(2, kind=kind))
    found = text("deliberation", parties=parties)
    assert article in found
    assert f"Article 3. Le {executive} est autorisé" in found
    assert ("L. 5211-10" in found) == (kind == "epci")
    assert "L. 2122-22" not in found


def test_a_partner_without_purchase_votes_no_amount() -> None:
    found = text("deliberation", parties=(makers.party(1), makers.party(2, maximum_cents=0)))
    assert "Aucun crédit n'est engagé" in found
    assert "90 000,00 €" not in found


def test_no_vote_and_no_rapporteur_are_ever_filled_in() -> None:
    """domain.md, trap 22."""
    found = text("deliberation")
    for word in ("unanimité", "Anne Le Guen", "2026-47", "Camille Durand"):
        assert word not in found


def test_a_certificate_before_the_last_signature_has_no_date() -> None:
    facts = makers.dossier(3)
    subject = makers.subject(facts, "certificate")
    kind = makers.kind_of("certificate")
    some = dataclasses.replace(subject, acts=subject.acts[:2])
    assert kind.build(some).in_force_on == "[à compléter]"
    assert kind.build(subject).in_force_on == "4 juin 2026"


@pytest.mark.django_db
def test_the_certificate_is_issued_when_the_grouping_is_constituted() -> None:
    project = rows.make_project(ProjectState.CONSTITUTED)
    certificate = Document.objects.get(project=project, kind="certificate")
    assert certificate.reference == f"{project.reference}/CERT-v1"
    assert len(certificate.context["rows"]) == 2
    assert all("délibération n°\N{NO-BREAK SPACE}2026-47" in row["act"] for row in certificate.context["rows"])
    assert certificate.context["in_force_on"] != "[à compléter]"


@pytest.mark.django_db
def test_each_party_has_its_own_deliberation_on_the_version_it_votes() -> None:
    project = rows.make_project(ProjectState.AGREEMENT, frozen=True)
    perform(Project, project.pk, "unfreeze", actor=rows.coordinator_of(project), note="une coquille")
    perform(Project, project.pk, "freeze", actor=rows.coordinator_of(project))
    found = Document.objects.with_state().filter(project=project, kind="deliberation")
    assert {(document.number, document.context["version"], document.state) for document in found} == {
        (1, "1", "revoked"),
        (2, "2", "issued"),
    }
    assert {document.body.name: document.context["party"]["name"] for document in found} == {
        name: name for name in project.participations.values_list("body__name", flat=True)
    }
