"""Scales by step of a weight, shared by points, marginal rates and flat fees."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from projects.costsharing.base import exact_text
from projects.costsharing.errors import bad_input


@dataclass(frozen=True, slots=True)
class Step:
    """Up to `limit` (None: without end), the value is this: points, cents per unit, or cents."""

    limit: Fraction | None
    value: Fraction


def check_steps(steps: Sequence[Step], where: str) -> None:
    """Limits must grow, and only the last step may have none; values are never negative."""
    if not steps:
        raise bad_input("il faut au moins une tranche.", where=where)
    previous: Fraction | None = None
    for position, step in enumerate(steps):
        place = f"{where}[{position}]"
        if step.value < 0 or (step.limit is not None and step.limit < 0):
            raise bad_input("une tranche n'a ni limite ni valeur négative.", where=place)
        if step.limit is None and position < len(steps) - 1:
            raise bad_input("seule la dernière tranche peut être sans limite.", where=place)
        if previous is not None and step.limit is not None and step.limit <= previous:
            raise bad_input("les limites des tranches doivent croître.", where=place)
        previous = step.limit


def find_step(steps: Sequence[Step], weight: Fraction, *, limit_included: bool) -> Step | None:
    """The first step that holds the weight, None when it lies beyond the last."""
    for step in steps:
        if step.limit is None or weight < step.limit or (limit_included and weight == step.limit):
            return step
    return None


def plain(value: Fraction) -> int | str:
    """An integer where the value is one, else its exact decimal string."""
    return int(value) if value.denominator == 1 else exact_text(value)


def scale_json(
    steps: Sequence[Step], limit: str, value: str, write: Callable[[Fraction], int | str]
) -> list[dict[str, Any]]:
    """The JSON form of a scale, with the field names of its key."""
    return [{limit: None if step.limit is None else plain(step.limit), value: write(step.value)} for step in steps]
