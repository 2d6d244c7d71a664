"""The one exception of the package; its codes are those of `share` in the stable interfaces."""

from typing import Literal

from projects.costsharing.french import typeset

Code = Literal["no_participant", "zero_weight", "percent_sum", "uncovered", "over_committed", "tariff_gap", "bad_input"]


class SharingError(ValueError):
    """A split that is refused: a code for programs, a French sentence for people, the cents that are missing if any.

    `place` is the path of the wrong value in the file (`participants[2].weights.population`), "" when there is none.
    """

    def __init__(self, code: Code, reason: str, missing_cents: int | None = None, *, place: str = "") -> None:
        self.code: Code = code
        self.reason = reason
        self.place = place
        self.missing_cents = missing_cents
        self.message = typeset(f"{place} : {reason}" if place else reason)
        super().__init__(self.message)


def bad_input(reason: str, *, where: str = "") -> SharingError:
    """A `bad_input` refusal; `where` names the place."""
    return SharingError("bad_input", reason, place=where)
