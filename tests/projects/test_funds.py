"""Calls for funds: a plan of exactly 100 %, calls issued in order, sums to the cent over calls and over members."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from procurement import clock
from procurement.access import Actor
from procurement.letters import Letter
from procurement.models import Role
from procurement.workflow import Blocked, Refused
from projects import dossier as dossiers
from projects.actions.funds import issue_call, record_receipt, set_plan
from projects.models import CalledAmount, Event, Participation, Project
from projects.pooling.calling import amounts_now
from projects.pooling.funds import Amount, dues, schedule
from tests import makers
from tests.house.browser import Browser

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 5, 20)
DUE = dt.date(2026, 7, 1)
NAMES = ("Commune de Tête", "Commune d'Aval", "Commune de Belle")
LABELS = ("À la notification", "À la vérification d'aptitude", "À l'admission")


@pytest.fixture(autouse=True)
def _on_that_day() -> Iterator[None]:
    with clock.at(DAY):
        yield


def plan(*parts: int) -> list[dict[str, Any]]:
    pairs = zip(LABELS, parts, strict=False)
    return [{"label": label, "basis_points": part, "due_on": None, "milestone": label.lower()} for label, part in pairs]


def development(*parts: int, state: str = "running", **fields: Any) -> Project:
    """A shared development of three bodies, its lead body paying the developer, with its plan before the call."""
    bodies = [makers.make_body(name) for name in NAMES]
    given = {"route": "shared_development", "mandate": "M3", **fields}
    if state != "framing" and parts:
        project = makers.make_project("call", bodies=bodies, **given)
        set_plan(project, plan(*parts), actor=makers.coordinator_of(project))
        makers.take_on(project, state)
        return Project.objects.get(pk=project.pk)
    return makers.make_project(state, bodies=bodies, **given)


@pytest.fixture(scope="module")
def _world(django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[str, int]]:
    """Two developments that run, one with its plan and one without: made once, each test goes back to them."""
    with django_db_blocker.unblock(), clock.at(DAY):
        whole = transaction.atomic()
        whole.__enter__()
        made = {"planned": development(3333, 3333, 3334).pk, "bare": development().pk}
    yield made
    with django_db_blocker.unblock():
        transaction.set_rollback(True)
        whole.__exit__(None, None, None)


@pytest.fixture
def running(_world: dict[str, int], db: None) -> Project:
    """Its plan: 33.33 %, 33.33 %, 33.34 %."""
    return Project.objects.get(pk=_world["planned"])


@pytest.fixture
def bare(_world: dict[str, int], db: None) -> Project:
    """Without plan."""
    return Project.objects.get(pk=_world["bare"])


def issue(project: Project, number: int, **given: Any) -> Any:
    facts = {"due_on": DUE, "proof": "courriel du 19 mai", **given}
    return issue_call(project, actor=makers.coordinator_of(project), number=number, **facts)


def signed_in(actor: Actor) -> Browser:
    assert actor.user is not None
    return Browser().sign_in(actor.user)


def missing(error: pytest.ExceptionInfo[Blocked]) -> list[str]:
    return [item.label.replace("\u202f", " ").replace("\u00a0", " ") for item in error.value.missing]


# The plan -------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("parts", [(4000, 3000, 2999), (4000, 3000, 3001), (10_001,)])
def test_a_plan_that_does_not_make_100_percent_is_refused(parts: tuple[int, ...]) -> None:
    project = development(state="framing")
    with pytest.raises(Blocked) as error:
        set_plan(project, plan(*parts), actor=makers.coordinator_of(project))
    assert "exactement 100 %" in missing(error)[0]
    assert not project.instalments.exists()


def test_a_call_has_a_day_or_an_event_and_days_follow_each_other() -> None:
    project = development(state="framing")
    rows = plan(5000, 3000, 2000)
    rows[0]["due_on"], rows[1]["due_on"], rows[2]["milestone"] = DUE, DAY, ""
    with pytest.raises(Blocked) as error:
        set_plan(project, rows, actor=makers.coordinator_of(project))
    assert missing(error) == [
        "une date ou un évènement pour « À l'admission »",
        "des échéances dans l'ordre des dates",
    ]


def test_the_plan_joins_the_dossier_and_does_not_change_once_frozen(running: Project) -> None:
    project = running
    version = project.current_version()
    assert version is not None
    assert [row.basis_points for row in dossiers.from_json(version.facts).instalments] == [3333, 3333, 3334]
    with pytest.raises(PermissionDenied):
        set_plan(project, plan(10_000), actor=makers.coordinator_of(project))


def test_a_signed_text_without_plan_may_get_one_until_the_first_call(bare: Project) -> None:
    project = bare
    set_plan(project, plan(5000, 5000), actor=makers.coordinator_of(project))
    set_plan(project, plan(6000, 4000), actor=makers.coordinator_of(project))
    issue(project, 1)
    with pytest.raises(PermissionDenied):
        set_plan(project, plan(10_000), actor=makers.coordinator_of(project))


def test_only_the_coordinator_plans() -> None:
    project = development(state="framing")
    with pytest.raises(PermissionDenied):
        set_plan(project, plan(10_000), actor=makers.member(project.lead_body, Role.LEGAL))


# The calls ------------------------------------------------------------------------------------------------------------
def test_calls_sum_to_the_share_of_each_and_to_the_call_of_all(running: Project) -> None:
    project = running
    for number in (1, 2, 3):
        issue(project, number)
    version = project.current_version()
    assert version is not None
    facts = dossiers.from_json(version.facts)
    for party in facts.parties:
        rows = CalledAmount.objects.filter(call__project=project, body__siren=party.siren)
        assert sum(row.ht_cents for row in rows) == facts.share_of(party.siren)
    shares = [share for line in facts.cost_lines for share in line.shares]
    whole = sum(row.ttc_cents for row in CalledAmount.objects.filter(call__project=project))
    assert whole == sum(share.ttc_cents for share in shares)
    calls = [sum(row.ht_cents for row in call.amounts.all()) for call in project.funds_calls.all()]
    cost = sum(share.ht_cents for share in shares)
    assert all(abs(call * 10_000 - cost * part) < 10_000 for call, part in zip(calls, (3333, 3333, 3334), strict=True))


def test_calls_come_in_their_order_and_once(running: Project) -> None:
    project = running
    with pytest.raises(Blocked) as error:
        issue(project, 2)
    assert missing(error) == ["l'appel n° 1, qui est le prochain"]
    first = issue(project, 1)
    assert issue(project, 1) == first  # the same form sent twice
    assert Event.objects.filter(project=project, step="funds_call").count() == 1
    issue(project, 2)
    issue(project, 3)
    with pytest.raises(Blocked) as error:
        issue(project, 4)
    assert missing(error) == ["un appel à émettre : tous ceux du plan le sont"]


def test_no_call_before_the_contract_runs_nor_without_plan_nor_for_yesterday(bare: Project) -> None:
    with pytest.raises(Refused):
        issue(development(state="framing"), 1)
    with pytest.raises(Blocked) as error:
        issue(bare, 1, due_on=DAY - dt.timedelta(days=1))
    assert missing(error) == ["un plan d'appels de fonds", "une échéance qui ne soit pas passée"]


def test_nobody_is_called_above_what_it_voted(running: Project) -> None:
    project = running
    issue(project, 1)
    row = project.participations.get(body__name="Commune d'Aval")
    voted = amounts_now(project)[row.body.siren or ""][0].ht_cents + 1
    Participation.objects.filter(pk=row.pk).update(act_maximum_cents=voted)
    with pytest.raises(Blocked) as error:
        issue(project, 2)
    assert len(missing(error)) == 1
    assert missing(error)[0].startswith("un nouvel acte de Commune d'Aval")


def test_where_each_pays_the_holder_only_the_costs_of_the_procedure_are_called(running: Project) -> None:
    version = running.current_version()
    assert version is not None
    facts = dossiers.from_json(version.facts)
    each = dataclasses.replace(facts, mandate="M2")
    assert sum(amount.ht_cents for amount in dues(facts).values()) == makers.COST
    assert sum(amount.ht_cents for amount in dues(each).values()) == 0
    fees = dataclasses.replace(facts.cost_lines[0], category="procedure")
    each = dataclasses.replace(each, cost_lines=(*facts.cost_lines, fees))
    assert dues(each) == dues(facts)


def test_who_calls_is_the_lead_body_or_the_coordinator_with_a_proof(running: Project) -> None:
    project = running
    outside = makers.member(project.participations.get(body__name="Commune de Belle").body, Role.LEGAL)
    with pytest.raises(PermissionDenied):
        issue_call(project, actor=outside, number=1, due_on=DUE)
    assert issue_call(project, actor=makers.member(project.lead_body, Role.LEGAL), number=1, due_on=DUE).number == 1


def test_each_body_reads_its_own_amount_and_the_lead_body_none(running: Project) -> None:
    project = running
    readers = {name: makers.member(project.participations.get(body__name=name).body, Role.LEGAL) for name in NAMES}
    Letter.objects.all().delete()
    issue(project, 1)
    found = {letter.user_id: letter for letter in Letter.objects.all()}
    assert readers[NAMES[0]].user_id not in found
    own = found[readers[NAMES[1]].user_id or 0]
    assert "Appel de fonds n°\u00a01" in own.text


def test_a_share_that_fell_is_caught_up_by_the_next_call() -> None:
    cuts = [Amount(40_00, 8_00), Amount(30_00, 6_00), Amount(30_00, 6_00)]
    assert schedule(cuts, []) == cuts
    assert schedule(cuts, [Amount(44_00, 8_80)]) == [Amount(44_00, 8_80), Amount(26_00, 5_20), Amount(30_00, 6_00)]
    assert schedule(cuts, cuts) == cuts


# What was received ----------------------------------------------------------------------------------------------------
def test_a_receipt_is_dated_and_corrected_with_a_reason(running: Project) -> None:
    project = running
    call = issue(project, 1)
    amount = call.amounts.exclude(body=project.lead_body).first()
    coordinator = makers.coordinator_of(project)
    for day in (DAY - dt.timedelta(days=1), DAY + dt.timedelta(days=1)):
        with pytest.raises(Blocked):
            record_receipt(amount, actor=coordinator, received_on=day, proof="relevé")
    with clock.at(DAY + dt.timedelta(days=9)):
        record_receipt(amount, actor=coordinator, received_on=DAY + dt.timedelta(days=2), proof="relevé")
        with pytest.raises(Blocked) as error:
            record_receipt(amount, actor=coordinator, received_on=DAY + dt.timedelta(days=3), proof="relevé")
        assert missing(error) == ["le motif de la correction : un versement est déjà enregistré"]
        record_receipt(
            amount, actor=coordinator, received_on=DAY + dt.timedelta(days=3), proof="relevé", note="date de valeur"
        )
    amount.refresh_from_db()
    assert amount.received_on == DAY + dt.timedelta(days=3)
    assert Event.objects.filter(project=project, step="funds_received").count() == 2


# Pages ----------------------------------------------------------------------------------------------------------------
def test_the_whole_way_on_the_pages(bare: Project) -> None:
    project = bare
    browser = signed_in(makers.coordinator_of(project))
    root = f"/projets/{project.reference}/couts/appels/"
    rows: dict[str, str] = {}
    for place, part in enumerate(("40", "33,33", "26,67")):
        rows |= {f"form-{place}-label": LABELS[place], f"form-{place}-percent": part, f"form-{place}-milestone": "fait"}
    assert browser.submit(f"{root}plan/", {**rows, "form-0-percent": "41"}).status_code == 422
    assert browser.submit(f"{root}plan/", rows).status_code == 302
    assert list(project.instalments.values_list("basis_points", flat=True)) == [4000, 3333, 2667]
    page = browser.get(root)
    assert f"{root}1/emettre/" in page.content.decode()
    assert browser.submit(f"{root}1/emettre/", {"due_on": DUE.isoformat(), "proof": "courriel"}).status_code == 302
    shown = browser.get(f"{root}1/").content.decode()
    assert "sa propre part" in shown
    assert "attendu" in shown
    paid = CalledAmount.objects.exclude(body=project.lead_body).first()
    assert paid is not None
    answer = browser.submit(f"{root}1/recu/{paid.pk}/", {"received_on": DAY.isoformat(), "proof": "relevé"})
    assert answer.status_code == 302
    assert "reçu le 20 mai 2026" in browser.get(f"{root}1/").content.decode()
    assert "1 sur 2" in browser.get(root).content.decode()
    stranger = signed_in(makers.member(makers.make_body()))
    assert "reçu le" not in stranger.get(f"{root}1/").content.decode()


def test_the_pages_cost_the_same_with_one_call_or_three(running: Project) -> None:
    project = running
    browser = signed_in(makers.coordinator_of(project))
    counts: dict[str, list[int]] = {}
    for number in (1, 2, 3):
        issue(project, number)
        for path in ("", "1/"):
            with CaptureQueriesContext(connection) as captured:
                browser.get(f"/projets/{project.reference}/couts/appels/{path}")
            counts.setdefault(path, []).append(len(captured))
    assert all(len(set(found)) == 1 and found[0] <= 20 for found in counts.values()), counts
