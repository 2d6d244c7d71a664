"""The opportunity note of a project, and the sheet of one need."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from documents.contexts import costs, needs
from documents.contexts.common import TO_COMPLETE, day, euros, in_sentence, lead_name, or_complete, siren
from documents.contexts.subject import NeedFacts, Subject
from procurement import money
from projects import planning
from projects.dossier import Dossier


@dataclass(frozen=True, slots=True)
class Opportunity:
    """Display-ready values of the note that asks for a decision to go on."""

    reference: str
    project_title: str
    object: str
    lead: str
    version: str
    frozen_on: str
    domain: str
    shared_development: bool
    body_count: str
    need_count: str
    requirement_count: str
    maxima: tuple[needs.MaximumRow, ...]
    maximum_total: str
    sums: tuple[needs.SumRow, ...]
    estimate: str
    procedure: str  # advice on the sum of the maxima, "" while no maximum is known
    article: str
    publicity: str
    legality_control: bool
    warning: str
    notes: tuple[str, ...]
    costs: costs.Costs
    duration: str
    starts_on: str
    cut_off: str
    threshold: str


def opportunity(subject: Subject) -> Opportunity:
    """The note; the procedure is that of the sum of all maxima at the cut-off date, else of today's facts."""
    dossier = subject.dossier
    advice = _advice(dossier)
    return Opportunity(
        reference=dossier.reference,
        project_title=dossier.title,
        object=or_complete(dossier.object),
        lead=lead_name(dossier),
        version=str(dossier.version) if dossier.version else "de travail",
        frozen_on=day(dossier.frozen_on) if dossier.frozen_on else "",
        domain=in_sentence(dossier.domain_label),
        shared_development=dossier.route == "shared_development",
        body_count=str(len(dossier.parties)),
        need_count=str(sum(len(party.needs) for party in dossier.parties)),
        requirement_count=str(len(dossier.requirements)),
        maxima=needs.maxima(dossier),
        maximum_total=needs.maximum_total(dossier),
        sums=needs.sums(dossier),
        estimate=euros(sum(line.amount_cents for line in dossier.cost_lines) if dossier.cost_lines else None),
        procedure=advice.label if advice else "",
        article=advice.article if advice else "",
        publicity=advice.publicity if advice else "",
        legality_control=bool(advice and advice.legality_control),
        warning=advice.warning if advice else "",
        notes=advice.notes if advice else (),
        costs=costs.build(dossier),
        duration=f"{dossier.duration_months} mois" if dossier.duration_months else TO_COMPLETE,
        starts_on=day(dossier.starts_on),
        cut_off=day(dossier.cut_off),
        threshold=euros(dossier.threshold_cents) if dossier.threshold_cents is not None else "",
    )


def _advice(dossier: Dossier) -> planning.Advice | None:
    total = sum(party.maximum_cents or 0 for party in dossier.parties)
    launch = dossier.cut_off or dossier.starts_on
    if not total or not launch:
        return None
    return planning.procedure_for(total, dt.date.fromisoformat(launch))


Rows = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class NeedSheet:
    """Display-ready values of the census sheet of a need."""

    project_title: str
    lead: str  # the body that declares: whose sheet it is
    reference: str
    title: str
    domain: str
    description: str
    siren: str
    body_kind: str
    population: str
    declared_by: str
    published_on: str
    current_solution: str
    contract_end: str
    maximum: str
    volumes: tuple[tuple[str, str], ...]
    requirements: tuple[tuple[str, str, str], ...]
    existing: Rows = ()  # label and answer, « je ne sais pas » said as such, what nobody answered to complete
    data: Rows = ()
    technical: Rows = ()
    budget: Rows = ()
    route: Rows = ()
    domain_answers: Rows = ()
    interfaces: tuple[tuple[str, str, str], ...] = ()


_SHEET_ROWS = {  # the answers of each chapter; the solution, the end of its contract and the maximum stand alone
    "existing": (
        *("current_vendor", "current_version", "current_mode", "yearly_cost_cents", "notice_months"),
        *("tacit_renewal", "change_reasons"),
    ),
    "data": ("data_takeover",),
    "technical": ("hosting", "sso", "personal_data"),
    "budget": (
        *("estimate_min_cents", "estimate_max_cents", "yearly_maximum_cents", "budget_section"),
        *("go_live", "latest_date"),
    ),
    "route": ("nature", "route_wish", "ready_to_lead", "free_stance", "contributes"),
}
_NOTHING = NeedFacts("", "", "", "", "", "", "", None, "", "", "", "", None, (), ())


def need_sheet(subject: Subject) -> NeedSheet:
    """The sheet; what nobody answered is marked to complete, « je ne sais pas » is printed as the answer it is."""
    need = subject.need or _NOTHING
    return NeedSheet(
        project_title=or_complete(need.title),
        lead=or_complete(need.body),
        reference=need.reference,
        title=or_complete(need.title),
        domain=or_complete(need.domain),
        description=or_complete(need.description),
        siren=siren(need.siren),
        body_kind=or_complete(need.body_kind),
        population=TO_COMPLETE if need.population is None else money.number(need.population),
        declared_by=or_complete(need.declared_by),
        published_on=day(need.published_on),
        current_solution=or_complete(need.current_solution),
        contract_end=day(need.contract_end),
        maximum=euros(need.maximum_cents),
        volumes=need.volumes,
        requirements=need.requirements,
        domain_answers=need.domain_answers,
        interfaces=need.interfaces,
        **{chapter: _answers(need, names) for chapter, names in _SHEET_ROWS.items()},
    )


def _answers(need: NeedFacts, names: tuple[str, ...]) -> Rows:
    return tuple((label, or_complete(text)) for name, label, text in need.answers if name in names)
