"""What a key is: it says what each member weighs, or what each member owes, and puts itself in words."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any, ClassVar

from projects.costsharing.errors import bad_input
from projects.costsharing.french import decimal_text, typeset
from projects.costsharing.members import Member
from projects.costsharing.rounding import RULE


def exact_text(value: Fraction) -> str:
    """The decimal string of the JSON forms; `bad_input` for a fraction whose decimals never end, such as 1/3."""
    text = decimal_text(value)
    if text is None:
        raise bad_input(f"{value} ne s'écrit pas avec un nombre fini de décimales.")
    return text


class Key:
    """How a cost is shared, or what each member owes. `kind` is the word of the JSON form."""

    kind: ClassVar[str]

    @property
    def label(self) -> str:
        """The key in a few words that follow "partagé": "au prorata de la population"."""
        raise NotImplementedError

    @property
    def rule(self) -> str:
        """The rule in full sentences, rounding included, for the financial annex."""
        raise NotImplementedError

    def to_json(self) -> dict[str, Any]:
        """The JSON form that `key_from_json` reads."""
        raise NotImplementedError


class SharedKey(Key):
    """A key that splits a given amount, in one part or several."""

    @property
    def parts(self) -> "tuple[WeightKey, ...]":
        """The single-step keys, in the order of `amounts`."""
        raise NotImplementedError

    def amounts(self, amount_cents: int) -> tuple[int, ...]:
        """How an amount ≥ 0 in cents is cut among the parts."""
        raise NotImplementedError


class WeightKey(SharedKey):
    """A single-step key: each member has one exact weight, shares follow the weights."""

    @property
    def parts(self) -> "tuple[WeightKey, ...]":
        """Itself."""
        return (self,)

    def amounts(self, amount_cents: int) -> tuple[int, ...]:
        """All of it."""
        return (amount_cents,)

    @property
    def rule(self) -> str:
        """The weight in a sentence, then the rounding."""
        return typeset(f"{self.sentence} {RULE}")

    @property
    def sentence(self) -> str:
        """How the weight is found, in one sentence."""
        raise NotImplementedError

    def weights(self, members: Sequence[Member]) -> list[Fraction]:
        """The weight of each member under this key; `bad_input` when one is missing."""
        raise NotImplementedError

    def weighed(self, member: Member, weight: Fraction) -> str:
        """The weight of a member with its unit: "1 240 hab."."""
        raise NotImplementedError
