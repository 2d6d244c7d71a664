"""What chooses the variants of the model texts: the names of what is true of a dossier."""

from __future__ import annotations

from procurement.models import BodyKind
from projects.costsharing.tariffs import Flat, Marginal
from projects.dossier import Dossier
from projects.enums import Committee, Grouping, Mandate, Route, Vehicle

TARIFFS = (Flat.kind, Marginal.kind)  # keys whose shares need not sum to the cost
CIVIL_REGISTRY = "etat-civil"  # code of the functional domain
FACTS = {
    "m1": "mandat M1, passation seule",
    "m2": "mandat M2, passation, signature et notification",
    "m3": "mandat M3, exécution comprise",
    "missions propres": "des missions sont réparties autrement que par le mandat",
    "permanent": "groupement permanent",
    "cao groupement": "commission d'appel d'offres du groupement",
    "cao aucune": "procédure adaptée, sans commission",
    "subvention": "au moins une subvention",
    "nature": "au moins un apport en nature",
    "partenaires": "au moins un partenaire sans achat",
    "plusieurs partenaires": "plusieurs partenaires sans achat",
    "communes de l'epci": "le coordonnateur est l'EPCI de tous les autres acheteurs",
    "plafond": "un plafond est fixé",
    "lots": "des lots sont décrits",
    "plusieurs lots": "plusieurs lots",
    "motif": "l'absence d'allotissement est motivée",
    "seuil": "un seuil de déclenchement est fixé",
    "groupement": "un groupement de commandes achète",
    "annexe": "le groupement est annexé à un accord de développement partagé",
    "vehicule groupement": "développement partagé par groupement de commandes",
    "vehicule participation": "développement partagé par participation financière",
    "vehicule cooperation": "développement partagé par coopération public-public",
    "domaine": "un domaine fonctionnel est connu",
    "etat civil": "les besoins relèvent de l'état civil",
    "familles": "des familles d'achat sont nommées",
    "forme": "la forme du marché est choisie",
    "accord-cadre": "le marché est un accord-cadre",
    "marche ordinaire": "le marché n'est pas un accord-cadre",
    "marches subsequents": "l'accord-cadre s'exécute par marchés subséquents",
    "lancement": "la date de lancement est prévue",
    "echeancier": "un échéancier est écrit",
    "suppleant": "un suppléant du coordonnateur est nommé",
    "retrait apres lancement": "le retrait reste possible après le lancement",
    "depart sans nouveau vote": "un départ laisse valoir les actes des autres",
    "adhesion simplifiee": "adhésion par avenant simplifié",
    "gratuit": "coordonnateur non rémunéré",
    "frais reels": "coordonnateur remboursé de ses frais",
    "forfait": "coordonnateur rémunéré au forfait",
    "derniere signature": "entrée en vigueur à la dernière signature",
    "contentieux egal": "frais de contentieux partagés également",
    "perimetre": "un périmètre est écrit",
    "socle": "un logiciel libre est réutilisé",
    "dco": "certificat d'origine demandé",
    "premier jour": "publication dès le premier jour",
    "copropriete": "droits en copropriété",
    "droits au chef de file": "droits au chef de file seul",
    "cession exclusive": "cession exclusive par le titulaire",
    "vote pondere": "voix à proportion des contributions",
    "entree retroactive": "droit d'entrée calculé sur la clé rétroactive",
    "entree amortie": "droit d'entrée calculé sur la valeur amortie",
    "nom depose": "le nom est déposé",
    "depot": "l'adresse du dépôt est connue",
    "tribunal": "le tribunal est nommé",
    "cle au tarif": "une ligne de coût est partagée selon un tarif",
    "licence": "la licence du logiciel est choisie",
}


def facts(dossier: Dossier) -> frozenset[str]:
    """The names, among FACTS, of what is true. A mandate not chosen yet reads as M2, the usual one."""
    return frozenset(name for name, true in {**_framing(dossier), **_terms(dossier)}.items() if true)


def _framing(dossier: Dossier) -> dict[str, bool]:
    shared = dossier.route == Route.SHARED_DEVELOPMENT
    partners = [party for party in dossier.parties if not party.buys]
    return {
        "m1": dossier.level == Mandate.AWARD,
        "m2": dossier.level not in (Mandate.AWARD, Mandate.EXECUTION),
        "m3": dossier.level == Mandate.EXECUTION,
        "missions propres": dossier.grouped and bool(dossier.missions),
        "permanent": dossier.grouping == Grouping.PERMANENT,
        "cao groupement": dossier.committee == Committee.GROUPING,
        "cao aucune": dossier.committee == Committee.NONE,
        "subvention": bool(dossier.subsidies),
        "nature": any(party.in_kind_days for party in dossier.parties),
        "partenaires": bool(partners),
        "plusieurs partenaires": len(partners) > 1,
        "communes de l'epci": lead_serves_its_communes(dossier),
        "plafond": dossier.ceiling_cents is not None,
        "lots": bool(dossier.lots),
        "plusieurs lots": len(dossier.lots) > 1,
        "motif": bool(dossier.no_lots_reason),
        "seuil": dossier.threshold_cents is not None,
        "groupement": dossier.grouped,
        "annexe": shared,
        "vehicule groupement": shared and dossier.vehicle == Vehicle.GROUPING,
        "vehicule participation": shared and dossier.vehicle == Vehicle.CO_FUNDING,
        "vehicule cooperation": shared and dossier.vehicle == Vehicle.COOPERATION,
        "domaine": bool(dossier.domain_label),
        "etat civil": dossier.domain_code == CIVIL_REGISTRY,
        "cle au tarif": any(line.key.get("kind") in TARIFFS for line in dossier.cost_lines),
    }


def _terms(dossier: Dossier) -> dict[str, bool]:
    terms = dossier.terms
    return {
        "familles": bool(terms.families),
        "forme": bool(terms.contract_form),
        "accord-cadre": terms.contract_form in ("orders", "call_offs"),
        "marche ordinaire": terms.contract_form == "contract",
        "marches subsequents": terms.contract_form == "call_offs",
        "lancement": bool(terms.launch_on),
        "echeancier": bool(terms.schedule or dossier.instalments),
        "suppleant": bool(terms.deputy),
        "retrait apres lancement": terms.leave_after_launch,
        "depart sans nouveau vote": terms.departure_keeps_acts,
        "adhesion simplifiee": terms.quick_joining,
        "gratuit": terms.lead_pay == "free",
        "frais reels": terms.lead_pay == "actual",
        "forfait": terms.lead_pay == "flat",
        "derniere signature": terms.entry == "last_signature",
        "contentieux egal": terms.litigation == "equal",
        "perimetre": bool(terms.scope),
        "socle": bool(terms.base_software),
        "dco": terms.dco,
        "premier jour": terms.publication == "first_day",
        "copropriete": terms.ownership == "co_owners",
        "droits au chef de file": terms.ownership == "lead",
        "cession exclusive": terms.assignment == "exclusive",
        "vote pondere": terms.vote_mode == "by_contribution",
        "entree retroactive": terms.entry_rule == "retroactive",
        "entree amortie": terms.entry_rule == "linear",
        "nom depose": terms.brand == "lead",
        "depot": bool(terms.forge_url),
        "tribunal": bool(terms.court),
        "licence": bool(terms.licence),
    }


def lead_serves_its_communes(dossier: Dossier) -> bool:
    """The lead is an EPCI and every other buyer is one of its communes (L. 5211-4-4 CGCT)."""
    lead = dossier.lead
    others = [party for party in dossier.parties if party.buys and not party.is_lead]
    if lead is None or lead.kind != BodyKind.EPCI or not others:
        return False
    return all(party.kind == BodyKind.COMMUNE and party.epci == lead.siren for party in others)
