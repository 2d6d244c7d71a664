"""Several people at the same instant: threads with connections of their own, on either database.

SQLite in memory cannot be shared by writers: there the test works on a file of its own, opened as the site opens it.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection, connections
from django.http import Http404

from procurement.access import Actor
from procurement.workflow import Blocked, Refused, perform
from projects.models import Participation

POSTGRES = connection.vendor == "postgresql"

Connect = Callable[[], Any]
Act = Callable[[], str]


@pytest.fixture(name="connect")
def own_connection(tmp_path: Path) -> Iterator[Connect]:
    """Gives the calling thread a connection of its own to the database of the test."""
    if POSTGRES:
        yield lambda: connections["default"]
        return
    memory, path = connections["default"], tmp_path / "race.sqlite3"
    memory.ensure_connection()
    file = sqlite3.connect(path)
    memory.connection.backup(file)
    file.close()

    def to_file() -> Any:
        wrapper = memory.copy()
        wrapper.settings_dict["NAME"] = str(path)
        connections["default"] = wrapper
        return wrapper

    to_file()
    yield to_file
    connections["default"].close()
    connections["default"] = memory


def together(connect: Connect, acts: list[Act], patience: float = 120) -> list[str]:
    """Run the acts at the same instant, each in a thread and a connection of its own; what each said, in order.

    `patience`: seconds that one more of them may take.
    """
    barrier, said = threading.Barrier(len(acts)), [""] * len(acts)

    def run(index: int, act: Act) -> None:
        own = connect()
        try:
            own.ensure_connection()
            barrier.wait(timeout=60)
            said[index] = act()
        except (DatabaseError, AssertionError) as error:
            said[index] = f"{type(error).__name__}: {error}".strip()
        finally:
            own.close()

    threads = [threading.Thread(target=run, args=item) for item in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=patience)
    assert not any(thread.is_alive() for thread in threads)
    return said


def answered(act: Callable[[], object]) -> str:
    """ "ok", or the French line of the refusal."""
    try:
        act()
    except (Blocked, Refused) as error:
        return str(error)
    except Http404:
        return "404"
    return "ok"


def leave(participation: Participation, actor: Actor) -> None:
    perform(Participation, participation.pk, "withdraw", actor=actor, note="autre solution")
