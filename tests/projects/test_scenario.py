"""`load_scenario`: the demo is played to the end; what is impossible is refused in one line and writes nothing."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection

from procurement.models import Body, Membership, User
from projects.assembly import assemble
from projects.journal import verify
from projects.models import Event, LoadedScenario, Need, Participation, Project
from projects.scenario import ScenarioRefused, load
from tests import makers
from tests.conftest import ROOT
from tests.projects.scenario_edits import IMPOSSIBLE, Edit, put
from tests.projects.scenario_malformed import MALFORMED

pytestmark = pytest.mark.django_db
DEMO = ROOT / "demo" / "etat-civil.json"
TEXT = DEMO.read_text(encoding="utf-8")
LEAD, SECOND, PARTNER = "000260380", "000260414", "000262006"


def demo() -> Any:
    return json.loads(TEXT)


def short_demo() -> Any:
    """The demo with its first four communes only: what is refused does not need thirteen."""
    data = demo()
    data["needs"], data["participations"] = data["needs"][:4], data["participations"][:4]
    for part in data["participations"]:
        part["maximum_cents"] = 20_000_000
    sirens = [part["body"] for part in data["participations"]]
    data["project"]["cost_lines"][2]["key"]["percents"] = dict(zip(sirens, ["40", "25.5", "20", "14.5"], strict=True))
    return data


def rows() -> dict[str, int]:
    """How many rows each table holds."""
    return {model._meta.db_table: model._default_manager.count() for model in apps.get_models()}


def run(path: Path) -> tuple[int, str, str]:
    """Exit status, standard output and error of the command."""
    out, err, status = StringIO(), StringIO(), 0
    try:
        call_command("load_scenario", str(path), stdout=out, stderr=err, no_color=True)
    except SystemExit as stop:
        status = int(stop.code or 0)
    return status, out.getvalue(), err.getvalue()


# What a good file does ------------------------------------------------------------------------------------------------
def test_the_demo_is_played_to_the_constituted_grouping(tmp_path: Path) -> None:
    status, out, err = run(DEMO)
    assert (status, err) == (0, "")
    project = Project.objects.get()
    assert out.splitlines()[-1] == project.reference == "P-2026-001"
    assert project.state == "constituted"
    assert project.coordinator.email == "coordination@demo.example"
    assert Need.objects.filter(state="pooled", project=project).count() == 12
    assert set(Participation.objects.values_list("state", flat=True)) == {"signed"}
    assert Participation.objects.count() == 13
    assert not User.objects.get(email="agent@demo.example").has_usable_password()
    verdict = verify()
    assert (verdict.fault, verdict.events) == ("", Event.objects.count())


def test_events_carry_the_dates_of_the_file() -> None:
    load(demo())
    happened = {
        (event.step, str(event.body.siren) if event.body else ""): event.happened_on.isoformat()
        for event in Event.objects.select_related("body").order_by("id")
    }
    assert happened["publish", LEAD] == "2026-01-05"
    assert happened["open_call", LEAD] == "2026-02-02"
    assert happened["declare", LEAD] == "2026-02-03"
    assert happened["close_call", LEAD] == happened["freeze", LEAD] == "2026-04-01"
    assert happened["authorise", LEAD] == "2026-05-18"
    assert happened["sign", LEAD] == "2026-06-02"
    last = max(part["signature"]["date"] for part in demo()["participations"])
    assert happened["constitute", LEAD] == last
    assert all(event.recorded_at.date() >= dt.date(2026, 1, 1) for event in Event.objects.all())


def test_the_voted_share_covers_the_frozen_one_for_every_member() -> None:
    load(demo())
    project = Project.objects.get()
    version = project.current_version()
    assert version is not None
    assert sum(version.shares.values()) == project.estimate_cents() == 12_000_001 + 1_920_000 + 9_600_000 + 336_400
    assert version.shares[PARTNER] == 0
    for participation in project.participations.all():
        assert (participation.act_maximum_cents or 0) >= participation.frozen_share_cents()


def test_the_same_file_again_writes_nothing() -> None:
    first = run(DEMO)
    before = rows()
    assert run(DEMO) == first
    assert rows() == before


def test_the_same_content_laid_out_otherwise_is_the_same_file(tmp_path: Path) -> None:
    load(short_demo())
    before = rows()
    path = tmp_path / "x.json"
    path.write_text(json.dumps(short_demo(), sort_keys=True, indent=1), encoding="utf-8-sig")
    assert run(path)[0] == 0
    assert rows() == before


def test_the_same_reference_with_another_content_is_refused(tmp_path: Path) -> None:
    load(short_demo())
    before = rows()
    data = short_demo()
    data["needs"][0]["title"] += " !"
    path = tmp_path / "x.json"
    path.write_text(json.dumps(data), encoding="utf-8")
    status, out, err = run(path)
    assert (status, out, rows()) == (1, "", before)
    assert "reference : « etat-civil-demo » est déjà chargé avec un autre contenu" in err


def test_without_project_only_needs_are_published(tmp_path: Path) -> None:
    data = {key: value for key, value in demo().items() if key in ("reference", "bodies", "people", "needs")}
    assert load(data) == "etat-civil-demo"
    assert set(Need.objects.values_list("state", flat=True)) == {"published"}
    assert not Project.objects.exists()


@pytest.mark.parametrize("until", ["framing", "call", "agreement", "constituted"])
def test_the_play_stops_where_it_is_told(until: str) -> None:
    load(short_demo() | {"until": until})
    assert Project.objects.get().state == until


@pytest.mark.parametrize(
    ("strip", "state"),
    [((), "constituted"), (("signature",), "agreement"), (("deliberation", "signature", "maximum_cents"), "call")],
)
def test_without_until_the_play_goes_as_far_as_the_facts(strip: tuple[str, ...], state: str) -> None:
    data = short_demo()
    del data["until"]
    for part in data["participations"]:
        for name in strip:
            del part[name]
    load(data)
    assert Project.objects.get().state == state


def test_bodies_and_people_that_exist_are_matched_and_left_alone() -> None:
    body = makers.make_body("Nom du registre", siren=LEAD, population=36_512)
    user = makers.make_user("Coordination@demo.example", first_name="Autre")
    load(demo())
    body.refresh_from_db()
    user.refresh_from_db()
    assert (body.name, user.first_name) == ("Nom du registre", "Autre")
    assert Body.objects.filter(siren=LEAD).count() == 1
    assert Membership.objects.filter(user=user, body=body, role="agent").count() == 1


def test_the_smallest_file_is_enough() -> None:
    data = {
        "reference": "petit",
        "bodies": [{"siren": LEAD, "name": "A"}, {"siren": SECOND, "name": "B"}],
        "people": [{"email": "b@example.org", "memberships": [{"body": SECOND, "role": "agent"}]}],
        "needs": [
            {"body": LEAD, "by": "c@example.org", "title": "A", "domain": "autre", "description": "x" * 20},
            {"body": SECOND, "title": "B", "domain": "autre", "description": "y" * 20},
        ],
        "project": {
            "title": "P",
            "object": "O",
            "route": "shared_development",
            "lead_body": LEAD,
            "coordinator": "c@example.org",
            "cut_off": "2026-04-30",
        },
        "until": "framing",
    }
    load(data)
    project = Project.objects.get()
    assert (project.mandate, project.grouping, project.committee) == ("M2", "one_off", "lead")
    assert project.bodies_present() == 2


def test_a_coordinator_speaks_for_a_body_that_answered_on_paper() -> None:
    data = short_demo()
    data["participations"][1]["by"] = "coordination@demo.example"
    load(data)
    event = Event.objects.get(step="declare", participation__body__siren=SECOND)
    assert (event.user.email, event.note) == ("coordination@demo.example", "Repris du fichier de scénario")  # type: ignore[union-attr]


def test_a_body_without_legal_officer_has_its_act_recorded_by_the_coordinator_with_a_proof() -> None:
    data = short_demo()
    person = next(p for p in data["people"] if p["email"].startswith("claire"))
    person["memberships"] = []
    load(data)
    event = Event.objects.get(step="authorise", participation__body__siren=SECOND)
    assert event.user is not None
    assert (event.user.email, event.note) == ("coordination@demo.example", "Repris du fichier de scénario")


# What a wrong or impossible file does ---------------------------------------------------------------------------------
def written(tmp_path: Path, edit: Edit) -> Path:
    data = short_demo()
    edit(data)
    path = tmp_path / "x.json"
    path.write_text(json.dumps(data), encoding="utf-8")
    return path


@pytest.mark.parametrize(("edit", "said"), [*IMPOSSIBLE.values(), *MALFORMED.values()], ids=[*IMPOSSIBLE, *MALFORMED])
def test_a_wrong_scenario_names_the_place_and_writes_nothing(tmp_path: Path, edit: Edit, said: str) -> None:
    before = rows()
    status, out, err = run(written(tmp_path, edit))
    assert (status, out) == (1, "")
    assert said in err
    assert err.count("\n") == 1
    assert rows() == before
    assert not LoadedScenario.objects.exists()


@pytest.mark.parametrize("data", [[], "x", 3, None, True, [{}]])
def test_json_that_is_not_an_object_is_refused(data: Any) -> None:
    with pytest.raises(ScenarioRefused, match="fichier : un objet est attendu"):
        load(data)


def files(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """Files that cannot be read, by what the line must say."""
    contents: dict[str, bytes] = {
        "ce n'est pas du JSON (ligne 1, colonne 1)": b"bonjour",
        "ce n'est pas du JSON (ligne 1, colonne 2)": b"{",
        "ce n'est pas du JSON (ligne 1, colonne 1).": b"",
        "ce fichier n'est pas en UTF-8": TEXT.encode("utf-16"),
        "fichier n'est pas en UTF-8.": TEXT.encode("cp1252", errors="replace"),
        "« reference » figure deux fois": b'{"reference": "a", "reference": "b"}',
        "Nombre de 50 chiffres": b'{"x": ' + b"9" * 50 + b"}",
        "« NaN » n'est pas un nombre acceptable": b'{"x": NaN}',
        "« \\ud800 » contient un caractère": b'{"reference": "\\ud800"}',
        "« a\\x00 » contient un caractère": b'{"a\\u0000": 1}',
        "plus de 50 niveaux": b"[" * 60 + b"]" * 60,
        "listes trop profondément imbriquées": b"[" * 100_000 + b"]" * 100_000,
    }
    for number, (said, content) in enumerate(contents.items()):
        path = tmp_path / f"{number}.json"
        path.write_bytes(content)
        yield said, path
    yield "fichier illisible (No such file or directory)", tmp_path / "absent.json"
    yield "fichier illisible (Is a directory)", tmp_path


def test_a_file_that_cannot_be_read_exits_2(tmp_path: Path) -> None:
    before = rows()
    for said, path in files(tmp_path):
        status, out, err = run(path)
        assert (status, out, err.count("\n")) == (2, "", 1), said
        assert said in err
    assert rows() == before


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "sqlite", reason="l'autre processus travaille sur une copie de SQLite")
def test_a_bad_file_shows_no_traceback(tmp_path: Path) -> None:
    """In a process of its own, as an operator would run it."""
    path = tmp_path / "x.sqlite3"
    with contextlib.closing(sqlite3.connect(path)) as file:
        connection.connection.backup(file)
    environment = os.environ | {"DATABASE_URL": f"sqlite:///{path}", "SECRET_KEY": "x" * 50, "DEBUG": "0"}
    command = [sys.executable, str(ROOT / "manage.py")]
    edits = {1: put("participations.0.maximum_cents", 1), 2: put("needs.0.title", "\ud800")}
    for status, edit in edits.items():
        load = [*command, "load_scenario", str(written(tmp_path, edit))]
        done = subprocess.run(load, env=environment, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stdout, done.stderr.count("\n")) == (status, "", 1)
        assert "Traceback" not in done.stderr


def test_exact_decimals_reach_the_database() -> None:
    data = short_demo()
    data["needs"][0]["volumes"][0]["quantity"] = Decimal("1905.25")
    data["participations"][0]["weights"] = {"users": Decimal("41.5"), "actes": "33.33"}
    load(data)
    assert Need.objects.order_by("id")[0].volumes.all()[0].quantity == Decimal("1905.25")
    assert Participation.objects.get(body__siren=LEAD).weights == {"users": "41.5", "actes": "33.33"}


def test_bounds_discounts_and_kinds_of_cost_come_from_the_file() -> None:
    data = short_demo() | {"until": "call"}
    added = {"category": "maintenance", "years": 4, "lead_discount": {"percent": "10", "mode": "amount"}}
    first = data["project"]["cost_lines"][0]
    first |= added | {"key": {"kind": "prorata", "weight": "population"}, "terms": {SECOND: {"floor_cents": 1_000_00}}}
    project = Project.objects.get(reference=load(data))
    line = project.cost_lines.order_by("pk")[0]
    assert (line.category, line.years, line.lot) == ("maintenance", 4, None)
    assert line.terms == {SECOND: {"floor_cents": 1_000_00}}
    assert line.lead_discount == {"percent": "10", "mode": "amount"}
    shared = {item.siren: item.ht_cents for item in assemble(project).cost_lines[0].shares}
    assert shared[SECOND] >= 1_000_00
    assert sum(shared.values()) == line.amount_cents - assemble(project).cost_lines[0].subsidy_cents
