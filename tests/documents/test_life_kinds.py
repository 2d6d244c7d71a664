"""Award, amendments, calls for funds, closing, acts: each says what domain.md §5 outlines, as PDF and as ODT."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from documents.contexts.subject import Award, Call, Called, Funds
from documents.stamp import Page
from procurement.money import parse_euros
from projects.dossier import Dossier
from projects.pooling.funds import cut, dues
from tests.documents import makers, pdf, tender

SECOND = makers.party(2).siren
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
OF_TENDER = ("award-minutes", "rejection-letter", "notification-letter", "closing-report")


def page_of(code: str, siren: str = "", tender_changes: Any = None, **changes: Any) -> Page:
    """A document of three communes; the consultation went to its end where it matters."""
    facts = makers.dossier(3, **changes)
    told = {"tender": tender.tender(facts, **(tender_changes or {}))} if code in OF_TENDER or tender_changes else {}
    return tender.printed(facts, code, siren=siren, **told)


def text(code: str, siren: str = "", tender_changes: Any = None, **changes: Any) -> str:
    """The words of its editable copy."""
    return tender.of_odt(page_of(code, siren, tender_changes, **changes))


@pytest.mark.parametrize("code", CHECKLISTS)
def test_every_point_of_the_outline_is_printed(code: str) -> None:
    assert tender.missing(text(code), CHECKLISTS[code]) == []


CODEV = {"route": "shared_development", "threshold_cents": 100_000_00}
LEAD = makers.party(1).siren
CO_FUNDING, COOPERATION = {**CODEV, "vehicle": "co_funding"}, {**CODEV, "vehicle": "cooperation"}
GUEST = {"parties": (makers.party(1), makers.party(2, maximum_cents=0), makers.party(3))}
PUBLISHED = "L'avis d'attribution et les données essentielles sont publiés"
EACH_ITS_OWN = "par chaque membre, pour son marché"
CONTRACTS = {  # under M1: two buyers, two contracts
    "awards": tuple(
        Award(1, party.siren, f"{tender.HOLDER} {number}", tender.SIRET, 50_000_00 + number, "2026-10-19")
        for number, party in enumerate((makers.party(1), makers.party(3)), start=1)
    )
}
M1_BUYERS = ("Commune 001, coordonnateur et membre", "Commune 003, membre")
ADAPTED = {"formal": False, "procedure": "adapted", "legality_control": False, "need_cents": 80_000_00}
Row = tuple[str, str, dict[str, Any], list[str], list[str]]
OF_CONSULTATION: list[Row] = [
    (
        "award-minutes",
        "",
        {"cao": "grouping"},
        ["L. 1414-3, I,", "Commune 001, présidence ……", "Commune 002 ……", "Commune 003 ……"],
        ["Membre élu 1", "Présidence"],
    ),
    (
        "award-minutes",
        "",
        {"cao": "grouping", **GUEST},
        ["Commune 002 ……"],
        ["Membre élu 1"],
    ),  # every member, L. 1414-3
    ("award-minutes", "", {}, ["Présidence ……", "Membre élu 1"], ["présidence ……"]),
    ("award-minutes", "", {"cao": "none"}, ["commission consultative", "7. Avis", "ne lie pas"], ["7. Décision"]),
    ("award-minutes", "", {**CO_FUNDING, "cao": "grouping"}, ["Membre élu 1"], ["groupement", "L. 1414-3"]),
    (
        "rejection-letter",
        "",
        {},
        ["R. 2181-1 et R. 2181-3", "Motifs du choix de cette offre", "du 18 octobre 2026"],
        [],
    ),
    ("rejection-letter", "", CO_FUNDING, ["Pour le chef de file"], ["groupement", "coordonnateur"]),
    ("rejection-letter", "", CODEV, ["conduite par Commune 001, coordonnateur d'un groupement"], []),
    (
        "notification-letter",
        "",
        {"mandate": "M1"},
        [
            "Commune 001, coordonnateur et membre du groupement de commandes, vous notifie le marché suivant",
            f"{PUBLISHED} {EACH_ITS_OWN} dans les délais légaux (articles R. 2183-1 et R. 2196-1",
            "Pour Commune 001 : ……",
        ],
        ["par le coordonnateur", "désigné"],
    ),
    ("notification-letter", "", {"mandate": "M2"}, [f"{PUBLISHED} par le coordonnateur dans"], [EACH_ITS_OWN]),
    ("notification-letter", "", {"mandate": "M3"}, ["n'a qu'un interlocuteur", "Pour le coordonnateur"], []),
    ("notification-letter", "", COOPERATION, [f"{PUBLISHED} par le chef de file"], ["coordonnateur", "groupement"]),
    (
        "notification-letter",
        "",
        {"missions": {"notice": makers.party(3).siren}},
        ["publié par Commune 003 (article R. 2183-1", "les données essentielles par le coordonnateur (article R. 2196"],
        [],
    ),
]
AFTERWARDS: list[Row] = [
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
VARIANTS = OF_CONSULTATION + AFTERWARDS


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


@pytest.mark.parametrize("paper", [False, True])
def test_the_standstill_is_counted_from_the_letters_when_nobody_said(paper: bool) -> None:
    found = text("rejection-letter", tender_changes={"standstill_ends": "", "on_paper": paper})
    assert ("délai de 16 jours" in found) == paper
    assert ("22 octobre 2026 inclus" if paper else "17 octobre 2026 inclus") in found


def test_an_adapted_procedure_promises_no_standstill() -> None:
    rejection = text("rejection-letter", tender_changes=ADAPTED)
    assert (
        tender.missing(rejection, ["R. 2181-1 et R. 2181-2"], ["délai de 11 jours", "R. 2181-3", "Motifs du ch"]) == []
    )
    told = ["Les données essentielles sont publiées par le coordonnateur dans les délais légaux (article R. 2196-1"]
    notification = text("notification-letter", tender_changes=ADAPTED)
    assert tender.missing(notification, told, ["contrôle de légalité", "avis d'attribution", "R. 2183-1"]) == []


@pytest.mark.parametrize("form", ["odt", "pdf"])
def test_under_m1_each_buyer_notifies_its_own_contract_on_its_own_page(form: str) -> None:
    page = page_of("notification-letter", mandate="M1", tender_changes=CONTRACTS)
    found = tender.READERS[form](page).split("Notification du marché")[1:]
    assert len(found) == 2
    for number, (said, own) in enumerate(zip(found, M1_BUYERS, strict=True), start=1):
        words_said = [f"À l'attention de : {tender.HOLDER} {number}.", f"{own} du groupement", f"Pour {own[:11]} :"]
        assert tender.missing(said, [*words_said, f"50 000,0{number} €"], [f"{tender.HOLDER} {3 - number}"]) == []
    if form == "pdf":
        assert len(pdf.pages_of(pdf.pdf_of(page.html))) >= 2


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
