"""The pages of the consultation, as the coordinator, a member and a stranger meet them."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from documents.issuing import issue_kind
from procurement import clock
from procurement.access import Actor
from procurement.models import Role
from projects.consultation.reading import current_facts
from projects.models import Event, Milestone, Project
from tests import makers

pytestmark = pytest.mark.django_db
WHOLE = ("publication", "questions", "opening", "analysis", "committee", "decision", "letters")


def signed_in(actor: Actor) -> Client:
    client = Client(enforce_csrf_checks=False)
    assert actor.user is not None
    client.force_login(actor.user)
    return client


def address(name: str, project: Project, *more: Any) -> str:
    return reverse(name, args=[project.reference, *more])


def coordinator(project: Project) -> Client:
    return signed_in(makers.coordinator_of(project))


@pytest.mark.parametrize("route", ["grouped_purchase", "shared_development"])
@pytest.mark.parametrize("state", ["constituted", "tender", "running", "closed"])
def test_every_page_opens_in_every_state_from_constituted_on(state: str, route: str) -> None:
    project = makers.make_project(state, route=route)
    client = coordinator(project)
    names: list[str] = [address("project_consultation", project), address("project_rules", project)]
    names.append(address("project_calendar", project))
    names += [address("project_decision", project, step) for step in ("freeze", "award")]
    if state == "constituted":
        names.append(address("consultation_prepare", project))
    if state in ("tender", "running"):
        names += [address("consultation_milestone", project, kind) for kind in WHOLE]
        names.append(address("consultation_contract", project, 1))
    if state == "running":
        names += [address("contract_milestone", project, 1, kind) for kind in ("contract_signature", "decp")]
        names.append(address("consultation_settlement", project, project.participations.all()[0].pk))
        if route == "shared_development":
            pages = ("consultation_pilot", "consultation_release", "consultation_maintenance")
            names += [address(name, project) for name in (*pages, "consultation_accession")]
    for url in names:
        page = client.get(url)
        assert page.status_code == 200, (url, page.content.decode()[:500])
    assert address("project_consultation", project) in client.get(address("project_detail", project)).content.decode()


def test_the_maximum_of_a_framework_agreement_is_offered_as_the_sum_of_those_of_the_members() -> None:
    project = makers.make_project("constituted")
    page = coordinator(project).get(address("consultation_prepare", project)).context["form"]
    assert page.initial["maximum_cents"] is None  # an ordinary contract has none
    version = project.current_version()
    assert version is not None
    version.facts["terms"]["contract_form"] = "orders"
    version.save()
    page = coordinator(project).get(address("consultation_prepare", project)).context["form"]
    assert page.initial["maximum_cents"] == 2 * makers.MAXIMUM


def test_before_the_constitution_there_is_no_tab() -> None:
    project = makers.make_project("agreement")
    page = coordinator(project).get(address("project_detail", project)).content.decode()
    assert address("project_consultation", project) not in page


def test_a_consultation_runs_from_its_preparation_to_its_award_through_the_pages() -> None:
    project = makers.make_project("constituted")
    client = coordinator(project)

    def send(url: str, **data: Any) -> None:
        page = client.post(url, data)
        assert page.status_code == 302, page.content.decode()

    send(address("consultation_prepare", project), procedure="adapted", form="contract")
    for code in makers.FOR_CANDIDATES:
        issue_kind(project, code, makers.coordinator_of(project))
    send(address("project_step", project, "launch"), note="dossier prêt")
    yesterday = clock.today() - dt.timedelta(days=1)
    project.participations.update(signed_on=yesterday, act_enforceable_on=yesterday, act_date=yesterday)
    due = {"due_day": yesterday, "due_hour": "12:00"}
    send(address("consultation_milestone", project, "publication"), day=yesterday, reference="26-1", **due)
    send(address("consultation_milestone", project, "opening"), day=clock.today(), count=2)
    for kind in ("analysis", "decision"):
        send(address("consultation_milestone", project, kind), day=clock.today())
    holder = {"name_1": "Libre et Cie", "id_kind_1": "SIRET", "identifier_1": "732 829 320 00074"}
    url = address("consultation_contract", project, 1)
    send(url, ending="awarded", amount_cents="1 234,56", bidders="alone", **holder)
    for kind in ("contract_signature", "notification"):
        send(address("contract_milestone", project, 1, kind), day=clock.today())
    shown = client.get(address("project_consultation", project)).content.decode()
    assert "73282932000074" in shown
    assert "(heure de Paris)" in shown
    send(address("project_step", project, "award"), note="tout est notifié")
    assert Project.objects.get(pk=project.pk).state == "running"


def test_a_correction_asks_for_its_reason_and_both_stay() -> None:
    project = makers.make_project("tender")
    makers.milestone(project, "decision")
    client, url = coordinator(project), address("consultation_milestone", project, "decision")
    page = client.post(url, {"day": clock.today(), "reference": "D-12", "proof": makers.PROOF})
    assert page.status_code == 422
    assert "Donnez le motif" in page.content.decode()
    given = {"day": clock.today(), "reference": "D-12", "proof": makers.PROOF, "correction": "numéro oublié"}
    assert client.post(url, given).status_code == 302
    assert [row.correction for row in Milestone.objects.order_by("pk")] == ["numéro oublié", ""]
    shown = client.get(address("project_consultation", project)).content.decode()
    assert "numéro oublié" in shown
    assert Event.objects.filter(project=project, step="tender_decision").count() == 2


@pytest.mark.parametrize(
    ("day", "hour", "fault"),
    [
        ("2026-10-25", "02:30", "existe deux fois"),
        ("2027-03-28", "02:30", "n'existe pas"),
        ("2026-10-25", "02:00", "existe deux fois"),
        ("2026-10-25", "03:00", ""),
    ],
)
def test_a_deadline_at_an_hour_that_the_clock_change_repeats_or_skips_is_refused(
    day: str, hour: str, fault: str
) -> None:
    with clock.at(dt.date(2026, 9, 1)):
        project = makers.make_project("constituted")
        makers.launch(project, "adapted")
        client = coordinator(project)
        given = {"day": "2026-09-01", "due_day": day, "due_hour": hour, "proof": makers.PROOF}
        page = client.post(address("consultation_milestone", project, "publication"), given)
    assert page.status_code == (422 if fault else 302)
    assert fault in page.content.decode().replace("&#x27;", "'")


def test_a_reader_overseas_sees_their_own_hour_beside_that_of_paris() -> None:
    project = makers.make_project("constituted")
    makers.launch(project, "adapted")
    due = dt.datetime(2026, 12, 1, 11, 0, tzinfo=dt.UTC)
    makers.milestone(project, "publication", due_at=due)
    body = makers.make_body("Commune du large")
    type(body).objects.filter(pk=body.pk).update(department="972")
    body.refresh_from_db()
    shown = signed_in(makers.member(body)).get(address("project_consultation", project)).content.decode()
    assert "12 h 00 (heure de Paris)" in shown.replace("\u00a0", " ").replace("&nbsp;", " ")
    assert "7 h 00 en Martinique" in shown.replace("\u00a0", " ")


def test_a_stranger_reads_neither_holder_nor_proof_before_the_award() -> None:
    project = makers.make_project("tender")
    makers.contract(project, proof="CANARI-PREUVE")
    makers.milestone(project, "decision", note="CANARI-NOTE", proof="CANARI-PREUVE")
    url = address("project_consultation", project)
    stranger = signed_in(makers.member()).get(url).content.decode()
    member = signed_in(makers.characters(project).member).get(url).content.decode()
    assert "Libre et Cie" in member
    assert "CANARI-NOTE" in member
    for word in ("Libre et Cie", "CANARI", "73282932000074"):
        assert word not in stranger


@pytest.mark.parametrize("who", ["member", "stranger", "steward"])
def test_who_does_not_run_the_consultation_is_refused(who: str) -> None:
    project = makers.make_project("tender")
    people = {
        "member": makers.characters(project).member,
        "stranger": makers.member(),
        "steward": makers.make_steward(),
    }
    client = signed_in(people[who])
    events = Event.objects.count()
    for url in (
        address("consultation_milestone", project, "decision"),
        address("consultation_contract", project, 1),
        address("consultation_prepare", project),
        address("project_decision", project, "award"),
    ):
        assert client.get(url).status_code == 403, url
        assert client.post(url, {"day": clock.today(), "proof": "x"}).status_code == 403, url
    assert Event.objects.count() == events


def test_the_lead_body_s_legal_officer_records_without_a_proof() -> None:
    project = makers.make_project("tender")
    assert project.lead_body is not None
    legal = makers.member(project.lead_body, Role.LEGAL)
    url = address("consultation_milestone", project, "decision")
    assert signed_in(legal).post(url, {"day": clock.today()}).status_code == 302


def test_another_launch_after_no_award_is_another_consultation() -> None:
    project = makers.make_project("tender")
    client = coordinator(project)
    given = {"ending": "unsuccessful", "note": "aucune offre"}
    assert client.post(address("project_step", project, "no_award"), given).status_code == 302
    makers.launch(Project.objects.get(pk=project.pk))
    facts = current_facts(project)
    assert facts is not None
    assert (facts.number, facts.milestones, facts.contracts) == (2, (), ())
    shown = client.get(address("project_consultation", project)).content.decode()
    assert "aucune offre" in shown
