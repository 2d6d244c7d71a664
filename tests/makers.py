"""Plain makers: they drive objects through the real steps, so nothing in a test could not happen on the site."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from documents.issuing import issue_kind
from documents.launch import FOR_CANDIDATES
from procurement import clock
from procurement.access import Actor, actor_for
from procurement.models import Body, Membership, Role, User
from procurement.text import fold
from procurement.workflow import StatefulModel, perform
from projects.actions.closing import record_release, settle
from projects.actions.consultation import prepare_consultation, record_milestone
from projects.actions.contracts import record_contract
from projects.actions.needs import declare_need
from projects.actions.participations import join_project
from projects.actions.projects import create_project, set_costs, set_lots
from projects.consultation.reading import current_facts
from projects.enums import MilestoneKind, NeedState, ParticipationState, Procedure, ProjectState, Route
from projects.models import Domain, Need, Participation, Project

_count = itertools.count(1)
LONG_AGO = dt.date(2015, 1, 1)
PROOF = "courriel du 3 mars"
MAXIMUM = 5_000_00  # cents, of every intention
COST = 6_000_00  # cents, shared in equal parts
DESCRIPTION = "Un logiciel libre pour tenir l'état civil de la commune."
N, P, Q = NeedState, ProjectState, ParticipationState


def luhn(first_digits: str) -> str:
    """The digits with the key that makes their Luhn sum right."""
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(first_digits), start=1))
    total = sum(value - 9 if value > 9 else value for value in doubled)
    return f"{first_digits}{-total % 10}"


def make_body(name: str = "", *, kind: str = "commune", siren: str | None = "", population: int | None = 1000) -> Body:
    """A fictitious body; `siren=None` for one without."""
    number = next(_count)
    name = name or f"Commune n° {number}"
    siren = luhn(f"000{number:05d}") if siren == "" else siren
    return Body.objects.create(
        siren=siren, name=name, kind=kind, population=population, department="38", search_text=fold(f"{name} {siren}")
    )


def make_user(email: str = "", **fields: Any) -> User:
    """A person whose password is « mot de passe »."""
    return User.objects.create_user(email or f"personne{next(_count)}@example.org", "mot de passe", **fields)


def member(body: Body | None = None, *roles: str, user: User | None = None) -> Actor:
    """A person who holds these roles (agent if none is said) in the body since long ago."""
    user, body = user or make_user(), body or make_body()
    for role in roles or (Role.AGENT,):
        Membership.objects.get_or_create(
            user=user, body=body, role=role, ends_on=None, defaults={"starts_on": LONG_AGO}
        )
    return actor_for(user, body.pk)


def make_steward() -> Actor:
    """Somebody who tends the platform and works for no body."""
    return actor_for(make_user(is_steward=True))


def holder(body: Body, role: str = Role.AGENT) -> Actor:
    """Somebody who holds this role in the body: the first one, else a new one."""
    found = Membership.objects.filter(body=body, role=role).in_force().order_by("id").first()
    return actor_for(found.user, body.pk) if found else member(body, role)


def coordinator_of(project: Project) -> Actor:
    """The person who animates the project, as they act now."""
    return actor_for(project.coordinator)


def make_need(state: str = N.DRAFT, *, body: Body | None = None, by: Actor | None = None, **fields: Any) -> Need:
    """A need, taken to `state` through the steps (a pooled one gets a project of its own)."""
    body = body or make_body()
    by = by or holder(body)
    values = {
        "title": "Logiciel d'état civil",
        "description": DESCRIPTION,
        "domain": Domain.objects.get(code="etat-civil"),
    }
    need = declare_need(actor=by, body=body, **{**values, **fields})
    path = {
        N.DRAFT: [],
        N.PUBLISHED: ["publish"],
        N.POOLED: ["publish"],
        N.MET: ["publish", "satisfy"],
        N.WITHDRAWN: ["withdraw"],
    }
    for step in path[NeedState(state)]:
        need = perform(Need, need.pk, step, actor=by)
    if state == N.POOLED:
        create_project(actor=by, needs=[need], title="Projet", cut_off=clock.today() + dt.timedelta(days=30))
    return Need.objects.get(pk=need.pk)


def make_project(
    state: str = P.FRAMING, *, bodies: Sequence[Body] = (), frozen: bool = False, **fields: Any
) -> Project:
    """A project of two bodies (or those given, the first leads), taken to `state` through the steps.

    In agreement the text is frozen when `frozen`; constituted comes with everything before. Everything happens today.
    The consultation is one without publicity, as the amounts are small.
    """
    bodies = bodies or (make_body(), make_body())
    needs = [make_need(N.PUBLISHED, body=body) for body in bodies]
    coordinator = holder(bodies[0])
    project = create_project(actor=coordinator, needs=needs, **{**_framing(bodies[0]), **fields})
    set_lots(project, [{"number": 1, "title": "Logiciel"}], actor=coordinator)
    line = {"label": "Développement", "amount_cents": COST, "vat_percent": "20", "key": {"kind": "equal"}}
    set_costs(project, [line], [], actor=coordinator)
    if project.lead_body_id:
        perform(Project, project.pk, "accept_lead", actor=coordinator)
    if state == P.ABANDONED:
        return perform(Project, project.pk, "abandon", actor=coordinator, note="faute d'intérêt")
    if state != P.FRAMING:
        perform(Project, project.pk, "open_call", actor=coordinator)
    if state not in (P.FRAMING, P.CALL):
        take_on(project, state, frozen=frozen)
    return Project.objects.get(pk=project.pk)


def take_on(project: Project, state: str, *, frozen: bool = False) -> None:
    """From an open call to `state`, through the steps."""
    coordinator = coordinator_of(project)
    _agree(project, coordinator, frozen=frozen or state != P.AGREEMENT)
    if state != P.AGREEMENT:
        for participation in project.participations.all():
            authorise(participation)
            sign(participation)
        perform(Project, project.pk, "constitute", actor=coordinator)
    if state in (P.TENDER, P.RUNNING, P.CLOSED):
        launch(project)
    if state in (P.RUNNING, P.CLOSED):
        award(project)
    if state == P.CLOSED:
        close(project)


def _framing(lead: Body) -> dict[str, Any]:
    return {
        "title": "État civil partagé",
        "object": "Un logiciel d'état civil libre.",
        "lead_body": lead,
        "cpv": "48000000",
        "duration_months": 48,
        "no_lots_reason": "Un seul logiciel, qu'on ne peut pas couper.",
        "cut_off": clock.today() + dt.timedelta(days=30),
    }


def _agree(project: Project, coordinator: Actor, *, frozen: bool) -> None:
    for participation in project.participations.all():
        declare(participation)
    perform(Project, project.pk, "close_call", actor=coordinator, note="chacun a répondu")
    if frozen:
        perform(Project, project.pk, "freeze", actor=coordinator)


HOLDER = {"name": "Libre et Cie", "id_kind": "SIRET", "identifier": "73282932000074"}
SOFTWARE: dict[str, Any] = {
    "software": "Registre libre",
    "version": "1.0.0",
    "licence": "EUPL-1.2",
    "repository": "https://forge.example.org/registre",
    "archive": "swh:1:rev:0000000000000000000000000000000000000000",
    "rights_obtained": True,
    "secrets_removed": True,
    "compatible": True,
}


def prepare(project: Project, procedure: str = Procedure.DIRECT, **chosen: Any) -> None:
    """Choose how the contract is sought, and issue what is put to the candidates."""
    values = {"procedure": procedure, "form": "contract", **chosen}
    prepare_consultation(project, actor=coordinator_of(project), **values)
    for code in FOR_CANDIDATES:
        issue_kind(project, code, coordinator_of(project))


def launch(project: Project, procedure: str = Procedure.DIRECT, **chosen: Any) -> Project:
    """Prepare a consultation and launch it, by the coordinator."""
    prepare(project, procedure, **chosen)
    return perform(Project, project.pk, "launch", actor=coordinator_of(project))


def milestone(project: Project, kind: str, **given: Any) -> None:
    """Record a milestone of today, by the coordinator, on proof."""
    facts = {"day": clock.today(), "proof": PROOF, **given}
    record_milestone(project, kind, actor=coordinator_of(project), **facts)


def contract(project: Project, **given: Any) -> None:
    """Every contract that is expected, of one euro each."""
    facts = current_facts(project)
    assert facts is not None
    for wanted in facts.expected:
        values = {"amount_cents": 100, "holders": [HOLDER], "proof": PROOF, **given}
        record_contract(project, actor=coordinator_of(project), lot=wanted.lot, buyer_id=wanted.buyer_id, **values)


def conclude(project: Project, **given: Any) -> None:
    """Everything an award of a contract without publicity asks for; `given` are facts of the contracts."""
    contract(project, **given)
    milestone(project, MilestoneKind.DECISION)
    facts = current_facts(project)
    assert facts is not None
    for made in facts.contracts:
        milestone(project, MilestoneKind.SIGNATURE, contract=made.number)
        milestone(project, MilestoneKind.NOTIFICATION, contract=made.number)


def award(project: Project) -> Project:
    """Contract, decide, sign, notify, award."""
    conclude(project)
    return perform(Project, project.pk, "award", actor=coordinator_of(project))


def finish(project: Project) -> None:
    """Everything a closing asks for: settlements, and version 1 of a shared development."""
    coordinator = coordinator_of(project)
    for participation in project.listed_participations():
        settle(participation, actor=coordinator, final_cents=0, settled_on=clock.today(), note=PROOF)
    if project.route == Route.SHARED_DEVELOPMENT:
        record_release(project, actor=coordinator, published_on=clock.today(), proof=PROOF, **SOFTWARE)


def close(project: Project) -> Project:
    """Settle and close."""
    finish(project)
    return perform(Project, project.pk, "close", actor=coordinator_of(project))


def declare(
    participation: Participation, maximum_cents: int = MAXIMUM, *, by: Actor | None = None, **facts: Any
) -> Participation:
    """An intention of one seat of lot 1."""
    given = {"weights": {}, "quantities": [{"lot": 1, "quantity": "1", "unit": "postes"}], **facts}
    actor = by or holder(participation.body)
    return perform(Participation, participation.pk, "declare", actor=actor, maximum_cents=maximum_cents, **given)


def act_facts(participation: Participation, **facts: Any) -> dict[str, Any]:
    """A sound deliberation of today on the version in force."""
    version = participation.project.current_version()
    return {
        "act_kind": "deliberation",
        "act_number": "2026-47",
        "act_date": clock.today(),
        "act_enforceable_on": clock.today(),
        "act_maximum_cents": MAXIMUM,
        "act_authorises_contract": True,
        "act_version": version.number if version else 1,
        **facts,
    }


def sign_facts(**facts: Any) -> dict[str, Any]:
    """A sound signature of today."""
    given = {"signatory": "Mme Le Guen", "signatory_capacity": "Maire", "signature_mode": "handwritten"}
    return {"signed_on": clock.today(), **given, **facts}


def authorise(participation: Participation, **facts: Any) -> Participation:
    """The body's legal officer records the act."""
    actor = holder(participation.body, Role.LEGAL)
    return perform(Participation, participation.pk, "authorise", actor=actor, **act_facts(participation, **facts))


def sign(participation: Participation, **facts: Any) -> Participation:
    """The body's legal officer records the signature."""
    return perform(
        Participation, participation.pk, "sign", actor=holder(participation.body, Role.LEGAL), **sign_facts(**facts)
    )


def make_participation(
    state: str = Q.INTERESTED, *, project: Project | None = None, body: Body | None = None
) -> Participation:
    """The participation of a body that does not lead, in a project that is far enough for `state`."""
    frozen = state in (Q.AUTHORISED, Q.SIGNED)
    body = body or make_body()
    if project is None:
        others = (make_body(), body) if frozen else (make_body(), make_body())
        project = make_project(P.AGREEMENT if frozen else P.CALL, bodies=others, frozen=frozen)
    found = join_project(project, body, actor=holder(body)) if not frozen else project.participations.get(body=body)
    if state == Q.INTENDED:
        declare(found)
    elif state == Q.WITHDRAWN:
        perform(Participation, found.pk, "withdraw", actor=holder(body), note="autre solution")
    elif frozen:
        authorise(found)
        if state == Q.SIGNED:
            sign(found)
    return Participation.objects.select_related("project", "body").get(pk=found.pk)


def force_state(obj: StatefulModel, state: str) -> None:
    """Write a state behind the door's back: only to see what becomes of an object that no step could make."""
    QuerySet.update(type(obj).objects.filter(pk=obj.pk), state=state)


@dataclass(frozen=True)
class Characters:
    """The three standing ones: who coordinates, an agent of the other body, an agent of a body outside."""

    coordinator: Actor
    member: Actor
    stranger: Actor


def characters(project: Project) -> Characters:
    """Around a project of two bodies."""
    other = project.participations.exclude(body=project.lead_body).order_by("id").first()
    assert other is not None
    return Characters(coordinator_of(project), holder(other.body), member())
