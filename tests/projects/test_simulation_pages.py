"""The simulation page and what is kept of it: who sees what, what an address holds, what nobody may learn."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from html import unescape
from typing import Any
from urllib.parse import urlencode

import pytest
import tablib
from django.db import connection
from django.test.utils import CaptureQueriesContext

from procurement.access import Actor
from procurement.models import Body, Role
from procurement.workflow import perform
from projects.actions.projects import set_costs
from projects.enums import ProjectState
from projects.models import Event, Participation, Project, Simulation
from projects.pooling.simulation_sheet import safe
from tests.house.browser import Browser
from tests.makers import characters, coordinator_of, declare, holder, make_body, make_project, make_steward, member

pytestmark = pytest.mark.django_db
TOTAL = 120_000_01
POPULATION = {"kind": "prorata", "weight": "population"}
EVEN = {"kind": "equal"}


def visit(browser: Browser, actor: Actor) -> Browser:
    assert actor.user is not None
    return browser.sign_in(actor.user)


def read(browser: Browser, address: str, status: int = 200) -> str:
    response = browser.get(address)
    assert response.status_code == status, address
    return unescape(response.content.decode()).replace("\u00a0", " ").replace("\u202f", " ")


def three(state: str = ProjectState.CALL, key: dict[str, Any] = POPULATION, **fields: Any) -> Project:
    """Valmont, Rochebrune and Grandval of the worked examples."""
    people = {"Grandval": 36512, "Rochebrune": 8615, "Valmont": 1240}
    bodies = [make_body(name, population=count) for name, count in people.items()]
    project = make_project(state, bodies=bodies)
    cost(project, key, **fields)
    return project


def cost(project: Project, key: dict[str, Any], amount_cents: int = TOTAL, **fields: Any) -> None:
    line = {"label": "Développement", "amount_cents": amount_cents, "vat_percent": "20", "key": key}
    set_costs(project, [line | fields], [], actor=coordinator_of(project))


def address(project: Project, **asked: Any) -> str:
    return f"/projets/{project.reference}/couts/simuler/?{urlencode(asked, doseq=True)}"


def siren(name: str) -> str:
    return str(Body.objects.get(name=name).siren)


def test_now_and_then_stand_side_by_side(browser: Browser) -> None:
    """K2 now, K1 then."""
    project = three()
    html = read(visit(browser, coordinator_of(project)), address(project, genre="equal"))
    assert "94 494,80 €" in html
    assert html.count("40 000,00 €") >= 2
    assert "40 000,01 €" in html
    assert "− 54 494,80 €" in html or "− 54 494,79 €" in html
    assert "1 organisme paierait moins, 2 paieraient davantage" in html


QUESTIONS: dict[str, tuple[dict[str, Any], list[str]]] = {
    "the amount": ({"montant": "90 000,00"}, ["2 406,89", "16 722,02", "70 871,09"]),
    "a subsidy (K10)": (
        {"montant": "150 000", "subvention": "48 000"},
        ["2 727,80", "18 951,63", "80 320,57"],
    ),
    "a cap for one body (K7)": (
        {"montant": "90 000", "plafond": "54 000", "pour": "Grandval"},
        ["4 529,68", "31 470,32", "54 000,00"],
    ),
    "a floor for all (K8)": ({"montant": "90 000", "plancher": "3 000"}, ["3 000,00", "16 608,79", "70 391,21"]),
    "a discount on the weight (K9a)": (
        {"montant": "90 000", "remise": "weight", "taux": "10"},
        ["2 612,62", "18 151,36", "69 236,02"],
    ),
    "a discount on the amount (K9b)": (
        {"montant": "90 000", "remise": "amount", "taux": "10"},
        ["3 298,62", "22 917,40", "63 783,98"],
    ),
    "an exemption (K9c)": ({"montant": "90 000", "remise": "exempt"}, ["11 324,20", "78 675,80", "0,00"]),
    "the real flat fees (K4)": ({"genre": "flat"}, ["52,00", "524,00", "1 748,00"]),
    "the marginal tariff (K3b)": ({"genre": "marginal"}, ["1 144,00", "4 665,25", "11 952,40"]),
    "brackets": ({"genre": "brackets", "montant": "27"}, ["2,00", "5,00", "20,00"]),
    "percentages": (
        {"genre": "percent", "montant": "43 210,99", "Grandval": "60", "Rochebrune": "25", "Valmont": "15"},
        ["25 926,59", "10 802,75", "6 481,65"],
    ),
    "two parts": (
        {"genre": "mixed", "fixe": "equal", "variable": "prorata", "fixed_percent": "30", "montant": "100 000"},
        ["11 872,02", "23 006,02", "65 121,96"],
    ),
}


@pytest.mark.parametrize(("asked", "amounts"), QUESTIONS.values(), ids=QUESTIONS)
def test_what_is_changed_changes_the_shares(browser: Browser, asked: dict[str, str], amounts: list[str]) -> None:
    project = three()
    names = ("Grandval", "Rochebrune", "Valmont")
    asked = {siren(name) if name in names else name: value for name, value in asked.items()}
    if asked.get("pour"):
        asked["pour"] = siren(asked["pour"])
    html = read(visit(browser, coordinator_of(project)), address(project, **asked))
    for amount in amounts:
        assert f'data-label="Avec cette clé">{amount} €' in html, amount


def test_bodies_come_and_go(browser: Browser) -> None:
    """K13: with D (20 400 inhabitants) the shares of 60 000 are those of the retroactive key."""
    project = three(amount_cents=60_000_00)
    newcomer = make_body("Montclair", population=20_400)
    visit(browser, coordinator_of(project))
    html = read(browser, address(project, avec=newcomer.siren))
    for amount in ("1 114,32", "7 741,85", "32 811,42", "18 332,41"):
        assert f"{amount} €" in html
    assert f'value="{newcomer.siren}" form="simulation" checked' in html
    html = read(browser, address(project, sans=siren("Grandval")))
    assert "retiré" in html
    assert "52 450,53 €" in html or "52 450,5" in html


def test_a_name_that_fits_several_bodies_offers_them(browser: Browser) -> None:
    project = three()
    for name in ("Sainte-Marie-du-Lac", "Sainte-Marie-du-Mont"):
        make_body(name)
    visit(browser, coordinator_of(project))
    html = read(browser, address(project, ajouter="sainte marie"))
    assert "Lequel ajouter" in html
    assert f"avec={siren('Sainte-Marie-du-Lac')}" in html
    assert "ajouté" in read(browser, address(project, ajouter="sainte marie du lac"))


def test_a_figure_nobody_declared_is_supposed_by_the_reader(browser: Browser) -> None:
    project = three()
    visit(browser, coordinator_of(project))
    asked = {"genre": "prorata", "weight": "users", "montant": "56"}
    html = read(browser, address(project, **asked))
    assert "3 chiffres ne sont pas déclarés" in html
    users = {"Grandval": "41", "Rochebrune": "12", "Valmont": "3"}
    supposed = {f"poids.users.{siren(name)}": count for name, count in users.items()}
    html = read(browser, address(project, **asked, **supposed))
    for amount in ("41,00", "12,00", "3,00"):
        assert f'data-label="Avec cette clé">{amount} €' in html
    assert "Grandval : nombre d'utilisateurs" in html  # still there to be changed


REFUSED = {
    "caps below the total": ({"plafond": "1"}, "il manque 119 997,01 €"),
    "floors above the total": ({"plancher": "50 000"}, "29 999,99 € de trop"),
    "a subsidy above the cost": ({"subvention": "200 000"}, "La subvention dépasse le montant"),
    "nobody": ({"sans": ["Grandval", "Rochebrune", "Valmont"]}, "il n'y a personne"),
    "a tariff with a hole": (
        {"genre": "flat", **{f"flat_limit_{i}": "" for i in range(7)}, **{f"flat_value_{i}": "" for i in range(7)}}
        | {"flat_limit_0": "1500", "flat_value_0": "52"},
        "aucune tranche du tarif",
    ),
    "percentages below 100": (
        {"genre": "percent", "Grandval": "33,33", "Rochebrune": "33,33", "Valmont": "33,33"},
        "99,99 % : il faut exactement 100 %",
    ),
    "not an amount": ({"montant": "beaucoup"}, "Ce n'est pas un montant"),
    "a negative amount": ({"montant": "-5"}, "positif ou nul"),
}


@pytest.mark.parametrize(("asked", "said"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_shared_is_refused_in_words(browser: Browser, asked: dict[str, Any], said: str) -> None:
    project = three()
    names = {name: siren(name) for name in ("Grandval", "Rochebrune", "Valmont")}
    asked = {names.get(name, name): value for name, value in asked.items()}
    if "sans" in asked:
        asked["sans"] = list(names.values())
    assert said in read(visit(browser, coordinator_of(project)), address(project, **asked))


HOSTILE = (
    "ligne=99999999999999999999&genre=zzz&pour=<script>alert(1)</script>&tri=x",
    "ligne=²&avec=' OR 1=1&sans=zzz&poids.users.x=1e999&poids..=1&taux=999&remise=weight",
    "genre=mixed&fixe=mixed&variable=flat&fixed_percent=-3",
    "genre=brackets&brackets_limit_0=9999999999999999999999999&weight=autre&weight_other=%00",
    "ajouter=%00%00&montant=" + "9" * 400,
)


@pytest.mark.parametrize("query", HOSTILE)
def test_a_forged_address_answers_a_page(browser: Browser, query: str) -> None:
    project = three()
    html = visit(browser, coordinator_of(project)).get(f"/projets/{project.reference}/couts/simuler/?{query}")
    assert html.status_code == 200
    assert b"<script>alert" not in html.content


# What nobody may learn ------------------------------------------------------------------------------------------------
def test_only_ones_own_maximum_is_compared(browser: Browser) -> None:
    project = three()
    for row in project.participations.all():
        declare(row, maximum_cents=50_000_00)
    them = characters(project)
    own = them.member.body
    html = read(visit(browser, them.member), address(project))
    assert html.count("votre maximum") == 1
    assert f"{own} reste sous votre maximum" in html.replace("<strong>", "").replace("</strong>", "")
    html = read(visit(browser, them.coordinator), address(project))
    assert "Grandval</strong> passe au-dessus de votre maximum" in html
    assert html.count("votre maximum") == 1  # the coordinator's own body only, though they know the others
    for actor in (them.stranger, make_steward()):
        assert "votre maximum" not in read(visit(browser, actor), address(project))


def test_no_maximum_is_written_anywhere_on_the_page_nor_kept(browser: Browser) -> None:
    project = three()
    for row in project.participations.all():
        declare(row, maximum_cents=98_765_43)
    them = characters(project)
    visit(browser, them.member)
    assert "98 765,43" not in read(browser, address(project))
    saved = keep(browser, project, shared="on")
    assert "9876543" not in str(saved.facts) + saved.query
    assert b"9876543" not in browser.get(f"/projets/{project.reference}/couts/simulations/{saved.pk}/").content


# Kept, shared, compared, exported, adopted ----------------------------------------------------------------------------
def keep(browser: Browser, project: Project, *, name: str = "Parts égales", **fields: Any) -> Simulation:
    target = f"/projets/{project.reference}/couts/simuler/enregistrer/"
    data = {"name": name, **fields}
    response = browser.submit(address(project, genre="equal"), data, to=target)
    assert response.status_code == 302
    return Simulation.objects.latest("pk")


def test_a_saved_simulation_keeps_the_figures_of_that_day(browser: Browser) -> None:
    project = three()
    visit(browser, coordinator_of(project))
    saved = keep(browser, project)
    cost(project, EVEN, amount_cents=1_00)
    html = read(browser, f"/projets/{project.reference}/couts/simulations/{saved.pk}/")
    assert "94 494,80 €" in html
    assert "40 000,01 €" in html
    assert "genre=equal" in html  # the address that asks it again


def test_it_is_private_until_shared_and_then_for_members_only(browser: Browser) -> None:
    project = three()
    them = characters(project)
    visit(browser, them.coordinator)
    private, shared = keep(browser, project), keep(browser, project, shared="on")
    base = f"/projets/{project.reference}/couts/simulations/"
    visit(browser, them.member)
    read(browser, f"{base}{private.pk}/", 404)
    read(browser, f"{base}{shared.pk}/")
    for outsider in (them.stranger, make_steward()):
        visit(browser, outsider)
        read(browser, f"{base}{shared.pk}/", 404)
        assert shared.name not in read(browser, base)


SHARERS = ("coordinator", "member", "viewer")


def test_members_share_and_anybody_else_keeps_for_oneself(browser: Browser) -> None:
    """Who may × what is kept: a shared one of a member is read by members; a private one by its maker alone."""
    project = three()
    them = characters(project)
    assert them.member.body is not None
    gone = project.participations.order_by("id").last()
    assert gone is not None
    perform(Participation, gone.pk, "withdraw", actor=holder(gone.body), note="autre solution")
    people = {
        "coordinator": them.coordinator,
        "member": them.member,
        "viewer": member(them.member.body, Role.VIEWER),
        "stranger": them.stranger,
        "steward": make_steward(),
        "partner": member(make_body("Association", kind="partenaire")),
        "gone": holder(gone.body),
    }
    target = f"/projets/{project.reference}/couts/simuler/enregistrer/"
    made: dict[str, dict[str, Simulation]] = {"shared": {}, "private": {}}
    for role, actor in people.items():
        visit(browser, actor)
        assert ('name="shared"' in read(browser, address(project))) == (role in SHARERS)
        form = next(f for f in browser.forms(address(project, genre="equal")) if f.action == target)
        code = browser.post(target, {**form, "name": "Essai", "shared": "on"}).status_code
        assert code == (302 if role in SHARERS else 403), role
        if code == 302:
            made["shared"][role] = Simulation.objects.latest("pk")
        made["private"][role] = keep(browser, project)
    base = f"/projets/{project.reference}/couts/simulations/"
    for role, actor in people.items():
        visit(browser, actor)
        codes = {(kind, of): browser.get(f"{base}{item.pk}/").status_code for kind, of, item in _each(made)}
        expected = {
            (kind, of): 200 if of == role or (kind == "shared" and role in SHARERS) else 404
            for kind, of, _ in _each(made)
        }
        assert codes == expected, role


def _each(made: dict[str, dict[str, Simulation]]) -> Iterator[tuple[str, str, Simulation]]:
    for kind, found in made.items():
        for role, item in found.items():
            yield kind, role, item


def test_a_form_sent_twice_keeps_one(browser: Browser) -> None:
    project = three()
    visit(browser, coordinator_of(project))
    target = f"/projets/{project.reference}/couts/simuler/enregistrer/"
    form = next(f for f in browser.forms(address(project)) if f.action == target)
    for _ in range(2):
        assert browser.post(target, {**form, "name": "Deux fois"}).status_code == 302
    assert Simulation.objects.count() == 1


def test_two_are_compared(browser: Browser) -> None:
    project = three()
    visit(browser, coordinator_of(project))
    first = keep(browser, project)
    form_target = f"/projets/{project.reference}/couts/simuler/enregistrer/"
    browser.submit(address(project), {"name": "Comme aujourd'hui"}, to=form_target)
    second = Simulation.objects.latest("pk")
    html = read(browser, f"/projets/{project.reference}/couts/simulations/?a={first.pk}&b={second.pk}")
    assert "94 494,80 €" in html
    assert "+ 54 494,7" in html or "+ 54 494,8" in html


def test_only_its_maker_throws_it_away(browser: Browser) -> None:
    project = three()
    them = characters(project)
    saved = keep(visit(browser, them.coordinator), project, shared="on")
    target = f"/projets/{project.reference}/couts/simulations/{saved.pk}/effacer/"
    page = f"/projets/{project.reference}/couts/simulations/{saved.pk}/"
    visit(browser, them.member)
    assert "Effacer" not in read(browser, page)
    token = next(f for f in browser.forms(address(project)) if f.method == "post")["csrfmiddlewaretoken"]
    assert browser.post(target, {"csrfmiddlewaretoken": token}).status_code == 403
    visit(browser, them.coordinator)
    assert browser.submit(page, to=target).status_code == 302
    assert not Simulation.objects.exists()


def test_the_spreadsheet_holds_values_that_sum_and_no_formula(browser: Browser) -> None:
    project = three()
    Body.objects.filter(name="Valmont").update(name='=HYPERLINK("x")')
    visit(browser, coordinator_of(project))
    response = browser.get(address(project, genre="equal") + "&format=ods")
    assert response["Content-Type"] == "application/vnd.oasis.opendocument.spreadsheet"
    sheet = tablib.Dataset().load(io.BytesIO(response.content), format="ods")
    rows = {row[1]: row for row in sheet}
    assert float(rows["Total exact"][4]) == 120000.01
    assert sum(round(float(rows[name][4]) * 100) for name in ("Grandval", "Rochebrune", '\'=HYPERLINK("x")')) == TOTAL
    content = zipfile.ZipFile(io.BytesIO(response.content)).read("content.xml")
    assert b"table:formula" not in content


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_a_cell_never_looks_like_a_formula(text: str) -> None:
    assert safe(text) == f"'{text}"


def test_the_coordinator_adopts_the_key_and_nothing_else(browser: Browser) -> None:
    project = three()
    them = characters(project)
    target = f"/projets/{project.reference}/couts/simuler/adopter/"
    asked = address(project, genre="equal", montant="130 000", plafond="50 000")
    assert "Adopter cette clé" not in read(visit(browser, them.member), asked)
    visit(browser, them.coordinator)
    assert browser.submit(asked, to=target).status_code == 302
    line = project.cost_lines.get()
    assert line.key == EVEN
    assert line.amount_cents == TOTAL
    assert {own["cap_cents"] for own in line.terms.values()} == {50_000_00}
    assert Event.objects.filter(project=project, step="costs").count() == 3


def test_nobody_else_adopts(browser: Browser) -> None:
    project = three()
    them = characters(project)
    visit(browser, them.member)
    token = next(f for f in browser.forms(address(project)) if f.method == "post")["csrfmiddlewaretoken"]
    target = f"/projets/{project.reference}/couts/simuler/adopter/"
    assert browser.post(target, {"query": "genre=equal", "csrfmiddlewaretoken": token}).status_code == 403
    assert project.cost_lines.get().key == POPULATION


def test_an_epci_beside_its_communes_is_shown_with_two_ways_out(browser: Browser) -> None:
    epci = make_body("CC du Haut-Rocher", kind="epci", population=20_000)
    communes = [make_body(f"Commune {n}", population=1000 * n) for n in (1, 2)]
    for commune in communes:
        commune.epci = epci
        commune.save()
    project = make_project(ProjectState.CALL, bodies=[epci, *communes])
    visit(browser, coordinator_of(project))
    cost(project, {"kind": "prorata", "weight": "population_total"})
    assert "comptent deux fois" in read(browser, address(project))
    cost(project, POPULATION)
    for page in (address(project), f"/projets/{project.reference}/couts/"):
        html = read(browser, page)
        assert "comptent deux fois" in html
        assert "2 de ses communes (Commune 1, Commune 2)" in html
    assert "comptent deux fois" not in read(browser, address(project, genre="equal"))
    for settled in ({"population": "500"}, {"floor_cents": 5_000_00, "cap_cents": 5_000_00}):
        cost(project, POPULATION, terms={str(epci.siren): settled})
        assert "comptent deux fois" not in read(browser, address(project))


def test_a_simulation_costs_the_same_queries_with_two_bodies_and_with_nine(browser: Browser) -> None:
    counts = []
    for size in (2, 9):
        project = make_project(ProjectState.CALL, bodies=[make_body() for _ in range(size)])
        cost(project, POPULATION)
        visit(browser, member())
        with CaptureQueriesContext(connection) as captured:
            read(browser, address(project))
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 20
