import importlib

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class ProjectsConfig(AppConfig):
    """The business. Once models are loaded, the consequences of steps register themselves."""

    name = "projects"
    verbose_name = "Projets"

    def ready(self) -> None:
        """Register consequences, and the lists of domains and of solutions to install after migrating."""
        importlib.import_module("projects.notifications")
        importlib.import_module("projects.actions")
        taxonomy = importlib.import_module("projects.needs.taxonomy")
        post_migrate.connect(taxonomy.install_domains, sender=self)
        solutions = importlib.import_module("projects.catalogue.solutions")
        post_migrate.connect(solutions.install_solutions, sender=self)
