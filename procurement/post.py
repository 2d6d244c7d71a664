"""Sending the letters that are due: one mail each, or one digest per person, grouped by project."""

from __future__ import annotations

import datetime as dt
import itertools
import logging
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import connection, transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from procurement.letters import Letter, Rhythm

LEASE = dt.timedelta(minutes=10)  # a sender that died leaves its letters to the next one after that
LONGEST_WAIT = dt.timedelta(hours=6)
UNSUBSCRIBE_SALT = "unsubscribe"
log = logging.getLogger(__name__)
before_sending: list[Callable[[], object]] = []  # what upper apps still have to write: run first, by each sender


@dataclass(slots=True)
class Sent:
    """What a run did: mails that left, letters in them, mails that did not leave."""

    mails: int = 0
    letters: int = 0
    failed: int = 0


def send_due(*, most: int = 500) -> Sent:
    """Send what is due, at most `most` letters. A letter is marked before it leaves and unmarked when it does not.

    A process killed in between sends a letter a second time at worst, under the same Message-ID, never loses it.
    """
    for prepare in before_sending:
        prepare()
    report = Sent()
    mails = get_connection()
    for _, group in itertools.groupby(_take(most), key=_mail_key):
        letters = list(group)
        try:
            mails.send_messages([_mail(letters)])
        except OSError as error:  # SMTPException is one: the server is down, slow, or refuses
            log.warning("mail not sent: %s", type(error).__name__)
            _put_back(letters)
            report.failed += 1
            continue
        Letter.objects.filter(pk__in=[letter.pk for letter in letters]).update(sent_at=timezone.now())
        report.mails, report.letters = report.mails + 1, report.letters + len(letters)
    return report


def _take(most: int) -> list[Letter]:
    """Letters due, leased to this process: their due time moves on, so that no other sender takes them meanwhile."""
    now = timezone.now()
    with transaction.atomic():
        due = Letter.objects.filter(sent_at=None, due_at__lte=now).order_by("due_at", "id")
        if connection.features.has_select_for_update_skip_locked:
            due = due.select_for_update(skip_locked=True)
        taken = list(due.values_list("pk", flat=True)[:most])
        Letter.objects.filter(pk__in=taken).update(due_at=now + LEASE)
    letters = Letter.objects.filter(pk__in=taken, user__is_active=True).select_related("user")
    return sorted(letters, key=lambda letter: (_mail_key(letter), -letter.created_at.timestamp(), -letter.pk))


def _mail_key(letter: Letter) -> tuple[int, str, str]:
    """Letters of a digest share a mail; the others have one each."""
    alone = str(letter.key) if letter.rhythm == Rhythm.AT_ONCE else ""
    return letter.user_id, letter.rhythm, alone


def _put_back(letters: list[Letter]) -> None:
    """Try again later: 1, 2, 4… minutes, at most six hours."""
    for letter in letters:
        wait = min(dt.timedelta(minutes=2 ** min(letter.attempts, 10)), LONGEST_WAIT)
        Letter.objects.filter(pk=letter.pk).update(due_at=timezone.now() + wait, attempts=letter.attempts + 1)


def _mail(letters: list[Letter]) -> EmailMultiAlternatives:
    first = letters[0]
    stop = settings.BASE_URL + unsubscribe_path(first)
    by_topic = itertools.groupby(sorted(letters, key=lambda letter: letter.topic), key=lambda letter: letter.topic)
    context = {
        "base": settings.BASE_URL,
        "topics": [(list(group)) for _, group in by_topic],
        "count": len(letters),
        "stop": stop,
        "preferences": settings.BASE_URL + reverse("preferences"),
    }
    mail = EmailMultiAlternatives(
        subject=_subject(letters),
        body=render_to_string("mail/letters.txt", context),
        to=[first.user.email],
        headers={
            "Message-ID": f"<{first.key}@cordee.invalid>",
            "List-Unsubscribe": f"<{stop}>",
            "Auto-Submitted": "auto-generated",
        },
    )
    mail.attach_alternative(render_to_string("mail/letters.html", context), "text/html")
    return mail


def _subject(letters: list[Letter]) -> str:
    """On one line whatever a title holds."""
    first = letters[0]
    text = f"{first.verb} : {first.topic_title}" if len(letters) == 1 else f"{len(letters)} nouvelles de vos projets"
    return "Cordée : " + " ".join(text.split())[:150]


def unsubscribe_path(letter: Letter) -> str:
    """The address that stops messages about a topic for a person, without signing in."""
    token = signing.dumps([letter.user_id, letter.topic], salt=UNSUBSCRIBE_SALT)
    return reverse("unsubscribe", args=[token])
