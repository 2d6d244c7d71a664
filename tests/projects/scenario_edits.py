"""Small edits of the demo that make it impossible, and what the refusal must say."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

LEAD, OUTSIDE = "000260380", "000263111"
Edit = Callable[[Any], object]


def put(path: str, value: Any) -> Edit:
    """Set the value at `needs.0.title`."""
    *parents, last = path.split(".")

    def edit(data: Any) -> None:
        for name in parents:
            data = data[int(name) if isinstance(data, list) else name]
        data[int(last) if isinstance(data, list) else last] = value

    return edit


def drop(path: str) -> Edit:
    """Delete what stands at the path."""
    *parents, last = path.split(".")

    def edit(data: Any) -> None:
        for name in parents:
            data = data[int(name) if isinstance(data, list) else name]
        del data[int(last) if isinstance(data, list) else last]

    return edit


def again(where: str, index: int = 0) -> Edit:
    """Repeat an item of a list at its end."""
    return lambda data: data[where].append(copy.deepcopy(data[where][index]))


def both(*edits: Edit) -> Edit:
    return lambda data: [edit(data) for edit in edits]


LINE = "project.cost_lines.0"
IMPOSSIBLE: dict[str, tuple[Edit, str]] = {
    "bounds of a body that takes no part": (
        put(f"{LINE}.terms", {OUTSIDE: {"cap_cents": 1}}),
        f"project.cost_lines[0].terms : « {OUTSIDE} » ne prend pas part au projet",
    ),
    "a floor above its cap": (
        put(f"{LINE}.terms", {LEAD: {"floor_cents": 2, "cap_cents": 1}}),
        f"project.cost_lines[0].terms.{LEAD} : le plancher 2 dépasse le plafond 1",
    ),
    "a negative floor": (
        put(f"{LINE}.terms", {LEAD: {"floor_cents": -1}}),
        f"project.cost_lines[0].terms.{LEAD}.floor_cents : cette valeur est inférieure à 0 (valeur : -1)",
    ),
    "a bound by another name": (
        put(f"{LINE}.terms", {LEAD: {"maximum": 1}}),
        f"project.cost_lines[0].terms.{LEAD}.maximum : champ inconnu",
    ),
    "a bound for what is no SIREN": (
        put(f"{LINE}.terms", {"Valmont": {"cap_cents": 1}}),
        "« Valmont » n'est pas un SIREN",
    ),
    "a discount above everything": (
        put(f"{LINE}.lead_discount", {"percent": "101", "mode": "weight"}),
        "project.cost_lines[0].lead_discount.percent : « 101 » dépasse 100 %",
    ),
    "a discount of an unknown form": (
        put(f"{LINE}.lead_discount", {"percent": "10", "mode": "half"}),
        "project.cost_lines[0].lead_discount.mode : valeurs admises",
    ),
    "bounds on a tariff": (
        both(
            put(f"{LINE}.key", {"kind": "flat", "weight": "population", "fees": [{"up_to": None, "cents": 1}]}),
            put(f"{LINE}.terms", {LEAD: {"cap_cents": 1}}),
        ),
        "project.cost_lines[0].terms : une clé « flat » ne prend ni plancher ni plafond",
    ),
    "a discount on a tariff": (
        both(
            put(f"{LINE}.key", {"kind": "flat", "weight": "population", "fees": [{"up_to": None, "cents": 1}]}),
            put(f"{LINE}.lead_discount", {"percent": "10", "mode": "amount"}),
        ),
        "project.cost_lines[0].lead_discount : un tarif « flat » ne prend pas de remise",
    ),
    "a category of one's own": (put(f"{LINE}.category", "divers"), "project.cost_lines[0].category : valeurs admises"),
    "a cost of a lot that is not there": (put(f"{LINE}.lot", 9), "project.cost_lines[0].lot : le lot 9 n'existe pas"),
    "a cost of no year": (put(f"{LINE}.years", 0), "project.cost_lines[0].years : cette valeur est inférieure à 1"),
    "signature before the act is enforceable": (
        put("participations.0.signature.date", "2026-05-21"),
        "participations[0].signature : « Enregistrer la signature » : il manque une signature le 22/05/2026 au plus tôt"
        " : "
        "l'acte n'est exécutoire qu'à cette date (signature du 21/05/2026).",
    ),
    "signature before its act": (
        put("participations.0.signature.date", "2026-05-01"),
        "participations[0].signature : « Enregistrer la signature » n'est pas possible : l'état est « Intention",
    ),
    "act before the freeze": (
        put("participations.0.deliberation.date", "2026-03-20"),
        "participations[0].deliberation : « Enregistrer l'acte » : il manque un acte postérieur à la version 1, "
        "figée le 01/04/2026 (acte du 20/03/2026).",
    ),
    "act enforceable before its date": (
        put("participations.0.deliberation.enforceable_on", "2026-05-17"),
        "participations[0].deliberation : « Enregistrer l'acte » : il manque une date exécutoire égale ou postérieure "
        "à l'acte du 18/05/2026 (exécutoire le 17/05/2026).",
    ),
    "act that votes less than the share": (
        put("participations.1.deliberation.maximum_cents", 1),
        "participations[1].deliberation : « Enregistrer l'acte » : il manque un montant voté d'au moins",
    ),
    "member without act": (
        both(drop("participations.3.deliberation"), drop("participations.3.signature")),
        "until : « Constater la constitution » : il manque l'acte autorisant Rochebise sur la version 1.",
    ),
    "signature without act": (
        drop("participations.3.deliberation"),
        "participations[3].signature : « Enregistrer la signature » n'est pas possible : l'état est « Intention",
    ),
    "member without signature": (
        drop("participations.3.signature"),
        "until : « Constater la constitution » : il manque la signature de Rochebise sur la version 1.",
    ),
    "lead not authorised to sign the contract": (
        put("participations.0.deliberation.authorises_contract", False),
        "until : « Constater la constitution » : il manque l'autorisation de signer le marché : Grandval-les-Cimes.",
    ),
    "every member signs the contract under M1": (
        put("project.mandate", "M1"),
        "l'autorisation de signer le marché : Roch",
    ),
    "threshold not reached": (
        put("project.threshold_cents", 99_999_999_00),
        "project : « Clore l'appel » : il manque le seuil de 99\u202f999\u202f999,00\u00a0€",
    ),
    "ceiling passed": (
        put("project.ceiling_cents", 20_000_000 + 100),
        "participations[1] : « Déclarer l'intention » : il manque un maximum d'au plus 1,00\u00a0€",
    ),
    "share above the own maximum": (
        put("participations.1.maximum_cents", 100),
        "HT pour Pont-d'Avrène (1,00\u00a0€ aujourd'hui)",
    ),
    "lead without intention": (
        both(drop("participations.0"), drop("project.threshold_cents")),
        "project : « Figer la convention » : il manque l'intention du coordonnateur",
    ),
    "intention after the cut-off": (
        put("participations.0.on", "2026-04-01"),
        "participations[0].on : l'intention est du 2026-04-01, après la date limite du 2026-03-31",
    ),
    "intention before the opening": (
        put("participations.0.on", "2026-02-01"),
        "participations[0].on : l'intention est du 2026-02-01, avant l'ouverture du projet le 2026-02-02",
    ),
    "need after the opening": (
        put("needs.3.on", "2026-02-03"),
        "needs[3].on : le besoin est publié le 2026-02-03, après l'ouverture du projet le 2026-02-02",
    ),
    "cut-off before the opening": (
        put("project.cut_off", "2026-02-01"),
        "project : « Ouvrir l'appel » : il manque une date",
    ),
    "no cost line": (put("project.cost_lines", []), "project : « Ouvrir l'appel » : il manque une estimation"),
    "percentages that do not reach 100": (
        put("project.cost_lines.2.key.percents." + LEAD, "37"),
        "project.cost_lines[2].key : ",
    ),
    "percentages for somebody who is not a member": (
        put("project.cost_lines.2.key", {"kind": "percent", "percents": {OUTSIDE: "100"}}),
        OUTSIDE,
    ),
    "a weight nobody declared": (
        put("project.cost_lines.0.key", {"kind": "prorata", "weight": "actes"}),
        "Grandval-les-Cimes (000260380)\u00a0: le poids «\u00a0actes\u00a0» manque.\n",
    ),
    "description too short": (
        put("needs.2.description", "court"),
        "needs[2] : « Publier le besoin » : il manque une description",
    ),
    "need by somebody who is not an agent": (put("needs.0.by", "etranger@demo.example"), "needs[0] : Seul un agent"),
    "need by a stranger to the file": (
        put("needs.0.by", "x@example.org"),
        "needs[0].by : « x@example.org » n'est pas dans",
    ),
    "intention by a stranger to the body": (
        put("participations.2.by", "etranger@demo.example"),
        "participations[2] : ",
    ),
    "coordinator without body": (
        put("project.coordinator", "animation@demo.example"),
        "project.coordinator : « animation@demo.example » n'agit pour aucun organisme le 2026-02-02",
    ),
    "lead body not in bodies": (
        put("project.lead_body", "213801517"),
        "project.lead_body : « 213801517 » n'est pas dans bodies",
    ),
    "participation of a body not in bodies": (
        put("participations.3.body", "213801517"),
        "participations[3].body : « 213801517 » n'est pas dans bodies",
    ),
    "need of a body not in bodies": (
        put("needs.3.body", "213801517"),
        "needs[3].body : « 213801517 » n'est pas dans bodies",
    ),
    "membership in a body not in bodies": (
        put("people.3.memberships.0.body", "213801517"),
        "people[3].memberships[0].body : « 213801517 » n'est pas dans bodies",
    ),
    "body unknown to the registry and without name": (
        drop("bodies.5.name"),
        "bodies[5].siren : « 000260828 » n'est pas au regi",
    ),
    "body without agent": (
        both(put("people.6.memberships.0.role", "viewer"), drop("needs.3.by")),
        "needs[3].by : personne n'est agent de 000260638",
    ),
    "quantity of a lot that does not exist": (
        put("participations.0.quantities.0.lot", 2),
        "participations[0].quantities[0].lot : le lot 2 n'existe pas",
    ),
    "unknown domain": (put("needs.0.domain", "etat-sivil"), "needs[0].domain : « etat-sivil » n'est pas un domaine"),
    "participations without project": (drop("project"), "project : participations et until"),
    "body twice": (again("bodies", 2), "bodies[14].siren : « 000260570 » figure deux fois"),
    "person twice": (again("people", 2), "people[27].email : « hugo.delorme@pont-d-avrene.example » figure deux fois"),
    "participation twice": (again("participations", 1), "participations[4].body : « 000260414 » figure deux fois"),
    "lot twice": (
        lambda data: data["project"]["lots"].append(data["project"]["lots"][0]),
        "project.lots[1].number : « 1 »",
    ),
}
