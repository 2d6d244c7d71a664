"""The data that a clause may name, with their values for a dossier: plain words, never Markdown, never a template."""

from __future__ import annotations

from documents.contexts import needs
from documents.contexts.common import TO_COMPLETE, day, euros, in_sentence, join, lead_name, number, or_complete
from documents.contexts.funds import due_said
from documents.contexts.words import cardinal
from procurement.money import NO_BREAK
from projects.agreement_terms import ContractForm, VoteRule
from projects.dossier import Dossier
from projects.enums import Grouping, Route
from projects.pooling.words import percent

# What each one is, for the page on which a clause is written.
LABELS = {
    "reference": "la référence du projet",
    "version": "le numéro de la version figée",
    "projet": "l'intitulé du projet",
    "coordonnateur": "l'organisme coordonnateur, ou chef de file",
    "duree": "la durée, par exemple « 48 mois »",
    "objet": "l'objet",
    "type_groupement": "ponctuel ou permanent",
    "membres": "les acheteurs",
    "partenaires": "les partenaires sans achat",
    "domaine": "le domaine fonctionnel",
    "cpv": "le code CPV et son libellé",
    "familles": "les familles d'achat",
    "somme_des_maxima": "la somme des maxima HT",
    "plafond": "le plafond HT",
    "motif_lots": "pourquoi un seul lot",
    "forme_marche": "la forme du marché",
    "support": "ce par quoi les prestations se demandent : bon de commande, marché subséquent, marché",
    "lancement": "la date prévue du lancement",
    "echeancier": "l'échéancier",
    "suppleant": "le suppléant du coordonnateur",
    "depositaire": "le dépositaire des archives",
    "forfait": "le forfait annuel du coordonnateur HT",
    "pourcentage": "le pourcentage dû au coordonnateur",
    "delai_reponse": "le délai de réponse, en lettres",
    "delai_avis": "le délai d'avis sur le dossier, en lettres",
    "preavis": "le préavis de retrait, en lettres",
    "delai_mise_en_demeure": "le délai après mise en demeure, en lettres",
    "delai_paiement": "le délai de paiement, en lettres",
    "delai_amiable": "la durée de la recherche d'un accord, en lettres",
    "majorite": "la majorité des décisions graves",
    "tribunal": "le tribunal administratif compétent",
    "seuil": "le seuil de prise d'effet HT",
    "date_limite": "la date limite",
    "nom_logiciel": "le nom du logiciel",
    "perimetre": "le périmètre de la première version",
    "socle": "le logiciel libre réutilisé",
    "licence": "la licence du logiciel (SPDX)",
    "licence_documentation": "la licence de la documentation",
    "depot": "l'adresse du dépôt",
    "embargo": "la retenue d'un correctif de sécurité, en lettres",
    "quorum": "le quorum, en lettres",
    "reunions": "le nombre de réunions par an, en lettres",
    "delai_releve": "le délai de diffusion du relevé, en lettres",
    "pilotes": "les sites pilotes",
    "duree_va": "la durée de la vérification d'aptitude, en lettres",
    "duree_vsr": "la durée de la vérification de service régulier, en lettres",
    "rendez_vous": "le rendez-vous sur la maintenance, en mois, en lettres",
    "amortissement": "les années d'amortissement, en lettres",
    "tolerance": "la tolérance de dépassement, en lettres",
    "role": "« coordonnateur », ou « chef de file » quand il achète seul",
    "juridiction": "le tribunal administratif compétent, sans article",
    "exigences_indispensables": "le nombre d'exigences indispensables, en chiffres",
    "jours_va": "les jours de la vérification d'aptitude, en chiffres",
    "jours_vsr": "les jours de la vérification de service régulier, en chiffres",
    "jours_embargo": "les jours de retenue d'un correctif de sécurité, en chiffres",
}
# What stands alone in its paragraph: tables, and what depends on the consultation rather than on the dossier.
TABLES = {
    "parties": "la liste des parties",
    "missions": "le tableau « Qui fait quoi, et quand »",
    "lots": "la liste des lots",
    "mandat": "qui signe, exécute et paie, d'après le mandat",
    "forme": "la forme du contrat et son maximum, d'après la consultation",
    "procedure": "la procédure et ses articles, d'après la consultation",
    "commission": "qui choisit le titulaire, d'après la procédure",
    "negociation": "la négociation, ou son interdiction, d'après la procédure ; votre texte peut en prendre la place",
    "calendrier": "les dates de la consultation et le délai minimal",
    "attribution": "le délai avant la signature ou l'information des candidats, d'après la procédure",
    "facturation": "le tableau des données de facturation",
}
MAJORITIES = {
    VoteRule.UNANIMITY: "à l'unanimité",
    VoteRule.TWO_THIRDS: "à la majorité des deux tiers",
    VoteRule.SIMPLE: "à la majorité",
}
_CARRIERS = {ContractForm.CONTRACT: "marché", ContractForm.CALL_OFFS: "marché subséquent"}
_FORMS = {
    ContractForm.CONTRACT: "un marché ordinaire",
    ContractForm.ORDERS: "un accord-cadre exécuté par bons de commande",
    ContractForm.CALL_OFFS: "un accord-cadre exécuté par marchés subséquents",
}


def values(dossier: Dossier) -> dict[str, str]:
    """Every name of LABELS with what it stands for; what is not known is marked to complete."""
    return {**_framing(dossier), **_agreed(dossier), **_built(dossier), **_late(dossier)}


def _framing(dossier: Dossier) -> dict[str, str]:
    return {
        "reference": dossier.reference,
        "version": str(dossier.version) if dossier.version else "de travail",
        "projet": dossier.title,
        "coordonnateur": lead_name(dossier),
        "duree": f"{dossier.duration_months} mois" if dossier.duration_months else TO_COMPLETE,
        "objet": or_complete(dossier.object),
        "type_groupement": "permanent" if dossier.grouping == Grouping.PERMANENT else "ponctuel",
        "membres": join([party.name for party in dossier.parties if party.buys]) or TO_COMPLETE,
        "partenaires": join([party.name for party in dossier.parties if not party.buys]) or "aucun",
        "domaine": in_sentence(dossier.domain_label),
        "cpv": f"{dossier.cpv} ({dossier.cpv_label})" if dossier.cpv else TO_COMPLETE,
        "somme_des_maxima": needs.maximum_total(dossier),
        "plafond": euros(dossier.ceiling_cents),
        "motif_lots": or_complete(dossier.no_lots_reason),
        "seuil": euros(dossier.threshold_cents),
        "date_limite": day(dossier.cut_off),
    }


def _agreed(dossier: Dossier) -> dict[str, str]:
    terms = dossier.terms
    return {
        "familles": or_complete(terms.families),
        "support": _CARRIERS.get(ContractForm(terms.contract_form), "bon de commande")
        if terms.contract_form
        else "bon de commande",
        "forme_marche": _FORMS[ContractForm(terms.contract_form)] if terms.contract_form else TO_COMPLETE,
        "lancement": day(terms.launch_on),
        "echeancier": or_complete(_schedule(dossier)),
        "suppleant": or_complete(terms.deputy),
        "depositaire": terms.depositary or ("Le chef de file" if _shared(dossier) else "Le coordonnateur"),
        "forfait": euros(terms.lead_pay_cents),
        "pourcentage": f"{number(terms.lead_pay_percent)}{NO_BREAK}%" if terms.lead_pay_percent else TO_COMPLETE,
        "delai_reponse": _days(terms.answer_days),
        "delai_avis": _days(terms.dce_days),
        "preavis": _days(terms.notice_days),
        "delai_mise_en_demeure": _days(terms.cure_days),
        "delai_paiement": _days(terms.refund_days),
        "delai_amiable": _days(terms.mediation_days),
        "majorite": MAJORITIES[VoteRule(terms.vote_rule)],
        "tribunal": f"le tribunal administratif {terms.court or _seat(dossier)}",
    }


def _schedule(dossier: Dossier) -> str:
    """The plan of the calls for funds, then what the parties wrote about it."""
    calls = [
        f"appel n°\u00a0{number}, {in_sentence(item.label)}\u00a0: {percent(item.basis_points)}, {due_said(item)}"
        for number, item in enumerate(dossier.instalments, start=1)
    ]
    plan = "\u00a0; ".join(calls) + "." if calls else ""
    return " ".join(filter(None, [plan, dossier.terms.schedule]))


def _seat(dossier: Dossier) -> str:
    lead = "le chef de file" if _shared(dossier) else "le coordonnateur"
    return f"dans le ressort duquel {lead} a son siège"


def _shared(dossier: Dossier) -> bool:
    return dossier.route == Route.SHARED_DEVELOPMENT


def _built(dossier: Dossier) -> dict[str, str]:
    terms = dossier.terms
    return {
        "nom_logiciel": or_complete(terms.software_name),
        "perimetre": or_complete(terms.scope),
        "socle": or_complete(terms.base_software),
        "licence": terms.licence or "[à compléter : identifiant SPDX]",
        "licence_documentation": terms.docs_licence,
        "depot": or_complete(terms.forge_url),
        "embargo": _days(terms.embargo_days),
        "quorum": "la moitié" if terms.quorum_percent == 50 else f"{cardinal(terms.quorum_percent)} pour cent",
        "reunions": f"{cardinal(terms.meetings)} fois",
        "delai_releve": _days(terms.minutes_days),
        "pilotes": or_complete(terms.pilots),
        "duree_va": _days(terms.va_days),
        "duree_vsr": _days(terms.vsr_days),
        "rendez_vous": f"{cardinal(terms.review_months)} mois",
        "amortissement": f"{cardinal(terms.depreciation_years)} ans",
        "tolerance": f"{cardinal(terms.tolerance_percent)} pour cent",
    }


def _days(count: int) -> str:
    return f"{cardinal(count)} jour{'s' if count > 1 else ''}"


def _late(dossier: Dossier) -> dict[str, str]:
    """What the texts put to candidates name; they write days in figures."""
    terms, role = dossier.terms, "coordonnateur" if dossier.grouped else "chef de file"
    return {
        "role": role,
        "juridiction": f"tribunal administratif {terms.court or f'dans le ressort duquel le {role} a son siège'}",
        "exigences_indispensables": str(len([item for item in dossier.requirements if item.priority == "must"])),
        "jours_va": str(terms.va_days),
        "jours_vsr": str(terms.vsr_days),
        "jours_embargo": str(terms.embargo_days),
    }
