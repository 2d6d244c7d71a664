"""From rows to the subject of a document: what the frozen dossier does not hold (acts, signatures, one need)."""

from __future__ import annotations

import datetime as dt

from documents.clauses.printed import with_late
from documents.contexts.subject import Act, NeedFacts, Subject
from documents.funds_facts import funds_of
from documents.tender_facts import now_of, tender_of
from projects import dossier as dossiers
from projects.assembly import assemble, plain
from projects.dossier import Dossier
from projects.models import ConventionVersion, Need, Project
from projects.models.clauses import amendments_of
from projects.needs.answers import domain_answers, said_of
from projects.needs.declaration import PARTS


def subject_of(project: Project, *, siren: str = "", known: ConventionVersion | None = None) -> Subject:
    """What a draft of today is about: the frozen facts when there are some, else those of today.

    `known`: the version in force, for who has just read it.
    """
    version = known or project.current_version()
    facts = dossier_of(project, known=version)
    now = now_of(project, facts) if version else None
    return Subject(
        facts,
        siren,
        acts_of(project, known=version),
        now=now,
        tender=tender_of(project),
        funds=funds_of(project, version),
    )


def dossier_of(project: Project, *, known: ConventionVersion | None = None, bare: bool = False) -> Dossier:
    """The facts that documents are made from and clauses worded on: frozen ones when there are some, else of today.

    A version keeps no late word: those of today are put back (ADR 22). `bare`: see `assemble`.
    """
    version = known or project.current_version()
    if version is None:
        return assemble(project, bare=bare)
    return with_late(dossiers.from_json(version.facts), amendments_of(project))


def acts_of(project: Project, *, known: ConventionVersion | None = None) -> tuple[Act, ...]:
    """The acts and signatures of the parties, on the version in force only."""
    version = known or project.current_version()
    rows = project.listed() if version else ()
    return tuple(
        Act(
            siren=row.body.siren or "",
            kind=row.get_act_kind_display().lower(),
            number=row.act_number,
            date=_iso(row.act_date),
            enforceable_on=_iso(row.act_enforceable_on),
            version=row.act_version,
            maximum_cents=row.act_maximum_cents,
            signed_on=_iso(row.signed_on),
            signatory=row.signatory,
            capacity=row.signatory_capacity,
        )
        for row in rows
        if version and row.act_version == version.number
    )


def need_facts(need: Need) -> NeedFacts:
    """A need as its sheet prints it, confidential fields included: for its own body."""
    volumes = tuple((row.label, _volume(plain(row.quantity), row.unit, row.year)) for row in need.volumes.all())
    return NeedFacts(
        reference=need.reference,
        title=need.title,
        domain=need.domain.label if need.domain else "",
        description=need.description,
        body=need.body.name,
        siren=need.body.siren or "",
        body_kind=need.body.get_kind_display(),
        population=need.body.population,
        declared_by=str(need.declared_by),
        published_on=_iso(need.published_on),
        current_solution=need.current_solution,
        contract_end=_iso(need.contract_end),
        maximum_cents=need.maximum_cents,
        volumes=volumes,
        requirements=tuple((item.chapter, item.text, item.get_priority_display()) for item in need.requirements.all()),
        answers=tuple(
            (said.asked.name, said.asked.label, said.text)
            for part in PARTS
            for said in said_of(need, part.code, confidential=True)
        ),
        interfaces=tuple(
            (item.software, item.get_direction_display(), item.protocol) for item in need.interfaces.all()
        ),
        domain_answers=tuple(domain_answers(need)),
    )


def _volume(quantity: str, unit: str, year: int | None) -> str:
    return f"{quantity} {unit}{f' ({year})' if year else ''}"


def _iso(day: dt.date | None) -> str:
    return day.isoformat() if day else ""
