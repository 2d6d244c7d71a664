"""`watch_documents`: each night: which issues and agreements no longer say what is so; each is told once."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction

from documents.undoing import tell_undone
from documents.upkeep import watch
from procurement.access import ANONYMOUS
from projects.enums import ProjectState
from projects.models import Project, Review

OVER = (ProjectState.CLOSED, ProjectState.ABANDONED)


class Command(BaseCommand):
    """Idempotent: the same facts are told once."""

    help = "Compare les documents émis aux données d'aujourd'hui et prévient les coordinateurs de ce qui est périmé."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the option."""
        parser.add_argument("--project", metavar="RÉFÉRENCE", help="un seul projet")

    def handle(self, *args: Any, **options: Any) -> None:
        """Look at each open review, then at each live project in turn."""
        asked = options["project"]
        wanted = {"project__reference": asked} if asked else {}
        projects = Project.objects.exclude(state__in=OVER).filter(documents__isnull=False).distinct().order_by("pk")
        if asked:
            projects = projects.filter(reference=asked)
        for review in Review.objects.filter(closed_on=None, **wanted).select_related("project").order_by("pk"):
            with transaction.atomic():
                tell_undone(review.project, ANONYMOUS)
        total = 0
        for project in projects:
            behind = watch(project)
            total += behind
            if behind:
                self.stdout.write(f"{project.reference} : {behind} périmés.")
        self.stdout.write(f"{total} documents périmés.")
