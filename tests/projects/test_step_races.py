"""Two people press two incompatible buttons of a signed project: one wins, the other is told what happened."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from procurement.access import Actor
from procurement.workflow import perform
from projects.actions.two_persons import propose, set_two_person_rule
from projects.journal import verify
from projects.models import Event, Milestone, Project, Proposal
from tests import makers
from tests.conftest import NIGHTLY
from tests.projects.racing import Act, Connect, answered, leave, own_connection, together  # noqa: F401
from tests.projects.requirement_cases import permit

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.races]


def prepared() -> Project:
    project = makers.make_project("constituted")
    makers.prepare(project)
    return project


def awardable() -> Project:
    project = makers.make_project("tender")
    makers.contract(project)
    makers.milestone(project, "decision")
    return project


def concluded() -> Project:
    project = makers.make_project("tender")
    makers.conclude(project)
    return project


INCOMPATIBLE: dict[str, tuple[Callable[[], Project], tuple[str, str], set[str]]] = {
    "abandon or launch": (prepared, ("abandon", "launch"), {"abandoned", "tender"}),
    "unfreeze or launch": (prepared, ("unfreeze", "launch"), {"agreement", "tender"}),
    "award or no award": (concluded, ("award", "no_award"), {"running"}),
    "no award twice": (awardable, ("no_award", "no_award"), {"constituted"}),
}


@pytest.mark.parametrize("name", INCOMPATIBLE)
def test_of_two_incompatible_steps_of_a_project_exactly_one_wins(connect: Connect, name: str) -> None:
    make, steps, ends = INCOMPATIBLE[name]
    for _ in range(25 if NIGHTLY else 1):
        project = make()
        coordinator = makers.coordinator_of(project)

        def take(step: str, project: Project = project, coordinator: Actor = coordinator) -> Act:
            facts = {"ending": "dropped"} if step == "no_award" else {}
            return lambda: answered(
                lambda: perform(Project, project.pk, step, actor=coordinator, note="motif", **facts)
            )

        said = together(connect, [take(step) for step in steps])
        assert said.count("ok") == 1, said
        other = next(line for line in said if line != "ok")
        assert "n'est pas possible : l'état est" in other or "il manque" in other
        project.refresh_from_db()
        assert project.state in ends
        assert verify(project.reference).fault == ""


def test_a_body_leaves_or_the_consultation_is_launched_and_the_other_is_told(connect: Connect) -> None:
    """Whichever comes first, no consultation is launched with a party that its text does not let go."""
    for _ in range(25 if NIGHTLY else 2):
        project = prepared()
        coordinator, row = makers.coordinator_of(project), project.participations.order_by("-id")[0]
        leaver = makers.holder(row.body)
        permit(project, leave_after_launch=False)
        acts: list[Act] = [
            lambda p=project, c=coordinator: answered(lambda: perform(Project, p.pk, "launch", actor=c)),  # type: ignore[misc]
            lambda r=row, a=leaver: answered(lambda: leave(r, a)),  # type: ignore[misc]
        ]
        said = together(connect, acts)
        assert said.count("ok") == 1, said
        project.refresh_from_db()
        row.refresh_from_db()
        assert (project.state, row.state) in {("tender", "signed"), ("constituted", "withdrawn")}
        assert verify(project.reference).fault == ""


def test_the_same_milestone_ten_times_at_once_is_one_row_and_one_event(connect: Connect) -> None:
    project = makers.make_project("tender")
    said = together(connect, [lambda: answered(lambda: makers.milestone(project, "decision", reference="D-1"))] * 10)
    assert set(said) == {"ok"}
    assert Milestone.objects.filter(kind="decision").count() == 1
    assert Event.objects.filter(project=project, step="tender_decision").count() == 1
    assert verify(project.reference).fault == ""


def test_of_two_confirmations_at_once_one_counts(connect: Connect) -> None:
    project = makers.make_project("agreement")
    coordinator = makers.coordinator_of(project)
    set_two_person_rule(project, actor=coordinator, above_cents=0)
    assert project.lead_body is not None
    officers = [makers.member(project.lead_body, "legal") for _ in range(3)]
    propose(project, "freeze", actor=coordinator)

    def confirm(actor: Actor) -> Act:
        return lambda: answered(lambda: perform(Project, project.pk, "freeze", actor=actor))

    said = together(connect, [confirm(actor) for actor in (*officers, coordinator)])
    assert said.count("ok") == 1
    assert project.versions.count() == 1
    assert Proposal.objects.get().confirmed_by != coordinator.user
