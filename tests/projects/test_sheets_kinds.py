"""The other sheets of the business: requirements, participations, solutions."""

from __future__ import annotations

import pytest
from django.db.models import Sum

from procurement.access import Actor
from procurement.sheets import Scope, writing
from projects.actions.projects import create_project
from projects.enums import NeedState, ParticipationState, ProjectState
from projects.models import Participation, Requirement, Solution
from projects.resources import KINDS
from tests.makers import declare, holder, make_need, make_project, make_steward, member
from tests.projects.sheet_tools import load, reasons

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent() -> Actor:
    return member()


# Requirements ---------------------------------------------------------------------------------------------------------
def test_requirements_are_added_and_changed_within_ones_needs(agent: Actor) -> None:
    need = make_need(body=agent.body, by=agent, requirements=[_requirement("Un")])
    one = need.requirements.get()
    rows = [
        {"référence": f"{need.reference}/{one.pk}", "besoin": need.reference, "chapitre": "C", "exigence": "Un bis"},
        {"besoin": need.reference, "chapitre": "C", "exigence": "Deux", "priorité": "exclu"},
    ]
    assert load("requirements", rows, actor=agent).counts["created"] == 1
    assert list(need.requirements.values_list("text", "priority")) == [("Un bis", "should"), ("Deux", "wont")]
    assert list(need.past_events().values_list("step", flat=True)) == ["create", "edit"]  # an import is one edit


def _requirement(text: str) -> dict[str, str]:
    return {"chapter": "C", "text": text, "priority": "must", "source": ""}


def test_requirements_of_others_are_out_of_reach(agent: Actor) -> None:
    other = make_need(NeedState.PUBLISHED, requirements=[_requirement("Un")])
    reference = f"{other.reference}/{other.requirements.get().pk}"
    line = {"besoin": other.reference, "chapitre": "C", "exigence": "X"}
    assert "n'est pas un besoin" in reasons(load("requirements", [line], actor=agent))
    assert "inconnu ici" in reasons(load("requirements", [{**line, "référence": reference}], actor=agent))
    own = make_need(body=agent.body, by=agent)
    assert "n'est pas un besoin" in reasons(load("requirements", [line], actor=agent, need=own))
    assert Requirement.objects.count() == 1


def test_a_need_holds_no_more_requirements_than_its_form_shows(agent: Actor) -> None:
    need = make_need(body=agent.body, by=agent)
    rows = [{"besoin": need.reference, "chapitre": "C", "exigence": f"E{number}"} for number in range(251)]
    report = load("requirements", rows, actor=agent)
    assert report.counts["refused"] == 1
    assert "250 exigences au plus" in reasons(report)


# Participations -------------------------------------------------------------------------------------------------------
def test_a_body_joins_and_declares_from_a_sheet() -> None:
    project = make_project(ProjectState.CALL)
    newcomer = member()
    line = {"maximum (€ HT)": "1500,50", "poids": "users ; 41,5", "quantités par lot": "1 ; 3 ; postes ; 2"}
    assert load("participations", [line], actor=newcomer, project=project).counts["created"] == 1
    made = Participation.objects.get(body=newcomer.body)
    assert (made.state, made.maximum_cents, made.weights) == (ParticipationState.INTENDED, 150_050, {"users": "41.5"})
    assert [(q.lot.number, q.minimum, q.quantity, q.unit) for q in made.quantities.all()] == [(1, 2, 3, "postes")]
    assert "déjà dans le projet" in reasons(load("participations", [line], actor=newcomer, project=project))


def test_a_changed_intention_keeps_what_has_no_column() -> None:
    project = make_project(ProjectState.CALL)
    participation = project.participations.order_by("pk").last()
    assert participation
    maxima = [{"lot": 1, "maximum_cents": 100}]
    declare(participation, 100, yearly_maximum_cents=90, lot_maxima=maxima)
    line = _line(participation, "1,00") | {"quantités par lot": "1 ; 7 ; postes"}
    assert load("participations", [line], actor=holder(participation.body)).counts["updated"] == 1
    participation.refresh_from_db()
    assert (participation.yearly_maximum_cents, participation.lot_maxima.aggregate(n=Sum("maximum_cents"))["n"]) == (
        90,
        100,
    )
    assert participation.quantities.get().quantity == 7


def _line(participation: Participation, maximum: str) -> dict[str, str]:
    return {
        "référence": f"{participation.project.reference}/{participation.pk}",
        "projet": participation.project.reference,
        "organisme (SIREN)": participation.body.siren or "",
        "maximum (€ HT)": maximum,
    }


def test_a_coordinator_owes_a_proof_and_strangers_see_nothing() -> None:
    project = make_project(ProjectState.CALL)
    other = project.participations.exclude(body=project.lead_body).get()
    declare(other)
    coordinator = holder(project.lead_body)  # type: ignore[arg-type]
    assert "preuve" in reasons(load("participations", [_line(other, "9,00")], actor=coordinator)).lower()
    proven = _line(other, "9,00") | {"preuve": "courriel du 3 mars"}
    assert load("participations", [proven], actor=coordinator).counts["updated"] == 1
    assert load("participations", [_line(other, "8,00")], actor=member()).refused
    assert len(KINDS["participations"](Scope(actor=member())).write("csv").splitlines()) == 1


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"maximum (€ HT)": ""}, "porte un maximum"),
        ({"quantités par lot": "9 ; 3 ; postes"}, "lot 9 n'existe pas"),
        ({"poids": "users ; beaucoup"}, "quantité"),
        ({"projet": "P-1999-001"}, "n'est pas un projet"),
    ],
)
def test_a_wrong_intention_is_refused(cells: dict[str, str], reason: str) -> None:
    project = make_project(ProjectState.CALL)
    line = {"projet": project.reference, "maximum (€ HT)": "5,00", "poids": "users ; 1", **cells}
    before = Participation.objects.count()
    assert reason in reasons(load("participations", [line], actor=member()))
    assert Participation.objects.count() == before


# Solutions ------------------------------------------------------------------------------------------------------------
SOLUTION = {"nom": "Libre Cimetière", "domaines": "cimetieres ; état civil", "site": "https://example.org"}


def test_agents_add_solutions_and_stewards_change_them(agent: Actor) -> None:
    assert load("solutions", [SOLUTION], actor=agent).counts["created"] == 1
    made = Solution.objects.get(name="Libre Cimetière")
    assert made.free
    assert {domain.code for domain in made.domains.all()} == {"cimetieres", "etat-civil"}
    change = {**SOLUTION, "référence": made.reference, "logiciel libre": "non"}
    assert load("solutions", [change], actor=member()).refused
    assert load("solutions", [change], actor=make_steward()).counts["updated"] == 1


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"site": "javascript:alert(1)"}, "https://"),
        ({"domaines": "cimetière public"}, "n'est pas un domaine"),
        ({"nom": "QGIS"}, "Déjà au catalogue"),
    ],
)
def test_a_wrong_solution_is_refused(agent: Actor, cells: dict[str, str], reason: str) -> None:
    before = Solution.objects.count()
    assert reason in reasons(load("solutions", [{**SOLUTION, **cells}], actor=agent))
    assert Solution.objects.count() == before


def test_the_same_new_name_twice_is_refused(agent: Actor) -> None:
    assert "Déjà à la ligne 2" in reasons(load("solutions", [SOLUTION, SOLUTION], actor=agent))


def test_a_need_pooled_between_the_check_and_the_writing_stops_the_import(agent: Actor) -> None:
    need = make_need(NeedState.PUBLISHED, body=agent.body, by=agent)
    resource = KINDS["requirements"](Scope(actor=agent))
    row = {"besoin": need.reference, "chapitre": "C", "exigence": "X"}
    data = writing.write("csv", "T", resource.header, [[row.get(name, "") for name in resource.header]])
    genuine = resource.finish

    def pooled_meanwhile() -> None:
        create_project(actor=agent, needs=[need], title="Projet")
        genuine()

    resource.finish = pooled_meanwhile  # type: ignore[method-assign]
    report = resource.read(data, check=False)
    assert report.counts["refused"] == 1
    assert not Requirement.objects.exists()
