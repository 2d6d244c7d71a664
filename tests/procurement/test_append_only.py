"""Both journals refuse, in the database itself, to be changed or emptied: by the ORM, by SQL, by anybody."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction

from procurement import append_only
from procurement.access import ANONYMOUS
from procurement.events import AbstractEvent, ChainHead, first_fault, record
from procurement.events import Event as SiteEvent
from projects.journal import verify
from projects.models import Event
from tests import makers

pytestmark = pytest.mark.django_db
JOURNALS = [SiteEvent, Event]
SQLITE = connection.vendor == "sqlite"


@pytest.fixture(autouse=True)
def _something_happened() -> None:
    makers.make_need("published")
    with transaction.atomic():
        record("x", actor=ANONYMOUS)
        record("y", actor=ANONYMOUS)


def refused(sql: str, *values: Any) -> str:
    with pytest.raises(IntegrityError) as caught, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)
    return str(caught.value).splitlines()[0]


def every_column(model: type[AbstractEvent]) -> list[str]:
    return [field.column for field in model._meta.concrete_fields]


def test_every_journal_is_guarded() -> None:
    assert {model._meta.db_table for model in apps.get_models() if issubclass(model, AbstractEvent)} == {
        *append_only.EVENTS
    }
    assert append_only.guarded()


@pytest.mark.parametrize("model", JOURNALS)
def test_no_column_of_an_event_can_be_changed(model: type[AbstractEvent]) -> None:
    for column in every_column(model):
        said = refused(f'UPDATE "{model._meta.db_table}" SET "{column}" = "{column}"')  # noqa: S608
        assert said == "un événement du journal ne se modifie pas", column
    event = model._default_manager.first()
    assert event is not None
    with pytest.raises(IntegrityError), transaction.atomic():
        event.save()


@pytest.mark.parametrize("model", JOURNALS)
def test_no_event_can_be_removed(model: type[AbstractEvent]) -> None:
    before = model._default_manager.count()
    assert refused(f'DELETE FROM "{model._meta.db_table}"') == "un événement du journal ne se supprime pas"  # noqa: S608
    with pytest.raises(IntegrityError), transaction.atomic():
        model._default_manager.all().delete()
    assert model._default_manager.count() == before > 0


def test_the_end_of_a_chain_only_moves_on() -> None:
    head = ChainHead.objects.get(chain=SiteEvent.CHAIN)
    for change in ({"position": head.position - 1}, {"position": head.position + 2}, {"chain": "x"}, {"digest": "0"}):
        with pytest.raises(IntegrityError, match="n'avance que"), transaction.atomic():
            ChainHead.objects.filter(pk=head.pk).update(**change)
    with pytest.raises(IntegrityError, match="ne se supprime pas"), transaction.atomic():
        head.delete()
    record("z", actor=ANONYMOUS)
    assert first_fault(SiteEvent.CHAIN, SiteEvent) == ""


@pytest.mark.skipif(not SQLITE, reason="SQLite seul remplace une ligne par INSERT")
def test_an_insert_that_replaces_is_refused() -> None:
    for model in JOURNALS:
        table = model._meta.db_table
        said = refused(f'INSERT OR REPLACE INTO "{table}" SELECT * FROM "{table}"')  # noqa: S608
        assert "déjà prise" in said
    assert verify().fault == ""


@pytest.mark.skipif(SQLITE, reason="SQLite n'a pas TRUNCATE")
def test_a_journal_cannot_be_truncated() -> None:
    connection.check_constraints()  # PostgreSQL empties no table whose checks are still due
    for table in (*append_only.EVENTS, append_only.HEADS):
        assert refused(f'TRUNCATE "{table}" CASCADE') == "le journal ne se vide pas"


def test_triggers_that_were_removed_are_missed(database_rights: None) -> None:
    assert not append_only.guarded()
    append_only.guard()
    append_only.guard()  # as often as one likes
    assert append_only.guarded()


@pytest.mark.django_db(transaction=True)
def test_a_test_with_real_transactions_finds_and_leaves_the_triggers() -> None:
    """Run twice by what follows it: its own events are emptied, and the journals are guarded again."""
    assert append_only.guarded()
    with pytest.raises(IntegrityError):
        Event.objects.all().delete()


test_and_again = test_a_test_with_real_transactions_finds_and_leaves_the_triggers
