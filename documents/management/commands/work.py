"""`work`: what the site starts when there is something to do (documents/background.py); it ends with the queue."""

from __future__ import annotations

import os
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from documents import background


class Command(BaseCommand):
    """Holds the lock of its place while it works. Not for people: `db_worker` is the service to run."""

    help = "Vide la file des tâches, puis s'arrête. Le site le lance lui-même : voir TASKS dans l'exploitation."

    def add_arguments(self, parser: CommandParser) -> None:
        """What the site gives: the name of the worker, its place, the descriptor of the lock it inherits."""
        parser.add_argument("name")
        parser.add_argument("place", type=int)
        parser.add_argument("lock", type=int)

    def handle(self, *args: Any, **options: Any) -> None:
        """Work; then let go of the place and look again: who queued meanwhile saw the place taken."""
        lock: int | None = options["lock"]
        while lock is not None:
            worker = _worker(options["name"])
            worker.configure_signals()
            worker.run()
            os.close(lock)
            left = worker.running and DBTaskResult.objects.ready().exists()  # not running: told to stop
            lock = background.hold(options["place"], options["name"]) if left else None


def _worker(name: str) -> Worker:
    return Worker(
        queue_names=["default"],
        interval=0,
        batch=True,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id=name,
        excluded_queue_names=[],
    )
