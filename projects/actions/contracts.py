"""With whom each lot was contracted, and for how much."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from procurement.access import Actor
from procurement.money import euros
from procurement.validators import siret
from procurement.workflow import Missing
from projects import rules
from projects.actions.recording import act, owed_proof, project_in, refuse_if, tell, under_way
from projects.consultation.facts import ConsultationFacts
from projects.enums import Bidders, Ending, HolderId, MilestoneKind, ProjectState
from projects.models import Consultation, Contract, Holder, Lot, Project

CONTRACTED = act("record_contract", "Enregistrer le titulaire", [ProjectState.TENDER])


def record_contract(
    project: Project,
    *,
    actor: Actor,
    lot: int | None,
    buyer_id: int,
    ending: str = Ending.AWARDED,
    ending_reason: str = "",
    amount_cents: int | None = None,
    bidders: str = Bidders.ALONE,
    holders: Sequence[Mapping[str, str]] = (),
    proof: str = "",
    correction: str = "",
) -> Contract:
    """Say with whom a lot was contracted and for how much (cents HT), or why it was not. Again replaces.

    `holders`: name, id_kind, identifier, the leading one first. Once a contract is signed a change needs its reason.
    Raises Blocked, PermissionDenied, Refused. Side effects: the contract and its holders, one event.
    """
    given = [dict(holder) for holder in holders] if ending == Ending.AWARDED else []
    with transaction.atomic():
        project = project_in(project, CONTRACTED, actor)
        row, facts = under_way(project)
        contract = _contract(row, lot, buyer_id)
        if not rules.records_contract(contract, project, actor):
            raise PermissionDenied("Ce marché est enregistré par l'organisme qui le signe, ou par le coordinateur.")
        contract.ending, contract.ending_reason = ending, ending_reason.strip()
        contract.amount_cents, contract.bidders = amount_cents, bidders
        wrong = [*_contract_faults(facts, contract, given), *owed_proof(actor, buyer_id, proof)]
        if facts.day(MilestoneKind.SIGNATURE, contract.number) and not correction.strip():
            wrong.append(Missing("le motif de la correction : ce marché est déjà signé", "correction"))
        refuse_if(wrong, CONTRACTED)
        contract.save()
        contract.holders.all().delete()
        rows = (Holder(contract=contract, rank=rank, **holder) for rank, holder in enumerate(given, start=1))
        Holder.objects.bulk_create(rows)
        told = {"lot": lot, "ending": ending, "amount_cents": amount_cents, "holders": given, "proof": proof}
        told["number"] = contract.number
        tell(project, "record_contract", actor, told, note=correction or ending_reason, body_id=buyer_id)
    return contract


def _contract(row: Consultation, lot: int | None, buyer_id: int) -> Contract:
    """The one of this lot and buyer, or a new one."""
    place = Lot.objects.filter(project=row.project, number=lot).first() if lot is not None else None
    known = row.contracts.filter(lot=place, buyer_id=buyer_id).first()
    return known or Contract(consultation=row, lot=place, buyer_id=buyer_id, number=1 + row.contracts.count())


def _contract_faults(
    facts: ConsultationFacts, contract: Contract, holders: Sequence[Mapping[str, str]]
) -> Iterator[Missing]:
    lot = contract.lot.number if contract.lot else None
    if (lot, contract.buyer_id) not in {(item.lot, item.buyer_id) for item in facts.expected}:
        yield Missing("un lot et un acheteur de cette consultation", "buyer")
    if contract.ending != Ending.AWARDED:
        if contract.amount_cents is not None:
            yield Missing("aucun montant pour un lot qui n'est pas attribué", "amount_cents")
        if not contract.ending_reason:
            yield Missing("le motif pour lequel ce lot n'est pas attribué", "ending_reason")
        return
    if contract.amount_cents is None:
        yield Missing("le montant HT du marché", "amount_cents")
    yield from _holder_faults(facts, contract, holders)
    others = sum(item.amount_cents or 0 for item in facts.awarded if item.number != contract.number)
    total = others + (contract.amount_cents or 0)
    if facts.framework and facts.maximum_cents is not None and total > facts.maximum_cents:
        label = f"des marchés d'au plus {euros(facts.maximum_cents)} HT en tout : c'est le maximum de l'accord-cadre"
        yield Missing(f"{label} (article R. 2162-4 du CCP)", "amount_cents")


def _holder_faults(
    facts: ConsultationFacts, contract: Contract, holders: Sequence[Mapping[str, str]]
) -> Iterator[Missing]:
    if not holders:
        yield Missing("le titulaire : sa dénomination et son identifiant", "name_1")
    if contract.bidders != Bidders.ALONE and len(holders) < 2:
        yield Missing("au moins deux entreprises pour un groupement d'opérateurs", "name_2")
    elif contract.bidders == Bidders.ALONE and len(holders) > 1 and not facts.framework:
        yield Missing("la forme du groupement d'opérateurs : conjoint ou solidaire", "bidders")
    for rank, holder in enumerate(holders, start=1):
        if not holder["name"].strip():
            yield Missing(f"la dénomination du titulaire {rank}", f"name_{rank}")
        if holder["id_kind"] == HolderId.SIRET:
            try:
                siret(holder["identifier"])
            except ValidationError:
                label = f"un SIRET de quatorze chiffres pour {holder['name']} ({holder['identifier'] or 'rien'} donné)"
                yield Missing(label, f"identifier_{rank}")
        elif not holder["identifier"].strip():
            yield Missing(f"l'identifiant de {holder['name']}", f"identifier_{rank}")
