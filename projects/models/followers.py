"""Who follows a need: a person, of any body, who is told what becomes of it."""

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
