"""Calls for funds, closing, acts: each says what domain.md §5 outlines, as PDF and as ODT."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from documents.contexts.subject import Call, Called, Funds
from documents.stamp import Page
from procurement.money import parse_euros
from projects.dossier import Dossier
from projects.pooling.funds import cut, dues
from tests.documents import makers, pdf, tender

SECOND = makers.party(2).siren
CHECKLISTS: dict[str, list[str]] = {
    "closing-report": [
        "270 000,00 € HT",
        "Calendrier réalisé",
        "1er juillet 2026",
        tender.HOLDER,
        "Part prévue, maximum voté, montant final",
        "123 000,00 €",
        "30 novembre 2028",
        "R. 2184-12",
        "visa des archives",
        "Enseignements",
    ],
    "funds-call": [
        "Commune 002, commune, SIREN",
        "délibération n° 2026-2 du 20 mai 2026",
        "maximum voté : 90 000,00 € HT",
        "Assiette et part",
        "toutes taxes comprises",
        "Appelé auparavant",
        "Versé avant le présent appel",
        "Période des dépenses appelées : du …… / …… / …………",
        "Reste à appeler",
        "aucun appel n'est émis",
        "aucun plan d'appels de fonds n'est enregistré",
        "Justificatifs joints",
        "SIRET [à compléter]",
        "sans un nouvel acte de Commune 002",
        "sous 30 jours",
    ],
    "decision": [
        "Sans emploi pour Commune 002",
        "L. 2122-22, 4°",
        "le conseil municipal délibère",
        "Article 5. Le maire signe la convention et les actes qui s'y rapportent",
        "Décision n° ……",
        "Article 1. La version 1",
        "Article 3. Le montant maximum engagé",
        "Télérecours",
        "exécutoire le ……",
    ],
    "mayor-note": [
        "Note au maire",
        "Ce qui vous est demandé",
        "90 000,00 € HT sur 48 mois",
        "une fois l'acte exécutoire, jamais avant",
        "30 avril 2026",
        "Rien avant l'acte exécutoire",
    ],
    "transmission-slip": [
        "représentant de l'État dans le département (38)",
        "Télétransmission (ACTES)",
        "Délibération n° 2026-2",
        "20 mai 2026",
        "Convention constitutive P-2026-014, version 1, et ses trois annexes",
        "Commune 002 n'a pas à le transmettre",
        "Accusé de réception n°",
    ],
    "amendment": [
        "rayer ceux qui ne s'appliquent pas",
        "Adhésion",
        "Retrait",
        "Prolongation",
        "réponse ministérielle n° 100136 du 17 mai 2011",
        "Articles modifiés",
        "Parts HT avant et après",
        "Incidence financière",
        "dernière signature",
        "Signature :",
    ],
}


def page_of(code: str, siren: str = "", **changes: Any) -> Page:
    """A document of three communes; the consultation went to its end where it matters."""
    facts = makers.dossier(3, **changes)
    told = {"tender": tender.tender(facts)} if code == "closing-report" else {}
    return tender.printed(facts, code, siren=siren, **told)


def text(code: str, siren: str = "", **changes: Any) -> str:
    """The words of its editable copy."""
    return tender.of_odt(page_of(code, siren, **changes))


@pytest.mark.parametrize("code", CHECKLISTS)
def test_every_point_of_the_outline_is_printed(code: str) -> None:
    assert tender.missing(text(code), CHECKLISTS[code]) == []


CODEV = {"route": "shared_development", "threshold_cents": 100_000_00}
LEAD = makers.party(1).siren
CO_FUNDING, COOPERATION = {**CODEV, "vehicle": "co_funding"}, {**CODEV, "vehicle": "cooperation"}
Row = tuple[str, str, dict[str, Any], list[str], list[str]]
VARIANTS: list[Row] = [
    ("closing-report", "", CODEV, ["Registre 1.0", "EUPL-1.2", "swh:1:rel:0123", "chef de file"], ["coordonnateur"]),
    ("closing-report", "", CO_FUNDING, ["Comptes par partenaire", "accord et avenants"], ["groupement", "membre"]),
    ("closing-report", "", {"mandate": "M1"}, ["Comptes par membre", "convention et avenants"], ["chef de file"]),
    ("funds-call", "", {"mandate": "M1"}, ["Chaque membre paie le titulaire", "rien n'est appelé"], ["Hébergement"]),
    ("funds-call", "", {"mandate": "M2"}, ["Chaque membre paie le titulaire", "rien n'est appelé"], ["Hébergement"]),
    (
        "funds-call",
        "",
        {"mandate": "M3"},
        [
            "Hébergement",
            "au prorata de la population",
            "Convention P-2026-014",
            "Période des dépenses appelées : du ……",
        ],
        ["Chaque membre paie le titulaire"],
    ),
    ("funds-call", "", {**CODEV, "mandate": "M3"}, ["Hébergement"], ["Chaque membre paie le titulaire"]),
    ("funds-call", "", CO_FUNDING, ["Hébergement", "Accord P-2026-014"], ["Chaque membre", "groupement"]),
    ("funds-call", "", COOPERATION, ["Développement", "Accord P-2026-014"], ["Chaque membre", "groupement"]),
    ("funds-call", "", {"mandate": "M3", "instalments": makers.PLAN}, ["n° 1 : Notification", "1er mars 2027"], []),
    ("funds-call", LEAD, {}, ["ne s'adresse pas d'appel de fonds"], []),
    ("transmission-slip", LEAD, {}, ["Marché signé", "soumis à transmission", "D. 2131-5-1"], ["n'a pas à le"]),
    ("transmission-slip", "", {"mandate": "M1"}, ["Marché signé"], ["n'a pas à le"]),
    ("transmission-slip", "", CO_FUNDING, ["Commune 002 n'a pas à le transmettre"], ["groupement", "Marché signé"]),
    ("transmission-slip", LEAD, {"ceiling_cents": 80_000_00}, ["n'est transmis que si"], ["soumis à transmission"]),
    ("decision", LEAD, {"mandate": "M2"}, ["accepte d'être coordonnateur", "acte distinct"], []),
    ("decision", "", {"cao": "grouping"}, ["une délibération reste nécessaire"], []),
    ("mayor-note", "", {"cao": "grouping"}, ["Faire élire un titulaire et un suppléant"], []),
    ("mayor-note", "", CODEV, ["financent ensemble un logiciel libre", "seuil de contributions"], ["groupement"]),
]


@pytest.mark.parametrize(("code", "siren", "changes", "said", "unsaid"), VARIANTS)
def test_the_variant_follows_the_facts(
    code: str, siren: str, changes: dict[str, Any], said: list[str], unsaid: list[str]
) -> None:
    assert tender.missing(text(code, siren, **changes), said, unsaid) == []


def test_the_pdf_says_it_too() -> None:
    table: list[Row] = [(code, "", {}, said, []) for code, said in CHECKLISTS.items()]
    table += VARIANTS
    texts = tender.of_pdfs([page_of(row[0], row[1], **row[2]) for row in table])
    found = [(row[0], row[2], tender.missing(said, row[3], row[4])) for row, said in zip(table, texts, strict=True)]
    assert [item for item in found if item[2]] == []


def test_no_vote_no_name_and_no_date_of_an_act_is_ever_filled_in() -> None:
    """domain.md, trap 22: models leave them blank, whatever the tracker holds."""
    for code in ("decision", "deliberation", "mayor-note", "award-minutes"):
        found = text(code)
        assert not any(word in found for word in ("2026-2 ", "20 mai 2026", "Anne Le Guen", "unanimité"))


# Amounts --------------------------------------------------------------------------------------------------------------
def _issued(facts: Dossier, number: int) -> Call:
    """The call of that number, as the plan has it for each body."""
    cuts = cut(dues(facts), [item.basis_points for item in makers.PLAN])
    amounts = tuple(Called(siren, row[number - 1].ht_cents, row[number - 1].vat_cents) for siren, row in cuts.items())
    return Call(number, makers.PLAN[number - 1].label, "2027-02-01", "2027-03-03", amounts)


def test_a_call_says_what_it_asks_what_was_asked_and_what_is_left_to_the_cent() -> None:
    facts = makers.dossier(3, mandate="M3", instalments=makers.PLAN)
    funds = Funds(makers.PLAN, (_issued(facts, 1), _issued(facts, 2)))
    asked = []
    for party in facts.parties:
        context = tender.printed(facts, "funds-call", siren=party.siren, funds=funds).context
        shares = [share for line in facts.cost_lines for share in line.shares if share.siren == party.siren]
        for level in ("ht", "vat", "ttc"):
            due = sum(getattr(share, f"{level}_cents") for share in shares)
            calls = [parse_euros(row[level]) for row in context["calls"]]
            parts = [parse_euros(context[name][level]) for name in ("before", "called", "left")]
            assert parse_euros(context["share"][level]) == due == sum(calls)
            assert calls == parts
        asked.append(parse_euros(context["called"]["ttc"]))
        assert context["number"] == "2"
        assert [row["status"] for row in context["calls"]] == ["appelé", "présent appel", "à venir"]
    assert sum(asked) == parse_euros(context["call_total"]["ttc"])


ISSUED = [
    "Appel de fonds n° 1",
    "n° 1, Notification du marché, émis le 1er février 2027, à payer avant le 3 mars 2027",
    "Montant du présent appel",
    "L'appel n° 1 est de 55 680,01 € HT",
    "Montant du présent appel en toutes lettres",
    "pour les 3 membres qui achètent",
    "au plus fort reste",
    "Appelé auparavant 0,00 €",
    "Versé avant le présent appel 0,00 €",
    "maximum voté : 90 000,00 € HT",
]


def test_what_was_paid_by_the_day_of_a_call_is_told_and_what_is_paid_later_changes_nothing() -> None:
    facts = makers.dossier(3, mandate="M3", instalments=makers.PLAN)
    first, second = _issued(facts, 1), dataclasses.replace(_issued(facts, 2), issued_on="2027-06-01")
    asked = parse_euros(
        tender.printed(facts, "funds-call", funds=Funds(makers.PLAN, (first,))).context["called"]["ttc"]
    )
    for paid, expected in {"2027-05-31": asked, "2027-06-01": asked, "2027-06-02": 0, "": 0}.items():
        amounts = tuple(dataclasses.replace(row, received_on=paid) for row in first.amounts)
        calls = (dataclasses.replace(first, amounts=amounts), second)
        context = tender.printed(facts, "funds-call", funds=Funds(makers.PLAN, calls)).context
        assert parse_euros(context["received"]["ttc"]) == expected
        assert parse_euros(context["before"]["ttc"]) == asked


def test_a_call_is_numbered_dated_and_printed_with_the_whole_call() -> None:
    facts = makers.dossier(3, mandate="M3", instalments=makers.PLAN)
    funds = Funds(makers.PLAN, (_issued(facts, 1),))
    page = tender.printed(facts, "funds-call", siren=facts.parties[1].siren, funds=funds)
    for read in tender.READERS.values():
        assert tender.missing(read(page), ISSUED, ["aucun appel n'est émis", "[à compléter : aucun"]) == []
    exact = 139_200_01 * 40  # both lines, HT: a call is within a cent of its part
    assert abs(parse_euros(page.context["call_total"]["ht"]) * 100 - exact) < 100


def test_a_closing_report_adds_up_only_what_is_settled_for_all() -> None:
    facts = makers.dossier(3)
    some = tender.tender(facts).settlements[:2]
    done = tender.printed(facts, "closing-report", tender=tender.tender(facts)).context
    open_ = tender.printed(facts, "closing-report", tender=tender.tender(facts, settlements=some)).context
    assert done["final"].startswith("123")
    assert open_["final"] == "[à compléter]"
    assert open_["rows"][2]["final"] == "[à compléter]"


# Form -----------------------------------------------------------------------------------------------------------------
def test_the_note_to_the_executive_fits_one_page_whatever_is_typed() -> None:
    facts = makers.dossier(
        3, title="Un projet au titre interminable " * 8, object="Objet. " * 140, cao="grouping", duration_months=120
    )
    facts = dataclasses.replace(
        facts,
        parties=tuple(
            dataclasses.replace(party, contacts=("Une personne au nom long",) * 30) for party in facts.parties
        ),
    )
    page = tender.printed(facts, "mayor-note")
    assert len(pdf.pages_of(pdf.pdf_of(page.html))) == 1


SIGNED = [("convention", {}), ("amendment", {}), ("commitment-form", {"mandate": "M1"})]


@pytest.mark.parametrize("members", [2, 12, pytest.param(300, marks=pytest.mark.slow)])
@pytest.mark.parametrize(("code", "changes"), SIGNED)
def test_signature_blocks_are_whole_and_never_alone(code: str, changes: dict[str, Any], members: int) -> None:
    page = tender.printed(makers.dossier(members, **changes), code)
    pages = [" ".join(found.split()) for found in pdf.pages_of(pdf.pdf_of(page.html))]
    blocks = [found.count("Signature :") for found in pages]
    assert sum(blocks) == members
    for found, count in zip(pages, blocks, strict=True):
        assert found.count("Fait à …………………, le") in (count, count + 1)  # the holder of a contract signs without a frame
    last = next(found for found in reversed(pages) if "Signature :" in found)
    assert last.count("Signature :") > 1 or any(word in last for word in ("Article", "H. Acceptation"))
