"""From the rows of a project to its dossier: the one place where shares, volumes and requirements are put together.

Pages, documents and the freeze all read the same dossier, so a figure cannot differ between them.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable, Sequence, Set
from decimal import Decimal
from fractions import Fraction

from django.db.models import Prefetch, prefetch_related_objects

from procurement.models import Body, Membership
from projects import costsharing
from projects.dossier import (
    CostLine,
    Dossier,
    Lot,
    LotMaximum,
    Party,
    Quantity,
    Requirement,
    Subsidy,
    Volume,
)
from projects.enums import Priority, ProjectState
from projects.missions import EACH, LEAD
from projects.models import CostLine as CostLineRow
from projects.models import Need, Participation, Project
from projects.models import Subsidy as SubsidyRow
from projects.models import Volume as VolumeRow
from projects.models.clauses import amendments_of
from projects.models.terms import terms_of
from projects.needs import cpv
from projects.pooling.cost_lines import Payer, dossier_lines

_RANK = {priority: rank for rank, priority in enumerate(Priority.values)}  # must first


def assemble(
    project: Project,
    *,
    version: int = 0,
    frozen_on: dt.date | None = None,
    bare: bool = False,
    people: bool = True,
) -> Dossier:
    """The facts of a project now. While the call runs every interested body is a party; then those with an intention.

    A fixed number of queries, whatever the number of bodies. `version` 0 means a preview; `bare` leaves out what no
    article says (volumes, requirements, correspondents), for pages that show articles; `people` False, correspondents.
    """
    people = people and not bare
    participations = _participations(project, people=people)
    needs = _needs(project, {item.body_id for item in participations}, bare=bare)
    parties = tuple(
        _party(project, item, [need for need in needs if need.body_id == item.body_id], bare=bare, people=people)
        for item in participations
    )
    granted = _subsidies(project)
    domains = [need.domain for need in needs if need.domain]
    domain = max(domains, key=domains.count, default=None)
    return dataclasses.replace(
        _framing(project, parties),
        cost_lines=dossier_lines(project.lines(), granted, payers_of(participations, parties)),
        subsidies=granted,
        requirements=() if bare else consolidate(needs),
        domain_code=domain.code if domain else "",
        domain_label=domain.label if domain else "",
        version=version,
        frozen_on=frozen_on.isoformat() if frozen_on else "",
        missions=_missions(project, participations),
        terms=terms_of(project),
        amendments=amendments_of(project),
        instalments=tuple(row.as_fact() for row in project.instalments.all()),
    )


def _framing(project: Project, parties: tuple[Party, ...]) -> Dossier:
    """What the project itself says, with its parties and its lots."""
    return Dossier(
        reference=project.reference,
        title=project.title,
        object=project.object,
        route=project.route,
        mandate=project.mandate,
        grouping=project.grouping,
        cao=project.committee,
        cpv=project.cpv,
        cpv_label=cpv.label(project.cpv),
        duration_months=project.duration_months,
        starts_on=project.starts_on.isoformat(),
        cut_off=project.cut_off.isoformat() if project.cut_off else "",
        threshold_cents=project.threshold_cents,
        ceiling_cents=project.ceiling_cents,
        coordinator=str(project.coordinator),
        parties=parties,
        lots=tuple(Lot(lot.number, lot.title, lot.cpv) for lot in project.all_lots()),
        no_lots_reason=project.no_lots_reason,
        vehicle=project.vehicle,
    )


def _missions(project: Project, participations: Iterable[Participation]) -> dict[str, str]:
    """The choices of the project, members by SIREN; who left does nothing any more: back to the preset."""
    sirens = {str(row.body_id): row.body.siren for row in participations}
    named = {code: sirens.get(str(who), who) for code, who in project.missions.items()}
    return {code: who for code, who in named.items() if who in (LEAD, EACH) or who in sirens.values()}


def _participations(project: Project, *, people: bool) -> list[Participation]:
    rows = _present(project)
    if people:
        prefetch_related_objects(rows, Prefetch("body__memberships", Membership.objects.select_related("user")))
    return rows


def _needs(project: Project, body_ids: Set[int], *, bare: bool) -> list[Need]:
    """The need of a body that left, or that never answered, no longer speaks for the others."""
    rows = sorted((need for need in project.pooled() if need.body_id in body_ids), key=lambda need: need.pk)
    if not bare:
        prefetch_related_objects(rows, "volumes", "requirements")
    return rows


def _present(project: Project) -> list[Participation]:
    if project.state in (ProjectState.FRAMING, ProjectState.CALL):
        return project.present()
    return project.listed()


def _party(
    project: Project,
    row: Participation,
    needs: Sequence[Need],
    *,
    in_full: bool = True,
    bare: bool = False,
    people: bool = False,
) -> Party:
    """`in_full` False leaves out what only documents print, and costs no query; `bare`, volumes."""
    body = row.body
    users = [item.user for item in body.memberships.all() if item.ends_on is None] if people else []
    quantities = row.quantities.all() if in_full else ()
    return Party(
        siren=body.siren or "",
        siret=body.siret,
        name=body.name,
        kind=body.kind,
        legal_form=body.legal_form,
        department=body.department,
        population=body.population,
        population_year=body.population_year,
        population_total=body.population_total,
        is_lead=body.pk == project.lead_body_id,
        maximum_cents=row.maximum_cents,
        quantities=tuple(
            Quantity(q.lot.number, plain(q.quantity), q.unit, "" if q.minimum is None else plain(q.minimum))
            for q in quantities
        ),
        lot_maxima=tuple(LotMaximum(m.lot.number, m.maximum_cents) for m in row.lot_maxima.all()) if in_full else (),
        yearly_maximum_cents=row.yearly_maximum_cents,
        budget_section=row.budget_section,
        in_kind_days="" if row.in_kind_days is None else plain(row.in_kind_days),
        in_kind_day_cents=row.in_kind_day_cents,
        in_kind_cents=row.in_kind_cents(),
        volumes=() if bare else tuple(_volume(item) for need in needs for item in need.volumes.all()),
        needs=tuple(need.reference for need in needs),
        contacts=tuple(dict.fromkeys(str(user) for user in users)),
        epci=body.epci_id or "",
    )


def _volume(row: VolumeRow) -> Volume:
    return Volume(row.label, plain(row.quantity), row.unit, row.year)


def plain(number: Decimal) -> str:
    """A decimal without needless zeros: 41, 0.5."""
    return format(number.quantize(Decimal(1)) if number == number.to_integral() else number.normalize(), "f")


# Costs ----------------------------------------------------------------------------------------------------------------
def payers_of(participations: Iterable[Participation], parties: Iterable[Party]) -> list[Payer]:
    """Those who share costs, in the same order; a partner that buys nothing is left out."""
    pairs = zip(parties, participations, strict=True)
    return [Payer(body_key(row.body), party, row.weights, lots_of(row)) for party, row in pairs if party.buys]


def lots_of(row: Participation) -> frozenset[int] | None:
    """Numbers of the lots a body takes part in: those it gave a maximum, else a quantity; None when it said neither."""
    maxima = [item.lot.number for item in row.lot_maxima.all() if item.maximum_cents]
    return frozenset(maxima or (item.lot.number for item in row.quantities.all())) or None


def sharing(project: Project) -> tuple[list[Payer], list[CostLineRow], tuple[CostLine, ...]]:
    """Who pays, the lines as stored, the lines as shared now: what a simulation starts from, in six queries."""
    rows = _present(project)
    payers = payers_of(rows, [_party(project, row, [], in_full=False) for row in rows])
    lines = project.lines()
    return payers, lines, dossier_lines(lines, _subsidies(project), payers)


def newcomer(body: Body) -> Payer:
    """A body that is not in the project, as a simulation adds it: what the registry knows of it."""
    party = Party(
        siren=body.siren or "",
        siret=body.siret,
        name=body.name,
        kind=body.kind,
        legal_form=body.legal_form,
        department=body.department,
        population=body.population,
        population_year=body.population_year,
        population_total=body.population_total,
        is_lead=False,
        maximum_cents=None,
        epci=body.epci_id or "",
    )
    return Payer(body_key(body), party, {})


def body_key(body: Body) -> str:
    """What names a body among those who pay: its SIREN, or a stand-in for the few without one."""
    return body.siren or f"organisme {body.pk}"


def _subsidies(project: Project) -> tuple[Subsidy, ...]:
    return tuple(_subsidy(row) for row in project.subsidies.all())


def _subsidy(row: SubsidyRow) -> Subsidy:
    rule = costsharing.Subsidy(Fraction(row.rate_percent), row.eligible_cents, row.cap_cents)
    return Subsidy(row.label, row.rate_percent, row.eligible_cents, row.cap_cents, rule.cents)


# Requirements ---------------------------------------------------------------------------------------------------------
def consolidate(needs: Iterable[Need]) -> tuple[Requirement, ...]:
    """The requirements of several needs as one numbered list: same text once, with everyone who asked for it.

    Chapters and texts come in the order in which needs first name them; the strongest priority wins.
    """
    chapters: dict[str, dict[str, list[tuple[str, str, str, str]]]] = {}
    for need in needs:
        for item in need.requirements.all():
            same = chapters.setdefault(_folded(item.chapter), {}).setdefault(_folded(item.text), [])
            same.append((item.chapter, item.text, item.priority, need.body.siren or ""))
    found = [texts for chapter in chapters.values() for texts in chapter.values()]
    return tuple(
        Requirement(
            number=f"EX-{number:03d}",
            chapter=asked[0][0].strip(),
            text=asked[0][1].strip(),
            priority=min((priority for _, _, priority, _ in asked), key=lambda name: _RANK[name]),
            asked_by=tuple(dict.fromkeys(siren for _, _, _, siren in asked)),
        )
        for number, asked in enumerate(found, start=1)
    )


def _folded(text: str) -> str:
    return " ".join(text.casefold().split()).rstrip(" .;")
