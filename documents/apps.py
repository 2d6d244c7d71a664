import importlib

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    """What is printed. Once models are loaded, issuing registers itself as a consequence of freezing."""

    name = "documents"
    verbose_name = "Documents"

    def ready(self) -> None:
        """Register the consequences and the requirements of steps; projects has registered its own before."""
        importlib.import_module("documents.issuing")
        importlib.import_module("documents.freshness")
        importlib.import_module("documents.launch")
        importlib.import_module("documents.review")
        importlib.import_module("documents.undoing")
        importlib.import_module("documents.own_export")
        importlib.import_module("documents.returned")
