"""`verify_documents`: is every stored file what was issued, received or packed? (quality.md, D1)"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from documents.upkeep import fault_of, named_files


class Command(BaseCommand):
    """Re-reads every file; exit 1 naming each that is missing or changed."""

    help = "Relit tous les fichiers stockés et compare leur empreinte à celle de leur ligne."

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, compare, say."""
        checked, faults = 0, []
        for name, path, sha256 in named_files():
            checked += 1
            if fault := fault_of(path, sha256):
                faults.append(f"{name} : {fault} ({path})")
        for line in faults:
            self.stderr.write(line)
        if faults:
            raise CommandError(f"{len(faults)} fichier(s) en défaut sur {checked}.", returncode=1)
        self.stdout.write(f"{checked} fichiers relus, aucun défaut.")
