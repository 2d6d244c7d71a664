"""The sheets of the business: needs, requirements, participations, solutions, and the two commands."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db.models import Sum

from procurement.access import Actor
from procurement.models import Role
from procurement.sheets import CONTENT_TYPES, Scope, writing
from procurement.sheets.report import Report
from projects.actions.projects import create_project
from projects.enums import NeedState, ParticipationState, ProjectState
from projects.models import Event, Need, Participation, Requirement, Solution
from projects.resources import KINDS
from projects.sheets_doc import render
from tests.makers import DESCRIPTION, declare, holder, make_body, make_need, make_project, make_steward, member

pytestmark = pytest.mark.django_db
FORMS = list(CONTENT_TYPES)
ROOT = Path(__file__).resolve().parents[2]


def load(kind: str, rows: list[dict[str, str]], *, check: bool = False, **scope: Any) -> Report:
    """Import rows whose missing cells are empty; the counts always add up."""
    resource = KINDS[kind](Scope(**scope))
    assert {name for row in rows for name in row} <= set(resource.header)
    data = writing.write("csv", "T", resource.header, [[row.get(name, "") for name in resource.header] for row in rows])
    report = resource.read(data, check=check)
    counts = report.counts
    assert counts["rows"] == len(rows) == sum(counts.values()) - counts["rows"]
    return report


def reasons(report: Report) -> str:
    return " / ".join(str(item["reason"]) for item in report.to_json()["refused"])


@pytest.fixture
def agent() -> Actor:
    return member()


NEED = {"intitulé": "Logiciel d'état civil", "domaine": "etat civil", "description": DESCRIPTION}


# Needs ----------------------------------------------------------------------------------------------------------------
def _everything() -> Actor:
    """One's own need with every field, in a project; one's draft; someone else's."""
    project = make_project(ProjectState.CALL)
    mine = member(project.lead_body)
    volumes = [{"label": "a;b\\c", "quantity": "12.50", "unit": "= 1", "year": 2025}]
    requirements = [{"chapter": "Délivrance", "text": "+ vite\net bien", "priority": "must", "source": ""}]
    make_need(
        body=project.lead_body,
        by=mine,
        title="=cmd()",
        volumes=volumes,
        requirements=requirements,
        maximum_cents=123_456,
        contract_end="2027-12-31",
    )
    make_need(NeedState.PUBLISHED, title="Ailleurs")
    for participation in project.participations.all():
        declare(participation, weights={"users": "41.5"})
    return mine


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("kind", KINDS)
def test_export_then_import_changes_nothing(kind: str, form: str) -> None:
    mine = _everything()
    for actor in (mine, None):
        before = Event.objects.count()
        data = KINDS[kind](Scope(actor=actor)).write(form)
        report = KINDS[kind](Scope(actor=actor)).read(data, check=False)
        assert report.counts["rows"] == report.counts["unchanged"] > 0
        assert Event.objects.count() == before


def test_a_new_need_has_a_draft_or_is_published(agent: Actor) -> None:
    more = {
        "fin du contrat en cours": "31/12/2027",
        "maximum engageable (€ HT)": "1 234,56",
        "volumes": "actes par an ; 1905 ; actes ; 2025\npostes ; 12,5 ; postes",
    }
    report = load("needs", [{**NEED, **more}, {**NEED, "publié": "OUI"}, {"intitulé": "Sans rien"}], actor=agent)
    assert report.counts["created"] == 3
    first, second, third = Need.objects.order_by("pk")
    assert [need.state for need in (first, second, third)] == ["draft", "published", "draft"]
    assert (first.maximum_cents, str(first.contract_end)) == (123_456, "2027-12-31")
    assert [(v.label, v.quantity, v.unit, v.year) for v in first.volumes.all()] == [
        ("actes par an", 1905, "actes", 2025),
        ("postes", 12.5, "postes", None),
    ]
    assert second.past_events().last().step == "publish"  # type: ignore[union-attr]


def test_a_change_keeps_what_has_no_column(agent: Actor) -> None:
    assert agent.body
    rows = [{"chapter": "C", "text": "T", "priority": "must", "source": "S"}]
    need = make_need(NeedState.PUBLISHED, body=agent.body, by=agent, requirements=rows)
    line = {**NEED, "référence": need.reference, "intitulé": "Autre titre", "publié": "oui", "organisme (SIREN)": ""}
    assert "ne change pas d'organisme" in reasons(load("needs", [line], actor=agent))
    line["organisme (SIREN)"] = agent.body.siren or ""
    [changed] = load("needs", [line], actor=agent).of("updated")
    assert [(change.before, change.after) for change in changed.changes] == [("Logiciel d'état civil", "Autre titre")]
    need.refresh_from_db()
    assert (need.title, need.requirements.count(), need.state) == ("Autre titre", 1, "published")


@pytest.mark.parametrize(
    ("cells", "column", "reason"),
    [
        ({"domaine": "Etat civile"}, "domaine", "Vouliez-vous « État civil » ?"),
        ({"domaine": "zzzz"}, "domaine", "Choix possibles"),
        ({"intitulé": ""}, "intitulé", "vide"),
        ({"fin du contrat en cours": "31/02/2027"}, "fin du contrat en cours", "calendrier"),
        ({"fin du contrat en cours": "demain"}, "fin du contrat en cours", "31/12/2027"),
        ({"fin du contrat en cours": "01/01/3027"}, "fin du contrat en cours", "entre 1990 et 2100"),
        ({"maximum engageable (€ HT)": "-5"}, "maximum engageable (€ HT)", "positif"),
        ({"maximum engageable (€ HT)": "1.234"}, "maximum engageable (€ HT)", "ambigu"),
        ({"maximum engageable (€ HT)": "9" * 300}, "maximum engageable (€ HT)", "n'est pas un montant"),
        ({"volumes": "actes ; -3 ; actes"}, "volumes", "négative"),
        ({"volumes": "actes ; 12345678901234 ; actes"}, "volumes", "12 chiffres au plus"),
        ({"volumes": "actes"}, "volumes", "par exemple"),
        ({"volumes": "actes ; 3 ; actes ; 1789"}, "volumes", "entre 1990 et 2100"),
        ({"publié": "peut-être"}, "publié", "oui ou non"),
        ({"publié": "oui", "description": "court"}, "publié", "Pour être publié, il manque"),
        ({"organisme (SIREN)": "123456789"}, "organisme (SIREN)", "d'aucun organisme"),
        ({"référence": "B-2020-0001"}, "référence", "inconnu ici"),
    ],
)
def test_a_wrong_need_is_refused_at_its_cell(agent: Actor, cells: dict[str, str], column: str, reason: str) -> None:
    report = load("needs", [NEED, {**NEED, **cells}], actor=agent)
    [refused] = report.to_json()["refused"]
    assert (refused["line"], refused["column"]) == (3, column)
    assert reason in str(refused["reason"])
    assert not Need.objects.exists()


def test_needs_of_others_are_neither_exported_nor_changed(agent: Actor) -> None:
    other = make_need(NeedState.PUBLISHED, title="Ailleurs", current_solution="canari-editeur")
    assert b"canari" not in KINDS["needs"](Scope(actor=agent)).write("csv")
    assert "inconnu ici" in reasons(load("needs", [{**NEED, "référence": other.reference}], actor=agent))
    assert "pas agent" in reasons(load("needs", [{**NEED, "organisme (SIREN)": other.body.siren or ""}], actor=agent))
    viewer = member(other.body, Role.VIEWER)
    line = {**NEED, "référence": other.reference, "organisme (SIREN)": other.body.siren or "", "publié": "oui"}
    assert "pas agent" in reasons(load("needs", [line], actor=viewer))


def test_a_pooled_need_no_longer_changes(agent: Actor) -> None:
    assert agent.body
    need = make_need(NeedState.POOLED, body=agent.body, by=agent)
    line = {**NEED, "référence": need.reference, "organisme (SIREN)": agent.body.siren or "", "publié": "oui"}
    assert load("needs", [line], actor=agent).counts["unchanged"] == 1
    assert "ne se modifie plus" in reasons(load("needs", [{**line, "intitulé": "Non"}], actor=agent))


def test_without_anybody_to_sign_nothing_is_written() -> None:
    assert "--by" in reasons(load("needs", [{**NEED, "organisme (SIREN)": make_body().siren or ""}]))


def test_one_bad_need_of_five_thousand_and_nothing_is_written(agent: Actor) -> None:
    rows = [{**NEED, "intitulé": f"Besoin {number}"} for number in range(4_999)]
    rows.insert(4_000, {**NEED, "fin du contrat en cours": "32/01/2027"})
    start = time.perf_counter()
    report = load("needs", rows, actor=agent)
    print(f"5 000 besoins jugés en {time.perf_counter() - start:.1f} s")  # noqa: T201  # what the issue asks to see
    assert report.counts == {"rows": 5_000, "created": 4_999, "updated": 0, "unchanged": 0, "refused": 1}
    assert (Need.objects.count(), Event.objects.count()) == (0, 0)


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


# Commands -------------------------------------------------------------------------------------------------------------
Said = tuple[int, dict[str, Any] | None, str]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Callable[..., Said]:
    """Run a command; its exit code, its JSON, what it said aside."""

    def call(*words: str) -> Said:
        code = 0
        try:
            call_command(*words)
        except SystemExit as stop:
            code = int(str(stop.code))
        out, err = capsys.readouterr()
        return code, json.loads(out) if out else None, err

    return call


@pytest.mark.parametrize("form", FORMS)
def test_the_commands_read_back_what_they_wrote(run: Callable[..., Said], tmp_path: Path, form: str) -> None:
    mine = _everything()
    assert mine.user
    file = str(tmp_path / f"besoins.{form}")
    assert run("export_sheet", "needs", "--to", file, "--by", mine.user.email)[0] == 0
    code, said, _ = run("import_sheet", "needs", file, "--by", mine.user.email)
    assert (code, said) == (0, {"rows": 2, "created": 0, "updated": 0, "unchanged": 2, "refused": []})


def test_import_sheet_says_what_it_refuses_and_exits_1(run: Callable[..., Said], tmp_path: Path, agent: Actor) -> None:
    assert agent.user
    file = tmp_path / "besoins.csv"
    header = KINDS["needs"](Scope()).header
    good, bad = ({"intitulé": "Bon"}, {"intitulé": "Mauvais", "domaine": "rien"})
    rows = [[row.get(name, "") for name in header] for row in (good, bad)]
    file.write_bytes(writing.write("csv", "T", header, rows))
    code, said, err = run("import_sheet", "needs", str(file), "--by", agent.user.email)
    assert code == 1
    assert said
    assert {name: said[name] for name in ("rows", "created", "updated", "unchanged")} == {
        "rows": 2,
        "created": 1,
        "updated": 0,
        "unchanged": 0,
    }
    [refused] = said["refused"]
    assert (refused["line"], refused["column"]) == (3, "domaine")
    assert "rien n'est écrit" in err
    file.write_bytes(writing.write("csv", "T", header, rows[:1]))
    assert run("import_sheet", "needs", str(file), "--by", agent.user.email, "--check")[0] == 0
    assert not Need.objects.exists()
    assert run("import_sheet", "needs", str(file), "--by", agent.user.email)[0] == 0
    assert Need.objects.count() == 1


@pytest.mark.parametrize(
    ("content", "code"), [(None, 2), (b"", 2), ("é".encode("utf-16"), 2), (b"PK\x03\x04", 2), (b"a;b\n1;2", 1)]
)
def test_import_sheet_tells_unreadable_from_refused(
    run: Callable[..., Said], tmp_path: Path, content: bytes | None, code: int
) -> None:
    file = tmp_path / "f.csv"
    if content is not None:
        file.write_bytes(content)
    found, said, err = run("import_sheet", "solutions", str(file))
    assert found == code
    assert (said is None) == (code == 2)
    assert len(err.strip().splitlines()) == 1


@pytest.mark.parametrize("option", [("--by", "nul@example.org"), ("--body", "999"), ("--project", "P-0")])
def test_an_unknown_context_is_refused(run: Callable[..., Said], tmp_path: Path, option: tuple[str, str]) -> None:
    assert run("export_sheet", "needs", "--to", str(tmp_path / "f.csv"), *option)[0] == 1
    assert run("import_sheet", "needs", str(tmp_path / "f.csv"), *option)[0] == 1


def test_export_sheet_refuses_an_unknown_format_and_writes_the_template(
    run: Callable[..., Said], tmp_path: Path
) -> None:
    assert run("export_sheet", "needs", "--to", str(tmp_path / "f.pdf"))[0] == 1
    assert run("export_sheet", "needs", "--to", str(tmp_path / "no" / "f.csv"))[0] == 1
    assert run("export_sheet", "needs", "--to", str(tmp_path / "f.xlsx"), "--template")[0] == 0


def test_the_page_on_sheets_says_what_the_columns_are() -> None:
    assert (ROOT / "docs/sheets.md").read_text(encoding="utf-8") == render(), "python manage.py sheets --write"


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
