"""What the tests of joining and leaving share: mails as a person reads them, and the registry's page of a body."""

from __future__ import annotations

import html
import re
from typing import Any

from django.conf import settings
from django.core import mail

from procurement.models import AccountMail, Body
from procurement.people.mail import send_account_mails

PASSWORD = "quatre chevaux agrafent un nuage"


def text_of(response: Any) -> str:
    """What a page says, its spaces made single."""
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", response.content.decode())))


def received(address: str) -> list[Any]:
    """Every mail of accounts that `address` has got, after what waits has been sent."""
    send_account_mails()
    return [message for message in mail.outbox if message.to == [address]]


def link_in(message: Any) -> str:
    """The path of the link of a mail, which must be one of this site."""
    found = re.findall(r"https?://\S+", message.body)
    links = [address for address in found if address != settings.BASE_URL]
    assert len(links) == 1, message.body
    assert links[0].startswith(settings.BASE_URL + "/"), links
    return str(links[0].removeprefix(settings.BASE_URL))


def page_of(body: Body, below: str = "") -> str:
    """The address of a body's page."""
    return f"/annuaire/{body.public_ref}/{below}"


def waiting_mails() -> int:
    """How many mails of accounts wait to leave."""
    return AccountMail.objects.filter(sent_at=None).count()
