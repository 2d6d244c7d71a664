"""`watch_documents`: each night: which issues no longer say what is so, and the coordinators are told once."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from documents.upkeep import watch
from projects.enums import ProjectState
from projects.models import Project

OVER = (ProjectState.CLOSED, ProjectState.ABANDONED)


class Command(BaseCommand):
    """Idempotent: the same facts are told once."""

    help = "Compare les documents émis aux données d'aujourd'hui et prévient les coordinateurs de ce qui est périmé."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the option."""
        parser.add_argument("--project", metavar="RÉFÉRENCE", help="un seul projet")

    def handle(self, *args: Any, **options: Any) -> None:
        """Look at each live project in turn."""
        projects = Project.objects.exclude(state__in=OVER).filter(documents__isnull=False).distinct().order_by("pk")
        if options["project"]:
            projects = projects.filter(reference=options["project"])
        total = 0
        for project in projects:
            behind = watch(project)
            total += behind
            if behind:
                self.stdout.write(f"{project.reference} : {behind} périmés.")
        self.stdout.write(f"{total} documents périmés.")
