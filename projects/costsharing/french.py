"""Numbers and amounts the French way, exact: this package imports nothing of the site, so it has its own."""

import re
from fractions import Fraction

NARROW = "\u202f"  # narrow no-break space, between thousands
NO_BREAK = "\u00a0"  # before the unit and before high punctuation
MINUS = "\u2212"
SHOWN = 60  # characters of a foreign text that a message repeats

_BEFORE = re.compile(r" (?=[:;!?»%€])")


def typeset(text: str) -> str:
    """The sentence with no-break spaces before : ; ! ? » % € and after «, so that sources hold plain spaces."""
    return _BEFORE.sub(NO_BREAK, text).replace("« ", f"«{NO_BREAK}")


def number(value: int | Fraction) -> str:
    """`36512` → `36 512`, `3/2` → `1,5`; a fraction without finite decimals stays a fraction: `1/3`."""
    if value < 0:
        return MINUS + number(-value)
    if value.denominator == 1:
        return f"{value.numerator:,}".replace(",", NARROW)
    text = decimal_text(value)
    if text is None:
        return f"{number(value.numerator)}/{number(value.denominator)}"
    whole, _, decimals = text.partition(".")
    return f"{number(int(whole))},{decimals}"


def decimal_text(value: int | Fraction) -> str | None:
    """The exact decimal of a fraction with a point (`33.33`), None when its decimals never end."""
    rest, twos, fives = value.denominator, 0, 0
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    if rest != 1:
        return None
    places = max(twos, fives)
    digits = str(abs(value.numerator) * 10**places // value.denominator).rjust(places + 1, "0")
    sign = "-" if value < 0 else ""
    return sign + (f"{digits[:-places]}.{digits[-places:]}" if places else digits)


def euros(cents: int) -> str:
    """`123456` → `1 234,56 €`."""
    sign = MINUS if cents < 0 else ""
    return f"{sign}{number(abs(cents) // 100)},{abs(cents) % 100:02d}{NO_BREAK}€"


def exact_euros(cents: Fraction) -> str:
    """An amount ≥ 0 before rounding, to a hundredth of a cent: `2 310,6088… €`; the dots say that decimals follow."""
    hundredths, rest = divmod(cents.numerator * 100, cents.denominator)
    if not rest and hundredths % 100 == 0:
        return euros(hundredths // 100)
    dots = "…" if rest else ""
    return f"{number(hundredths // 10_000)},{hundredths % 10_000:04d}{dots}{NO_BREAK}€"


def plural(count: int | Fraction, singular: str, several: str) -> str:
    """The noun for this count; in French the plural begins at two."""
    return several if count >= 2 else singular


def shown(text: object) -> str:
    """A foreign text inside a message: in guillemets, cut when it is long."""
    plain = str(text)
    return f"« {plain[:SHOWN]}{'…' if len(plain) > SHOWN else ''} »"
