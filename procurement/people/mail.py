"""Mails of accounts: queued with what they tell about, sent by `send_messages` and, on a served site, at once.

A page answers the same way and as fast whether a mail is queued or not, and a broken mail server loses nothing.
"""

from __future__ import annotations

import datetime as dt
import logging
import threading
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import connection, connections, transaction
from django.template.loader import render_to_string

from procurement import clock
from procurement.people.addresses import mailbox
from procurement.people.outgoing import AccountMail
from procurement.people.served import served
from procurement.post import OF_ONE_MAIL

MOST_AN_HOUR = 6  # to one mailbox, whatever asks for them (quality.md, F26)
LEASE = dt.timedelta(minutes=10)
LONGEST_WAIT = dt.timedelta(hours=1)
BATCH = 100
KEPT_DAYS = 30
log = logging.getLogger(__name__)


def queue_mail(kind: str, to: str, context: dict[str, Any]) -> bool:
    """Queue the mail whose templates begin with `kind`; False when that mailbox has had enough for this hour.

    Links in `context` must be whole addresses built from BASE_URL; `base` is added. Side effect: a row.
    """
    box, now = mailbox(to), clock.now()
    if AccountMail.objects.filter(mailbox=box, created_at__gt=now - dt.timedelta(hours=1)).count() >= MOST_AN_HOUR:
        log.warning("too many mails to one mailbox in an hour")
        return False
    values = {**context, "email": to, "base": settings.BASE_URL}
    subject = " ".join(render_to_string(f"{kind}_subject.txt", values).split())
    text = render_to_string(f"{kind}_message.txt", values).strip() + "\n"
    name = kind.rpartition("/")[2]
    AccountMail.objects.create(
        to=to, mailbox=box, kind=name, subject=f"Cordée : {subject}"[:200], text=text, created_at=now, due_at=now
    )
    if served.is_set():
        transaction.on_commit(_send_aside)
    return True


def _send_aside() -> None:
    threading.Thread(target=_send_and_hang_up, daemon=True).start()


def _send_and_hang_up() -> None:
    """The page has been answered; whatever goes wrong here is tried again by `send_messages`."""
    try:
        send_account_mails()
    finally:
        connections.close_all()


def send_account_mails() -> tuple[int, int]:
    """Send what is due: (sent, failed). A mail is leased before it leaves, so that two senders do not both send it.

    A server that is down ends the run: what waits is left to the next one.
    """
    sent = failed = down = 0
    mails = get_connection()
    for mail in _take():
        if down:
            AccountMail.objects.filter(pk=mail.pk).update(due_at=clock.now())
            continue
        headers = {"Message-ID": f"<compte-{mail.pk}@cordee.invalid>", "Auto-Submitted": "auto-generated"}
        try:
            mails.send_messages([EmailMessage(mail.subject, mail.text, to=[mail.to], headers=headers)])
        except OSError as error:  # SMTPException is one: the server is down, slow, or refuses
            log.warning("account mail not sent: %s", type(error).__name__)
            down += not isinstance(error, OF_ONE_MAIL)
            wait = min(dt.timedelta(minutes=2 ** min(mail.attempts, 10)), LONGEST_WAIT)
            AccountMail.objects.filter(pk=mail.pk).update(due_at=clock.now() + wait, attempts=mail.attempts + 1)
            failed += 1
            continue
        AccountMail.objects.filter(pk=mail.pk).update(sent_at=clock.now(), text="")
        sent += 1
    return sent, failed


def forget_sent() -> int:
    """Erase the trace of mails that left a month ago: addresses are not kept for nothing."""
    limit = clock.now() - dt.timedelta(days=KEPT_DAYS)
    return AccountMail.objects.filter(sent_at__lt=limit).delete()[0]


def _take() -> list[AccountMail]:
    now = clock.now()
    with transaction.atomic():
        due = AccountMail.objects.filter(sent_at=None, due_at__lte=now)
        if connection.features.has_select_for_update_skip_locked:
            due = due.select_for_update(skip_locked=True)
        taken = list(due[:BATCH])
        AccountMail.objects.filter(pk__in=[mail.pk for mail in taken]).update(due_at=now + LEASE)
    return taken
