"""K5, weighted acts: acts of unequal work made comparable, as shared services for building permits do."""

from collections.abc import Mapping
from fractions import Fraction

from projects.costsharing.errors import bad_input
from projects.costsharing.french import shown
from projects.costsharing.members import is_exact


def weighted_acts(counts: Mapping[str, int], coefficients: Mapping[str, Fraction]) -> Fraction:
    """Σ count × coefficient; `bad_input` for an act without coefficient or a negative figure.

    The coefficients are a choice of the convention: there is no official scale.
    """
    for act, count in counts.items():
        if act not in coefficients:
            raise bad_input(f"l'acte {shown(act)} n'a pas de coefficient.")
        if any(not is_exact(value) or value < 0 for value in (count, coefficients[act])):
            raise bad_input(f"l'acte {shown(act)} : attendu un nombre et un coefficient exacts, positifs ou nuls.")
    return sum((count * coefficients[act] for act, count in counts.items()), Fraction(0))
