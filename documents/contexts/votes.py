"""What the act of a body approves, and what follows from it: said once for deliberation, decision and notes."""

from __future__ import annotations

from documents.contexts.common import day, euros, lead_name, shares_development
from documents.contexts.words import cardinal
from projects.dossier import Dossier, Party
from projects.enums import Mandate, Vehicle
from projects.missions import LEAD

_CCP = "le code de la commande publique"
_GROUPING = f"{_CCP}, notamment ses articles L.\u00a02113-6 à L.\u00a02113-8"


def annexes_grouping(dossier: Dossier) -> bool:
    """Annex 4 of the agreement is the convention of a grouping: it is approved, and signed, with it."""
    return shares_development(dossier) and dossier.grouped


def visa(dossier: Dossier) -> str:
    """The articles of the code that the vehicle rests on: L. 2113-6 and following, L. 2511-6, or the code alone."""
    if dossier.grouped:
        return _GROUPING
    return f"{_CCP}, notamment son article L.\u00a02511-6" if dossier.vehicle == Vehicle.COOPERATION else _CCP


def approved(dossier: Dossier) -> str:
    """« La version 1 de la convention constitutive du groupement de commandes est approuvée »."""
    version = f"La version {dossier.version or 'de travail'}"
    if not shares_development(dossier):
        return f"{version} de la convention constitutive du groupement de commandes est approuvée"
    if not dossier.grouped:
        return f"{version} de l'accord de développement partagé est approuvée"
    return (
        f"{version} de l'accord de développement partagé, et la convention constitutive du groupement de commandes qui "
        "lui est annexée (annexe\u00a04), sont approuvées"
    )


def lead_title(dossier: Dossier) -> str:
    """What the body that leads accepts to be."""
    if not shares_development(dossier):
        return "coordonnateur"
    return "chef de file et coordonnateur du groupement" if dossier.grouped else "chef de file"


# Who signs the contract -----------------------------------------------------------------------------------------------
def contract(dossier: Dossier, party: Party, executive: str, *, decision: bool = False) -> str:
    """Whom the act lets sign the contract: an authorisation beside that of the convention (domain.md §8, 5).

    `decision`: taken by delegation, it does not let the executive sign for the others.
    """
    lead, signer = lead_name(dossier), _signer(dossier)
    if dossier.level == Mandate.AWARD and party.buys:
        if decision:
            return f"Le marché qui concerne {party.name} est signé au terme de la procédure par l'autorité compétente."
        return f"Le {executive} est autorisé à signer le marché qui concerne {party.name} au terme de la procédure."
    if not dossier.grouped:
        return _alone(party, lead, executive, decision=decision)
    if signer and party.siren == signer.siren and dossier.level != Mandate.AWARD:
        if decision:
            return "La signature du marché au nom de tous les membres fait l'objet d'un acte distinct."
        return f"Le {executive} est autorisé à signer le marché au nom de tous les membres au terme de la procédure."
    if not party.buys:
        return f"{party.name} n'achète pas\u00a0: aucun marché n'est signé en son nom."
    return f"{signer.name if signer else lead} est autorisé à signer le marché au nom de {party.name}."


def _alone(party: Party, lead: str, executive: str, *, decision: bool) -> str:
    """Without a grouping the lead body contracts for itself, and nobody else does."""
    if party.is_lead and not decision:
        return f"Le {executive} est autorisé à signer le marché, au nom de {party.name} seul, au terme de la procédure."
    own = f"{lead} signe le marché en son propre nom"
    return f"{own}." if party.is_lead else f"{own}\u00a0; {party.name} n'en est pas cocontractant."


def _signer(dossier: Dossier) -> Party | None:
    """Who signs for all: the lead body, or the member that the matrix of missions names."""
    who = dossier.doing("signature")
    return next((party for party in dossier.parties if party.siren == who and who != LEAD), dossier.lead)


# What binds, and until when -------------------------------------------------------------------------------------------
def takes_effect(dossier: Dossier) -> str:
    """When an agreement takes effect (its article 8); of a convention, what bounds the share."""
    if not shares_development(dossier):
        return "La part ne peut pas dépasser le maximum voté."
    if dossier.threshold_cents is None:
        return "L'accord prend effet lorsque tous les partenaires l'ont signé."
    until = f" au plus tard le {day(dossier.cut_off)}" if dossier.cut_off else ""
    return (
        f"L'accord ne prend effet que si le seuil de contributions signées ({euros(dossier.threshold_cents)} HT) "
        f"est atteint{until}."
    )


def withdrawal(dossier: Dossier) -> str:
    """How one leaves: article 14 of the convention, article 19 of the agreement."""
    if shares_development(dossier):
        days = f"{cardinal(dossier.terms.notice_days)} jour{'s' if dossier.terms.notice_days > 1 else ''}"
        return (
            f"Un partenaire se retire avec un préavis de {days}\u00a0; les sommes appelées ou commandées restent dues."
        )
    return (
        "Le retrait est libre avant le lancement de la procédure\u00a0; ensuite, il reste sans effet sur les marchés "
        "déjà conclus."
    )


def engages(dossier: Dossier, party: Party) -> str:
    """What the assembly binds itself to."""
    if not party.buys:
        return "À prendre part au projet, sans engager de crédit."
    if shares_development(dossier):
        return "À contribuer, dans la limite du maximum voté."
    return "À contracter pour le besoin déclaré, dans la limite du maximum voté."
