"""Messages to people: one class each, queued with what they tell about, sent later by `send_messages`.

A message is a row written in the transaction of the event, so nothing is announced that did not happen and a broken
mail server loses nothing and slows no page. `on_commit` is not even needed: the sender looks for what is due.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import ClassVar

from django.utils import timezone

from procurement import clock
from procurement.letters import Letter, Preference, Rhythm

DIGEST_HOUR = 7  # Paris time; weekly digests leave on Monday


@dataclass(frozen=True, slots=True)
class Message:
    """What is told: subclasses set `code` and `label`; every message names its subject, action and link.

    `topic` is what it is grouped and muted by (a project's reference), `body_name` the body concerned, `link` a path
    of the site, `deadline` the date by which something is to be done, if any.
    """

    code: ClassVar[str] = ""
    label: ClassVar[str] = ""  # for the page of preferences

    topic: str
    topic_title: str
    body_name: str
    text: str  # one or two French sentences: who did what, what is awaited
    link: str
    verb: str  # what the link does
    deadline: dt.date | None = None


REGISTRY: dict[str, type[Message]] = {}


def message(code: str, label: str) -> type:
    """Declare a kind of message; its code is what rows and preferences keep."""
    made = type(code.title().replace("_", ""), (Message,), {"code": code, "label": label, "__slots__": ()})
    REGISTRY[code] = made
    return made


_muted: ContextVar[bool] = ContextVar("muted", default=False)


@contextmanager
def muted() -> Iterator[None]:
    """Queue nothing meanwhile: commands that bring in the past send no message."""
    token = _muted.set(True)
    try:
        yield
    finally:
        _muted.reset(token)


def is_muted() -> bool:
    """True while nothing is to be told."""
    return _muted.get()


def queue(message: Message, user_ids: Iterable[int], *, but: int | None = None) -> int:
    """Write one letter per person, at the rhythm each has chosen; nobody is told what they did themselves (`but`).

    Returns how many letters were queued. Must run in the transaction of the event. Two queries whatever the number.
    """
    return queue_each(dict.fromkeys(user_ids, message), but=but)


def queue_each(messages: Mapping[int, Message], *, but: int | None = None) -> int:
    """The same when each person (by id) is told something of their own. Two queries whatever the number."""
    wanted = {pk: message for pk, message in messages.items() if pk is not None and pk != but}
    if _muted.get() or not wanted:
        return 0
    topics = {message.topic for message in wanted.values()}
    asked = Preference.objects.filter(user_id__in=wanted, topic__in=["", *topics])
    chosen = {(user, topic): rhythm for user, topic, rhythm in asked.values_list("user_id", "topic", "rhythm")}
    now = timezone.now()
    letters = []
    for user_id, message in sorted(wanted.items(), key=lambda item: item[0]):
        general = chosen.get((user_id, ""), Rhythm.AT_ONCE)
        rhythm = chosen.get((user_id, message.topic), general)  # the one for this very topic wins
        if rhythm != Rhythm.NEVER:
            letters.append(_letter(message, user_id, rhythm, now))
    Letter.objects.bulk_create(letters)
    return len(letters)


def _letter(message: Message, user_id: int, rhythm: str, now: dt.datetime) -> Letter:
    return Letter(
        user_id=user_id,
        code=message.code,
        topic=message.topic,
        topic_title=message.topic_title[:255],
        body_name=message.body_name[:255],
        text=message.text,
        link=message.link,
        verb=message.verb,
        deadline=message.deadline,
        rhythm=rhythm,
        created_at=now,
        due_at=due_at(rhythm, now),
    )


def due_at(rhythm: str, now: dt.datetime) -> dt.datetime:
    """When a letter queued `now` leaves: at once, at the next 7 a.m. in Paris, or at that of the next Monday."""
    if rhythm == Rhythm.AT_ONCE:
        return now
    local = now.astimezone(clock.PARIS)
    day = local.date() + dt.timedelta(days=0 if local.hour < DIGEST_HOUR else 1)
    if rhythm == Rhythm.WEEKLY:
        day += dt.timedelta(days=-day.weekday() % 7)
    return dt.datetime.combine(day, dt.time(DIGEST_HOUR), tzinfo=clock.PARIS)
