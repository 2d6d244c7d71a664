"""K3b, K4: tariffs. Each member owes a fee of its own; the total is the sum, whatever the cost was."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar

from projects.costsharing.base import Key, exact_text
from projects.costsharing.errors import SharingError
from projects.costsharing.french import euros, number, typeset
from projects.costsharing.members import Member
from projects.costsharing.scales import Step, check_steps, find_step, scale_json
from projects.costsharing.weights import measure, noun_of

BALANCE = (
    "Le total est la somme des montants, arrondis chacun au centime le plus proche ; la convention dit qui garde "
    "l'excédent ou supporte le déficit par rapport au coût réel."
)


def _rate(cents: Fraction) -> str:
    return euros(int(cents)) if cents.denominator == 1 else f"{number(cents / 100)} €"


@dataclass(frozen=True, slots=True)
class Tariff(Key):
    """A fee read on a scale of a named weight; limits belong to the step they close."""

    weight: str
    steps: tuple[Step, ...]
    field: ClassVar[str]  # name of the scale in the JSON form

    def __post_init__(self) -> None:
        check_steps(self.steps, self.field)

    @property
    def rule(self) -> str:
        """The scale, then who bears the difference."""
        return typeset(f"{self.label.capitalize()} ({self._scale()}). {BALANCE}")

    def fee(self, member: Member) -> Fraction:
        """What the member owes, in cents before rounding; `tariff_gap` when the scale stops below its weight."""
        raise NotImplementedError

    def detail(self, member: Member) -> str:
        """The computation of the fee, up to the equals sign."""
        raise NotImplementedError

    def _scale(self) -> str:
        parts = []
        for step in self.steps:
            limit = "au-delà" if step.limit is None else f"jusqu'à {measure(self.weight, step.limit)}"
            parts.append(f"{limit} : {self._priced(step.value)}")
        return " ; ".join(parts)

    def _priced(self, value: Fraction) -> str:
        return _rate(value)

    def _step_of(self, member: Member) -> Step:
        weight = member.weight(self.weight)
        step = find_step(self.steps, weight, limit_included=True)
        if step is None:
            raise SharingError(
                "tariff_gap",
                f"{member.name} ({member.id}) : aucune tranche du tarif ne va jusqu'à {measure(self.weight, weight)}.",
            )
        return step


@dataclass(frozen=True, slots=True)
class Flat(Tariff):
    """K4: a flat fee by stratum (CDG 38, dematerialisation platform, 22/08/2014)."""

    kind: ClassVar[str] = "flat"
    field: ClassVar[str] = "fees"

    @property
    def label(self) -> str:
        """Short name."""
        return f"au forfait selon les tranches {noun_of(self.weight)}"

    def fee(self, member: Member) -> Fraction:
        """The fee of the member's stratum."""
        return self._step_of(member).value

    def detail(self, member: Member) -> str:
        """The stratum."""
        limit = self._step_of(member).limit
        stratum = "dernière tranche" if limit is None else f"tranche jusqu'à {measure(self.weight, limit)}"
        return f"{measure(self.weight, member.weight(self.weight))}, {stratum} : forfait"

    def to_json(self) -> dict[str, Any]:
        """Fees in cents."""
        return {"kind": self.kind, "weight": self.weight, "fees": scale_json(self.steps, "up_to", "cents", int)}


@dataclass(frozen=True, slots=True)
class Marginal(Tariff):
    """K3b: a rate per unit in each slice, progressive or degressive."""

    kind: ClassVar[str] = "marginal"
    field: ClassVar[str] = "slices"

    @property
    def label(self) -> str:
        """Short name."""
        return f"au tarif par tranches {noun_of(self.weight)}"

    def fee(self, member: Member) -> Fraction:
        """The sum, slice after slice, of what lies in it times its rate."""
        return sum((inside * rate for inside, rate in self._filled(member)), Fraction(0))

    def detail(self, member: Member) -> str:
        """Every slice that holds something."""
        terms = [f"{number(inside)} × {_rate(rate)}" for inside, rate in self._filled(member)] or ["0"]
        return f"{measure(self.weight, member.weight(self.weight))} : {' + '.join(terms)}"

    def _priced(self, value: Fraction) -> str:
        return f"{_rate(value)} l'unité"

    def _filled(self, member: Member) -> Sequence[tuple[Fraction, Fraction]]:
        last = self._step_of(member)
        weight, below, filled = member.weight(self.weight), Fraction(0), []
        for step in self.steps:
            upper = weight if step is last else step.limit
            if upper is not None and upper > below:
                filled.append((upper - below, step.value))
                below = upper
            if step is last:
                break
        return filled

    def to_json(self) -> dict[str, Any]:
        """Rates as exact decimal strings."""
        slices = scale_json(self.steps, "up_to", "rate_cents", exact_text)
        return {"kind": self.kind, "weight": self.weight, "slices": slices}
