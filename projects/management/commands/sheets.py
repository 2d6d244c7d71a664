"""`sheets`: the page docs/sheets.md, from the columns of each kind."""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from projects.sheets_doc import render

PAGE = Path(__file__).resolve().parents[3] / "docs" / "sheets.md"


class Command(BaseCommand):
    """Prints the page; `--write` writes it, `--check` exits 1 when the file differs."""

    help = "Écrit docs/sheets.md d'après les colonnes de chaque tableur."

    def add_arguments(self, parser: CommandParser) -> None:
        choice = parser.add_mutually_exclusive_group()
        choice.add_argument("--write", action="store_true", help="écrit docs/sheets.md")
        choice.add_argument("--check", action="store_true", help="compare à docs/sheets.md")

    def handle(self, *args: Any, **options: Any) -> None:
        page = render()
        if options["write"]:
            PAGE.write_text(page, encoding="utf-8")
        elif not options["check"]:
            self.stdout.write(page, ending="")
        elif not PAGE.exists() or PAGE.read_text(encoding="utf-8") != page:
            self.stderr.write("docs/sheets.md n'est plus à jour : lancez python manage.py sheets --write.")
            sys.exit(1)
