"""A change behind an issue that was found to be without effect on it: who said so, why, and of which facts."""

from __future__ import annotations

from typing import Any

from django.db import models

from documents.models.issues import Document
from procurement import clock
from procurement.models import User


class Waiver(models.Model):
    """Holds as long as the facts stay those that were looked at; the next change asks anew. Written once."""

    document = models.ForeignKey(Document, models.PROTECT, related_name="waivers")
    context_sha256 = models.CharField(max_length=64)  # what the issue would say with the facts that were looked at
    reason = models.CharField("motif", max_length=500)
    changes = models.JSONField(default=list)  # label, before, after of each, as they were shown
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["document", "context_sha256"], name="waived_once")]

    def __str__(self) -> str:
        return f"{self.document} : {self.reason}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert only."""
        if not self._state.adding:
            raise AttributeError("Un constat ne change pas.")
        super().save(*args, **kwargs)


class OutOfDate(models.Model):
    """An issue that was seen to say something else than the facts, by the nightly look at all of them.

    The pages of a project and the steps read the facts themselves; lists across projects read this.
    """

    document = models.OneToOneField(Document, models.PROTECT, related_name="out_of_date")
    context_sha256 = models.CharField(max_length=64)  # what the issue would say with the facts that were seen
    what = models.TextField()  # the first changes, in words
    seen_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return f"{self.document} : {self.what}"
