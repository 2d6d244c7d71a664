"""Several people at the same instant, on both databases, and the proof that without the locks the races exist."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction

from procurement import workflow
from procurement.access import Actor
from procurement.events import Event as SiteEvent
from procurement.events import first_fault, record
from procurement.references import next_reference
from procurement.workflow import perform
from projects.actions.needs import declare_need
from projects.actions.projects import pool_needs
from projects.journal import verify
from projects.models import Event, LoadedScenario, Need, Participation, Project
from projects.scenario import load
from tests import makers
from tests.conftest import NIGHTLY
from tests.projects.racing import POSTGRES, Act, Connect, answered, leave, own_connection, together  # noqa: F401
from tests.projects.test_scenario import short_demo

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.races]
CROWD, ROOM = (50, 30) if NIGHTLY else (14, 8)  # who wants one cent, and how many cents there are
REPEATS = 20 if NIGHTLY else 1


def crowded_call() -> tuple[Project, list[Callable[[], str]]]:
    """A call with a ceiling of ROOM cents, and CROWD bodies about to declare one cent each."""
    project = makers.make_project("call", bodies=[makers.make_body() for _ in range(CROWD)], ceiling_cents=ROOM)
    acts = []
    for participation in project.participations.select_related("body"):
        actor = makers.holder(participation.body)

        def act(participation: Participation = participation, actor: Actor = actor) -> str:
            return answered(lambda: makers.declare(participation, 1, by=actor))

        acts.append(act)
    return project, acts


def committed(project: Project) -> int:
    return sum(p.maximum_cents or 0 for p in Participation.objects.filter(project=project).listed())


def test_intentions_at_once_never_pass_the_ceiling(connect: Connect) -> None:
    for _ in range(REPEATS):
        project, acts = crowded_call()
        said = Counter(together(connect, acts))
        assert said.pop("ok") == ROOM
        [(line, refused)] = said.items()
        assert refused == CROWD - ROOM
        assert line == (
            "« Déclarer l'intention » : il manque un maximum d'au plus 0,00\u00a0€ : "
            "c'est ce qui reste sous le plafond du projet."
        )
        assert committed(project) == ROOM
        assert Event.objects.filter(project=project, step="declare").count() == ROOM
        assert verify(project.reference).fault == ""


def test_without_its_lock_the_ceiling_is_passed(connect: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: if this finds nothing, the test above proves nothing."""
    if POSTGRES:
        monkeypatch.setattr(workflow, "locked", lambda model, pk, actor: model.objects.visible_to(actor).get(pk=pk))

    def deferred() -> Any:
        wrapper = connect()
        if not POSTGRES:  # there the lock is the mode of the transaction
            wrapper.settings_dict["OPTIONS"] = wrapper.settings_dict["OPTIONS"] | {"transaction_mode": "DEFERRED"}
        return wrapper

    for _ in range(5):
        project, acts = crowded_call()
        said = together(deferred, acts)
        if committed(project) > ROOM or any("database is locked" in line for line in said):
            return
    pytest.fail("aucune course observée sans verrou : le banc ne prouve rien")


def test_nothing_is_recorded_after_the_call_is_closed(connect: Connect) -> None:
    for _ in range(10 * REPEATS if NIGHTLY else 2):
        project = makers.make_project("call", bodies=[makers.make_body() for _ in range(8)])
        parts = list(project.participations.select_related("body").order_by("id"))
        for participation in parts[:2]:
            makers.declare(participation, 1)
        coordinator = makers.coordinator_of(project)

        def close(project: Project = project, coordinator: Actor = coordinator) -> str:
            return answered(lambda: perform(Project, project.pk, "close_call", actor=coordinator, note="assez"))

        acts: list[Act] = [close]
        for participation in parts[2:]:
            actor = makers.holder(participation.body)
            acts.append(lambda p=participation, a=actor: answered(lambda: makers.declare(p, 1, by=a)))  # type: ignore[misc]
        for participation in parts[:2]:
            actor = makers.holder(participation.body)
            acts.append(lambda p=participation, a=actor: answered(lambda: leave(p, a)))  # type: ignore[misc]
        said = together(connect, acts)
        assert not any("Error" in line for line in said), said
        project.refresh_from_db()
        steps = list(Event.objects.filter(chain=project.reference).order_by("position").values_list("step", flat=True))
        after = steps[steps.index("close_call") :] if "close_call" in steps else []
        assert "declare" not in after
        assert project.state == ("agreement" if said[0] == "ok" else "call")
        expected = 2 + said[1:7].count("ok") - said[7:].count("ok")
        assert committed(project) == expected
        assert verify(project.reference).fault == ""


def test_the_same_form_ten_times_at_once_makes_one_need(connect: Connect) -> None:
    body = makers.make_body()
    actor, form = makers.holder(body), uuid.uuid4()
    said = together(
        connect, [lambda: declare_need(actor=actor, body=body, submission=form, title="Archives").reference] * 10
    )
    [need] = Need.objects.all()
    assert set(said) == {need.reference}
    assert makers.make_need().reference == f"B-{need.reference[2:6]}-0002"
    assert Event.objects.filter(need=need).count() == 1


def test_references_at_once_are_distinct_and_without_gap(connect: Connect) -> None:
    size = 100 if NIGHTLY else 20
    threads = size // 5

    def five() -> str:
        return " ".join(next_reference("X", digits=3) for _ in range(5))

    given = " ".join(together(connect, [five] * threads)).split()
    assert sorted(int(reference[-3:]) for reference in given) == list(range(1, size + 1))


def test_writers_at_once_do_not_fork_the_journal(connect: Connect) -> None:
    writers, each = (20, 10) if NIGHTLY else (8, 5)
    actor = makers.member()

    def write() -> str:
        for number in range(each):
            with transaction.atomic():
                record("essai", actor=actor, rang=number)
        return "ok"

    assert set(together(connect, [write] * writers)) == {"ok"}
    assert SiteEvent.objects.count() == writers * each
    assert first_fault(SiteEvent.CHAIN, SiteEvent) == ""


def test_of_two_incompatible_steps_exactly_one_wins(connect: Connect) -> None:
    for _ in range(100 if NIGHTLY else 4):
        need = makers.make_need()
        actor = makers.holder(need.body)

        def take(step: str, need: Need = need, actor: Actor = actor) -> Act:
            return lambda: answered(lambda: perform(Need, need.pk, step, actor=actor))

        said = together(connect, [take("publish"), take("publish"), take("publish")])
        assert said.count("ok") == 1
        assert all("n'est pas possible : l'état est « Publié »" in line for line in said if line != "ok")
        assert need.past_events().filter(step="publish").count() == 1


def test_two_projects_cannot_have_the_same_need(connect: Connect) -> None:
    need = makers.make_need("published")
    projects = [makers.make_project() for _ in range(3)]

    def pool(project: Project) -> Act:
        actor = makers.coordinator_of(project)
        return lambda: answered(lambda: pool_needs(project, [need], actor=actor))

    said = together(connect, [pool(project) for project in projects])
    need.refresh_from_db()
    assert said.count("ok") == 1
    assert need.project == projects[said.index("ok")]
    assert need.past_events().filter(step="pool").count() == 1


def test_the_same_scenario_twice_at_once_is_loaded_once(connect: Connect) -> None:
    data: Any = {**short_demo(), "until": "framing"}
    said = together(connect, [lambda: load(data)] * 3)
    assert len(set(said)) == 1
    assert Project.objects.get().reference == said[0]
    assert LoadedScenario.objects.count() == 1
    assert verify().fault == ""
