"""Who does each operation, by mandate: the table of article 6, in both forms."""

from __future__ import annotations

import pytest

from tests.documents import makers, tender

WHATEVER_THE_MANDATE = """Sourçage et étude du marché
Recensement des besoins
Rédaction du dossier de consultation
Publication de l'avis
Réponses aux questions des candidats
Ouverture des plis
Analyse des offres
Secrétariat de la commission d'appel d'offres
Information des candidats non retenus
Contentieux de la passation
Conservation des pièces de la procédure""".splitlines()
FROM_M2 = """Signature du marché
Transmission au contrôle de légalité
Notification du marché
Avis d'attribution
Données essentielles
Modifications du marché
Reconduction
Résiliation""".splitlines()
FROM_M3 = ["Commandes et suivi de l'exécution", "Vérifications et admission", "Paiement du titulaire"]
OPERATIONS = WHATEVER_THE_MANDATE + FROM_M2 + FROM_M3
BY_EACH = {"M1": FROM_M2 + FROM_M3, "M2": FROM_M3, "M3": []}


@pytest.mark.parametrize("form", ["pdf", "odt"])
@pytest.mark.parametrize("mandate", BY_EACH)
def test_the_table_says_who_does_each_operation(mandate: str, form: str) -> None:
    text = tender.READERS[form](makers.issued(makers.dossier(3, mandate=mandate)))
    text = text[text.index("Qui fait quoi, et quand") :]
    said = dict.fromkeys(BY_EACH[mandate], "chaque membre, pour ce qui le concerne")
    rows = [f"{label} {said.get(label, 'Commune 001')} " for label in OPERATIONS]
    assert len(rows) == 22
    assert [row for row in rows if row not in text] == []


def test_an_operation_given_to_another_member_is_its_own() -> None:
    chosen = {"orders": makers.party(2).siren, "archives": makers.party(3).siren}
    text = tender.of_odt(makers.issued(makers.dossier(3, missions=chosen)))
    assert "Commandes et suivi de l'exécution Commune 002 pendant l'exécution" in text
    assert "Conservation des pièces de la procédure Commune 003 cinq ans" in text
