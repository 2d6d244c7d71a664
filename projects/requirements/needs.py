"""What is missing before a step of a need."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from procurement.workflow import Missing
from projects.requirements.words import DESCRIPTION_MINIMUM


def to_publish_need(need: Any, /) -> Iterable[Missing]:
    """Body, domain, title and a description are enough; the rest may wait."""
    if not need.title.strip():
        yield Missing("un titre", "modifier/#id_title")
    if need.domain_id is None:
        yield Missing("un domaine", "modifier/#id_domain")
    length = len(need.description.strip())
    if length < DESCRIPTION_MINIMUM:
        label = f"une description d'au moins {DESCRIPTION_MINIMUM} caractères ({length} aujourd'hui)"
        yield Missing(label, "modifier/#id_description")
