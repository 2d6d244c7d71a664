"""What is missing before another body leads: who may be it, who must have signed the amendment, with which act."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from procurement import clock
from procurement.money import euros
from procurement.workflow import Missing
from projects.agreement_terms import VoteRule
from projects.enums import MilestoneKind, ProjectState, Route
from projects.missions import members_sign
from projects.requirements.words import french

CALLED = (ProjectState.CALL, ProjectState.AGREEMENT)  # nothing binds yet: a new version is enough
SIGNED = (ProjectState.CONSTITUTED, ProjectState.TENDER, ProjectState.RUNNING)  # an amendment is due (L. 2113-7 CCP)
REPLACEABLE = (*CALLED, *SIGNED)
CLAUSE = "convention/15-remplacement"


def sound_successor(project: Any, to_body: Any, among: Collection[Any], reason: str) -> Iterable[Missing]:
    """Another member, and a reason. `among`: the members that may lead."""
    if to_body not in among:
        yield Missing("un autre organisme du projet, qui n'a pas quitté le collectif", "body")
    if not reason.strip():
        yield Missing("un motif : il est dit à tous les membres", "reason")


def nothing_half_signed(facts: Any) -> Iterable[Missing]:
    """During a consultation: not between the first signature and the award, so that one body signs every contract."""
    for contract in facts.awarded if facts else ():
        if day := facts.day(MilestoneKind.SIGNATURE, contract.number):
            label = f"l'attribution enregistrée : {contract.name} est signé depuis le {french(day)}"
            yield Missing(f"{label} par le coordonnateur actuel", "consultation/")


def signatures_needed(project: Any, members: int) -> int | None:
    """How many members sign the amendment, as the frozen text has it; None where the project worded it its own way.

    The model of the grouping lets a majority replace the lead body; that of a shared development asks for everybody.
    """
    if project.route == Route.SHARED_DEVELOPMENT:
        return members
    version = project.current_version()
    if any(item["code"] == CLAUSE for item in version.facts.get("amendments", ())):
        return None
    rule = VoteRule(project.frozen_term("vote_rule") or VoteRule.UNANIMITY)
    return {VoteRule.UNANIMITY: members, VoteRule.TWO_THIRDS: -(-2 * members // 3), VoteRule.SIMPLE: members // 2 + 1}[
        rule
    ]


def signed_amendment(project: Any, to_body_id: int, members: Collection[int], signed_by: Collection[int]) -> Any:
    """Who signed: members only, the new lead body among them, as many as the frozen text asks for."""
    if to_body_id not in signed_by:
        yield Missing("la signature du nouveau coordonnateur", "signed_by")
    if not set(signed_by) <= set(members):
        yield Missing("des signataires membres du groupement", "signed_by")
    needed = signatures_needed(project, len(members))
    if needed is not None and len(set(signed_by)) < needed:
        label = f"{needed} signatures sur {len(members)} membres, selon le texte figé ({len(set(signed_by))} données)"
        yield Missing(label, "signed_by")


def sound_lead_act(
    project: Any,
    *,
    accepted_on: dt.date,
    act_date: dt.date,
    act_enforceable_on: dt.date,
    effective_on: dt.date,
    authorises_contract: bool,
    proof: str,
) -> Iterable[Missing]:
    """The act of the new lead body comes first, enforceable; then the amendment takes effect, and not in advance."""
    if act_enforceable_on < act_date:
        yield Missing(f"une date exécutoire égale ou postérieure à l'acte du {french(act_date)}", "act_enforceable_on")
    if effective_on < act_enforceable_on:
        yield Missing(
            f"un effet le {french(act_enforceable_on)} au plus tôt : l'acte est alors exécutoire", "effective_on"
        )
    if effective_on < accepted_on:
        yield Missing(f"un effet le {french(accepted_on)} au plus tôt : l'accord est de ce jour", "effective_on")
    if effective_on > clock.today():
        yield Missing(f"un effet qui ne soit pas à venir (le {french(effective_on)})", "effective_on")
    if not proof.strip():
        yield Missing("la preuve (avenant signé reçu le…, courriel du…)", "note")
    to_sign = project.state != ProjectState.RUNNING and not members_sign(project)
    if to_sign and not authorises_contract:
        label = "l'autorisation de signer le marché, donnée par l'assemblée du nouveau coordonnateur"
        yield Missing(f"{label} : celle de signer la convention ne suffit pas", "authorises_contract")


def covered_shares(members: Iterable[Any], shares: Mapping[str, int]) -> Iterable[Missing]:
    """The discount of the lead body goes with the role: nobody may then pay more than it voted (cents HT)."""
    for row in members:
        share = shares.get(row.body.siren or "", 0)
        if share > (row.act_maximum_cents or 0):
            label = f"un nouveau vote de {row.body} : sa part devient {euros(share)} HT, au-delà des "
            yield Missing(f"{label}{euros(row.act_maximum_cents or 0)} HT votés", "signed_by")
