"""The constitutive convention of a grouping (L. 2113-7 CCP), with its three annexes."""

from __future__ import annotations

from dataclasses import dataclass

from documents.contexts import costs, needs
from documents.contexts.common import (
    TO_COMPLETE,
    PartyLine,
    day,
    euros,
    in_sentence,
    join,
    lead_name,
    or_complete,
    party_line,
)
from documents.contexts.subject import Subject
from procurement.models import BodyKind
from projects.dossier import Dossier
from projects.enums import Mandate

# Operation, then who carries it out under M1, M2 and M3: the lead body (C) or each member (M) (domain.md §1.1, §2.1).
_OPERATIONS = (
    ("Recensement des besoins et sourcing", "CCC"),
    ("Rédaction du dossier de consultation, après avis des membres", "CCC"),
    ("Publication, réponses aux questions, réception et ouverture des plis", "CCC"),
    ("Analyse des offres et secrétariat de la commission", "CCC"),
    ("Information des candidats non retenus", "CCC"),
    ("Signature du marché", "MCC"),
    ("Transmission au contrôle de légalité du marché", "MCC"),
    ("Notification, avis d'attribution et données essentielles", "MCC"),
    ("Commandes, vérification et admission des prestations", "MMC"),
    ("Paiement du titulaire", "MMC"),
    ("Modifications, reconduction, résiliation", "MCC"),
    ("Contentieux de la passation", "CCC"),
    ("Archivage du dossier de la procédure", "CCC"),
)
_COLUMN = {Mandate.AWARD: 0, Mandate.SIGNATURE: 1, Mandate.EXECUTION: 2}


@dataclass(frozen=True, slots=True)
class Mission:
    """An operation and who carries it out."""

    operation: str
    who: str


@dataclass(frozen=True, slots=True)
class LotLine:
    """A lot of the consultation."""

    number: str
    title: str
    cpv: str


@dataclass(frozen=True, slots=True)
class Convention:
    """Display-ready values of the convention. Texts stand in templates/print/convention/, one file per article."""

    reference: str
    version: str
    frozen_on: str
    project_title: str
    object: str
    lead: str
    domain: str
    parties: tuple[PartyLine, ...]
    signature_rows: tuple[tuple[PartyLine | None, ...], ...]  # two blocks a row
    members: str
    partners: str
    several_partners: bool
    lead_serves_its_communes: bool  # L. 5211-4-4 CGCT
    mandate: str
    permanent: bool
    committee: str
    missions: tuple[Mission, ...]
    cpv: str
    duration: str
    lots: tuple[LotLine, ...]
    no_lots_reason: str
    maximum_total: str
    threshold: str  # of effect, shared development
    cut_off: str
    ceiling: str
    maxima: tuple[needs.MaximumRow, ...]
    volumes: tuple[needs.VolumeRow, ...]
    sums: tuple[needs.SumRow, ...]
    costs: costs.Costs


_MANDATE_WORDS = {
    Mandate.AWARD: "conduire la passation, chaque membre signant et exécutant le marché qui le concerne",
    Mandate.SIGNATURE: "conduire la passation, signer et notifier le marché au nom de tous, chacun exécutant sa part",
    Mandate.EXECUTION: "conduire la passation, signer, notifier et exécuter le marché au nom des membres",
}


def by_mandate(mandate: str) -> str:
    """What the lead body is mandated to do, in the middle of a sentence."""
    return _MANDATE_WORDS[Mandate(mandate)] if mandate else TO_COMPLETE


def build(subject: Subject) -> Convention:
    """The context of a frozen or a present dossier; what is not known yet is marked to complete."""
    dossier = subject.dossier
    lead = lead_name(dossier)
    column = _COLUMN.get(Mandate(dossier.mandate), 1) if dossier.mandate else 1
    return Convention(
        reference=dossier.reference,
        version=str(dossier.version) if dossier.version else "de travail",
        frozen_on=day(dossier.frozen_on) if dossier.frozen_on else "",
        project_title=dossier.title,
        object=or_complete(dossier.object),
        lead=lead,
        domain=in_sentence(dossier.domain_label),
        parties=tuple(party_line(party) for party in dossier.parties),
        signature_rows=_in_pairs([party_line(party) for party in dossier.parties]),
        members=join([party.name for party in dossier.parties if party.buys]) or TO_COMPLETE,
        partners=join([party.name for party in dossier.parties if not party.buys]),
        several_partners=len([party for party in dossier.parties if not party.buys]) > 1,
        lead_serves_its_communes=_lead_serves_its_communes(dossier),
        mandate=dossier.mandate,
        permanent=dossier.grouping == "permanent",
        committee=dossier.cao,
        missions=tuple(
            Mission(operation, lead if who[column] == "C" else "chaque membre, pour ce qui le concerne")
            for operation, who in _OPERATIONS
        ),
        cpv=f"{dossier.cpv} ({dossier.cpv_label})" if dossier.cpv else TO_COMPLETE,
        duration=f"{dossier.duration_months} mois" if dossier.duration_months else TO_COMPLETE,
        lots=tuple(LotLine(str(lot.number), lot.title, lot.cpv or dossier.cpv) for lot in dossier.lots),
        no_lots_reason=dossier.no_lots_reason,
        threshold=euros(dossier.threshold_cents),
        cut_off=day(dossier.cut_off),
        maximum_total=needs.maximum_total(dossier),
        ceiling=euros(dossier.ceiling_cents) if dossier.ceiling_cents is not None else "",
        maxima=needs.maxima(dossier),
        volumes=needs.volumes(dossier),
        sums=needs.sums(dossier),
        costs=costs.build(dossier),
    )


def _lead_serves_its_communes(dossier: Dossier) -> bool:
    """The lead is an EPCI and every other buyer is one of its communes (L. 5211-4-4 CGCT)."""
    lead = dossier.lead
    others = [party for party in dossier.parties if party.buys and not party.is_lead]
    if lead is None or lead.kind != BodyKind.EPCI or not others:
        return False
    return all(party.kind == BodyKind.COMMUNE and party.epci == lead.siren for party in others)


def _in_pairs(parties: list[PartyLine]) -> tuple[tuple[PartyLine | None, ...], ...]:
    """Two by two; the last place of an odd number stays empty."""
    padded: list[PartyLine | None] = [*parties, *([None] if len(parties) % 2 else [])]
    return tuple((padded[index], padded[index + 1]) for index in range(0, len(padded), 2))
