"""How long each step of the backward timetable takes in this project."""

from __future__ import annotations

from typing import Any

from django import forms

from procurement.forms import Form
from projects import planning
from projects.planning.steps import EDITABLE, LONGEST_DAYS

BY_LEVEL = ("offers", "analysis")  # 0: the usual time of the procedure


class DurationsForm(Form):
    """One number of days per step; an empty box is the usual length."""

    def __init__(self, *args: Any, known: planning.Durations, level: planning.Level, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.level, self.usual = level, planning.Durations.usual()
        for name, label in EDITABLE.items():
            current = getattr(known, name)
            self.fields[name] = forms.IntegerField(
                label=label,
                required=False,
                min_value=1 if name in BY_LEVEL else 0,
                max_value=LONGEST_DAYS,
                initial=None if current == self.usual[name] else current,
                help_text=f"Usuel : {self._usual_days(name)} jours.{self._floor(name)}",
            )

    def _usual_days(self, name: str) -> int:
        """What an empty box stands for, under the procedure that the amount calls for today."""
        plain = planning.Durations()
        by_level = {"offers": plain.offers_days, "analysis": plain.analysis_days}
        return by_level[name](self.level) if name in by_level else self.usual[name]

    def _floor(self, name: str) -> str:
        if name != "offers" or self.level != planning.Level.FORMAL:
            return ""
        return f" Au moins {planning.OPEN_TENDER_DAYS} en appel d'offres ouvert (article R. 2161-3 du CCP)."

    def clean(self) -> dict[str, Any]:
        """The time to receive offers is never below that of the law."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors:
            try:
                planning.Durations.of(self.days()).offers_days(self.level)
            except planning.PlanningError as error:
                self.add_error("offers", error.message)
        return data

    def days(self) -> dict[str, int]:
        """What is not usual."""
        given = {name: self.cleaned_data[name] for name in EDITABLE}
        return {name: days for name, days in given.items() if days is not None and days != self.usual[name]}
