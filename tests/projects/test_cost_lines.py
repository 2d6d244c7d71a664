"""Costs of every year, costs of one lot, acts that weigh, fonds de concours: on the pages and to the cent."""

from __future__ import annotations

from html import unescape
from typing import Any

import pytest

from procurement.access import Actor
from procurement.workflow import Blocked, perform
from projects.actions.acts import set_act_scale
from projects.actions.participations import join_project
from projects.actions.projects import set_costs, set_lots
from projects.assembly import assemble
from projects.enums import Grouping, ProjectState
from projects.models import LotMaximum, Participation, Project
from projects.pooling.words import yearly
from tests.house.browser import Browser
from tests.makers import characters, coordinator_of, holder, make_body, make_project

pytestmark = pytest.mark.django_db
PEOPLE = {"Grandval": 36512, "Rochebrune": 8615, "Valmont": 1240}
ACTS = {"Valmont": (2, 6, 10, 0), "Rochebrune": (160, 40, 150, 60), "Grandval": (1100, 160, 520, 125)}
SCALE = (("Naissances", "1.0"), ("Mariages", "1.5"), ("Décès", "0.7"), ("Reconnaissances", "0.5"))
POPULATION = {"kind": "prorata", "weight": "population"}


def three(state: str = ProjectState.CALL, **fields: Any) -> Project:
    bodies = [make_body(name, population=count) for name, count in PEOPLE.items()]
    project = make_project(state, bodies=bodies)
    line = {"label": "Maintenance", "amount_cents": 24_000_00, "vat_percent": "20", "key": POPULATION} | fields
    set_costs(project, [line], [], actor=coordinator_of(project))
    return project


def visit(browser: Browser, actor: Actor) -> Browser:
    assert actor.user is not None
    return browser.sign_in(actor.user)


def text(response: Any) -> str:
    return unescape(response.content.decode()).replace("\u00a0", " ").replace("\u202f", " ")


def shares(project: Project) -> dict[str, int]:
    facts = assemble(Project.objects.get(pk=project.pk))
    return {party.name: facts.share_of(party.siren) for party in facts.parties}


def test_a_yearly_cost_counts_for_all_its_years(browser: Browser) -> None:
    project = three()
    page = f"/projets/{project.reference}/couts/lignes/"
    visit(browser, coordinator_of(project))
    answer = browser.submit(page, {"form-0-amount_cents": "6 000,01", "form-0-years": "4"})
    assert answer.status_code == 302
    line = project.cost_lines.get()
    assert (line.amount_cents, line.years) == (24_000_04, 4)
    assert project.estimate_cents() == 24_000_04
    assert sum(shares(project).values()) == 24_000_04
    html = text(browser.get(f"/projets/{project.reference}/couts/"))
    assert "24 000,04 € HT (6 000,01 € par an pendant 4 ans)" in html
    [form] = [form for form in browser.forms(page) if form.method == "post" and "form-0-years" in form]
    assert (form["form-0-amount_cents"], form["form-0-years"]) == (["6000,01"], ["4"])
    assert browser.submit(page, {"form-0-years": "31"}).status_code == 422


@pytest.mark.parametrize(
    ("cents", "years", "said"),
    [
        (100, None, ""),
        (100, 1, "1,00 € pour une année"),
        (100, 4, "0,25 € par an pendant 4 ans"),
        (101, 4, "0,26 € la première année, puis 0,25 € par an jusqu'à la 4e"),
        (103, 4, "0,26 € par an pendant 3 ans, puis 0,25 € par an jusqu'à la 4e"),
    ],
)
def test_the_years_of_a_share_sum_to_it(cents: int, years: int | None, said: str) -> None:
    assert yearly(cents, years).replace("\u00a0", " ") == said


def test_a_cost_of_a_lot_is_paid_by_its_members_alone(browser: Browser) -> None:
    project = three()
    coordinator = coordinator_of(project)
    set_lots(project, [{"number": n, "title": f"Lot {n}"} for n in (1, 2)], actor=coordinator)
    visit(browser, coordinator)
    page = f"/projets/{project.reference}/couts/lignes/"
    assert browser.submit(page, {"form-0-lot": "2"}).status_code == 302
    assert all(shares(project).values())  # everybody while nobody has said
    for row in project.participations.select_related("body"):
        taken = (1, 2) if row.body.name != "Grandval" else (1,)
        for lot in project.lots.filter(number__in=taken):
            LotMaximum.objects.create(participation=row, lot=lot, maximum_cents=1_000_00)
    found = shares(project)
    assert found["Grandval"] == 0
    assert found["Rochebrune"] + found["Valmont"] == 24_000_00
    html = text(browser.get(f"/projets/{project.reference}/couts/"))
    assert "payé par les membres du lot 2" in html
    simulated = text(browser.get(f"/projets/{project.reference}/couts/simuler/"))
    assert "Rochebrune" in simulated
    assert '<th scope="row">Grandval' not in simulated


def test_a_discount_of_the_lead_waits_for_the_lead_to_take_part_in_the_lot() -> None:
    project = three(lot=2, lead_discount={"percent": "10", "mode": "weight"})
    set_lots(project, [{"number": n, "title": f"Lot {n}"} for n in (1, 2)], actor=coordinator_of(project))
    lead = project.participations.get(body_id=project.lead_body_id)
    LotMaximum.objects.create(participation=lead, lot=project.lots.get(number=1), maximum_cents=1_000_00)
    assert "ne prend pas part à ce lot" in assemble(project).cost_lines[0].problem


# K5c
def weighted(browser: Browser, project: Project) -> None:
    """Everyone declares its acts in the form of the intention."""
    for row in project.participations.select_related("body"):
        visit(browser, holder(row.body))
        page = f"/projets/{project.reference}/participants/{row.pk}/etape/declare/"
        names = ("acts_naissances", "acts_mariages", "acts_deces", "acts_reconnaissances")
        counts = dict(zip(names, map(str, ACTS[row.body.name]), strict=True))
        assert browser.submit(page, {"maximum_cents": "50 000", **counts}).status_code == 302


def test_k5c_acts_declared_one_by_one_share_the_cost(browser: Browser) -> None:
    project = three(amount_cents=23_750_00, key={"kind": "prorata", "weight": "weighted_acts"})
    set_act_scale(project, SCALE, actor=coordinator_of(project))
    weighted(browser, project)
    weights = {row.body.name: row.weights["weighted_acts"] for row in project.participations.select_related("body")}
    assert weights == {"Valmont": "18", "Rochebrune": "355", "Grandval": "1766.5"}
    assert shares(project) == {"Valmont": 199_81, "Rochebrune": 3_940_76, "Grandval": 19_609_43}
    row = project.participations.get(body__name="Valmont")
    [form] = [
        f
        for f in browser.sign_in(holder(row.body).user).forms(  # type: ignore[arg-type]
            f"/projets/{project.reference}/participants/{row.pk}/etape/declare/"
        )
        if "acts_mariages" in f
    ]
    assert form["acts_mariages"] == ["6"]
    key_page = visit(browser, coordinator_of(project)).get(f"/projets/{project.reference}/couts/cle/1/")
    assert "acts_mariages" not in text(key_page)


def test_k5c_the_calculator_weighs_under_the_illustrative_scale_until_there_is_one(browser: Browser) -> None:
    project = three()
    visit(browser, characters(project).member)
    page = f"/projets/{project.reference}/couts/actes/"
    counts = {"acts_naissances": 160, "acts_mariages": 40, "acts_deces": 150, "acts_reconnaissances": 60}
    html = text(browser.get(page, counts))
    assert "pèsent <strong>355</strong>" in html
    assert "il n'en existe pas d'officiel" in html
    visit(browser, coordinator_of(project))
    scale = f"{page}bareme/"
    assert browser.submit(scale, {"weight_1": "", "label_1": "Mariages"}).status_code == 422
    assert browser.submit(scale, {"label_1": "naissances"}).status_code == 422
    assert browser.submit(scale, {"weight_0": "2"}).status_code == 302
    assert "pèsent <strong>515</strong>" in text(browser.get(page, counts))


# Fonds de concours
@pytest.mark.parametrize(
    ("cost", "subsidies", "ceiling"), [("100 000", "30 000", "35 000,00"), ("87 654,33", "12 345", "37 654,66")]
)
def test_the_ceiling_of_fonds_de_concours(browser: Browser, cost: str, subsidies: str, ceiling: str) -> None:
    project = three()
    visit(browser, characters(project).member)
    html = text(
        browser.get(f"/projets/{project.reference}/couts/fonds-de-concours/", {"cout": cost, "subventions": subsidies})
    )
    assert f"<strong>{ceiling} €</strong>" in html
    assert "un logiciel est douteux" in html
    assert "aucun fonds de concours n'est possible" in html


def test_fonds_de_concours_name_the_epci_and_its_communes_and_refuse_more_subsidies_than_cost(browser: Browser) -> None:
    epci = make_body("CC du Val", kind="epci")
    inside, outside = make_body("Valmont"), make_body("Grandval")
    type(inside).objects.filter(pk=inside.pk).update(epci=epci.siren)
    project = make_project(ProjectState.CALL, bodies=[epci, inside, outside])
    visit(browser, coordinator_of(project))
    page = f"/projets/{project.reference}/couts/fonds-de-concours/"
    assert "CC du Val et Valmont</li>" in text(browser.get(page))
    assert "des subventions entre zéro et ce coût" in text(browser.get(page, {"cout": "1", "subventions": "2"}))


# Joining
def test_a_late_joiner_is_refused_about_joining_and_nothing_else() -> None:
    project = make_project(ProjectState.CONSTITUTED, grouping=Grouping.ONE_OFF)
    body = make_body()
    with pytest.raises(Blocked, match="« Rejoindre le projet » : il manque un appel ouvert"):
        join_project(project, body, actor=holder(body))


def test_whole_quantities_are_shown_without_decimals(browser: Browser) -> None:
    project = three()
    row = project.participations.get(body__name="Valmont")
    quantities = [{"lot": 1, "quantity": "41.00", "unit": "postes"}]
    perform(
        Participation, row.pk, "declare", actor=holder(row.body), maximum_cents=1_00, weights={}, quantities=quantities
    )
    html = text(visit(browser, holder(row.body)).get(f"/projets/{project.reference}/participants/"))
    assert "jusqu'à 41 postes" in html
