"""The world of the access matrix: nine people around one project, and a name for each thing an address may hold.

Adding a route with a thing of its own: make the thing in `world`, give it a name in `things`, use {name} in
access_matrix.txt.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from types import SimpleNamespace

from django.test import Client

from documents.bulk import ask, plan
from documents.models import Document, ReturnLink, SignedCopy
from procurement import clock
from procurement.access import Actor
from procurement.letters import Letter
from procurement.models import Body, Role
from procurement.post import unsubscribe_path
from projects.actions.closing import record_pilot
from projects.actions.funds import issue_call, set_plan
from projects.actions.leads import propose_lead
from projects.actions.links import propose_merge
from projects.actions.orders import record_order
from projects.actions.projects import set_costs
from projects.actions.simulations import allow_estimate
from projects.actions.uploads import keep_upload
from projects.models import BodyMandate, ExpectedBody, Participation, Project, Simulation
from tests.house.access_people import people_things
from tests.house.browser import Browser
from tests.makers import coordinator_of, declare, holder, make_body, make_need, make_project, make_steward, member

# Columns of the table, in order.
ROLES = {
    "a": "anonymous",
    "x": "agent of a body outside",
    "o": "agent of another body of the project",
    "v": "viewer of a body of the project",
    "g": "agent of the same body",
    "l": "legal officer of the same body",
    "c": "coordinator",
    "s": "steward",
    "p": "partner",
}


@dataclass
class World:
    """Who there is (None: nobody signed in), what the addresses name, and the objects themselves."""

    people: dict[str, Actor | None]
    things: dict[str, str]
    objects: SimpleNamespace
    cookies: dict[str, dict[str, str]]  # by role: those of a session


def world(more: int = 0) -> World:
    """Three bodies in a project whose call is open (the first leads), a partner and a stranger beside it.

    `own` is the body of the viewer, the agent and the legal officer; two more projects are further on. With `more`,
    so many more bodies in each project, and so many more of what bodies make.
    """
    lead, own, other = (make_body(f"Commune de {name}") for name in ("Tête", "Nôtre", "Autre"))
    people = {
        "a": None,
        "x": member(make_body("Commune de Dehors")),
        "o": member(other, Role.AGENT),
        "v": member(own, Role.VIEWER),
        "g": member(own, Role.AGENT),
        "l": member(own, Role.LEGAL),
        "c": member(lead, Role.AGENT),
        "s": make_steward(),
        "p": member(make_body("Association", kind="partenaire"), Role.AGENT),
    }
    bodies = [lead, own, other, *(make_body() for _ in range(more))]
    project = make_project("call", bodies=bodies)
    frozen = make_project("agreement", bodies=bodies, frozen=True)
    constituted = make_project("constituted", bodies=bodies)
    running = make_project("running", bodies=bodies)
    development = make_project("running", bodies=bodies, route="shared_development", mandate="M3")
    _costs(project, bodies)
    propose_lead(project, own, actor=coordinator_of(project), reason="fusion")
    asked = make_project("call")
    allow_estimate(asked, True, actor=coordinator_of(asked))
    made = {"project": project, "frozen": frozen, "constituted": constituted, "asked": asked, "running": running}
    made["development"] = development
    found = SimpleNamespace(lead=lead, own=own, other=other, **made)
    whole = World(people, _things(found, people["g"]), found, {role: signed_in(who) for role, who in people.items()})
    for number in range(more):
        _one_more(found, people["g"], number)
    return whole


def signed_in(actor: Actor | None) -> dict[str, str]:
    """The cookies of a session."""
    client = Client()
    if actor is not None and actor.user is not None:
        client.force_login(actor.user)
    return {name: morsel.value for name, morsel in client.cookies.items()}


def _things(found: SimpleNamespace, agent: Actor | None) -> dict[str, str]:
    """The words in braces of access_matrix.txt."""
    assert agent is not None
    project, own = found.project, found.own
    part = declare(Participation.objects.get(project=project, body=own))
    published, draft = (make_need(state, body=own, by=agent) for state in ("published", "draft"))
    link = propose_merge(published, make_need("published"), actor=coordinator_of(project), reason="même logiciel")
    return {
        "need": project.needs.get(body=own).reference,
        "draft": draft.reference,
        "published": published.reference,
        "link": str(link.pk),
        "project": project.reference,
        "frozen": found.frozen.reference,
        "constituted": found.constituted.reference,
        "running": found.running.reference,
        "order": str(_order(found.running, own)),
        "owing": str(found.running.participations.get(body=own).pk),
        "development": found.development.reference,
        "pilot": str(_pilot(found.development, own)),
        "called": str(_called(found.development, own)),
        "asked": found.asked.reference,
        "part": str(part.pk),
        "simulation": str(_simulation(project, agent)),
        "expected": str(ExpectedBody.objects.create(project=project, body=make_body()).pk),
        "mandate": str(_mandate(own, agent)),
        "upload": str(keep_upload("needs", "besoins.csv", b"x", actor=agent).token),
        "bundle": str(_bundle(found.frozen)),
        **people_things(own),
        "deliberation": Document.objects.get(project=found.frozen, body=own).reference,
        "own_pk": str(own.pk),
        "copy": str(_copy(found, agent)),
        "return_link": str(_return_link(found, agent)),
        "unsubscribe": unsubscribe_path(Letter.objects.filter(user=agent.user).first()).split("/")[-2],  # type: ignore[arg-type]
    }


def _called(development: Project, own: Body) -> int:
    """What the first of two calls for funds asks of that body."""
    coordinator = coordinator_of(development)
    halves = [{"label": name, "basis_points": 5_000, "due_on": None, "milestone": name} for name in ("un", "deux")]
    set_plan(development, halves, actor=coordinator)
    call = issue_call(development, actor=coordinator, number=1, due_on=clock.today())
    return int(call.amounts.get(body=own).pk)


def _one_more(found: SimpleNamespace, agent: Actor | None, number: int) -> None:
    """Another row of each list that does not grow with the bodies."""
    assert agent is not None
    make_need("published", body=found.own, by=agent)
    ExpectedBody.objects.create(project=found.project, body=make_body())
    member(found.own, Role.AGENT)
    _order(found.running, found.own, f"BC-{number + 2}")
    _simulation(found.project, agent)


def _copy(found: SimpleNamespace, agent: Actor) -> int:
    """A file returned for the frozen convention, that a person must look at; its bytes are nowhere."""
    given = {"document": Document.objects.get(project=found.frozen, kind="convention"), "body": found.own}
    kept = {"kind": "other", "sound": False, "name": "copie.pdf", "sha256": "1" * 64, "size": 1, "pages": 1}
    return int(SignedCopy.objects.create(**given, **kept, received_by=agent.user).pk)


def _return_link(found: SimpleNamespace, agent: Actor) -> int:
    given = {"document": Document.objects.get(project=found.frozen, kind="convention"), "body": found.own}
    kept = {"addressee": "Mairie", "secret_sha256": uuid.uuid4().hex * 2, "ends_on": clock.today()}
    return int(ReturnLink.objects.create(**given, **kept, made_by=agent.user).pk)


def _bundle(project: Project) -> uuid.UUID:
    """Asked for by the coordinator, not made."""
    return ask(project, "bodies", plan(project, "bodies"), actor=coordinator_of(project)).pk


def _costs(project: Project, bodies: list[Body]) -> None:
    """One line in equal parts, one in voted percentages."""
    shares = ["50", "30", "20", *["0"] * len(bodies)]
    voted = {"kind": "percent", "percents": dict(zip([body.siren for body in bodies], shares, strict=False))}
    lines = [("Développement", {"kind": "equal"}), ("Hébergement", voted)]
    rows = [{"label": label, "amount_cents": 600_00, "vat_percent": "20", "key": key} for label, key in lines]
    set_costs(project, rows, [], actor=coordinator_of(project))


def _simulation(project: Project, agent: Actor) -> int:
    """Kept by the agent, through the page."""
    assert agent.user is not None
    page = f"/projets/{project.reference}/couts/simuler/"
    Browser().sign_in(agent.user).submit(page, {"name": "Essai"}, to=f"{page}enregistrer/")
    return int(Simulation.objects.latest("pk").pk)


def _order(project: Project, own: Body, reference: str = "BC-1") -> int:
    row = project.listed_participations().get(body=own)
    given = {"reference": reference, "ordered_on": clock.today(), "amount_cents": 1_00, "lot": project.lots.first()}
    return int(record_order(row, actor=holder(own), **given).pk)


def _pilot(project: Project, own: Body) -> int:
    made = record_pilot(project, own, actor=coordinator_of(project), starts_on=clock.today(), proof="courriel")
    return int(made.pk)


def _mandate(own: Body, agent: Actor) -> int:
    epci = make_body(kind="epci")
    given = {"from_body": own, "to_body": epci, "act_reference": "délibération 2026-1", "recorded_by": agent.user}
    return int(BodyMandate.objects.create(**given).pk)
