"""The JSON form of the keys, read strictly."""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from projects.costsharing import reading
from projects.costsharing.base import Key, WeightKey
from projects.costsharing.brackets import Brackets
from projects.costsharing.errors import bad_input
from projects.costsharing.french import shown
from projects.costsharing.keys import Equal, Percent, Prorata
from projects.costsharing.mixed import Mixed
from projects.costsharing.scales import Step
from projects.costsharing.tariffs import Flat, Marginal

ReadValue = Callable[[object, str], int | Fraction]


def key_from_json(data: dict[str, Any], where: str = "key") -> Key:
    """The key of this JSON object; `SharingError` (`bad_input`, `percent_sum`) when it is none."""
    if not isinstance(data, dict):
        raise bad_input("attendu : un objet.", where=where)
    if "kind" not in data:
        raise bad_input(f"le champ {shown('kind')} manque.", where=where)
    kind = data["kind"]
    if not isinstance(kind, str) or kind not in _READERS:
        known = ", ".join(_READERS)
        raise bad_input(f"clé inconnue {shown(kind)} ; attendu : {known}.", where=f"{where}.kind")
    return _READERS[kind](data, where)


def _equal(data: dict[str, Any], where: str) -> Key:
    reading.fields(data, where, ("kind",))
    return Equal()


def _prorata(data: dict[str, Any], where: str) -> Key:
    reading.fields(data, where, ("kind", "weight"))
    return Prorata(reading.text(data["weight"], f"{where}.weight"))


def _brackets(data: dict[str, Any], where: str) -> Key:
    reading.fields(data, where, ("kind", "weight", "points"))
    steps = _steps(data["points"], f"{where}.points", "below", "points", reading.figure)
    return reading.placed(where, Brackets, reading.text(data["weight"], f"{where}.weight"), steps)


def _percent(data: dict[str, Any], where: str) -> Key:
    reading.fields(data, where, ("kind", "percents"))
    place = f"{where}.percents"
    if not isinstance(data["percents"], dict):
        raise bad_input("attendu : un objet.", where=place)
    percents = {id_: reading.decimal(value, f"{place}.{id_[:40]}") for id_, value in data["percents"].items()}
    return reading.placed(where, Percent, percents)


def _mixed(data: dict[str, Any], where: str) -> Key:
    reading.fields(data, where, ("kind", "fixed_percent", "fixed", "variable"))
    percent = reading.decimal(data["fixed_percent"], f"{where}.fixed_percent")
    fixed, variable = (_part(data[name], f"{where}.{name}") for name in ("fixed", "variable"))
    return reading.placed(where, Mixed, percent, fixed, variable)


def _part(data: Any, where: str) -> WeightKey:
    """A part of `mixed`: one step of its own, so neither a tariff nor another `mixed`."""
    if isinstance(data, dict) and data.get("kind") == "mixed":
        raise bad_input("une clé mixte ne contient pas une autre clé mixte.", where=where)
    key = key_from_json(data, where)
    if not isinstance(key, WeightKey):
        raise bad_input("une clé mixte ne contient pas de tarif.", where=where)
    return key


def _marginal(data: dict[str, Any], where: str) -> Key:
    reading.fields(data, where, ("kind", "weight", "slices"))
    steps = _steps(data["slices"], f"{where}.slices", "up_to", "rate_cents", reading.decimal)
    return reading.placed(where, Marginal, reading.text(data["weight"], f"{where}.weight"), steps)


def _flat(data: dict[str, Any], where: str) -> Key:
    reading.fields(data, where, ("kind", "weight", "fees"))
    steps = _steps(data["fees"], f"{where}.fees", "up_to", "cents", reading.cents)
    return reading.placed(where, Flat, reading.text(data["weight"], f"{where}.weight"), steps)


def _steps(data: object, where: str, limit: str, value: str, read: ReadValue) -> tuple[Step, ...]:
    steps = []
    for position, item in enumerate(reading.listing(data, where)):
        place = f"{where}[{position}]"
        step = reading.fields(item, place, (limit, value))
        end = reading.optional(step[limit], f"{place}.{limit}", reading.figure)
        steps.append(Step(None if end is None else Fraction(end), Fraction(read(step[value], f"{place}.{value}"))))
    return tuple(steps)


_READERS: dict[str, Callable[[dict[str, Any], str], Key]] = {
    "equal": _equal,
    "prorata": _prorata,
    "brackets": _brackets,
    "mixed": _mixed,
    "percent": _percent,
    "marginal": _marginal,
    "flat": _flat,
}
