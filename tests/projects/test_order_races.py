"""Two orders at the same instant that together pass a maximum: exactly one is recorded (R. 2162-4 CCP)."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db.models import Sum

from procurement.access import Actor
from projects.actions import orders
from projects.actions.orders import cancel_order, record_order
from projects.journal import verify
from projects.models import Consultation, Event, Order, Participation, Project
from tests import makers
from tests.conftest import NIGHTLY
from tests.projects.racing import POSTGRES, Act, Connect, own_connection, together  # noqa: F401

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.races]
REPEATS = 20 if NIGHTLY else 3
EACH = 3_000_00  # cents HT: one fits under 5 000 €, two do not
AT_ONCE = 5


def racers(project: Project, bodies: int) -> list[Act]:
    """AT_ONCE orders of EACH, by `bodies` members in turn; "ok" or what the refusal says."""
    rows = list(project.listed_participations())[:bodies]
    lot = project.lots.first()

    def act(number: int) -> Act:
        row: Participation = rows[number % len(rows)]
        actor: Actor = makers.holder(row.body)

        def order() -> str:
            given = {"reference": f"BC-{number}", "ordered_on": makers.clock.today(), "amount_cents": EACH, "lot": lot}
            try:
                record_order(row, actor=actor, **given)
            except ValidationError as error:
                return " ".join(error.messages)
            return "ok"

        return order

    return [act(number) for number in range(AT_ONCE)]


def ordered(project: Project) -> int:
    rows = Order.objects.standing().filter(participation__project=project)
    return rows.aggregate(sum=Sum("amount_cents"))["sum"] or 0


def give_back(project: Project) -> None:
    """Cancel what was ordered, so that the same maximum is run at again."""
    for order in Order.objects.standing().filter(participation__project=project):
        cancel_order(order, actor=makers.coordinator_of(project), reason="essai", note=makers.PROOF)


@pytest.mark.parametrize(("bodies", "name"), [(1, "le maximum de"), (2, "le maximum de l'accord-cadre")])
def test_of_orders_that_together_pass_a_maximum_exactly_one_is_recorded(
    connect: Connect, bodies: int, name: str
) -> None:
    """That of one body, then that of the framework agreement, which two bodies share."""
    project = makers.make_project("running")
    if bodies == 2:
        Consultation.objects.filter(project=project).update(maximum_cents=5_000_00)
    for _ in range(REPEATS):
        said = together(connect, racers(project, bodies))
        assert said.count("ok") == 1, said
        assert all("Cette commande dépasse" in line and name in line for line in said if line != "ok"), said
        assert ordered(project) == EACH
        give_back(project)
    assert Event.objects.filter(project=project, step="order").count() == REPEATS
    assert verify(project.reference).fault == ""


def test_without_its_lock_the_maximum_is_passed(connect: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: if this finds nothing, the test above proves nothing."""
    if POSTGRES:
        monkeypatch.setattr(orders, "locked", lambda model, pk, actor: model.objects.visible_to(actor).get(pk=pk))

    def deferred() -> Any:
        wrapper = connect()
        if not POSTGRES:  # there the lock is the mode of the transaction
            wrapper.settings_dict["OPTIONS"] = wrapper.settings_dict["OPTIONS"] | {"transaction_mode": "DEFERRED"}
        return wrapper

    project = makers.make_project("running")
    for _ in range(10):
        said = together(deferred, racers(project, 1))
        if ordered(project) > EACH or any("database is locked" in line for line in said):
            return
        give_back(project)
    pytest.fail("aucune course observée sans verrou : le banc ne prouve rien")
