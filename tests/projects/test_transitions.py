"""Every state × step × role, run through the one door and compared with a table written by hand from the design."""

from __future__ import annotations

import datetime as dt
import functools
from collections import Counter
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.db import transaction
from django.http import Http404

from procurement import clock
from procurement.access import ANONYMOUS, Actor
from procurement.models import Body, Role
from procurement.workflow import Blocked, Refused, StatefulModel, available_steps, perform
from projects.actions.projects import create_project, hand_over, interest
from projects.enums import ProjectState
from projects.models import Event, Need, Participation, Project
from projects.states_doc import final_states, reachable, render, undocumented
from tests import makers
from tests.conftest import ROOT

pytestmark = pytest.mark.django_db
ROLES = (
    "anonymous",
    "stranger",  # agent of a body outside the project
    "neighbour_agent",  # the same roles, in another body of the project
    "neighbour_legal",
    "viewer",
    "agent",
    "legal",
    "coordinator",
    "steward",
)
EVERYONE_SIGNED_IN = set(ROLES) - {"anonymous"}
OWN = {"viewer", "agent", "legal"}

# A row per step: where it leads from each situation. "·" refused (wrong state), "!" blocked (something is missing).
# The last column is who may; the others get 403, or 404 when they may not know of the object.
NEED = """
          draft      published  chosen  pooled     met    withdrawn  | who
publish   published  ·          ·       ·          ·      ·          | agent
pool      ·          pooled     pooled  ·          ·      ·          | coordinator
release   ·          ·          ·       published  ·      ·          | coordinator
satisfy   ·          met        met     met        ·      ·          | agent
fulfil    ·          ·          ·       met        ·      ·          | coordinator
withdraw  withdrawn  withdrawn  withdrawn  ·       ·      ·          | agent
reopen    ·          ·          ·       ·          draft  draft      | agent
"""
PROJECT = """
             proposed  framing   call       drafting   frozen     all_signed   constituted  prepared  tender      awardable running settled closed abandoned |
accept_lead  framing   !         ·          ·          ·          ·            ·            ·         ·           ·         ·       ·       ·      · | agent legal coordinator
open_call    !         call      ·          ·          ·          ·            ·            ·         ·           ·         ·       ·       ·      · | coordinator
extend_call  ·         ·         call       ·          ·          ·            ·            ·         ·           ·         ·       ·       ·      · | coordinator
close_call   ·         ·         agreement  ·          ·          ·            ·            ·         ·           ·         ·       ·       ·      · | coordinator
reopen_call  ·         ·         ·          call       call       !            ·            ·         ·           ·         ·       ·       ·      · | coordinator
freeze       ·         ·         ·          agreement  !          !            ·            ·         ·           ·         ·       ·       ·      · | coordinator
unfreeze     ·         ·         ·          !          agreement  agreement    agreement    agreement ·           ·         ·       ·       ·      · | coordinator
constitute   ·         ·         ·          !          !          constituted  ·            ·         ·           ·         ·       ·       ·      · | coordinator
launch       ·         ·         ·          ·          ·          ·            !            tender    ·           ·         ·       ·       ·      · | coordinator
award        ·         ·         ·          ·          ·          ·            ·            ·         !           running   ·       ·       ·      · | coordinator
no_award     ·         ·         ·          ·          ·          ·            ·            ·         constituted !         ·       ·       ·      · | coordinator
close        ·         ·         ·          ·          ·          ·            ·            ·         ·           ·         !       closed  ·      · | coordinator
abandon      abandoned abandoned abandoned  abandoned  abandoned  abandoned    abandoned    abandoned ·           ·         ·       ·       ·      · | coordinator
"""  # noqa: E501
PARTICIPATION = """
           interested  intended   listed      authorised  signed     bound      tendering  owing     newcomer    withdrawn   gone  | who
declare    intended    intended   !           ·           ·          ·          ·          ·         !           ·           ·     | agent coordinator
authorise  ·           !          authorised  ·           ·          ·          ·          ·         ·           ·           ·     | legal coordinator
sign       ·           ·          ·           signed      ·          ·          ·          ·         ·           ·           ·     | legal coordinator
lapse      ·           ·          ·           intended    intended   intended   intended   intended  ·           ·           ·     | coordinator
withdraw   withdrawn   withdrawn  withdrawn   withdrawn   withdrawn  withdrawn  withdrawn  !         withdrawn   ·           ·     | agent legal coordinator
rejoin     ·           ·          ·           ·           ·          ·          ·          ·         ·           interested  !     | agent coordinator
accede     !           ·          ·           ·           ·          ·          ·          ·         signed      ·           ·     | coordinator
"""  # noqa: E501
# The state of the situations that are not called after it.
STATE = {
    "chosen": "published",
    "proposed": "framing",
    "drafting": "agreement",
    "frozen": "agreement",
    "all_signed": "agreement",
    "prepared": "constituted",
    "awardable": "tender",
    "settled": "running",
    "listed": "intended",
    "bound": "signed",  # in a constituted grouping, then in a launched one, then in a running one
    "tendering": "signed",
    "owing": "signed",
    "newcomer": "interested",
    "gone": "withdrawn",
}
# Who may know of the object: everyone signed in, but for these situations.
SEEN_BY = {
    "Need": lambda situation: OWN if situation in ("draft", "withdrawn") else EVERYONE_SIGNED_IN,
    "Project": lambda situation: EVERYONE_SIGNED_IN,
    "Participation": lambda situation: OWN | {"coordinator"},
}
TABLES: dict[type[StatefulModel], str] = {Need: NEED, Project: PROJECT, Participation: PARTICIPATION}


@functools.cache
def table(model: type[StatefulModel]) -> tuple[list[str], dict[str, tuple[list[str], set[str]]]]:
    """The situations, then for each step its row and who may."""
    head, *lines = TABLES[model].strip().splitlines()
    situations = head.partition("|")[0].split()
    found = {}
    for line in lines:
        cells, _, who = line.partition("|")
        name, *row = cells.split()
        assert len(row) == len(situations), name
        found[name] = (row, set(who.split()))
    return situations, found


def expected(model: type[StatefulModel], situation: str, step: str, role: str) -> str:
    situations, steps = table(model)
    row, who = steps[step]
    if role not in SEEN_BY[model.__name__](situation):
        return "404"
    if model is Need and role == "coordinator" and situation not in ("chosen", "pooled"):
        return "403"  # a need that is in no project has no coordinator
    if role not in who:
        return "403"
    return {"·": "refused", "!": "blocked"}.get(cell := row[situations.index(situation)], cell)


# The situations, each reached through the real steps ------------------------------------------------------------------
def need_in(situation: str) -> Need:
    if situation not in ("chosen", "pooled"):
        return makers.make_need(situation)
    owner = makers.make_need("published")
    other = makers.make_need("published")
    project = create_project(actor=makers.holder(other.body), needs=[other], title="Projet")
    Need.objects.filter(pk=owner.pk).update(project=project)  # what the action that pools does first
    if situation == "pooled":
        perform(Need, owner.pk, "pool", actor=makers.coordinator_of(project))
    return Need.objects.get(pk=owner.pk)


def project_in(situation: str) -> Project:
    if situation == "proposed":
        project = makers.make_project()
        Project.objects.filter(pk=project.pk).update(lead_agreed_on=None)
        return project
    if situation == "call":
        project = makers.make_project("call")
        for participation in project.participations.all():
            makers.declare(participation)
        return project
    if situation == "drafting":
        return makers.make_project("agreement")
    if situation in ("frozen", "all_signed"):
        project = makers.make_project("agreement", frozen=True)
        if situation == "all_signed":
            for participation in project.participations.all():
                makers.authorise(participation)
                makers.sign(participation)
        return project
    if situation == "prepared":
        project = makers.make_project("constituted")
        makers.prepare(project)
    elif situation == "awardable":
        project = makers.make_project("tender")
        makers.conclude(project)
    elif situation == "settled":
        project = makers.make_project("running")
        makers.finish(project)
    else:
        return makers.make_project(situation)
    return Project.objects.get(pk=project.pk)


PLACES = {"listed": "agreement", "bound": "constituted", "tendering": "tender", "owing": "running", "gone": "agreement"}


def participation_in(situation: str) -> Participation:
    if situation in ("interested", "intended", "authorised", "signed", "withdrawn"):
        return makers.make_participation(situation)
    if situation == "newcomer":
        project = makers.make_project("constituted", route="shared_development")
        return interest(project, makers.make_body(), actor=makers.coordinator_of(project))
    state = PLACES[situation]
    project = makers.make_project(state, bodies=[makers.make_body() for _ in range(3)], frozen=situation == "listed")
    found = project.participations.order_by("-id")[0]
    if situation == "gone":
        perform(Participation, found.pk, "withdraw", actor=makers.holder(found.body), note="autre solution")
    return found


SITUATIONS: dict[type[StatefulModel], Callable[[str], Any]] = {
    Need: need_in,
    Project: project_in,
    Participation: participation_in,
}


def people(obj: Any) -> dict[str, Actor]:
    """One person per role; the coordinator holds no role in the body, so that no right hides another."""
    project = obj if isinstance(obj, Project) else obj.project
    body: Body = obj.lead_body if isinstance(obj, Project) else obj.body
    outside, elsewhere = makers.make_body(), makers.make_body()
    coordinator = makers.member(elsewhere, Role.VIEWER)
    if project is not None:
        assert coordinator.user is not None
        hand_over(project, coordinator.user, actor=makers.coordinator_of(project))
        others = [p.body for p in project.participations.all() if p.body_id != body.pk]
        neighbour = others[0] if others else outside
    else:
        neighbour = outside
    return {
        "anonymous": ANONYMOUS,
        "stranger": makers.member(makers.make_body(), Role.AGENT),
        "neighbour_agent": makers.member(neighbour, Role.AGENT),
        "neighbour_legal": makers.member(neighbour, Role.LEGAL),
        "viewer": makers.member(body, Role.VIEWER),
        "agent": makers.member(body, Role.AGENT),
        "legal": makers.member(body, Role.LEGAL),
        "coordinator": coordinator,
        "steward": makers.make_steward(),
    }


def facts_of(step: str, obj: Any) -> dict[str, Any]:
    """Sound facts for a step, so that only state, right and requirements speak."""
    if step == "extend_call":
        return {"cut_off": clock.today() + dt.timedelta(days=90)}
    if step == "declare":
        return {"maximum_cents": makers.MAXIMUM, "weights": {}, "quantities": []}
    if step == "authorise":
        return makers.act_facts(obj)
    if step == "accede":
        facts = {**makers.act_facts(obj), **makers.sign_facts()}
        del facts["act_authorises_contract"]
        return facts
    if step == "no_award":
        return {"ending": "dropped"}
    return makers.sign_facts() if step == "sign" else {}


def outcome(model: type[StatefulModel], obj: Any, step: str, actor: Actor) -> str:
    """What the door answers, then everything is put back."""
    before = Event.objects.count()
    try:
        with transaction.atomic():
            moved = perform(model, obj.pk, step, actor=actor, note=makers.PROOF, **facts_of(step, obj))
            assert model.objects.get(pk=obj.pk).state == moved.state
            assert Event.objects.count() > before
            transaction.set_rollback(True)
        return str(moved.state)
    except Http404:
        found = "404"
    except PermissionDenied:
        found = "403"
    except Refused:
        found = "refused"
    except Blocked:
        found = "blocked"
    assert Event.objects.count() == before
    return found


def offers(model: type[StatefulModel], obj: Any, actor: Actor) -> dict[str, bool]:
    """The buttons of the page: True when possible, False when greyed."""
    return {offer.step.name: offer.possible for offer in available_steps(obj, actor)}


def offered(model: type[StatefulModel], situation: str, role: str) -> dict[str, bool]:
    """Moves: a button. Blocked: a greyed one. Anything else, or the consequence of another step: none."""
    answers = {step.name: expected(model, situation, step.name, role) for step in model.steps() if not step.internal}
    return {name: cell != "blocked" for name, cell in answers.items() if cell not in ("403", "404", "refused")}


CASES = [(model, situation) for model in TABLES for situation in table(model)[0]]


@pytest.mark.parametrize(("model", "situation"), CASES, ids=[f"{m.__name__} {s}" for m, s in CASES])
def test_every_step_and_role_answers_as_the_table_says(model: type[StatefulModel], situation: str) -> None:
    obj = SITUATIONS[model](situation)
    who = people(obj)
    obj = model.objects.get(pk=obj.pk)
    assert obj.state == STATE.get(situation, situation)
    wrong = {}
    for step in model.steps():
        for role in ROLES:
            got, wanted = outcome(model, obj, step.name, who[role]), expected(model, situation, step.name, role)
            if got != wanted:
                wrong[step.name, role] = (got, wanted)
    assert wrong == {}
    for role in ROLES:
        if role in SEEN_BY[model.__name__](situation):
            assert offers(model, obj, who[role]) == offered(model, situation, role), role


def test_the_table_holds_every_state_and_every_step(capsys: pytest.CaptureFixture[str]) -> None:
    cells = Counter[str]()
    for model in TABLES:
        situations, steps = table(model)
        assert list(steps) == [step.name for step in model.steps()]
        states = {str(SITUATIONS[model](situation).state) for situation in situations}
        assert states == set(
            model._meta.get_field("state").choices and dict(model._meta.get_field("state").flatchoices)
        )
        for situation in situations:
            for step in steps:
                cells.update(expected(model, situation, step, role) for role in ROLES)
    with capsys.disabled():
        print(f"\n{sum(cells.values())} cases état × étape × rôle : {dict(cells)}")  # noqa: T201


# The page -------------------------------------------------------------------------------------------------------------
def test_the_page_of_the_states_is_what_the_code_declares() -> None:
    assert (ROOT / "docs" / "states.md").read_text(encoding="utf-8") == render()
    call_command("states", "--check")


def test_the_page_of_the_states_is_printed() -> None:
    out = StringIO()
    call_command("states", stdout=out)
    assert out.getvalue() == render()


def test_every_check_is_put_in_words() -> None:
    assert undocumented() == set()


def test_the_page_gives_the_rights_of_the_table() -> None:
    page = render()
    for model in TABLES:
        for step, (_, who) in table(model)[1].items():
            columns = ("agent", "legal", "coordinator")
            cells = ["oui" if role in who else "–" for role in columns]
            assert f"| `{step}` | – | {' | '.join(cells)} | – | – |" in page


def test_each_state_is_reached_and_has_a_way_out_or_is_final() -> None:
    assert {model.__name__: final_states(model) for model in TABLES} == {
        "Need": [],
        "Project": ["closed", "abandoned"],
        "Participation": [],
    }
    assert reachable(Need) == {"draft", "published", "pooled", "met", "withdrawn"}
    assert reachable(Project) == set(ProjectState.values)
    assert reachable(Participation) == {"interested", "intended", "authorised", "signed", "withdrawn"}
