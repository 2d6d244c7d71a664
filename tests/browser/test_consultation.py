"""The pages of the consultation in Chromium: axe, nothing sideways, every form, at two widths."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser

from procurement import clock
from projects.actions.closing import record_maintenance, record_pilot, record_release
from projects.actions.funds import issue_call, record_receipt, set_plan
from projects.actions.leads import answer_lead, propose_lead
from projects.actions.two_persons import propose, set_two_person_rule
from projects.models import CalledAmount, Project
from tests import makers
from tests.browser.visiting import visiting

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
LAUNCHED = ["coordonnateur/avenant/", "consultation/etape/publication/", "etape/no_award/"]
CALLS = "couts/appels/"
LONG = "Saint-Maurice-en-Trièves-et-du-Val-d'Oisans"


def a_development() -> Project:
    """Running, with a pilot, a release, its maintenance and a milestone corrected."""
    project = makers.make_project(
        "running",
        bodies=[makers.make_body(name) for name in ("Grandval", LONG, "Valmont")],
        route="shared_development",
        mandate="M3",
    )
    actor, body = makers.coordinator_of(project), project.participations.order_by("-id")[0].body
    tested = {"starts_on": clock.today(), "verified_on": clock.today(), "outcome": "reserved", "remarks": "lent"}
    record_pilot(project, body, actor=actor, **tested)
    record_release(project, actor=actor, published_on=clock.today(), **makers.SOFTWARE)
    record_maintenance(project, actor=actor, provider="Libre et Cie", starts_on=clock.today(), review_on=clock.today())
    plan = [{"label": name, "basis_points": 5_000, "due_on": None, "milestone": name} for name in (LONG, "Solde")]
    set_plan(project, plan, actor=actor)
    call = issue_call(project, actor=actor, number=1, due_on=clock.today())
    record_receipt(call.amounts.get(body=body), actor=actor, received_on=clock.today())
    makers.milestone(project, "decision", day=clock.today(), reference="D-2", correction="numéro oublié")
    return project


def pages(width: int) -> list[tuple[Project, list[str]]]:
    """Projects and their addresses; the forms once, on the wide screen."""
    running = a_development()
    launched = makers.make_project("constituted", bodies=[makers.make_body(name) for name in ("Amont", LONG)])
    makers.launch(launched, "adapted")
    body = launched.participations.order_by("-id")[0].body
    propose_lead(launched, body, actor=makers.coordinator_of(launched), reason="La commune n'a plus de juriste.")
    answer_lead(launched, actor=makers.holder(body, "legal"), accepts=True)
    asked = makers.make_project("agreement")
    set_two_person_rule(asked, actor=makers.coordinator_of(asked), above_cents=1)
    propose(asked, "freeze", actor=makers.coordinator_of(asked))
    pk = running.participations.all()[0].pk
    forms = ["preparer/", "etape/decision/", "titulaire/1/", "marches/1/decp/", f"solde/{pk}/", "pilote/", "version-1/"]
    forms += ["maintenance/", "adhesion/", "prolongation/"]
    called = [f"{CALLS}1/recu/{row.pk}/" for row in CalledAmount.objects.exclude(body=running.lead_body)[:1]]
    found = [
        (running, ["consultation/", CALLS, f"{CALLS}1/", f"{CALLS}2/emettre/", *called]),
        (running, [*[f"consultation/{name}" for name in forms], "coordonnateur/"]),
        (launched, ["consultation/", "coordonnateur/", *LAUNCHED]),
        (asked, ["decision/freeze/", "regles/", f"{CALLS}plan/"]),
    ]
    return found if width > 400 else [(project, names[:3]) for project, names in found]


@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (1280, "dark")])
def test_pages_are_sound_and_nothing_goes_sideways(
    chromium: Browser, live_server: Any, width: int, scheme: Any
) -> None:
    for project, addresses in pages(width):
        where = {"width": width, "scheme": scheme, "name": project.state}
        with visiting(chromium, live_server, project.coordinator, **where) as visitor:
            visitor.goes_round(addresses, f"/projets/{project.reference}/")
