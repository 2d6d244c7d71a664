"""Leaving the collective, and handing a project over."""

from __future__ import annotations

from typing import Any

from django import forms

from procurement.forms import Form
from procurement.models import Body, User
from projects.actions.leads import successors
from projects.leaving import may_coordinate
from projects.models import Project
from projects.requirements.leads import REPLACEABLE


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

    def __init__(self, *args: Any, projects: list[Project], led: list[Project], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.projects, self.led = projects, [project for project in led if project.state in REPLACEABLE]
        for project in self.led:
            self.fields[f"lead_{project.pk}"] = forms.ModelChoiceField(
                label=f"Coordonnateur de « {project.title} » après vous",
                queryset=successors(project),
                required=False,
                empty_label="Le coordinateur ou l'animation le proposera",
                help_text="L'organisme choisi accepte ou refuse.",
            )
        for project in projects:
            self.fields[f"project_{project.pk}"] = forms.ModelChoiceField(
                label=f"Coordinateur de « {project.title} » après vous",
                queryset=may_coordinate(project).exclude(pk=project.coordinator_id),
                required=False,
                empty_label="L'animation le désignera",
            )
        self.order_fields([*(name for name in self.fields if name not in self.base_fields), "note", "sure"])

    def successors(self) -> dict[int, User | None]:
        """By project, who takes over."""
        return {project.pk: self.cleaned_data[f"project_{project.pk}"] for project in self.projects}

    def leads(self) -> dict[int, Body | None]:
        """By project, which body is asked to lead."""
        return {project.pk: self.cleaned_data[f"lead_{project.pk}"] for project in self.led}
