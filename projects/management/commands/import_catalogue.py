"""`manage.py import_catalogue FILE`: solutions from the Comptoir du Libre's JSON export, or from a publiccode.yml."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from procurement.jsonfile import Unreadable
from projects.catalogue.foreign import as_line, bring_in, read_catalogue

REFUSED, UNREADABLE = 1, 2


class Command(BaseCommand):
    """Writes the report as one JSON line; exits 1 when a solution is refused, 2 when the file cannot be read."""

    help = "Importe des solutions libres : export JSON du Comptoir du Libre (.json) ou publiccode.yml (.yml)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the file."""
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument("--check", action="store_true", help="juge chaque solution sans rien écrire")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, judge, write, say."""
        try:
            report = bring_in(read_catalogue(options["file"]), check=options["check"])
        except Unreadable as reason:
            self.stderr.write(" ".join(str(reason).split()))
            raise SystemExit(UNREADABLE) from None
        self.stdout.write(as_line(report))
        if report.refused:
            self.stderr.write("Des solutions sont refusées : rien n'est écrit.")
            raise SystemExit(REFUSED)
