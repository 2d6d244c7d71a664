"""The worked examples of the two calculators (domain.md §3, K13 and K14), typed in their pages, and who reads what."""

from __future__ import annotations

from html import unescape
from typing import Any

import pytest

from procurement.access import Actor
from projects.actions.projects import set_costs, set_lots
from projects.enums import ProjectState
from projects.models import LotQuantity, Project
from tests.house.browser import Browser
from tests.makers import characters, coordinator_of, make_body, make_project

pytestmark = pytest.mark.django_db
POPULATION = {"kind": "prorata", "weight": "population"}
QUANTITIES = {"Valmont": (1, 2, 1, 3), "Rochebrune": (1, 6, 3, 12), "Grandval": (1, 15, 8, 41)}
PEOPLE = {"Grandval": 36512, "Rochebrune": 8615, "Valmont": 1240}
PRICES = {"prix_1": "840", "prix_2": "720", "prix_3": "650", "prix_4": "45,50"}


def three(key: dict[str, Any] = POPULATION, **fields: Any) -> Project:
    bodies = [make_body(name, population=count) for name, count in PEOPLE.items()]
    project = make_project(ProjectState.CALL, bodies=bodies)
    coordinator = coordinator_of(project)
    titles = ("Hébergement", "Reprise", "Formation", "Assistance")
    set_lots(project, [{"number": n, "title": title} for n, title in enumerate(titles, start=1)], actor=coordinator)
    line = {"label": "Développement", "amount_cents": 60_000_00, "vat_percent": "20", "key": key}
    set_costs(project, [line | fields], [], actor=coordinator)
    lots = list(project.lots.all())
    for row in project.participations.select_related("body"):
        for lot, quantity in zip(lots, QUANTITIES[row.body.name], strict=True):
            LotQuantity.objects.create(participation=row, lot=lot, quantity=quantity, unit="unités")
    return project


def ask(browser: Browser, actor: Actor, project: Project, name: str, **asked: str) -> str:
    assert actor.user is not None
    response = browser.sign_in(actor.user).get(f"/projets/{project.reference}/couts/{name}/", asked)
    assert response.status_code == 200
    return unescape(response.content.decode()).replace("\u00a0", " ").replace("\u202f", " ")


def test_k14_own_orders_and_common_costs(browser: Browser) -> None:
    project = three()
    html = ask(browser, coordinator_of(project), project, "commandes", **PRICES, communs="3 364")
    for amount in ("3 066,50", "89,96", "3 156,46", "8 281,03", "21 354,51", "29 428,00", "32 792,00"):
        assert f"{amount} €" in html, amount


def test_a_member_reads_its_own_orders_and_the_totals(browser: Browser) -> None:
    project = three(category="procedure")
    html = ask(browser, characters(project).member, project, "commandes", **PRICES, communs="3 364")
    assert "32 792,00 €" in html
    assert "8 281,03 €" in html
    for hidden in ("3 156,46 €", "21 354,51 €"):
        assert hidden not in html


def test_k13_the_retroactive_key(browser: Browser) -> None:
    project = three()
    make_body("Montclair", population=20_400)
    html = ask(browser, coordinator_of(project), project, "droit-entree", ajouter="Montclair")
    for amount in ("18 332,41", "490,27", "3 406,16", "14 435,98"):
        assert f"{amount} €" in html, amount


def test_k13_after_its_life_nothing_is_left_to_pay(browser: Browser) -> None:
    project = three()
    new = make_body("Montclair", population=20_400)
    asked = {"avec": str(new.siren), "regle": "amortissement"}
    half = ask(browser, coordinator_of(project), project, "droit-entree", **asked, mois="30")
    assert "9 166,20 €" in half or "9 166,21 €" in half
    assert "paierait <strong>0,00 €" in ask(
        browser, coordinator_of(project), project, "droit-entree", **asked, mois="60"
    )


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ({"kind": "flat", "weight": "population", "fees": [{"up_to": None, "cents": 5}]}, "Un tarif n'a pas de droit"),
        ({"kind": "prorata", "weight": "users"}, "manque"),
        ({"kind": "percent", "percents": {}}, "exactement 100 %"),
    ],
)
def test_an_entry_fee_that_cannot_be_computed_says_why(browser: Browser, key: dict[str, Any], said: str) -> None:
    project = three(key)
    make_body("Montclair", population=20_400)
    assert said in ask(browser, coordinator_of(project), project, "droit-entree", ajouter="Montclair")


@pytest.mark.parametrize("asked", [{"prix_1": "x"}, {"mois": "x", "ligne": "0"}, {"avec": "²²²", "duree": "-1"}])
def test_a_forged_address_answers_a_page(browser: Browser, asked: dict[str, str]) -> None:
    project = three()
    for name in ("commandes", "droit-entree"):
        ask(browser, coordinator_of(project), project, name, **asked)


def test_calls_for_funds_sum_to_each_share_and_to_the_total(browser: Browser) -> None:
    """2 674,31 | 18 580,03 | 78 745,67 HT (domain.md §3, HT/TTC) in three calls that do not divide."""
    project = three(amount_cents=100_000_01, category="procedure")  # under M2, the rest is paid to the holder
    html = ask(browser, coordinator_of(project), project, "appels", parts="33,33 ; 33,33 ; 33,34", niveau="ht")
    for amount in ("891,35", "891,61", "2 674,31", "6 192,72", "6 194,59", "26 245,93", "26 253,81"):
        assert f"{amount} €" in html, amount
    for total in ("33 330,00", "33 340,01", "100 000,01"):  # 33,34 % leaves the largest fraction of a cent
        assert f"{total} €" in html, total


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ("50 ; 40", "exactement 100"),
        ("50 ; beaucoup", "Écrivez des nombres"),
        ("1/0", "Écrivez des nombres"),
        (" ; ".join(["1"] * 13), "de 1 à 12 appels"),
        ("", "champ"),
        ("-10 ; 110", "Écrivez des nombres"),
    ],
)
def test_calls_that_are_not_100_percent_are_refused_in_a_line(browser: Browser, parts: str, said: str) -> None:
    project = three()
    assert said in ask(browser, coordinator_of(project), project, "appels", parts=parts)
