"""`load_demo`: what `make demo` loads. Idempotent; the only place where the demo accounts are made."""

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

from procurement.models import User
from projects.models import LoadedScenario

SCENARIO: Path = settings.ROOT / "demo" / "etat-civil.json"
PASSWORD = "cordee-demo"  # noqa: S105  # public on purpose: interfaces.md prints it
ACCOUNTS = ("coordination", "agent", "juriste", "etranger", "animation")
STEWARD = "animation"


class Command(BaseCommand):
    """Migrations, registry, scenario, accounts. The last line of standard output is the project's reference."""

    help = "Charge la démonstration : base, registre, scénario de l'état civil, comptes de démonstration."

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("migrate", verbosity=0)
        self.stderr.write("Base de données prête.")
        call_command("load_registry", stdout=self.stderr)
        self.stderr.write("Chargement du scénario…")
        self._play()
        for name in ACCOUNTS:
            self._open(name)

    def _play(self) -> None:
        """Once: a demonstration begun with an earlier version of the file goes on as it is."""
        reference = json.loads(SCENARIO.read_text(encoding="utf-8"))["reference"]
        known = LoadedScenario.objects.filter(reference=reference).first()
        if known is not None:
            self.stdout.write(known.result)
        else:
            call_command("load_scenario", str(SCENARIO), stdout=self.stdout, stderr=self.stderr)

    def _open(self, name: str) -> None:
        """Give a demo account its password, and the steward their charge; a password already right is left alone."""
        user = User.objects.get(email=f"{name}@demo.example")
        if not user.check_password(PASSWORD):
            user.set_password(PASSWORD)
        user.is_steward = name == STEWARD
        user.save()
