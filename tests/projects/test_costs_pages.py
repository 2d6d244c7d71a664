"""The coordinator's editor: every key of `share`, bounds, discount, subsidies, with the examples of domain.md §3.

Each example is typed in the pages, then read on the page of costs, as members read it.
"""

from __future__ import annotations

from html import unescape
from typing import Any

import pytest

from procurement.access import Actor
from projects.actions.projects import set_costs
from projects.assembly import assemble
from projects.dossier import from_json, to_json
from projects.models import Project
from tests.house.browser import Browser
from tests.makers import characters, coordinator_of, make_body, make_project

pytestmark = pytest.mark.django_db
PEOPLE = {"Grandval": 36512, "Rochebrune": 8615, "Valmont": 1240}
WEIGHTS = {
    "Valmont": {"users": "3", "acts": "18", "weighted_acts": "18", "units": "38"},
    "Rochebrune": {"users": "12", "acts": "410", "weighted_acts": "355", "units": "402"},
    "Grandval": {"users": "41", "acts": "1905", "weighted_acts": "1766.5", "units": "940"},
}


def visit(browser: Browser, actor: Actor) -> Browser:
    assert actor.user is not None
    return browser.sign_in(actor.user)


def three(amount_cents: int, people: dict[str, int] = PEOPLE) -> Project:
    """The members of the examples with what they declared, and one line in equal parts."""
    bodies = [make_body(name, population=count) for name, count in people.items()]
    project = make_project(bodies=bodies)
    for row in project.participations.select_related("body"):
        row.weights = WEIGHTS.get(row.body.name, {})
        row.save()
    line = {"label": "Développement", "amount_cents": amount_cents, "vat_percent": "20", "key": {"kind": "equal"}}
    set_costs(project, [line], [], actor=coordinator_of(project))
    return project


def page(project: Project, name: str = "") -> str:
    return f"/projets/{project.reference}/couts/{name}"


def shares(project: Project) -> dict[str, int]:
    """Cents HT by name."""
    facts = assemble(Project.objects.get(pk=project.pk))
    return {party.name: facts.share_of(party.siren) for party in facts.parties}


def submit(browser: Browser, address: str, data: dict[str, Any], status: int = 302) -> str:
    path, _, query = address.partition("?")
    form = next(f for f in browser.forms(address) if f.method == "post" and not f.action)
    assert not set(data) - set(form), f"{sorted(set(data) - set(form))} missing in {sorted(form)}"
    response = browser.post(f"{path}?{query}" if query else path, {**form, **data})
    assert response.status_code == status, unescape(response.content.decode())[-3000:]
    return unescape(response.content.decode()).replace("\u00a0", " ").replace("\u202f", " ")


def scale(kind: str, rows: list[tuple[str, str]], prefix: str = "") -> dict[str, str]:
    """The boxes of a scale, those left over emptied."""
    rows = [*rows, *[("", "")] * (7 - len(rows))]
    limits = {f"{prefix}{kind}_limit_{n}": limit for n, (limit, _) in enumerate(rows)}
    return limits | {f"{prefix}{kind}_value_{n}": value for n, (_, value) in enumerate(rows)}


MARGINAL = scale("marginal", [("1 000", "1"), ("5 000", "0,60"), ("20 000", "0,35"), ("", "0,20")])
FLAT = scale("flat", [("1500", "52"), ("5000", "227"), ("10 000", "524"), ("20 000", "1 049"), ("", "1 748")])
POINTS = scale("brackets", [("1 000", "1"), ("3 500", "2"), ("10 000", "5"), ("20 000", "10"), ("", "20")])

# kind asked for, what is typed, amount in cents, shares of Valmont, Rochebrune and Grandval in cents
EXAMPLES: dict[str, tuple[str, dict[str, str], int, tuple[int, int, int]]] = {
    "K1 equal": ("genre=equal", {}, 9_000_00, (3_000_00, 3_000_00, 3_000_00)),
    "K2 2a population": ("genre=prorata", {"weight": "population"}, 86_400_00, (231061, 1605314, 6803625)),
    "K3 brackets": ("genre=brackets", POINTS, 27_00, (2_00, 5_00, 20_00)),
    "K3b marginal": ("genre=marginal", MARGINAL, 1_00, (1_144_00, 4_665_25, 11_952_40)),
    "K4 flat": ("genre=flat", FLAT, 1_00, (52_00, 524_00, 1_748_00)),
    "K5 users": ("genre=prorata", {"weight": "users"}, 56_00, (3_00, 12_00, 41_00)),
    "K5 5c weighted acts": ("genre=prorata", {"weight": "weighted_acts"}, 23_750_00, (19981, 394076, 1960943)),
    "K6 6a two steps": (
        "genre=mixed&fixe=prorata&variable=prorata",
        {"fixed_percent": "50", "fixed_weight": "population", "variable_weight": "acts"},
        120_000_01,
        (2_067_51, 21_692_38 + 1, 96_240_12 - 1),
    ),
    "K11 units": ("genre=prorata", {"weight": "units"}, 63_480_00, (1_748_00, 18_492_00, 43_240_00)),
}


@pytest.mark.parametrize(("kind", "typed", "amount", "expected"), EXAMPLES.values(), ids=EXAMPLES)
def test_a_worked_example_typed_in_the_page(
    browser: Browser, kind: str, typed: dict[str, str], amount: int, expected: tuple[int, int, int]
) -> None:
    project = three(amount)
    visit(browser, coordinator_of(project))
    submit(browser, page(project, f"cle/1/?{kind}"), typed)
    assert shares(project) == dict(zip(("Valmont", "Rochebrune", "Grandval"), expected, strict=True))
    assert browser.get(page(project)).status_code == 200


def test_1a_leftover_cents_go_by_the_rule(browser: Browser) -> None:
    project = three(10_000_00)
    assert sorted(shares(project).values()) == [333333, 333333, 333334]


def test_k3_3a_with_four_bodies(browser: Browser) -> None:
    people = {"Un": 640, "Deux": 1240, "Trois": 8615, "Quatre": 36512}
    project = three(35_000_00, people)
    visit(browser, coordinator_of(project))
    submit(browser, page(project, "cle/1/?genre=brackets"), POINTS)
    assert shares(project) == {"Un": 125000, "Deux": 250000, "Trois": 625000, "Quatre": 2500000}


def test_k12_voted_percentages(browser: Browser) -> None:
    project = three(43_210_99)
    visit(browser, coordinator_of(project))
    ids = {row.body.name: row.body.siren for row in project.participations.select_related("body")}
    typed = dict(zip((ids[name] for name in ("Valmont", "Rochebrune", "Grandval")), ("60", "25", "15"), strict=True))
    submit(browser, page(project, "cle/1/?genre=percent"), typed)
    assert shares(project) == {"Valmont": 2592659, "Rochebrune": 1080275, "Grandval": 648165}


TERMS: dict[str, tuple[dict[str, str], int, tuple[int, int, int]]] = {
    "K7 7a cap": ({"cap_0": "54 000"}, 90_000_00, (452968, 3147032, 5400000)),
    "K8 8a floor": ({"floor_2": "3 000"}, 90_000_00, (300000, 1660879, 7039121)),
    "K9a discount on the weight": ({"mode": "weight", "percent": "10"}, 90_000_00, (261262, 1815136, 6923602)),
    "K9b discount on the amount": ({"mode": "amount", "percent": "10"}, 90_000_00, (329862, 2291740, 6378398)),
    "K9c exemption": ({"mode": "exempt"}, 90_000_00, (1132420, 7867580, 0)),
}


@pytest.mark.parametrize(("typed", "amount", "expected"), TERMS.values(), ids=TERMS)
def test_floors_caps_and_discounts(
    browser: Browser, typed: dict[str, str], amount: int, expected: tuple[int, int, int]
) -> None:
    """The lead comes first (Grandval), then by name."""
    project = three(amount)
    visit(browser, coordinator_of(project))
    submit(browser, page(project, "cle/1/?genre=prorata"), {"weight": "population"})
    submit(browser, page(project, "conditions/1/"), typed)
    assert shares(project) == dict(zip(("Valmont", "Rochebrune", "Grandval"), expected, strict=True))
    submit(browser, page(project, "conditions/1/"), {})  # what was typed is shown again, and kept
    assert shares(project) == dict(zip(("Valmont", "Rochebrune", "Grandval"), expected, strict=True))
    submit(browser, page(project, "lignes/"), {})
    assert shares(project) == dict(zip(("Valmont", "Rochebrune", "Grandval"), expected, strict=True))


def test_k10_the_subsidy_comes_first(browser: Browser) -> None:
    project = three(150_000_00)
    visit(browser, coordinator_of(project))
    submit(browser, page(project, "cle/1/?genre=prorata"), {"weight": "population"})
    typed = {"form-0-label": "Région", "form-0-rate_percent": "40", "form-0-eligible_cents": "120 000"}
    submit(browser, page(project, "subventions/"), typed)
    assert shares(project) == {"Valmont": 272780, "Rochebrune": 1895163, "Grandval": 8032057}
    submit(browser, page(project, "subventions/"), {})
    assert project.subsidies.get().rate_percent == "40"


def test_a_tariff_takes_no_subsidy_from_the_other_lines(browser: Browser) -> None:
    project = three(100_00)
    flat = {"kind": "flat", "weight": "population", "fees": [{"up_to": None, "cents": 10_00}]}
    lines = [
        {"label": label, "amount_cents": 100_00, "vat_percent": "20", "key": key}
        for label, key in (("Partagé", {"kind": "equal"}), ("Forfait", flat))
    ]
    subsidy = {"label": "Région", "rate_percent": "10", "eligible_cents": 100_00, "cap_cents": None}
    set_costs(project, lines, [subsidy], actor=coordinator_of(project))
    assert [line.subsidy_cents for line in assemble(project).cost_lines] == [10_00, 0]


REFUSED: dict[str, tuple[str, dict[str, str], str]] = {
    "scale that goes down": ("cle/1/?genre=brackets", scale("brackets", [("10", "1"), ("5", "2")]), "doivent croître"),
    "only the last row is open": ("cle/1/?genre=flat", scale("flat", [("", "1"), ("5", "2")]), "dernière tranche"),
    "limit without value": ("cle/1/?genre=flat", scale("flat", [("10", "")]), "indiquez aussi la valeur"),
    "no row": ("cle/1/?genre=marginal", scale("marginal", []), "au moins une tranche"),
    "unnamed weight": ("cle/1/?genre=prorata", {"weight": "autre"}, "Nommez le poids"),
    "fixed part above 100": ("cle/1/?genre=mixed", {"fixed_percent": "101"}, "de 0 à 100 %"),
    "floor above cap": ("conditions/1/", {"floor_0": "5", "cap_0": "4"}, "Le plancher dépasse le plafond"),
    "discount without rate": ("conditions/1/", {"mode": "weight"}, "Indiquez le taux"),
    "discount above 100": ("conditions/1/", {"mode": "weight", "percent": "100,01"}, "de 0 à 100 %"),
    "subsidy without rate": ("subventions/", {"form-0-label": "Région"}, "un taux et une base"),
    "subsidy above 100": (
        "subventions/",
        {"form-0-label": "R", "form-0-rate_percent": "101", "form-0-eligible_cents": "1"},
        "de 0 à 100 %",
    ),
}


@pytest.mark.parametrize(("address", "typed", "said"), REFUSED.values(), ids=REFUSED)
def test_what_makes_no_key_is_refused_beside_what_was_typed(
    browser: Browser, address: str, typed: dict[str, str], said: str
) -> None:
    project = three(100_00)
    visit(browser, coordinator_of(project))
    assert said in submit(browser, page(project, address), typed, status=422)
    assert project.cost_lines.get().key == {"kind": "equal"}


@pytest.mark.parametrize("kind", ["mixed", "flat", "marginal"])
def test_bounds_do_not_go_with_a_key_in_two_parts_nor_with_a_tariff(browser: Browser, kind: str) -> None:
    project = three(100_00)
    visit(browser, coordinator_of(project))
    submit(browser, page(project, f"cle/1/?genre={kind}"), {})
    assert "ne prend ni plancher" in submit(browser, page(project, "conditions/1/"), {"cap_0": "10"}, status=422)


STORED = {
    "a weight of its own": {"kind": "prorata", "weight": "équivalent PC"},
    "many rows": {
        "kind": "flat",
        "weight": "population",
        "fees": [*({"up_to": n, "cents": n} for n in range(1, 20)), {"up_to": None, "cents": 20}],
    },
    "decimals": {"kind": "marginal", "weight": "units", "slices": [{"up_to": None, "rate_cents": "12.345678"}]},
    "points with decimals": {"kind": "brackets", "weight": "acts", "points": [{"below": None, "points": "1.5"}]},
    "two parts": {
        "kind": "mixed",
        "fixed_percent": "33.33",
        "fixed": {"kind": "brackets", "weight": "population", "points": [{"below": None, "points": 1}]},
        "variable": {"kind": "prorata", "weight": "acts"},
    },
}


@pytest.mark.parametrize("key", STORED.values(), ids=STORED)
def test_nothing_stored_is_lost_by_a_page_sent_back_as_it_was(browser: Browser, key: dict[str, Any]) -> None:
    project = three(100_00)
    terms = {"123456782": {"cap_cents": 5}}  # a body that left
    line = {"label": "Ligne", "amount_cents": 1, "vat_percent": "8.5", "key": key, "category": "lot", "terms": terms}
    set_costs(project, [line], [], actor=coordinator_of(project))
    visit(browser, coordinator_of(project))
    for name in ("lignes/", "cle/1/", "conditions/1/", "subventions/"):
        submit(browser, page(project, name), {})
        row = project.cost_lines.get()
        assert (row.key, row.vat_percent, row.category, row.terms) == (key, "8.5", "lot", terms), name


def test_a_new_line_with_a_scale_leads_to_its_page(browser: Browser) -> None:
    project = three(100_00)
    visit(browser, coordinator_of(project))
    typed = {"form-1-label": "Abonnement", "form-1-amount_cents": "10", "form-1-key": "flat", "form-1-category": "lot"}
    form = next(f for f in browser.forms(page(project, "lignes/")) if f.method == "post" and "form-1-label" in f)
    response = browser.post(page(project, "lignes/"), {**form, **typed})
    assert response["Location"] == page(project, "cle/2/")
    assert "à revoir" in unescape(browser.get(page(project, "lignes/")).content.decode())


def test_only_the_coordinator_edits(browser: Browser) -> None:
    project = three(100_00)
    visit(browser, characters(project).member)
    for name in ("lignes/", "cle/1/", "conditions/1/", "subventions/", "pourcentages/1/"):
        assert browser.get(page(project, name)).status_code == 403
    visit(browser, coordinator_of(project))
    for name in ("cle/0/", "cle/2/", "conditions/9/", "pourcentages/1/"):
        assert browser.get(page(project, name)).status_code == 404


def test_the_annex_says_bounds_discount_and_how_it_was_computed(browser: Browser) -> None:
    project = three(90_000_00)
    siren = project.lead_body.siren
    line = {
        "label": "Ligne",
        "amount_cents": 90_000_00,
        "vat_percent": "20",
        "key": {"kind": "prorata", "weight": "population"},
        "terms": {siren: {"cap_cents": 54_000_00, "population": "40000"}},
        "lead_discount": {"percent": "10", "mode": "weight"},
    }
    set_costs(project, [line], [], actor=coordinator_of(project))
    facts = assemble(Project.objects.get(pk=project.pk))
    said = facts.cost_lines[0].key_rule.replace("\u00a0", " ").replace("\u202f", " ")
    assert "Grandval : au plus 54 000,00 €, population retenue 40 000." in said
    assert "Le coordonnateur a une remise de 10 % sur son poids." in said
    assert facts.cost_lines[0].trace
    assert from_json(to_json(facts)) == facts


def test_facts_frozen_before_these_fields_existed_can_still_be_read() -> None:
    facts = to_json(assemble(three(100_00)))
    for line in facts["cost_lines"]:
        del line["category"], line["trace"]
    for party in facts["parties"]:
        del party["epci"]
    assert from_json(facts).cost_lines[0].trace == ()


def test_a_discount_without_a_lead_that_buys_waits() -> None:
    project = three(100_00)
    line = project.cost_lines.get()
    line.lead_discount = {"percent": "10", "mode": "weight"}
    line.save()
    project.participations.filter(body=project.lead_body).update(maximum_cents=0)
    assert "coordonnateur" in assemble(project).cost_lines[0].problem
