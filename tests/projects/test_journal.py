"""The journal of the business: verified chain by chain, and against readings of its ends kept elsewhere."""

from __future__ import annotations

import datetime as dt
import json
import random
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db.models import QuerySet

from procurement.events import ChainHead
from projects.journal import Unknown, verify
from projects.models import Event, Project
from tests import makers
from tests.conftest import NIGHTLY

pytestmark = pytest.mark.django_db


def signed() -> Project:
    project = makers.make_project("agreement", frozen=True)
    for participation in project.participations.all():
        makers.authorise(participation)
        makers.sign(participation)
    return Project.objects.get(pk=project.pk)


def run(*arguments: str) -> tuple[int, str, str]:
    out, err, status = StringIO(), StringIO(), 0
    try:
        call_command("verify_journal", *arguments, stdout=out, stderr=err, no_color=True)
    except SystemExit as stop:
        status = int(stop.code or 0)
    return status, out.getvalue(), err.getvalue()


def test_an_untouched_journal_is_verified() -> None:
    assert run() == (0, "0 événements vérifiés, aucun n'a été altéré.\n", "")
    project = signed()
    makers.make_need()
    assert run() == (0, f"{Event.objects.count()} événements vérifiés, aucun n'a été altéré.\n", "")
    status, out, _ = run("--project", project.reference)
    assert (status, out.split()[0]) == (0, str(Event.objects.count() - 1))
    assert run("--project", "P-1999-001")[0] == 1
    with pytest.raises(Unknown):
        verify("P-1999-001")


@pytest.mark.usefixtures("database_rights")
def test_a_tampered_event_is_named_with_its_chain() -> None:
    project = signed()
    event = Event.objects.get(step="freeze")
    QuerySet.update(Event.objects.filter(pk=event.pk), note="antidaté")
    for arguments in ((), ("--project", project.reference)):
        assert run(*arguments) == (1, "", f"{project.reference}, événement n° {event.position} : modifié\n")


@pytest.mark.usefixtures("database_rights")
def test_an_event_moved_to_another_subject_is_named() -> None:
    project = signed()
    one, two = project.participations.all()
    event = Event.objects.filter(participation=one, step="sign").get()
    QuerySet.update(Event.objects.filter(pk=event.pk), participation=two)
    assert f"n° {event.position} : modifié" in verify(project.reference).fault


@pytest.mark.usefixtures("database_rights")
def test_a_need_of_the_project_is_verified_with_it() -> None:
    project = signed()
    need = project.needs.all()[0]
    event = Event.objects.get(chain=need.reference, step="publish")
    QuerySet.update(Event.objects.filter(pk=event.pk), happened_on="2020-01-01")
    assert verify(project.reference).fault == f"{need.reference}, événement n° 2 : modifié"


@pytest.mark.usefixtures("database_rights")
def test_a_chain_wiped_with_its_end_is_missed() -> None:
    need = makers.make_need()
    Event.objects.filter(chain=need.reference).delete()
    assert "n° 1 : manquant" in verify().fault
    ChainHead.objects.filter(chain=need.reference).delete()
    assert verify().fault == f"{need.reference}, événement n° 1 : manquant, tout le journal de cet objet a été effacé"


@pytest.mark.usefixtures("database_rights")
def test_missing_locks_are_told_but_no_event_is_accused() -> None:
    status, out, err = run()
    assert (status, out) == (0, "0 événements vérifiés, aucun n'a été altéré.\n")
    assert "verrous" in err


# Readings of the ends, kept elsewhere ---------------------------------------------------------------------------------
@pytest.fixture
def take(tmp_path: Path) -> Any:
    """Keeps a reading in a file, as an operator does each night."""

    def taken(name: str = "releve.json", day: str = "") -> str:
        out = StringIO()
        call_command("journal_heads", stdout=out)
        line = out.getvalue()
        assert line.count("\n") == 1
        path = tmp_path / name
        data = json.loads(line)
        path.write_text(json.dumps({**data, "taken_at": f"{day}T05:00:00+00:00"} if day else data))
        return str(path)

    return taken


def rewrite(chain: str, position: int) -> None:
    """Somebody with every right: edits one event, computes every digest after it, and the end."""
    previous = ""
    for event in Event.objects.filter(chain=chain).order_by("position"):
        event.note = "antidaté" if event.position == position else event.note
        event.previous = previous
        event.digest = previous = event.compute_digest()
        event.save()
    ChainHead.objects.filter(chain=chain).update(digest=previous)


def cut(chain: str, position: int) -> None:
    """The same one cuts the tail from an event on, and sets the end back."""
    Event.objects.filter(chain=chain, position__gte=position).delete()
    last = Event.objects.filter(chain=chain).order_by("-position").first()
    ChainHead.objects.filter(chain=chain).update(
        position=last.position if last else 0, digest=last.digest if last else ""
    )


def test_an_honest_journal_that_went_on_agrees_with_its_readings(take: Any) -> None:
    project = makers.make_project("call")
    one = take("1.json")
    makers.declare(project.participations.all()[0])
    assert run("--against", one, "--against", take("2.json"))[0] == 0
    assert run("--against", one, "--project", project.reference)[0] == 0


@pytest.mark.usefixtures("database_rights")
def test_a_tail_rewritten_with_its_end_is_caught_by_a_kept_reading_only(take: Any) -> None:
    project = makers.make_project("call")
    one = take("1.json", "2026-11-20")
    makers.declare(project.participations.all()[0])
    last = ChainHead.objects.get(chain=project.reference).position
    two = take("2.json", "2026-11-21")
    makers.declare(project.participations.all()[1])
    rewrite(project.reference, last)
    assert run()[:2] == (0, f"{Event.objects.count()} événements vérifiés, aucun n'a été altéré.\n")
    assert run("--against", one)[0] == 0  # it was taken before
    status, out, err = run("--against", two, "--against", one)
    assert (status, out) == (1, "")
    assert f"{project.reference}, événement n° {last} : " in err
    assert "réécrit depuis le relevé du 21/11/2026" in err
    assert run("--against", two, "--project", project.reference)[0] == 1


@pytest.mark.usefixtures("database_rights")
def test_random_rewritings_by_somebody_with_every_right_are_found_by_a_reading(take: Any) -> None:
    """The first event that is not the one read is named, or the two readings between which it stands."""
    project = signed()
    chain, path = project.reference, take()
    last = ChainHead.objects.get(chain=chain).position
    kept = {event.pk: event for event in Event.objects.filter(chain=chain)}
    rng, missed = random.Random(2026), []
    for _ in range(200 if NIGHTLY else 20):
        attack, position = rng.choice([rewrite, cut]), rng.randint(2, last)
        attack(chain, position)
        status, _, err = run("--against", path)
        if status != 1 or f"{chain}, événement n° {last} :" not in err or verify().fault:
            missed.append((attack.__name__, position, err))
        Event.objects.filter(chain=chain).delete()
        Event.objects.bulk_create(kept.values())
        cut(chain, last + 1)
    assert missed == []


@pytest.mark.usefixtures("database_rights")
def test_a_need_that_vanished_with_its_chain_is_missed_by_a_reading(take: Any) -> None:
    need = makers.make_need()
    path = take()
    Event.objects.filter(chain=need.reference).delete()
    ChainHead.objects.filter(chain=need.reference).delete()
    need.delete()
    assert run()[0] == 0
    assert f"{need.reference}, événement n° 1 : manquant" in run("--against", path)[2]


SOUND = {"journal": "projects_event", "chain": "B-2026-0001", "position": 1, "digest": "0" * 64}


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("{", "ce n'est pas du JSON"),
        ("[]", "ce n'est pas un relevé"),
        ({"heads": []}, "ce n'est pas un relevé"),
        ({"taken_at": "hier", "heads": []}, "taken_at"),
        ({"taken_at": "2026-11-22T07:00:00", "heads": []}, "taken_at"),
        ({"taken_at": 3, "heads": []}, "taken_at"),
        ({"heads": [{}]}, "la fin n° 1 n'a pas les champs"),
        ({"heads": [SOUND, {**SOUND, "position": "1"}]}, "la fin n° 2 n'est pas celle"),
        ({"heads": [{**SOUND, "position": True}]}, "n'est pas celle"),
        ({"heads": [{**SOUND, "digest": "x"}]}, "n'est pas celle"),
        ({"heads": [{**SOUND, "journal": "auth_user"}]}, "n'est pas celle"),
    ],
)
def test_a_file_that_is_no_reading_exits_2_in_one_line(tmp_path: Path, data: Any, said: str) -> None:
    path = tmp_path / "x.json"
    given = (
        {"taken_at": dt.datetime.now(dt.UTC).isoformat()} | data
        if isinstance(data, dict) and data.get("heads")
        else data
    )
    path.write_text(given if isinstance(given, str) else json.dumps(given))
    status, out, err = run("--against", str(path))
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert said in err
    assert run("--against", str(tmp_path / "absent.json"))[0] == 2
