"""The documents of one body and the certificate hold what domain.md §5 outlines, as PDF and as ODT."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from documents.models import Document
from procurement.workflow import perform
from projects.agreement_terms import Terms
from projects.enums import ProjectState
from projects.models import Project
from tests import makers as rows
from tests.documents import makers, tender

LEAD, SECOND = makers.party(1).siren, makers.party(2).siren
SHARED = {"route": "shared_development"}  # with a grouping, as a dossier is by default
CO_FUNDING, COOPERATION = {**SHARED, "vehicle": "co_funding"}, {**SHARED, "vehicle": "cooperation"}
CERTAIN = {"threshold_cents": 5_000_000}


def text(code: str, siren: str = "", **changes: Any) -> str:
    """The words of the editable copy of a document of the second party unless one is named."""
    return tender.of_odt(makers.issued(makers.dossier(3, **changes), code, siren=siren))


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
        ["n'engage pas Commune 002", "au plus 90 000,00 € HT", "Lot 1 (Logiciel et hébergement) : 2 postes"],
        ["Fourchette envisagée : part estimée à", "sur toute la durée (48 mois)"],
        ["au plus tard le 30 avril 2026", "Camille Durand 2", "Le maire : ……"],
    ],
    "accession-form": [
        ["adhère à la convention P-2026-014 dans sa version 1. Il en a pris connaissance", "Délibération n° ……"],
        ["Montant maximum : 90 000,00 € HT", "Part estimée", "Lot 1"],
        ["avant le lancement de la procédure", "Technique", "Juridique", "Finances", "Reçu par Commune 001"],
        ["Accord du coordonnateur le ……"],
    ],
    "summary-note": [
        ["cinq jours francs", "L. 2121-12 du code général des collectivités territoriales", "3 500 habitants"],
        ["De quoi s'agit-il", "Pourquoi ensemble", "Combien pour Commune 002", "Ce qui est demandé"],
        ["Développement", "Hébergement", "90 000,00 € HT", "48 mois", "licence libre"],
        ["À contracter pour le besoin déclaré", "Le retrait est libre avant le lancement"],
    ],
    "certificate": [
        ["Le groupement de commandes est constitué", "Convention P-2026-014"],
        ["certifie que les 3 organismes", "la même version 1", "postérieure ou égale"],
        ["délibération n° 2026-2 du 20 mai 2026", "27 mai 2026", "Anne Le Guen, Maire"],
        ["Date d'entrée en vigueur : 4 juin 2026, date de la dernière signature."],
    ],
    "opportunity-note": [
        ["1. Contexte", "3 organismes ont déclaré 3 besoins", "2. Besoins agrégés", "naissances : 60 actes"],
        ["3. Logiciels libres existants et marché", "dans les mêmes termes", "4. Scénarios", "Centrale d'achat"],
        ["270 000,00 € HT", "L. 2124-", "6. Simulation du partage", "7. Risques", "8. Calendrier"],
        ["9. Décision demandée"],
    ],
    "need-sheet": [
        ["B-2026-0142", "1. Organisme et correspondants", "Métier", "Commande publique, juridique"],
        ["Systèmes d'information", "Protection des données", "Finances"],
        ["2. Besoin", "3. Solution actuelle", "31 décembre 2027"],
        ["4. Volumes", "20 actes (2025)", "5. Fonctions attendues", "Indispensable", "6. Interfaces"],
        ["7. Données à reprendre", "8. Hébergement", "9. Budget et calendrier", "20 000,00 € HT"],
        ["10. Voie d'achat et licence libre", "11. Validation"],
    ],
    "financial-annex": [
        ["Annexe financière", "Population municipale (Insee, année)", "2023", "plus fort reste", "Total exact"],
        ["Part de chaque organisme", "HT", "TVA", "TTC", "Calcul"],
    ],
    "needs-annex": [
        ["Quantités souhaitées", "maximum par organisme", "Somme des parts et des maxima", "270 000,00 €", "1 postes"]
    ],
}


@pytest.mark.parametrize("code", OUTLINES)
def test_the_outline_is_there(code: str) -> None:
    found = text(code)
    assert [word for group in OUTLINES[code] for word in group if word not in found] == []


Row = tuple[str, str, dict[str, Any], list[str], list[str]]
GUEST = {"parties": (makers.party(1), makers.party(2, maximum_cents=0), makers.party(3))}
NOTHING_BOUGHT = "Commune 002 n'achète pas : aucun marché n'est signé en son nom."
BOTH_APPROVED = (
    "Article 1. La version 1 de l'accord de développement partagé, et la convention constitutive du groupement de "
    "commandes qui lui est annexée (annexe 4), sont approuvées. Une version ultérieure"
)
BOTH_LED = "est désigné chef de file et coordonnateur du groupement, avec mandat de"
ALONE = "Commune 001 signe le marché en son propre nom ; Commune 002 n'en est pas cocontractant."
NO_GROUPING = ["groupement", "L. 2113-6", "L. 1414-3", "L. 2122-22", "coordonnateur", "avec mandat", "annexe 4"]
VOTED: list[Row] = [
    ("deliberation", "", {"mandate": "M1"}, ["le marché qui concerne Commune 002"], ["au nom de Commune 002"]),
    ("deliberation", "", {"mandate": "M3"}, ["signer, notifier et exécuter"], []),
    (
        "deliberation",
        "",
        {"cao": "grouping"},
        [
            "Sont élus pour siéger à la commission d'appel d'offres du groupement",
            "de la commission de Commune 002 (ou, si Commune 002 n'a pas de commission, désignés par l'assemblée) : "
            "titulaire ……",
            "suppléant ……",
        ],
        [],
    ),
    ("deliberation", "", {"cao": "none"}, ["Aucune commission"], ["L. 1414-3", "Sont élus"]),
    (
        "deliberation",
        LEAD,
        {},
        ["Commune 001 accepte d'être coordonnateur", "au nom de tous les membres", "offres de Commune 001 est comp"],
        [],
    ),
    (
        "deliberation",
        "",
        SHARED,
        [BOTH_APPROVED, BOTH_LED, "notamment ses articles L. 2113-6 à L. 2113-8 ;", "L. 1414-3", "Accord P-2026-014"],
        ["L. 2511-6", "Convention P-2026-014", "est approuvée"],
    ),
    ("deliberation", LEAD, SHARED, ["Commune 001 accepte d'être chef de file et coordonnateur du groupement"], []),
    (
        "deliberation",
        "",
        CO_FUNDING,
        ["Vu le code de la commande publique ;", "partagé est approuvée", "est désigné chef de file.", ALONE],
        [*NO_GROUPING, "L. 2511-6"],
    ),
    (
        "deliberation",
        "",
        COOPERATION,
        ["Vu le code de la commande publique, notamment son article L. 2511-6 ;", "est désigné chef de file.", ALONE],
        NO_GROUPING,
    ),
    ("deliberation", "", {**CO_FUNDING, "cao": "grouping"}, ["est celle de Commune 001"], ["Sont élus", "groupement"]),
    ("deliberation", LEAD, CO_FUNDING, ["le marché, au nom de Commune 001 seul"], ["cocontractant", "groupement"]),
    (
        "deliberation",
        "",
        {**GUEST, "mandate": "M1"},
        [NOTHING_BOUGHT, "Aucun crédit"],
        ["90 000,00 €", "marché qui concerne"],
    ),
    ("deliberation", "", {**GUEST, "mandate": "M2"}, [NOTHING_BOUGHT, "son maximum est nul"], ["90 000,00 €"]),
    (
        "deliberation",
        "",
        {"missions": {"signature": makers.party(3).siren}},
        ["Commune 003 est autorisé à signer le marché au nom de Commune 002"],
        [],
    ),
    ("decision", "", SHARED, [BOTH_APPROVED, BOTH_LED, "Article 5. Le maire signe l'accord et les actes"], ["L. 2511"]),
    ("decision", "", {}, ["Article 5. Le maire signe la convention et les actes", "décision exécutoire"], ["accord"]),
    (
        "decision",
        "",
        CO_FUNDING,
        ["Vu le code de la commande publique ;", ALONE, "ne couvre pas un accord de développement partagé"],
        [word for word in NO_GROUPING if word != "L. 2122-22"],
    ),
    ("decision", "", COOPERATION, ["notamment son article L. 2511-6 ;", ALONE], ["groupement", "L. 2113-6"]),
    ("decision", LEAD, CO_FUNDING, ["Commune 001 signe le marché en son propre nom."], ["cocontractant"]),
    ("decision", "", {"mandate": "M1"}, ["Le marché qui concerne Commune 002 est signé au terme"], []),
    ("decision", "", GUEST, [NOTHING_BOUGHT], ["90 000,00 €"]),
    ("decision", "", {**CO_FUNDING, "cao": "grouping"}, ["Article 5"], ["une délibération reste nécessaire"]),
]
SENT: list[Row] = [
    ("accession-form", "", {"grouping": "permanent"}, ["procédures lancées après sa réception"], ["ne change plus"]),
    (
        "accession-form",
        "",
        SHARED,
        ["et à la convention constitutive du groupement de commandes qui lui est annexée (annexe 4)", "Reçu par"],
        ["Accord du coordonnateur"],
    ),
    ("accession-form", "", CO_FUNDING, ["adhère à l'accord P-2026-014 dans sa version 1."], ["groupement", "annexe 4"]),
    (
        "certificate",
        "",
        {**SHARED, **CERTAIN},
        [
            "L'accord de développement partagé est en vigueur et le groupement de commandes est constitué",
            "de l'accord P-2026-014 et de la convention constitutive qui lui est annexée, et que",
            "pour un seuil de 50 000,00 € HT",
        ],
        [],
    ),
    ("certificate", "", CO_FUNDING, ["partagé est en vigueur", "de l'accord P-2026-014, et que"], ["groupement"]),
    (
        "certificate",
        "",
        {"terms": Terms(entry="last_enforceable")},
        ["[à compléter], date de la dernière mesure qui rend la convention exécutoire (article 18)."],
        ["dernière signature", "4 juin 2026 date"],
    ),
    (
        "certificate",
        "",
        {**SHARED, "terms": Terms(entry="last_enforceable")},
        ["date de la dernière mesure qui rend l'accord exécutoire (article 20)."],
        ["dernière signature"],
    ),
    ("transmission-slip", "", SHARED, ["ses quatre"], ["trois"]),
    ("transmission-slip", "", CO_FUNDING, ["ses trois"], ["quatre"]),
    (
        "mayor-note",
        "",
        {**SHARED, **CERTAIN},
        [
            "le seuil de contributions signées (50 000,00 € HT) est atteint au plus tard le 30 avril 2026.",
            "Un partenaire se retire avec un préavis de quatre-vingt-dix jours",
            "restent dues",
        ],
        ["Le retrait est libre", "lorsque tous"],
    ),
    ("mayor-note", "", CO_FUNDING, ["L'accord prend effet lorsque tous les partenaires l'ont signé."], ["seuil"]),
    (
        "mayor-note",
        "",
        {**CO_FUNDING, "cao": "grouping"},
        ["L'accord prend effet"],
        ["Faire élire", "groupement"],
    ),
    ("mayor-note", "", {}, ["Le retrait est libre avant le lancement", "dépasser le maximum voté"], ["préavis"]),
    (
        "summary-note",
        "",
        SHARED,
        [
            "comme chef de file et coordonnateur du groupement. L'accord prend effet lorsque tous",
            "À contribuer, dans la limite du maximum voté. Un partenaire se retire",
            "de l'accord et de la convention de groupement qui lui est annexée, autoriser",
        ],
        ["À contracter", "Le retrait est libre", "seuil"],
    ),
    ("summary-note", "", {**CO_FUNDING, **CERTAIN}, ["seuil de contributions signées (50 000"], ["groupement"]),
    ("summary-note", "", GUEST, ["À prendre part au projet, sans engager de crédit."], ["À contracter"]),
    ("intent-letter", "", CO_FUNDING, ["la signature de l'accord engagent", "Accord P-2026-014"], ["groupement"]),
    ("intent-letter", "", {"cost_lines": ()}, ["part estimée à [à compléter], au plus 90 000,00 € HT"], ["à 0,00 €"]),
    ("opportunity-note", "", COOPERATION, ["Voie proposée : développement partagé", "Accord P-2026-014"], []),
    ("financial-annex", "", {**CO_FUNDING, "mandate": "M3"}, ["Total exact", "plus fort reste"], []),
    ("needs-annex", "", {**CO_FUNDING, "mandate": "M3"}, ["Somme des parts et des maxima", "270 000,00 €"], []),
]


@pytest.mark.parametrize(("code", "siren", "changes", "said", "unsaid"), VOTED + SENT)
def test_the_variant_follows_the_facts(
    code: str, siren: str, changes: dict[str, Any], said: list[str], unsaid: list[str]
) -> None:
    found = text(code, siren, **changes)
    assert tender.missing(found, said, unsaid) == []


def test_the_pdf_says_it_too() -> None:
    table = [(code, "", {}, [word for group in said for word in group], []) for code, said in OUTLINES.items()]
    table += VOTED + SENT
    pages = [makers.issued(makers.dossier(3, **row[2]), row[0], siren=row[1]) for row in table]
    texts = zip(table, tender.of_pdfs(pages), strict=True)
    found = [(row[0], row[2], tender.missing(text, row[3], row[4])) for row, text in texts]
    assert [item for item in found if item[2]] == []


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


def test_the_last_enforceable_act_dates_a_convention_that_all_have_signed_by_then() -> None:
    facts = makers.dossier(3, terms=Terms(entry="last_enforceable"))
    subject, kind = makers.subject(facts, "certificate"), makers.kind_of("certificate")
    late = dataclasses.replace(subject.acts[1], enforceable_on="2026-06-09")
    known = dataclasses.replace(subject, acts=(subject.acts[0], late, subject.acts[2]))
    unknown = dataclasses.replace(known, acts=(dataclasses.replace(known.acts[0], enforceable_on=""), *known.acts[1:]))
    found = [kind.build(item).in_force_on for item in (known, unknown, subject)]
    assert found == ["9 juin 2026", "[à compléter]", "[à compléter]"]


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
