"""The journal: what is appended can be verified, and any change behind its back is found and named."""

from __future__ import annotations

import datetime as dt
import random
import uuid
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from procurement import clock, events
from procurement.access import ANONYMOUS
from procurement.events import ChainHead, Event, first_fault, record
from tests import makers
from tests.conftest import NIGHTLY

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


# Tampering: each function changes the table and gives back the position that must be named ----------------------------
Tamper = Callable[[random.Random], int]


def row(position: int) -> Any:
    return Event.objects.filter(position=position)


def edit(rng: random.Random) -> int:
    position = rng.randint(1, LENGTH)
    name, value = rng.choice(
        [
            ("note", "autre"),
            ("step", "autre"),
            ("source", "draft"),
            ("target", "signed"),
            ("facts", {"rang": 0}),
            ("user", None),
            ("body", None),
            ("digest", "0" * 64),
            ("previous", "0" * 64),
        ]
    )
    row(position).update(**{name: value})
    return position


def rewrite(rng: random.Random) -> int:
    """An edit by somebody who computes the digest again."""
    event = row(rng.randint(1, LENGTH)).get()
    event.note = "autre"
    event.digest = event.compute_digest()
    event.save()
    return int(event.position)


def redate(rng: random.Random) -> int:
    event = row(rng.randint(1, LENGTH)).get()
    if rng.random() < 0.5:
        event.happened_on -= dt.timedelta(days=rng.randint(1, 400))
    else:
        event.recorded_at += dt.timedelta(microseconds=rng.choice([1, 10**6, 10**12]))
    event.save()
    return int(event.position)


def delete(rng: random.Random) -> int:
    position = rng.randint(1, LENGTH)
    row(position).delete()
    return position


def delete_and_close_the_gap(rng: random.Random) -> int:
    position = rng.randint(1, LENGTH)
    row(position).delete()
    shift(range(position + 1, LENGTH + 1), -1)
    return position


def cut(rng: random.Random) -> int:
    position = rng.randint(1, LENGTH)
    Event.objects.filter(position__gte=position).delete()
    return position


def copy(original: int, **changes: Any) -> Event:
    event = row(original).get()
    event.pk = None
    for name, value in changes.items():
        setattr(event, name, value)
    event.digest = event.compute_digest()
    event.save(force_insert=True)
    return event


def insert_at_the_end(rng: random.Random) -> int:
    last = row(LENGTH).get()
    return copy(rng.randint(1, LENGTH), position=LENGTH + 1, previous=last.digest, note="faux").position


def insert_in_between(rng: random.Random) -> int:
    """A sound event that follows the one before; those behind it move up."""
    position = rng.randint(1, LENGTH)
    shift(range(LENGTH, position - 1, -1), +1)
    before = row(position - 1).first()
    copy(position + 1, position=position, previous=before.digest if before else "", note="faux")
    return position


def swap(rng: random.Random) -> int:
    one, two = sorted(rng.sample(range(1, LENGTH + 1), 2))
    row(one).update(position=1000)
    row(two).update(position=one)
    row(1000).update(position=two)
    return one


def move_to_another_chain(rng: random.Random) -> int:
    position = rng.randint(1, LENGTH)
    row(position).update(chain="ailleurs")
    return position


def shift(positions: Any, by: int) -> None:
    for position in positions:
        row(position).update(position=position + by)


TAMPERS: list[Tamper] = [
    edit,
    rewrite,
    redate,
    delete,
    delete_and_close_the_gap,
    cut,
    insert_at_the_end,
    insert_in_between,
    swap,
    move_to_another_chain,
]


def test_random_tamperings_are_all_found_and_the_first_bad_event_named() -> None:
    fill()
    rng, wrong, done = random.Random(2026), [], Counter[str]()
    for _ in range(1000 if NIGHTLY else 100):
        tamper = rng.choice(TAMPERS)
        done[tamper.__name__] += 1
        with transaction.atomic():
            expected = tamper(rng)
            said = fault()
            transaction.set_rollback(True)
        if f"site, événement n° {expected} :" not in said:
            wrong.append((tamper.__name__, expected, said))
    assert wrong == []
    assert set(done) == {tamper.__name__ for tamper in TAMPERS}
    assert fault() == ""


@pytest.mark.parametrize(
    ("tamper", "word"),
    [
        (edit, "modifié"),
        (rewrite, "modifié, avec son empreinte"),
        (redate, "modifié"),
        (delete, "manquant"),
        (cut, "manquant : la fin du journal a été coupée"),
        (insert_at_the_end, "inséré"),
        (insert_in_between, "inséré"),
        (swap, "déplacé"),
    ],
)
def test_the_fault_says_what_was_done(tamper: Tamper, word: str) -> None:
    fill()
    tamper(random.Random(3))
    assert f" : {word}" in fault()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"position": LENGTH - 1}, f"n° {LENGTH} : inséré"),
        ({"position": LENGTH + 1}, f"n° {LENGTH + 1} : manquant"),
        ({"digest": "0" * 64}, f"n° {LENGTH} : modifié"),
        ({"chain": "x"}, f"n° {LENGTH} : la fin enregistrée du journal a été effacée"),
    ],
)
def test_an_end_that_was_tampered_with_is_found(change: dict[str, Any], said: str) -> None:
    fill()
    ChainHead.objects.update(**change)
    assert said in fault()


def test_an_emptied_journal_is_a_cut_one() -> None:
    fill()
    Event.objects.all().delete()
    assert "n° 1 : manquant" in fault()


def test_two_events_cannot_hold_one_place() -> None:
    fill(2)
    with pytest.raises(Exception, match=r"(?i)unique"), transaction.atomic():
        copy(1, position=2)


def test_an_event_appended_is_rolled_back_with_its_transaction() -> None:
    fill(1)
    with transaction.atomic():
        record("x", actor=ANONYMOUS)
        transaction.set_rollback(True)
    assert (len(chain()), ChainHead.objects.get().position, fault()) == (1, 1, "")
    assert connection.in_atomic_block
