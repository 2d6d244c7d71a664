"""Cells that travel safely: nothing that a spreadsheet would run as a formula, nothing that a file cannot hold.

A text that would be taken for a formula gets one apostrophe in front when it leaves, and loses it when it comes back
(OWASP, CSV injection). The rule is the same both ways, so a round trip gives the text back whatever it is.
"""

import datetime as dt
import math
import re
from decimal import Decimal

from procurement import money

Native = str | int | Decimal | dt.date | None

# What starts a formula, also behind quotes and blanks: some programs strip those first. The wide forms count too.
_FORMULA = re.compile(r"[\s'\"\u00a0]*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]")
# Control characters that XML cannot hold, save tab and line feed; halves of a surrogate pair; two non-characters.
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def guarded(text: str) -> str:
    """The text as it may leave: no program takes it for a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


def restored(text: str) -> str:
    """What `guarded` was given."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text


def clean(text: str) -> str:
    """The text as a file can hold it: line ends as `\\n`, no control character, no blank around."""
    return _UNWRITABLE.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def as_text(value: Native) -> str:
    """A value as it stands in a text cell: 1234,56 · 31/12/2027 · empty for nothing. Not guarded."""
    if value is None:
        return ""
    if isinstance(value, dt.date):
        return f"{value.day:02d}/{value.month:02d}/{value.year:04d}"
    if isinstance(value, Decimal):
        return f"{value:f}".replace(".", ",")
    return clean(value) if isinstance(value, str) else str(value)


def from_float(value: float) -> str:
    """A number of a spreadsheet as text, with the fifteen digits that it really holds: 1234.56 → 1234,56.

    Raises ValueError for what is no number.
    """
    if not math.isfinite(value):
        raise ValueError("pas un nombre")
    text = f"{Decimal(f'{value:.15g}'):f}"
    return text.replace(".", ",")


def amount(cents: int | None) -> Decimal | None:
    """Cents as euros, exact."""
    return None if cents is None else Decimal(cents).scaleb(-2).quantize(Decimal("0.01"))


def cents(text: str) -> int | None:
    """Cents of an amount in a cell; None for an empty one. Raises ValueError with a French reason."""
    return money.parse_euros(text) if text.strip() else None
