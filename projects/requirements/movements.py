"""Who may still leave a signed project, who may still enter it, and what a departure leaves to do before the launch."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from procurement import clock
from procurement.access import Actor
from procurement.money import euros
from procurement.workflow import Missing
from projects.enums import AmendmentKind, ParticipationState, ProjectState, Route
from projects.requirements.participations import proof
from projects.requirements.words import LEAST_BODIES, french

TAKES_NEWCOMERS = (ProjectState.CONSTITUTED, ProjectState.TENDER, ProjectState.RUNNING)
OVER = (ProjectState.CLOSED, ProjectState.ABANDONED)
UNTIL_LAUNCH = (ProjectState.FRAMING, ProjectState.CALL, ProjectState.AGREEMENT, ProjectState.CONSTITUTED)


# Leaving --------------------------------------------------------------------------------------------------------------
def may_still_leave(participation: Any, /) -> Iterable[Missing]:
    """Freely before the launch, as the convention permits until the award; afterwards a body owes its share."""
    project = participation.project
    if participation.state == ParticipationState.INTERESTED and project.state not in OVER:
        return  # it has promised nothing
    if reason := why_not_leave(project):
        yield Missing(reason, "../")
    elif not project.may_lose_members() and participation.body_id == project.lead_body_id:
        yield Missing(
            "un autre coordonnateur : celui-ci porte le mandat des autres, reprenez d'abord la rédaction", "../"
        )


def why_not_leave(project: Any) -> str:
    """The French reason why no body leaves in this state, with its article; empty while one may (domain.md §1.1)."""
    if project.state in UNTIL_LAUNCH:
        return ""
    if project.state == ProjectState.ABANDONED:
        return "un projet en cours : celui-ci est abandonné, il n'engage plus personne"
    if project.state in (ProjectState.RUNNING, ProjectState.CLOSED):
        return "un marché non attribué : après l'attribution, chaque membre reste tenu pour sa part"
    if project.leaves_after_launch():
        return ""
    return (
        "une convention qui permette de se retirer entre le lancement et l'attribution : celle-ci ne le prévoit pas, "
        "et la composition ne change plus une fois la consultation lancée (article L. 2113-7 du CCP)"
    )


def same_parties(project: Any) -> Iterable[Missing]:
    """After a departure, who stays keeps its act only if the frozen text says so and its maximum covers its new share.

    Otherwise the text is taken up again, as version N+1 (design §2).
    """
    version = project.current_version()
    if version is None:
        yield Missing("une convention figée", "etape/freeze/")
        return
    listed = {row.body_id: row for row in project.listed()}
    if len(listed) < LEAST_BODIES:
        yield Missing(f"au moins deux membres ({len(listed)} aujourd'hui) : un groupement réunit plusieurs acheteurs")
    if set(version.party_ids) <= set(listed):
        return
    if not project.departure_keeps_acts():
        label = "une nouvelle version de la convention : un membre est parti, et le texte figé ne garde pas les actes"
        yield Missing(f"{label} des autres", "etape/unfreeze/")
        return
    left = project.amendments.filter(kind=AmendmentKind.LEAVING, version=version.number).last()
    shares = left.shares if left else {}
    if not shares:
        yield Missing("un partage possible entre ceux qui restent : reprenez la rédaction", "etape/unfreeze/")
    for row in listed.values():
        share = int(shares.get(row.body.siren or "", 0))
        if share > (row.act_maximum_cents or 0):
            label = f"un nouveau vote de {row.body} : sa part devient {euros(share)} HT, au-delà des "
            label += f"{euros(row.act_maximum_cents)} HT votés ; reprenez la rédaction"
            yield Missing(label, "etape/unfreeze/")


# Joining --------------------------------------------------------------------------------------------------------------
def joins_by_amendment(participation: Any, /) -> Iterable[Missing]:
    """Only a shared development takes newcomers after the signature, by amendment (QE 100136 for a purchase)."""
    project = participation.project
    if project.route != Route.SHARED_DEVELOPMENT:
        label = "un développement partagé : la composition d'un groupement ne change plus après la signature"
        yield Missing(f"{label} (QE n° 100136, 17 mai 2011)", "../")
    elif project.state not in TAKES_NEWCOMERS:
        label = f"un accord signé et en cours : le projet est à l'étape « {project.state_label} »"
        yield Missing(label, "../")


def sound_accession(
    participation: Any,
    /,
    *,
    actor: Actor,
    note: str,
    act_date: dt.date,
    act_enforceable_on: dt.date,
    act_version: int,
    signed_on: dt.date,
    **facts: Any,
) -> Iterable[Missing]:
    """The newcomer voted on the version in force, then signed: the same dates as for everybody (domain.md §8)."""
    yield from proof(participation, actor, note)
    version = participation.project.current_version()
    if version is None or act_version != version.number:
        yield Missing("un acte sur la version en vigueur de l'accord", "act_version")
    elif act_date < version.frozen_on:
        yield Missing(
            f"un acte postérieur à la version {version.number}, figée le {french(version.frozen_on)}", "act_date"
        )
    if act_enforceable_on < act_date:
        yield Missing(f"une date exécutoire égale ou postérieure à l'acte du {french(act_date)}", "act_enforceable_on")
    if signed_on < act_enforceable_on:
        yield Missing(
            f"une signature le {french(act_enforceable_on)} au plus tôt : l'acte est alors exécutoire", "signed_on"
        )
    if signed_on > clock.today():
        yield Missing(f"une date de signature qui ne soit pas à venir (le {french(signed_on)})", "signed_on")
