"""`manage.py share FILE.json`: split a cost without opening the site nor the database."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from projects.costsharing import Result, SharingError
from projects.pooling.share_file import MAX_BYTES, NotJson, parse_share

REFUSED, UNREADABLE = 1, 2


class Command(BaseCommand):
    """Writes the shares, or the refusal, as one JSON line; exits 1 on a refusal, 2 on a file that cannot be read."""

    help = "Répartit un coût entre des organismes, au centime, avec l'explication de chaque part."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the file."""
        parser.add_argument("file", metavar="FILE.json", help="le coût, les participants et la clé")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, split, write."""
        try:
            result = parse_share(_content(options["file"])).result()
        except NotJson as error:
            name = " ".join(options["file"].split())  # a name may hold line breaks, the message is one line
            self.stderr.write(f"{name}\u00a0: {error}.")
            raise SystemExit(UNREADABLE) from None
        except SharingError as error:
            refusal = {"code": error.code, "message": error.message, "missing_cents": error.missing_cents}
            self._write({"error": refusal})
            raise SystemExit(REFUSED) from None
        self._write(_answer(result))

    def _write(self, answer: dict[str, Any]) -> None:
        """One line; readable French where the terminal can show it, escaped JSON where it cannot."""
        line = json.dumps(answer, ensure_ascii=False)
        try:
            line.encode(getattr(self.stdout, "encoding", None) or "utf-8")
        except UnicodeEncodeError:
            line = json.dumps(answer)
        self.stdout.write(line)


def _content(path: str) -> bytes:
    """The bytes of the file, one more than allowed at most; `NotJson` when it cannot be opened."""
    try:
        with Path(path).open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise NotJson("fichier introuvable") from None
    except IsADirectoryError:
        raise NotJson("c'est un dossier, pas un fichier") from None
    except (OSError, ValueError):
        raise NotJson("fichier impossible à ouvrir") from None


def _answer(result: Result) -> dict[str, Any]:
    shares = [
        {"id": share.id, "name": share.name, "cents": share.cents, "explanation": share.explanation}
        for share in result.shares
    ]
    return {
        "total_cents": result.total_cents,
        "subsidy_cents": result.subsidy_cents,
        "shared_cents": result.shared_cents,
        "shares": shares,
    }
