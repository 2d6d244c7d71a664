"""The journal: what is appended can be verified, and any change behind its back is found and named."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.utils import timezone

from procurement import clock, events
from procurement.access import ANONYMOUS
from procurement.events import ChainHead, Event, first_fault, record
from tests import makers

pytestmark = pytest.mark.django_db
LENGTH = 9
FACTS = {
    "jour": dt.date(2026, 3, 29),
    "moment": dt.datetime(2026, 10, 25, 2, 30, 0, 123456, tzinfo=clock.PARIS),
    "montant": 10**15,
    "part": Decimal("33.33"),
    "texte": "Pont-d'Avrène, « œuvre » \u202f€ 🧗 \u2028 \"\\",
    "liste": (1, None, True, {"é": [], "e": {}}),
    "numéros": {10: "dix", 9: "neuf"},
    "id": uuid.UUID(int=7),
}


def chain() -> list[Event]:
    return list(Event.objects.order_by("position"))


def fill(length: int = LENGTH) -> None:
    actor = makers.member()
    for number in range(1, length + 1):
        record(f"step{number}", actor=actor, note=f"événement n° {number}", **FACTS, rang=number)


def fault() -> str:
    return first_fault(Event.CHAIN, Event)


def test_a_chain_that_nobody_touched_has_no_fault() -> None:
    assert fault() == ""
    fill()
    assert fault() == ""
    assert [event.position for event in chain()] == list(range(1, LENGTH + 1))


@pytest.mark.parametrize("name", FACTS)
def test_the_digest_is_the_same_once_read_back(name: str) -> None:
    event = Event(chain=Event.CHAIN, step="x", note="é \r\n", facts={name: FACTS[name]})
    events.append(event, actor=ANONYMOUS)
    read = Event.objects.get(pk=event.pk)
    assert read.facts == event.facts
    assert read.compute_digest() == event.digest == read.digest


def test_the_same_event_has_the_same_digest_on_any_database() -> None:
    """The value is fixed here, and this test runs on SQLite and on PostgreSQL."""
    event = Event(chain=Event.CHAIN, position=2, previous="f" * 64, step="x", note="Élan", facts={"a": "é", "b": [1]})
    event.happened_on, event.recorded_at = dt.date(2026, 3, 29), dt.datetime(2026, 3, 29, 3, 0, tzinfo=clock.PARIS)
    event.digest = event.compute_digest()
    event.save()
    digest = Event.objects.get().compute_digest()
    assert digest == event.digest == "8cd4099dfc628f695bfe0445d8543e6600c4af27afee378bfb1798e3c3e17ea1"


def test_a_float_in_the_facts_is_refused() -> None:
    with pytest.raises(TypeError, match="flottant"):
        record("x", actor=ANONYMOUS, amount=0.1)
    assert not Event.objects.exists()


def test_an_event_says_who_and_when_in_words() -> None:
    actor = makers.member(user=makers.make_user(first_name="Odile", last_name="Faure"))
    record("x", actor=actor)
    event = Event.objects.get()
    event.recorded_at = dt.datetime(2026, 1, 5, 23, 5, tzinfo=dt.UTC)
    assert (event.author, event.moment) == ("Odile Faure", "06/01/2026 à 00 h 05")
    assert (event.user_id, event.body_id) == (actor.user_id, actor.body.pk if actor.body else None)
    assert Event(user=None).author == "la plateforme"


def test_happened_is_the_day_played_and_recorded_is_the_real_moment() -> None:
    before = timezone.now()
    with clock.at(dt.date(2026, 1, 12)):
        record("x", actor=ANONYMOUS)
    event = Event.objects.get()
    assert event.happened_on == dt.date(2026, 1, 12)
    assert before <= event.recorded_at <= timezone.now()


def test_an_event_appended_is_rolled_back_with_its_transaction() -> None:
    fill(1)
    with transaction.atomic():
        record("x", actor=ANONYMOUS)
        transaction.set_rollback(True)
    assert (len(chain()), ChainHead.objects.get().position, fault()) == (1, 1, "")
    assert connection.in_atomic_block
