"""Tampering with a journal, by somebody with every right on the database: all of it is found and named."""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction

from procurement.events import ChainHead, Event
from tests.conftest import NIGHTLY
from tests.procurement.test_events import LENGTH, chain, fault, fill

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("database_rights")]
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


def rewrite_the_tail(rng: random.Random) -> int:
    """An edit by somebody who computes every digest again up to the last: the end vouches for that one."""
    previous = ""
    edited = rng.randint(1, LENGTH)
    for event in chain():
        event.note = "autre" if event.position == edited else event.note
        event.previous = previous
        event.digest = previous = event.compute_digest()
        event.save()
    return LENGTH


def rewind(rng: random.Random) -> int:
    """The end is set back, and the events after it are left."""
    position = rng.randint(1, LENGTH - 1)
    ChainHead.objects.update(position=position, digest=row(position).get().digest)
    return position + 1


TAMPERS: list[Tamper] = [
    edit,
    rewrite,
    rewrite_the_tail,
    rewind,
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
