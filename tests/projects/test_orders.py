"""Orders of a running contract: maxima to the cent, alerts, who records, the duration and its renewals."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from procurement import clock
from procurement.access import Actor
from procurement.letters import Letter
from procurement.models import Role
from procurement.workflow import perform
from projects.actions.orders import cancel_order, decide_renewal, record_order, set_term
from projects.enums import ProjectState
from projects.journal import verify
from projects.models import Consultation, ContractTerm, Event, Lot, Order, Participation, Project
from projects.orders.consumption import consumption, notified_on
from tests import makers
from tests.makers import MAXIMUM, coordinator_of, holder, make_body, make_project, member

pytestmark = pytest.mark.django_db


def running(**fields: Any) -> Project:
    """Two bodies, each with a maximum of MAXIMUM cents."""
    return make_project(ProjectState.RUNNING, **fields)


def rows_of(project: Project) -> list[Participation]:
    return list(project.listed_participations())


def order(row: Participation, cents: int, *, by: Actor | None = None, **facts: Any) -> Order:
    lot = facts.pop("lot", row.project.lots.first())
    given = {"reference": f"BC-{uuid.uuid4().hex[:6]}", "ordered_on": clock.today(), "lot": lot, **facts}
    return record_order(row, actor=by or holder(row.body), amount_cents=cents, **given)


def refused(row: Participation, cents: int, **facts: Any) -> dict[str, list[str]]:
    with pytest.raises(ValidationError) as caught:
        order(row, cents, **facts)
    return {
        name: [line.replace("\u00a0", " ").replace("\u202f", " ") for line in lines]
        for name, lines in caught.value.message_dict.items()
    }


def test_a_body_orders_up_to_its_maximum_to_the_cent() -> None:
    row = rows_of(running())[1]
    order(row, MAXIMUM - 1)
    assert refused(row, 2) == {
        "amount_cents": [
            f"Cette commande dépasse le maximum de {row.body}, 5 000,00 € HT : il reste 0,01 € HT "
            "(article R. 2162-4 du CCP)."
        ]
    }
    order(row, 1)
    [share] = [share for share in consumption(row.project).shares if share.participation.pk == row.pk]
    assert (share.gauge.ordered_cents, share.gauge.left_cents, share.gauge.percent) == (MAXIMUM, 0, 100)


def test_what_the_assembly_voted_counts_when_it_is_less() -> None:
    row = rows_of(running())[1]
    Participation.objects.filter(pk=row.pk).update(act_maximum_cents=100_00)
    assert "100,00 € HT : il reste 100,00 €" in refused(row, 100_01)["amount_cents"][0]
    order(row, 100_00)


def test_all_together_never_pass_the_ceiling_of_the_framework_agreement() -> None:
    project = running(ceiling_cents=2 * MAXIMUM)
    version = project.current_version()
    assert version is not None
    type(version).objects.filter(pk=version.pk).update(facts=version.facts | {"ceiling_cents": MAXIMUM + 1_00})
    lead, other = rows_of(project)
    order(lead, MAXIMUM)
    assert "le maximum de l'accord-cadre" in refused(other, 1_01)["amount_cents"][0]
    order(other, 1_00)
    assert consumption(project).framework.alert == 100


def test_a_body_that_left_does_not_lower_the_maximum_of_the_contract() -> None:
    project = running()
    assert consumption(project).framework.limit_cents == 2 * MAXIMUM
    makers.force_state(rows_of(project)[1], "withdrawn")
    assert consumption(project).framework.limit_cents == 2 * MAXIMUM


def test_with_several_lots_an_order_names_its_lot_and_keeps_under_its_maximum() -> None:
    project = running()
    row = rows_of(project)[1]
    Lot.objects.create(project=project, number=2, title="Formation")
    one, two = project.lots.all()
    row.lot_maxima.create(lot=one, maximum_cents=4_000_00)
    row.lot_maxima.create(lot=two, maximum_cents=1_000_00)
    assert refused(row, 1, lot=None) == {"lot": ["Choisissez le lot de cette commande."]}
    assert "pour le lot 2" in refused(row, 1_000_01, lot=two)["lot"][0]
    order(row, 1_000_00, lot=two)
    found = consumption(project)
    assert [(gauge.ordered_cents, gauge.limit_cents) for gauge in found.lots] == [(0, 4_000_00), (1_000_00, 1_000_00)]
    stranger = make_project().lots.first()
    assert "lot" in refused(row, 1, lot=stranger)


@pytest.mark.parametrize(
    ("mandate", "who", "allowed"),
    [
        ("M1", "own", True),
        ("M2", "own", True),
        ("M3", "own", False),
        ("M2", "lead", False),
        ("M3", "lead", True),
        ("M2", "stranger", False),
    ],
)
def test_each_member_orders_for_itself_and_under_m3_the_lead_body_for_all(
    mandate: str, who: str, allowed: bool
) -> None:
    project = running(mandate=mandate)
    lead, row = rows_of(project)
    actors = {"own": member(row.body, Role.LEGAL), "lead": member(lead.body), "stranger": member()}
    if allowed:
        assert order(row, 1, by=actors[who]).participation == row
    else:
        with pytest.raises(PermissionDenied):
            order(row, 1, by=actors[who])


def test_the_coordinator_records_with_a_proof() -> None:
    row = rows_of(running())[1]
    coordinator = coordinator_of(row.project)
    assert list(refused(row, 1, by=coordinator)) == ["note"]
    order(row, 1, by=coordinator, note="courriel du 3 mars")
    event = Event.objects.get(step="order")
    assert (event.note, event.participation_id, event.facts["amount_cents"]) == ("courriel du 3 mars", row.pk, 1)
    assert verify(row.project.reference).fault == ""


@pytest.mark.parametrize("state", [ProjectState.CONSTITUTED, ProjectState.TENDER, ProjectState.CLOSED])
def test_orders_are_placed_while_the_contract_runs(state: str) -> None:
    row = rows_of(make_project(state))[1]
    with pytest.raises(PermissionDenied, match="pendant l'exécution du marché"):
        order(row, 1)


def test_the_same_form_twice_is_one_order_and_a_reference_serves_once() -> None:
    row = rows_of(running())[1]
    form = uuid.uuid4()
    first = order(row, 5, submission=form, reference="BC-1")
    assert order(row, 5, submission=form, reference="BC-1") == first
    with pytest.raises(ValidationError, match="déjà une commande de cette référence"):
        order(row, 5, reference="BC-1")
    cancel_order(first, actor=holder(row.body), reason="saisie en double")
    order(row, 5, reference="BC-1")


def test_a_cancelled_order_stays_and_gives_its_amount_back() -> None:
    row = rows_of(running())[1]
    made = order(row, MAXIMUM)
    with pytest.raises(ValidationError):
        cancel_order(made, actor=holder(row.body), reason=" ")
    cancel_order(made, actor=holder(row.body), reason="abandonnée")
    cancel_order(made, actor=holder(row.body), reason="encore")
    assert consumption(row.project).framework.ordered_cents == 0
    order(row, MAXIMUM)
    assert Order.objects.filter(participation=row).count() == 2
    assert Event.objects.filter(step="order_cancelled").count() == 1


def alerts() -> list[tuple[str, str]]:
    return [(letter.body_name, letter.text[:4]) for letter in Letter.objects.filter(code="order_alert").order_by("id")]


def test_alerts_come_once_at_eighty_and_at_a_hundred_percent_exactly() -> None:
    row = rows_of(running())[1]
    reader = member(row.body, Role.LEGAL)
    order(row, MAXIMUM * 80 // 100 - 1)
    assert alerts() == []
    order(row, 1)
    mine = Letter.objects.filter(code="order_alert", user=reader.user)
    assert [letter.text.replace("\u00a0", " ").replace("\u202f", " ") for letter in mine] == [
        f"80 % : le maximum de {row.body} (5 000,00 € HT) est commandé à 4 000,00 € HT. Il reste 1 000,00 € HT."
    ]
    order(row, 1)
    assert mine.all().count() == 1
    order(row, MAXIMUM // 5 - 1)
    assert mine.all().count() == 2
    assert "aucune autre commande n'est possible" in mine.order_by("pk").last().text  # type: ignore[union-attr]


def test_of_the_framework_agreement_everybody_is_told() -> None:
    lead, other = rows_of(running())
    told = [member(row.body, Role.LEGAL).user for row in (lead, other)]
    order(lead, MAXIMUM)
    order(other, MAXIMUM * 60 // 100)
    common = Letter.objects.filter(code="order_alert", body_name="")
    assert {letter.user for letter in common} >= set(told)
    assert all("le maximum de l'accord-cadre" in letter.text for letter in common)


def with_term(project: Project, **fields: Any) -> ContractTerm:
    given = {"starts_on": clock.today(), "firm_months": 24, "renewals": 2, "renewal_months": 12, "notice_months": 3}
    return set_term(project, actor=coordinator_of(project), **{**given, "tacit": True, "long_reason": "", **fields})


def test_an_order_stands_within_the_duration_and_never_ahead(at: Any) -> None:
    project = running()
    row = rows_of(project)[1]
    today = clock.today()
    assert "ordered_on" in refused(row, 1, ordered_on=today + dt.timedelta(days=1))
    with_term(project)
    assert "n'a été notifié que" in refused(row, 1, ordered_on=today - dt.timedelta(days=1))["ordered_on"][0]
    with at(today + dt.timedelta(days=4 * 366)):
        assert "a pris fin" in refused(row, 1)["ordered_on"][0]
    order(row, 1)


def test_more_than_four_years_asks_for_a_reason_and_an_order_is_never_left_outside() -> None:
    project = running()
    with pytest.raises(ValidationError, match="plus de quatre ans"):
        with_term(project, renewals=3)
    assert not ContractTerm.objects.exists()
    with_term(project, renewals=3, long_reason="matériel amorti sur six ans")
    order(rows_of(project)[1], 1)
    with pytest.raises(ValidationError, match="hors de cette durée"):
        with_term(project, starts_on=clock.today() + dt.timedelta(days=1))
    with pytest.raises(ValidationError, match="un mois au moins"):
        with_term(project, firm_months=0)


def test_a_renewal_is_decided_in_its_turn_and_told_to_the_members() -> None:
    project = running()
    with_term(project)
    coordinator, other = coordinator_of(project), rows_of(project)[1]
    reader = member(other.body, Role.LEGAL)
    with pytest.raises(ValidationError):
        decide_renewal(project, actor=coordinator, number=2, renewed=True)
    with pytest.raises(PermissionDenied):
        decide_renewal(project, actor=reader, number=1, renewed=True)
    decide_renewal(project, actor=coordinator, number=1, renewed=True)
    decide_renewal(project, actor=coordinator, number=2, renewed=False)
    texts = (
        Letter.objects.filter(code="renewal_decided", user=reader.user).order_by("id").values_list("text", flat=True)
    )
    assert ["n'est pas reconduit" in text for text in texts] == [False, True]
    term = ContractTerm.objects.get(project=project).term
    assert term.ends() == term.period(1).ends
    with pytest.raises(ValidationError, match="celle qui attend"):
        decide_renewal(project, actor=coordinator, number=2, renewed=True)
    assert verify(project.reference).fault == ""


def test_the_door_of_states_knows_nothing_of_orders() -> None:
    """A need may still be met while orders run: orders never move a state."""
    project = running()
    order(rows_of(project)[1], 1)
    need = project.needs.first()
    assert need is not None
    perform(type(need), need.pk, "satisfy", actor=holder(need.body))
    project.refresh_from_db()
    assert project.state == ProjectState.RUNNING


def test_a_body_that_takes_part_without_buying_orders_nothing() -> None:
    project = running(bodies=[make_body(), make_body(), make_body()])
    row = rows_of(project)[2]
    Participation.objects.filter(pk=row.pk).update(maximum_cents=0, act_maximum_cents=0)
    row.refresh_from_db()
    assert "amount_cents" in refused(row, 1)
    assert row.pk not in {share.participation.pk for share in consumption(project).shares}


def awarded(project: Project, *, maximum: int | None, cents: int) -> None:
    """The contract of lot 1 becomes a framework agreement of so many cents, its consultation announced a maximum."""
    held = Consultation.objects.filter(project=project)
    held.update(form="orders", maximum_cents=maximum)
    held.get().contracts.update(amount_cents=cents)


def test_the_maximum_announced_and_what_was_awarded_count_before_the_annex() -> None:
    project = running()
    lead, other = rows_of(project)
    awarded(project, maximum=7_000_00, cents=3_000_00)
    assert consumption(project).framework.limit_cents == 7_000_00
    assert "le montant attribué du lot 1, 3 000,00 € HT" in refused(lead, 3_000_01)["lot"][0]
    order(lead, 3_000_00)
    assert "lot" in refused(other, 1)


def test_a_lot_that_was_not_awarded_takes_no_order() -> None:
    project = running()
    Lot.objects.create(project=project, number=2, title="Formation")
    awarded(project, maximum=None, cents=3_000_00)
    assert [gauge.limit_cents for gauge in consumption(project).lots] == [3_000_00, 0]
    assert "lot" in refused(rows_of(project)[1], 1, lot=project.lots.get(number=2))
    assert notified_on(project) == clock.today()
