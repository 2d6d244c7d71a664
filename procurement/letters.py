"""Messages waiting for people, and how often each wants them: the rows behind `procurement/notifications.py`."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone


class Rhythm(models.TextChoices):
    """How often somebody wants to be written to."""

    AT_ONCE = "at_once", "Aussitôt"
    DAILY = "daily", "Une fois par jour"
    WEEKLY = "weekly", "Une fois par semaine"
    NEVER = "never", "Jamais"


class Preference(models.Model):
    """How often a person wants messages: for everything, or for one topic, which then wins."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="preferences")
    topic = models.CharField("projet", max_length=40, blank=True)
    rhythm = models.CharField("rythme", max_length=10, choices=Rhythm, default=Rhythm.AT_ONCE)

    class Meta:
        verbose_name = "préférence de message"
        constraints = [models.UniqueConstraint(fields=["user", "topic"], name="one_preference_per_topic")]

    def __str__(self) -> str:
        return f"{self.user} {self.topic or 'tout'}: {self.rhythm}"


class Letter(models.Model):
    """A message to one person, waiting or sent. Its key makes a second sending recognisable."""

    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="letters")
    code = models.CharField(max_length=40)
    topic = models.CharField(max_length=40, db_index=True)
    topic_title = models.CharField(max_length=255)
    body_name = models.CharField(max_length=255, blank=True)
    text = models.TextField()
    link = models.CharField(max_length=255)
    verb = models.CharField(max_length=60)
    deadline = models.DateField(null=True)
    rhythm = models.CharField(max_length=10, choices=Rhythm)
    created_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "lettre"
        ordering = ["-created_at", "-id"]
        indexes = [models.Index(fields=["due_at"], condition=Q(sent_at=None), name="letter_waiting")]

    def __str__(self) -> str:
        return f"{self.code} → {self.user}"
