"""Variants of a body's act: the decision by delegation, and the slip that sends an act to the prefect."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from documents.contexts import acts, votes
from documents.contexts.acts import BodyAct
from documents.contexts.buyers import goes_to_prefect
from documents.contexts.common import TO_COMPLETE, day
from documents.contexts.subject import Subject
from documents.contexts.tender import Engagement, awards
from projects.enums import Mandate


@dataclass(frozen=True, slots=True)
class Decision(BodyAct):
    """The model decision; an empty `organ` says that nobody but the assembly may decide."""


def decision(subject: Subject) -> Decision:
    """The model decision by delegation of one body; KeyError when it takes no part."""
    values = acts.fields(subject)
    values["contract"] = votes.contract(subject.dossier, subject.party, values["party"].executive_said, decision=True)
    return Decision(**values)


@dataclass(frozen=True, slots=True)
class Slip(BodyAct):
    """The slip of transmission: the act of this body as it was recorded, and its contract where one is due."""

    act: str
    act_date: str
    department: str
    signs_contract: bool
    contract_due: bool  # of an amount that goes to the prefect before notification
    contracts: tuple[Engagement, ...]


def slip(subject: Subject) -> Slip:
    """The slip of one body; KeyError when it takes no part."""
    party, mandate = subject.party, subject.dossier.level
    recorded = next((act for act in subject.acts if act.siren == party.siren and act.number), None)
    signs = party.buys if mandate == Mandate.AWARD else party.is_lead
    own = [award for award in subject.tender.awards if mandate != Mandate.AWARD or award.buyer == party.siren]
    contracts = awards(dataclasses.replace(subject.tender, awards=tuple(own)), subject.dossier) if signs else ()
    return Slip(
        **acts.fields(subject),
        act=f"{recorded.kind} n°\u00a0{recorded.number}" if recorded else TO_COMPLETE,
        act_date=day(recorded.date if recorded else ""),
        department=party.department or TO_COMPLETE,
        signs_contract=signs,
        contract_due=signs and goes_to_prefect(subject),
        contracts=contracts,
    )
