"""Reminders: what is said to those who have not acted, at the coordinator's gesture or before the cut-off date.

The words are the coordinator's, else ours; blanks are filled by `procurement.placeholders`, by nothing else.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from django.conf import settings
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from procurement.access import Actor
from procurement.events import AbstractEvent
from procurement.models import Body, Membership, Role
from procurement.notifications import Message, message, queue, queue_each
from procurement.placeholders import fill
from procurement.templatetags.cordee import french_date
from procurement.workflow import after_step
from projects.awaited.board import Line
from projects.enums import Grouping
from projects.models import BodyMandate, Need, Project, Wish
from projects.models.reminders import Awaited, ReminderText
from projects.notifications.telling import people

Reminded = message("reminded", "Une relance du coordinateur")
CutOffNear = message("cut_off_near", "Une date limite approche")
DraftNear = message("draft_near", "Un appel se clôt dans le domaine d'un de vos brouillons")
NextRoundAwaited = message("next_round_awaited", "Un organisme attend la prochaine procédure")
NextRoundOpened = message("next_round_opened", "La procédure que vous attendiez s'ouvre")

BLANKS = ("organisme", "projet", "date", "lien")
WORDS = {
    Awaited.INTENTION: "{organisme} n'a pas encore indiqué ses volumes et son maximum pour « {projet} ». "
    "Réponse attendue pour le {date}. Une intention n'engage pas\u00a0; dire non est aussi une réponse.",
    Awaited.ACT: "La convention de « {projet} » est figée et attend l'acte de {organisme}. "
    "Dernier jour sûr\u00a0: {date}.",
    Awaited.SIGNATURE: "L'acte de {organisme} est exécutoire\u00a0: il reste à signer la convention de « {projet} ». "
    "Dernier jour sûr\u00a0: {date}.",
    Awaited.COPY: "La convention de « {projet} » est signée\u00a0: il reste à rendre la copie signée de {organisme}.",
}
VERBS = {
    Awaited.INTENTION: ("Répondre", "declare", (Role.AGENT,)),
    Awaited.ACT: ("Enregistrer l'acte", "authorise", (Role.LEGAL, Role.AGENT)),
    Awaited.SIGNATURE: ("Enregistrer la signature", "sign", (Role.LEGAL, Role.AGENT)),
    Awaited.COPY: ("Rendre la copie signée", "", (Role.LEGAL, Role.AGENT)),
}
NO_DATE = "une date à fixer"


def words_for(project: Project, step: str) -> str:
    """The coordinator's text for this step, else ours."""
    own = ReminderText.objects.filter(project=project, step=step).values_list("text", flat=True).first()
    return own or WORDS[Awaited(step)]


def who_answers(project: Project, lines: Iterable[Line], step: str) -> dict[int, list[Line]]:
    """Person → the bodies they answer for: those who hold the role there and, for an intention, the mandataries.

    Two queries.
    """
    by_body = {line.body.pk: line for line in lines}
    held = Membership.objects.filter(body_id__in=by_body, role__in=VERBS[Awaited(step)][2]).in_force()
    found: dict[int, list[Line]] = {}
    for user_id, body_id in held.order_by("body_id").values_list("user_id", "body_id").distinct():
        found.setdefault(user_id, []).append(by_body[body_id])
    if step == Awaited.INTENTION:
        given = BodyMandate.objects.in_force().filter(Q(project=None) | Q(project=project), from_body_id__in=by_body)
        speaks = Q(to_body__memberships__in=Membership.objects.filter(role=Role.AGENT).in_force())
        for user_id, body_id in given.filter(speaks).values_list("to_body__memberships__user_id", "from_body_id"):
            if user_id is not None and by_body[body_id] not in found.setdefault(user_id, []):
                found[user_id].append(by_body[body_id])
    return found


def reminder(kind: type[Message], project: Project, lines: Sequence[Line], step: str, text: str) -> Message:
    """What one person is told about the bodies they answer for. No query."""
    names = " et ".join(line.body.name for line in lines)
    dues = [line.cell(step).due for line in lines if line.cell(step).due]
    due = min((day for day in dues if day), default=None)
    link = _link(project, lines, step)
    values = {
        "organisme": names,
        "projet": project.title,
        "date": french_date(due) if due else NO_DATE,
        "lien": settings.BASE_URL + link,
    }
    return kind(
        topic=project.reference,
        topic_title=project.title,
        body_name=names,
        text=fill(text, values),
        link=link,
        verb=VERBS[Awaited(step)][0],
        deadline=due,
    )


def _link(project: Project, lines: Sequence[Line], step: str) -> str:
    """Straight to the act when there is one body, and it is in the project."""
    name = VERBS[Awaited(step)][1]
    if step == Awaited.COPY:
        return reverse("project_documents", args=[project.reference])
    if len(lines) == 1 and lines[0].participation is not None:
        return reverse("participation_step", args=[project.reference, lines[0].participation.pk, name])
    page = "project_participants" if all(line.participation for line in lines) else "project_detail"
    return reverse(page, args=[project.reference])


def draft_owners(project: Project) -> dict[int, Need]:
    """Agent → an unpublished need of their body in a domain of this project, which the body is not in. Two queries."""
    domains = project.needs.values("domain_id")
    inside = project.participations.filter(body_id=OuterRef("body_id"))
    drafts = Need.objects.filter(state="draft", domain_id__in=domains).exclude(Exists(inside)).select_related("body")
    by_body = {need.body_id: need for need in drafts.order_by("-pk")}
    held = Membership.objects.filter(body_id__in=by_body, role=Role.AGENT).in_force()
    return {user_id: by_body[body_id] for user_id, body_id in held.values_list("user_id", "body_id")}


def tell_of_draft(project: Project, owners: dict[int, Need]) -> int:
    """Queue a message to each owner of a draft; how many letters. The draft's title goes to its own body only."""
    assert project.cut_off is not None
    text = (
        "L'appel « {title} » porte sur le même domaine que votre brouillon « {draft} » et se clôt le {day}. "
        "Publié avant cette date, votre besoin peut y entrer."
    )
    return queue_each(
        {
            user_id: DraftNear(
                topic=project.reference,
                topic_title=project.title,
                body_name=need.body.name,
                text=text.format(title=project.title, draft=need.title, day=french_date(project.cut_off)),
                link=reverse("need_detail", args=[need.reference]),
                verb="Reprendre le brouillon",
                deadline=project.cut_off,
            )
            for user_id, need in owners.items()
        }
    )


def tell_of_wish(project: Project, body: Body, actor: Actor) -> None:
    """The coordinator learns that a body waits for the next procedure."""
    told = NextRoundAwaited(
        topic=project.reference,
        topic_title=project.title,
        body_name=body.name,
        text=f"{body.name} est arrivé trop tard et attend la prochaine procédure de ce groupement.",
        link=reverse("project_participants", args=[project.reference]),
        verb="Voir qui attend",
    )
    queue(told, [project.coordinator_id], but=actor.user_id)


@after_step(Project, "open_call")
@after_step(Project, "reopen_call")
def _next_round_opened(project: Project, actor: Actor, event: AbstractEvent) -> None:
    """Those who asked: in this project, or in a permanent grouping of the same lead body and domain."""
    alike = Q(project__grouping=Grouping.PERMANENT, project__lead_body_id=project.lead_body_id)
    alike &= Q(project__needs__domain__in=project.needs.values("domain_id"))
    wishes = Wish.objects.filter(Q(project=project) | alike)
    waiting = set(wishes.values_list("body_id", flat=True)) - set(
        project.participations.present().values_list("body_id", flat=True)
    )
    said = NextRoundOpened(
        topic=project.reference,
        topic_title=project.title,
        body_name="",
        text="Vous aviez demandé à être prévenu\u00a0: l'appel de la procédure suivante est ouvert.",
        link=reverse("project_detail", args=[project.reference]),
        verb="Rejoindre",
        deadline=project.cut_off,
    )
    queue(said, [*people(waiting, Role.AGENT), project.coordinator_id] if waiting else [], but=actor.user_id)


def days_before(cut_off: dt.date, today: dt.date) -> int | None:
    """Which reminder is due: that of 14, 7 or 2 days before the cut-off date; None too early or too late."""
    left = (cut_off - today).days
    return min((mark for mark in (14, 7, 2) if left <= mark), default=None) if left >= 0 else None
