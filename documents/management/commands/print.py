"""`print REFERENCE KIND --to FILE`: any document, without a browser (interfaces.md)."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from documents import store
from documents.catalogue import KINDS, Kind, UnknownKind, kind_of
from documents.contexts.subject import NO_PROJECT, Subject
from documents.facts import need_facts, subject_of
from documents.issuing import bytes_of
from documents.models import Document
from documents.printing import page_of, preview
from documents.render import RenderFailed, write_as
from projects.models import Need, Project

FORMATS = ("pdf", "odt", "html", "ods", "xlsx")


class Command(BaseCommand):
    """Exit 1 with one line when there is nothing to print; 2 when the call itself cannot be read."""

    help = "Écrit un document d'un projet dans un fichier : la dernière version émise, ou un aperçu avec --preview."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument("reference", nargs="?", help="référence du projet (P-2026-014) ou du besoin")
        parser.add_argument("kind", nargs="?", help="nature du document (voir --list)")
        parser.add_argument("--to", type=Path, metavar="FICHIER")
        parser.add_argument("--format", choices=FORMATS, help="par défaut, d'après la fin du nom de fichier")
        parser.add_argument("--body", metavar="SIREN", help="pour les documents propres à un organisme")
        parser.add_argument("--preview", action="store_true", help="un aperçu avec filigrane, possible dans tout état")
        parser.add_argument("--list", action="store_true", help="liste les documents")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print or list."""
        if options["list"]:
            for code, kinds in itertools.groupby(KINDS, key=lambda kind: kind.code):
                same = list(kinds)  # one per route, for the convention
                titles = " ou ".join(kind.title for kind in same)
                self.stdout.write(f"{code}\t{titles}\t{', '.join(same[0].formats)}")
            return
        if not (options["reference"] and options["kind"] and options["to"]):
            raise CommandError("Écrivez : print RÉFÉRENCE DOCUMENT --to FICHIER (ou print --list).", returncode=2)
        wanted = options["format"] or options["to"].suffix.lstrip(".").lower()
        try:
            content = self._content(options["reference"], options["kind"], wanted, options)
        except (RenderFailed, UnknownKind) as failure:
            raise CommandError(str(failure), returncode=1) from failure
        try:
            store.write_whole(options["to"].resolve(), content)
        except OSError as error:
            raise CommandError(f"{options['to']} : écriture impossible ({error.strerror}).", returncode=1) from error

    def _content(self, reference: str, code: str, wanted: str, options: dict[str, Any]) -> bytes:
        """A draft from today's facts, or the latest issue: its stored bytes, or its page from the stored context."""
        if kind_of(code).per_need:
            return self._sheet(kind_of(code), reference, wanted, options)
        project = Project.objects.filter(reference=reference).first()
        if project is None:
            raise CommandError(f"« {reference} » n'est pas un projet.", returncode=1)
        kind = kind_of(code, project.route)
        if project.route not in kind.routes:
            line = f"« {code} » n'existe pas pour un projet de la voie « {project.get_route_display()} »."
            raise CommandError(line, returncode=1)
        self._check(kind, wanted, options)
        siren = options["body"] or ""
        if options["preview"]:
            subject = subject_of(project, siren=siren)
            if siren and siren not in {party.siren for party in subject.dossier.parties}:
                raise CommandError(f"« {siren} » ne participe pas au projet {reference}.", returncode=1)
            return write_as(preview(kind, subject), wanted)
        issued = Document.objects.filter(project=project, kind=code).select_related("project")
        document = issued.filter(body__siren=siren or None).order_by("-number").first()
        if document is None:
            line = f"{reference} : « {code} » n'est pas encore émis, ajoutez --preview pour un aperçu."
            raise CommandError(line, returncode=1)
        return bytes_of(document) if wanted == "pdf" else write_as(page_of(document), wanted)

    def _sheet(self, kind: Kind, reference: str, wanted: str, options: dict[str, Any]) -> bytes:
        """The sheet of one need, which is never issued."""
        self._check(kind, wanted, options)
        need = Need.objects.filter(reference=reference).select_related("body", "domain", "declared_by").first()
        if need is None:
            raise CommandError(f"« {reference} » n'est pas un besoin.", returncode=1)
        if not options["preview"]:
            line = f"{reference} : « {kind.code} » ne s'émet pas, ajoutez --preview pour un aperçu."
            raise CommandError(line, returncode=1)
        return write_as(preview(kind, Subject(NO_PROJECT, need=need_facts(need))), wanted)

    def _check(self, kind: Kind, wanted: str, options: dict[str, Any]) -> None:
        if wanted not in kind.formats:
            line = f"« {kind.code} » ne s'écrit pas en « {wanted} » : formats possibles, {', '.join(kind.formats)}."
            raise CommandError(line, returncode=1)
        if options["body"] and not kind.per_body:
            raise CommandError(f"« {kind.code} » n'est pas propre à un organisme : retirez --body.", returncode=1)
        if kind.per_body and not options["body"]:
            raise CommandError(f"« {kind.code} » est propre à un organisme : ajoutez --body SIREN.", returncode=1)
