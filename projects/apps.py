import importlib

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class ProjectsConfig(AppConfig):
    """The business. Once models are loaded, the consequences of steps register themselves."""

    name = "projects"
    verbose_name = "Projets"

    def ready(self) -> None:
        """Register consequences, and the list of domains to install after migrating."""
        importlib.import_module("projects.notifications")
        importlib.import_module("projects.actions")
        taxonomy = importlib.import_module("projects.taxonomy")
        post_migrate.connect(taxonomy.install_domains, sender=self)
