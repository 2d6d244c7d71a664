"""What is told to whom when a project moves: one class of message each, queued with the step."""

from __future__ import annotations

from django.urls import reverse

from procurement.access import Actor
from procurement.events import AbstractEvent
from procurement.models import Role
from procurement.notifications import Message, message
from procurement.workflow import after_step
from projects.models import Need, Participation, Project
from projects.notifications.telling import people, present, tell
from projects.requirements import french, row_of

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


@after_step(Project, "open_call")
def _call_opened(project: Project, actor: Actor, event: AbstractEvent) -> None:
    text = "L'appel à participation est ouvert : indiquez vos volumes et votre maximum. Une intention n'engage pas."
    told = people(present(project), Role.AGENT)
    link = reverse("project_participants", args=[project.reference])
    tell(
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
    tell(CallExtended, project, text, people(present(project), Role.AGENT), actor, deadline=project.cut_off)


@after_step(Project, "close_call")
def _call_closed(project: Project, actor: Actor, event: AbstractEvent) -> None:
    text = "L'appel est clos : la convention se rédige avec les organismes qui ont déclaré une intention."
    tell(CallClosed, project, text, people(present(project), Role.AGENT, Role.LEGAL), actor)


@after_step(Project, "reopen_call")
def _call_reopened(project: Project, actor: Actor, event: AbstractEvent) -> None:
    text = f"L'appel est rouvert : vous pouvez revoir votre intention. Motif : {event.note}"
    tell(CallReopened, project, text, people(present(project), Role.AGENT), actor, deadline=project.cut_off)


@after_step(Project, "freeze")
def _convention_frozen(project: Project, actor: Actor, event: AbstractEvent) -> None:
    listed = project.listed_participations().values_list("body_id", flat=True)
    text = "La convention est figée : votre assemblée peut délibérer sur cette version, puis votre exécutif la signer."
    link = reverse("project_documents", args=[project.reference])
    told = people(listed, Role.AGENT, Role.LEGAL)
    tell(ConventionFrozen, project, text, told, actor, link=link, verb="Télécharger la convention")


@after_step(Project, "unfreeze")
def _version_given_up(project: Project, actor: Actor, event: AbstractEvent) -> None:
    text = f"La version figée est abandonnée : les actes pris sur elle ne valent plus. Motif : {event.note}"
    tell(VersionGivenUp, project, text, people(present(project), Role.AGENT, Role.LEGAL), actor)


@after_step(Project, "constitute")
def _constituted(project: Project, actor: Actor, event: AbstractEvent) -> None:
    text = "Le groupement est constitué : tous les organismes ont délibéré et signé la même version."
    tell(Constituted, project, text, people(present(project), Role.AGENT, Role.LEGAL), actor)


@after_step(Project, "abandon")
def _abandoned(project: Project, actor: Actor, event: AbstractEvent) -> None:
    text = f"Le projet est abandonné ; vos besoins sont de nouveau publiés. Motif : {event.note}"
    tell(Abandoned, project, text, people(present(project), Role.AGENT, Role.LEGAL), actor)


def _tell_coordinator(kind: type[Message], participation: Participation, text: str, actor: Actor) -> None:
    project = participation.project
    link = reverse("project_participants", args=[project.reference]) + row_of(participation.pk)
    told = [project.coordinator_id]
    tell(kind, project, text, told, actor, body_name=participation.body.name, link=link, verb="Voir l'avancement")


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
    told = [*people(present(project), Role.AGENT), project.coordinator_id]
    link = reverse("project_costs", args=[project.reference])
    tell(BodyLeft, project, text, told, actor, body_name=participation.body.name, link=link, verb="Voir les parts")


@after_step(Need, "pool")
def _need_pooled(need: Need, actor: Actor, event: AbstractEvent) -> None:
    assert need.project is not None
    text = f"Votre besoin « {need.title} » est regroupé dans ce projet : votre organisme y est compté comme intéressé."
    tell(NeedPooled, need.project, text, people([need.body_id], Role.AGENT), actor, body_name=need.body.name)


@after_step(Need, "release")
def _need_released(need: Need, actor: Actor, event: AbstractEvent) -> None:
    assert need.project is not None  # its link to the project goes after the messages: see actions/projects.py
    text = f"Votre besoin « {need.title} » n'est plus dans ce projet : il est de nouveau publié."
    link = reverse("need_detail", args=[need.reference])
    told = people([need.body_id], Role.AGENT)
    tell(NeedReleased, need.project, text, told, actor, body_name=need.body.name, link=link, verb="Voir le besoin")
