"""After the signature: departures and newcomers, settlements and deliveries, decisions taken by two, missions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from procurement import clock
from procurement.access import Actor
from procurement.letters import Letter
from procurement.models import Body, Role
from procurement.workflow import Blocked, Refused, missing_before, perform
from projects.actions.amendments import record_accession
from projects.actions.closing import record_maintenance, record_pilot, record_release, settle
from projects.actions.missions import set_missions
from projects.actions.participations import join_project
from projects.actions.projects import set_costs
from projects.actions.two_persons import give_proposal_up, propose, set_two_person_rule
from projects.assembly import assemble
from projects.consultation.reading import amendments, settlements, shares_now
from projects.enums import NeedState
from projects.missions import OPERATIONS, matrix, who_does
from projects.models import Amendment, Event, Participation, Project, Proposal, Settlement
from tests import makers
from tests.projects.requirement_cases import permit

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 5, 20)


@pytest.fixture(autouse=True)
def _on_that_day() -> Iterator[None]:
    with clock.at(DAY):
        yield


def plain(text: str) -> str:
    return text.replace("\u202f", " ").replace("\u00a0", " ")


def fresh(project: Project) -> Project:
    return Project.objects.get(pk=project.pk)


def lacks(project: Project, step: str) -> list[str]:
    return [plain(item.label) for item in missing_before(fresh(project), project.step(step))]


def last(project: Project) -> Participation:
    return project.participations.order_by("-id")[0]


def leave(project: Project) -> Participation:
    row = last(project)
    return perform(Participation, row.pk, "withdraw", actor=makers.holder(row.body), note="délibération du 4 mai")


def of_three(state: str, **fields: Any) -> Project:
    return makers.make_project(state, bodies=[makers.make_body() for _ in range(3)], **fields)


# Departures -----------------------------------------------------------------------------------------------------------
def test_a_departure_before_the_launch_recomputes_the_shares() -> None:
    project = of_three("constituted")
    assert set(shares_now(project).values()) == {2_000_00}
    gone = leave(project)
    [made] = amendments(fresh(project))
    assert (made.kind, made.body, made.effective_on, made.fee_cents) == ("leaving", gone.body.name, DAY, None)
    assert sum(shares_now(project).values()) == makers.COST
    assert set(shares_now(project).values()) == {3_000_00}
    assert gone.body.siren not in shares_now(project)


@pytest.mark.parametrize("keeps", [True, False])
def test_who_stays_keeps_its_act_only_where_the_frozen_text_says_so(keeps: bool) -> None:
    project = of_three("constituted")
    makers.prepare(project)
    permit(project, departure_keeps_acts=keeps)
    leave(project)
    said = lacks(project, "launch")
    assert bool(said) != keeps
    assert not said or "une nouvelle version de la convention" in said[0]


def test_who_would_pay_more_than_it_voted_votes_again() -> None:
    project = of_three("constituted")
    makers.prepare(project)
    permit(project, departure_keeps_acts=True)
    project.participations.update(act_maximum_cents=2_999_99)
    leave(project)
    said = lacks(project, "launch")
    assert len(said) == 2
    assert "sa part devient 3 000,00 € HT, au-delà des 2 999,99 € HT votés" in said[0]


def test_version_n_plus_1_is_written_from_a_constituted_grouping() -> None:
    project = of_three("constituted")
    leave(project)
    coordinator = makers.coordinator_of(project)
    with pytest.raises(Blocked, match="un motif"):
        perform(Project, project.pk, "unfreeze", actor=coordinator)
    perform(Project, project.pk, "unfreeze", actor=coordinator, note="un membre est parti")
    perform(Project, project.pk, "freeze", actor=coordinator)
    for row in project.listed_participations():
        makers.authorise(row)
        makers.sign(row)
    perform(Project, project.pk, "constitute", actor=coordinator)
    makers.prepare(project)
    assert lacks(project, "launch") == []
    version = fresh(project).current_version()
    assert version is not None
    assert version.number == 2
    assert shares_now(fresh(project)) == version.shares


def test_a_departure_during_the_consultation_needs_the_convention_s_permission_and_a_reason() -> None:
    project = of_three("tender")
    permit(project, leave_after_launch=False)
    with pytest.raises(Blocked, match="une convention qui permette de se retirer"):
        leave(project)
    permit(project, leave_after_launch=True)
    row = last(project)
    with pytest.raises(Blocked, match="un motif"):
        perform(Participation, row.pk, "withdraw", actor=makers.holder(row.body))
    leave(project)
    assert Amendment.objects.get().reason == "délibération du 4 mai"


def test_the_lead_body_does_not_leave_a_signed_grouping() -> None:
    project = of_three("constituted")
    lead = project.listed_participations()[0]
    with pytest.raises(Blocked, match="un autre coordonnateur"):
        perform(Participation, lead.pk, "withdraw", actor=makers.holder(lead.body), note="x")


# Newcomers ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("state", ["tender", "running"])
def test_a_launched_purchase_takes_nobody_with_the_legal_reason(state: str) -> None:
    project = makers.make_project(state)
    body = makers.make_body()
    with pytest.raises(Blocked, match="QE n° 100136"):
        join_project(project, body, actor=makers.holder(body))
    with pytest.raises(Blocked, match="QE n° 100136"):
        accede(project, body)
    assert not Participation.objects.filter(body=body).exists()


def accede(project: Project, body: Body, rule: str = "retroactive", **given: Any) -> Amendment:
    facts = {**makers.act_facts(project.participations.all()[0]), **makers.sign_facts()}
    for name in ("act_authorises_contract", "act_version"):
        del facts[name]
    values: dict[str, Any] = {"effective_on": DAY, "note": makers.PROOF, **facts, **given}
    return record_accession(project, body, actor=makers.coordinator_of(project), rule=rule, **values)


def by_population(**fields: Any) -> Project:
    """The worked example of domain.md §3, K13: 60 000 € by population."""
    bodies = [makers.make_body(name, population=size) for name, size in (("A", 1240), ("B", 8615), ("C", 36512))]
    project = makers.make_project("framing", bodies=bodies, route="shared_development", **fields)
    coordinator = makers.coordinator_of(project)
    key = {"kind": "prorata", "weight": "population"}
    line = {"label": "Développement", "amount_cents": 60_000_00, "vat_percent": "20", "key": key}
    set_costs(project, [line], [], actor=coordinator)
    perform(Project, project.pk, "open_call", actor=coordinator)
    for row in project.participations.all():
        makers.declare(row, 60_000_00)
    perform(Project, project.pk, "close_call", actor=coordinator, note="x")
    perform(Project, project.pk, "freeze", actor=coordinator)
    for row in project.participations.all():
        makers.authorise(row, act_maximum_cents=60_000_00)
        makers.sign(row)
    perform(Project, project.pk, "constitute", actor=coordinator)
    return fresh(project)


def test_a_newcomer_of_a_shared_development_pays_the_retroactive_fee_of_the_worked_example() -> None:
    project = by_population()
    before = shares_now(project)
    body = makers.make_body("D", population=20400)
    made = accede(project, body, act_maximum_cents=20_000_00)
    assert made.fee_cents == 18_332_41
    assert sorted(made.refunds.values()) == [490_27, 3_406_16, 14_435_98]
    assert sum(made.shares.values()) == sum(before.values()) == 60_000_00
    assert made.shares[body.siren or ""] == 18_332_41
    row = Participation.objects.get(body=body)
    assert (row.state, row.act_version, row.signed_version) == ("signed", 1, 1)
    steps = list(Event.objects.filter(project=project).order_by("-position").values_list("step", flat=True)[:3])
    assert steps == ["amendment", "accede", "join"]
    [told] = amendments(fresh(project))
    assert (told.kind, told.act_number, told.signatory) == ("joining", "2026-47", "Mme Le Guen")


def test_the_linear_rule_counts_what_is_left_and_after_five_years_nothing() -> None:
    project = by_population()
    given: dict[str, Any] = {"act_maximum_cents": 20_000_00}
    half = accede(project, makers.make_body("D", population=20400), "linear", elapsed_months=30, **given)
    assert half.fee_cents is not None
    assert abs(half.fee_cents - 18_332_41 // 2) <= 1
    assert sum(half.refunds.values()) == half.fee_cents
    project = by_population()
    assert accede(project, makers.make_body("D", population=20400), "linear", elapsed_months=60, **given).fee_cents == 0
    assert accede(fresh(project), makers.make_body("E", population=100), "none").fee_cents == 0


@pytest.mark.parametrize(
    ("given", "label"),
    [
        ({"act_maximum_cents": 18_332_40}, "un montant voté qui couvre le droit d'entrée"),
        ({"note": ""}, "la preuve sur laquelle vous agissez"),
        ({"signed_on": DAY - dt.timedelta(days=1)}, "une signature le 20/05/2026 au plus tôt"),
        ({"signed_on": DAY + dt.timedelta(days=1)}, "pas à venir"),
        ({"act_enforceable_on": DAY - dt.timedelta(days=1)}, "une date exécutoire"),
        ({"act_date": DAY - dt.timedelta(days=1)}, "un acte postérieur à la version 1"),
    ],
)
def test_an_accession_out_of_order_writes_nothing(given: dict[str, Any], label: str) -> None:
    project = by_population()
    events = Event.objects.count()
    with pytest.raises(Blocked, match=label):
        accede(project, makers.make_body("D", population=20400), **{"act_maximum_cents": 20_000_00, **given})
    assert Event.objects.count() == events
    assert project.participations.count() == 3


def test_a_body_enters_once() -> None:
    project = by_population()
    with pytest.raises(Blocked, match="est déjà « Signé »"):
        accede(project, last(project).body)


# Closing --------------------------------------------------------------------------------------------------------------
def test_a_project_closes_once_everybody_is_settled_and_its_needs_are_met() -> None:
    project = of_three("tender")
    permit(project, leave_after_launch=True)
    gone = leave(project)
    makers.award(fresh(project))
    lead, other = project.listed_participations()
    assert lacks(project, "close") == [f"le solde de {lead.body}", f"le solde de {other.body}"]
    makers.close(fresh(project))
    states = dict(project.needs.values_list("body_id", "state"))
    assert states == {lead.body_id: NeedState.MET, other.body_id: NeedState.MET}
    assert gone.body.needs.get().state == NeedState.PUBLISHED


def test_a_partner_that_buys_nothing_has_nothing_to_settle() -> None:
    project = of_three("running")
    Participation.objects.filter(pk=last(project).pk).update(maximum_cents=0)
    assert len(lacks(project, "close")) == 2


@pytest.mark.parametrize(
    ("given", "label"),
    [
        ({"settled_on": DAY + dt.timedelta(days=1)}, "pas à venir"),
        ({"settled_on": DAY - dt.timedelta(days=1)}, "le marché est notifié ce jour"),
        ({"final_cents": makers.MAXIMUM + 1}, "l'acte qui autorise 5 000,01 € HT"),
        ({"final_cents": makers.MAXIMUM + 1, "further_act": "2027-3"}, ""),
        ({"final_cents": makers.MAXIMUM}, ""),
    ],
)
def test_a_settlement_stays_within_the_vote_or_names_the_further_act(given: dict[str, Any], label: str) -> None:
    project = makers.make_project("running")
    row = last(project)
    values = {"final_cents": 100, "settled_on": DAY, **given}
    if not label:
        settle(row, actor=makers.holder(row.body), **values)
        assert settlements(project)[0].final_cents == values["final_cents"]
        return
    with pytest.raises(Blocked) as blocked:
        settle(row, actor=makers.holder(row.body), **values)
    assert label in plain(str(blocked.value))


def test_a_settlement_is_corrected_with_a_reason_and_the_journal_keeps_both() -> None:
    project = makers.make_project("running")
    row = last(project)
    given: dict[str, Any] = {"actor": makers.holder(row.body), "settled_on": DAY}
    settle(row, final_cents=100, **given)
    settle(row, final_cents=100, **given)  # a double click
    with pytest.raises(Blocked, match="le motif de la correction"):
        settle(row, final_cents=200, **given)
    settle(row, final_cents=200, note="avoir reçu", **given)
    assert Settlement.objects.get().final_cents == 200
    facts = [event.facts for event in Event.objects.filter(step="settle").order_by("position")]
    assert [(item["final_cents"], item.get("before_cents")) for item in facts] == [(100, None), (200, 100)]


def test_another_body_s_settlement_is_not_mine_and_the_coordinator_gives_a_proof() -> None:
    project = of_three("running")
    row = last(project)
    values: dict[str, Any] = {"final_cents": 1, "settled_on": DAY}
    with pytest.raises(PermissionDenied):
        settle(row, actor=makers.characters(project).member, **values)
    coordinator = makers.coordinator_of(project)
    with pytest.raises(Blocked, match="la preuve"):
        settle(row, actor=coordinator, **values)
    settle(row, actor=coordinator, note="décompte reçu", **values)


def test_a_shared_development_is_closed_once_version_1_is_published() -> None:
    project = makers.make_project("running", route="shared_development")
    for row in project.listed_participations():
        settle(row, actor=makers.holder(row.body), final_cents=0, settled_on=DAY)
    assert lacks(project, "close") == ["la publication de la version 1 sous licence libre, avec son dépôt"]
    release(project)
    assert lacks(project, "close") == []


def release(project: Project, **given: Any) -> Any:
    actor = makers.coordinator_of(project)
    return record_release(project, actor=actor, **{**makers.SOFTWARE, "published_on": DAY, **given})


@pytest.mark.parametrize(
    ("given", "label"),
    [
        ({"licence": "Proprietary"}, "une licence de la liste officielle"),
        ({"licence": "WTFPL"}, "D. 323-2-1 du CRPA"),
        ({"published_on": DAY + dt.timedelta(days=1)}, "pas à venir"),
        ({"rights_obtained": False}, "droits obtenus"),
        ({"secrets_removed": False}, "secrets"),
        ({"compatible": False}, "licences des composants"),
    ],
)
def test_version_1_is_published_free_clean_and_on_a_day_that_has_come(given: dict[str, Any], label: str) -> None:
    project = makers.make_project("running", route="shared_development")
    with pytest.raises(Blocked, match=label):
        release(project, **given)
    release(project)
    with pytest.raises(Blocked, match="le motif de la correction"):
        release(project, version="1.0.1")


def test_pilots_then_version_1_then_maintenance() -> None:
    project = makers.make_project("running", route="shared_development")
    actor, body = makers.coordinator_of(project), last(project).body
    with pytest.raises(Blocked, match="un partenaire du projet"):
        record_pilot(project, makers.make_body(), actor=actor, starts_on=DAY)
    record_pilot(project, body, actor=actor, starts_on=DAY)
    yesterday = DAY - dt.timedelta(days=1)
    with pytest.raises(Blocked, match="une décision le 20/05/2026 au plus tôt"):
        record_pilot(project, body, actor=actor, starts_on=DAY, verified_on=yesterday, outcome="accepted")
    made = record_pilot(project, body, actor=actor, starts_on=DAY, verified_on=DAY, outcome="postponed", remarks="lent")
    assert made.get_outcome_display() == "Ajournement"
    given: dict[str, Any] = {"provider": "Libre et Cie", "starts_on": DAY, "ends_on": None}
    with pytest.raises(Blocked, match="la publication de la version 1"):
        record_maintenance(project, actor=actor, **given)
    release(project)
    record_maintenance(project, actor=actor, **given)
    assert project.pilots.count() == 1


def test_a_purchase_delivers_no_release() -> None:
    with pytest.raises(Blocked, match="un développement partagé"):
        release(makers.make_project("running"))


# Two persons ----------------------------------------------------------------------------------------------------------
def guarded(state: str, cents: int = 1, **fields: Any) -> tuple[Project, Actor, Actor]:
    """A project with the rule, its coordinator, and a legal officer of the lead body."""
    project = makers.make_project(state, **fields)
    coordinator = makers.coordinator_of(project)
    set_two_person_rule(project, actor=coordinator, above_cents=cents)
    assert project.lead_body is not None
    return fresh(project), coordinator, makers.member(project.lead_body, Role.LEGAL)


@pytest.mark.parametrize("first", ["coordinator", "legal"])
def test_above_the_amount_one_proposes_to_freeze_and_another_confirms(first: str) -> None:
    project, coordinator, legal = guarded("agreement")
    one, two = (coordinator, legal) if first == "coordinator" else (legal, coordinator)
    with pytest.raises(Blocked, match="la proposition d'une première personne"):
        perform(Project, project.pk, "freeze", actor=one)
    propose(project, "freeze", actor=one)
    propose(project, "freeze", actor=one)  # a double click
    with pytest.raises(Blocked, match="une autre personne"):
        perform(Project, project.pk, "freeze", actor=one)
    perform(Project, project.pk, "freeze", actor=two)
    made = Proposal.objects.get()
    assert (made.made_by, made.confirmed_by) == (one.user, two.user)
    assert Event.objects.filter(step="propose").count() == 1


def test_at_the_amount_one_person_is_enough_and_only_the_coordinator() -> None:
    project, coordinator, legal = guarded("agreement", 2 * makers.MAXIMUM)
    with pytest.raises(Blocked, match="ne joue qu'au-delà"):
        perform(Project, project.pk, "freeze", actor=legal)
    perform(Project, project.pk, "freeze", actor=coordinator)


def test_without_the_rule_the_lead_body_s_people_freeze_nothing() -> None:
    project = makers.make_project("agreement")
    assert project.lead_body is not None
    with pytest.raises(PermissionDenied):
        perform(Project, project.pk, "freeze", actor=makers.member(project.lead_body, Role.LEGAL))


def test_nobody_else_proposes_nor_confirms() -> None:
    project, coordinator, _ = guarded("agreement")
    propose(project, "freeze", actor=coordinator)
    people = makers.characters(project)
    assert people.member.body is not None
    for other in (people.member, people.stranger, makers.member(people.member.body, Role.LEGAL), makers.make_steward()):
        with pytest.raises(PermissionDenied):
            perform(Project, project.pk, "freeze", actor=other)
        with pytest.raises(PermissionDenied):
            propose(project, "freeze", actor=other)


def test_what_changed_since_is_proposed_again() -> None:
    project, coordinator, legal = guarded("agreement")
    propose(project, "freeze", actor=coordinator)
    line = {"label": "Autre", "amount_cents": 5_000_00, "vat_percent": "20", "key": {"kind": "equal"}}
    set_costs(project, [line], [], actor=coordinator)
    with pytest.raises(Blocked, match="une nouvelle proposition"):
        perform(Project, project.pk, "freeze", actor=legal)
    propose(project, "freeze", actor=legal)
    perform(Project, project.pk, "freeze", actor=coordinator)


def test_an_award_above_the_amount_is_confirmed_by_another() -> None:
    project, coordinator, legal = guarded("tender")
    with pytest.raises(Blocked, match="un montant au-delà duquel"):
        propose(project, "award", actor=coordinator)  # no contract yet: nothing is above
    makers.conclude(project)
    propose(project, "award", actor=legal)
    with pytest.raises(Blocked, match="une autre personne"):
        perform(Project, project.pk, "award", actor=legal)
    perform(Project, project.pk, "award", actor=coordinator)


def test_a_proposal_is_taken_back_with_a_reason() -> None:
    project, coordinator, legal = guarded("agreement")
    propose(project, "freeze", actor=coordinator)
    with pytest.raises(Blocked, match="un motif"):
        give_proposal_up(project, "freeze", actor=legal, note=" ")
    give_proposal_up(project, "freeze", actor=legal, note="relisons")
    with pytest.raises(Blocked, match="la proposition d'une première personne"):
        perform(Project, project.pk, "freeze", actor=legal)
    with pytest.raises(Refused):
        propose(project, "award", actor=coordinator)


def test_who_set_the_rule_does_not_loosen_it_alone() -> None:
    project, coordinator, legal = guarded("agreement", 1_000)
    set_two_person_rule(project, actor=coordinator, above_cents=500)  # stricter
    for looser in (501, None):
        with pytest.raises(Blocked, match="une autre personne"):
            set_two_person_rule(fresh(project), actor=coordinator, above_cents=looser, note="pressé")
    with pytest.raises(Blocked, match="un motif"):
        set_two_person_rule(fresh(project), actor=legal, above_cents=None)
    set_two_person_rule(fresh(project), actor=legal, above_cents=None, note="décidé en bureau")
    assert fresh(project).two_person_above_cents is None


# Missions -------------------------------------------------------------------------------------------------------------
def test_the_presets_are_the_three_levels_of_mandate() -> None:
    signs = [who_does("signature", level, {}) for level in ("M1", "M2", "M3")]
    pays = [who_does("payment", level, {}) for level in ("M1", "M2", "M3")]
    assert (signs, pays) == (["each", "lead", "lead"], ["each", "each", "lead"])
    assert len(OPERATIONS) == len({item.code for item in OPERATIONS}) >= 21
    assert all(who_does("publication", level, {}) == "lead" for level in ("M1", "M2", "M3"))


def test_an_operation_may_go_to_another_member_and_the_preset_is_not_kept() -> None:
    project = makers.make_project()
    actor, other = makers.coordinator_of(project), last(project).body
    set_missions(project, {"analysis": str(other.pk), "publication": "lead"}, actor=actor)
    assert fresh(project).missions == {"analysis": str(other.pk)}
    chosen = {item.operation.code: item for item in matrix(project.mandate, fresh(project).missions)}
    assert (chosen["analysis"].who, chosen["analysis"].preset, chosen["publication"].preset) == (
        str(other.pk),
        False,
        True,
    )
    assert assemble(fresh(project)).missions == {"analysis": other.siren}


@pytest.mark.parametrize("chosen", [{"danse": "lead"}, {"analysis": "999999"}, {"analysis": "nobody"}])
def test_unknown_operations_and_bodies_outside_are_refused(chosen: dict[str, str]) -> None:
    project = makers.make_project()
    with pytest.raises(Blocked):
        set_missions(project, chosen, actor=makers.coordinator_of(project))


def test_missions_stand_once_frozen() -> None:
    project = makers.make_project("agreement", frozen=True)
    with pytest.raises(PermissionDenied):
        set_missions(project, {"analysis": "each"}, actor=makers.coordinator_of(project))


# Messages -------------------------------------------------------------------------------------------------------------
def test_members_are_told_of_the_launch_the_award_and_the_closing_and_not_whoever_did_it() -> None:
    project = makers.make_project("closed")
    member = makers.characters(project).member
    told = Letter.objects.filter(topic=project.reference)
    codes = set(told.filter(user=member.user).values_list("code", flat=True))
    assert {"launched", "awarded", "closed"} <= codes
    coordinator = makers.coordinator_of(project)
    assert not told.filter(user=coordinator.user, code__in=["launched", "awarded", "closed"]).exists()
    other = makers.make_project("tender")
    perform(
        Project, other.pk, "no_award", actor=makers.coordinator_of(other), ending="unsuccessful", note="aucune offre"
    )
    letter = Letter.objects.get(code="not_awarded", user=makers.characters(other).member.user)
    assert "infructueuse" in letter.text
    assert "aucune offre" in letter.text
