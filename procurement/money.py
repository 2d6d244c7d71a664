"""Amounts: integer cents inside, French amounts outside. No float ever touches money."""

import re
from decimal import Decimal

NARROW = "\u202f"  # narrow no-break space, between thousands
NO_BREAK = "\u00a0"  # before the unit
MINUS = "\u2212"
LIMIT = 10**15  # cents: ten thousand billion euros, far below what the database column holds

_GROUPED = re.compile(r"\d{1,3}([ .]\d{3})+|\d+")


def number(value: int | Decimal) -> str:
    """A number the French way, thousands apart: 1 234,5 (an exact decimal keeps its own decimals)."""
    sign = MINUS if value < 0 else ""
    whole, _, decimals = format(abs(Decimal(value)), "f").partition(".")
    grouped = f"{int(whole):,}".replace(",", NARROW)
    return sign + grouped + (f",{decimals}" if decimals else "")


def euros(cents: int | None) -> str:
    """`123456` → `1 234,56 €`; None → empty string."""
    if cents is None:
        return ""
    return f"{number(Decimal(cents).scaleb(-2).quantize(Decimal('0.01')))}{NO_BREAK}€"


def plain(cents: int | None) -> str:
    """`123456` → `1234,56`, what a form field and a spreadsheet cell hold; None → empty string."""
    if cents is None:
        return ""
    return ("-" if cents < 0 else "") + f"{abs(cents) // 100},{abs(cents) % 100:02d}"


def parse_euros(text: str) -> int:
    """Cents of an amount typed in French: `1 234,56 €`, `1234,5`, `1.234,56`; no sign.

    Thousands may be parted by a space (plain, no-break, narrow) or, before a comma, by a point; a lone point is the
    decimal mark only with one or two digits behind it, so that `1.234` is never guessed at.
    Raises ValueError with a French reason.
    """
    cleaned = re.sub(r"[\u00a0\u202f\u2009\s]+", " ", text).strip().removesuffix("€").removesuffix("EUR").strip()
    if len(cleaned) > 30 or not cleaned.isascii():
        raise ValueError("Ce n'est pas un montant : écrivez par exemple 1 234,56.")
    if cleaned.startswith("-"):
        raise ValueError("Le montant doit être positif ou nul.")
    whole, comma, decimals = cleaned.partition(",")
    if not comma and (match := re.fullmatch(r"(\d+|\d{1,3}(?: \d{3})+)\.(\d{1,2})", cleaned)):
        whole, decimals = match.groups()
    elif not comma and "." in cleaned:
        raise ValueError("Montant ambigu : écrivez 1 234 pour mille deux cent trente-quatre, ou 1,23.")
    if not _GROUPED.fullmatch(whole) or (" " in whole and "." in whole) or not re.fullmatch(r"\d{0,2}", decimals):
        raise ValueError("Ce n'est pas un montant : écrivez par exemple 1 234,56 (deux décimales au plus).")
    if comma and not decimals:
        raise ValueError("Il manque les centimes après la virgule.")
    cents = int(re.sub(r"[ .]", "", whole)) * 100 + int(decimals.ljust(2, "0") or 0)
    if cents > LIMIT:
        raise ValueError("Ce montant dépasse ce que la plateforme sait enregistrer.")
    return cents
