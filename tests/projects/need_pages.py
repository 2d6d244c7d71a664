"""What the tests of the need pages share: who reads, what is typed, what the page says."""

from __future__ import annotations

import html
import re
from typing import Any

from django.contrib.messages import get_messages

from procurement.access import Actor
from projects.models import Domain, Need
from tests.house.browser import Browser
from tests.makers import DESCRIPTION, N, make_need

CREATE = "/besoins/nouveau/"
CANARIES = {
    "current_solution": "canari-editeur",
    "contract_end": "2031-07-14",
    "maximum_cents": 98_765_432_10,
}
CANARY = re.compile(r"canari-editeur|2031-07-14|14 juillet 2031|14/07/2031|98.?765.?432")


def text_of(response: Any) -> str:
    """What the page says, entities resolved and every kind of blank made plain."""
    return re.sub(r"\s", " ", html.unescape(response.content.decode()))


def said(response: Any) -> list[str]:
    """The messages that the page is about to show."""
    return [str(message) for message in get_messages(response.wsgi_request)]


def sign_in(actor: Actor) -> Browser:
    assert actor.user is not None
    return Browser().sign_in(actor.user)


def address(need: Need, below: str = "") -> str:
    return f"/besoins/{need.reference}/{below}"


def etat_civil() -> str:
    return str(Domain.objects.get(code="etat-civil").pk)


def filled(**other: Any) -> dict[str, Any]:
    """What an agent types."""
    return {"domain": etat_civil(), "title": "Un logiciel d'état civil", "description": DESCRIPTION, **other}


def cemetery(state: str = N.PUBLISHED, **fields: Any) -> Need:
    values = {
        "title": "Logiciel pour le cimetière",
        "description": "Suivre les concessions et les tombes sur un plan.",
        "domain": Domain.objects.get(code="cimetieres"),
    }
    return make_need(state, **{**values, **fields})
