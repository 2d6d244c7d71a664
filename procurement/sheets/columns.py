"""Columns: what a cell of each may hold, how it is read, how it is written, and how it is told to people."""

from __future__ import annotations

import datetime as dt
import difflib
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from import_export.fields import Field
from import_export.widgets import Widget

from procurement.sheets import cells
from procurement.sheets.cells import Native
from procurement.text import fold

EARLIEST_YEAR, LATEST_YEAR = 1990, 2100
MOST_DIGITS = 12


class Kind(Widget):
    """What a column holds. `clean` gets the text of a cell, `render` gives a value that a cell can hold."""

    type_label = "texte"
    choices: Sequence[str] = ()  # what a drop-down list offers

    def clean(self, value: Any, row: Mapping[str, Any] | None = None, **kwargs: Any) -> Any:
        """The value meant by a text, None or empty for an empty cell. Raises ValueError with a French reason."""
        return self.read(cells.clean(cells.restored(str(value))))

    def read(self, text: str) -> Any:
        """The value meant by a text without guard nor blanks around."""
        return text

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> Native:
        """The value as a cell holds it."""
        return value if value is None else str(value)


class Text(Kind):
    """A text of a bounded length."""

    def __init__(self, longest: int) -> None:
        super().__init__()
        self.longest = longest
        self.type_label = f"texte, {longest} caractères au plus"

    def read(self, text: str) -> str:
        """The text itself."""
        if len(text) > self.longest:
            raise ValueError(f"{len(text)} caractères : {self.longest} au plus. Raccourcissez ce texte.")
        return text


class Choice(Kind):
    """One of a closed list: value → label. The value, the label, accents or not: all are understood."""

    def __init__(self, values: Mapping[str, str]) -> None:
        super().__init__()
        self.offer(values)

    def offer(self, values: Mapping[str, str]) -> None:
        """Set what may be chosen."""
        self.values = dict(values)
        self.choices = list(self.values.values())
        self.known = {fold(word): value for value, label in self.values.items() for word in (value, label)}
        self.type_label = "un choix : " + ", ".join(self.choices) if len(self.choices) <= 8 else "un choix de la liste"

    def read(self, text: str) -> str:
        """The value of the choice, or an empty string."""
        if not text:
            return ""
        if fold(text) in self.known:
            return self.known[fold(text)]
        raise ValueError(f"« {text[:60]} » n'est pas dans la liste. {nearest(text, self.choices)}")

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> Native:
        """The label."""
        return self.values.get(str(value), str(value)) if value else ""


def nearest(text: str, choices: Sequence[str]) -> str:
    """A French suggestion: what is nearest, or what there is."""
    folded = {fold(choice): choice for choice in choices}
    near = difflib.get_close_matches(fold(text[:100]), folded, n=1, cutoff=0.6)
    if near:
        return f"Vouliez-vous « {folded[near[0]]} » ?"
    return "Choix possibles : " + ", ".join(choices[:12]) + (", …" if len(choices) > 12 else "") + "."


class YesNo(Kind):
    """oui or non; empty means `default`."""

    type_label = "oui ou non"
    choices = ("oui", "non")
    _known = {"oui": True, "o": True, "vrai": True, "1": True, "non": False, "n": False, "faux": False, "0": False}

    def __init__(self, default: bool | None = False) -> None:
        super().__init__()
        self.default = default

    def read(self, text: str) -> bool | None:
        """The answer."""
        if not text:
            return self.default
        if fold(text) in self._known:
            return self._known[fold(text)]
        raise ValueError(f"« {text[:40]} » : écrivez oui ou non.")

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> Native:
        """oui or non, nothing when nobody said."""
        return "" if value is None else ("oui" if value else "non")


class Day(Kind):
    """A day of our times."""

    type_label = "date JJ/MM/AAAA (AAAA-MM-JJ accepté)"

    def read(self, text: str) -> dt.date | None:
        """The day, or None."""
        if not text:
            return None
        iso = re.fullmatch(r"(\d{4})-(\d{2})-(\d{2})(?:[T ].*)?", text)
        french = re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", text)
        if not iso and not french:
            raise ValueError(f"« {text[:40]} » n'est pas une date : écrivez par exemple 31/12/2027.")
        year, month, day = map(int, iso.groups() if iso else reversed(french.groups()))  # type: ignore[union-attr]
        try:
            found = dt.date(year, month, day)
        except ValueError:
            raise ValueError(f"« {text[:40]} » n'existe pas au calendrier : écrivez par exemple 31/12/2027.") from None
        if not EARLIEST_YEAR <= year <= LATEST_YEAR:
            raise ValueError(f"Année {year} : écrivez une année entre {EARLIEST_YEAR} et {LATEST_YEAR}.")
        return found

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> Native:
        """The day itself: each format has its own way."""
        return value


class Amount(Kind):
    """An amount in euros, kept in cents."""

    type_label = "montant en euros, par exemple 1234,56"

    def read(self, text: str) -> int | None:
        """Cents, or None."""
        return cells.cents(text)

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> Native:
        """Euros, exact."""
        return cells.amount(value)


class Whole(Kind):
    """A whole number between two bounds."""

    def __init__(self, least: int = 0, most: int = 2_147_483_647) -> None:
        super().__init__()
        self.least, self.most = least, most
        self.type_label = "nombre entier"

    def read(self, text: str) -> int | None:
        """The number, or None. Nothing is computed on what is too long (quality.md, F20)."""
        digits = re.sub(r"[\s\u00a0\u202f]", "", text[:60])
        if not digits:
            return None
        if len(text) > 40 or len(digits) > 20:
            raise ValueError(f"{len(text)} chiffres : c'est trop pour un nombre.")
        if not re.fullmatch(r"-?\d+", digits) or not digits.isascii():
            raise ValueError(f"« {text[:40]} » n'est pas un nombre entier : écrivez par exemple 1905.")
        if not self.least <= int(digits) <= self.most:
            raise ValueError(f"{digits} : écrivez un nombre entre {self.least} et {self.most}.")
        return int(digits)

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> Native:
        """The number itself."""
        return value


def quantity(text: str) -> Decimal:
    """A positive number with two decimals at most. Raises ValueError with a French reason."""
    digits = re.sub(r"[\s\u00a0\u202f]", "", text[:60]).replace(",", ".")
    if digits.startswith(("-", "\u2212")):
        raise ValueError(f"« {text[:30]} » : une quantité ne peut pas être négative.")
    if len(digits.partition(".")[0]) > MOST_DIGITS:
        raise ValueError(f"« {text[:20]}… » : {MOST_DIGITS} chiffres au plus.")
    if not re.fullmatch(r"\d+(\.\d{1,2})?", digits) or not digits.isascii():
        raise ValueError(f"« {text[:30]} » n'est pas une quantité : écrivez par exemple 1905 ou 12,5.")
    return Decimal(digits)


def plain(number: Decimal) -> str:
    """A quantity as people write it: 1905, 12,5."""
    text = f"{number:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace(".", ",")


class Listing(Kind):
    """Several things in a cell, one a line, their parts between `;`. In a part, `\\` stands before a `;` and a `\\`."""

    parts: tuple[str, ...] = ()

    def __init__(self) -> None:
        super().__init__()
        self.type_label = "un par ligne dans la cellule : " + " ; ".join(self.parts)

    def read(self, text: str) -> tuple[Any, ...]:
        """The things, in order."""
        return tuple(self.one(_split(line)) for line in text.split("\n") if line.strip())

    def one(self, parts: list[str]) -> Any:
        """One thing from its parts. Raises ValueError with a French reason."""
        raise NotImplementedError

    def shown(self, thing: Any) -> Sequence[str]:
        """The parts of one thing."""
        raise NotImplementedError

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> Native:
        """One a line."""
        return "\n".join(" ; ".join(map(_escaped, self.shown(thing))) for thing in value or ())


def _split(line: str) -> list[str]:
    """The parts of a line, unescaped."""
    parts, escaping = [""], False
    for character in line:
        if escaping:
            parts[-1] += {"n": "\n"}.get(character, character)
            escaping = False
        elif character == "\\":
            escaping = True
        elif character == ";":
            parts.append("")
        else:
            parts[-1] += character
    return [part.strip() for part in parts]


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace(";", "\\;").replace("\n", "\\n")


class Column(Field):
    """A column of a sheet. `example` fills the template; `readonly` cells must come back as they left."""

    def __init__(
        self,
        header: str,
        kind: Kind,
        *,
        attribute: str,
        example: str = "",
        required: bool = False,
        readonly: bool = False,
        note: str = "",
    ) -> None:
        super().__init__(attribute=attribute, column_name=header, widget=kind, readonly=readonly)
        self.example, self.required, self.note = example, required, note

    def clean(self, row: Mapping[str, Any], **kwargs: Any) -> Any:
        """The value of the cell; ValueError when it must not be empty."""
        value = super().clean(row, **kwargs)
        if self.required and value in (None, "", ()):
            raise ValueError("Cette cellule ne peut pas rester vide.")
        return value
