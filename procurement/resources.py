"""The sheet of public bodies: for stewards, to complete what the shipped registry does not know."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q

from procurement import events, validators
from procurement.models import Body, BodyKind
from procurement.sheets import REFERENCE, Choice, Column, SheetResource, Text, Whole
from procurement.text import fold

PREFIX = "O-"


class Siren(Text):
    """A SIREN, or nothing."""

    def __init__(self) -> None:
        super().__init__(9)
        self.type_label = "neuf chiffres"

    def read(self, text: str) -> str | None:  # type: ignore[override]  # NULL, so that several bodies may have none
        """The number, without spaces."""
        digits = re.sub(r"\s", "", text)
        if digits:
            _checked(validators.siren, digits[:20])
        return digits or None


class Siret(Text):
    """A SIRET, or nothing."""

    def __init__(self) -> None:
        super().__init__(14)
        self.type_label = "quatorze chiffres"

    def read(self, text: str) -> str:
        """The number, without spaces."""
        digits = re.sub(r"\s", "", text)
        if digits:
            _checked(validators.siret, digits[:20])
        return digits


def _checked(validator: Any, value: str) -> None:
    try:
        validator(value)
    except ValidationError as error:
        raise ValueError(" ".join(error.messages)) from None


def reference_of(body: Body) -> str:
    """How sheets call a body: its SIREN may be unknown, or be what is being corrected."""
    return f"{PREFIX}{body.pk}" if body.pk else ""


class BodyResource(SheetResource):
    """Every public body, or with `--body` that one and its communes (the import takes 20,000 lines at most)."""

    title = "Organismes"
    reference = Column(REFERENCE, Text(20), attribute="sheet_reference", readonly=True, note="vide : nouvel organisme")
    siren = Column("SIREN", Siren(), attribute="siren", example="213801517")
    siret = Column("SIRET du siège", Siret(), attribute="siret", example="21380151700018")
    name = Column("dénomination", Text(255), attribute="name", example="Commune d'Échirolles", required=True)
    kind = Column("nature", Choice(dict(BodyKind.choices)), attribute="kind", example="Commune", required=True)
    department = Column("département", Text(3), attribute="department", example="38")
    postal_codes = Column("codes postaux", Text(200), attribute="postal_codes", example="38130")
    population = Column("population municipale", Whole(0, 100_000_000), attribute="population", example="37491")
    population_year = Column("année de population", Whole(1990, 2100), attribute="population_year", example="2023")

    def rows(self) -> Iterable[Body]:
        """By reference."""
        found = Body.objects.order_by("pk")
        body = self.scope.body
        return found.filter(Q(pk=body.pk) | Q(epci_id=body.siren or "-")) if body else found

    def begin(self) -> None:
        """Forget the numbers seen in the lines."""
        self.sirens: dict[str, int] = {}

    def find(self, reference: str) -> Body | None:
        """By O-number."""
        match = re.fullmatch(rf"{PREFIX}(\d{{1,18}})", reference)
        return Body.objects.filter(pk=int(match[1])).first() if match else None

    def blank(self) -> Body:
        """A body."""
        return Body()

    def prepare(self, instance: Body) -> None:
        """The reference is made of the key."""
        instance.sheet_reference = reference_of(instance)  # type: ignore[attr-defined]

    def label(self, instance: Body) -> str:
        """Its name."""
        return instance.name

    def check(self, instance: Body, *, new: bool, changed: set[str]) -> Iterator[tuple[str, str]]:
        """Stewards only; one SIREN, one body."""
        actor = self.scope.actor
        if actor is not None and not actor.is_steward:
            yield "", "Seule l'animation de la plateforme tient la liste des organismes."
        if not instance.siren:
            return
        twin = Body.objects.filter(siren=instance.siren).exclude(pk=instance.pk).first()
        if twin:
            yield "SIREN", f"Déjà celui de {twin.name}, référence {reference_of(twin)} : reprenez cette référence."
        elif instance.siren in self.sirens:
            yield "SIREN", f"Déjà à la ligne {self.sirens[instance.siren]}."
        self.sirens[instance.siren] = self._line.number

    def store(self, instance: Body, *, new: bool, changed: set[str]) -> None:
        """Save, and say so in the site's journal."""
        words = f"{instance.name} {instance.siren or ''} {instance.insee} {instance.postal_codes}"
        instance.search_text = fold(words)[:500]
        instance.save()
        step = "body_add" if new else "body_edit"
        events.record(step, actor=self.scope.person, body=instance.pk, siren=instance.siren, changed=sorted(changed))
