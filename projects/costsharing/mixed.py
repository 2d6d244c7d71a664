"""K6: a fixed part and a variable part, as in real conventions (Saint-Brieuc Agglomération, 22/01/2015; SyDER)."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar

from projects.costsharing.base import SharedKey, WeightKey, exact_text
from projects.costsharing.errors import bad_input
from projects.costsharing.french import number, typeset
from projects.costsharing.rounding import RULE, percent_of


@dataclass(frozen=True, slots=True)
class Mixed(SharedKey):
    """K6: a fixed part and a variable part, each allocated to the cent under its own key, then added.

    The fixed part is rounded half up first: one step over both keys gives other cents.
    """

    kind: ClassVar[str] = "mixed"
    fixed_percent: Fraction
    fixed: WeightKey
    variable: WeightKey

    def __post_init__(self) -> None:
        if not 0 <= self.fixed_percent <= 100:
            raise bad_input("la part fixe va de 0 à 100 %.", where="fixed_percent")

    @property
    def label(self) -> str:
        """Short name."""
        return typeset(
            f"{number(self.fixed_percent)} % {self.fixed.label}, "
            f"{number(100 - self.fixed_percent)} % {self.variable.label}"
        )

    @property
    def rule(self) -> str:
        """The two steps, then the rounding."""
        return typeset(
            f"Part fixe : {number(self.fixed_percent)} % du montant, arrondie au centime le plus proche. "
            f"{self.fixed.sentence} Part variable : le reste. {self.variable.sentence} "
            f"Chaque part est répartie au centime, puis les deux sont ajoutées. {RULE}"
        )

    @property
    def parts(self) -> tuple[WeightKey, ...]:
        """Fixed, then variable."""
        return (self.fixed, self.variable)

    def amounts(self, amount_cents: int) -> tuple[int, ...]:
        """The fixed part half up to the cent, then what is left."""
        fixed = percent_of(amount_cents, self.fixed_percent)
        return (fixed, amount_cents - fixed)

    def to_json(self) -> dict[str, Any]:
        """Both keys inside."""
        return {
            "kind": self.kind,
            "fixed_percent": exact_text(self.fixed_percent),
            "fixed": self.fixed.to_json(),
            "variable": self.variable.to_json(),
        }
