"""Work that no page waits for: the queue stands in the database, a worker process empties it.

`TASKS` (docs/operations.md) says who the worker is: `auto`, processes that the site starts when there is something to
do and that end when there is nothing left; `db`, a service that the operator runs (`manage.py db_worker`);
`immediate`, nobody: the page waits.
"""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
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
    ready = DBTaskResult.objects.ready().count()
    busy = DBTaskResult.objects.running().count()
    wanted = max(0, min(ready, MOST_WORKERS - busy))
    for _ in range(wanted):
        _start()
    return wanted


def _start() -> None:
    words = ["db_worker", "--batch", "--no-startup-delay", "--no-reload", "--interval", "0", "--verbosity", "0"]
    subprocess.Popen(  # our own command, no shell; a session of its own outlives the page
        [sys.executable, str(settings.ROOT / "manage.py"), *words],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def revive() -> int:
    """Put back in the queue the tasks whose worker died (ours may all run twice), at most three times each.

    Returns how many were dead. The library has no recovery of its own: they would stay « running » for ever.
    """
    dead = DBTaskResult.objects.running().filter(started_at__lt=timezone.now() - DEAD_AFTER)
    count = 0
    for task in dead:
        again = len(task.worker_ids) < MOST_ATTEMPTS
        fields: dict[str, Any] = {"status": TaskResultStatus.READY if again else TaskResultStatus.FAILED}
        if not again:
            fields |= {"finished_at": timezone.now(), "traceback": KILLED}
        same = DBTaskResult.objects.filter(pk=task.pk, status=TaskResultStatus.RUNNING, started_at=task.started_at)
        count += same.update(**fields)
    return count
