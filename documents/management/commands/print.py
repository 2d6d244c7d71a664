"""`print REFERENCE KIND --to FILE`: any document, without a browser (interfaces.md)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from documents import store
from documents.catalogue import KINDS, Kind, UnknownKind, kind_of
from documents.issuing import bytes_of, page_of, preview
from documents.models import Document
from documents.render import RenderFailed, write_as
from projects.assembly import assemble
from projects.models import Project

FORMATS = ("pdf", "odt", "html")


class Command(BaseCommand):
    """Exit 1 with one line when there is nothing to print; 2 when the call itself cannot be read."""

    help = "Écrit un document d'un projet dans un fichier : la dernière version émise, ou un aperçu avec --preview."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument("reference", nargs="?", help="référence du projet, par exemple P-2026-014")
        parser.add_argument("kind", nargs="?", help="nature du document (voir --list)")
        parser.add_argument("--to", type=Path, metavar="FICHIER")
        parser.add_argument("--format", choices=FORMATS, help="par défaut, d'après la fin du nom de fichier")
        parser.add_argument("--body", metavar="SIREN", help="pour les documents propres à un organisme")
        parser.add_argument("--preview", action="store_true", help="un aperçu avec filigrane, possible dans tout état")
        parser.add_argument("--list", action="store_true", help="liste les documents")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print or list."""
        if options["list"]:
            for kind in KINDS:
                self.stdout.write(f"{kind.code}\t{kind.title}\t{', '.join(kind.formats)}")
            return
        if not (options["reference"] and options["kind"] and options["to"]):
            raise CommandError("Écrivez : print RÉFÉRENCE DOCUMENT --to FICHIER (ou print --list).", returncode=2)
        kind, project = self._wanted(options["reference"], options["kind"])
        wanted = options["format"] or options["to"].suffix.lstrip(".").lower()
        if wanted not in kind.formats:
            line = f"« {kind.code} » ne s'écrit pas en « {wanted} » : formats possibles, {', '.join(kind.formats)}."
            raise CommandError(line, returncode=1)
        if options["body"] and not kind.per_body:
            raise CommandError(f"« {kind.code} » est commun à tous les organismes : retirez --body.", returncode=1)
        try:
            content = self._content(project, kind, wanted, draft=options["preview"])
        except RenderFailed as failure:
            raise CommandError(str(failure), returncode=1) from failure
        try:
            store.write_whole(options["to"].resolve(), content)
        except OSError as error:
            raise CommandError(f"{options['to']} : écriture impossible ({error.strerror}).", returncode=1) from error

    def _wanted(self, reference: str, code: str) -> tuple[Kind, Project]:
        try:
            kind = kind_of(code)
        except UnknownKind as error:
            raise CommandError(str(error), returncode=1) from error
        project = Project.objects.filter(reference=reference).first()
        if project is None:
            raise CommandError(f"« {reference} » n'est pas un projet.", returncode=1)
        if project.route not in kind.routes:
            line = f"« {kind.code} » n'existe pas pour un projet de la voie « {project.get_route_display()} »."
            raise CommandError(line, returncode=1)
        return kind, project

    def _content(self, project: Project, kind: Kind, wanted: str, *, draft: bool) -> bytes:
        """A draft from today's facts, or the latest issue: its stored bytes, or its HTML from the stored context."""
        if draft:
            return write_as(preview(kind, assemble(project)), wanted)
        document = Document.objects.filter(project=project, kind=kind.code).order_by("-number").first()
        if document is None:
            line = f"{project.reference} : « {kind.code} » n'est pas encore émis, ajoutez --preview pour un aperçu."
            raise CommandError(line, returncode=1)
        return bytes_of(document) if wanted == "pdf" else write_as(page_of(document), wanted)
