"""What pages read of a project: asked of the database once while the project is at rest."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from django.apps import apps
from django.db import models

from projects.enums import LISTED, ParticipationState

if TYPE_CHECKING:
    from projects.models.consultation import Consultation
    from projects.models.development import Amendment
    from projects.models.leads import LeadChange
    from projects.models.needs import Need
    from projects.models.participations import Participation
    from projects.models.projects import ConventionVersion, CostLine, Lot

# One row each at most: they come with the project that a page shows.
WITH_PROJECT = ("terms__deputy", "terms__depositary", "timetable_settings", "release", "maintenance", "contract_term")
Asked = TypeVar("Asked", bound=Callable[..., Any])
Kept = TypeVar("Kept")


def kept(project: Any, name: str, ask: Callable[[], Kept]) -> Kept:
    """What `ask` answers, kept under `name` on a project at rest; of one that may change, asked anew each time."""
    known: dict[str, Any] | None = project.__dict__.get("_known")
    if known is None:
        return ask()
    if name not in known:
        known[name] = ask()
    return cast(Kept, known[name])


def once(method: Asked) -> Asked:
    """The same for a method without argument."""

    @functools.wraps(method)
    def answer(self: Reading) -> Any:
        return kept(self, method.__name__, lambda: method(self))

    return cast(Asked, answer)


def with_project(project: Any, name: str, *also: str) -> Any:
    """The row of a one-to-one relation, or None: the one that was fetched with the project, else one query.

    Nothing is kept on a project that may change. `also`: relations of that row, fetched with it.
    """
    relation = project._meta.get_field(name)
    if relation.is_cached(project):
        return relation.get_cached_value(project)
    rows = relation.related_model._default_manager.select_related(*also)
    return rows.filter(**{relation.field.name: project}).first()


class Reading(models.Model):
    """A base of `Project`: its parts as lists, that requirements, pages and documents share."""

    class Meta:
        abstract = True

    def at_rest(self) -> Self:
        """For a page that only reads: nothing is written through this object, so each thing is asked once."""
        self.__dict__["_known"] = {}
        return self

    @once
    def rows(self) -> list[Participation]:
        """Every participation, lead first, with its body, its settlement, what it says of each lot. Four queries."""
        project: Any = self
        found = project.participations.select_related("body", "settlement").prefetch_related("quantities", "lot_maxima")
        rows: list[Participation] = list(project.with_lead_first(found))
        lots = {lot.pk: lot for lot in self.all_lots()}
        for row in rows:
            said: list[Any] = [*row.quantities.all(), *row.lot_maxima.all()]
            for item in said:
                item.lot = lots[item.lot_id]
        return rows

    @once
    def present(self) -> list[Participation]:
        """Those that have not left."""
        return [row for row in self.rows() if row.state != ParticipationState.WITHDRAWN]

    @once
    def listed(self) -> list[Participation]:
        """Those that would be, or are, parties to the convention: an intention at least."""
        return [row for row in self.rows() if row.state in LISTED]

    @once
    def all_lots(self) -> list[Lot]:
        """By number."""
        project: Any = self
        return list(project.lots.all())

    @once
    def lines(self) -> list[CostLine]:
        """The costs that are shared, in their order."""
        project: Any = self
        return list(project.cost_lines.all())

    @once
    def current_version(self) -> ConventionVersion | None:
        """The frozen version in force, or None while the text may change."""
        project: Any = self
        found: ConventionVersion | None = project.versions.filter(given_up_on=None).order_by("-number").first()
        return found

    @once
    def all_amendments(self) -> list[Amendment]:
        """By number, with the body concerned."""
        project: Any = self
        return list(project.amendments.select_related("body", "replaced").order_by("number"))

    @once
    def lead_change(self) -> LeadChange | None:
        """The replacement of the lead body that is proposed or accepted, not yet effective."""
        project: Any = self
        found: LeadChange | None = (
            project.lead_changes.under_way().select_related("from_body", "to_body", "proposed_by").first()
        )
        return found

    @once
    def pooled(self) -> list[Need]:
        """The needs it answers, by body."""
        project: Any = self
        return list(project.needs.select_related("body", "domain").order_by("body__name", "pk"))

    @once
    def tenders(self) -> list[Consultation]:
        """Every consultation, first to last, with its contracts and its milestones. Three queries.

        Of a project at rest, `consultations.all()` is then known too.
        """
        project: Any = self
        contracts = apps.get_model("projects", "Contract").objects.select_related("lot", "buyer")
        known = (models.Prefetch("contracts", contracts), "milestones")
        found = project.consultations.order_by("number").prefetch_related(*known)
        if "_known" in self.__dict__:
            models.prefetch_related_objects([project], models.Prefetch("consultations", found))
            found = project.consultations.all()
        rows: list[Consultation] = list(found)
        for row in rows:
            signed = {contract.pk: contract for contract in row.contracts.all()}
            for item in row.milestones.all():
                item.contract = signed[item.contract_id] if item.contract_id else None
        return rows
