"""What a signed project answers about itself: its need, its contracts, what its frozen text permits."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import models
from django.db.models import Sum

from projects.enums import CostCategory, Ending


class Commitments(models.Model):
    """Methods of a project from its constitution on. A base of `Project`: it reads related rows and writes nothing."""

    class Meta:
        abstract = True

    def need_cents(self) -> int:
        """What the procedure is chosen on, cents HT: every member, lot and year; subsidies do not lower it (R. 2121-1).

        The sum of own maxima, or the estimate when it is more (without the fees of the procedure, which nobody sells).
        """
        project: Any = self
        maxima = sum(row.maximum_cents or 0 for row in project.listed())
        bought = [line for line in project.lines() if line.category != CostCategory.PROCEDURE]
        return max(maxima, sum(line.amount_cents for line in bought))

    def awarded_cents(self) -> int:
        """Sum of the contracts of the consultation under way, cents HT."""
        project: Any = self
        rows = project.consultations.exclude(ending__in=[Ending.DROPPED, Ending.UNSUCCESSFUL])
        return int(rows.aggregate(sum=Sum("contracts__amount_cents"))["sum"] or 0)

    def agreed_on(self) -> dt.date | None:
        """The last signature of the convention."""
        project: Any = self
        return max((row.signed_on for row in project.listed() if row.signed_on), default=None)

    def open_proposal(self, step: str) -> Any:
        """What a first person has proposed and nobody has confirmed yet, or None."""
        project: Any = self
        return project.proposals.select_related("made_by").filter(step=step, ended_at=None).first()

    def frozen_term(self, name: str) -> Any:
        """A term of the agreement as the version in force has it; None where that text says nothing of it."""
        project: Any = self
        version = project.current_version()
        return version.facts.get("terms", {}).get(name) if version else None

    def leaves_after_launch(self) -> bool:
        """The frozen text lets a body leave between the launch and the award."""
        return bool(self.frozen_term("leave_after_launch"))

    def departure_keeps_acts(self) -> bool:
        """The frozen text keeps the acts of those who stay when a body leaves before the launch."""
        return bool(self.frozen_term("departure_keeps_acts"))
