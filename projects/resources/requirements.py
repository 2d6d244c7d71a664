"""The sheet of requirements: those of one need, or of all the needs of one's own bodies."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from procurement.models import Role
from procurement.sheets import REFERENCE, Choice, Column, SheetResource, Text
from projects.actions.needs import EDITABLE
from projects.actions.requirements import MOST, keep_requirements
from projects.enums import NeedState, Priority
from projects.models import Need, Requirement

NEED, TEXT = "besoin", "exigence"


class RequirementResource(SheetResource):
    """Requirements of needs that one's bodies own; of every need for the operator."""

    title = "Exigences"
    reference = Column(REFERENCE, Text(40), attribute="sheet_reference", readonly=True, note="vide : nouvelle exigence")
    need = Column(NEED, Text(20), attribute="sheet_need", example="B-2026-0142", note="référence du besoin")
    chapter = Column("chapitre", Text(120), attribute="chapter", example="Délivrance", required=True)
    text = Column(TEXT, Text(2_000), attribute="text", example="Le logiciel délivre les copies.", required=True)
    priority = Column("priorité", Choice(dict(Priority.choices)), attribute="priority", example="Indispensable")
    source = Column("source", Text(255), attribute="source", example="C. civ. art. 101-1")

    def rows(self) -> Iterable[Requirement]:
        """By need, in the order of the need."""
        return self._scoped().order_by("need_id", "pk")

    def _scoped(self) -> Any:
        found = Requirement.objects.exclude(need__state=NeedState.WITHDRAWN).select_related("need__body")
        if self.scope.actor is not None:
            found = found.filter(need__body_id__in=list(self.scope.actor.roles))
        if self.scope.body is not None:
            found = found.filter(need__body=self.scope.body)
        return found.filter(need=self.scope.need) if self.scope.need else found

    def begin(self) -> None:
        """Forget how many were added to each need."""
        self.waiting: dict[Need, list[Requirement]] = {}
        self.added: dict[int, int] = {}
        self.needs: dict[str, Need | None] = {}

    def find(self, reference: str) -> Requirement | None:
        """By need and number: a row written anew by the need's form is another one, and is not found."""
        match = re.fullmatch(r"(\S{1,20})/(\d{1,18})", reference)
        found = self._scoped().filter(need__reference=match[1], pk=int(match[2])) if match else None
        requirement: Requirement | None = found.first() if found is not None else None
        return requirement

    def blank(self) -> Requirement:
        """A requirement of the need one works on."""
        return Requirement(need=self.scope.need) if self.scope.need else Requirement()

    def prepare(self, instance: Requirement) -> None:
        """The references are those of the need and of the row."""
        row: Any = instance
        row.sheet_need = instance.need.reference if instance.need_id else ""
        row.sheet_reference = f"{row.sheet_need}/{instance.pk}" if instance.pk else ""

    def label(self, instance: Requirement) -> str:
        """Its text."""
        return instance.text

    def check(self, instance: Requirement, *, new: bool, changed: set[str]) -> Iterator[tuple[str, str]]:
        """Which need, whether it may still change, and how many it holds."""
        row: Any = instance
        instance.priority = instance.priority or Priority.SHOULD
        if not new and "need" in changed:
            yield NEED, "Une exigence ne change pas de besoin."
            return
        need = self._need(row.sheet_need) if new else instance.need
        if need is None:
            yield NEED, f"« {row.sheet_need[:40]} » n'est pas un besoin de vos organismes."
            return
        actor = self.scope.actor
        if actor is None:
            yield "", "Indiquez avec --by l'adresse de l'agent qui modifie."
        elif not actor.holds(Role.AGENT, need.body_id):
            yield NEED, f"Vous n'êtes pas agent de {need.body.name}."
        if need.state not in EDITABLE:
            yield NEED, f"Ce besoin est « {need.state_label} » : ses exigences ne se modifient plus."
        if new:
            instance.need, row.sheet_need = need, need.reference
            yield from self._room(need)

    def _room(self, need: Need) -> Iterator[tuple[str, str]]:
        held = self.added.setdefault(need.pk, need.requirements.count())
        self.added[need.pk] = held + 1
        if held >= MOST:
            yield NEED, f"Un besoin porte {MOST} exigences au plus."

    def _need(self, reference: str) -> Need | None:
        """The need a line names; the one worked on when the cell is empty."""
        if self.scope.need is not None:
            return self.scope.need if reference in ("", self.scope.need.reference) else None
        if reference not in self.needs:
            found = Need.objects.filter(reference=reference[:20]).select_related("body")
            if self.scope.actor is not None:
                found = found.filter(body_id__in=list(self.scope.actor.roles))
            self.needs[reference] = found.first()
        return self.needs[reference]

    def store(self, instance: Requirement, *, new: bool, changed: set[str]) -> None:
        """Wait for the others of its need: an import is one edit of each need."""
        self.waiting.setdefault(instance.need, []).append(instance)

    def finish(self) -> None:
        """Save them, with one event in the history of each need."""
        for need, requirements in self.waiting.items():
            keep_requirements(need, requirements, actor=self.scope.person)
