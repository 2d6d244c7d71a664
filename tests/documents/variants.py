"""The variants of the convention: what changes in a dossier → words it brings, words it must not bring."""

from __future__ import annotations

from typing import Any

from projects.agreement_terms import Terms
from projects.dossier import Lot, Subsidy
from tests.documents import makers

EPCI = makers.party(1, kind="epci", name="CC des Rives", siren="200000172")
COMMUNES = tuple(makers.party(number, epci="200000172") for number in (2, 3))
FLAT = {"kind": "flat", "weight": "population", "fees": [{"up_to": 900, "cents": 5200}, {"up_to": None, "cents": 7000}]}
CALLED = [
    "appelle auprès de chaque membre sa part des coûts communs qu'il a payés pour tous",
    "accompagné des justificatifs ; le membre s'en acquitte dans un délai de",
]
VARIANTS: dict[str, tuple[dict[str, Any], list[str], list[str]]] = {
    "M1": (
        {"mandate": "M1"},
        ["Chaque membre signe, transmet, notifie et exécute le marché", "ne signe son propre marché que si", *CALLED],
        ["demande à chaque membre le remboursement", "l'imputation"],
    ),
    "M2": (
        {"mandate": "M2"},
        ["de signer et de notifier le marché", "Chaque membre paie directement", *CALLED],
        ["l'imputation"],
    ),
    "M3": (
        {"mandate": "M3"},
        [
            "demande à chaque membre le remboursement",
            "un titre de recettes correspondant à sa part, accompagné des justificatifs",
            "leur comptable l'imputation (opérations sous mandat ou participation)",
        ],
        ["Chaque membre paie directement", "état des dépenses"],
    ),
    "own missions": (
        {"missions": {"orders": makers.party(2).siren, "archives": makers.party(3).siren}},
        ["Les membres ont réparti certaines opérations autrement"],
        [],
    ),
    "no mission of its own": ({}, [], ["ont réparti certaines opérations autrement"]),
    "permanent": (
        {"grouping": "permanent"},
        ["groupement de commandes permanent", "ne vaut que pour les procédures lancées ensuite", "sans limitation"],
        ["ne peut plus changer une fois la procédure"],
    ),
    "one-off": (
        {"grouping": "one_off"},
        ["groupement de commandes ponctuel", "ne peut plus changer une fois la procédure"],
        ["sans limitation de durée"],
    ),
    "committee of the grouping": (
        {"cao": "grouping"},
        ["L. 1414-3, I,", "un représentant élu parmi les membres à voix délibérative", "Un suppléant"],
        ["celle du coordonnateur (article"],
    ),
    "committee of the lead": ({"cao": "lead"}, ["est celle du coordonnateur (article L. 1414-3, II,"], []),
    "no committee": ({"cao": "none"}, ["ne requiert pas de commission d'appel d'offres"], ["représentant élu"]),
    "subsidy": (
        {"subsidies": (Subsidy("Région", "40", 120_000_00, 30_000_00, 30_000_00),)},
        ["Les subventions sont déduites avant toute répartition", "Région", "40 %", "30 000,00 €"],
        [],
    ),
    "no subsidy": ({}, [], ["subvention"]),
    "several lots": (
        {"lots": (Lot(1, "Logiciel", "48000000"), Lot(2, "Reprise", "72000000")), "no_lots_reason": ""},
        ["Le marché est alloti", "lot 2 : Reprise (CPV 72000000)"],
        ["L'absence d'allotissement"],
    ),
    "one lot": ({}, ["L'absence d'allotissement est motivée", "Un seul éditeur répond de l'ensemble"], []),
    "ceiling": ({"ceiling_cents": 400_000_00}, ["dans la limite d'un plafond de 400 000,00 € HT"], []),
    "an EPCI serves its communes": (
        {"parties": (EPCI, *COMMUNES)},
        ["L. 5211-4-4 du code général des collectivités territoriales", "L'article [à compléter] de ses statuts le"],
        ["si ses statuts"],
    ),
    "an EPCI paid for it": (
        {"parties": (EPCI, *COMMUNES), "terms": Terms(lead_pay="flat", lead_pay_cents=1_200_00)},
        [],
        ["L. 5211-4-4"],  # free of charge, says the law
    ),
    "an EPCI among others": ({"parties": (EPCI, makers.party(2))}, [], ["L. 5211-4-4"]),
    "in kind": (
        {
            "parties": (
                makers.party(1, in_kind_days="10", in_kind_day_cents=350_00, in_kind_cents=3_500_00),
                COMMUNES[0],
            )
        },
        ["Un apport en nature se compte en jours", "feuilles de temps", "10 jours à 350,00 €"],
        [],
    ),
    "no contribution in kind": ({}, [], ["apport en nature"]),
    "framework agreement, planned": (
        {"terms": Terms(contract_form="orders", launch_on="2026-09-01", families="Logiciels de gestion")},
        ["un accord-cadre exécuté par bons de commande", "à compter du 1er septembre 2026", "n'excède pas quatre ans"],
        ["S'il s'agit"],
    ),
    "call-offs": (
        {"terms": Terms(contract_form="call_offs")},
        ["par un accord-cadre exécuté par marchés subséquents", "L'accord-cadre comporte", "n'excède pas quatre ans"],
        ["S'il s'agit"],
    ),
    "ordinary contract": (
        {"terms": Terms(contract_form="contract")},
        ["Le besoin est satisfait par un marché ordinaire"],
        ["accord-cadre"],
    ),
    "form not chosen": (
        {},
        [
            "S'il s'agit d'un accord-cadre, il comporte un maximum",
            "(article R. 2162-4 du code de la commande publique)",
        ],
        ["Le besoin est satisfait", "R. 2162-4 du même"],
    ),
    "families": (
        {"terms": Terms(families="Logiciels de gestion")},
        ["relèvent des familles suivantes : Logiciels de gestion", "complété lot par lot à l'article 8"],
        [],
    ),
    "no family": ({}, [], ["familles suivantes", "lot par lot"]),
    "paid what it spent": (
        {"terms": Terms(lead_pay="actual")},
        ["lui remboursent, sur justificatifs et selon la clé de l'annexe 3, les frais réels de sa mission"],
        ["à titre gratuit"],
    ),
    "two thirds": (
        {},
        [
            "exclu à la majorité des deux tiers des autres membres",
            "désignent son remplaçant à la majorité des deux tiers, par avenant",
            "fait exception : le nouveau coordonnateur et les membres qui le désignent, à la majorité des deux tiers",
        ],
        ["avec l'accord auquel elle est annexée"],
    ),
    "simple majority": (
        {"terms": Terms(vote_rule="simple")},
        ["exclu à la majorité des autres", "désignent son remplaçant à la majorité, par avenant", "à la majorité, le"],
        ["deux tiers"],
    ),
    "default split of a lawsuit": (
        {},
        ["à proportion des parts hors taxes de l'annexe 3, sauf faute"],
        ["en parts égales entre"],
    ),
    "term of the lead": ({}, ["désigné coordonnateur du groupement pour toute la durée de la convention"], []),
    "volumes added up": ({}, ["naissances 60 actes 3 2025"], []),
    "tariff": (
        {"cost_lines": (makers.line("Hébergement", 1_000_00, FLAT, [makers.party(number) for number in (1, 2, 3)]),)},
        ["Par exception, la somme des parts d'une ligne au tarif peut différer de son coût", "le déficit est supporté"],
        [],
    ),
    "no tariff": ({}, [], ["au tarif"]),
    "no deputy, no schedule, no partner, no launch": (
        {},
        [],
        ["supplée", "l'échéancier suivant", "sans y acheter", "à titre indicatif", "fait pas tomber", "plafond de"],
    ),
    "paid lead, deputy": (
        {"terms": Terms(lead_pay="flat", lead_pay_cents=1_200_00, deputy="Commune 002")},
        ["un forfait de 1 200,00 € HT par an", "Commune 002 supplée le coordonnateur"],
        ["à titre gratuit"],
    ),
    "paid by percentage": (
        {"terms": Terms(lead_pay="percent", lead_pay_percent="2.5")},
        ["2,5 % des sommes que chacun paie"],
        ["à titre gratuit"],
    ),
    "quick joining": (
        {"grouping": "permanent", "terms": Terms(quick_joining=True)},
        ["L'avenant d'adhésion est signé par le nouveau membre et par le coordonnateur", "sauf l'avenant d'adhésion"],
        ["par tous les membres dans les mêmes formes."],
    ),
    "departure": (
        {"terms": Terms(departure_keeps_acts=True, leave_after_launch=False, notice_days=60, vote_rule="unanimity")},
        [
            "ne fait pas tomber les actes des autres",
            "aucun retrait n'est admis",
            "préavis de soixante jours",
            "à l'unanimité",
        ],
        ["quatre-vingt-dix"],
    ),
    "entry, lawsuit, archives, court": (
        {"terms": Terms(entry="last_enforceable", litigation="equal", depositary="Commune 003", court="de Grenoble")},
        [
            "dernière mesure qui la rend exécutoire",
            "en parts égales entre les membres",
            "Commune 003 conserve les pièces",
            "devant le tribunal administratif de Grenoble",
        ],
        ["à la date de la dernière signature"],
    ),
    "schedule": (
        {"mandate": "M3", "terms": Terms(schedule="30 % à la notification, 70 % à l'admission", refund_days=45)},
        ["l'échéancier suivant : 30 % à la notification", "délai de quarante-cinq jours"],
        ["délai de trente jours"],
    ),
    "two partners": (
        {"parties": (*(makers.party(n) for n in (1, 2)), *(makers.party(n, maximum_cents=0) for n in (3, 4)))},
        ["Commune 003 et Commune 004 prennent part au groupement sans y acheter"],
        [],
    ),
}


# Mandate → the variants read together from one PDF and one editable file: every variant that prints words is in one.
TOGETHER = {
    "M1": "subsidy/permanent/committee of the grouping/several lots/quick joining/paid lead, deputy/own missions/"
    "tariff/framework agreement, planned/two thirds/default split of a lawsuit/volumes added up",
    "M2": "one-off/committee of the lead/in kind/paid by percentage/entry, lawsuit, archives, court/form not chosen/"
    "term of the lead/one lot/no family",
    "M3": "one-off/no committee/ceiling/an EPCI serves its communes/schedule/ordinary contract/departure",
    "": "two partners/call-offs/paid what it spent/simple majority/families/no contribution in kind/no subsidy",
}
