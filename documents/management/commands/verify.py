"""`verify FILE.pdf`: is this the document that was issued? (interfaces.md)"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from documents.verification import Verdict, verify


class Command(BaseCommand):
    """Prints reference, version, state and sha256; exit 1 when it is no issue or altered, 2 when unreadable."""

    help = "Dit si un fichier est un document émis, inchangé ou continué par une signature."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the argument."""
        parser.add_argument("file", type=Path, metavar="FICHIER.pdf")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, compare, say."""
        try:
            content = options["file"].read_bytes()
        except OSError as error:
            raise CommandError(f"{options['file']} : fichier illisible ({error.strerror}).", returncode=2) from error
        verdict: Verdict = verify(content)
        document = verdict.document
        if document is None:
            raise CommandError(verdict.reason, returncode=1)
        if not verdict.sound:
            raise CommandError(f"{document.reference} : {verdict.reason}", returncode=1)
        self.stdout.write(
            f"{document.reference}\tversion {document.number}\t{document.state_label}\tsha256 {document.pdf_sha256}"
        )
        if verdict.reason:
            self.stdout.write(verdict.reason)
