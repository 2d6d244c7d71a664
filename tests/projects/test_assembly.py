"""From the rows of a project to its dossier: who is a party, what each pays, what is asked for by whom."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from procurement.workflow import Blocked, perform
from projects import assembly
from projects.actions.projects import pool_needs, set_costs
from projects.assembly import assemble, consolidate
from projects.models import CostLine, Participation, Project, Requirement
from projects.needs import cpv
from tests import makers

pytestmark = pytest.mark.django_db


def project_of(*populations: int | None, state: str = "call", **fields: Any) -> Project:
    bodies = [makers.make_body(f"Commune {chr(65 + i)}", population=value) for i, value in enumerate(populations)]
    return makers.make_project(state, bodies=bodies, **fields)


def costs(project: Project, *lines: tuple[int, dict[str, Any]], subsidies: Any = ()) -> None:
    rows = [
        {"label": f"Ligne {i}", "amount_cents": cents, "vat_percent": "20", "key": key}
        for i, (cents, key) in enumerate(lines)
    ]
    set_costs(project, rows, list(subsidies), actor=makers.coordinator_of(project))


def shares(project: Project) -> dict[str, int]:
    dossier = assemble(project)
    return {party.name: dossier.share_of(party.siren) for party in dossier.parties}


def test_while_the_call_runs_whoever_is_interested_is_a_party_lead_first() -> None:
    project = project_of(1000, 3000, 2000)
    last = project.participations.get(body__name="Commune C")
    perform(Participation, last.pk, "withdraw", actor=makers.holder(last.body), note="autre solution")
    lead = Project.objects.filter(pk=project.pk)
    lead.update(lead_body=project.participations.get(body__name="Commune B").body)
    dossier = assemble(lead.get())
    assert [(party.name, party.is_lead) for party in dossier.parties] == [("Commune B", True), ("Commune A", False)]


def test_once_it_is_closed_only_those_who_declared_are_parties() -> None:
    project = makers.make_project("call", bodies=[makers.make_body() for _ in range(3)])
    for participation in project.participations.all()[:2]:
        makers.declare(participation)
    perform(Project, project.pk, "close_call", actor=makers.coordinator_of(project), note="assez")
    assert len(assemble(Project.objects.get()).parties) == 2


def test_the_registry_gives_the_population_and_each_body_its_own_weights() -> None:
    project = project_of(1000, 3000)
    costs(project, (4000, {"kind": "prorata", "weight": "population"}), (900, {"kind": "prorata", "weight": "users"}))
    for participation, users in zip(project.participations.order_by("id"), ("0.5", "1"), strict=True):
        makers.declare(participation, weights={"users": users})
    assert shares(project) == {"Commune A": 1000 + 300, "Commune B": 3000 + 600}


def test_the_total_population_is_another_figure_of_the_registry_and_a_chosen_one_replaces_both() -> None:
    project = project_of(1000, 3000)
    for row in project.participations.select_related("body"):
        row.body.population_total = (row.body.population or 0) + 1000
        row.body.save()
    key = {"kind": "prorata", "weight": "population_total"}
    costs(project, (6000, key))
    assert shares(project) == {"Commune A": 2000, "Commune B": 4000}
    line = assemble(project).cost_lines[0]
    assert line.key_label == "au prorata de la population totale"
    siren = project.participations.get(body__name="Commune A").body.siren
    CostLine.objects.update(terms={siren: {"population": "4000"}})
    assert shares(fresh(project)) == {"Commune A": 3000, "Commune B": 3000}


def fresh(project: Project) -> Project:
    return Project.objects.get(pk=project.pk)


def test_a_weight_declared_goes_before_the_one_of_the_registry() -> None:
    project = project_of(1000, 3000)
    costs(project, (4000, {"kind": "prorata", "weight": "population"}))
    makers.declare(project.participations.get(body__name="Commune A"), weights={"population": "3000"})
    assert shares(project) == {"Commune A": 2000, "Commune B": 2000}


def test_who_buys_nothing_pays_nothing() -> None:
    project = project_of(1000, 1000, 1000)
    costs(project, (1001, {"kind": "equal"}))
    makers.declare(project.participations.get(body__name="Commune B"), 0)
    assert sorted(shares(project).values()) == [0, 500, 501]
    assert shares(project)["Commune B"] == 0


def test_a_subsidy_comes_off_before_the_key_in_proportion_of_the_lines() -> None:
    project = project_of(1, 1)
    subsidy = {"label": "État", "rate_percent": "50", "eligible_cents": 300, "cap_cents": None}
    costs(project, (200, {"kind": "equal"}), (100, {"kind": "equal"}), subsidies=[subsidy])
    dossier = assemble(project)
    assert [line.subsidy_cents for line in dossier.cost_lines] == [100, 50]
    assert sum(shares(project).values()) == 150


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ({"kind": "prorata", "weight": "users"}, "users"),
        ({"kind": "percent", "percents": {"000000000": "100"}}, "000000000"),
        ({"kind": "inconnue"}, "inconnue"),
        ({}, "kind"),
    ],
)
def test_a_line_that_cannot_be_shared_says_why_and_the_others_are(key: dict[str, Any], said: str) -> None:
    project = project_of(1, 1)
    costs(project, (100, {"kind": "equal"}))
    CostLine.objects.create(project=project, label="Autre", amount_cents=1, vat_percent="20", key=key)
    fine, wrong = assemble(project).cost_lines
    assert (fine.problem, sum(share.ht_cents for share in fine.shares)) == ("", 100)
    assert said in wrong.problem
    assert wrong.shares == ()


def test_the_number_of_queries_does_not_follow_the_number_of_bodies() -> None:
    counts = []
    for size in (2, 6):
        project = makers.make_project("call", bodies=[makers.make_body() for _ in range(size)])
        for participation in project.participations.all():
            makers.declare(participation)
        project = Project.objects.get(pk=project.pk)
        with CaptureQueriesContext(connection) as queries:
            assemble(project)
        counts.append(len(queries))
    assert counts[0] == counts[1]


# Requirements ---------------------------------------------------------------------------------------------------------
def asks(*rows: tuple[str, str, str]) -> Any:
    need = makers.make_need("published")
    Requirement.objects.bulk_create(
        Requirement(need=need, chapter=chapter, text=text, priority=priority) for chapter, text, priority in rows
    )
    return need


def test_the_same_requirement_stands_once_with_everyone_who_asked_for_it() -> None:
    one = asks(("Délivrance", "Délivrer un extrait.", "should"), ("Sécurité", "Journaliser", "must"))
    two = asks(("délivrance ", "  délivrer  un extrait ;", "must"), ("Délivrance", "Imprimer", "could"))
    found = consolidate([one, two])
    assert [(item.number, item.chapter, item.text, item.priority) for item in found] == [
        ("EX-001", "Délivrance", "Délivrer un extrait.", "must"),
        ("EX-002", "Délivrance", "Imprimer", "could"),
        ("EX-003", "Sécurité", "Journaliser", "must"),
    ]
    assert [item.asked_by for item in found] == [
        (one.body.siren, two.body.siren),
        (two.body.siren,),
        (one.body.siren,),
    ]


def test_a_body_that_asks_twice_is_named_once() -> None:
    need = asks(("A", "x", "must"), ("A", "X.", "could"))
    [item] = consolidate([need])
    assert item.asked_by == (need.body.siren,)


@pytest.mark.parametrize("priorities", [("wont", "could"), ("could", "should"), ("should", "must"), ("must", "wont")])
def test_the_strongest_priority_wins(priorities: tuple[str, str]) -> None:
    order = ["must", "should", "could", "wont"]
    [item] = consolidate([asks(*(("A", "x", priority) for priority in priorities))])
    assert item.priority == min(priorities, key=order.index)


def test_needs_pooled_later_bring_their_requirements() -> None:
    project = project_of(1, 1, state="framing")
    pool_needs(project, [asks(("A", "x", "must"))], actor=makers.coordinator_of(project))
    assert [item.text for item in assemble(project).requirements] == ["x"]


@pytest.mark.parametrize(
    ("value", "shown"),
    [("41.00", "41"), ("0.50", "0.5"), ("0.25", "0.25"), ("100", "100"), ("1000000.00", "1000000"), ("0", "0")],
)
def test_quantities_carry_no_needless_zero(value: str, shown: str) -> None:
    assert assembly.plain(Decimal(value)) == shown


# CPV ------------------------------------------------------------------------------------------------------------------
def test_cpv_codes_are_looked_up_with_or_without_their_key() -> None:
    assert cpv.normalise("48000000") == cpv.normalise("48000000-8") == cpv.normalise(" 48000000-8 ") == "48000000"
    assert cpv.label("48000000").startswith("Logiciels")
    assert cpv.label("") == cpv.label("99999999") == ""
    assert len(cpv.labels()) == 9_454


@pytest.mark.parametrize("code", ["", "4800000", "99999999", "480000000", "logiciels", "-8", "48 000 000"])
def test_a_code_that_is_not_in_the_list_is_refused(code: str) -> None:
    with pytest.raises(ValueError, match="n'est pas un code CPV"):
        cpv.normalise(code)


def test_a_body_that_left_no_longer_asks_for_anything() -> None:
    row = {"chapter": "Actes", "text": "Le logiciel délivre une copie intégrale.", "priority": "must"}
    bodies = [makers.make_body() for _ in range(3)]
    project = makers.make_project("call", bodies=bodies)
    need = project.needs.get(body=bodies[2])
    need.requirements.create(**row)
    assert len(assemble(project).requirements) == 1
    leaving = project.participations.get(body=bodies[2])
    perform(Participation, leaving.pk, "withdraw", actor=makers.holder(bodies[2]), note="autre solution")
    assert assemble(project).requirements == ()


@pytest.mark.parametrize("weight", ["beaucoup", "-1", "NaN", "", 3.5, None])
def test_a_weight_that_is_no_number_is_refused_before_it_is_kept(weight: Any) -> None:
    project = makers.make_project("call")
    row = project.participations.first()
    assert row is not None
    with pytest.raises(Blocked, match="poids « users »"):
        makers.declare(row, weights={"users": weight})
