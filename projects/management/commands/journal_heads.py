"""`journal_heads`: the ends of every chain as one JSON line, to be kept elsewhere each day (quality.md, T3)."""

import json
from typing import Any

from django.core.management.base import BaseCommand

from projects.heads import heads


class Command(BaseCommand):
    """Writes {"taken_at", "heads": [{"journal", "chain", "position", "digest"}]}; reads only."""

    help = "Écrit les empreintes de fin des journaux, à garder ailleurs que sur ce serveur."

    def handle(self, *args: Any, **options: Any) -> None:
        """One line, for `verify_journal --against`."""
        self.stdout.write(json.dumps(heads()))
