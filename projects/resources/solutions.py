"""The sheet of the catalogue."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from procurement.sheets import REFERENCE, Column, SheetResource, Text, YesNo
from projects.actions.catalogue import keep_solution, may_add, may_edit, twin_of
from projects.models import Solution
from projects.models.catalogue import identity_of
from projects.resources.kinds import DomainsKind, Link, kind_of

NAME = "nom"


class SolutionResource(SheetResource):
    """Every solution: nothing of it is confidential. Agents add, stewards change."""

    title = "Solutions"
    reference = Column(REFERENCE, Text(40), attribute="reference", readonly=True, note="vide : nouvelle solution")
    name = Column(NAME, Text(120), attribute="name", example="openCimetière", required=True)
    publisher = Column("éditeur ou communauté", Text(120), attribute="publisher", example="openMairie")
    free = Column("logiciel libre", YesNo(default=True), attribute="free", example="oui")
    licence = Column("licence (SPDX)", Text(60), attribute="licence", example="AGPL-3.0-or-later")
    website = Column("site", Link(), attribute="website", example="https://www.openmairie.org")
    source_url = Column("code source", Link(), attribute="source_url", example="https://example.org/depot")
    domains = Column("domaines", DomainsKind(), attribute="sheet_domains", example="Cimetières")
    purpose = Column("à quoi il sert", Text(255), attribute="purpose", example="Concessions et emplacements")
    description = Column("description", Text(5_000), attribute="description", example="Tient le plan et les registres.")
    origin = Column("origine de la fiche", Text(120), attribute="origin", example="saisie par la commune")

    def rows(self) -> Iterable[Solution]:
        """By name."""
        return Solution.objects.prefetch_related("domains").order_by("name", "pk")

    def begin(self) -> None:
        """Read the taxonomy; forget the names seen in the lines."""
        kind_of(self.fields["domains"]).load()
        self.names: dict[str, int] = {}

    def find(self, reference: str) -> Solution | None:
        """By reference."""
        return Solution.objects.filter(reference=reference[:40]).first()

    def blank(self) -> Solution:
        """A solution."""
        return Solution()

    def prepare(self, instance: Solution) -> None:
        """The domains, in the order in which they are written."""
        row: Any = instance
        found = instance.domains.all() if instance.pk else ()
        row.sheet_domains = tuple(sorted(found, key=lambda domain: domain.label))

    def check(self, instance: Solution, *, new: bool, changed: set[str]) -> Iterator[tuple[str, str]]:
        """Rights, and no twin."""
        actor = self.scope.actor
        if new and not may_add(actor):
            yield "", "Le catalogue se complète par un agent d'un organisme."
        if not new and not may_edit(instance, actor):
            yield "", "L'animation, ou la personne qui a ajouté la fiche, la modifie."
        identity = identity_of(instance.name, instance.publisher)
        twin = twin_of(instance.name, instance.publisher, but=instance)
        if twin:
            yield NAME, f"Déjà au catalogue sous la référence {twin.reference} : reprenez cette référence."
        elif identity in self.names:
            yield NAME, f"Déjà à la ligne {self.names[identity]}."
        self.names[identity] = self._line.number

    def store(self, instance: Solution, *, new: bool, changed: set[str]) -> None:
        """Through the catalogue's own action."""
        row: Any = instance
        fields = {code: getattr(instance, code) for code in self.fields if code not in ("reference", "domains")}
        keep_solution(None if new else instance, actor=self.scope.actor, domains=row.sheet_domains, **fields)
