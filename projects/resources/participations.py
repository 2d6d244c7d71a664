"""The sheet of participations: what bodies want and may pay, in one project or in all those one may speak for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from procurement.access import Actor
from procurement.models import BodyKind as Nature
from procurement.sheets import REFERENCE, Amount, Column, SheetResource, Text
from procurement.workflow import missing_before, perform
from projects import rules
from projects.actions.participations import join_project, speaks_for
from projects.enums import ParticipationState
from projects.models import Participation, Project
from projects.pooling.joining import closed_to
from projects.resources.kinds import BodyKind, Quantities, Weights

PROJECT, BODY, MAXIMUM, PROOF = "projet", "organisme (SIREN)", "maximum (€ HT)", "preuve"
DECLARED = {"maximum_cents", "weights", "quantities"}


class ParticipationResource(SheetResource):
    """Amounts are those the actor may see: own bodies, projects one coordinates; all for the operator."""

    title = "Participations"
    reference = Column(REFERENCE, Text(60), attribute="sheet_reference", readonly=True, note="vide : rejoint le projet")
    project = Column(PROJECT, Text(20), attribute="sheet_project", example="P-2026-014", note="référence du projet")
    body = Column(BODY, BodyKind(), attribute="sheet_body", example="213801517")
    state = Column("état", Text(60), attribute="state_label", readonly=True)
    maximum_cents = Column(MAXIMUM, Amount(), attribute="maximum_cents", example="20000,00")
    weights = Column("poids", Weights(), attribute="sheet_weights", example="users ; 41")
    quantities = Column("quantités par lot", Quantities(), attribute="sheet_quantities", example="1 ; 41 ; postes")
    proof = Column(PROOF, Text(2_000), attribute="sheet_proof", note="si vous agissez pour un autre organisme")

    def rows(self) -> Iterable[Participation]:
        """By project, then by body."""
        return self._scoped().order_by("project_id", "pk")

    def _scoped(self) -> Any:
        actor = self.scope.actor
        found = Participation.objects.all() if actor is None else Participation.objects.visible_to(actor)
        found = found.exclude(state=ParticipationState.WITHDRAWN).select_related("project", "body")
        found = found.prefetch_related("quantities__lot")
        if self.scope.project is not None:
            found = found.filter(project=self.scope.project)
        return found.filter(body=self.scope.body) if self.scope.body else found

    def find(self, reference: str) -> Participation | None:
        """By project and number."""
        project, _, key = reference.rpartition("/")
        if not key.isascii() or not key.isdigit() or len(key) > 18:
            return None
        found: Participation | None = self._scoped().filter(project__reference=project[:20], pk=int(key)).first()
        return found

    def blank(self) -> Participation:
        """Interest of the body one acts for, in the project given, unless the line says otherwise."""
        actor = self.scope.actor
        body = self.scope.body or (actor.body if actor else None)
        given = {"project": self.scope.project, "body": body}
        return Participation(**{name: value for name, value in given.items() if value})

    def prepare(self, instance: Participation) -> None:
        """What is not a plain field."""
        row: Any = instance
        row.sheet_project = instance.project.reference if instance.project_id else ""
        row.sheet_reference = f"{row.sheet_project}/{instance.pk}" if instance.pk else ""
        row.sheet_body = instance.body if instance.body_id else None
        row.sheet_weights = tuple(sorted((name, str(value)) for name, value in instance.weights.items()))
        row.sheet_proof = ""
        quantities = instance.quantities.all() if instance.pk else ()
        row.sheet_quantities = tuple(
            {"lot": item.lot.number, "minimum": item.minimum, "quantity": item.quantity, "unit": item.unit}
            for item in quantities
        )

    def label(self, instance: Participation) -> str:
        """The body."""
        return str(getattr(instance, "sheet_body", None) or "")

    def check(self, instance: Participation, *, new: bool, changed: set[str]) -> Iterator[tuple[str, str]]:
        """Whose it is, whether the call is open, whether the lots exist."""
        row: Any = instance
        if self.scope.actor is None:
            yield "", "Indiquez avec --by l'adresse de la personne qui déclare."
            return
        faults = list(self._joining(row) if new else self._kept(row, changed))
        yield from faults
        if faults:
            return
        declares = bool(DECLARED & changed)
        if declares and instance.maximum_cents is None:
            yield MAXIMUM, "Une intention porte un maximum ; écrivez 0 pour participer sans acheter."
        elif declares:
            yield from self._declared(row, self.scope.actor)

    def _joining(self, row: Any) -> Iterator[tuple[str, str]]:
        project = self._project(row.sheet_project)
        row.body = row.sheet_body = body = row.sheet_body or (row.body if row.body_id else None)
        if project is None:
            yield PROJECT, f"« {row.sheet_project[:40]} » n'est pas un projet connu."
        elif closed := closed_to(project):
            yield PROJECT, closed.reason
        if body is None:
            yield BODY, "Indiquez le SIREN de l'organisme."
        elif project and (body.kind == Nature.PARTNER or not speaks_for(body, project, self.scope.person)):
            yield BODY, f"Vous n'êtes pas agent de {body.name}."
        if project is None or body is None:
            return
        row.project, row.sheet_project = project, project.reference
        twin = Participation.objects.filter(project=project, body=body).first()
        if twin or (project.pk, body.pk) in self.joined:
            where = f"sous la référence {project.reference}/{twin.pk}" if twin else "plus haut dans ce fichier"
            yield BODY, f"{body.name} est déjà dans le projet, {where}."
        self.joined.add((project.pk, body.pk))

    def begin(self) -> None:
        """Forget who joined."""
        self.joined: set[tuple[int, int]] = set()

    def _kept(self, row: Any, changed: set[str]) -> Iterator[tuple[str, str]]:
        if "project" in changed or "body" in changed:
            yield (
                (PROJECT if "project" in changed else BODY),
                "Le projet et l'organisme ne changent pas.",
            )
        if not rules.speaks_for_body(row, self.scope.actor):  # type: ignore[arg-type]
            yield BODY, f"Vous n'êtes pas agent de {row.body.name}."
        if changed == {"proof"}:
            yield PROOF, "Il n'y a rien d'autre à enregistrer sur cette ligne."

    def _declared(self, row: Any, actor: Actor) -> Iterator[tuple[str, str]]:
        if row.state not in (ParticipationState.INTERESTED, ParticipationState.INTENDED):
            yield "état", f"La participation est « {row.state_label} » : l'intention ne change plus."
        step = Participation.step("declare")
        wrong = step.wrong(row, actor=actor, note=row.sheet_proof, **_facts(row))
        for item in [*missing_before(row, step), *wrong]:
            yield (PROOF if "preuve" in item.label else MAXIMUM), f"Il manque {item.label}."

    def _project(self, reference: str) -> Project | None:
        given: Project | None = self.scope.project
        if given is not None:
            return given if reference in ("", given.reference) else None
        return Project.objects.visible_to(self.scope.person).filter(reference=reference[:20]).first()

    def store(self, instance: Participation, *, new: bool, changed: set[str]) -> None:
        """Join, then declare the intention, through the steps."""
        row: Any = instance
        actor = self.scope.person
        found = join_project(instance.project, instance.body, actor=actor) if new else instance
        if DECLARED & changed:
            perform(
                Participation,
                found.pk,
                "declare",
                actor=actor,
                note=row.sheet_proof,
                **_facts(row),
            )


def _facts(row: Any) -> dict[str, Any]:
    """The intention whole, since it replaces the one before: what has no column here stays as it was."""
    maxima = row.lot_maxima.select_related("lot") if row.pk else ()
    return {
        "maximum_cents": row.maximum_cents,
        "weights": dict(row.sheet_weights),
        "quantities": [
            {name: str(value) if isinstance(value, Decimal) else value for name, value in item.items()}
            for item in row.sheet_quantities
        ],
        "lot_maxima": [{"lot": item.lot.number, "maximum_cents": item.maximum_cents} for item in maxima] or None,
        "yearly_maximum_cents": row.yearly_maximum_cents,
        "budget_section": row.budget_section,
        "in_kind_days": None if row.in_kind_days is None else str(row.in_kind_days),
        "in_kind_day_cents": row.in_kind_day_cents,
    }
