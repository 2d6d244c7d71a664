"""`manage.py export_sheet KIND --to FILE`: the same columns that `import_sheet` reads."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from procurement.sheets import CONTENT_TYPES, template
from projects.resources import KINDS
from projects.sheet_scope import UnknownContext, scope_of


class Command(BaseCommand):
    """Writes the file; exits 1 when the context is unknown or the file cannot be written."""

    help = "Exporte un tableur (CSV, XLSX, ODS selon la fin du nom) que import_sheet relit sans rien changer."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the kind, the file and the context."""
        parser.add_argument("kind", metavar="KIND", choices=KINDS, help=", ".join(KINDS))
        parser.add_argument("--to", required=True, type=Path, metavar="FILE", help="le fichier à écrire")
        parser.add_argument("--body", default="", metavar="SIREN", help="cet organisme seulement")
        parser.add_argument("--project", default="", metavar="REFERENCE", help="ce projet seulement")
        parser.add_argument("--by", default="", metavar="EMAIL", help="ce que voit cette personne")
        parser.add_argument("--template", action="store_true", help="le modèle à remplir (XLSX), sans données")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the file."""
        path: Path = options["to"]
        form = path.suffix.lower().removeprefix(".")
        if form not in CONTENT_TYPES or (options["template"] and form != "xlsx"):
            self._stop("Le nom du fichier finit par .csv, .xlsx ou .ods (.xlsx pour le modèle).")
        try:
            scope = scope_of(by=options["by"], body=options["body"], project=options["project"])
            resource = KINDS[options["kind"]](scope)
            path.write_bytes(template(resource) if options["template"] else resource.write(form))
        except UnknownContext as error:
            self._stop(str(error))
        except OSError as error:
            self._stop(f"{path} : impossible à écrire ({error.strerror}).")

    def _stop(self, message: str) -> None:
        self.stderr.write(message)
        raise SystemExit(1)
