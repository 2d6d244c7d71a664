"""K3: points by bracket. The dear part of a scale is its bounds, so they are half-open and tested one by one."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar

from projects.costsharing.base import WeightKey
from projects.costsharing.errors import bad_input
from projects.costsharing.french import number, plural
from projects.costsharing.members import Member
from projects.costsharing.scales import Step, check_steps, find_step, plain, scale_json
from projects.costsharing.weights import measure, noun_of


@dataclass(frozen=True, slots=True)
class Brackets(WeightKey):
    """K3: points by bracket of a named weight; a bracket holds what is below its limit, the last may have none."""

    kind: ClassVar[str] = "brackets"
    weight: str
    points: tuple[Step, ...]

    def __post_init__(self) -> None:
        check_steps(self.points, "points")

    @property
    def label(self) -> str:
        """Short name."""
        return f"par points selon les tranches {noun_of(self.weight)}"

    @property
    def sentence(self) -> str:
        """The rule with its scale."""
        scale = " ; ".join(
            f"moins de {measure(self.weight, step.limit)} : {number(step.value)}"
            if step.limit is not None
            else f"au-delà : {number(step.value)}"
            for step in self.points
        )
        noun = noun_of(self.weight)
        return f"Chaque participant paie en proportion de ses points, selon les tranches {noun} ({scale})."

    def weights(self, members: Sequence[Member]) -> list[Fraction]:
        """The points of each member; `bad_input` when no bracket holds one."""
        return [self._points(member) for member in members]

    def _points(self, member: Member) -> Fraction:
        weight = member.weight(self.weight)
        step = find_step(self.points, weight, limit_included=False)
        if step is None:
            raise bad_input(
                f"{member.name} ({member.id}) : aucune tranche de points ne va jusqu'à {measure(self.weight, weight)}."
            )
        return step.value

    def weighed(self, member: Member, weight: Fraction) -> str:
        """The points, after the weight they come from."""
        origin = measure(self.weight, member.weight(self.weight))
        return f"{origin} valent {number(weight)} {plural(weight, 'point', 'points')}"

    def to_json(self) -> dict[str, Any]:
        """The scale as given."""
        points = scale_json(self.points, "below", "points", plain)
        return {"kind": self.kind, "weight": self.weight, "points": points}
