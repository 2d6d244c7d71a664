"""The sheet of needs: those of one's own bodies, confidential fields included."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from procurement.access import Actor
from procurement.models import Body, Role
from procurement.models import BodyKind as Nature
from procurement.sheets import REFERENCE, Column, SheetResource, Text, YesNo
from procurement.workflow import missing_before, perform
from projects.actions.needs import EDITABLE, FIELDS, declare_need, edit_need
from projects.enums import NeedState
from projects.models import Need
from projects.needs.declaration import ASKED
from projects.needs.overlap import need_rows
from projects.resources.kinds import BodyKind, DomainKind, Volumes, kind_of
from projects.resources.need_columns import Answer, Answers, Interfaces, answer_columns, header_of

BODY, PUBLISHED = "organisme (SIREN)", "publié"
ORDERED = (
    ("estimate_min_cents", "estimate_max_cents", "L'estimation haute est plus petite que la basse."),
    ("go_live", "latest_date", "La date butoir vient avant la mise en service souhaitée."),
)


class NeedResource(SheetResource):
    """Needs of the bodies the actor works for; of every body for the operator. Withdrawn ones are left out."""

    title = "Besoins"
    reference = Column(REFERENCE, Text(20), attribute="reference", readonly=True, note="vide : nouveau besoin")
    body = Column(BODY, BodyKind(), attribute="sheet_body", example="213801517", note="vide : le vôtre")
    domain = Column("domaine", DomainKind(), attribute="domain", example="État civil")
    name = Column("intitulé", Text(255), attribute="title", example="Remplacer le logiciel d'état civil", required=True)
    description = Column(
        "description", Text(20_000), attribute="description", example="Tenir les actes, délivrer les copies en ligne."
    )
    volumes = Column("volumes", Volumes(), attribute="sheet_volumes", example="actes par an ; 1905 ; actes ; 2025")
    answers = Column(
        "questions du domaine",
        Answers(),
        attribute="sheet_answers",
        example="La commune est-elle raccordée à COMEDEC ? ; oui",
    )
    interfaces = Answer(
        "interfaces", Interfaces(), attribute="sheet_interfaces", example="Finances ; sortante ; fichier CSV"
    )
    published = Column(PUBLISHED, YesNo(), attribute="sheet_published", example="non", note="oui publie le besoin")

    def begin(self) -> None:
        """Read the taxonomy."""
        kind_of(self.fields["domain"]).load()

    def rows(self) -> Iterable[Need]:
        """By reference."""
        return self._scoped().order_by("pk")

    def _scoped(self) -> Any:
        found = Need.objects.exclude(state=NeedState.WITHDRAWN).select_related("body", "domain", "project")
        found = found.prefetch_related("volumes", "interfaces")
        if self.scope.actor is not None:
            found = found.filter(body_id__in=list(self.scope.actor.roles))
        return found.filter(body=self.scope.body) if self.scope.body else found

    def find(self, reference: str) -> Need | None:
        """By reference, within one's own bodies."""
        found: Need | None = self._scoped().filter(reference=reference[:20]).first()
        return found

    def blank(self) -> Need:
        """A draft, of the body one acts for unless the line says otherwise."""
        actor = self.scope.actor
        body = self.scope.body or (actor.body if actor else None)
        return Need(body=body) if body else Need()

    def prepare(self, instance: Need) -> None:
        """What is not a plain field: the body, the volumes, whether it is published."""
        row: Any = instance
        row.sheet_body = instance.body if instance.body_id else None
        row.sheet_published = instance.state not in (NeedState.DRAFT, NeedState.WITHDRAWN)
        rows = instance.volumes.all() if instance.pk else ()
        row.sheet_volumes = tuple(
            {"label": v.label, "quantity": v.quantity, "unit": v.unit, "year": v.year} for v in rows
        )
        links = instance.interfaces.all() if instance.pk else ()
        row.sheet_interfaces = tuple(
            {"software": link.software, "direction": link.direction, "protocol": link.protocol} for link in links
        )
        row.sheet_answers = tuple(instance.answers.items())

    def label(self, instance: Need) -> str:
        """Its title."""
        return instance.title

    def check(self, instance: Need, *, new: bool, changed: set[str]) -> Iterator[tuple[str, str]]:
        """Whose it is, whether it may still change, whether it may be published."""
        row: Any = instance
        if new:
            yield from self._check_owner(row)
        else:
            yield from self._check_kept(instance, changed)
        for low, high, reason in ORDERED:
            first, second = getattr(instance, low), getattr(instance, high)
            if first is not None and second is not None and first > second:
                yield header_of(ASKED[high]), reason
        if row.sheet_published and instance.state in EDITABLE and instance.body_id:
            for item in missing_before(instance, Need.step("publish")):
                yield PUBLISHED, f"Pour être publié, il manque {item.label}."

    def _check_owner(self, row: Any) -> Iterator[tuple[str, str]]:
        row.body = row.sheet_body = body = row.sheet_body or (row.body if row.body_id else None)
        actor = self.scope.actor
        if body is None:
            yield BODY, "Indiquez le SIREN de l'organisme qui a ce besoin."
        elif self.scope.body and body != self.scope.body:
            yield BODY, f"L'import est limité à {self.scope.body.name}."
        elif actor is None:
            yield "", "Indiquez avec --by l'adresse de l'agent qui déclare."
        elif not _declares(actor, body):
            yield BODY, f"Vous n'êtes pas agent de {body.name}."

    def _check_kept(self, need: Need, changed: set[str]) -> Iterator[tuple[str, str]]:
        row: Any = need
        if self.scope.actor is None:
            yield "", "Indiquez avec --by l'adresse de l'agent qui modifie."
        elif not _declares(self.scope.actor, need.body):
            yield "", f"Vous n'êtes pas agent de {need.body.name}."
        if "body" in changed:
            yield BODY, "Un besoin ne change pas d'organisme."
        if need.state not in EDITABLE:
            yield "", f"Ce besoin ({need.reference}) est « {need.state_label} » : il ne se modifie plus."
        elif "published" in changed and not row.sheet_published:
            yield PUBLISHED, "Un besoin publié se retire depuis sa page, pas d'ici : écrivez oui."

    def store(self, instance: Need, *, new: bool, changed: set[str]) -> None:
        """Declare or edit, then publish if asked."""
        row: Any = instance
        actor = self.scope.actor
        assert actor is not None  # `check` refuses the line otherwise
        values = {name: getattr(instance, name) for name in FIELDS} | {"answers": dict(row.sheet_answers)}
        rows = {"volumes": row.sheet_volumes, "interfaces": row.sheet_interfaces}
        if new:
            need = declare_need(actor=actor, body=instance.body, **rows, **values)
        elif changed - {"published"}:
            kept = need_rows(instance, "requirements")
            need = edit_need(instance, actor=actor, requirements=kept, **rows, **values)
        else:
            need = instance
        if row.sheet_published and (new or "published" in changed):
            perform(Need, need.pk, "publish", actor=actor)


def _declares(actor: Actor, body: Body) -> bool:
    return actor.holds(Role.AGENT, body.pk) and body.kind != Nature.PARTNER


NeedResource.fields.update(answer_columns())  # every answer of a declaration, then whether it is published
NeedResource.fields["published"] = NeedResource.fields.pop("published")
