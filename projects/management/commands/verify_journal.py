"""`verify_journal [--project REFERENCE]`: has the record been tampered with? (interfaces.md)"""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from projects.journal import Unknown, verify


class Command(BaseCommand):
    """Exit 0 with the number of events checked; exit 1 naming the first bad event and what is wrong with it."""

    help = "Vérifie que les journaux n'ont pas été altérés."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--project", default="", metavar="RÉFÉRENCE", help="un seul projet et ses besoins")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            verdict = verify(options["project"])
        except Unknown as error:
            self.stderr.write(f"« {error} » : aucun projet n'a cette référence.")
            sys.exit(1)
        if verdict.fault:
            self.stderr.write(verdict.fault)
            sys.exit(1)
        self.stdout.write(f"{verdict.events} événements vérifiés, aucun n'a été altéré.")
