"""What is told of a contract that runs: a maximum nearly or wholly ordered, a renewal decided."""

from __future__ import annotations

import datetime as dt

from django.urls import reverse

from procurement.access import Actor
from procurement.models import Role
from procurement.money import euros
from procurement.notifications import message
from projects.models import Participation, Project
from projects.notifications.telling import people, present, tell

OrderAlert = message("order_alert", "Un maximum de commandes est atteint à 80 ou 100 %")
RenewalDecided = message("renewal_decided", "Une reconduction est décidée")


def tell_alert(
    row: Participation, name: str, percent: int, limit_cents: int, ordered_cents: int, actor: Actor, common: bool
) -> None:
    """To the body and the coordinator; of a maximum `common` to all, to everybody (R. 2162-4 CCP). Cents HT."""
    project = row.project
    if percent == 100:
        after = "l'accord-cadre a épuisé ses effets" if common else "aucune autre commande n'est possible"
        text = f"100\u00a0%\u00a0: {name} ({euros(limit_cents)} HT) est entièrement commandé, {after}."
    else:
        spent, left = euros(ordered_cents), euros(limit_cents - ordered_cents)
        text = (
            f"{percent}\u00a0%\u00a0: {name} ({euros(limit_cents)} HT) est commandé à {spent} HT. Il reste {left} HT."
        )
    bodies = present(project) if common else [row.body_id, *filter(None, [project.lead_body_id])]
    told = [*people(bodies, Role.AGENT, Role.LEGAL), project.coordinator_id]
    link = reverse("orders", args=[project.reference])
    body_name = "" if common else row.body.name
    tell(
        OrderAlert, project, text, dict.fromkeys(told), actor, body_name=body_name, link=link, verb="Voir les commandes"
    )


def tell_renewal(project: Project, number: int, renewed: bool, day: dt.date, actor: Actor) -> None:
    """To every member: `day` is the first of the renewed period, or the day after the last one."""
    if renewed:
        text = f"Le marché est reconduit (reconduction n° {number}), à partir du {day:%d/%m/%Y}."
    else:
        last = day - dt.timedelta(days=1)
        text = f"Le marché n'est pas reconduit : les dernières commandes se passent le {last:%d/%m/%Y} au plus tard."
    told = [*people(present(project), Role.AGENT, Role.LEGAL), project.coordinator_id]
    link = reverse("orders", args=[project.reference])
    tell(RenewalDecided, project, text, dict.fromkeys(told), actor, link=link, verb="Voir les commandes")
