"""What a page says before a text is frozen: whether anybody was asked to read it."""

from __future__ import annotations

from typing import Any

from procurement.workflow import Step
from projects.models import Project, Review

NOBODY = "Personne n'a été invité à relire ce texte : les services juridiques des membres n'ont pas donné leur accord."
WAIVED = "Le coordinateur est passé outre des accords qui manquent. Motif : {reason}"


def freeze_notice(obj: Any, step: Step) -> str:
    """A French sentence for the page of the freeze, "" when there is nothing to say. One query."""
    if step.name != "freeze" or not isinstance(obj, Project):
        return ""
    review = Review.objects.filter(project=obj, closed_on=None).first()
    if review is None:
        return NOBODY
    return WAIVED.format(reason=review.waived_reason) if review.waived_reason else ""
