import importlib

from django.apps import AppConfig


class ProcurementConfig(AppConfig):
    """The ground floor."""

    name = "procurement"

    def ready(self) -> None:
        """Before the first connection, which must learn to fold."""
        importlib.import_module("procurement.folding")
