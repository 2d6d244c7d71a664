"""What is told to whom when a project moves: one class of message each, queued with the step."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse

from procurement.access import Actor
from procurement.events import AbstractEvent
from procurement.models import Membership, Role
from procurement.notifications import Message, message, queue, queue_each
from procurement.workflow import after_step
from projects.enums import NeedState
from projects.models import Event, Need, Participation, Project
from projects.requirements import french
from projects.search.api import Match, alike

CallOpened = message("call_opened", "Un appel est ouvert")
CallExtended = message("call_extended", "Une date limite est reportée")
CallClosed = message("call_closed", "Un appel est clos")
CallReopened = message("call_reopened", "Un appel est rouvert")
ConventionFrozen = message("convention_frozen", "Une convention est figée, à délibérer")
VersionGivenUp = message("version_given_up", "Une version de convention est abandonnée")
Constituted = message("constituted", "Un groupement est constitué")
Abandoned = message("abandoned", "Un projet est abandonné")
IntentionDeclared = message("intention_declared", "Un organisme a déclaré son intention")
ActRecorded = message("act_recorded", "Un organisme a délibéré")
Signed = message("signed", "Un organisme a signé")
BodyLeft = message("body_left", "Un organisme se retire")
NeedPooled = message("need_pooled", "Votre besoin est regroupé dans un projet")
NeedReleased = message("need_released", "Votre besoin est de nouveau disponible")
NeedLikeMine = message("need_like_mine", "Un besoin proche d'un des vôtres est publié")

# Likeness (0 to 1) from which two needs are worth a message. On the labelled set (tests/projects/search): of ten pairs
# told, nine belong together, and more than eight in ten of those that do are told.
WORTH_TELLING = 0.3
STILL_LOOKING = (NeedState.PUBLISHED, NeedState.POOLED)


def people(body_ids: Iterable[int], *roles: str) -> list[int]:
    """The people who hold one of these roles in these bodies today. One query."""
    held = Membership.objects.filter(body_id__in=list(body_ids), role__in=roles).in_force()
    return list(held.values_list("user_id", flat=True).distinct())


def _present(project: Project) -> list[int]:
    return list(project.participations.present().values_list("body_id", flat=True))


def _tell(
    kind: type[Message], project: Project, text: str, user_ids: Iterable[int], actor: Actor, **more: object
) -> None:
    """Queue a message about a project; by default its link opens the project."""
    values = {
        "topic": project.reference,
        "topic_title": project.title,
        "body_name": "",
        "link": reverse("project_detail", args=[project.reference]),
        "verb": "Voir le projet",
    } | more
    queue(kind(text=text, **values), user_ids, but=actor.user_id)  # type: ignore[arg-type]


@after_step(Project, "open_call")
def _call_opened(project: Project, actor: Actor, event: AbstractEvent) -> None:
    text = "L'appel à participation est ouvert : indiquez vos volumes et votre maximum. Une intention n'engage pas."
    told = people(_present(project), Role.AGENT)
    link = reverse("project_participants", args=[project.reference])
    _tell(
        CallOpened,
        project,
        text,
        told,
        actor,
        deadline=project.cut_off,
        verb="Renseigner notre participation",
        link=link,
    )


@after_step(Project, "extend_call")
def _call_extended(project: Project, actor: Actor, event: AbstractEvent) -> None:
    assert project.cut_off is not None
    text = f"La date limite de réponse est reportée au {french(project.cut_off)}. Motif : {event.note}"
    _tell(CallExtended, project, text, people(_present(project), Role.AGENT), actor, deadline=project.cut_off)


@after_step(Project, "close_call")
def _call_closed(project: Project, actor: Actor, event: AbstractEvent) -> None:
    text = "L'appel est clos : la convention se rédige avec les organismes qui ont déclaré une intention."
    _tell(CallClosed, project, text, people(_present(project), Role.AGENT, Role.LEGAL), actor)


@after_step(Project, "reopen_call")
def _call_reopened(project: Project, actor: Actor, event: AbstractEvent) -> None:
    text = f"L'appel est rouvert : vous pouvez revoir votre intention. Motif : {event.note}"
    _tell(CallReopened, project, text, people(_present(project), Role.AGENT), actor, deadline=project.cut_off)


@after_step(Project, "freeze")
def _convention_frozen(project: Project, actor: Actor, event: AbstractEvent) -> None:
    listed = project.listed_participations().values_list("body_id", flat=True)
    text = "La convention est figée : votre assemblée peut délibérer sur cette version, puis votre exécutif la signer."
    link = reverse("project_documents", args=[project.reference])
    told = people(listed, Role.AGENT, Role.LEGAL)
    _tell(ConventionFrozen, project, text, told, actor, link=link, verb="Télécharger la convention")


@after_step(Project, "unfreeze")
def _version_given_up(project: Project, actor: Actor, event: AbstractEvent) -> None:
    text = f"La version figée est abandonnée : les actes pris sur elle ne valent plus. Motif : {event.note}"
    _tell(VersionGivenUp, project, text, people(_present(project), Role.AGENT, Role.LEGAL), actor)


@after_step(Project, "constitute")
def _constituted(project: Project, actor: Actor, event: AbstractEvent) -> None:
    text = "Le groupement est constitué : tous les organismes ont délibéré et signé la même version."
    _tell(Constituted, project, text, people(_present(project), Role.AGENT, Role.LEGAL), actor)


@after_step(Project, "abandon")
def _abandoned(project: Project, actor: Actor, event: AbstractEvent) -> None:
    text = f"Le projet est abandonné ; vos besoins sont de nouveau publiés. Motif : {event.note}"
    _tell(Abandoned, project, text, people(_present(project), Role.AGENT, Role.LEGAL), actor)


def _tell_coordinator(kind: type[Message], participation: Participation, text: str, actor: Actor) -> None:
    project = participation.project
    link = reverse("project_participants", args=[project.reference]) + f"#p{participation.pk}"
    told = [project.coordinator_id]
    _tell(kind, project, text, told, actor, body_name=participation.body.name, link=link, verb="Voir l'avancement")


@after_step(Participation, "declare")
def _intention_declared(participation: Participation, actor: Actor, event: AbstractEvent) -> None:
    _tell_coordinator(IntentionDeclared, participation, "L'organisme a déclaré ou revu son intention.", actor)


@after_step(Participation, "authorise")
def _act_recorded(participation: Participation, actor: Actor, event: AbstractEvent) -> None:
    text = f"L'acte n° {participation.act_number} autorise la signature de la version {participation.act_version}."
    _tell_coordinator(ActRecorded, participation, text, actor)


@after_step(Participation, "sign")
def _signed(participation: Participation, actor: Actor, event: AbstractEvent) -> None:
    _tell_coordinator(Signed, participation, f"La version {participation.signed_version} est signée.", actor)


@after_step(Participation, "withdraw")
def _body_left(participation: Participation, actor: Actor, event: AbstractEvent) -> None:
    """Everyone else is told: shares, maxima and threshold are no longer what they were."""
    project = participation.project
    text = f"{participation.body} se retire du projet : les parts sont recalculées entre les autres."
    told = [*people(_present(project), Role.AGENT), project.coordinator_id]
    link = reverse("project_costs", args=[project.reference])
    _tell(BodyLeft, project, text, told, actor, body_name=participation.body.name, link=link, verb="Voir les parts")


@after_step(Need, "pool")
def _need_pooled(need: Need, actor: Actor, event: AbstractEvent) -> None:
    assert need.project is not None
    text = f"Votre besoin « {need.title} » est regroupé dans ce projet : votre organisme y est compté comme intéressé."
    _tell(NeedPooled, need.project, text, people([need.body_id], Role.AGENT), actor, body_name=need.body.name)


@after_step(Need, "release")
def _need_released(need: Need, actor: Actor, event: AbstractEvent) -> None:
    assert need.project is not None  # its link to the project goes after the messages: see actions/projects.py
    text = f"Votre besoin « {need.title} » n'est plus dans ce projet : il est de nouveau publié."
    link = reverse("need_detail", args=[need.reference])
    told = people([need.body_id], Role.AGENT)
    _tell(NeedReleased, need.project, text, told, actor, body_name=need.body.name, link=link, verb="Voir le besoin")


@after_step(Need, "publish")
def _need_like_mine(need: Need, actor: Actor, event: AbstractEvent) -> None:
    """Told once for each pair: by the later one, the first time it is published. Each person hears of their closest."""
    if Event.objects.filter(need=need, step="publish").count() > 1:
        return
    found = [match for match in alike(need, actor=actor, least=WORTH_TELLING) if match.need.state in STILL_LOOKING]
    closest: dict[int, Match] = {}  # by body: the best comes first
    for match in found:
        closest.setdefault(match.need.body_id, match)
    held = Membership.objects.filter(body_id__in=closest, role=Role.AGENT).in_force()
    told: dict[int, Match] = {}
    for user_id, body_id in held.values_list("user_id", "body_id"):
        told[user_id] = max(closest[body_id], told.get(user_id, closest[body_id]), key=lambda match: match.score)
    queue_each({user_id: _like(need, match) for user_id, match in told.items()}, but=actor.user_id)


def _like(need: Need, match: Match) -> Message:
    """Under the reader's own need, so that they may stop hearing of that one. Says only what any member may read."""
    why = "\u00a0; ".join(match.why)
    return NeedLikeMine(
        topic=match.need.reference,
        topic_title=match.need.title,
        body_name=need.body.name,
        text=f"{need.body.name} publie un besoin proche du vôtre\u00a0: « {need.title} ». Pourquoi\u00a0: {why}.",
        link=reverse("need_detail", args=[need.reference]),
        verb="Voir ce besoin",
    )
