"""Small edits of the demo that make it malformed, and what the refusal must say."""

from __future__ import annotations

from tests.projects.scenario_edits import Edit, drop, put

MALFORMED: dict[str, tuple[Edit, str]] = {
    "SIREN that fails Luhn": (put("bodies.0.siren", "000260381"), "bodies[0].siren : « 000260381 » n'est pas un SIREN"),
    "SIREN as a number": (
        put("bodies.0.siren", 213801517),
        "bodies[0].siren : un texte est attendu (valeur : 213801517)",
    ),
    "SIREN with spaces": (put("bodies.0.siren", "000 260 380"), "bodies[0].siren : « 000 260 380 » n'est pas un SIREN"),
    "empty reference": (put("reference", ""), "reference : ce texte est vide"),
    "no reference": (drop("reference"), "reference : ce champ est obligatoire"),
    "unknown field at the top": (put("besoins", []), "besoins : champ inconnu (valeur : [])"),
    "unknown field in a body": (put("bodies.0.sirene", "x"), "bodies[0].sirene : champ inconnu (valeur : x)"),
    "unknown field in a person": (put("people.0.phone", 1), "people[0].phone : champ inconnu (valeur : 1)"),
    "unknown field in a membership": (put("people.0.memberships.0.x", 1), "people[0].memberships[0].x : champ inconnu"),
    "unknown field in a need": (put("needs.0.x", None), "needs[0].x : champ inconnu (valeur : null)"),
    "unknown field in a volume": (
        put("needs.0.volumes.0.x", True),
        "needs[0].volumes[0].x : champ inconnu (valeur : true)",
    ),
    "unknown field in a requirement": (
        put("needs.0.requirements.0.x", 1),
        "needs[0].requirements[0].x : champ inconnu",
    ),
    "unknown field in the project": (put("project.x", 1), "project.x : champ inconnu"),
    "unknown field in a lot": (put("project.lots.0.x", 1), "project.lots[0].x : champ inconnu"),
    "unknown field in a cost line": (put("project.cost_lines.0.x", 1), "project.cost_lines[0].x : champ inconnu"),
    "unknown field in a call for funds": (
        put("project.instalments.0.x", 1),
        "project.instalments[0].x : champ inconnu",
    ),
    "calls that make 99 %": (
        put("project.instalments.0.percent", "24.68"),
        "project.instalments : les appels totalisent 99\u00a0%, il faut exactement 100 %",
    ),
    "a call of a thousandth": (
        put("project.instalments.0.percent", "25.681"),
        "project.instalments[0].percent : de 0.01 à 100, deux décimales au plus (valeur : « 25.681 »)",
    ),
    "a call of nothing": (put("project.instalments.0.percent", "0"), "project.instalments[0].percent : de 0.01 à 100"),
    "a call at no time": (
        put("project.instalments.0.milestone", ""),
        "project.instalments[0].due_on : une date ou un évènement (milestone) est attendu",
    ),
    "unknown field in a key": (put("project.cost_lines.0.key.x", 1), "project.cost_lines[0].key : "),
    "unknown field in a participation": (put("participations.0.x", 1), "participations[0].x : champ inconnu"),
    "unknown field in a quantity": (
        put("participations.0.quantities.0.x", 1),
        "participations[0].quantities[0].x : champ",
    ),
    "unknown field in an act": (
        put("participations.0.deliberation.x", 1),
        "participations[0].deliberation.x : champ inconnu",
    ),
    "unknown field in a signature": (
        put("participations.0.signature.x", 1),
        "participations[0].signature.x : champ inconnu",
    ),
    "unknown field of several lines": (put("a\nb", 1), "a b : champ inconnu"),
    "unknown key": (put("project.cost_lines.0.key", {"kind": "au doigt mouillé"}), "project.cost_lines[0].key : "),
    "needs as an object": (put("needs", {}), "needs : une liste est attendue (valeur : {})"),
    "a need as a text": (put("needs.0", "x"), "needs[0] : un objet est attendu (valeur : x)"),
    "the project as a list": (put("project", []), "project : un objet est attendu (valeur : [])"),
    "a title as a number": (put("needs.0.title", 5), "needs[0].title : un texte est attendu (valeur : 5)"),
    "a title too long": (put("needs.0.title", "x" * 256), "needs[0].title : ce texte dépasse 255 caractères"),
    "a title of several lines, wrong elsewhere": (put("until", "a\nb"), "(valeur : a b)"),
    "an object too long": (put("project.object", "x" * 1001), "project.object : ce texte dépasse 1000 caractères"),
    "an amount in euros": (
        put("project.cost_lines.0.amount_cents", 120000.01),
        "un nombre entier est attendu (valeur : 120000.01)",
    ),
    "an amount as a text": (
        put("project.cost_lines.0.amount_cents", "12"),
        "cost_lines[0].amount_cents : un nombre entier",
    ),
    "an amount as a boolean": (
        put("project.cost_lines.0.amount_cents", True),
        "un nombre entier est attendu (valeur : true)",
    ),
    "a negative amount": (
        put("project.cost_lines.0.amount_cents", -1),
        "cette valeur est inférieure à 0 (valeur : -1)",
    ),
    "a huge amount": (put("project.cost_lines.0.amount_cents", 10**18), "cette valeur dépasse 1000000000000000"),
    "a huge maximum": (
        put("participations.0.maximum_cents", 10**30),
        "participations[0].maximum_cents : cette valeur dépasse",
    ),
    "a negative maximum": (
        put("participations.0.maximum_cents", -5),
        "participations[0].maximum_cents : cette valeur est inf",
    ),
    "a negative volume": (
        put("needs.0.volumes.0.quantity", -1),
        "needs[0].volumes[0].quantity : « -1 » n'est pas un nombre",
    ),
    "a huge volume": (put("needs.0.volumes.0.quantity", 10**12), "needs[0].volumes[0].quantity : « 1000000000000 »"),
    "a volume of three decimals": (
        put("needs.0.volumes.0.quantity", "0.125"),
        "quantity : « 0.125 » a plus de deux décimales",
    ),
    "a volume in words": (put("needs.0.volumes.0.quantity", "beaucoup"), "quantity : « beaucoup » n'est pas un nombre"),
    "a weight that is not a number": (
        put("participations.0.weights", {"users": "x"}),
        "participations[0].weights.users : « x »",
    ),
    "a weight without name": (put("participations.0.weights", {"": 1}), "participations[0].weights"),
    "a negative weight": (put("participations.0.weights.users", -1), "participations[0].weights.users : « -1 »"),
    "a VAT above all": (put("project.cost_lines.0.vat_percent", "200"), "vat_percent : « 200 » dépasse 100 %"),
    "a date that does not exist": (
        put("needs.0.on", "2026-02-30"),
        "needs[0].on : « 2026-02-30 » n'est pas un jour du calendrier",
    ),
    "a French date": (
        put("project.cut_off", "31/03/2026"),
        "project.cut_off : « 31/03/2026 » n'est pas une date AAAA-MM-JJ",
    ),
    "a date with a time": (put("project.cut_off", "2026-03-31T10:00"), "n'est pas une date AAAA-MM-JJ"),
    "a date as a number": (put("project.cut_off", 20260331), "project.cut_off : « 20260331 » n'est pas une date"),
    "the last day of the calendar": (
        put("project.cut_off", "9999-12-31"),
        "project.cut_off : « 9999-12-31 » : l'année va de",
    ),
    "the first day of the calendar": (
        put("needs.0.contract_end", "0001-01-01"),
        "needs[0].contract_end : « 0001-01-01 »",
    ),
    "an unknown route": (put("project.route", "seul"), "'grouped_purchase' ou 'shared_development' (valeur : seul)"),
    "an unknown role": (put("people.0.memberships.0.role", "chef"), "people[0].memberships[0].role : valeurs admises"),
    "an unknown state": (put("until", "running"), "until : valeurs admises"),
    "an unknown CPV": (put("project.cpv", "99999999"), "project.cpv : « 99999999 » n'est pas un code CPV"),
    "an unknown priority": (
        put("needs.0.requirements.0.priority", "P1"),
        "needs[0].requirements[0].priority : valeurs admises",
    ),
    "an e-mail that is none": (put("people.0.email", "camille"), "people[0].email : « camille » n'est pas une adresse"),
    "a duration too long": (put("project.duration_months", 121), "project.duration_months : cette valeur dépasse 120"),
}
