"""`trim_styles`: writes the part of Bootstrap's style sheet that the site uses, after a template began to use more."""

from typing import Any

from django.core.management.base import BaseCommand

from procurement.styles import SERVED, used


class Command(BaseCommand):
    help = "Réécrit la part de la feuille de style de Bootstrap dont le site se sert."

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the file. Side effects: nothing else."""
        SERVED.write_text(used(), encoding="utf-8")
        self.stdout.write(f"{SERVED.name} : {SERVED.stat().st_size // 1024} Kio")
