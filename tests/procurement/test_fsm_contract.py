"""What we rely on from django_fsm: if a new version answers otherwise, these fail and not a user's project."""

from __future__ import annotations

import pytest
from django.db import models
from django.db.migrations.writer import MigrationWriter
from django_fsm import TransitionNotAllowed
from django_fsm.signals import post_transition, pre_transition

from procurement.workflow import StateField
from projects.models import Event, Need, Participation, Project
from tests import makers

pytestmark = pytest.mark.django_db


def test_a_transition_changes_the_object_but_saves_nothing() -> None:
    need = makers.make_need()
    before = Event.objects.count()
    need.publish()
    assert need.state == "published"
    assert Need.objects.get(pk=need.pk).state == "draft"
    assert Event.objects.count() == before


def test_a_transition_asks_nobody_for_a_right() -> None:
    need = Need(title="")
    need.publish()
    assert need.state == "published"


def test_a_transition_from_another_state_raises() -> None:
    with pytest.raises(TransitionNotAllowed):
        Need().satisfy()


def test_a_transition_that_fails_leaves_the_state() -> None:
    project = Project(state="call")
    with pytest.raises(TypeError):
        project.extend_call(nonsense=1)  # type: ignore[call-arg]
    assert project.state == "call"


def test_a_protected_state_is_written_once() -> None:
    need = Need(state="draft")
    need.state = "draft"  # what full_clean does: writing back the value it read
    with pytest.raises(AttributeError, match="Direct state modification"):
        need.state = "published"


def test_full_clean_and_refresh_cope_with_the_protected_state() -> None:
    need = makers.make_need()
    need.full_clean()
    Need.objects.get(pk=need.pk).full_clean()
    need.publish()
    need.refresh_from_db()
    assert need.state == "draft"
    need.refresh_from_db(fields=["title"])
    assert need.state == "draft"


def test_a_deferred_state_is_read_when_asked() -> None:
    need = makers.make_need("published")
    assert Need.objects.defer("state").get(pk=need.pk).state == "published"
    assert Need.objects.only("title").get(pk=need.pk).state_label == "Publié"


def test_the_library_gives_transitions_by_name_and_we_give_them_as_declared() -> None:
    field = Project._meta.get_field("state")
    by_name = [item.name for item in field.get_all_transitions(Project)]
    assert by_name == sorted(by_name)
    assert [step.name for step in Project.steps()][:4] == ["accept_lead", "open_call", "extend_call", "close_call"]


@pytest.mark.parametrize("model", [Need, Project, Participation])
def test_steps_name_their_sources_and_stay_within_the_states(model: type[models.Model]) -> None:
    steps = model.steps()  # type: ignore[attr-defined]
    states = set(dict(model._meta.get_field("state").flatchoices))  # type: ignore[union-attr]
    assert len({step.name for step in steps}) == len({step.label for step in steps}) == len(steps)
    for step in steps:
        assert {*step.sources, step.target} <= states


def test_migrations_name_our_field_and_not_the_library() -> None:
    code, imports = MigrationWriter.serialize(StateField(choices=[("a", "A")], default="a"))
    assert code.startswith("procurement.workflow.StateField(")
    assert "protected" not in code
    assert "fsm" not in " ".join(imports)


def test_signals_fire_before_anything_is_saved_which_is_why_we_use_none() -> None:
    seen = []

    def receiver(**signal: object) -> None:
        seen.append(Need.objects.get(pk=need.pk).state)

    need = makers.make_need()
    for signal in (pre_transition, post_transition):
        signal.connect(receiver)
    try:
        need.publish()
    finally:
        for signal in (pre_transition, post_transition):
            signal.disconnect(receiver)
    assert seen == ["draft", "draft"]
    assert not pre_transition.has_listeners()
    assert not post_transition.has_listeners()
