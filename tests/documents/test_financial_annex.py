"""The amounts printed are those that `share` gives for the same numbers, to the cent."""

from __future__ import annotations

from fractions import Fraction

import pytest

from procurement.money import euros
from projects import costsharing
from projects.agreement_terms import Terms
from projects.dossier import CostLine, Dossier, Subsidy
from tests.documents import makers, pdf, words
from tests.documents.tender import READERS

TOTAL = {"kind": "prorata", "weight": "population_total"}
pytestmark = pytest.mark.django_db  # the demo fixture reads the database


def shared(line: CostLine, facts: Dossier) -> costsharing.Result:
    """The line shared again from its frozen key, and from weights that the frozen file gives."""
    members = [
        costsharing.Member(share.siren, facts.party(share.siren).name, _weights(line, share.weight, facts, share.siren))
        for share in line.shares
    ]
    key = costsharing.key_from_json(line.key)
    return costsharing.split(line.amount_cents - line.subsidy_cents, members, key)


def _weights(line: CostLine, weight: str, facts: Dossier, siren: str) -> dict[str, Fraction | int]:
    name = line.key.get("weight", "")
    population = facts.party(siren).population or 0
    return {name: population if name == "population" else Fraction(weight)}


def test_the_demo_prints_the_shares_of_share_to_the_cent(demo: Dossier) -> None:
    text = words.of_html(makers.issued_html(demo))
    annex = text[text.index("Annexe 3.") :]
    assert len(demo.cost_lines) == 4
    assert len({str(line.key) for line in demo.cost_lines}) == 3
    for line in demo.cost_lines:
        result = shared(line, demo)
        assert [share.cents for share in result.shares] == [share.ht_cents for share in line.shares]
        vat = costsharing.vat_shares(
            [share.cents for share in result.shares], Fraction(line.vat_percent), [share.id for share in result.shares]
        )
        table = annex[annex.index(f"Parts de « {line.label} »") :]
        for share, tax in zip(result.shares, vat, strict=True):
            row = f"{share.name} {euros(share.cents)} {euros(tax)} {euros(share.cents + tax)} "
            assert " ".join(row.split()) + " " in table


def test_the_first_table_adds_up_what_each_body_owes(demo: Dossier) -> None:
    text = words.of_html(makers.issued_html(demo))
    annex = text[text.index("Annexe 3.") :]
    for party in demo.parties:
        if party.buys:
            shares = [share for line in demo.cost_lines for share in line.shares if share.siren == party.siren]
            ht, ttc = sum(s.ht_cents for s in shares), sum(s.ttc_cents for s in shares)
            row = f"{party.name} {euros(ht)} {euros(ttc - ht)} {euros(ttc)} {euros(party.maximum_cents or 0)}"
            assert " ".join(row.split()) in annex
    total = sum(line.amount_cents - line.subsidy_cents for line in demo.cost_lines)
    assert " ".join(f"Total exact {euros(total)}".split()) in annex


def test_the_amounts_are_in_the_pdf_too(demo: Dossier) -> None:
    text = pdf.text_of(pdf.pdf_of(makers.issued_html(demo)))
    for line in demo.cost_lines:
        for share in line.shares:
            assert " ".join(euros(share.ht_cents).split()) in text


def test_the_rule_the_rounding_and_the_source_of_the_data_are_in_words(demo: Dossier) -> None:
    text = words.of_html(makers.issued_html(demo))
    annex = text[text.index("Annexe 3.") :]
    assert "plus fort reste" in annex
    assert "au plus petit identifiant" in annex
    assert "Population municipale (Insee, année)" in text
    for line in demo.cost_lines:
        assert " ".join(line.key_rule.split()) in annex


def test_subsidies_come_off_before_the_key() -> None:
    facts = makers.dossier(3)
    line = makers.line("Développement", 120_000_00, makers.POPULATION, facts.parties, subsidy=48_000_00)
    subsidies = (Subsidy("Région", "40", 120_000_00, None, 48_000_00),)
    text = words.of_html(makers.issued_html(makers.dossier(3, cost_lines=(line,), subsidies=subsidies)))
    assert "120 000,00 € HT, moins 48 000,00 € de subventions, soit 72 000,00 € HT à partager" in text
    assert sum(share.ht_cents for share in line.shares) == 72_000_00
    assert "Région 40 % 120 000,00 € sans plafond 48 000,00 €" in text


@pytest.mark.parametrize("form", ["pdf", "odt"])
def test_the_annex_alone_says_when_money_is_called_and_how_it_is_settled(form: str) -> None:
    terms = Terms(schedule="Solde à l'admission.")
    text = READERS[form](makers.issued(makers.dossier(3, instalments=makers.PLAN, terms=terms), "financial-annex"))
    assert "Échéancier Appel n° 1, notification du marché : 40 %, 1er mars 2027 ; appel n° 2" in text
    assert "à l'admission. Solde à l'admission. Régularisation" in text
    assert "les parts sont recalculées selon les mêmes clés sur le coût définitif" in text
    assert "les parts sont recalculées selon les mêmes clés sur le coût définitif" in words.of_html(
        makers.issued_html(makers.dossier(3))  # article 12
    )


def test_without_a_plan_the_annex_has_no_schedule_and_subsidies_are_settled_too() -> None:
    subsidies = (Subsidy("Région", "40", 120_000_00, None, 48_000_00),)
    text = READERS["odt"](makers.issued(makers.dossier(3, subsidies=subsidies), "financial-annex"))
    assert "Échéancier" not in text
    assert "sur le coût et les subventions définitifs" in text


@pytest.mark.parametrize("form", ["pdf", "odt"])
def test_the_total_population_is_told_where_a_key_weighs_by_it(form: str) -> None:
    parties = [makers.party(number, population_total=800 + number) for number in (1, 2, 3)]
    key = {"kind": "mixed", "fixed_percent": "30", "fixed": makers.EQUAL, "variable": TOTAL}
    line = makers.line("Hébergement", 1_000_00, key, parties)
    facts = makers.dossier(parties=tuple(parties), cost_lines=(line,))
    text = READERS[form](makers.issued(facts, "financial-annex"))
    assert "dont une clé de l'annexe 3 se sert : Commune 001 : 801 (2023) ; Commune 002 : 802 (2023) ;" in text
    assert "Population totale" not in READERS["odt"](makers.issued(makers.dossier(3), "financial-annex"))


@pytest.mark.parametrize("form", ["pdf", "odt"])
def test_the_annex_of_needs_tells_the_part_that_each_is_estimated_to_pay(form: str) -> None:
    facts = makers.dossier(3)
    text = READERS[form](makers.issued(facts, "needs-annex"))
    for party in facts.parties:
        assert " ".join(f"{euros(facts.share_of(party.siren))} 90 000,00 €".split()) in text
    assert "139 200,01 € 270 000,00 €" in text
    assert "Durée prévue : 48 mois" in text
    assert "postes [à compléter] 90 000,00 €" in READERS["odt"](makers.issued(makers.dossier(3, cost_lines=())))
