"""What was brought in from a file, so that the same file again writes nothing."""

from django.db import models


class LoadedScenario(models.Model):
    """A scenario that was loaded: its own reference, the hash of its content, the project it made."""

    reference = models.CharField(max_length=100, unique=True)
    sha256 = models.CharField(max_length=64)
    result = models.CharField(max_length=100)  # reference of the project, or of the scenario when it has none
    loaded_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.reference
