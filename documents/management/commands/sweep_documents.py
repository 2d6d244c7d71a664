"""`sweep_documents`: each day, or more often: dead tasks, files that nobody names, archives past their days."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from documents import background
from documents.issuing import bytes_of
from documents.models import Document
from documents.render import RenderFailed
from documents.upkeep import ORPHAN_AFTER, PARTIAL_AFTER, sweep


class Command(BaseCommand):
    """Idempotent; may run while the site is used."""

    help = "Relance les tâches interrompues, efface les fichiers orphelins et les archives de plus de sept jours."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument("--hours", type=int, help="âge d'un fichier orphelin (24 par défaut)")
        parser.add_argument("--print", action="store_true", help="met en page les documents qui attendent encore")

    def handle(self, *args: Any, **options: Any) -> None:
        """Sweep, wake a worker for what was revived, print what waits when asked to."""
        ages = {"orphan_after": ORPHAN_AFTER, "partial_after": PARTIAL_AFTER}
        if options["hours"] is not None:
            ages = {name: dt.timedelta(hours=options["hours"]) for name in ages}
        found = sweep(**ages)
        background.wake()
        self.stdout.write(
            f"{found['tasks']} tâches relancées, {found['orphans']} fichiers orphelins, {found['halves']} ébauches et "
            f"{found['archives']} archives effacés."
        )
        if options["print"]:
            self.stdout.write(f"{self._print()} documents mis en page.")

    def _print(self) -> int:
        """Before an upgrade: an issue without bytes is printed with its own words, but by the engine of today."""
        done = 0
        for document in Document.objects.filter(pdf_sha256="").select_related("project", "body", "wording"):
            try:
                bytes_of(document)
                done += 1
            except (RenderFailed, OSError) as error:
                self.stderr.write(f"{document.reference} : {error}")
        return done
