"""Sending the letters that are due: one mail each, or one digest per person, grouped by project."""

from __future__ import annotations

import datetime as dt
import itertools
import logging
import smtplib
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
GIVEN_UP_AFTER = 3  # failures in a row of the server itself: the run ends, the rest waits for the next
# Refusals of one mail: the server is well, and the others are tried.
OF_ONE_MAIL = (smtplib.SMTPRecipientsRefused, smtplib.SMTPSenderRefused, smtplib.SMTPDataError)
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
    report, mails, started, down = Sent(), get_connection(), timezone.now(), 0
    groups = [list(group) for _, group in itertools.groupby(_take(most), key=_mail_key)]
    for letters in groups:
        if down >= GIVEN_UP_AFTER or timezone.now() - started > LEASE / 2:
            _release(letters)  # the next run tries them: the lease must not end while this one still holds them
            continue
        try:
            mails.send_messages([_mail(letters)])
        except OSError as error:  # SMTPException is one: the server is down, slow, or refuses
            log.warning("mail not sent: %s", type(error).__name__)
            down += not isinstance(error, OF_ONE_MAIL)
            _put_back(letters)
            report.failed += 1
            continue
        down = 0
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


def _release(letters: list[Letter]) -> None:
    """Give back letters that were not tried."""
    Letter.objects.filter(pk__in=[letter.pk for letter in letters]).update(due_at=timezone.now())


def _mail(letters: list[Letter]) -> EmailMultiAlternatives:
    first = letters[0]
    by_topic = itertools.groupby(sorted(letters, key=lambda letter: letter.topic), key=lambda letter: letter.topic)
    topics = [{"letters": list(group), "stop": _stop(first.user_id, topic)} for topic, group in by_topic]
    context = {
        "base": settings.BASE_URL,
        "topics": topics,
        "count": len(letters),
        "preferences": settings.BASE_URL + reverse("preferences"),
    }
    mail = EmailMultiAlternatives(
        subject=_subject(letters),
        body=render_to_string("mail/letters.txt", context),
        to=[first.user.email],
        headers={
            "Message-ID": f"<{first.key}@cordee.invalid>",
            # Of the one project, or of everything when the mail tells of several.
            "List-Unsubscribe": f"<{topics[0]['stop'] if len(topics) == 1 else _stop(first.user_id, '')}>",
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
    return _path(letter.user_id, letter.topic)


def _stop(user_id: int, topic: str) -> str:
    return settings.BASE_URL + _path(user_id, topic)


def _path(user_id: int, topic: str) -> str:
    return reverse("unsubscribe", args=[signing.dumps([user_id, topic], salt=UNSUBSCRIBE_SALT)])
