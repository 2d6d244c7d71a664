"""Mails of accounts waiting to leave, and the counters of attempts: rows, so that every process sees the same."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from procurement import clock


class AccountMail(models.Model):
    """A mail about an account. Its text, which holds a link that opens one, is erased once it has left."""

    to = models.EmailField()
    mailbox = models.CharField(max_length=254)  # the address without what leads to the same box: case, +tag
    kind = models.CharField(max_length=60)
    subject = models.CharField(max_length=200)
    text = models.TextField()
    created_at = models.DateTimeField(default=clock.now)
    due_at = models.DateTimeField(default=clock.now)
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "courriel de compte"
        ordering = ["id"]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(sent_at=None), name="account_mail_waiting"),
            models.Index(fields=["mailbox", "created_at"], name="account_mail_by_mailbox"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} → {self.to}"


class CacheRow(models.Model):
    """The table of Django's database cache, made by a migration: limits on attempts hold across processes."""

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.cache_key
