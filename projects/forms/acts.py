"""The scale of acts, and how many of each a body has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms

from procurement.forms import Form, NumberField
from projects.pooling.act_scale import ActKind

MOST_ACTS = 10_000_000
LEAST, SPARE, MOST_KINDS = 4, 2, 30


def count_field(kind: ActKind, initial: Any = None) -> forms.IntegerField:
    """How many acts of this kind in a year."""
    weight = kind.weight.replace(".", ",")
    return forms.IntegerField(
        label=kind.label,
        min_value=0,
        max_value=MOST_ACTS,
        initial=initial,
        help_text=f"Par an, sur la même année pour tous. Chacun compte pour {weight}.",
    )


class CountsForm(Form):
    """The acts of one body, for the calculator: nothing is kept."""

    use_required_attribute = False

    def __init__(self, *args: Any, scale: Sequence[ActKind], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.update({kind.name: count_field(kind) for kind in scale})


class ScaleForm(Form):
    """Kinds of acts with their weights; an empty label takes a row away."""

    def __init__(self, *args: Any, scale: Sequence[ActKind], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.count = min(MOST_KINDS, max(LEAST, len(scale) + SPARE))
        for row in range(self.count):
            known = scale[row] if row < len(scale) else None
            self.fields[f"label_{row}"] = forms.CharField(
                label=f"Nature {row + 1}", max_length=60, required=False, initial=known.label if known else None
            )
            self.fields[f"weight_{row}"] = NumberField(
                label=f"Poids de la nature {row + 1}",
                decimals=4,
                most_digits=4,
                required=False,
                initial=Decimal(known.weight) if known else None,
            )

    def clean(self) -> dict[str, Any]:
        """A kind has a label and a weight."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        for row in range(self.count):
            label, weight = data.get(f"label_{row}"), data.get(f"weight_{row}")
            if label and weight is None and f"weight_{row}" not in self.errors:
                self.add_error(f"weight_{row}", "Donnez le poids de cette nature d'acte.")
            if weight is not None and not label:
                self.add_error(f"label_{row}", "Nommez cette nature d'acte.")
        return data

    def rows(self) -> list[tuple[str, str]]:
        """(label, exact decimal), those that are filled in."""
        data: Mapping[str, Any] = self.cleaned_data
        places = [row for row in range(self.count) if data[f"label_{row}"]]
        return [(data[f"label_{row}"], format(data[f"weight_{row}"].normalize(), "f")) for row in places]
