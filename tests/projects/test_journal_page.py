"""The journal in the page and in files: filtered, never more than its reader may read, cells that are no formula."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from procurement.access import Actor
from procurement.models import Role
from procurement.workflow import perform
from projects.models import Event, Participation, Project
from tests.house.browser import Browser
from tests.makers import P, coordinator_of, declare, holder, make_body, make_project, member

pytestmark = pytest.mark.django_db


@pytest.fixture
def project() -> Project:
    found = make_project(P.CALL, bodies=[make_body(name) for name in ("Grandval", "Rochebrune", "Valmont")])
    for row in found.participations.all():
        declare(row, 4_321_00)
    gone = found.participations.get(body__name="Valmont")
    perform(Participation, gone.pk, "withdraw", actor=holder(gone.body), note='=HYPERLINK("x") budget refusé')
    return found


def get(actor: Actor, project: Project, below: str = "") -> Any:
    assert actor.user is not None
    return Browser().sign_in(actor.user).get(f"/projets/{project.reference}/journal/{below}")


def text(response: Any) -> str:
    assert response.status_code == 200
    return str(response.content.decode())


def test_the_coordinator_takes_everything_away_and_the_chain_can_be_checked(project: Project) -> None:
    data = json.loads(text(get(coordinator_of(project), project, "fichier/json/")))
    events = data["events"]
    assert [item["position"] for item in events] == list(range(1, len(events) + 1))
    assert [item["previous"] for item in events[1:]] == [item["digest"] for item in events[:-1]]
    declared = next(item for item in events if item["step"] == "declare")
    assert declared["facts"]["maximum_cents"] == 4_321_00


@pytest.mark.parametrize("form", ["json", "csv"])
def test_others_take_away_neither_amounts_nor_the_notes_of_a_body(project: Project, form: str) -> None:
    gone = project.participations.get(body__name="Valmont")
    readers = {"stranger": member(), "other": holder(project.participations.get(body__name="Rochebrune").body)}
    for who, actor in readers.items():
        said = text(get(actor, project, f"fichier/{form}/"))
        assert "budget refusé" not in said, who
        assert ("432100" in said) == (who == "other" and form == "json")  # its own intention
    own = text(get(holder(gone.body), project, f"fichier/{form}/"))
    assert "budget refusé" in own


def test_cells_are_no_formula(project: Project) -> None:
    content = get(coordinator_of(project), project, "fichier/csv/").content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(content), delimiter=";"))
    assert rows[0][:3] == ["N°", "Jour", "Saisi le"]
    assert [cell for row in rows for cell in row if cell.startswith(("=", "+", "@"))] == []
    assert any("HYPERLINK" in cell for row in rows for cell in row)
    ods = get(coordinator_of(project), project, "fichier/ods/")
    assert zipfile.ZipFile(io.BytesIO(ods.content)).testzip() is None
    assert ods["Content-Disposition"] == f'attachment; filename="journal-{project.reference}.ods"'
    assert get(coordinator_of(project), project, "fichier/exe/").status_code == 404


def test_filters_keep_what_they_say(project: Project) -> None:
    actor = coordinator_of(project)
    body = project.participations.get(body__name="Valmont").body
    about = json.loads(text(get(actor, project, f"fichier/json/?quoi=organismes&organisme={body.pk}")))["events"]
    assert about
    assert {item["body"] for item in about} == {"Valmont"}
    needs = json.loads(text(get(actor, project, "fichier/json/?quoi=besoins")))["events"]
    assert {item["step"] for item in needs} == {"pool"}
    assert json.loads(text(get(actor, project, "fichier/json/?depuis=2999-01-01")))["events"] == []
    assert "Aucun événement ne répond" in text(get(actor, project, "?jusque=1999-01-01"))


def test_filters_that_mean_nothing_filter_nothing(project: Project) -> None:
    everything = Event.objects.filter(project=project).count()
    for query in ("?quoi=x", "?organisme=0", "?organisme=';--", "?depuis=hier", "?jusque=2026-13-45", "?apres=x"):
        data = json.loads(text(get(coordinator_of(project), project, f"fichier/json/{query}")))
        assert len(data["events"]) == everything, query
        assert get(coordinator_of(project), project, query).status_code == 200


def test_a_long_journal_costs_the_same_and_keeps_its_filters(project: Project) -> None:
    row = project.participations.get(body__name="Rochebrune")
    actor, counts = holder(row.body, Role.AGENT), []
    for _ in range(2):
        for _ in range(20):
            declare(Participation.objects.get(pk=row.pk))
        with CaptureQueriesContext(connection) as queries:
            page = text(get(actor, project, "?quoi=organismes"))
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert "quoi=organismes&amp;apres=" in page
