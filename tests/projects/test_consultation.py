"""Guards of the consultation: the threshold of all members, dates in order, one award per lot and buyer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from procurement import clock
from procurement.access import Actor
from procurement.models import Role
from procurement.money import euros
from procurement.workflow import Blocked, Refused, missing_before, perform
from projects.actions.contracts import record_contract
from projects.actions.projects import edit_project, set_lots
from projects.consultation.reading import current_facts
from projects.models import Consultation, Event, Milestone, Participation, Project
from projects.models.projects import CostLine
from tests import makers

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 5, 20)  # a Wednesday
NEED = 300_000_00


@pytest.fixture(autouse=True)
def _on_that_day() -> Iterator[None]:
    with clock.at(DAY):
        yield


def plain(text: str) -> str:
    return text.replace("\u202f", " ").replace("\u00a0", " ")


def lacks(project: Project, step: str) -> list[str]:
    fresh = Project.objects.get(pk=project.pk)
    return [plain(item.label) for item in missing_before(fresh, fresh.step(step))]


def costing(cents: int, **fields: Any) -> Project:
    """A constituted project whose members may buy for `cents` HT in all."""
    project = makers.make_project("constituted", **fields)
    project.participations.update(maximum_cents=cents // 2, act_maximum_cents=cents // 2)
    return Project.objects.get(pk=project.pk)


def refused(project: Project, kind: str, **given: Any) -> str:
    """The labels of what a milestone lacks, "" when it was recorded."""
    try:
        makers.milestone(project, kind, **given)
    except Blocked as error:
        return plain(" | ".join(item.label for item in error.missing))
    return ""


def after(days: int) -> Any:
    return clock.at(DAY + dt.timedelta(days=days))


# Launch: the procedure fits the sum of all members --------------------------------------------------------------------
@pytest.mark.parametrize(
    ("euros_ht", "procedure", "fits"),
    [
        (59_999, "direct", True),
        (60_000, "direct", False),
        (60_000, "adapted", True),
        (215_998, "adapted", True),
        (216_000, "adapted", False),
        (216_000, "open", True),
        (216_000, "negotiated", True),
        (1_000, "open", True),  # stricter than asked for
    ],
)
def test_the_procedure_fits_the_sum_of_all_members(euros_ht: int, procedure: str, fits: bool) -> None:
    project = costing(euros_ht * 100)
    makers.prepare(project, procedure)
    found = [line for line in lacks(project, "launch") if "procédure conforme" in line]
    assert bool(found) != fits


@pytest.mark.parametrize(("day", "fits"), [(dt.date(2026, 3, 31), True), (dt.date(2026, 4, 1), False)])
def test_the_threshold_is_the_one_of_the_day_of_launch(day: dt.date, fits: bool) -> None:
    """40 000 € until 31/03/2026, 60 000 € since: 50 000 € without publicity was not lawful before."""
    with clock.at(day):
        project = costing(50_000_00)
        makers.prepare(project, "direct")
        found = [line for line in lacks(project, "launch") if "procédure conforme" in line]
    assert bool(found) == fits


def test_an_article_may_permit_a_lighter_procedure() -> None:
    project = costing(NEED)
    makers.prepare(project, "adapted", derogation="R. 2123-1 2° : petits lots")
    assert lacks(project, "launch") == []


def test_subsidies_do_not_lower_the_need() -> None:
    """The contract is worth what is bought, not what members pay of it."""
    project = costing(50_000_00)
    CostLine.objects.filter(project=project).update(amount_cents=100_000_00)
    assert Project.objects.get(pk=project.pk).need_cents() == 100_000_00


def test_a_framework_agreement_has_a_maximum_that_covers_the_need() -> None:
    project = costing(NEED)
    makers.prepare(project, "open", form="orders")
    assert lacks(project, "launch") == ["le maximum de l'accord-cadre (article R. 2162-4 du CCP)"]
    makers.prepare(project, "open", form="orders", maximum_cents=NEED - 1)
    assert "d'au moins 300 000,00 € HT" in lacks(project, "launch")[0]
    makers.prepare(project, "open", form="orders", maximum_cents=NEED)
    assert lacks(project, "launch") == []
    Project.objects.filter(pk=project.pk).update(duration_months=60)
    assert "quatre ans au plus" in lacks(project, "launch")[0]
    makers.prepare(project, "open", form="orders", maximum_cents=NEED, long_reason="amortissement")
    assert lacks(project, "launch") == []


def test_a_maximum_of_the_framework_counts_for_the_threshold() -> None:
    project = costing(50_000_00)
    makers.prepare(project, "adapted", form="orders", maximum_cents=216_000_00)
    assert "216 000,00 € HT" in lacks(project, "launch")[0]


def test_without_preparation_cpv_or_reason_nothing_is_launched() -> None:
    project = makers.make_project("constituted")
    assert "une consultation préparée : procédure et forme du contrat" in lacks(project, "launch")
    makers.prepare(project)
    Project.objects.filter(pk=project.pk).update(cpv="", no_lots_reason="", duration_months=None)
    assert lacks(project, "launch") == [
        "le code CPV",
        "la durée en mois",
        "le motif de l'absence d'allotissement (articles L. 2113-10 et L. 2113-11 du CCP)",
    ]


# Milestones: dates in order -------------------------------------------------------------------------------------------
def formal(**given: Any) -> Project:
    """A launched open tender, published on DAY, offers due thirty-five days later at noon."""
    project = costing(NEED, **given)
    makers.launch(project, "open")
    makers.milestone(project, "publication", due_at=at_noon(35))
    return project


def at_noon(days: int) -> dt.datetime:
    return dt.datetime.combine(DAY + dt.timedelta(days=days), dt.time(12), tzinfo=clock.PARIS)


def up_to_letters(project: Project, **letters: Any) -> None:
    """Opened on day 36, chosen on day 50, letters on day 51."""
    with after(36):
        makers.milestone(project, "opening", count=3)
    with after(50):
        for kind in ("analysis", "committee", "decision"):
            makers.milestone(project, kind)
        makers.contract(project, amount_cents=NEED)
    with after(51):
        makers.milestone(project, "letters", **letters)


def test_nothing_is_published_before_the_convention_is_signed() -> None:
    project = costing(NEED)
    makers.launch(project, "open")
    given = {"day": DAY - dt.timedelta(days=1), "due_at": at_noon(35)}
    assert "la convention est signée de tous avant le lancement" in refused(project, "publication", **given)


@pytest.mark.parametrize(("days", "note", "ok"), [(29, "", False), (30, "", True), (29, "urgence motivée", True)])
def test_an_open_tender_lasts_thirty_days(days: int, note: str, ok: bool) -> None:
    project = costing(NEED)
    makers.launch(project, "open")
    said = refused(project, "publication", due_at=at_noon(days), note=note)
    assert ("30 jours pour un appel d'offres ouvert" in said) != ok


def test_questions_are_answered_six_days_before_the_deadline() -> None:
    project = formal()
    with after(29):
        assert refused(project, "questions") == ""
    project = formal()
    with after(30):
        assert "R. 2132-6" in refused(project, "questions")


def test_nothing_is_opened_before_the_deadline_to_the_second() -> None:
    project = formal()
    due = at_noon(35)
    with clock.at(due):
        assert "une ouverture après la date limite des offres" in refused(project, "opening", count=1)
    with clock.at(due + dt.timedelta(seconds=1)):
        assert refused(project, "opening", count=1) == ""


def test_each_milestone_waits_for_those_before_it() -> None:
    project = formal()
    with after(40):
        assert "l'ouverture des plis, avant « Rapport d'analyse" in refused(project, "analysis")
        makers.milestone(project, "opening", count=2)
        assert "le rapport d'analyse" in refused(project, "committee")
        makers.milestone(project, "analysis")
        assert "la décision de la commission d'appel d'offres" in refused(project, "decision")
        makers.milestone(project, "committee")
        early = refused(project, "decision", day=DAY + dt.timedelta(days=39))
        assert early.startswith("« Décision d'attribution » le 29/06/2026 au plus tôt")
        assert "pas à venir" in refused(project, "decision", day=DAY + dt.timedelta(days=41))
        assert refused(project, "decision") == ""


@pytest.mark.parametrize("on_paper", [False, True])
def test_the_signature_waits_for_the_end_of_the_standstill(on_paper: bool) -> None:
    """Letters on 10/07/2026 (day 51): eleven days end on 21/07, sixteen on Sunday 26/07, hence Monday 27."""
    project = formal()
    up_to_letters(project, on_paper=on_paper)
    facts = current_facts(project)
    assert facts is not None
    assert facts.standstill is not None
    limit = facts.standstill.limit
    assert limit == dt.date(2026, 7, 27 if on_paper else 21)
    with clock.at(limit):
        assert "le délai de suspension court" in refused(project, "contract_signature", contract=1)
        assert any("la fin du délai de suspension" in line for line in lacks(project, "award"))
    with clock.at(limit + dt.timedelta(days=1)):
        assert refused(project, "contract_signature", contract=1) == ""


def test_one_single_offer_dispenses_from_letters_and_standstill() -> None:
    project = formal()
    with after(36):
        makers.milestone(project, "opening", count=1)
        for kind in ("analysis", "committee", "decision"):
            makers.milestone(project, kind)
        makers.contract(project, amount_cents=NEED)
        assert refused(project, "contract_signature", contract=1) == ""


def test_an_adapted_procedure_has_no_standstill() -> None:
    project = costing(100_000_00)
    makers.launch(project, "adapted")
    makers.milestone(project, "publication", due_at=at_noon(21))
    with after(22):
        makers.milestone(project, "opening", count=4)
        makers.milestone(project, "analysis")
        makers.milestone(project, "decision")
        makers.contract(project)
        makers.milestone(project, "letters")
        assert refused(project, "contract_signature", contract=1) == ""


@pytest.mark.parametrize(("euros_ht", "due"), [(215_999, False), (216_000, True)])
def test_the_prefect_s_receipt_comes_before_the_notification_from_the_threshold_on(euros_ht: int, due: bool) -> None:
    """D. 2131-5-1 CGCT, whatever the procedure: here one that is stricter than asked for."""
    project = costing(100_000_00)
    makers.launch(project, "open")
    makers.milestone(project, "publication", due_at=at_noon(35))
    with after(36):
        makers.milestone(project, "opening", count=1)
        for kind in ("analysis", "committee", "decision"):
            makers.milestone(project, kind)
        makers.contract(project, amount_cents=euros_ht * 100)
        makers.milestone(project, "contract_signature", contract=1)
        assert ("le reçu du contrôle de légalité" in refused(project, "notification", contract=1)) == due
        if due:
            assert any("D. 2131-5-1" in line for line in lacks(project, "award"))
            makers.milestone(project, "transmission", contract=1, reference="038-1")
            makers.milestone(project, "notification", contract=1)
        assert lacks(project, "award") == []


def test_a_contract_above_what_its_procedure_allows_is_not_awarded() -> None:
    project = makers.make_project("tender")  # without publicity
    makers.conclude(project, amount_cents=60_000_00)
    assert any("une procédure conforme au seuil : 60 000,00 € HT" in line for line in lacks(project, "award"))


def test_a_correction_keeps_what_it_corrects_and_may_not_break_the_order() -> None:
    project = makers.make_project("tender")
    makers.contract(project)
    with after(5):
        makers.milestone(project, "decision")
        makers.milestone(project, "contract_signature", contract=1)
        assert "le motif de la correction" in refused(project, "decision", day=DAY)
        with after(6):
            late = {"day": DAY + dt.timedelta(days=6), "correction": "faute de frappe"}
            assert "au plus tôt" in refused(project, "decision", **late)
        assert refused(project, "decision", day=DAY, correction="faute de frappe") == ""
    rows = Milestone.objects.filter(kind="decision").order_by("pk")
    assert [(row.day, bool(row.corrected_on), row.correction) for row in rows] == [
        (DAY + dt.timedelta(days=5), True, "faute de frappe"),
        (DAY, False, ""),
    ]
    last = Event.objects.filter(project=project, step="tender_decision").latest("position")
    assert (last.note, last.facts["corrects"]) == ("faute de frappe", "2026-05-25")


def test_the_same_milestone_again_is_one_row_and_one_event() -> None:
    project = makers.make_project("tender")
    for _ in range(3):
        makers.milestone(project, "decision", reference="D-1")
    assert Milestone.objects.count() == 1
    assert Event.objects.filter(step="tender_decision").count() == 1


def test_what_was_done_elsewhere_is_recorded_with_its_proof() -> None:
    """The coordinator who works for another body than the lead says on what proof; the lead's people need none."""
    project = makers.make_project("tender")
    assert project.lead_body is not None
    outside = makers.member(makers.make_body(), Role.AGENT)
    Project.objects.filter(pk=project.pk).update(coordinator=outside.user)
    project = Project.objects.get(pk=project.pk)
    assert "la preuve de ce qui a été fait ailleurs" in refused(project, "decision", proof="")
    assert refused(project, "decision", proof="délibération reçue le 3") == ""
    assert Milestone.objects.get().proof == "délibération reçue le 3"


@pytest.mark.parametrize("state", ["constituted", "closed"])
def test_milestones_are_recorded_while_the_consultation_runs(state: str) -> None:
    project = makers.make_project(state)
    with pytest.raises(Refused):
        makers.milestone(project, "decision")


def test_after_the_award_only_what_follows_it_is_recorded() -> None:
    project = makers.make_project("running")
    makers.milestone(project, "decp", contract=1, reference="2026001")
    with pytest.raises(Refused):
        makers.milestone(project, "questions")


# Contracts: one per lot, and per member under M1 ----------------------------------------------------------------------
def expected(project: Project) -> list[tuple[int | None, str]]:
    facts = current_facts(project)
    assert facts is not None
    return [(item.lot, item.buyer) for item in facts.expected]


def two_lots(mandate: str) -> Project:
    bodies = [makers.make_body(name) for name in ("Amont", "Bourg")]
    project = makers.make_project("framing", bodies=bodies, mandate=mandate)
    lots = [{"number": 1, "title": "Logiciel"}, {"number": 2, "title": "Reprise"}]
    set_lots(project, lots, actor=makers.coordinator_of(project))
    coordinator = makers.coordinator_of(project)
    perform(Project, project.pk, "open_call", actor=coordinator)
    one, two = project.participations.order_by("id")
    makers.declare(one, lot_maxima=[{"lot": 1, "maximum_cents": makers.MAXIMUM}])
    both = [{"lot": 1, "maximum_cents": makers.MAXIMUM - 100}, {"lot": 2, "maximum_cents": 100}]
    makers.declare(two, lot_maxima=both)
    perform(Project, project.pk, "close_call", actor=coordinator, note="chacun a répondu")
    perform(Project, project.pk, "freeze", actor=coordinator)
    for row in project.participations.all():
        makers.authorise(row)
        makers.sign(row)
    perform(Project, project.pk, "constitute", actor=coordinator)
    makers.launch(Project.objects.get(pk=project.pk))
    return Project.objects.get(pk=project.pk)


def test_one_contract_is_expected_per_lot_and_under_m1_per_member_of_the_lot() -> None:
    assert expected(two_lots("M2")) == [(1, "Amont"), (2, "Amont")]
    assert expected(two_lots("M1")) == [(1, "Amont"), (1, "Bourg"), (2, "Bourg")]


def test_the_matrix_of_missions_says_who_signs_before_the_level_of_mandate() -> None:
    project = two_lots("M2")
    Project.objects.filter(pk=project.pk).update(missions={"signature": "each"})
    assert len(expected(Project.objects.get(pk=project.pk))) == 3


def test_each_expected_contract_is_asked_for_signed_and_notified() -> None:
    project = two_lots("M2")
    assert lacks(project, "award")[:2] == [
        "le titulaire et le montant : le lot 1",
        "le titulaire et le montant : le lot 2",
    ]
    makers.contract(project)
    makers.milestone(project, "decision")
    for kind in ("contract_signature", "notification"):
        makers.milestone(project, kind, contract=1)
    assert lacks(project, "award") == ["la signature : le lot 2, Amont", "la notification : le lot 2, Amont"]


def test_a_lot_may_come_to_nothing_with_its_reason_while_another_is_awarded() -> None:
    project = two_lots("M2")
    makers.contract(project)
    coordinator = makers.coordinator_of(project)
    facts = current_facts(project)
    assert facts is not None
    buyer = facts.expected[0].buyer_id
    given: dict[str, Any] = {"actor": coordinator, "buyer_id": buyer, "proof": makers.PROOF, "ending": "unsuccessful"}
    with pytest.raises(Blocked, match="le motif pour lequel ce lot n'est pas attribué"):
        record_contract(project, lot=2, **given)
    record_contract(project, lot=2, ending_reason="aucune offre", **given)
    makers.milestone(project, "decision")
    for kind in ("contract_signature", "notification"):
        makers.milestone(project, kind, contract=1)
    assert lacks(project, "award") == []
    record_contract(project, lot=1, ending_reason="aucune offre", correction="erreur", **given)
    assert any("au moins un marché attribué" in line for line in lacks(project, "award"))


HOLDERS: list[tuple[dict[str, Any], str]] = [
    ({"holders": []}, "le titulaire : sa dénomination et son identifiant"),
    ({"holders": [{**makers.HOLDER, "identifier": "73282932000075"}]}, "un SIRET de quatorze chiffres"),
    ({"holders": [{**makers.HOLDER, "identifier": ""}]}, "un SIRET de quatorze chiffres"),
    ({"holders": [{**makers.HOLDER, "id_kind": "TVA", "identifier": ""}]}, "l'identifiant de Libre et Cie"),
    ({"holders": [{**makers.HOLDER, "id_kind": "TVA", "identifier": "DE811569869"}]}, ""),
    ({"amount_cents": None}, "le montant HT du marché"),
    ({"bidders": "joint"}, "au moins deux entreprises"),
    ({"holders": [makers.HOLDER, {**makers.HOLDER, "id_kind": "TVA"}]}, "la forme du groupement d'opérateurs"),
]


@pytest.mark.parametrize(("given", "label"), HOLDERS)
def test_a_holder_has_an_identifier_and_an_amount(given: dict[str, Any], label: str) -> None:
    project = makers.make_project("tender")
    if label:
        with pytest.raises(Blocked, match=label):
            makers.contract(project, **given)
    else:
        makers.contract(project, **given)


def test_contracts_stay_under_the_maximum_of_the_framework_agreement() -> None:
    project = costing(50_000_00)
    makers.launch(project, form="orders", maximum_cents=50_000_00)
    with pytest.raises(Blocked, match="le maximum de l'accord-cadre"):
        makers.contract(project, amount_cents=50_000_01)
    makers.contract(project, amount_cents=50_000_00)


def test_under_m1_each_member_records_its_own_contract_and_not_another_s() -> None:
    project = makers.make_project("tender", mandate="M1")
    facts = current_facts(project)
    assert facts is not None
    own = makers.characters(project).member
    assert own.body is not None
    mine = next(item for item in facts.expected if item.buyer_id == own.body.pk)
    other = next(item for item in facts.expected if item.buyer_id != own.body.pk)
    given: dict[str, Any] = {"actor": own, "amount_cents": 1, "holders": [makers.HOLDER]}
    record_contract(project, lot=mine.lot, buyer_id=mine.buyer_id, **given)
    with pytest.raises(PermissionDenied):
        record_contract(project, lot=other.lot, buyer_id=other.buyer_id, **given)


# No award, then another launch ----------------------------------------------------------------------------------------
def test_no_award_needs_a_reason_and_no_signature_and_leaves_room_for_another_consultation() -> None:
    project = makers.make_project("tender")
    coordinator: Actor = makers.coordinator_of(project)
    with pytest.raises(Blocked, match="un motif"):
        perform(Project, project.pk, "no_award", actor=coordinator, ending="dropped")
    with pytest.raises(Blocked, match="sans suite, ou infructueux"):
        perform(Project, project.pk, "no_award", actor=coordinator, ending="awarded", note="x")
    perform(Project, project.pk, "no_award", actor=coordinator, ending="dropped", note="le besoin a changé")
    row = Consultation.objects.get()
    assert (row.ending, row.ending_reason, row.ended_on) == ("dropped", "le besoin a changé", DAY)
    project = Project.objects.get(pk=project.pk)
    assert project.state == "constituted"
    makers.launch(project)
    makers.conclude(project)
    assert lacks(project, "no_award")[0].startswith("un marché non signé : le lot 1 l'est depuis le 20/05/2026")
    perform(Project, project.pk, "award", actor=coordinator)
    endings = Consultation.objects.order_by("number").values_list("number", "ending")
    assert list(endings) == [(1, "dropped"), (2, "awarded")]


def test_the_database_refuses_what_no_form_would_send() -> None:
    project = makers.make_project("tender")
    makers.contract(project)
    row = Consultation.objects.get()
    contract = row.contracts.get()
    who = makers.coordinator_of(project).user
    assert who is not None
    bad: list[Any] = [
        lambda: Consultation.objects.create(project=project, number=2, procedure="open", prepared_by=who),
        lambda: Milestone.objects.create(consultation=row, kind="notification", day=DAY, recorded_by=who),
        lambda: contract.milestones.create(consultation=row, kind="decision", day=DAY, recorded_by=who),
        lambda: row.contracts.update(ending="dropped"),
        lambda: Consultation.objects.filter(pk=row.pk).update(ending="dropped"),
    ]
    for write in bad:
        with pytest.raises(IntegrityError), transaction.atomic():
            write()


def test_the_need_on_which_the_procedure_was_chosen_is_kept() -> None:
    project = makers.make_project("tender")
    before = current_facts(project)
    assert before is not None
    Participation.objects.filter(project=project).update(maximum_cents=10**9)
    facts = current_facts(project)
    assert facts is not None
    assert facts.need_cents == before.need_cents == 2 * makers.MAXIMUM
    assert euros(facts.need_cents) == "10\u202f000,00\u00a0€"


def test_the_framing_no_longer_changes_once_constituted() -> None:
    project = makers.make_project("tender")
    with pytest.raises(PermissionDenied):
        edit_project(project, actor=makers.coordinator_of(project), title="Autre")
