"""The one door: what it checks, what it writes, and that it writes all or nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404

from procurement import clock, workflow
from procurement.access import ANONYMOUS
from procurement.models import Body, Role
from procurement.workflow import Blocked, Missing, Refused, StatefulQuerySet, available_steps, missing_before, perform
from projects.models import Event, Need, Participation, Project
from projects.models.participations import LotQuantity
from tests import makers

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _registers_put_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a test registers is forgotten after it."""
    for name in ("_after", "_also_required"):
        register = getattr(workflow, name)
        kept = type(register)(list, {key: list(value) for key, value in register.items()})
        monkeypatch.setattr(workflow, name, kept)


def steps_of(obj: Any) -> list[str]:
    return [event.step for event in obj.past_events()]


# What is written ------------------------------------------------------------------------------------------------------
def test_a_step_saves_the_object_and_one_event() -> None:
    need = makers.make_need()
    actor = makers.holder(need.body)
    before = Event.objects.count()
    moved = perform(Need, need.pk, "publish", actor=actor, note="  vu en réunion  ")
    need.refresh_from_db()
    event = Event.objects.latest("id")
    assert need.state == moved.state == "published"
    assert need.published_on == clock.today()
    assert Event.objects.count() == before + 1
    assert (event.step, event.source, event.target, event.note) == ("publish", "draft", "published", "vu en réunion")
    assert (event.user_id, event.body_id, event.need_id) == (actor.user_id, need.body_id, need.pk)


def test_the_facts_given_with_a_step_are_kept_with_its_event() -> None:
    participation = makers.make_participation()
    makers.declare(participation, 12_345, weights={"users": "41"})
    event = participation.past_events().last()
    assert event is not None
    assert event.facts == {
        "maximum_cents": 12_345,
        "weights": {"users": "41"},
        "quantities": [{"lot": 1, "quantity": "1", "unit": "postes"}],
    }
    assert LotQuantity.objects.get(participation=participation).quantity == 1


def test_a_rollback_takes_the_state_and_the_event_back() -> None:
    need = makers.make_need()
    with transaction.atomic():
        perform(Need, need.pk, "publish", actor=makers.holder(need.body))
        transaction.set_rollback(True)
    need.refresh_from_db()
    assert (need.state, steps_of(need)) == ("draft", ["create"])


def test_a_failing_consequence_takes_everything_back() -> None:
    @workflow.after_step(Need, "publish")
    def fails(need: Any, actor: Any, event: Any) -> None:
        assert event.pk is not None
        raise RuntimeError("panne")

    need = makers.make_need()
    with pytest.raises(RuntimeError, match="panne"):
        perform(Need, need.pk, "publish", actor=makers.holder(need.body))
    need.refresh_from_db()
    assert (need.state, steps_of(need)) == ("draft", ["create"])


def test_a_failing_consequence_of_a_consequence_takes_everything_back() -> None:
    project = makers.make_project("call")

    @workflow.after_step(Need, "release")
    def fails(need: Any, actor: Any, event: Any) -> None:
        if need.body_id != project.lead_body_id:
            raise RuntimeError("panne")

    before = Event.objects.count()
    with pytest.raises(RuntimeError, match="panne"):
        perform(Project, project.pk, "abandon", actor=makers.coordinator_of(project), note="faute d'intérêt")
    project.refresh_from_db()
    assert (project.state, Event.objects.count()) == ("call", before)
    assert set(project.needs.values_list("state", flat=True)) == {"pooled"}


def test_consequences_run_in_the_transaction_of_the_step() -> None:
    seen = []

    @workflow.after_step(Need, "publish")
    def watch(need: Any, actor: Any, event: Any) -> None:
        seen.append((Need.objects.get(pk=need.pk).state, Event.objects.filter(pk=event.pk).exists()))

    makers.make_need("published")
    assert seen == [("published", True)]


def test_an_abandoned_project_gives_its_needs_back_with_an_event_each() -> None:
    project = makers.make_project("call")
    needs = list(project.needs.all())
    perform(Project, project.pk, "abandon", actor=makers.coordinator_of(project), note="faute d'intérêt")
    for need in needs:
        need.refresh_from_db()
        assert (need.state, need.project, steps_of(need)[-1]) == ("published", None, "release")


def test_a_need_taken_up_again_once_met_leaves_its_project() -> None:
    need = makers.make_project().needs.all()[0]
    actor = makers.holder(need.body)
    for step in ("satisfy", "reopen"):
        perform(Need, need.pk, step, actor=actor)
    need.refresh_from_db()
    assert (need.state, need.project, need.published_on) == ("draft", None, None)


def test_an_impossible_row_is_refused_in_french_and_not_written() -> None:
    participation = makers.make_participation()
    with pytest.raises(ValidationError, match="Le maximum ne peut pas être négatif"):
        makers.declare(participation, -1)
    participation.refresh_from_db()
    assert (participation.state, steps_of(participation)) == ("interested", ["join"])


# Who may not ----------------------------------------------------------------------------------------------------------
def test_what_one_may_not_know_of_is_not_found() -> None:
    need = makers.make_need()
    for actor in (ANONYMOUS, makers.member(), makers.make_steward()):
        with pytest.raises(Http404):
            perform(Need, need.pk, "publish", actor=actor)


@pytest.mark.parametrize(("pk", "step"), [(10**9, "publish"), (None, "publier"), (None, "__init__"), (None, "save")])
def test_an_unknown_object_or_step_is_not_found(pk: int | None, step: str) -> None:
    need = makers.make_need()
    with pytest.raises(Http404):
        perform(Need, pk or need.pk, step, actor=makers.holder(need.body))


def test_whoever_may_know_but_not_do_is_forbidden_before_anything_else() -> None:
    need = makers.make_need("met")
    with pytest.raises(PermissionDenied, match="« Publier le besoin » n'est pas dans vos droits"):
        perform(Need, need.pk, "publish", actor=makers.member(need.body, Role.VIEWER))
    assert steps_of(need)[-1] == "satisfy"


def test_a_right_taken_away_counts_at_the_next_step() -> None:
    need = makers.make_need()
    actor = makers.holder(need.body)
    assert actor.user is not None
    yesterday = clock.today() - clock.dt.timedelta(days=1)
    actor.user.memberships.update(ends_on=yesterday)  # type: ignore[attr-defined]
    with pytest.raises(Http404):
        perform(Need, need.pk, "publish", actor=makers.actor_for(actor.user))


# Refused --------------------------------------------------------------------------------------------------------------
def test_a_step_from_the_wrong_state_says_who_moved_it_and_when() -> None:
    need = makers.make_need()
    mover = makers.member(need.body, user=makers.make_user(first_name="Odile", last_name="Faure"))
    perform(Need, need.pk, "withdraw", actor=mover)
    event = need.past_events().last()
    assert event is not None
    with pytest.raises(Refused) as refused:
        perform(Need, need.pk, "publish", actor=makers.holder(need.body))
    assert str(refused.value) == (
        "« Publier le besoin » n'est pas possible : l'état est « Retiré », depuis l'étape « Retirer le besoin » "
        f"par Odile Faure le {event.moment}."
    )


def test_a_refusal_of_what_never_moved_says_only_the_state() -> None:
    need = makers.make_need()
    with pytest.raises(Refused) as refused:
        perform(Need, need.pk, "satisfy", actor=makers.holder(need.body))
    assert str(refused.value) == "« Déclarer le besoin satisfait » n'est pas possible : l'état est « Brouillon »."
    assert not refused.value.repeats(makers.holder(need.body))


def test_a_double_click_makes_one_event_and_is_known_as_such() -> None:
    need = makers.make_need()
    actor, colleague = makers.holder(need.body), makers.member(need.body)
    perform(Need, need.pk, "publish", actor=actor)
    with pytest.raises(Refused) as refused:
        perform(Need, need.pk, "publish", actor=actor)
    assert refused.value.repeats(actor)
    assert not refused.value.repeats(colleague)
    assert steps_of(need) == ["create", "publish"]


# Blocked --------------------------------------------------------------------------------------------------------------
def test_a_blocked_step_lists_everything_and_writes_nothing() -> None:
    need = makers.make_need(title="Logiciel", description="court", domain=None)
    with pytest.raises(Blocked) as blocked:
        perform(Need, need.pk, "publish", actor=makers.holder(need.body))
    assert blocked.value.missing == [
        Missing("un domaine", "modifier/#id_domain"),
        Missing("une description d'au moins 20 caractères (5 aujourd'hui)", "modifier/#id_description"),
    ]
    assert str(blocked.value) == (
        "« Publier le besoin » : il manque un domaine ; une description d'au moins 20 caractères (5 aujourd'hui)."
    )
    assert steps_of(need) == ["create"]


@pytest.mark.parametrize("note", ["", "  ", "\n\u00a0"])
def test_a_step_that_wants_a_reason_takes_no_blank_one(note: str) -> None:
    project = makers.make_project()
    with pytest.raises(Blocked, match="un motif"):
        perform(Project, project.pk, "abandon", actor=makers.coordinator_of(project), note=note)


def test_a_requirement_may_be_added_from_elsewhere() -> None:
    @workflow.also_required(Need, "publish")
    def moon(need: Any, /) -> Iterator[Missing]:
        yield Missing("la pleine lune.")

    need = makers.make_need()
    assert missing_before(need, Need.step("publish")) == [Missing("la pleine lune.")]
    with pytest.raises(Blocked, match=r"il manque la pleine lune\.$"):
        perform(Need, need.pk, "publish", actor=makers.holder(need.body))
    assert workflow.extra_requirements(Need, Need.step("publish")) == [moon]


@pytest.mark.parametrize("register", [workflow.after_step, workflow.also_required])
def test_nothing_is_registered_on_a_step_that_does_not_exist(register: Any) -> None:
    with pytest.raises(Http404):
        register(Need, "publier")(lambda *args: [])


# What the page shows --------------------------------------------------------------------------------------------------
def test_steps_are_offered_in_declared_order_greyed_with_what_is_missing() -> None:
    project = makers.make_project("agreement")
    offers = available_steps(project, makers.coordinator_of(project))
    assert [(offer.step.name, offer.possible) for offer in offers] == [
        ("reopen_call", True),
        ("freeze", True),
        ("unfreeze", False),
        ("constitute", False),
        ("abandon", True),
    ]
    assert [item.label for item in offers[3].missing] == ["une convention figée"]
    assert available_steps(project, makers.member()) == []


# The state has no other door ------------------------------------------------------------------------------------------
def test_a_state_is_not_assigned_nor_updated() -> None:
    need = makers.make_need()
    with pytest.raises(AttributeError):
        need.state = "published"
    with pytest.raises(AttributeError, match="passe par perform"):
        Need.objects.filter(pk=need.pk).update(state="published")
    with pytest.raises(AttributeError), transaction.atomic():
        Need.objects.bulk_update([need], ["state"])
    assert Need.objects.filter(pk=need.pk).update(title="Autre") == 1
    need.refresh_from_db()
    assert (need.state, need.title) == ("draft", "Autre")


def test_a_model_must_say_who_sees_it_and_how_it_is_journaled() -> None:

    with pytest.raises(NotImplementedError):
        StatefulQuerySet(Body).visible_to(ANONYMOUS)
    for method in (workflow.StatefulModel.new_event, workflow.StatefulModel.past_events):
        with pytest.raises(NotImplementedError):
            method(makers.make_need())


def test_a_parent_is_locked_before_its_child(django_assert_num_queries: Any) -> None:
    participation = makers.make_participation()
    actor = makers.holder(participation.body)
    with transaction.atomic(), django_assert_num_queries(3) as queries:
        workflow.locked(Participation, participation.pk, actor)
    tables = [query["sql"].partition(" FROM ")[2].split('"')[1] for query in queries.captured_queries]
    assert tables == ["projects_participation", "projects_project", "projects_participation"]
