"""`manage.py load_registry`: load or refresh the registry of public bodies."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from procurement import registry
from procurement.registry_rows import Unreadable

LISTED = 50  # refusals printed one by one; the rest are counted
SUMMARY = "Organismes : {created} créés, {updated} mis à jour, {unchanged} inchangés, {refused} refusés."


class Command(BaseCommand):
    """Prints what changed; exits 1 with the refused lines, 2 when the file is not a registry file."""

    help = "Charge ou rafraîchit le registre des organismes publics livré avec le produit."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--path", type=Path, help="un fichier plus récent aux mêmes colonnes (.csv ou .csv.gz)")
        parser.add_argument(
            "--population-year", type=int, default=registry.POPULATION_YEAR, help="millésime de ses populations"
        )
        parser.add_argument("--json", action="store_true", help="écrit les comptes en JSON sur la sortie standard")

    def handle(self, **options: Any) -> None:
        """Load, then say what was done."""
        paths = [options["path"]] if options["path"] else registry.SHIPPED
        total = None if options["path"] else registry.SHIPPED_ROWS
        try:
            with tqdm(total=total, desc="Registre", unit=" organismes", disable=not options["verbosity"]) as bar:
                report = registry.load(paths, year=options["population_year"], progress=bar.update)
        except Unreadable as error:
            raise CommandError(str(error), returncode=2) from error
        self._say(report, as_json=options["json"])
        if report.refused:
            raise CommandError("Registre refusé, rien n'est écrit.", returncode=1)

    def _say(self, report: registry.Report, *, as_json: bool) -> None:
        for refusal in report.refused[:LISTED]:
            self.stderr.write(str(refusal))
        if len(report.refused) > LISTED:
            self.stderr.write(f"… et {len(report.refused) - LISTED} autres lignes.")
        counts = {**vars(report), "refused": len(report.refused)}
        self.stdout.write(json.dumps(counts) if as_json else SUMMARY.format(**counts))
