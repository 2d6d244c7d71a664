"""What stands before each step: each requirement missing alone is the one that is named, and nothing else is."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from procurement import clock
from procurement.models import Role
from procurement.workflow import Blocked, StatefulModel, missing_before, perform
from projects.actions.projects import edit_project
from projects.models import Need, Participation, Project
from tests import makers
from tests.conftest import ROOT
from tests.projects.requirement_cases import (
    MISSING,
    SITUATIONS,
    TODAY,
    TOMORROW,
    YESTERDAY,
    Spoil,
    call_with_intentions,
    last,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with clock.at(TODAY):
        yield


def plain(text: str) -> str:
    """Amounts with plain spaces, so that the table can be read."""
    return text.replace("\u202f", " ").replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("situation", "step", "spoil", "labels"), MISSING, ids=[f"{s} {n} {m[:40]}" for s, n, _, m in MISSING]
)
def test_each_requirement_missing_alone_is_named(situation: str, step: str, spoil: Spoil, labels: str) -> None:
    obj = SITUATIONS[situation]()
    spoil(obj)
    obj = type(obj).objects.get(pk=obj.pk)
    names = {"lead": "", "last": "", "self": str(getattr(obj, "body", ""))}
    if isinstance(obj, Project):
        names |= {"lead": str(obj.lead_body), "last": str(last(obj).body)}
    found = [plain(item.label) for item in missing_before(obj, obj.step(step))]
    assert found == [label.format(**names) for label in labels.split("|") if label]


@pytest.mark.parametrize(
    ("situation", "step"),
    [
        ("need", "publish"),
        ("framing", "open_call"),
        ("call", "close_call"),
        ("agreement", "reopen_call"),
        ("agreement", "freeze"),
        ("frozen", "unfreeze"),
        ("signed", "constitute"),
        ("signed M1", "constitute"),
        ("signed development", "constitute"),
        ("interested", "declare"),
        ("listed", "authorise"),
        ("authorised", "sign"),
        ("authorised", "withdraw"),
    ],
)
def test_nothing_is_missing_when_nothing_is(situation: str, step: str) -> None:
    obj = SITUATIONS[situation]()
    assert list(missing_before(obj, obj.step(step))) == []


# What is wrong with the facts given with a step -----------------------------------------------------------------------
WRONG: list[tuple[str, str, dict[str, Any], str]] = [
    ("listed", "authorise", {"act_date": YESTERDAY}, "un acte postérieur à la version 1, figée le 20/05/2026"),
    ("listed", "authorise", {"act_version": 2}, "un acte sur la version 1, en vigueur (version 2 donnée)"),
    (
        "listed",
        "authorise",
        {"act_date": TOMORROW, "act_enforceable_on": TOMORROW},
        "une date d'acte qui ne soit pas à venir (le 21/05/2026)",
    ),
    (
        "listed",
        "authorise",
        {"act_enforceable_on": YESTERDAY},
        "une date exécutoire égale ou postérieure à l'acte du 20/05/2026 (exécutoire le 19/05/2026)",
    ),
    (
        "listed",
        "authorise",
        {"act_maximum_cents": makers.COST // 2 - 1},
        "un montant voté d'au moins 3 000,00 € HT : c'est la quote-part figée (2 999,99 € voté)",
    ),
    ("listed", "authorise", {"act_maximum_cents": makers.COST // 2}, ""),
    ("listed", "authorise", {"act_enforceable_on": TOMORROW}, ""),
    (
        "authorised",
        "sign",
        {"signed_on": YESTERDAY},
        "une signature le 20/05/2026 au plus tôt : l'acte n'est exécutoire qu'à cette date (signature du 19/05/2026)",
    ),
    ("authorised", "sign", {"signed_on": TOMORROW}, "une date de signature qui ne soit pas à venir (le 21/05/2026)"),
    ("authorised", "sign", {}, ""),
    ("call", "extend_call", {"cut_off": TODAY + dt.timedelta(days=30)}, "une date postérieure au 19/06/2026"),
    ("call", "extend_call", {"cut_off": YESTERDAY}, "une date postérieure au 19/06/2026"),
    ("call", "extend_call", {"cut_off": TODAY + dt.timedelta(days=31)}, ""),
]


@pytest.mark.parametrize(("situation", "step", "facts", "label"), WRONG, ids=[f"{w[1]} {w[2]}"[:60] for w in WRONG])
def test_each_wrong_fact_is_named(situation: str, step: str, facts: dict[str, Any], label: str) -> None:
    obj = SITUATIONS[situation]()
    sound = {"authorise": makers.act_facts, "sign": lambda _: makers.sign_facts()}.get(step, lambda _: {})(obj)
    said = blocked(type(obj), obj, step, **{**sound, **facts})
    assert said.startswith(label)
    assert bool(said) == bool(label)


def blocked(model: type[StatefulModel], obj: Any, step: str, **facts: Any) -> str:
    """The label of the one thing missing, "" when the step was taken."""
    project = obj if isinstance(obj, Project) else obj.project
    try:
        perform(model, obj.pk, step, actor=makers.coordinator_of(project), note=makers.PROOF, **facts)
    except Blocked as error:
        [item] = error.missing
        return plain(item.label)
    return ""


@pytest.mark.parametrize(
    ("situation", "step"),
    [("interested", "declare"), ("listed", "authorise"), ("authorised", "sign"), ("authorised", "withdraw")],
)
def test_who_acts_for_a_body_gives_a_proof(situation: str, step: str) -> None:
    participation = SITUATIONS[situation]()
    facts: dict[str, Any] = {
        "declare": {"maximum_cents": 1, "weights": {}, "quantities": []},
        "authorise": makers.act_facts(participation),
        "sign": makers.sign_facts(),
        "withdraw": {},
    }[step]
    coordinator = makers.coordinator_of(participation.project)
    with pytest.raises(Blocked, match="la preuve sur laquelle vous agissez pour cet organisme"):
        perform(Participation, participation.pk, step, actor=coordinator, **facts)
    perform(Participation, participation.pk, step, actor=coordinator, note=makers.PROOF, **facts)


def test_the_agreement_of_the_lead_is_given_by_itself_or_on_a_proof() -> None:
    project = makers.make_project()
    edit_project(project, actor=makers.coordinator_of(project), lead_body=last(project).body)
    with pytest.raises(Blocked, match="la preuve de l'accord du coordonnateur"):
        perform(Project, project.pk, "accept_lead", actor=makers.coordinator_of(project))
    perform(Project, project.pk, "accept_lead", actor=makers.member(last(project).body, Role.LEGAL))


def test_the_sum_of_own_maxima_stays_under_the_ceiling() -> None:
    project = makers.make_project("call", ceiling_cents=1000)
    one, two = project.participations.order_by("id")
    makers.declare(one, 600)
    with pytest.raises(Blocked, match="un maximum d'au plus 4,00"):
        makers.declare(two, 401)
    makers.declare(two, 400)
    makers.declare(one, 600)  # revising one's own counts once
    with pytest.raises(Blocked, match="un maximum d'au plus 6,00"):
        makers.declare(one, 601)
    with pytest.raises(Blocked, match="un plafond d'au moins 10,00"):
        edit_project(project, actor=makers.coordinator_of(project), ceiling_cents=999)
    edit_project(project, actor=makers.coordinator_of(project), ceiling_cents=None)


# The cut-off, to the second -------------------------------------------------------------------------------------------
SECOND = dt.timedelta(seconds=1)


@contextmanager
def second_of(day: dt.date, shift: int) -> Iterator[None]:
    """23:59:59 in Paris that day, and `shift` seconds, told in UTC as a server would."""
    moment = dt.datetime.combine(day, dt.time(23, 59, 59), tzinfo=clock.PARIS).astimezone(dt.UTC)
    with clock.at(moment + shift * SECOND):
        yield


@pytest.mark.parametrize(
    ("day", "utc"),
    [
        (dt.date(2026, 3, 28), "22:59:59"),  # the night the hour jumps
        (dt.date(2026, 3, 29), "21:59:59"),  # a day of 23 hours
        (dt.date(2026, 10, 24), "21:59:59"),
        (dt.date(2026, 10, 25), "22:59:59"),  # a day of 25 hours
        (dt.date(2026, 12, 31), "22:59:59"),
        (dt.date(2028, 2, 29), "22:59:59"),
    ],
)
def test_a_call_ends_at_the_last_second_of_the_day_in_paris(day: dt.date, utc: str) -> None:
    assert f"{clock.end_of(day).astimezone(dt.UTC):%H:%M:%S}" == utc
    with clock.at(day - dt.timedelta(days=30)):
        project = call_with_intentions(cut_off=day)
    one = project.participations.all()[0]
    coordinator = makers.coordinator_of(project)
    for shift in (-1, 0):
        with second_of(day, shift):
            makers.declare(one)
            with pytest.raises(Blocked, match=r"un motif : la date limite du .* n'est pas passée"):
                perform(Project, project.pk, "close_call", actor=coordinator)
    with second_of(day, 1):
        assert clock.today() == day + dt.timedelta(days=1)
        with pytest.raises(Blocked, match=f"la date limite du {day:%d/%m/%Y} est passée"):
            makers.declare(one)
        perform(Project, project.pk, "close_call", actor=coordinator)


@pytest.mark.parametrize("zone", ["UTC", "America/Martinique", "Indian/Reunion"])
def test_the_zone_that_the_process_shows_changes_nothing(zone: str) -> None:
    day = dt.date(2026, 3, 29)
    with clock.at(day - dt.timedelta(days=30)):
        project = call_with_intentions(cut_off=day)
    with timezone.override(ZoneInfo(zone)):
        with second_of(day, 0):
            makers.declare(last(project))
        with second_of(day, 1), pytest.raises(Blocked):
            makers.declare(last(project))


@pytest.mark.parametrize("zone", ["UTC", "Pacific/Auckland", "Pacific/Marquesas"])
def test_the_zone_of_the_server_changes_nothing(zone: str) -> None:
    """A process of its own, as the zone is read at start."""
    code = (
        "import datetime as dt\n"
        "from procurement import clock\n"
        "t = dt.datetime(2026, 3, 29, 21, 59, 59, tzinfo=dt.UTC)\n"
        "with clock.at(t): print(clock.today(), clock.now() <= clock.end_of(clock.today()))\n"
        "with clock.at(t + dt.timedelta(seconds=1)): print(clock.today())\n"
        "with clock.at(dt.date(2026, 3, 29)): print(clock.now().isoformat())\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**os.environ, "TZ": zone},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["2026-03-29", "True", "2026-03-30", "2026-03-29T12:00:00+02:00"]


def test_need_is_missing_nothing_it_does_not_need() -> None:
    """« Je ne sais pas » is an answer: only four things are asked for."""
    need = makers.make_need("published")
    assert len(need.to_complete()) == 26
    assert Need.objects.get(pk=need.pk).state == "published"
