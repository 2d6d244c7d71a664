"""`load_scenario FILE.json`: a whole project from a file (interfaces.md)."""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from procurement.jsonfile import Unreadable, read_json
from projects.scenario import ScenarioRefused, load


class Command(BaseCommand):
    """Prints the reference of the project. Exit 1: impossible scenario, nothing written; exit 2: unreadable file."""

    help = "Charge un projet entier depuis un fichier JSON, par les étapes du site et aux dates du fichier."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FICHIER.json")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            reference = load(read_json(options["file"]))
        except Unreadable as error:
            self.stderr.write(str(error))
            sys.exit(2)
        except ScenarioRefused as error:
            self.stderr.write(str(error))
            sys.exit(1)
        self.stdout.write(reference)
