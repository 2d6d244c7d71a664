"""Random people take random steps, sound and malicious, on a project: what must hold holds after each of them."""

from __future__ import annotations

import datetime as dt
from typing import Any, NamedTuple

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Sum
from django.http import Http404
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from procurement import clock
from procurement.access import ANONYMOUS, Actor
from procurement.events import first_fault
from procurement.models import Role
from procurement.workflow import Blocked, Refused, StatefulModel, perform
from projects.actions.closing import settle
from projects.actions.consultation import prepare_consultation, record_milestone
from projects.actions.contracts import record_contract
from projects.actions.projects import edit_project
from projects.consultation.reading import current_facts
from projects.models import Consultation, Event, Need, Participation, Project
from tests import makers
from tests.conftest import NIGHTLY

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 5, 20)
CEILING = 3 * makers.MAXIMUM
REFUSALS = (Http404, PermissionDenied, Refused, Blocked, ValidationError)
PEOPLE = ("coordinator", "agent0", "agent1", "agent2", "legal0", "legal1", "legal2", "viewer1", "stranger", "steward")
PROJECT_STEPS = [step.name for step in Project.steps()]
PARTICIPATION_STEPS = [step.name for step in Participation.steps()]
NEED_STEPS = [step.name for step in Need.steps() if not step.internal]
EDGES = {
    model: {(source, step.name, step.target) for step in model.steps() for source in step.sources}
    for model in (Need, Project, Participation)
}
CONSEQUENCES = {
    "abandon": {"release", "lapse"},
    "unfreeze": {"lapse"},
    "reopen_call": {"lapse"},
    "freeze": {"issue"},
    "constitute": {"issue"},
    "withdraw": {"movement", "amendment"},  # what the departure changes for the others, told to all
    "declare": {"movement"},
    "close": {"fulfil", "release"},
}
ACTS = ("prepare", "contract", "settle", "decision", "contract_signature", "notification")
days = st.integers(-3, 40).map(lambda shift: DAY + dt.timedelta(days=shift))
cents = st.sampled_from([0, 1, makers.COST // 3, makers.MAXIMUM, CEILING, CEILING + 1])


class Scene(NamedTuple):
    """Where every run begins."""

    project: Project
    parts: list[Participation]
    needs: list[Need]
    actors: dict[str, Actor]


def scene(start: str) -> Scene:
    """Three bodies in a project, with a ceiling for three intentions."""
    with clock.at(DAY):
        bodies = [makers.make_body() for _ in range(3)]
        state = {"frozen": "agreement", "signed": "agreement"}.get(start, start)
        project = makers.make_project(state, bodies=bodies, frozen=state == "agreement", ceiling_cents=CEILING)
        for part in project.participations.all() if start == "signed" else []:
            makers.authorise(part)
            makers.sign(part)
        actors = {"steward": makers.make_steward(), "stranger": makers.member()}
        actors |= {f"agent{i}": makers.holder(body) for i, body in enumerate(bodies)}
        actors |= {f"legal{i}": makers.holder(body, Role.LEGAL) for i, body in enumerate(bodies)}
        actors |= {"viewer1": makers.member(bodies[1], Role.VIEWER)}
    actors["coordinator"] = makers.coordinator_of(project)
    return Scene(project, [*project.participations.order_by("id")], [*project.needs.order_by("id")], actors)


class Machine(RuleBasedStateMachine):
    """Three bodies, one project, ten people, and a clock that only goes forward."""

    scene: Scene

    def __init__(self) -> None:
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.today = DAY
        self.project, self.parts, self.needs, self.actors = self.scene
        self.seen = self.states()
        self.events = Event.objects.count()

    def teardown(self) -> None:
        try:
            assert first_fault(self.project.reference, Event) == ""
        finally:
            transaction.set_rollback(True)
            self.atomic.__exit__(None, None, None)

    def states(self) -> dict[tuple[type[StatefulModel], int], str]:
        return {
            (model, pk): state for model in EDGES for pk, state in model._default_manager.values_list("pk", "state")
        }

    def actor(self, name: str) -> Actor:
        return self.actors.get(name, ANONYMOUS)

    def take(self, model: type[StatefulModel], obj: Any, step: str, who: str, note: str, facts: dict[str, Any]) -> None:
        """The step is taken with one event of its own, or nothing is written at all."""
        with clock.at(self.today):
            try:
                moved = perform(model, obj.pk, step, actor=self.actor(who), note=note, **facts)
            except REFUSALS:
                assert (self.states(), Event.objects.count()) == (self.seen, self.events)
                return
        fresh = Event.objects.order_by("id")[self.events :]
        own = [event for event in fresh if event.step == step and event.target == moved.state]
        assert own
        assert own[0] == fresh[0]
        assert {event.step for event in fresh[1:]} <= CONSEQUENCES.get(step, set())
        self.check_edges(list(fresh))

    def check_edges(self, fresh: list[Event]) -> None:
        """What changed is told by an event, and each event is a declared edge from the state it left."""
        now, told = self.states(), dict(self.seen)
        for event in fresh:
            if not event.target:
                continue  # something told that moves nothing: a document issued
            model, pk = subject(event)
            assert (event.source, event.step, event.target) in EDGES[model]
            assert told[model, pk] == event.source
            told[model, pk] = event.target
        assert told == now
        self.seen, self.events = now, Event.objects.count()

    @rule(step=st.sampled_from(PROJECT_STEPS), who=st.sampled_from(("coordinator",) * 5 + PEOPLE), day=days)
    def project_step(self, step: str, who: str, day: dt.date) -> None:
        facts: dict[str, Any] = {"cut_off": day} if step == "extend_call" else {}
        if step == "no_award":
            facts = {"ending": "dropped"}
        self.take(Project, self.project, step, who, "motif", facts)

    @precondition(lambda self: self.seen[Project, self.project.pk] in ("constituted", "tender", "running"))
    @rule(act=st.sampled_from(ACTS), who=st.sampled_from(("coordinator",) * 4 + PEOPLE), day=days, amount=cents)
    def consult(self, act: str, who: str, day: dt.date, amount: int) -> None:
        """Somebody records something of the consultation or of the end, in any order, sound or not."""
        with clock.at(self.today):
            try:
                with transaction.atomic():
                    self.record(act, self.actor(who), day, amount)
            except REFUSALS:
                pass
        self.check_edges(list(Event.objects.order_by("id")[self.events :]))

    def record(self, act: str, actor: Actor, day: dt.date, amount: int) -> None:
        proof = {"actor": actor, "proof": "courriel"}
        if act == "prepare":
            prepare_consultation(self.project, actor=actor, procedure="direct", form="contract")
        elif act == "contract":
            facts = current_facts(self.project)
            for wanted in facts.expected if facts else ():
                given = {"amount_cents": amount, "holders": [makers.HOLDER], "correction": "motif", **proof}
                record_contract(self.project, lot=wanted.lot, buyer_id=wanted.buyer_id, **given)
        elif act == "settle":
            for part in self.parts:
                settle(part, actor=actor, final_cents=amount, settled_on=day, further_act="2027-1", note="reçu")
        else:
            number = 1 if act in ("contract_signature", "notification") else 0
            record_milestone(self.project, act, day=day, contract=number, correction="motif", **proof)

    @precondition(lambda self: self.seen[Project, self.project.pk] in ("constituted", "tender", "running"))
    @rule(further=st.booleans())
    def conclude(self, further: bool) -> None:
        """What sensible people would do next, so that the last states are reached."""
        state = self.seen[Project, self.project.pk]
        step = {"constituted": "launch", "tender": "award", "running": "close"}[state]
        with clock.at(self.today):
            try:
                with transaction.atomic():
                    {"launch": makers.prepare, "award": makers.conclude, "close": makers.finish}[step](self.project)
            except REFUSALS:
                pass
        self.check_edges(list(Event.objects.order_by("id")[self.events :]))
        if further:
            self.take(Project, self.project, step, "coordinator", "motif", {})

    @precondition(lambda self: self.seen[Project, self.project.pk] in ("framing", "call", "agreement"))
    @rule(data=st.data())
    def onward(self, data: st.DataObject) -> None:
        """What sensible people would do next, so that the far states are reached."""
        state = self.seen[Project, self.project.pk]
        index = data.draw(st.integers(0, 2))
        part = self.parts[index]
        moves: dict[str, list[tuple[str, str]]] = {
            "framing": [("coordinator", "open_call")],
            "call": [(f"agent{index}", "declare"), ("coordinator", "close_call")],
            "agreement": [
                ("coordinator", "freeze"),
                (f"legal{index}", "authorise"),
                (f"legal{index}", "sign"),
                ("coordinator", "constitute"),
            ],
        }
        who, step = data.draw(st.sampled_from(moves[state]))
        model: type[StatefulModel] = Project if step in PROJECT_STEPS else Participation
        facts = self.facts(step, part, self.today, makers.MAXIMUM)
        self.take(model, self.project if model is Project else part, step, who, "motif", facts)

    @rule(
        index=st.integers(0, 2),
        step=st.sampled_from([name for name in PARTICIPATION_STEPS if name not in ("lapse", "accede")]),
        who=st.sampled_from((*PEOPLE, "nobody")),
        day=days,
        amount=cents,
        note=st.sampled_from(["", "courriel"]),
    )
    def participation_step(self, index: int, step: str, who: str, day: dt.date, amount: int, note: str) -> None:
        part = self.parts[index]
        self.take(Participation, part, step, who, note, self.facts(step, part, day, amount))

    def facts(self, step: str, part: Participation, day: dt.date, amount: int) -> dict[str, Any]:
        if step == "declare":
            return {"maximum_cents": amount, "weights": {}, "quantities": []}
        if step == "authorise":
            return makers.act_facts(part, act_date=day, act_enforceable_on=day, act_maximum_cents=amount)
        return makers.sign_facts(signed_on=day) if step == "sign" else {}

    @rule(index=st.integers(0, 2), step=st.sampled_from(NEED_STEPS), who=st.sampled_from((*PEOPLE, "nobody")))
    def need_step(self, index: int, step: str, who: str) -> None:
        self.take(Need, self.needs[index], step, who, "", {})

    @rule(who=st.sampled_from(PEOPLE), ceiling=st.sampled_from([0, makers.MAXIMUM, CEILING]), day=days)
    def edit(self, who: str, ceiling: int, day: dt.date) -> None:
        """Somebody tries to change the frame under the feet of the others."""
        with clock.at(self.today):
            try:
                with transaction.atomic():
                    edit_project(self.project, actor=self.actor(who), ceiling_cents=ceiling, cut_off=day)
            except REFUSALS:
                pass
        self.events = Event.objects.count()

    @rule(shift=st.integers(1, 20))
    def time_goes_by(self, shift: int) -> None:
        self.today += dt.timedelta(days=shift)

    # What always holds ------------------------------------------------------------------------------------------------
    @invariant()
    def sums_stay_under_the_ceiling(self) -> None:
        total = Participation.objects.filter(project=self.project).listed().aggregate(sum=Sum("maximum_cents"))["sum"]
        assert (total or 0) <= Project.objects.values_list("ceiling_cents", flat=True).get(pk=self.project.pk)

    @invariant()
    def a_signed_grouping_is_made_of_parties_of_one_version(self) -> None:
        """All of them when it is constituted; afterwards some may have left, nobody may have come."""
        if self.seen[Project, self.project.pk] in ("constituted", "tender", "running", "closed"):
            version = self.project.current_version()
            assert version is not None
            listed = list(self.project.participations.listed())
            gone = set(self.project.amendments.values_list("body_id", flat=True))
            assert {part.body_id for part in listed} == set(version.party_ids) - gone
            for part in listed:
                assert (part.state, part.signed_version, part.act_version) == ("signed", version.number, version.number)
                assert part.act_date is not None
                assert part.act_enforceable_on is not None
                assert part.signed_on is not None
                assert part.act_maximum_cents is not None
                assert version.frozen_on <= part.act_date <= part.act_enforceable_on <= part.signed_on <= self.today
                assert part.act_maximum_cents >= part.frozen_share_cents()

    @invariant()
    def shares_sum_to_the_cost_whoever_leaves(self) -> None:
        last = self.project.amendments.exclude(shares={}).last()
        assert last is None or sum(last.shares.values()) == makers.COST

    @invariant()
    def an_awarded_project_is_decided_signed_and_notified_in_that_order(self) -> None:
        state = self.seen[Project, self.project.pk]
        assert Consultation.objects.filter(ending="").count() <= 1
        if state not in ("running", "closed"):
            return
        facts = current_facts(self.project)
        assert facts is not None
        assert facts.ending == "awarded"
        for contract in facts.awarded:
            dates = [
                facts.day("decision"),
                *(facts.day(k, contract.number) for k in ("contract_signature", "notification")),
            ]
            assert all(dates)
            assert sorted(dates) == dates  # type: ignore[type-var]
            assert facts.agreed_on is not None
        if state == "closed":
            unpaid = self.project.participations.listed().filter(settlement=None).exclude(maximum_cents=0)
            assert not unpaid.exists()
            assert not self.project.needs.filter(state="pooled").exists()


def subject(event: Event) -> tuple[type[StatefulModel], int]:
    """The object that the event moved."""
    if event.participation_id is not None:
        return Participation, event.participation_id
    if event.need_id is not None:
        return Need, event.need_id
    assert event.project_id is not None
    return Project, event.project_id


@pytest.mark.parametrize("start", ["framing", "call", "frozen", "signed", "tender"])
def test_whatever_people_do_what_must_hold_holds(start: str) -> None:
    """A fifth of the runs from each start, so that the far states are met too."""
    runs, steps = (400, 50) if NIGHTLY else (40, 20)
    factory = seed(len(start))(type("Machine", (Machine,), {"scene": scene(start)}))
    phases = [Phase.generate, Phase.shrink] if NIGHTLY else [Phase.generate]  # the nightly run may take its time
    run_state_machine_as_test(
        factory,
        settings=settings(
            max_examples=runs,
            stateful_step_count=steps,
            deadline=None,
            derandomize=False,
            phases=phases,
            suppress_health_check=list(HealthCheck),
        ),
    )
