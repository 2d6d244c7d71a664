"""The file of `share` (stable interfaces): bytes → a request whose every value is exact and checked."""

import json
from dataclasses import dataclass
from typing import Any

from projects.costsharing import Key, LeadDiscount, Member, Result, Subsidy, key_from_json, reading, split
from projects.costsharing.errors import bad_input
from projects.costsharing.french import shown
from projects.costsharing.tariffs import Tariff

MAX_BYTES = 64 * 2**20


class NotJson(ValueError):
    """The content is not a JSON text; the message is a French line."""


class _NotAWholeNumber:
    """Stands in the parsed file for a number that is not exact or far too long: no reader accepts it."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class ShareRequest:
    """What a share file asks for."""

    total_cents: int | None
    members: tuple[Member, ...]
    key: Key
    subsidy: Subsidy | None
    lead_discount: LeadDiscount | None

    def result(self) -> Result:
        """The split; `SharingError` when it is refused."""
        return split(self.total_cents, self.members, self.key, subsidy=self.subsidy, lead_discount=self.lead_discount)


def parse_share(content: bytes) -> ShareRequest:
    """Read a share file. `NotJson` when it is not JSON, `SharingError` when it is and says something wrong."""
    data = reading.fields(
        _load(content), "fichier", ("participants", "key"), ("total_cents", "subsidy", "lead_discount")
    )
    participants = reading.listing(data["participants"], "participants")
    members = tuple(_member(item, f"participants[{position}]") for position, item in enumerate(participants))
    key = key_from_json(data["key"])
    subsidy = reading.optional(data.get("subsidy"), "subsidy", _subsidy)
    discount = reading.optional(data.get("lead_discount"), "lead_discount", _lead_discount)
    return ShareRequest(_total(data, key), members, key, subsidy, discount)


def _load(content: bytes) -> Any:
    if len(content) > MAX_BYTES:
        raise NotJson("le fichier est trop gros (64 Mio au plus)")
    repeated: list[str] = []

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, value in pairs:
            if name in found:
                repeated.append(name)
            found[name] = value
        return found

    try:
        data = json.loads(
            content.decode("utf-8-sig"),
            object_pairs_hook=once,
            parse_int=_whole,
            parse_float=_NotAWholeNumber,
            parse_constant=_refuse_constant,
        )
    except UnicodeDecodeError:
        raise NotJson("le fichier n'est pas du texte UTF-8") from None
    except RecursionError:
        raise NotJson("le fichier imbrique trop de niveaux") from None
    except json.JSONDecodeError as error:
        raise NotJson(f"le fichier n'est pas du JSON (ligne {error.lineno}, colonne {error.colno})") from None
    if repeated:
        raise bad_input(f"champ {shown(repeated[0])} écrit plusieurs fois dans le même objet.", where="fichier")
    return data


def _whole(text: str) -> int | _NotAWholeNumber:
    """An integer, unless it is so long that converting it would hold the processor."""
    return int(text) if len(text) <= reading.MAX_DIGITS + 1 else _NotAWholeNumber(text)


def _refuse_constant(name: str) -> None:
    """NaN and Infinity are Python's, not JSON's."""
    raise NotJson(f"le fichier n'est pas du JSON ({name} n'y existe pas)")


def _total(data: dict[str, Any], key: Key) -> int | None:
    """The amount; a tariff has none and may leave the field out."""
    if data.get("total_cents") is None and isinstance(key, Tariff):
        return None
    if "total_cents" not in data:
        raise bad_input(f"le champ {shown('total_cents')} manque.", where="fichier")
    return reading.cents(data["total_cents"], "total_cents", negative=True)


def _member(item: object, where: str) -> Member:
    data = reading.fields(item, where, ("id", "name"), ("weights", "floor_cents", "cap_cents"))
    weights = data.get("weights", {})
    if not isinstance(weights, dict):
        raise bad_input("attendu : un objet.", where=f"{where}.weights")
    return reading.placed(
        where,
        Member,
        reading.text(data["id"], f"{where}.id"),
        reading.text(data["name"], f"{where}.name"),
        {name: reading.figure(weight, f"{where}.weights.{name[:40]}") for name, weight in weights.items()},
        reading.optional(data.get("floor_cents"), f"{where}.floor_cents", reading.cents),
        reading.optional(data.get("cap_cents"), f"{where}.cap_cents", reading.cents),
    )


def _subsidy(item: object, where: str) -> Subsidy:
    data = reading.fields(item, where, ("rate_percent", "eligible_cents"), ("cap_cents",))
    return reading.placed(
        where,
        Subsidy,
        reading.decimal(data["rate_percent"], f"{where}.rate_percent"),
        reading.cents(data["eligible_cents"], f"{where}.eligible_cents"),
        reading.optional(data.get("cap_cents"), f"{where}.cap_cents", reading.cents),
    )


def _lead_discount(item: object, where: str) -> LeadDiscount:
    data = reading.fields(item, where, ("id", "percent", "mode"))
    return reading.placed(
        where,
        LeadDiscount,
        reading.text(data["id"], f"{where}.id"),
        reading.decimal(data["percent"], f"{where}.percent"),
        data["mode"],
    )
