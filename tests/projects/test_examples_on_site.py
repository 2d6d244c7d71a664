"""The worked examples of the domain reference, §3, through the site: bodies, intentions, cost lines, dossier."""

from __future__ import annotations

from typing import Any

import pytest

from projects.actions.projects import set_costs
from projects.assembly import assemble
from projects.enums import ProjectState
from projects.models import Participation, Project
from tests.house.browser import Browser
from tests.makers import coordinator_of, declare, make_body, make_project
from tests.projects.costsharing.examples import EXAMPLES, Example

pytestmark = pytest.mark.django_db
ON_SITE = [example for example in EXAMPLES if not (example.request["total_cents"] or 0) < 0]  # a cost is never negative
OWN_MAXIMUM = 10**14  # cents: these examples are about shares, not about who can afford them


def play(example: Example) -> tuple[Project, dict[str, str]]:
    """A project whose bodies, intentions and single cost line are those of the example; and SIREN by id."""
    given = example.request["participants"]
    bodies = [make_body(member["name"], population=int(member["weights"].get("population", 1))) for member in given]
    siren = {member["id"]: str(body.siren) for member, body in zip(given, bodies, strict=True)}
    discount = example.request.get("lead_discount")
    lead = next((body for body in bodies if discount and body.siren == siren[discount["id"]]), bodies[0])
    project = make_project(ProjectState.CALL, bodies=[lead, *(body for body in bodies if body != lead)])
    for member in given:
        weights = {name: str(value) for name, value in member["weights"].items() if name != "population"}
        row = Participation.objects.select_related("project", "body").get(
            project=project, body__siren=siren[member["id"]]
        )
        declare(row, OWN_MAXIMUM, weights=weights)
    set_costs(project, [_line(example, siren)], _subsidies(example), actor=coordinator_of(project))
    return project, siren


def _line(example: Example, siren: dict[str, str]) -> dict[str, Any]:
    key = dict(example.request["key"])
    if "percents" in key:
        key["percents"] = {siren[name]: percent for name, percent in key["percents"].items()}
    terms = {
        siren[member["id"]]: {bound: member[bound] for bound in ("floor_cents", "cap_cents") if member.get(bound)}
        for member in example.request["participants"]
    }
    line = {
        "label": example.name,
        "amount_cents": example.request["total_cents"] or sum(example.cents),  # a tariff has no cost to share
        "vat_percent": "20",
        "key": key,
        "terms": {name: bounds for name, bounds in terms.items() if bounds},
    }
    if discount := example.request.get("lead_discount"):
        line["lead_discount"] = {"percent": discount["percent"], "mode": discount["mode"]}
    return line


def _subsidies(example: Example) -> list[dict[str, Any]]:
    subsidy = example.request.get("subsidy")
    return [{"label": "Région", **subsidy}] if subsidy else []


@pytest.mark.parametrize("example", ON_SITE, ids=lambda example: example.name)
def test_the_site_gives_the_cents_of_the_reference(example: Example) -> None:
    project, siren = play(example)
    line = assemble(project).cost_lines[0]
    assert line.problem == ""
    found = {share.siren: share.ht_cents for share in line.shares}
    assert [found[siren[member["id"]]] for member in example.request["participants"]] == example.cents


def test_the_page_shows_them(browser: Browser) -> None:
    example = next(example for example in EXAMPLES if example.name == "6a mixed")
    project, _ = play(example)
    user = coordinator_of(project).user
    assert user is not None
    html = browser.sign_in(user).get(f"/projets/{project.reference}/couts/").content.decode()
    for amount in ("2\u202f067,51", "21\u202f692,39", "96\u202f240,11", "120\u202f000,01"):
        assert amount in html
