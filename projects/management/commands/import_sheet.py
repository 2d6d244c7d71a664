"""`manage.py import_sheet KIND FILE`: bring a spreadsheet in, all or nothing."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from procurement.notifications import muted
from procurement.sheets import MAX_BYTES, Unreadable
from projects.resources import KINDS
from projects.sheet_scope import UnknownContext, scope_of

REFUSED, UNREADABLE = 1, 2


class Command(BaseCommand):
    """Writes the report as one JSON line; exits 1 when a line is refused, 2 when the file cannot be read."""

    help = "Importe un tableur (CSV, XLSX, ODS) : une ligne refusée, et rien n'est écrit."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the kind, the file and the context."""
        parser.add_argument("kind", metavar="KIND", choices=KINDS, help=", ".join(KINDS))
        parser.add_argument("file", metavar="FILE", type=Path, help="le tableur")
        parser.add_argument("--body", default="", metavar="SIREN", help="l'organisme concerné")
        parser.add_argument("--project", default="", metavar="REFERENCE", help="le projet concerné")
        parser.add_argument("--by", default="", metavar="EMAIL", help="la personne qui agit")
        parser.add_argument("--check", action="store_true", help="juge chaque ligne sans rien écrire")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, judge, write, say."""
        try:
            scope = scope_of(by=options["by"], body=options["body"], project=options["project"])
            with muted():  # commands send no message (interfaces.md)
                report = KINDS[options["kind"]](scope).read(_content(options["file"]), check=options["check"])
        except UnknownContext as error:
            self.stderr.write(str(error))
            raise SystemExit(REFUSED) from None
        except Unreadable as error:
            name = " ".join(str(options["file"]).split())
            self.stderr.write(f"{name}\u00a0: {error}")
            raise SystemExit(UNREADABLE) from None
        self.stdout.write(json.dumps(report.to_json(), ensure_ascii=True))
        if report.refused:
            self.stderr.write("Des lignes sont refusées : rien n'est écrit.")
            raise SystemExit(REFUSED)


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise Unreadable("fichier introuvable.") from None
    except IsADirectoryError:
        raise Unreadable("c'est un dossier, pas un fichier.") from None
    except (OSError, ValueError):
        raise Unreadable("fichier impossible à ouvrir.") from None
