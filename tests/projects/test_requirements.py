"""What stands before each step: each requirement missing alone is the one that is named, and nothing else is."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from procurement import clock
from procurement.models import Role
from procurement.workflow import Blocked, StatefulModel, missing_before, perform
from projects.actions.projects import edit_project
from projects.models import CostLine, Need, Participation, Project
from tests import makers
from tests.conftest import ROOT

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 5, 20)
TOMORROW, YESTERDAY = TODAY + dt.timedelta(days=1), TODAY - dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with clock.at(TODAY):
        yield


def update(obj: Any, **fields: Any) -> None:
    type(obj).objects.filter(pk=obj.pk).update(**fields)


def fewer_bodies(project: Project) -> None:
    last = project.participations.order_by("-id")[0]
    perform(Participation, last.pk, "withdraw", actor=makers.holder(last.body), note="autre solution")


def one_rich_body(project: Project) -> None:
    fewer_bodies(project)
    project.participations.update(maximum_cents=makers.COST)


# What stands on the object before any fact: (situation, step, what is taken away, the labels then missing) ------------
Spoil = Callable[[Any], object]


def agreed(project: Project) -> Project:
    for participation in project.participations.all():
        makers.authorise(participation)
        makers.sign(participation)
    return Project.objects.get(pk=project.pk)


def call_with_intentions(**fields: Any) -> Project:
    project = makers.make_project("call", **fields)
    for participation in project.participations.all():
        makers.declare(participation)
    return project


def last(project: Project) -> Participation:
    return project.participations.order_by("-id")[0]


SITUATIONS: dict[str, Callable[[], Any]] = {
    "need": makers.make_need,
    "framing": makers.make_project,
    "call": call_with_intentions,
    "agreement": lambda: makers.make_project("agreement"),
    "frozen": lambda: makers.make_project("agreement", frozen=True),
    "signed": lambda: agreed(makers.make_project("agreement", frozen=True)),
    "signed M1": lambda: agreed(makers.make_project("agreement", frozen=True, mandate="M1")),
    "signed development": lambda: agreed(
        makers.make_project("agreement", frozen=True, route="shared_development", threshold_cents=2 * makers.MAXIMUM)
    ),
    "interested": makers.make_participation,
    "listed": lambda: last(makers.make_project("agreement", frozen=True)),
    "authorised": lambda: makers.make_participation("authorised"),
    "bound": lambda: last(makers.make_project("constituted")),
}
MISSING: list[tuple[str, str, Spoil, str]] = [
    ("need", "publish", lambda need: update(need, title=" "), "un titre"),
    ("need", "publish", lambda need: update(need, domain=None), "un domaine"),
    (
        "need",
        "publish",
        lambda need: update(need, description=" " * 9 + "x" * 19),
        "une description d'au moins 20 caractères (19 aujourd'hui)",
    ),
    ("framing", "accept_lead", lambda p: None, "rien : accord donné le 20/05/2026"),
    ("framing", "accept_lead", lambda p: update(p, lead_body=None, lead_agreed_on=None), "un organisme coordonnateur"),
    ("framing", "open_call", lambda p: update(p, object=" "), "l'objet"),
    ("framing", "open_call", lambda p: update(p, lead_body=None), "un organisme coordonnateur"),
    ("framing", "open_call", lambda p: update(p, lead_agreed_on=None), "l'accord de {lead} pour être coordonnateur"),
    ("framing", "open_call", fewer_bodies, "au moins deux organismes intéressés (1 aujourd'hui)"),
    ("framing", "open_call", lambda p: update(p, cut_off=None), "la date limite de réponse"),
    (
        "framing",
        "open_call",
        lambda p: update(p, cut_off=YESTERDAY),
        "une date limite à venir (le 19/05/2026 est passé)",
    ),
    ("framing", "open_call", lambda p: CostLine.objects.all().delete(), "une estimation : au moins une ligne de coût"),
    ("call", "close_call", fewer_bodies, "au moins deux participations avec maximum (1 aujourd'hui)"),
    (
        "call",
        "close_call",
        lambda p: update(p, threshold_cents=2 * makers.MAXIMUM + 1),
        "le seuil de 10 000,01 € (10 000,00 € d'intentions)",
    ),
    ("signed", "reopen_call", lambda p: None, "que {lead} n'ait pas signé|que {last} n'ait pas signé"),
    ("frozen", "freeze", lambda p: None, "rien : la version 1 est déjà figée"),
    ("agreement", "freeze", one_rich_body, "au moins deux participations avec maximum (1 aujourd'hui)"),
    (
        "agreement",
        "freeze",
        lambda p: update(p, lead_body=makers.make_body("X")),
        "l'intention du coordonnateur, lui aussi membre",
    ),
    ("agreement", "freeze", lambda p: update(p, duration_months=None), "la durée en mois"),
    ("agreement", "freeze", lambda p: update(p, cpv=""), "le code CPV"),
    (
        "agreement",
        "freeze",
        lambda p: update(last(p), maximum_cents=makers.COST // 2 - 1),
        "un maximum d'au moins 3 000,00 € HT pour {last} (2 999,99 € aujourd'hui)",
    ),
    (
        "agreement",
        "freeze",
        lambda p: update(last(p).body, siren=None),
        "le SIREN de {last} : une partie à la convention en a un",
    ),
    ("agreement", "unfreeze", lambda p: None, "une version figée"),
    ("agreement", "constitute", lambda p: None, "une convention figée"),
    (
        "signed",
        "constitute",
        fewer_bodies,
        "la même liste de parties que la version figée : reprenez la rédaction",
    ),
    (
        "signed",
        "constitute",
        lambda p: makers.force_state(last(p), "authorised"),
        "la signature de {last} sur la version 1",
    ),
    (
        "signed",
        "constitute",
        lambda p: makers.force_state(last(p), "intended"),
        "l'acte autorisant {last} sur la version 1",
    ),
    (
        "signed",
        "constitute",
        lambda p: update(last(p), act_version=2, signed_version=2),
        "l'acte autorisant {last} sur la version 1",
    ),
    (
        "signed",
        "constitute",
        lambda p: p.participations.filter(body=p.lead_body).update(act_authorises_contract=False),
        "l'autorisation de signer le marché : {lead}",
    ),
    ("signed", "constitute", lambda p: update(last(p), act_authorises_contract=False), ""),
    (
        "signed M1",
        "constitute",
        lambda p: update(last(p), act_authorises_contract=False),
        "l'autorisation de signer le marché : {last}",
    ),
    (
        "signed development",
        "constitute",
        lambda p: update(last(p), act_maximum_cents=makers.MAXIMUM - 1),
        "le seuil de 10 000,00 € (9 999,99 € signés)",
    ),
    ("signed", "constitute", lambda p: update(p, threshold_cents=10**12), ""),
    (
        "interested",
        "declare",
        lambda q: makers.force_state(q.project, "agreement"),
        "un appel ouvert : le projet est à l'étape « Convention »",
    ),
    (
        "interested",
        "declare",
        lambda q: update(q.project, cut_off=YESTERDAY),
        "un appel en cours : la date limite du 19/05/2026 est passée",
    ),
    (
        "listed",
        "authorise",
        lambda q: q.project.versions.update(given_up_on=TODAY),
        "une convention figée : on ne délibère pas sur un texte qui peut encore changer",
    ),
    (
        "listed",
        "authorise",
        lambda q: q.project.versions.update(party_ids=[]),
        "une version figée dont {self} soit partie",
    ),
    (
        "authorised",
        "sign",
        lambda q: q.project.versions.update(number=2),
        "un acte sur la version en vigueur de la convention",
    ),
    (
        "authorised",
        "sign",
        lambda q: q.project.versions.update(given_up_on=TODAY),
        "un acte sur la version en vigueur de la convention",
    ),
    (
        "bound",
        "withdraw",
        lambda q: None,
        "un projet non constitué : la convention est signée, le retrait suit désormais sa clause de sortie, après "
        "délibération (article L. 2113-7 du CCP)",
    ),
]


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
    assert len(need.to_complete()) == 5
    assert Need.objects.get(pk=need.pk).state == "published"
