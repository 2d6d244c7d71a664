"""What a body agreed to while the words are worked on, and the agreements that a change has undone."""

from __future__ import annotations

from django.db import models

from procurement import clock
from projects.models import Review, ReviewAnswer


class AgreedDraft(models.Model):
    """The facts and the words of a draft that a body agreed to, so that a later change can be shown beside them."""

    review = models.ForeignKey(Review, models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64)  # documents.review.draft_digest
    facts = models.JSONField()  # a bare dossier with the words of every clause
    kept_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["review", "sha256"], name="draft_kept_once")]

    def __str__(self) -> str:
        return self.sha256[:12]


class UndoneAgreement(models.Model):
    """An agreement whose draft is no longer the present one: who gave it was told. Gone if the draft comes back."""

    answer = models.OneToOneField(ReviewAnswer, models.CASCADE, related_name="undone")
    seen_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return f"{self.answer}"
