"""Freezing a convention, giving a frozen version up, and the record of both."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from procurement import clock
from procurement.workflow import Blocked, perform
from projects import dossier
from projects.actions.conventions import digest
from projects.actions.participations import join_project
from projects.actions.projects import edit_project, pool_needs, set_costs, set_lots
from projects.journal import verify
from projects.models import ConventionVersion, Participation, Project
from tests import makers

pytestmark = pytest.mark.django_db


def frozen() -> Project:
    return makers.make_project("agreement", frozen=True)


def signed() -> Project:
    project = frozen()
    for participation in project.participations.all():
        makers.authorise(participation)
        makers.sign(participation)
    return Project.objects.get(pk=project.pk)


def test_a_frozen_version_holds_facts_hash_parties_and_shares() -> None:
    project = frozen()
    version = project.current_version()
    assert version is not None
    bodies = [participation.body for participation in project.listed_participations()]
    assert (version.number, version.frozen_on, version.frozen_by) == (1, clock.today(), project.coordinator)
    assert version.sha256 == digest(version.facts)
    assert version.party_ids == [body.pk for body in bodies]
    assert version.shares == {body.siren: makers.COST // 2 for body in bodies}
    read = dossier.from_json(version.facts)
    assert digest(dossier.to_json(read)) == version.sha256
    assert (read.version, read.reference) == (1, project.reference)


def test_what_changes_afterwards_does_not_change_the_frozen_facts() -> None:
    project = frozen()
    version = project.current_version()
    assert version is not None
    before = (version.facts, version.sha256)
    type(project.lead_body).objects.filter(pk=project.lead_body_id).update(name="Autre nom", population=9)  # type: ignore[union-attr]
    version.refresh_from_db()
    assert (version.facts, version.sha256) == before
    assert digest(version.facts) == version.sha256


def test_under_a_frozen_version_nothing_else_changes() -> None:
    project = frozen()
    coordinator = makers.coordinator_of(project)
    for act in (
        lambda: edit_project(project, actor=coordinator, title="Autre"),
        lambda: set_costs(project, [], [], actor=coordinator),
        lambda: set_lots(project, [], actor=coordinator),
        lambda: pool_needs(project, [makers.make_need("published")], actor=coordinator),
    ):
        with pytest.raises(PermissionDenied, match="figée"):
            act()
    newcomer = makers.member()
    assert newcomer.body is not None
    with pytest.raises(Blocked, match="la composition se fixe à sa clôture"):
        join_project(project, newcomer.body, actor=newcomer)


@pytest.mark.parametrize(("step", "bound"), [("unfreeze", True), ("reopen_call", False), ("abandon", True)])
def test_giving_a_version_up_takes_acts_and_signatures_back(step: str, bound: bool) -> None:
    project = signed() if bound else frozen()
    if not bound:
        makers.authorise(project.participations.all()[0])
    bodies = list(project.participations.exclude(state="intended"))
    perform(Project, project.pk, step, actor=makers.coordinator_of(project), note="nouvelle rédaction")
    assert project.current_version() is None
    assert ConventionVersion.objects.get().given_up_on == clock.today()
    for participation in bodies:
        participation.refresh_from_db()
        assert participation.state == "intended"
        event = participation.past_events().last()
        assert event is not None
        assert (event.step, event.note, event.target) == ("lapse", "nouvelle rédaction", "intended")
    assert verify(project.reference).fault == ""


def test_the_next_version_bears_the_next_number_and_asks_for_new_acts() -> None:
    project = signed()
    coordinator = makers.coordinator_of(project)
    perform(Project, project.pk, "unfreeze", actor=coordinator, note="coquille")
    perform(Project, project.pk, "freeze", actor=coordinator)
    version = project.current_version()
    assert version is not None
    assert version.number == 2
    participation = project.participations.all()[0]
    assert participation.act_version == 1  # on record, for a version that no longer counts
    with pytest.raises(Blocked, match=r"un acte sur la version 2, en vigueur \(version 1 donnée\)"):
        makers.authorise(participation, act_version=1)
    makers.authorise(participation)
    with pytest.raises(Blocked, match=r"l'acte autorisant .* sur la version 2"):
        perform(Project, project.pk, "constitute", actor=coordinator)


def test_a_body_that_left_and_came_back_owes_a_new_intention() -> None:
    project = makers.make_project("call")
    participation = project.participations.order_by("-id")[0]
    makers.declare(participation)
    agent = makers.holder(participation.body)
    perform(Participation, participation.pk, "withdraw", actor=agent, note="budget refusé")
    perform(Participation, participation.pk, "rejoin", actor=agent)
    assert not project.listed_participations().exists()


def test_one_version_at_most_is_in_force() -> None:
    version = frozen().current_version()
    assert version is not None
    with pytest.raises(IntegrityError), transaction.atomic():
        ConventionVersion.objects.create(
            project=version.project, number=2, facts={}, sha256="", frozen_on=clock.today(), frozen_by=None
        )
