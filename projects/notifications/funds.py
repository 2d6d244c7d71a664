"""What is told of the calls for funds: to each body, its own amount and no other."""

from __future__ import annotations

from collections.abc import Mapping

from django.urls import reverse

from procurement.access import Actor
from procurement.models import Body, Role
from procurement.money import euros
from procurement.notifications import message
from projects.models import FundsCall
from projects.notifications.telling import people, tell
from projects.pooling.funds import Amount

FundsCalled = message("funds_called", "Un appel de fonds est émis")


def tell_called(call: FundsCall, called: Mapping[int, Amount], actor: Actor) -> None:
    """To the agents and legal officers of each body, what it is called for; nothing to the lead body, nor for zero."""
    project = call.project
    link = reverse("funds_call", args=[project.reference, call.number])
    for body in Body.objects.filter(pk__in=called).order_by("name", "pk"):
        amount = called[body.pk]
        if amount.ttc_cents and body.pk != project.lead_body_id:
            text = (
                f"Appel de fonds n°\u00a0{call.number}\u00a0: {euros(amount.ttc_cents)} TTC "
                f"({euros(amount.ht_cents)} HT), à payer avant le {call.due_on:%d/%m/%Y}."
            )
            told = people([body.pk], Role.AGENT, Role.LEGAL)
            tell(FundsCalled, project, text, told, actor, body_name=body.name, link=link, verb="Voir l'appel")
