"""Who follows a need, and which needs are still to be told to the owners of those they resemble."""

from __future__ import annotations

from django.db import models

from procurement import clock
from procurement.models import User
from projects.models.needs import Need


class NeedFollow(models.Model):
    """One person, one need. Says nothing of their body, and nobody else sees it."""

    need = models.ForeignKey(Need, models.CASCADE, related_name="followers")
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    since = models.DateField(default=clock.today)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["need", "user"], name="need_followed_once")]

    def __str__(self) -> str:
        return f"{self.user} : {self.need.reference}"


class LikesDue(models.Model):
    """A need just published whose likes are not told yet: looked for by the sender of messages, not by the page."""

    need = models.OneToOneField(Need, models.CASCADE, related_name="+")
    by = models.ForeignKey(User, models.CASCADE, related_name="+")
    since = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return str(self.need)
