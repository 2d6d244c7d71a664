"""`send_messages`: send what is due, once or for ever."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from procurement.people.joining import forget_unconfirmed
from procurement.people.mail import forget_sent, send_account_mails
from procurement.post import send_due


class Command(BaseCommand):
    """Run it every minute from a timer, or with --every as a service. Two at once do not send twice.

    What must not be kept goes at the same time: requests to join never confirmed, traces of old mails of accounts.
    """

    help = "Envoie les messages en attente."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the option."""
        parser.add_argument("--every", type=int, metavar="SECONDES", help="recommence sans fin, à cet intervalle")

    def handle(self, *args: Any, **options: Any) -> None:
        """Send, say how many, and again if asked."""
        while True:
            report = send_due()
            sent, failed = send_account_mails()
            forget_unconfirmed()
            forget_sent()
            report.mails, report.failed = report.mails + sent, report.failed + failed
            if report.mails or report.failed or not options["every"]:
                line = f"{report.mails} courriels partis ({report.letters} messages), {report.failed} en échec."
                self.stdout.write(line)
            if not options["every"]:
                return
            time.sleep(options["every"])
