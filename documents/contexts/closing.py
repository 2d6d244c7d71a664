"""The closing report: what was planned, voted, paid and published, body by body."""

from __future__ import annotations

from dataclasses import dataclass

from documents.contexts.buyers import maximum_of
from documents.contexts.common import TO_COMPLETE, day, euros, lead_name, or_complete
from documents.contexts.subject import Settlement, Subject, Tender
from documents.contexts.tender import Engagement, awards
from projects.dossier import Dossier, Party


@dataclass(frozen=True, slots=True)
class BodyRow:
    """One member: planned share, voted maximum, final amount."""

    name: str
    planned: str
    voted: str
    final: str
    settled_on: str


@dataclass(frozen=True, slots=True)
class Step:
    """A dated step of the project."""

    label: str
    on: str


@dataclass(frozen=True, slots=True)
class Closing:
    """Display-ready values of the report."""

    reference: str
    project_title: str
    object: str
    lead: str
    version: str
    frozen_on: str
    shared_development: bool
    body_count: str
    rows: tuple[BodyRow, ...]
    planned: str
    voted: str
    final: str  # to complete until every member is settled
    maximum: str
    engagements: tuple[Engagement, ...]
    steps: tuple[Step, ...]
    requirement_count: str
    software: str
    licence: str
    repository: str
    archive: str
    released_on: str
    maintenance: str
    subsidies: str


def build(subject: Subject) -> Closing:
    """The report; a sum is printed only when each of its terms is known."""
    dossier, tender = subject.dossier, subject.tender
    final = {row.siren: row for row in tender.settlements}
    voted = {act.siren: act.maximum_cents for act in subject.acts}
    buying = [party for party in dossier.parties if party.buys]
    complete = bool(buying) and all(party.siren in final for party in buying)
    return Closing(
        reference=dossier.reference,
        project_title=dossier.title,
        object=or_complete(dossier.object),
        lead=lead_name(dossier),
        version=str(dossier.version) if dossier.version else "de travail",
        frozen_on=day(dossier.frozen_on) if dossier.frozen_on else "",
        shared_development=dossier.route == "shared_development",
        body_count=str(len(dossier.parties)),
        rows=tuple(_row(dossier, party, voted.get(party.siren), final.get(party.siren)) for party in buying),
        planned=euros(sum(dossier.share_of(party.siren) for party in buying)),
        voted=euros(_sum([voted.get(party.siren) for party in buying])),
        final=euros(sum(final[party.siren].final_cents for party in buying) if complete else None),
        maximum=euros(maximum_of(subject)),
        engagements=awards(tender, dossier),
        steps=_steps(dossier, tender),
        requirement_count=str(len(dossier.requirements)),
        software=or_complete(tender.software),
        licence=or_complete(tender.licence),
        repository=or_complete(tender.repository),
        archive=or_complete(tender.archive),
        maintenance=or_complete(tender.maintenance),
        released_on=day(tender.released_on),
        subsidies=euros(sum(row.amount_cents for row in dossier.subsidies)) if dossier.subsidies else "",
    )


def _row(dossier: Dossier, party: Party, voted: int | None, final: Settlement | None) -> BodyRow:
    return BodyRow(
        party.name,
        euros(dossier.share_of(party.siren)),
        euros(voted),
        euros(final.final_cents if final else None),
        day(final.on if final else ""),
    )


def _sum(cents: list[int | None]) -> int | None:
    known = [value for value in cents if value is not None]
    return sum(known) if cents and len(known) == len(cents) else None


def _steps(dossier: Dossier, tender: Tender) -> tuple[Step, ...]:
    found = (
        ("Ouverture du projet", dossier.starts_on),
        ("Fin de l'appel à participation", dossier.cut_off),
        ("Gel de la convention", dossier.frozen_on),
        ("Publication de la consultation", tender.published_on),
        ("Décision d'attribution", tender.decided_on),
        ("Notification du marché", tender.notified_on),
        ("Publication de la version 1", tender.released_on),
    )
    return tuple(Step(label, day(iso)) for label, iso in found if iso) or (Step("Ouverture du projet", TO_COMPLETE),)
