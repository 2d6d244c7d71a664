"""Columns that several sheets share: a domain, a body, an address, quantities in a cell."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError

from procurement.models import Body
from procurement.resources import PREFIX
from procurement.sheets import Choice, Column, Kind, Listing, Text, plain, quantity
from procurement.sheets.columns import EARLIEST_YEAR, LATEST_YEAR, nearest
from procurement.text import fold
from projects.models import Domain
from projects.models.catalogue import web_address

MOST_VOLUMES = 60


class DomainKind(Choice):
    """A functional domain, by its label or its code."""

    def __init__(self) -> None:
        super().__init__({})
        self.type_label = "un domaine de la liste"

    def load(self) -> None:
        """Read the taxonomy."""
        self.by_code = {domain.code: domain for domain in Domain.objects.all()}
        self.offer({code: domain.label for code, domain in self.by_code.items()})
        self.type_label = "un domaine de la liste"

    def read(self, text: str) -> Domain | None:  # type: ignore[override]  # the object itself, as the field wants
        """The domain, or None."""
        code = super().read(text)
        return self.by_code[code] if code else None

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        """Its label."""
        return value.label if value else ""


class DomainsKind(DomainKind):
    """Several domains, between commas; a cell of one may come from the list."""

    def load(self) -> None:
        """Read the taxonomy; no drop-down list, which would hold one only."""
        super().load()
        self.labels, self.choices = list(self.choices), ()
        self.type_label = "domaines de la liste, séparés par « ; »"

    def read(self, text: str) -> tuple[Domain, ...]:  # type: ignore[override]
        """The domains, each once, by label."""
        found = {}
        for word in filter(None, (part.strip() for part in text.split(";"))):
            code = self.known.get(fold(word))
            if code is None:
                raise ValueError(f"« {word[:60]} » n'est pas un domaine. {nearest(word, self.labels)}")
            found[code] = self.by_code[code]
        return tuple(sorted(found.values(), key=lambda domain: domain.label))

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        """Their labels."""
        return " ; ".join(domain.label for domain in value or ())


class BodyKind(Kind):
    """A body, by its SIREN, or by its O-number when it has none."""

    type_label = "SIREN de l'organisme"

    def read(self, text: str) -> Body | None:
        """The body, or None."""
        word = re.sub(r"\s", "", text)
        if not word:
            return None
        number = re.fullmatch(rf"{PREFIX}(\d{{1,18}})", word)
        found = Body.objects.filter(**({"pk": int(number[1])} if number else {"siren": word[:14]})).first()
        if found is None:
            raise ValueError(f"« {word[:40]} » n'est le SIREN d'aucun organisme de l'annuaire.")
        return found

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        """Its SIREN, or its O-number."""
        return (value.siren or f"{PREFIX}{value.pk}") if value else ""


class Link(Text):
    """An address of the web, or nothing."""

    def __init__(self) -> None:
        super().__init__(255)
        self.type_label = "adresse https://"

    def read(self, text: str) -> str:
        """The address."""
        found = super().read(text)
        try:
            if found:
                web_address(found)
        except ValidationError:
            raise ValueError(f"« {found[:60]} » n'est pas une adresse : elle commence par https://.") from None
        return found


class Volumes(Listing):
    """Volumes of a need: what, how many, unit, year."""

    parts = ("quoi", "combien", "unité", "année (facultative)")

    def read(self, text: str) -> tuple[Any, ...]:
        """The volumes, in order."""
        found = super().read(text)
        if len(found) > MOST_VOLUMES:
            raise ValueError(f"{len(found)} volumes : {MOST_VOLUMES} au plus.")
        return found

    def one(self, parts: list[str]) -> Mapping[str, Any]:
        """One volume as a row of its model's fields."""
        label, number, unit, year = parts_of(parts, 4, "actes par an ; 1905 ; actes ; 2025")
        if not label or len(label) > 120 or not unit or len(unit) > 40:
            raise ValueError("Un volume s'écrit « actes par an ; 1905 ; actes ; 2025 » (120 et 40 caractères au plus).")
        if year and not (re.fullmatch(r"\d{4}", year) and EARLIEST_YEAR <= int(year) <= LATEST_YEAR):
            raise ValueError(f"« {year[:20]} » : écrivez une année entre {EARLIEST_YEAR} et {LATEST_YEAR}.")
        return {"label": label, "quantity": quantity(number), "unit": unit, "year": int(year) if year else None}

    def shown(self, thing: Mapping[str, Any]) -> Sequence[str]:
        """Its parts."""
        year = [str(thing["year"])] if thing["year"] else []
        return [thing["label"], plain(thing["quantity"]), thing["unit"], *year]


class Weights(Listing):
    """Weights of a participation: name and number."""

    parts = ("nom", "nombre")

    def one(self, parts: list[str]) -> tuple[str, str]:
        """A name and an exact decimal."""
        name, number = parts_of(parts, 2, "users ; 41")
        if not re.fullmatch(r"[\w .'-]{1,40}", name):
            raise ValueError(f"« {name[:40]} » : un poids s'écrit « users ; 41 ».")
        return name, plain(quantity(number)).replace(",", ".")

    def shown(self, thing: tuple[str, str]) -> Sequence[str]:
        """Its parts, the number the French way."""
        return [thing[0], thing[1].replace(".", ",")]


class Quantities(Listing):
    """Quantities per lot: number of the lot, how many, unit."""

    parts = ("lot", "jusqu'à combien", "unité", "au moins (facultatif)")

    def one(self, parts: list[str]) -> Mapping[str, Any]:
        """As the step `declare` takes it."""
        lot, number, unit, least = parts_of(parts, 4, "1 ; 41 ; postes")
        if not re.fullmatch(r"\d{1,4}", lot) or not unit or len(unit) > 40:
            raise ValueError("Une quantité s'écrit « 1 ; 41 ; postes » : numéro du lot, nombre, unité.")
        minimum = quantity(least) if least else None
        return {"lot": int(lot), "minimum": minimum, "quantity": quantity(number), "unit": unit}

    def shown(self, thing: Mapping[str, Any]) -> Sequence[str]:
        """Its parts."""
        least = [] if thing["minimum"] is None else [plain(thing["minimum"])]
        return [str(thing["lot"]), plain(thing["quantity"]), thing["unit"], *least]


def parts_of(parts: list[str], most: int, example: str) -> list[str]:
    """The parts of one thing, the last of three or four being optional. Raises ValueError with a French example."""
    least = most - 1 if most > 2 else most
    if not least <= len(parts) <= most:
        raise ValueError(f"« {' ; '.join(parts)[:60]} » : écrivez par exemple « {example} », un par ligne.")
    return parts + [""] * (most - len(parts))


def kind_of(column: Column) -> Any:
    """The kind of a column, of whichever class it is."""
    return column.widget
