"""Another body leads once the call is open: proposed, accepted by that body, by amendment once all have signed."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from procurement.access import Actor
from procurement.letters import Letter
from procurement.models import Body, Role
from procurement.workflow import Blocked, Refused, perform
from projects.actions.contracts import record_contract
from projects.actions.leads import answer_lead, give_lead_up, propose_lead, record_lead_change, successors
from projects.actions.projects import set_costs
from projects.awaited.todo import todos
from projects.consultation.reading import amendments, current_facts, shares_now
from projects.enums import AmendmentKind, LeadEnding, MilestoneKind, ParticipationState
from projects.journal import verify
from projects.leaving import leave
from projects.models import AgreementTerms, Contract, Event, LeadChange, Participation, Project
from projects.orders.rules import ordering_body, records_orders
from projects.requirements.leads import signatures_needed
from tests import makers
from tests.makers import coordinator_of, holder, make_body, make_project, make_steward, member

pytestmark = pytest.mark.django_db
REASON = "La commune n'a plus de juriste."
CALLED = ["call", "agreement"]
SIGNED = ["constituted", "tender", "running"]


def of_three(state: str, **fields: Any) -> tuple[Project, Body]:
    """The project, and the member that is to lead: the second one."""
    bodies = [make_body() for _ in range(3)]
    for body in bodies:
        holder(body), holder(body, Role.LEGAL)
    return make_project(state, bodies=bodies, **fields), bodies[1]


def fresh(project: Project) -> Project:
    return Project.objects.get(pk=project.pk)


def propose(project: Project, body: Body, by: Actor | None = None) -> LeadChange:
    return propose_lead(project, body, actor=by or coordinator_of(project), reason=REASON)


def accept(project: Project, body: Body) -> LeadChange:
    return answer_lead(project, actor=holder(body, Role.LEGAL), accepts=True)


def amendment_facts(project: Project, **facts: Any) -> dict[str, Any]:
    day = makers.clock.today()
    every = [row.body_id for row in project.listed_participations()]
    given = {"signed_by": every, "act_number": "2026-99", "act_date": day, "act_enforceable_on": day}
    return {"effective_on": day, "authorises_contract": True, "note": "avenant reçu", **given, **facts}


def replaced(state: str, **fields: Any) -> tuple[Project, Body]:
    project, body = of_three(state, **fields)
    propose(project, body)
    accept(project, body)
    if state in SIGNED:
        record_lead_change(project, actor=coordinator_of(project), **amendment_facts(project))
    return fresh(project), body


def steps(project: Project) -> list[str]:
    return list(Event.objects.filter(project=project).order_by("position").values_list("step", flat=True))


# Before all have signed -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("state", CALLED)
def test_before_the_freeze_the_agreement_of_the_other_is_enough(state: str) -> None:
    project, body = replaced(state)
    assert project.lead_body == body
    assert project.state == state
    assert steps(project)[-3:] == ["propose_lead", "accept_lead_change", "replace_lead"]
    assert not project.amendments.exists()
    assert LeadChange.objects.get().ending == LeadEnding.DONE
    assert verify().fault == ""


def test_a_frozen_version_names_the_former_lead_body_so_it_lapses_with_what_was_voted_on_it() -> None:
    project, body = of_three("agreement", frozen=True)
    first = project.listed_participations()[0]
    makers.sign(makers.authorise(first))
    propose(project, body)
    assert project.current_version() is not None  # a proposal changes nothing
    accept(project, body)
    assert fresh(project).current_version() is not None  # the coordinator alone gives up what others voted
    assert "Reprendre la rédaction" in [item.verb for item in todos(coordinator_of(project), project)]
    perform(Project, project.pk, "unfreeze", actor=coordinator_of(project), note=REASON)
    project = fresh(project)
    assert (project.current_version(), project.lead_body) == (None, body)
    assert {row.state for row in project.listed_participations()} == {ParticipationState.INTENDED}
    perform(Project, project.pk, "freeze", actor=coordinator_of(project))
    version = fresh(project).current_version()
    assert version is not None
    assert [party["siren"] for party in version.facts["parties"] if party["is_lead"]] == [body.siren]


def test_who_stood_in_for_the_lead_body_no_longer_does_once_it_leads() -> None:
    project, body = of_three("agreement")
    terms = AgreementTerms.objects.create(project=project, deputy=body)
    propose(project, body)
    accept(project, body)
    terms.refresh_from_db()
    assert terms.deputy is None


# Once all have signed -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("state", SIGNED)
def test_a_signed_convention_changes_its_lead_body_by_amendment_and_keeps_the_rest(state: str) -> None:
    project, body = of_three(state)
    former = project.lead_body
    before = {row.pk: (row.state, row.act_number, row.signed_on) for row in project.participations.all()}
    propose(project, body)
    accept(project, body)
    assert fresh(project).lead_body == former  # accepted, not yet signed
    made = record_lead_change(project, actor=coordinator_of(project), **amendment_facts(project))
    project = fresh(project)
    assert (project.lead_body, project.state) == (body, state)
    assert (made.kind, made.body, made.replaced) == (AmendmentKind.LEAD, body, former)
    assert len(made.signed_by) == 3
    assert {row.pk: (row.state, row.act_number, row.signed_on) for row in project.participations.all()} == before
    assert project.current_version() is not None
    assert [item.title for item in amendments(project)] == [f"Changement de coordonnateur : {body}"]
    assert steps(project)[-2:] == ["replace_lead", "amendment"]
    assert verify().fault == ""


LACKS: list[tuple[dict[str, Any], str]] = [
    ({"signed_by": []}, "la signature du nouveau coordonnateur"),
    ({"signed_by": "new"}, "2 signatures sur 3 membres"),
    ({"authorises_contract": False}, "l'autorisation de signer le marché"),
    ({"act_enforceable_on": dt.date(2020, 1, 1)}, "une date exécutoire"),
    ({"act_enforceable_on": dt.date(2099, 1, 1)}, "l'acte est alors exécutoire"),
    ({"effective_on": dt.date(2099, 1, 1)}, "qui ne soit pas à venir"),
    ({"effective_on": dt.date(2020, 1, 1)}, "l'accord est de ce jour"),
    ({"note": " "}, "la preuve"),
]


def test_an_amendment_that_is_not_sound_is_refused() -> None:
    project, body = of_three("constituted")
    propose(project, body)
    with pytest.raises(Blocked, match="l'accord de"):
        record_lead_change(project, actor=coordinator_of(project), **amendment_facts(project))
    accept(project, body)
    for given, missing in LACKS:
        facts = {name: [body.pk] if value == "new" else value for name, value in given.items()}
        with pytest.raises(Blocked, match=missing):
            record_lead_change(project, actor=coordinator_of(project), **amendment_facts(project, **facts))
    assert fresh(project).lead_body != body


def test_as_many_sign_as_the_frozen_text_asks_for() -> None:
    project, body = of_three("constituted")
    propose(project, body)
    accept(project, body)
    version = project.current_version()
    assert version is not None
    every = [row.body_id for row in project.listed_participations()]
    signers = sorted(every, key=lambda pk: pk != body.pk)
    for rule, needed in (("unanimity", 3), ("two_thirds", 2), ("simple", 2)):
        version.facts["terms"]["vote_rule"] = rule
        version.save()
        with pytest.raises(Blocked, match=f"{needed} signatures sur 3"):
            record_lead_change(
                project, actor=coordinator_of(project), **amendment_facts(project, signed_by=signers[: needed - 1])
            )
    given = amendment_facts(project, signed_by=signers[:2])
    assert record_lead_change(project, actor=coordinator_of(project), **given).kind == AmendmentKind.LEAD


@pytest.mark.parametrize(
    ("rule", "members", "needed"),
    [("unanimity", 7, 7), ("two_thirds", 7, 5), ("two_thirds", 6, 4), ("simple", 7, 4), ("simple", 6, 4)],
)
def test_a_majority_is_counted_in_members_and_a_shared_development_asks_for_everybody(
    rule: str, members: int, needed: int
) -> None:
    version = SimpleNamespace(facts={"amendments": []})
    given = {"current_version": lambda: version, "frozen_term": lambda name: rule}
    assert signatures_needed(SimpleNamespace(route="grouped_purchase", **given), members) == needed
    assert signatures_needed(SimpleNamespace(route="shared_development", **given), members) == members


def test_an_article_that_the_project_wrote_itself_says_its_own_majority() -> None:
    project, body = of_three("constituted")
    version = project.current_version()
    assert version is not None
    version.facts["amendments"] = [{"code": "convention/15-remplacement", "text": "Le doyen désigne."}]
    version.save()
    propose(project, body)
    accept(project, body)
    given = amendment_facts(project, signed_by=[body.pk])
    assert record_lead_change(project, actor=coordinator_of(project), **given).signed_by == [body.siren]


def test_nobody_pays_more_than_it_voted_because_the_discount_went_with_the_role() -> None:
    project, body = of_three("agreement")
    lead = project.lead_body
    assert lead is not None
    line = {"label": "Développement", "amount_cents": 6_000_00, "vat_percent": "20", "key": {"kind": "equal"}}
    discounted = {**line, "lead_discount": {"percent": "50", "mode": "amount"}}
    set_costs(project, [discounted], [], actor=coordinator_of(project))
    perform(Project, project.pk, "freeze", actor=coordinator_of(project))
    for row in project.listed_participations():
        voted = 1_000_00 if row.body == lead else 3_000_00
        makers.sign(makers.authorise(row, act_maximum_cents=voted))
    perform(Project, project.pk, "constitute", actor=coordinator_of(project))
    propose(project, body)
    accept(project, body)
    with pytest.raises(Blocked, match="un nouveau vote de"):
        record_lead_change(project, actor=coordinator_of(project), **amendment_facts(project))
    assert fresh(project).lead_body == lead
    Participation.objects.filter(project=project, body=lead).update(act_maximum_cents=3_000_00)
    record_lead_change(project, actor=coordinator_of(project), **amendment_facts(project))
    assert shares_now(fresh(project))[body.siren or ""] == 1_000_00
    assert sum(shares_now(fresh(project)).values()) == 6_000_00


# What follows the role ------------------------------------------------------------------------------------------------
def test_missions_of_a_mandated_member_become_those_of_the_lead_body() -> None:
    project, body = of_three("tender")
    Project.objects.filter(pk=project.pk).update(missions={"analysis": str(body.pk), "payment": str(body.pk)})
    propose(project, body)
    accept(project, body)
    record_lead_change(project, actor=coordinator_of(project), **amendment_facts(project))
    assert fresh(project).missions == {"payment": "lead"}


def test_contracts_that_nobody_signed_are_for_the_new_lead_body_to_sign() -> None:
    project, body = of_three("tender")
    makers.contract(project)
    propose(project, body)
    accept(project, body)
    record_lead_change(project, actor=coordinator_of(project), **amendment_facts(project))
    assert Contract.objects.get().buyer == body
    facts = current_facts(fresh(project))
    assert facts is not None
    assert [item.buyer_id for item in facts.expected] == [body.pk]


def test_where_each_member_signs_its_own_contract_none_changes_hands() -> None:
    project, body = of_three("tender", mandate="M1")
    makers.contract(project)
    buyers = sorted(Contract.objects.values_list("buyer_id", flat=True))
    propose(project, body)
    accept(project, body)
    record_lead_change(project, actor=coordinator_of(project), **amendment_facts(project, authorises_contract=False))
    assert sorted(Contract.objects.values_list("buyer_id", flat=True)) == buyers


def test_between_the_first_signature_of_a_contract_and_the_award_nobody_else_takes_the_lead() -> None:
    project, body = of_three("tender")
    makers.contract(project)
    makers.milestone(project, MilestoneKind.DECISION)
    makers.milestone(project, MilestoneKind.SIGNATURE, contract=1)
    with pytest.raises(Blocked, match="l'attribution enregistrée"):
        propose(project, body)


def test_a_contract_that_runs_keeps_who_signed_it_and_orders_follow_the_role() -> None:
    project, body = of_three("running", mandate="M3")
    former = project.lead_body
    assert former is not None
    row = project.listed_participations().exclude(body__in=[former, body]).get()
    propose(project, body)
    accept(project, body)
    record_lead_change(project, actor=coordinator_of(project), **amendment_facts(project))
    row = Participation.objects.select_related("project").get(pk=row.pk)
    assert ordering_body(row) == body.pk
    assert records_orders(row, holder(body))
    assert not records_orders(row, holder(former, Role.LEGAL))
    assert Contract.objects.get().buyer == former


def test_the_former_lead_body_may_then_leave_before_the_launch() -> None:
    project, _ = of_three("constituted")
    former = project.listed_participations()[0]
    with pytest.raises(Blocked, match="un autre coordonnateur"):
        perform(Participation, former.pk, "withdraw", actor=holder(former.body), note="x")
    body = project.listed_participations()[1].body
    propose(project, body)
    accept(project, body)
    record_lead_change(project, actor=coordinator_of(project), **amendment_facts(project))
    gone = perform(Participation, former.pk, "withdraw", actor=holder(former.body), note="x")
    assert gone.state == ParticipationState.WITHDRAWN


# Who may, and what else happens ---------------------------------------------------------------------------------------
def people_of(project: Project, body: Body) -> dict[str, Actor]:
    lead, third = (row.body for row in project.participations.exclude(body=body).select_related("body").order_by("id"))
    return {
        "coordinator": coordinator_of(project),
        "lead_agent": member(lead, Role.AGENT),
        "lead_legal": holder(lead, Role.LEGAL),
        "lead_viewer": member(lead, Role.VIEWER),
        "steward": make_steward(),
        "new_agent": holder(body),
        "new_legal": holder(body, Role.LEGAL),
        "new_viewer": member(body, Role.VIEWER),
        "other_agent": holder(third),
        "stranger": member(),
    }


PROPOSERS = {"coordinator", "lead_agent", "lead_legal", "steward"}
ANSWERERS = {"new_agent", "new_legal"}


@pytest.mark.parametrize("state", [*CALLED, *SIGNED])
def test_who_proposes_who_answers_who_records(state: str) -> None:
    project, body = of_three(state)
    for role, actor in people_of(project, body).items():
        LeadChange.objects.all().delete()
        if role not in PROPOSERS:
            with pytest.raises(PermissionDenied):
                propose(project, body, actor)
        propose(project, body, actor if role in PROPOSERS else None)
        if role not in ANSWERERS:
            with pytest.raises(PermissionDenied):
                answer_lead(project, actor=actor, accepts=True)
        if role != "coordinator" and state in SIGNED:
            with pytest.raises(PermissionDenied):
                record_lead_change(project, actor=actor, **amendment_facts(project))


def test_who_proposed_does_not_accept() -> None:
    project, body = of_three("call")
    both = member(body, Role.AGENT, user=project.coordinator)
    propose(project, body, both)
    with pytest.raises(PermissionDenied):
        answer_lead(project, actor=both, accepts=True)


@pytest.mark.parametrize("state", ["framing", "closed", "abandoned"])
def test_elsewhere_the_lead_body_is_not_replaced_here(state: str) -> None:
    project, body = of_three(state)
    with pytest.raises(Refused):
        propose(project, body)


def test_only_a_member_that_can_answer_and_a_reason() -> None:
    project, body = of_three("agreement")
    silent = project.participations.exclude(body__in=[body, project.lead_body]).get().body
    silent.memberships.update(revoked_on=makers.clock.today())
    assert list(successors(project)) == [body]
    for wrong in (silent, make_body(), project.lead_body):
        with pytest.raises(Blocked, match="un autre organisme du projet"):
            propose_lead(project, wrong, actor=coordinator_of(project), reason=REASON)
    with pytest.raises(Blocked, match="un motif"):
        propose_lead(project, body, actor=coordinator_of(project), reason=" ")


def test_one_proposal_at_a_time_and_the_same_again_is_the_same() -> None:
    project, body = of_three("agreement")
    first = propose(project, body)
    assert propose(project, body) == first
    other = project.participations.exclude(body__in=[body, project.lead_body]).get().body
    with pytest.raises(Blocked, match="le retrait de la proposition"):
        propose(project, other)
    with pytest.raises(Blocked, match="un motif"):
        give_lead_up(project, actor=coordinator_of(project), note="")
    give_lead_up(project, actor=coordinator_of(project), note="erreur")
    assert propose(project, other).to_body == other


def test_a_refusal_has_a_reason_and_ends_it() -> None:
    project, body = of_three("agreement")
    propose(project, body)
    with pytest.raises(Blocked, match="le motif du refus"):
        answer_lead(project, actor=holder(body), accepts=False)
    change = answer_lead(project, actor=holder(body), accepts=False, note="pas les moyens")
    assert (change.ending, change.note) == (LeadEnding.REFUSED, "pas les moyens")
    with pytest.raises(Blocked, match="un autre coordonnateur proposé"):
        accept(project, body)


def test_a_text_taken_up_again_needs_no_amendment_any_more() -> None:
    project, body = of_three("constituted")
    propose(project, body)
    accept(project, body)
    perform(Project, project.pk, "unfreeze", actor=coordinator_of(project), note="nouvelle version")
    assert fresh(project).lead_body == body
    assert not project.amendments.exists()
    assert LeadChange.objects.get().ending == LeadEnding.DONE


@pytest.mark.parametrize("how", ["abandon", "withdraw"])
def test_it_ends_with_the_project_or_with_the_departure_of_the_body_asked(how: str) -> None:
    project, body = of_three("agreement")
    propose(project, body)
    if how == "abandon":
        perform(Project, project.pk, "abandon", actor=coordinator_of(project), note="plus de crédits")
    else:
        row = project.participations.get(body=body)
        perform(Participation, row.pk, "withdraw", actor=holder(body), note="plus de crédits")
    assert LeadChange.objects.get().ending == LeadEnding.GIVEN_UP
    assert LeadChange.objects.get().note == "plus de crédits"


def test_who_must_act_is_told_and_finds_it_in_the_list_of_things_to_do() -> None:
    project, body = of_three("constituted")
    propose(project, body)
    asked = holder(body)
    assert Letter.objects.filter(user=asked.user, code="lead_proposed").exists()
    assert any("coordonnateur" in item.text and item.verb == "Accepter ou refuser" for item in todos(asked))
    accept(project, body)
    assert not [item for item in todos(asked) if item.verb == "Accepter ou refuser"]
    assert [item.verb for item in todos(coordinator_of(project), project)].count("Enregistrer l'avenant") == 1
    record_lead_change(project, actor=coordinator_of(project), **amendment_facts(project))
    third = project.participations.exclude(body__in=[body, project.lead_body]).get().body
    assert Letter.objects.filter(user=holder(third).user, code="lead_changed").count() == 1
    assert "Enregistrer l'avenant" not in [item.verb for item in todos(coordinator_of(project), project)]


@pytest.mark.parametrize("state", ["call", "constituted", "running"])
def test_a_lead_body_that_leaves_the_collective_asks_another_to_lead(state: str) -> None:
    project, body = of_three(state)
    lead = project.lead_body
    assert lead is not None
    leave(lead, actor=holder(lead), note="fusion", successors={}, leads={project.pk: body})
    change = LeadChange.objects.get()
    assert (change.to_body, change.reason, change.accepted_on) == (body, "fusion", None)
    answer_lead(project, actor=holder(body, Role.LEGAL), accepts=True)
    assert (fresh(project).lead_body == body) == (state == "call")


def test_a_lead_body_leaves_even_when_nobody_may_take_its_place_now() -> None:
    project, body = of_three("tender")
    lead = project.lead_body
    assert lead is not None
    makers.contract(project)
    makers.milestone(project, MilestoneKind.DECISION)
    makers.milestone(project, MilestoneKind.SIGNATURE, contract=1)
    leave(lead, actor=holder(lead), note="fusion", successors={}, leads={project.pk: body})
    assert not LeadChange.objects.exists()
    assert steps(project)[-1] == "lead_leaves"


def test_what_is_recorded_of_a_contract_still_counts_after_the_change() -> None:
    """The award goes on: the facts recorded under the former lead body are not asked again."""
    project, body = replaced("tender")
    facts = current_facts(project)
    assert facts is not None
    for wanted in facts.expected:
        record_contract(
            project,
            actor=holder(body, Role.LEGAL),
            lot=wanted.lot,
            buyer_id=wanted.buyer_id,
            amount_cents=100,
            holders=[makers.HOLDER],
        )
    assert Contract.objects.get().buyer == body
