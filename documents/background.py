"""Work that no page waits for: the queue stands in the database, a worker process empties it.

`TASKS` (docs/operations.md) says who the worker is: `auto`, processes that the site starts when there is something to
do and that end when there is nothing left; `db`, a service that the operator runs (`manage.py db_worker`);
`immediate`, nobody: the page waits.

A process that the site starts holds the lock of a file for as long as it lives: the system lets go of it whatever ends
the process, so that the tasks of a worker that was killed are known to be nobody's at once.
"""

from __future__ import annotations

import datetime as dt
import fcntl
import os
import secrets
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

MOST_WORKERS = 2
DEAD_AFTER = dt.timedelta(minutes=15)  # longer than any task of ours may take: its worker was killed
MOST_ATTEMPTS = 3
KILLED = "La tâche a été interrompue plusieurs fois de suite."


def wake() -> int:
    """Start as many workers as the queue asks for, two at most; how many were started. They end by themselves."""
    if settings.TASKS_MODE != "auto":
        return 0
    revive()
    ready, started = DBTaskResult.objects.ready().count(), 0
    for place in range(MOST_WORKERS):
        started += started < ready and _start(place)
    return started


def _start(place: int) -> bool:
    """A worker in this place, False when one is there already. The lock is its own from its first instant."""
    name = f"{_ours()}{place}-{secrets.token_hex(8)}"
    lock = hold(place, name)
    if lock is None:
        return False
    try:
        subprocess.Popen(  # our own command, no shell; a session of its own outlives the page
            [sys.executable, str(settings.ROOT / "manage.py"), "work", name, str(place), str(lock)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            pass_fds=[lock],
        )
    finally:
        os.close(lock)
    return True


def take(place: int) -> int | None:
    """The descriptor of the file of this place, locked; None when a living worker holds it."""
    path = _file(place)
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(lock)
        return None
    return lock


def hold(place: int, name: str) -> int | None:
    """The same, with the name of the worker in the file."""
    lock = take(place)
    if lock is not None:
        os.truncate(lock, 0)
        os.pwrite(lock, name.encode(), 0)
    return lock


def alive() -> set[str]:
    """The names of the workers of this machine that live."""
    found = set()
    for place in range(MOST_WORKERS):
        lock = take(place)
        if lock is None:
            found.add(_file(place).read_text(encoding="utf-8"))
        else:
            os.close(lock)
    return found


def _file(place: int) -> Path:
    return Path(settings.MEDIA_ROOT) / "workers" / f"{place}.lock"


def _ours() -> str:
    """How the names of the workers of this machine begin: of those of another nothing is known but their age."""
    return f"{socket.gethostname()[:32]}-"


def revive() -> int:
    """Put back in the queue the tasks whose worker died (ours may all run twice), at most three times each.

    Returns how many were dead. The library has no recovery of its own: they would stay « running » for ever.
    """
    running = list(DBTaskResult.objects.running())
    living = alive() if running else set()
    count = 0
    for task in (task for task in running if _dead(task, living)):
        again = len(task.worker_ids) < MOST_ATTEMPTS
        fields: dict[str, Any] = {"status": TaskResultStatus.READY if again else TaskResultStatus.FAILED}
        if not again:
            fields |= {"finished_at": timezone.now(), "traceback": KILLED}
        same = DBTaskResult.objects.filter(pk=task.pk, status=TaskResultStatus.RUNNING, started_at=task.started_at)
        count += same.update(**fields)
    return count


def _dead(task: DBTaskResult, living: set[str]) -> bool:
    worker = task.worker_ids[-1] if task.worker_ids else ""
    if worker.startswith(_ours()) and worker not in living:
        return True
    return task.started_at is not None and task.started_at < timezone.now() - DEAD_AFTER
