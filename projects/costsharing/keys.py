"""The single-step keys of everyday use: equal parts, pro rata, voted percentages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar

from projects.costsharing.base import WeightKey, exact_text
from projects.costsharing.errors import SharingError, bad_input
from projects.costsharing.french import number, shown
from projects.costsharing.members import Member
from projects.costsharing.weights import measure, noun_of


@dataclass(frozen=True, slots=True)
class Equal(WeightKey):
    """K1: everyone pays the same."""

    kind: ClassVar[str] = "equal"

    @property
    def label(self) -> str:
        """Short name."""
        return "à parts égales"

    @property
    def sentence(self) -> str:
        """The rule."""
        return "Chaque participant paie la même part."

    def weights(self, members: Sequence[Member]) -> list[Fraction]:
        """One each."""
        return [Fraction(1)] * len(members)

    def weighed(self, member: Member, weight: Fraction) -> str:
        """One part, or what a discount leaves of it."""
        return f"{number(weight)} part"

    def to_json(self) -> dict[str, Any]:
        """The kind alone."""
        return {"kind": self.kind}


@dataclass(frozen=True, slots=True)
class Prorata(WeightKey):
    """K2, K5, K11: in proportion to a named weight; with units, the unit cost stays exact (CGCT art. D5211-16)."""

    kind: ClassVar[str] = "prorata"
    weight: str

    @property
    def label(self) -> str:
        """Short name."""
        return f"au prorata {noun_of(self.weight)}"

    @property
    def sentence(self) -> str:
        """The rule."""
        return f"Chaque participant paie en proportion {noun_of(self.weight)}."

    def weights(self, members: Sequence[Member]) -> list[Fraction]:
        """The named weight."""
        return [member.weight(self.weight) for member in members]

    def weighed(self, member: Member, weight: Fraction) -> str:
        """The weight in its unit."""
        return measure(self.weight, weight)

    def to_json(self) -> dict[str, Any]:
        """The kind and the name of the weight."""
        return {"kind": self.kind, "weight": self.weight}


@dataclass(frozen=True, slots=True)
class Percent(WeightKey):
    """K12: percentages voted by the members, by id; they sum to exactly 100."""

    kind: ClassVar[str] = "percent"
    percents: Mapping[str, Fraction]

    def __post_init__(self) -> None:
        if any(percent < 0 for percent in self.percents.values()):
            raise bad_input("un pourcentage ne peut pas être négatif.")
        total = sum(self.percents.values(), Fraction(0))
        if total != 100:
            raise SharingError(
                "percent_sum", f"Les pourcentages totalisent {number(total)} % : il faut exactement 100 %."
            )

    @property
    def label(self) -> str:
        """Short name."""
        return "selon les pourcentages votés"

    @property
    def sentence(self) -> str:
        """The rule."""
        return "Chaque participant paie le pourcentage voté ; les pourcentages totalisent exactement 100 %."

    def weights(self, members: Sequence[Member]) -> list[Fraction]:
        """The percentages; `bad_input` when a member has none or one is for nobody."""
        ids = {member.id for member in members}
        for unknown in sorted(self.percents.keys() - ids):
            raise bad_input(f"pourcentage donné pour {shown(unknown)}, qui n'est pas un participant.")
        for member in members:
            if member.id not in self.percents:
                raise bad_input(f"{member.name} ({member.id}) : le pourcentage manque.")
        return [self.percents[member.id] for member in members]

    def weighed(self, member: Member, weight: Fraction) -> str:
        """The percentage."""
        return f"{number(weight)} %"

    def to_json(self) -> dict[str, Any]:
        """Percentages as exact decimal strings."""
        return {"kind": self.kind, "percents": {id_: exact_text(part) for id_, part in self.percents.items()}}
