"""The values a scenario file holds: strict, exact, and a refusal that names the value."""

from __future__ import annotations

import datetime as dt
import json
import re
from decimal import Decimal
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from procurement.money import LIMIT
from procurement.validators import is_siren
from projects import costsharing
from projects.needs import cpv

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_DECIMAL = re.compile(r"\d{1,12}(\.\d{1,12})?", re.ASCII)
FIRST_YEAR, LAST_YEAR = 1990, 2100


class Part(BaseModel):
    """Base of every part: nothing unknown, nothing converted on the sly."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


def short(value: Any) -> str:
    """A value in a message: on one line, not too long, as the file writes it."""
    in_json = isinstance(value, bool | dict | list | None)
    text = _CONTROL.sub(" ", json.dumps(value, ensure_ascii=False, default=str) if in_json else str(value))
    return text if len(text) <= 60 else f"{text[:57]}…"


def _siren(value: str) -> str:
    if not is_siren(value):
        raise ValueError(f"« {short(value)} » n'est pas un SIREN (neuf chiffres dont une clé de contrôle)")
    return value


def _day(value: Any) -> Any:
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise ValueError(f"« {short(value)} » n'est pas une date AAAA-MM-JJ")
    try:
        day = dt.date.fromisoformat(value)
    except ValueError:
        raise ValueError(f"« {value} » n'est pas un jour du calendrier") from None
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError(f"« {value} » : l'année va de {FIRST_YEAR} à {LAST_YEAR}")
    return day


def _number(value: Any) -> Any:
    """A quantity or a percentage: an integer, a number or a decimal string, kept exact."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
        raise ValueError(f"« {short(value)} » n'est pas un nombre")
    written = str(value)
    if isinstance(value, Decimal) and abs(value) < 10**12:
        written = format(value, "f")
    if not _DECIMAL.fullmatch(written):
        raise ValueError(f"« {short(value)} » n'est pas un nombre positif de moins de treize chiffres")
    return Decimal(written)


def _quantity(value: Any) -> Any:
    number = _number(value)
    if number != number.quantize(Decimal("0.01")):
        raise ValueError(f"« {short(value)} » a plus de deux décimales")
    return number


def exact(value: Any) -> str:
    """A number as a decimal string, without exponent."""
    return format(_number(value), "f")


def _rate(value: Any) -> str:
    number = exact(value)
    if Decimal(number) > 100:
        raise ValueError(f"« {number} » dépasse 100 %")
    return number


def sharing_key(value: dict[str, Any]) -> dict[str, Any]:
    """A key of `costsharing`, in its canonical form."""
    try:
        return costsharing.key_from_json(value).to_json()
    except costsharing.SharingError as error:
        raise ValueError(error.message) from None


def cpv_code(value: str) -> str:
    """The eight digits of a known code; empty for none."""
    return cpv.normalise(value) if value else ""


def _email(value: str) -> str:
    local, at, domain = value.strip().lower().partition("@")
    if not (local and at and "." in domain) or any(character.isspace() for character in value.strip()):
        raise ValueError(f"« {short(value)} » n'est pas une adresse électronique")
    return f"{local}@{domain}"


Siren = Annotated[str, AfterValidator(_siren)]
Email = Annotated[str, Field(max_length=254), AfterValidator(_email)]
Day = Annotated[dt.date, BeforeValidator(_day)]
Quantity = Annotated[Decimal, BeforeValidator(_quantity)]
Percent = Annotated[str, Field(max_length=6), BeforeValidator(_rate)]
Cents = Annotated[int, Field(ge=0, le=LIMIT)]
Title = Annotated[str, Field(min_length=1, max_length=255)]
Short = Annotated[str, Field(min_length=1, max_length=120)]
Unit = Annotated[str, Field(min_length=1, max_length=40)]
