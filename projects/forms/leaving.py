"""Leaving the collective, and handing a project over."""

from __future__ import annotations

from typing import Any

from django import forms

from procurement.forms import Form
from procurement.models import User
from projects.leaving import may_coordinate
from projects.models import Project


class CoordinatorForm(Form):
    """Who coordinates from now on."""

    to = forms.ModelChoiceField(
        label="Nouveau coordinateur",
        queryset=User.objects.none(),
        help_text="Un agent d'un organisme présent dans le projet.",
    )

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = may_coordinate(project).exclude(pk=project.coordinator_id)
        self.fields["to"].queryset = people  # type: ignore[attr-defined]


class LeaveForm(Form):
    """A word, who takes over each project, and one box ticked on purpose."""

    note = forms.CharField(
        label="Motif",
        max_length=500,
        widget=forms.Textarea({"rows": 3}),
        help_text="Il accompagne le retrait de vos besoins et de vos intentions, et figure au journal.",
    )
    sure = forms.BooleanField(label="Nous quittons le collectif : nos droits cessent aussitôt")

    def __init__(self, *args: Any, projects: list[Project], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.projects = projects
        for project in projects:
            self.fields[f"project_{project.pk}"] = forms.ModelChoiceField(
                label=f"Coordinateur de « {project.title} » après vous",
                queryset=may_coordinate(project).exclude(pk=project.coordinator_id),
                required=False,
                empty_label="L'animation le désignera",
            )
        self.order_fields([*(f"project_{project.pk}" for project in projects), "note", "sure"])

    def successors(self) -> dict[int, User | None]:
        """By project, who takes over."""
        return {project.pk: self.cleaned_data[f"project_{project.pk}"] for project in self.projects}
