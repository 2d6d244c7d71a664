"""What waits for a person: one verb, one deadline, one link each. The dashboard and the project page say the same."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.urls import reverse

from procurement import clock
from procurement.access import Actor
from procurement.models import Role
from projects import queries, rules
from projects.awaited.texts import text_todos
from projects.consultation.todo import PREFETCH, awaited, route_of
from projects.enums import NeedState, ParticipationState, ProjectState
from projects.models import LeadChange, Need, Participation, Project
from projects.orders.todos import order_todos


@dataclass(frozen=True, slots=True)
class Todo:
    """Something to do; `deadline` None when nothing presses."""

    text: str
    verb: str
    url: str
    body: str = ""
    deadline: dt.date | None = None


def todos(actor: Actor, project: Project | None = None) -> list[Todo]:
    """What this person must do, nearest deadline first; in one project when it is given."""
    found: list[Todo] = []
    if project is None:
        concerned = list(queries.own_participations(actor))
        animated = list(queries.coordinated_projects(actor).prefetch_related(*PREFETCH))
    else:
        concerned, animated = queries.own_rows(actor, project), queries.coordinated_here(actor, project)
    own = [row for row in concerned if actor.belongs_to(row.body_id)]
    for participation in concerned:
        found.extend(_of_participation(participation, actor))
    for coordinated in animated:
        found.extend(_of_coordinator(coordinated))
        found.extend(_of_consultation(coordinated))
    if project is None or project.two_person_above_cents is not None:
        found.extend(_to_confirm(actor, project))
    found.extend(_of_lead_changes(actor, project))
    found.extend(Todo(*row[:5]) for row in text_todos(actor, project))
    found.extend(Todo(*row) for row in order_todos(actor, own, animated))
    if project is None:
        found.extend(_of_needs(queries.own_drafts(actor)))
    return sorted(found, key=lambda todo: todo.deadline or dt.date.max)


def _of_participation(participation: Participation, actor: Actor) -> Iterator[Todo]:
    project, body = participation.project, participation.body
    title, name = project.title, body.name

    def link(step: str) -> str:
        return reverse("participation_step", args=[project.reference, participation.pk, step])

    own_agent, own_legal = rules.is_agent_of_body(participation, actor), actor.holds(Role.LEGAL, body.pk)
    declares = own_agent or participation.mandated  # type: ignore[attr-defined]  # by queries.own_participations
    if participation.state == ParticipationState.INTERESTED and project.calls() and declares and _open(project):
        whose = "vos volumes et votre maximum" if own_agent else f"les volumes et le maximum de {name}, sous mandat,"
        verb = "Renseigner notre participation" if own_agent else "Renseigner sa participation"
        yield Todo(f"Indiquez {whose} pour « {title} ».", verb, link("declare"), name, project.cut_off)
    if project.state != ProjectState.AGREEMENT or not own_legal or not participation.frozen:  # type: ignore[attr-defined]
        return
    if participation.state == ParticipationState.INTENDED:
        text = f"Enregistrez l'acte qui approuve la convention de « {title} »."
        yield Todo(text, "Enregistrer l'acte", link("authorise"), name)
    elif participation.state == ParticipationState.AUTHORISED:
        yield Todo(
            f"Enregistrez la signature de la convention de « {title} ».", "Enregistrer la signature", link("sign"), name
        )


def _open(project: Project) -> bool:
    return project.cut_off is None or clock.now() <= clock.end_of(project.cut_off)


def _of_coordinator(project: Project) -> Iterator[Todo]:
    def link(step: str) -> str:
        return reverse("project_step", args=[project.reference, step])

    page = reverse("project_detail", args=[project.reference])
    if project.state == ProjectState.FRAMING:
        yield Todo(f"Préparez l'appel de « {project.title} ».", "Voir ce qui manque", page, deadline=project.cut_off)
    elif project.calls() and not _open(project):
        yield Todo(
            f"La date limite de « {project.title} » est passée.",
            "Clore l'appel",
            link("close_call"),
            deadline=project.cut_off,
        )
    elif project.state == ProjectState.AGREEMENT and not project.frozen:  # type: ignore[attr-defined]
        yield Todo(
            f"Figez la convention de « {project.title} » pour que les assemblées délibèrent.",
            "Figer la convention",
            link("freeze"),
        )
    elif project.state == ProjectState.AGREEMENT and not project.awaited:  # type: ignore[attr-defined]
        yield Todo(
            f"Tout le monde a signé : constatez la constitution de « {project.title} ».",
            "Constater la constitution",
            link("constitute"),
        )


def _of_consultation(project: Project) -> Iterator[Todo]:
    """From the constitution on: prepare, launch, then each milestone as its time comes."""
    page = reverse("project_consultation", args=[project.reference])
    if project.state == ProjectState.CONSTITUTED:
        text = f"Le groupement est constitué : préparez puis lancez la consultation de « {project.title} »."
        yield Todo(text, "Voir la consultation", page)
    elif project.state in (ProjectState.TENDER, ProjectState.RUNNING):
        waiting = awaited(project)
        for item in waiting:
            name, args = route_of(item)
            url = reverse(name, args=[project.reference, *args])
            yield Todo(f"{item.says} : « {project.title} ».", "Enregistrer", url, deadline=item.due)
        if not waiting and project.state == ProjectState.TENDER:
            yield Todo(f"Nommez les titulaires et attribuez « {project.title} ».", "Voir la consultation", page)


def _to_confirm(actor: Actor, project: Project | None) -> Iterator[Todo]:
    """What another person has proposed and this one may confirm (two-person rule)."""
    for proposal in queries.proposals_for(actor, project):
        label = Project.step_label(proposal.step)
        text = f"{proposal.made_by} propose « {label} » pour « {proposal.project.title} » : confirmez ou refusez."
        url = reverse("project_decision", args=[proposal.project.reference, proposal.step])
        yield Todo(text, "Voir la proposition", url)


def _waits_for(change: LeadChange, actor: Actor) -> bool:
    if change.accepted_on is None:
        return rules.answers_for_lead(change, actor)
    return rules.is_coordinator(change.project, actor)


def _of_lead_changes(actor: Actor, project: Project | None) -> Iterator[Todo]:
    """Asked to lead; or the amendment by which another leads, to have signed."""
    known = [project.lead_change()] if project else queries.lead_changes_for(actor)
    for change in known:
        if change is None or not _waits_for(change, actor):
            continue
        title, ref = change.project.title, change.project.reference
        if change.accepted_on is None:
            text = f"{change.to_body} est proposé comme coordonnateur de « {title} » : acceptez ou refusez."
            yield Todo(text, "Accepter ou refuser", reverse("project_lead", args=[ref]), change.to_body.name)
        elif change.project.state == ProjectState.AGREEMENT:
            text = f"{change.to_body} accepte de coordonner « {title} » : une nouvelle version doit le nommer."
            yield Todo(text, "Reprendre la rédaction", reverse("project_step", args=[ref, "unfreeze"]))
        else:
            text = f"Faites signer l'avenant qui fait de {change.to_body} le coordonnateur de « {title} »."
            yield Todo(text, "Enregistrer l'avenant", reverse("project_lead_record", args=[ref]))


def _of_needs(drafts: Iterable[Need]) -> Iterator[Todo]:
    for need in drafts:
        assert need.state == NeedState.DRAFT
        url = reverse("need_detail", args=[need.reference])
        yield Todo(
            f"Votre besoin « {need.title or need.reference} » n'est pas publié.",
            "Reprendre le brouillon",
            url,
            need.body.name,
        )
