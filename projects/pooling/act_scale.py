"""Acts of unequal work made one figure (domain.md §3, K5c): the kinds of a project, and the weight they add up to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.utils.text import slugify

from projects import costsharing
from projects.costsharing.base import exact_text
from projects.models import ActScale, Project

WEIGHT = "weighted_acts"  # the weight that keys use; the counts stand beside it, under names of their own
PREFIX, LONGEST_NAME = "acts_", 40
EXAMPLE = (("Naissances", "1"), ("Mariages", "1.5"), ("Décès", "0.7"), ("Reconnaissances", "0.5"))  # illustrative


@dataclass(frozen=True, slots=True)
class ActKind:
    """A kind of act. `name` is the one its count has among the weights of a participation."""

    name: str
    label: str
    weight: str  # exact decimal


def kinds(rows: Sequence[Mapping[str, Any]]) -> list[ActKind]:
    """The kinds of stored rows, in their order."""
    return [ActKind(name_of(row["label"]), row["label"], row["weight"]) for row in rows]


def name_of(label: str) -> str:
    """« Décès à domicile » → acts_deces_a_domicile."""
    return (PREFIX + slugify(label).replace("-", "_"))[:LONGEST_NAME]


def kinds_of(project: Project) -> list[ActKind]:
    """Those of a project; empty while its coordinator set none. One query."""
    scale = ActScale.objects.filter(project=project).first()
    return kinds(scale.rows) if scale else []


def example() -> list[ActKind]:
    """The illustrative scale of the domain reference: there is no official one."""
    return kinds([{"label": label, "weight": weight} for label, weight in EXAMPLE])


def weigh(scale: Sequence[ActKind], counts: Mapping[str, int]) -> str:
    """Σ count × weight, as an exact decimal string; `counts` by name, one per kind of the scale."""
    coefficients = {kind.name: Fraction(kind.weight) for kind in scale}
    return exact_text(costsharing.weighted_acts({kind.name: counts[kind.name] for kind in scale}, coefficients))


def is_count(name: str) -> bool:
    """True for a count of acts kept among the weights: no key shares on it."""
    return name.startswith(PREFIX)
