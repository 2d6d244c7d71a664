"""The secret address of a person's agenda."""

from __future__ import annotations

import hashlib

from django.db import models

from procurement import clock
from procurement.models import User


class AgendaKey(models.Model):
    """Lets a calendar program read one person's days without signing in; one at most, shown once, revocable.

    Only the hash of the secret is kept: whoever reads the database cannot use it.
    """

    user = models.OneToOneField(User, models.CASCADE, related_name="agenda_key")
    secret_sha256 = models.CharField(max_length=64, unique=True)
    made_on = models.DateField(default=clock.today)

    def __str__(self) -> str:
        return f"agenda de {self.user}"

    @staticmethod
    def hash_of(secret: str) -> str:
        """What is kept of a secret."""
        return hashlib.sha256(secret.encode()).hexdigest()
