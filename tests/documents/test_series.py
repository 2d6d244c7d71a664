"""A call for funds or an amendment does not replace the one before: each has versions of its own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from django.db.models import QuerySet

from documents import issuing
from documents.bulk import plan
from documents.freshness import Today
from documents.issuing import issue_kind
from documents.models import Document
from procurement import clock
from procurement.letters import Letter
from procurement.workflow import perform
from projects.actions.funds import issue_call
from projects.models import FundsCall, Participation, Project
from tests import makers
from tests.house.browser import Browser
from tests.projects.test_funds import DAY, DUE, development

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Pages instead of PDFs, on a day of the tests of funds."""
    monkeypatch.setattr(issuing, "render_pdf", lambda html: b"%PDF-1.7 " + html.encode() + b"\n%%EOF\n")
    with clock.at(DAY):
        yield


def states(project: Project, kind: str) -> dict[str, str]:
    """What each issue of a kind is worth, by the end of its reference."""
    found = Document.objects.filter(project=project, kind=kind).with_state()
    return {item.reference.partition("/")[2]: item.state_label for item in found}


@pytest.fixture
def called() -> tuple[Project, list[Document]]:
    """A project with its first call printed, and the second issued."""
    project = development(3333, 3333, 3334)
    coordinator = makers.coordinator_of(project)
    issue_call(project, actor=coordinator, number=1, due_on=DUE, proof="décision")
    first = issue_kind(project, "funds-call", coordinator)
    issue_call(project, actor=coordinator, number=2, due_on=DUE + dt.timedelta(days=90), proof="décision")
    return Project.objects.get(pk=project.pk), first


def test_the_second_call_leaves_the_first_due(called: tuple[Project, list[Document]]) -> None:
    project, first = called
    today = Today(project)
    assert not any(today.verdict(document).stale for document in first)  # what it calls is what was called
    Letter.objects.all().delete()
    second = issue_kind(project, "funds-call", makers.coordinator_of(project))
    sirens = [document.body.siren for document in first if document.body]
    assert [item.reference for item in first] == [f"{project.reference}/APPEL-1-{siren}-v1" for siren in sirens]
    assert [item.reference for item in second] == [f"{project.reference}/APPEL-2-{siren}-v1" for siren in sirens]
    assert set(states(project, "funds-call").values()) == {"En vigueur"}
    assert {item.title for item in second} == {"Appel de fonds n°\u00a02"}
    assert not Letter.objects.filter(code="document_replaced").exists()
    assert {item.pk for item in plan(project, "bodies", kinds=["funds-call"])} == {d.pk for d in [*first, *second]}
    told = Browser().get("/verifier/", {"code": first[0].code}).content.decode()
    assert "Remplacé" not in told


def test_a_call_corrected_before_the_next_is_its_second_version(called: tuple[Project, list[Document]]) -> None:
    project, _ = called
    coordinator = makers.coordinator_of(project)
    one = issue_kind(project, "funds-call", coordinator)[0]
    assert one.body is not None
    QuerySet(FundsCall).filter(number=2).update(due_on=DUE + dt.timedelta(days=120))
    issue_kind(Project.objects.get(pk=project.pk), "funds-call", coordinator, one.body)
    found = states(project, "funds-call")
    assert found[f"APPEL-2-{one.body.siren}-v1"] == "Remplacé"
    assert found[f"APPEL-2-{one.body.siren}-v2"] == "En vigueur"
    assert found[f"APPEL-1-{one.body.siren}-v1"] == "En vigueur"


def test_the_page_offers_the_call_of_now_and_lists_those_before(called: tuple[Project, list[Document]]) -> None:
    project, first = called
    browser = Browser().sign_in(makers.coordinator_of(project).user)
    page = browser.get(f"/projets/{project.reference}/documents/").content.decode()
    assert "Appels et avenants précédents" in page
    assert first[0].reference.partition("/")[2] in page
    issue_kind(project, "funds-call", makers.coordinator_of(project))
    detail = browser.get(f"/documents/{first[0].reference}/").content.decode()
    assert "APPEL-2" not in detail  # another call is no version of this one


def test_a_second_departure_is_another_amendment() -> None:
    project = makers.make_project("constituted", bodies=[makers.make_body() for _ in range(5)])
    coordinator = makers.coordinator_of(project)
    for number in (1, 2):
        row = project.participations.exclude(state="withdrawn").exclude(body_id=project.lead_body_id).first()
        assert row is not None
        perform(Participation, row.pk, "withdraw", actor=makers.holder(row.body), note="délibération du 4 mai")
        [issued] = issue_kind(Project.objects.get(pk=project.pk), "amendment-leaving", coordinator)
        assert issued.reference == f"{project.reference}/AVNRET-{number}-v1"
    assert states(project, "amendment-leaving") == {"AVNRET-1-v1": "En vigueur", "AVNRET-2-v1": "En vigueur"}
