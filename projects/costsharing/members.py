"""Who shares: a member, its weights under any key, its floor and its cap."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeGuard

from projects.costsharing.errors import SharingError, bad_input
from projects.costsharing.french import euros, shown


def is_exact(value: object) -> bool:
    """True for an integer or a fraction: a float would carry a hidden error, a boolean is not a number."""
    return isinstance(value, int | Fraction) and not isinstance(value, bool)


def is_cents(value: object) -> TypeGuard[int]:
    """True for an integer that is not a boolean."""
    return isinstance(value, int) and not isinstance(value, bool)


@dataclass(frozen=True, slots=True)
class Member:
    """A body that shares; bounds are cents, None when there is none. An impossible member raises `bad_input`."""

    id: str
    name: str
    weights: Mapping[str, Fraction | int]
    floor_cents: int | None = None
    cap_cents: int | None = None

    def __post_init__(self) -> None:
        for name, weight in self.weights.items():
            if not is_exact(weight):
                raise bad_input("attendu : un entier ou une fraction exacte.", where=f"weights.{name}")
            if weight < 0:
                raise bad_input("un poids ne peut pas être négatif.", where=f"weights.{name}")
        for label, bound in (("floor_cents", self.floor_cents), ("cap_cents", self.cap_cents)):
            if bound is not None and not is_cents(bound):
                raise bad_input("attendu : un nombre entier de centimes.", where=label)
            if bound is not None and bound < 0:
                raise bad_input("un plancher ou un plafond ne peut pas être négatif.", where=label)
        if self.floor_cents is not None and self.cap_cents is not None and self.floor_cents > self.cap_cents:
            raise bad_input(
                f"{self.name} ({self.id}) : le plancher de {euros(self.floor_cents)} dépasse "
                f"le plafond de {euros(self.cap_cents)}."
            )

    @property
    def bounded(self) -> bool:
        """True when the member has a floor or a cap, even one that changes nothing."""
        return self.floor_cents is not None or self.cap_cents is not None

    def weight(self, name: str) -> Fraction:
        """The weight of this name; `bad_input` when the member has none: a missing figure is never zero."""
        if name not in self.weights:
            raise bad_input(f"{self.name} ({self.id}) : le poids {shown(name)} manque.")
        return Fraction(self.weights[name])


def check_members(members: Sequence[Member]) -> None:
    """Refuse an empty list (`no_participant`) and an id used twice (`bad_input`)."""
    if not members:
        raise SharingError("no_participant", "Aucun participant : il n'y a personne entre qui partager.")
    seen: set[str] = set()
    for member in members:
        if member.id in seen:
            raise bad_input(f"l'identifiant {shown(member.id)} est donné à plusieurs participants.")
        seen.add(member.id)
