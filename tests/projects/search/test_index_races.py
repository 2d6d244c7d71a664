"""Several people publish and pool at once: the vocabulary stays exact and nobody waits for ever."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import PermissionDenied
from django.db import close_old_connections, connection

from procurement.workflow import perform
from projects.actions.needs import edit_need
from projects.actions.projects import create_project
from projects.models import Need
from projects.search import index
from tests.makers import N, holder, make_body, make_need
from tests.projects.search.test_index import kept

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor == "sqlite", reason="l'essai tient SQLite en mémoire, où rien n'attend son tour"
    ),
]
AT_ONCE = 6


def at_once(calls: list[Callable[[], object]]) -> None:
    """Run the calls in as many threads; the first error is raised."""

    def apart(call: Callable[[], object]) -> None:
        try:
            call()
        finally:
            close_old_connections()
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        for future in [pool.submit(apart, call) for call in calls]:
            future.result(timeout=60)


def test_words_are_counted_exactly_when_many_publish_at_once() -> None:
    titles = ["Courrier et GED", "GED et courrier", "Suivi des tombes", "Paie et carrières", "GED", "Paie"]
    needs = [make_need(title=title, body=make_body()) for title in titles[:AT_ONCE]]
    agents = {need.pk: holder(need.body) for need in needs}
    at_once([functools.partial(perform, Need, need.pk, "publish", actor=agents[need.pk]) for need in needs])
    together = kept()
    index.rebuild()
    assert kept() == together
    assert len(together[0]) == len(needs)


def test_pooling_needs_while_others_edit_them_does_not_lock_both_out() -> None:
    needs = [make_need(N.PUBLISHED, body=make_body()) for _ in range(AT_ONCE)]
    agents = {need.pk: holder(need.body) for need in needs}
    coordinator = agents[needs[0].pk]

    def pool() -> None:
        create_project(actor=coordinator, needs=needs, title="Ensemble")

    def edit(need: Need) -> None:
        with contextlib.suppress(PermissionDenied):  # pooled meanwhile
            edit_need(need, actor=agents[need.pk], volumes=[], requirements=[], title=f"Zébus de la commune {need.pk}")

    at_once([pool, *(functools.partial(edit, need) for need in needs[1:])])
    together = kept()
    index.rebuild()
    assert kept() == together
