"""Amendments: who joins, leaves or leads, how long it lasts; the articles they change, who signs them, from when."""

from __future__ import annotations

import dataclasses
import re
from typing import Any

import pytest

from documents.catalogue import kind_of
from documents.clauses.printed import printed
from procurement.money import parse_euros
from projects.agreement_terms import ClauseText, Terms
from projects.dossier import Dossier
from tests.documents import makers, tender, words

LAUNCHED = {"published_on": "2026-07-01"}
PERMANENT = {"grouping": "permanent"}
CODEV = {"route": "shared_development", "threshold_cents": 100_000_00}
CO_FUNDING, COOPERATION = {**CODEV, "vehicle": "co_funding"}, {**CODEV, "vehicle": "cooperation"}
ANNEXED = "annexe 4, articles 1 (parties), 4 (membres du groupement) et 8 (procédure et forme du marché)"
OUTSIDE = "L'adhésion à l'accord n'emporte pas l'entrée dans le groupement de commandes"
QUICK = {**PERMANENT, "terms": Terms(quick_joining=True)}
BY_MANDATE = (
    "Signé par le nouveau membre et par le coordonnateur, à qui les autres membres ont donné mandat (article 13)"
)
SIGNED = "date de la dernière signature"
LATE = {"terms": Terms(entry="last_enforceable")}
# kind, facts, consultation launched → said, unsaid
VARIANTS: list[tuple[str, dict[str, Any], bool, list[str], list[str]]] = [
    ("joining", PERMANENT, False, ["procédures lancées après", "Signé par tous les membres, y compris"], ["100136"]),
    (
        "joining",
        {},
        False,
        [
            "est signé par tous avant le lancement",
            "Articles 1 (parties), 4 (membres du groupement) et 8 (procédure et forme du marché) et annexe 1 : la l",
            "Annexes 2 (besoins et maxima) et 3 (annexe financière) : remplacées par celles qui sont jointes [à compl",
            "à la date de la dernière signature, chaque",
            "Convention P-2026-014",
        ],
        ["Retrait", "Prolongation", "rayer", "annexe 4"],
    ),
    ("joining", {}, True, ["la consultation est lancée, cette adhésion n'est pas possible"], [OUTSIDE]),
    ("joining", QUICK, False, [BY_MANDATE, "[à compléter : nouveau membre]"], ["Signé par tous"]),
    ("joining", {"terms": Terms(quick_joining=True)}, False, ["Signé par tous les membres"], [BY_MANDATE]),
    (
        "joining",
        CODEV,
        False,
        [
            "L'usage du logiciel est libre",
            f"Article 1 (parties), annexe 1 et {ANNEXED} : la liste",
            "Accord P-2026-014",
        ],
        ["100136", OUTSIDE, "Convention P-2026-014"],
    ),
    (
        "joining",
        CODEV,
        True,
        [OUTSIDE, "n'est pas partie au contrat de développement en cours", "Article 1 (parties) et annexe 1 : la"],
        ["100136", "annexe 4, articles"],
    ),
    (
        "joining",
        {**CODEV, **PERMANENT},
        True,
        [f"{OUTSIDE}, qui ne vaut que pour les procédures lancées ensuite (annexe 4, article 13)."],
        ["sa composition"],
    ),
    ("joining", CO_FUNDING, True, ["Article 1 (parties) et annexe 1 : la liste"], [OUTSIDE, "groupement", "annexe 4"]),
    ("joining", COOPERATION, True, ["Partenaire Avant Après", "Chaque partenaire vérifie"], [OUTSIDE, "groupement"]),
    (
        "leaving",
        {},
        False,
        ["sans effet sur les marchés déjà conclus", "ne réduit pas leur maximum", "8 (procédure et forme du marché)"],
        ["Adhésion"],
    ),
    ("leaving", CODEV, True, ["Les sommes appelées ou commandées restent dues", "la licence demeure", ANNEXED], []),
    ("leaving", CO_FUNDING, True, ["Article 1 (parties) et annexe 1"], ["annexe 4", "groupement"]),
    (
        "extension",
        {},
        False,
        ["passe de 48 mois", "Article 8 (procédure et forme du marché) : « [à compléter] » remplace « 48", "L. 2125-1"],
        ["Adhésion", "Article 18"],
    ),
    (
        "extension",
        CODEV,
        False,
        [
            "Article 20 (durée, modification et fin) et annexe 4, article 8 (procédure et forme du marché) : «",
            "comité de pilotage",
        ],
        ["L. 2125-1"],
    ),
    ("extension", CO_FUNDING, False, ["Article 20 (durée, modification et fin) : «"], ["annexe 4", "groupement"]),
    (
        "lead",
        {},
        False,
        ["Avenant de remplacement du coordonnateur à la convention", "à la majorité des deux tiers", "article 15"],
        ["Retrait", "chef de file"],
    ),
    ("lead", {}, False, ["Article 5 (coordonnateur", "» remplace « Commune 001 »"], []),
    (
        "lead",
        CODEV,
        False,
        ["Avenant de remplacement du chef de file à l'accord", "Article 5 (chef de file) et annexe 4, article 5 (co"],
        ["rayer", "Avenant de remplacement du coordonnateur"],
    ),
    (
        "lead",
        CO_FUNDING,
        False,
        ["Avenant de remplacement du chef de file", "Article 5 (chef de file) : «"],
        ["annexe 4"],
    ),
    (
        "extension",
        LATE,
        False,
        ["à la date de la dernière mesure qui le rend exécutoire (article 18 de la conv"],
        ["dernière signature"],
    ),
    (
        "extension",
        {**CODEV, **LATE},
        False,
        ["qui le rend exécutoire (article 20 de l'accord)"],
        ["dernière signature"],
    ),
]


def page_of(kind: str, changes: dict[str, Any], *, launched: bool) -> tender.Page:
    facts = makers.dossier(3, **changes)
    told = {"tender": tender.tender(facts, **LAUNCHED)} if launched else {}
    return tender.printed(facts, f"amendment-{kind}", **told)


@pytest.mark.parametrize(("kind", "changes", "launched", "said", "unsaid"), VARIANTS)
def test_the_amendment_follows_the_facts(
    kind: str, changes: dict[str, Any], launched: bool, said: list[str], unsaid: list[str]
) -> None:
    assert tender.missing(tender.of_odt(page_of(kind, changes, launched=launched)), said, unsaid) == []


def test_the_pdf_says_it_too() -> None:
    texts = tender.of_pdfs([page_of(row[0], row[1], launched=row[2]) for row in VARIANTS])
    found = [(row[0], row[1], tender.missing(text, row[3], row[4])) for row, text in zip(VARIANTS, texts, strict=True)]
    assert [item for item in found if item[2]] == []


# Articles -------------------------------------------------------------------------------------------------------------
def _numbers(said: str, *, annexed: bool) -> set[str]:
    """The articles that a line names: « articles 1 (…), 4 (…) et 8 (…) », of the text or of its annex 4."""
    own, _, other = said.partition("annexe\N{NO-BREAK SPACE}4")
    own = own.partition("annexe\N{NO-BREAK SPACE}1")[0]
    return set(re.findall(r"(\d+(?: bis)?) \(", (other if annexed else own).replace("\N{NO-BREAK SPACE}", " ")))


def _differ(before: Dossier, after: Dossier, part: str) -> set[str]:
    """The articles of a text whose printed words are no longer the same; the template fills the table of the first."""
    old, new = ({item.number: item.blocks for item in printed(facts, part)} for facts in (before, after))
    joined = {"1"} if before.parties != after.parties else set()
    return joined | {number for number in old if old[number] != new.get(number)}


@pytest.mark.parametrize("changes", [{}, CODEV, CO_FUNDING, PERMANENT])
@pytest.mark.parametrize("what", ["members", "duration"])
def test_the_articles_to_change_are_those_whose_words_change(what: str, changes: dict[str, Any]) -> None:
    before = makers.dossier(3, **changes)
    newcomer = {"parties": (*before.parties, makers.party(9))}
    after = dataclasses.replace(before, **(newcomer if what == "members" else {"duration_months": 60}))
    said = tender.printed(before, "amendment").context["modified"][what]
    main, annexed = ("accord", "convention") if changes.get("route") else ("convention", "")
    assert _numbers(said, annexed=False) == _differ(before, after, main)
    if annexed:
        expected = _differ(before, after, annexed) if before.grouped else set()
        assert _numbers(said, annexed=True) == expected


def test_a_project_that_words_a_clause_its_own_way_gets_its_own_articles() -> None:
    own = ClauseText("convention/10-suivi", "Le suivi dure {duree}.", "10", "Suivi", amended=True)
    said = tender.printed(makers.dossier(3, amendments=(own,)), "amendment").context["modified"]["duration"]
    assert _numbers(said, annexed=False) == {"8", "10"}


# Annexes --------------------------------------------------------------------------------------------------------------
def _joined(**changes: Any) -> tuple[Dossier, Dossier]:
    """The facts frozen, and those of today: a fourth commune, and the costs shared among four."""
    facts, now = makers.dossier(3, **changes), makers.dossier(4, **changes)
    return facts, now


def test_the_annexes_of_today_come_with_the_amendment() -> None:
    facts, now = _joined()
    page = tender.printed(facts, "amendment-joining", now=now)
    found = tender.of_odt(page)
    said = [
        "Annexe 2. Besoins et maxima",
        "Somme des parts et des maxima",
        "360 000,00 €",
        "Annexe 3. Annexe financière",
        "Commune 004",
    ]
    assert tender.missing(found, [*said, "remplacées par celles qui sont jointes."], ["[à compléter]."]) == []
    assert page.context["total_after"] == page.context["annexes"]["costs"]["ht"]
    assert page.context["annexes"]["costs"]["files"] == ()
    assert [row["name"] for row in page.context["annexes"]["maxima"]][-1] == "Commune 004"


def test_an_annex_that_shares_otherwise_than_the_amendment_is_left_out() -> None:
    """A newcomer pays what is left of the value, not the share of the key (domain.md §3, K13)."""
    facts, now = _joined(**CODEV)
    told = tender.tender(facts, entries=(tender.entry(facts),))
    page = tender.printed(facts, "amendment", tender=told, now=now)
    found = tender.of_odt(page)
    said = ["Annexe 2. Besoins et maxima", "Annexe 3 (annexe financière) : les parts sont celles de l'article 3."]
    assert tender.missing(found, said, ["Annexe 3. Annexe financière"]) == []


def test_nothing_is_annexed_where_who_takes_part_is_the_same() -> None:
    facts = makers.dossier(3)
    now = dataclasses.replace(facts, duration_months=60)
    assert tender.printed(facts, "amendment", now=now).context["annexes"] is None


# Signatures -----------------------------------------------------------------------------------------------------------
def test_a_quick_joining_is_signed_by_the_newcomer_and_the_lead_body_alone() -> None:
    facts, now = _joined(**QUICK)
    page = tender.printed(facts, "amendment-joining", now=now)
    assert [party["name"] for row in page.context["signature_rows"] for party in row] == ["Commune 004", "Commune 001"]
    every = tender.printed(*[dataclasses.replace(facts, grouping="one_off"), "amendment-joining"], now=now)
    assert sum(party is not None for row in every.context["signature_rows"] for party in row) == 4


def test_the_amendment_of_a_lead_body_is_one_document_with_a_title_on_each_route() -> None:
    titles = [kind_of("amendment-lead", route).title for route in ("grouped_purchase", "shared_development")]
    assert titles == ["Avenant de remplacement du coordonnateur", "Avenant de remplacement du chef de file"]


# As recorded ---------------------------------------------------------------------------------------------------------
def test_a_recorded_newcomer_pays_its_fee_and_each_gets_its_part_back() -> None:
    facts = makers.dossier(3, **CODEV)
    told = tender.tender(facts, entries=(tender.entry(facts),))
    page = tender.printed(facts, "amendment", tender=told)
    found = words.of_html(page.html)
    for word in ("avenant n° 2", "Valmont demande", "18 332,41 € HT", "n° 2026-99 du 3 décembre 2026", "Reversement"):
        assert word in found
    assert page.context["causes"] == ("joining",)
    assert parse_euros(page.context["total_after"]) == 3 * 40_000_00 + 18_332_41


def test_another_lead_body_is_named_and_what_is_printed_afterwards_follows_it() -> None:
    facts = makers.dossier(3)
    new = facts.parties[1]
    made = {"kind": "lead", "siren": new.siren, "name": new.name, "fee_cents": None, "refunds": (), "shares": ()}
    made |= {"replaced": facts.parties[0].name, "signed_by": tuple(party.siren for party in facts.parties)}
    signed = tender.tender(facts, entries=(tender.entry(facts, **made),))
    found = words.of_html(tender.printed(facts, "amendment", tender=signed).html)
    for word in ("Commune 002 remplace Commune 001", "n° 2026-99 du 3 décembre 2026", "remet sans délai", "Signé par"):
        assert word in found
    assert "Commune 001, Commune 002 et Commune 003" in found
    assert "Commune 002 remplace" not in words.of_html(tender.printed(facts, "convention", tender=signed).html)
    rules = {"tender": signed}, {"tender": tender.tender(facts, entries=(tender.entry(facts, **made | TO_SIGN),))}
    led = [tender.printed(facts, "consultation-rules", **given).context["lead"] for given in rules]
    assert led == ["Commune 002", "Commune 001"]  # agreed, still to be signed: nothing else changes


TO_SIGN = {"effective_on": "", "act_number": "", "act_date": "", "signed_by": ()}


def test_an_extension_says_how_long_until_when_and_on_what_ground() -> None:
    facts = makers.dossier(3)
    made = {"kind": "extension", "siren": "", "name": "", "fee_cents": None, "refunds": (), "shares": ()}
    made |= {"covers": "both", "months": 6, "months_before": 48, "contract_ends_on": "2031-06-30", "added_cents": 0}
    told = tender.tender(facts, entries=(tender.entry(facts, **made, ground="Clause de réexamen"),))
    page = tender.printed(facts, "amendment-extension", tender=told)
    found = words.of_html(page.html)
    for word in ("de la convention et du marché passe de 48 mois à 54 mois", "prend fin le 30 juin 2031", "réexamen"):
        assert word in found
    assert "Montant ajouté au marché : aucun" in found
    assert page.context["causes"] == ("extension",)


def test_what_changed_since_the_freeze_is_found() -> None:
    facts = makers.dossier(3)
    newcomer = makers.party(9)
    now = dataclasses.replace(facts, parties=(*facts.parties[:2], newcomer), duration_months=60)
    page = tender.printed(facts, "amendment", now=now)
    assert page.context["causes"] == ("joining", "leaving", "extension")
    assert page.context["guessed"]
    found = words.of_html(page.html)
    for word in ("Commune 009 demande", "Commune 003 se retire", "de 48 mois à 60 mois", "0,00 %"):
        assert word in found
    assert found.count("Signature :") == 4  # those who leave sign too


@pytest.mark.parametrize(("after", "said"), [(120_000_00, "+33,33 %"), (60_000_00, "\N{MINUS SIGN}33,33 %")])
def test_the_effect_on_the_maxima_is_signed_and_rounded(after: int, said: str) -> None:
    facts = makers.dossier(1)
    now = dataclasses.replace(facts, parties=(makers.party(1, maximum_cents=after),), duration_months=60)
    assert said in words.of_html(tender.printed(facts, "amendment", now=now).html)
