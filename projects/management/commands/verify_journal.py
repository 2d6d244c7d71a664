"""`verify_journal [--project REFERENCE] [--against FILE]`: has the record been tampered with? (interfaces.md)"""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from procurement.append_only import guarded
from procurement.jsonfile import Unreadable, read_json
from projects.heads import Kept, NotHeads, fault_since, read_heads
from projects.journal import Unknown, chains_of, verify

TAMPERED, UNREADABLE = 1, 2


class Command(BaseCommand):
    """Exit 0 with the number of events checked; exit 1 naming the first bad event and what is wrong with it.

    Exit 2 when a file of --against cannot be read. Missing triggers are told on standard error and change no exit.
    """

    help = "Vérifie que les journaux n'ont pas été altérés."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument("--project", default="", metavar="RÉFÉRENCE", help="un seul projet et ses besoins")
        parser.add_argument(
            "--against",
            action="append",
            default=[],
            type=Path,
            metavar="FICHIER",
            help="un relevé de journal_heads gardé ailleurs ; autant de fois que de relevés",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Check the chains, then the kept ends."""
        kept = self._read(options["against"])
        try:
            verdict = verify(options["project"])
            chains = chains_of(options["project"]) if options["project"] else None
        except Unknown as error:
            self._stop(f"« {error} » : aucun projet n'a cette référence.", TAMPERED)
        if fault := verdict.fault or fault_since(kept, chains):
            self._stop(fault, TAMPERED)
        if not guarded():
            self.stderr.write("Attention : la base accepterait qu'on change le journal, ses verrous ont été retirés.")
        self.stdout.write(f"{verdict.events} événements vérifiés, aucun n'a été altéré.")

    def _read(self, paths: list[Path]) -> list[Kept]:
        kept: list[Kept] = []
        for path in paths:
            try:
                kept += read_heads(read_json(path))
            except Unreadable as error:
                self._stop(str(error), UNREADABLE)
            except NotHeads as error:
                self._stop(f"{path} : {error}.", UNREADABLE)
        return kept

    def _stop(self, line: str, status: int) -> None:
        self.stderr.write(" ".join(line.split()))
        sys.exit(status)
