"""`remind`: once a day, tell those who have not answered that a cut-off date is near."""

from typing import Any

from django.core.management.base import BaseCommand

from projects.actions.reminders import remind_before_cut_offs


class Command(BaseCommand):
    """Queues letters, which `send_messages` sends. Running it twice in a day queues nothing the second time."""

    help = "Relance, 14, 7 et 2 jours avant la date limite d'un appel, ceux qui n'ont pas répondu."

    def handle(self, *args: Any, **options: Any) -> None:
        """Queue, say how many."""
        letters = remind_before_cut_offs()
        self.stdout.write(f"{letters} message{'s' if letters > 1 else ''} de relance en attente d'envoi.")
