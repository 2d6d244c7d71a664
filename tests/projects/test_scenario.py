"""`load_scenario`: the demo is played to the end; what is impossible is refused in one line and writes nothing."""

from __future__ import annotations

import copy
import datetime as dt
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command

from procurement.models import Body, Membership, User
from projects.journal import verify
from projects.models import Event, LoadedScenario, Need, Participation, Project
from projects.scenario import ScenarioRefused, load
from tests import makers
from tests.conftest import ROOT

pytestmark = pytest.mark.django_db
DEMO = ROOT / "demo" / "etat-civil.json"
TEXT = DEMO.read_text(encoding="utf-8")
LEAD, SECOND, PARTNER, OUTSIDE = "000260380", "000260414", "000262006", "000263111"


def demo() -> Any:
    return json.loads(TEXT)


def short_demo() -> Any:
    """The demo with its first four communes only: what is refused does not need thirteen."""
    data = demo()
    data["needs"], data["participations"] = data["needs"][:4], data["participations"][:4]
    for part in data["participations"]:
        part["maximum_cents"] = 20_000_000
    sirens = [part["body"] for part in data["participations"]]
    data["project"]["cost_lines"][2]["key"]["percents"] = dict(zip(sirens, ["40", "25.5", "20", "14.5"], strict=True))
    return data


def rows() -> dict[str, int]:
    """How many rows each table holds."""
    return {model._meta.db_table: model._default_manager.count() for model in apps.get_models()}


def run(path: Path) -> tuple[int, str, str]:
    """Exit status, standard output and error of the command."""
    out, err, status = StringIO(), StringIO(), 0
    try:
        call_command("load_scenario", str(path), stdout=out, stderr=err, no_color=True)
    except SystemExit as stop:
        status = int(stop.code or 0)
    return status, out.getvalue(), err.getvalue()


# What a good file does ------------------------------------------------------------------------------------------------
def test_the_demo_is_played_to_the_constituted_grouping(tmp_path: Path) -> None:
    status, out, err = run(DEMO)
    assert (status, err) == (0, "")
    project = Project.objects.get()
    assert out.splitlines()[-1] == project.reference == "P-2026-001"
    assert project.state == "constituted"
    assert project.coordinator.email == "coordination@demo.example"
    assert Need.objects.filter(state="pooled", project=project).count() == 12
    assert set(Participation.objects.values_list("state", flat=True)) == {"signed"}
    assert Participation.objects.count() == 13
    assert not User.objects.get(email="agent@demo.example").has_usable_password()
    verdict = verify()
    assert (verdict.fault, verdict.events) == ("", Event.objects.count())


def test_events_carry_the_dates_of_the_file() -> None:
    load(demo())
    happened = {
        (event.step, str(event.body.siren) if event.body else ""): event.happened_on.isoformat()
        for event in Event.objects.select_related("body").order_by("id")
    }
    assert happened["publish", LEAD] == "2026-01-05"
    assert happened["open_call", LEAD] == "2026-02-02"
    assert happened["declare", LEAD] == "2026-02-03"
    assert happened["close_call", LEAD] == happened["freeze", LEAD] == "2026-04-01"
    assert happened["authorise", LEAD] == "2026-05-18"
    assert happened["sign", LEAD] == "2026-06-02"
    last = max(part["signature"]["date"] for part in demo()["participations"])
    assert happened["constitute", LEAD] == last
    assert all(event.recorded_at.date() >= dt.date(2026, 1, 1) for event in Event.objects.all())


def test_the_voted_share_covers_the_frozen_one_for_every_member() -> None:
    load(demo())
    project = Project.objects.get()
    version = project.current_version()
    assert version is not None
    assert sum(version.shares.values()) == project.estimate_cents() == 12_000_001 + 1_920_000 + 9_600_000
    assert version.shares[PARTNER] == 0
    for participation in project.participations.all():
        assert (participation.act_maximum_cents or 0) >= participation.frozen_share_cents()


def test_the_same_file_again_writes_nothing() -> None:
    first = run(DEMO)
    before = rows()
    assert run(DEMO) == first
    assert rows() == before


def test_the_same_content_laid_out_otherwise_is_the_same_file(tmp_path: Path) -> None:
    load(short_demo())
    before = rows()
    path = tmp_path / "x.json"
    path.write_text(json.dumps(short_demo(), sort_keys=True, indent=1), encoding="utf-8-sig")
    assert run(path)[0] == 0
    assert rows() == before


def test_the_same_reference_with_another_content_is_refused(tmp_path: Path) -> None:
    load(short_demo())
    before = rows()
    data = short_demo()
    data["needs"][0]["title"] += " !"
    path = tmp_path / "x.json"
    path.write_text(json.dumps(data), encoding="utf-8")
    status, out, err = run(path)
    assert (status, out, rows()) == (1, "", before)
    assert "reference : « etat-civil-demo » est déjà chargé avec un autre contenu" in err


def test_without_project_only_needs_are_published(tmp_path: Path) -> None:
    data = {key: value for key, value in demo().items() if key in ("reference", "bodies", "people", "needs")}
    assert load(data) == "etat-civil-demo"
    assert set(Need.objects.values_list("state", flat=True)) == {"published"}
    assert not Project.objects.exists()


@pytest.mark.parametrize("until", ["framing", "call", "agreement", "constituted"])
def test_the_play_stops_where_it_is_told(until: str) -> None:
    load(short_demo() | {"until": until})
    assert Project.objects.get().state == until


@pytest.mark.parametrize(
    ("strip", "state"),
    [((), "constituted"), (("signature",), "agreement"), (("deliberation", "signature", "maximum_cents"), "call")],
)
def test_without_until_the_play_goes_as_far_as_the_facts(strip: tuple[str, ...], state: str) -> None:
    data = short_demo()
    del data["until"]
    for part in data["participations"]:
        for name in strip:
            del part[name]
    load(data)
    assert Project.objects.get().state == state


def test_bodies_and_people_that_exist_are_matched_and_left_alone() -> None:
    body = makers.make_body("Nom du registre", siren=LEAD, population=36_512)
    user = makers.make_user("Coordination@demo.example", first_name="Autre")
    load(demo())
    body.refresh_from_db()
    user.refresh_from_db()
    assert (body.name, user.first_name) == ("Nom du registre", "Autre")
    assert Body.objects.filter(siren=LEAD).count() == 1
    assert Membership.objects.filter(user=user, body=body, role="agent").count() == 1


def test_the_smallest_file_is_enough() -> None:
    data = {
        "reference": "petit",
        "bodies": [{"siren": LEAD, "name": "A"}, {"siren": SECOND, "name": "B"}],
        "people": [{"email": "b@example.org", "memberships": [{"body": SECOND, "role": "agent"}]}],
        "needs": [
            {"body": LEAD, "by": "c@example.org", "title": "A", "domain": "autre", "description": "x" * 20},
            {"body": SECOND, "title": "B", "domain": "autre", "description": "y" * 20},
        ],
        "project": {
            "title": "P",
            "object": "O",
            "route": "shared_development",
            "lead_body": LEAD,
            "coordinator": "c@example.org",
            "cut_off": "2026-04-30",
        },
        "until": "framing",
    }
    load(data)
    project = Project.objects.get()
    assert (project.mandate, project.grouping, project.committee) == ("M2", "one_off", "lead")
    assert project.bodies_present() == 2


def test_a_coordinator_speaks_for_a_body_that_answered_on_paper() -> None:
    data = short_demo()
    data["participations"][1]["by"] = "coordination@demo.example"
    load(data)
    event = Event.objects.get(step="declare", participation__body__siren=SECOND)
    assert (event.user.email, event.note) == ("coordination@demo.example", "Repris du fichier de scénario")  # type: ignore[union-attr]


def test_a_body_without_legal_officer_has_its_act_recorded_by_the_coordinator_with_a_proof() -> None:
    data = short_demo()
    person = next(p for p in data["people"] if p["email"].startswith("claire"))
    person["memberships"] = []
    load(data)
    event = Event.objects.get(step="authorise", participation__body__siren=SECOND)
    assert event.user is not None
    assert (event.user.email, event.note) == ("coordination@demo.example", "Repris du fichier de scénario")


# What a wrong or impossible file does ---------------------------------------------------------------------------------
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


IMPOSSIBLE: dict[str, tuple[Edit, str]] = {
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


def written(tmp_path: Path, edit: Edit) -> Path:
    data = short_demo()
    edit(data)
    path = tmp_path / "x.json"
    path.write_text(json.dumps(data), encoding="utf-8")
    return path


@pytest.mark.parametrize(("edit", "said"), [*IMPOSSIBLE.values(), *MALFORMED.values()], ids=[*IMPOSSIBLE, *MALFORMED])
def test_a_wrong_scenario_names_the_place_and_writes_nothing(tmp_path: Path, edit: Edit, said: str) -> None:
    before = rows()
    status, out, err = run(written(tmp_path, edit))
    assert (status, out) == (1, "")
    assert said in err
    assert err.count("\n") == 1
    assert rows() == before
    assert not LoadedScenario.objects.exists()


@pytest.mark.parametrize("data", [[], "x", 3, None, True, [{}]])
def test_json_that_is_not_an_object_is_refused(data: Any) -> None:
    with pytest.raises(ScenarioRefused, match="fichier : un objet est attendu"):
        load(data)


def files(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """Files that cannot be read, by what the line must say."""
    contents: dict[str, bytes] = {
        "ce n'est pas du JSON (ligne 1, colonne 1)": b"bonjour",
        "ce n'est pas du JSON (ligne 1, colonne 2)": b"{",
        "ce n'est pas du JSON (ligne 1, colonne 1).": b"",
        "ce fichier n'est pas en UTF-8": TEXT.encode("utf-16"),
        "fichier n'est pas en UTF-8.": TEXT.encode("cp1252", errors="replace"),
        "« reference » figure deux fois": b'{"reference": "a", "reference": "b"}',
        "Nombre de 50 chiffres": b'{"x": ' + b"9" * 50 + b"}",
        "« NaN » n'est pas un nombre acceptable": b'{"x": NaN}',
        "« \\ud800 » contient un caractère": b'{"reference": "\\ud800"}',
        "« a\\x00 » contient un caractère": b'{"a\\u0000": 1}',
        "plus de 50 niveaux": b"[" * 60 + b"]" * 60,
        "listes trop profondément imbriquées": b"[" * 100_000 + b"]" * 100_000,
    }
    for number, (said, content) in enumerate(contents.items()):
        path = tmp_path / f"{number}.json"
        path.write_bytes(content)
        yield said, path
    yield "fichier illisible (No such file or directory)", tmp_path / "absent.json"
    yield "fichier illisible (Is a directory)", tmp_path


def test_a_file_that_cannot_be_read_exits_2(tmp_path: Path) -> None:
    before = rows()
    for said, path in files(tmp_path):
        status, out, err = run(path)
        assert (status, out, err.count("\n")) == (2, "", 1), said
        assert said in err
    assert rows() == before


def test_a_bad_file_shows_no_traceback(tmp_path: Path) -> None:
    """In a process of its own, as an operator would run it."""
    environment = os.environ | {"DATABASE_URL": f"sqlite:///{tmp_path}/x.sqlite3", "SECRET_KEY": "x" * 50, "DEBUG": "0"}
    command = [sys.executable, str(ROOT / "manage.py")]
    subprocess.run([*command, "migrate", "--verbosity=0"], env=environment, cwd=tmp_path, check=True)
    edits = {1: put("participations.0.maximum_cents", 1), 2: put("needs.0.title", "\ud800")}
    for status, edit in edits.items():
        load = [*command, "load_scenario", str(written(tmp_path, edit))]
        done = subprocess.run(load, env=environment, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stdout, done.stderr.count("\n")) == (status, "", 1)
        assert "Traceback" not in done.stderr


def test_exact_decimals_reach_the_database() -> None:
    data = short_demo()
    data["needs"][0]["volumes"][0]["quantity"] = Decimal("1905.25")
    data["participations"][0]["weights"] = {"users": Decimal("41.5"), "actes": "33.33"}
    load(data)
    assert Need.objects.order_by("id")[0].volumes.all()[0].quantity == Decimal("1905.25")
    assert Participation.objects.get(body__siren=LEAD).weights == {"users": "41.5", "actes": "33.33"}
